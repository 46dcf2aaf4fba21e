from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

SEE_BOARDS = register(
    "insight.see_boards", _("See the boards"), writes=False,
    roles={Role.SUPERVISOR, Role.ANALYST, Role.ADMINISTRATOR, Role.AUDITOR},
)  # fmt: skip
