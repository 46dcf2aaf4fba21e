"""Events of the journal after which people may be asked. The voice knows journeys by the names of their activities alone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIVITIES = {
    "claims.closed": _("A claim is closed"),
    "claims.fully_paid": _("A claim is paid in full"),
    "claims.withdrawn": _("A claim is withdrawn"),
    "claims.refused": _("A claim is refused"),
    "claims.contacted": _("A customer was called back"),
}
