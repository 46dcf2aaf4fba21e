from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

# Single answers can be traced to people; counts and reports cannot.
SEE_RESPONSES = register(
    "voice.see_responses", _("Read single answers"), writes=False,
    roles={Role.ANALYST, Role.SUPERVISOR, Role.AUDITOR},
)  # fmt: skip
EXPORT_RESPONSES = register("voice.export_responses", _("Export answers"), roles={Role.ANALYST})
ANSWER = register("voice.answer", _("Answer a questionnaire in the portal"), roles={Role.CUSTOMER})
