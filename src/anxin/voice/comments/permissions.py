from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

SEE_COMMENTS = register(
    "voice.see_comments", _("Read customers' comments, masked"), writes=False,
    roles={Role.ANALYST, Role.SUPERVISOR, Role.AUDITOR},
)  # fmt: skip
CORRECT_COMMENTS = register(
    "voice.correct_comments", _("Correct comments' labels and keep their topics"), roles={Role.ANALYST}
)
