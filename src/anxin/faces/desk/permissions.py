"""What the desk's own pages ask for, where no room has a permission for it: reading how the house is run."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import Role, register

SEE_ADMINISTRATION = register(
    "desk.see_administration", _("See tokens, imports and the state of the journal"), writes=False,
    roles={Role.ADMINISTRATOR, Role.AUDITOR},
)  # fmt: skip
SEE_UNMASKINGS = register(
    "desk.see_unmaskings", _("See who looked at which personal number, and why"), writes=False,
    roles={Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR},
)  # fmt: skip
