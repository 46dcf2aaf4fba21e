from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

SEE_INTERVIEWS = register(
    "voice.see_interviews", _("Read interviews and their quotes"), writes=False,
    roles={Role.ANALYST, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR},
)  # fmt: skip
WRITE_INTERVIEWS = register(
    "voice.write_interviews", _("Write down interviews, code and erase them"),
    roles={Role.ANALYST, Role.ADMINISTRATOR},
)  # fmt: skip
