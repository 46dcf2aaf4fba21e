from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import STAFF_ROLES, Role, register

SEE_RULES = register("rulebook.see", _("See rules, standards and prices"), roles=STAFF_ROLES, writes=False)
PUBLISH_RULES = register("rulebook.publish", _("Publish rules, standards and prices"), roles={Role.ADMINISTRATOR})
REDATE_PROMISES = register(
    "rulebook.redate", _("Date running time limits anew after a rule changed"), roles={Role.ADMINISTRATOR}
)
