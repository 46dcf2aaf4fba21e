from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

SEE_REPORTS = register(
    "voice.see_reports", _("Read reports"), writes=False,
    roles={Role.ANALYST, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR},
)  # fmt: skip
REQUEST_REPORTS = register("voice.request_reports", _("Ask for reports"), roles={Role.ANALYST, Role.ADMINISTRATOR})
