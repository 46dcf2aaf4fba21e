from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

PLAN_IMPROVEMENTS = register(
    "improvement.plan", _("Plan improvement actions and decide on them"),
    roles={Role.SUPERVISOR, Role.ANALYST, Role.ADMINISTRATOR},
)  # fmt: skip
