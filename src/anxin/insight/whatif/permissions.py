from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

PLAN_SCENARIOS = register(
    "insight.plan_scenarios", _("Try out what would happen"),
    roles={Role.SUPERVISOR, Role.ANALYST, Role.ADMINISTRATOR},
)  # fmt: skip
