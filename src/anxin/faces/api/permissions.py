from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import STAFF_ROLES, Role, register

# Whoever holds a token may have the events they may see told to an address of theirs; an auditor never writes.
SUBSCRIBE = register("api.subscribe", _("Have events sent to an address"), roles=STAFF_ROLES - {Role.AUDITOR})
SEE_WEBHOOKS = register("api.see_webhooks", _("See one's webhooks"), roles=STAFF_ROLES, writes=False)
SEE_ALL_WEBHOOKS = register(
    "api.see_all_webhooks", _("See everyone's webhooks"), writes=False, roles={Role.ADMINISTRATOR, Role.AUDITOR}
)
