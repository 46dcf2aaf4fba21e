from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import STAFF_ROLES, Role, register

SEE = register(
    "messages.see", _("See messages to and from customers"), roles=STAFF_ROLES | {Role.CUSTOMER}, writes=False
)
SEND = register(
    "messages.send", _("Write to a customer"),
    roles=STAFF_ROLES - {Role.AUDITOR, Role.ADMINISTRATOR},
)  # fmt: skip
WRITE = register("messages.write", _("Write to the insurer"), roles={Role.CUSTOMER})
ERASE = register("messages.erase", _("Erase the words of a message for good"), roles={Role.ADMINISTRATOR})
