from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

SEE_PAPER = register(
    "voice.see_paper", _("See what was printed and read back"), writes=False,
    roles={Role.ANALYST, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR},
)  # fmt: skip
PRINT_PAPER = register(
    "voice.print_paper", _("Print questionnaires on paper"), roles={Role.ANALYST, Role.ADMINISTRATOR}
)
# Pictures hold what people wrote by hand: only those who check them see them.
READ_PAPER = register(
    "voice.read_paper", _("Read paper forms in and check them"), roles={Role.ANALYST, Role.ADMINISTRATOR}
)
