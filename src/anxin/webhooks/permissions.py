from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import STAFF_ROLES, Role, register

# Whoever holds a token may have the events they may see told to an address of theirs; an auditor never writes.
SUBSCRIBE = register("webhooks.subscribe", _("Have events sent to an address"), roles=STAFF_ROLES - {Role.AUDITOR})
SEE_WEBHOOKS = register("webhooks.see", _("See one's webhooks"), roles=STAFF_ROLES, writes=False)
SEE_ALL_WEBHOOKS = register(
    "webhooks.see_all", _("See everyone's webhooks"), writes=False, roles={Role.ADMINISTRATOR, Role.AUDITOR}
)
