from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

SEE_DATASETS = register(
    "voice.see_datasets", _("See imported tables of answers"), writes=False,
    roles={Role.ANALYST, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR},
)  # fmt: skip
IMPORT_DATASETS = register(
    "voice.import_datasets", _("Import tables of answers, map and erase them"),
    roles={Role.ANALYST, Role.ADMINISTRATOR},
)  # fmt: skip
# Beside the right to export answers at all, which administrators do not have: it takes somebody who holds both roles.
EXPORT_PERSONAL = register(
    "voice.export_personal", _("Export personal columns with answers"), roles={Role.ADMINISTRATOR}
)
