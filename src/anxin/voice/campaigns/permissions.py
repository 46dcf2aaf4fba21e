from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

SEE_CAMPAIGNS = register(
    "voice.see_campaigns", _("See campaigns and their counts"), writes=False,
    roles={Role.ANALYST, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR},
)  # fmt: skip
RUN_CAMPAIGNS = register(
    "voice.run_campaigns", _("Set up, start and stop campaigns"), roles={Role.ANALYST, Role.ADMINISTRATOR}
)
OPT_OUT = register(
    "voice.opt_out", _("Refuse further questionnaires"), roles={Role.CUSTOMER, Role.CALL_TAKER, Role.SUPERVISOR}
)
