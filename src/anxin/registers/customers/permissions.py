from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import STAFF_ROLES, Role, register

SEE_CUSTOMERS = register("customers.see", _("See and search customers"), roles=STAFF_ROLES, writes=False)
# A reveal leaves a record of its own, so it writes: an auditor works with masked values and the record of reveals.
REVEAL = register(
    "customers.reveal", _("See a customer's personal numbers in full, on record"),
    roles={
        Role.CALL_TAKER, Role.SURVEYOR, Role.ASSESSOR, Role.ADJUDICATOR, Role.FINANCE, Role.SUPERVISOR,
    },
)  # fmt: skip
EDIT_CUSTOMERS = register(
    "customers.edit", _("Add and change customers and their contacts"),
    roles={Role.CALL_TAKER, Role.SUPERVISOR, Role.ADMINISTRATOR},
)  # fmt: skip
# Whoever hands out a sign-in could use it themselves: fewer people, and each time on record.
GIVE_SIGN_IN = register(
    "customers.give_sign_in", _("Let a customer sign in to the portal"), roles={Role.SUPERVISOR, Role.ADMINISTRATOR}
)
EDIT_OWN_DETAILS = register(
    "customers.edit_own", _("Change one's own contacts, consents and payment account"), roles={Role.CUSTOMER}
)
