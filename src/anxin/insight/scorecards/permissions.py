from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import STAFF_ROLES, Role, register

# Everybody who works here has a card of their own, and sees it.
SEE_OWN_CARD = register("scorecards.see_own", _("See one's own scorecard"), writes=False, roles=STAFF_ROLES)
SEE_CARDS = register(
    "scorecards.see", _("See scorecards"), writes=False,
    roles={Role.SUPERVISOR, Role.ANALYST, Role.ADMINISTRATOR, Role.AUDITOR},
)  # fmt: skip
OBJECT = register("scorecards.object", _("Object to a case in one's own scorecard"), roles=STAFF_ROLES - {Role.AUDITOR})
ANSWER = register(
    "scorecards.answer", _("Answer objections, and note rewards and sanctions"), roles={Role.SUPERVISOR, Role.ADMINISTRATOR}
)  # fmt: skip
PLAN = register("scorecards.plan", _("Set the indicators and weights of scorecards"), roles={Role.ADMINISTRATOR})
