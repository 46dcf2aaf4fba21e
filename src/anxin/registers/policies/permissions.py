from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import STAFF_ROLES, Role, register

SEE_POLICIES = register("policies.see", _("See and search policies"), roles=STAFF_ROLES, writes=False)
ENDORSE = register("policies.endorse", _("Record a change to a policy"), roles={Role.SUPERVISOR, Role.ADMINISTRATOR})
IMPORT = register(
    "registers.import", _("Import customers, products and policies from files"), roles={Role.ADMINISTRATOR}
)
