from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

SEE_WEIGHTS = register(
    "voice.see_weights", _("See panels of experts and their weights"), writes=False,
    roles={Role.ANALYST, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR},
)  # fmt: skip
RUN_PANELS = register(
    "voice.run_panels", _("Set up panels of experts and ask them"), roles={Role.ANALYST, Role.ADMINISTRATOR}
)
# Whoever is asked; on which panel, the panel says.
JUDGE = register(
    "voice.judge", _("Judge pairs of criteria as an expert"), roles=frozenset(Role) - {Role.CUSTOMER, Role.AUDITOR}
)
