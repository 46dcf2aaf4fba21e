from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

PRESCRIBE_PROCESSES = register(
    "insight.prescribe_processes", _("Prescribe processes"), roles={Role.ANALYST, Role.ADMINISTRATOR}
)
