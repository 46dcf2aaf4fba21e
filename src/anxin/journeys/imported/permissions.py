from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import STAFF_ROLES, Role, register

IMPORT_LOGS = register("imported.import", _("Import event logs"), roles={Role.ADMINISTRATOR})
SEE_LOGS = register("imported.see", _("See imported event logs"), roles=STAFF_ROLES, writes=False)
