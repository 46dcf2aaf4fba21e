from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

# Wordings are no secret among those who ask, read or answer for what is asked.
SEE_QUESTIONNAIRES = register(
    "voice.see_questionnaires", _("See questionnaires"), writes=False,
    roles={Role.ANALYST, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR},
)  # fmt: skip
EDIT_QUESTIONNAIRES = register(
    "voice.edit_questionnaires", _("Write and publish questionnaires"), roles={Role.ANALYST, Role.ADMINISTRATOR}
)
