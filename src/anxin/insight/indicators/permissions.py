from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

IMPORT_FACTS = register(
    "insight.import_facts", _("Import facts for the indicators, and take imports back"),
    roles={Role.ANALYST, Role.ADMINISTRATOR},
)  # fmt: skip
REPORT_VALUES = register(
    "insight.report_values", _("Enter what was reported to the regulator"),
    roles={Role.ANALYST, Role.ADMINISTRATOR},
)  # fmt: skip
