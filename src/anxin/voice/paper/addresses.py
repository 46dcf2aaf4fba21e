"""Which personal copy goes to whom: the list that an envelope is addressed from. Personal data, given out on record."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from django.utils.translation import gettext as _

from anxin.access.actions import record_unmasking
from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid
from anxin.registers.customers.models import ContactPoint
from anxin.voice.paper.models import PrintRun
from anxin.voice.paper.permissions import PRINT_PAPER


def address_list(*, run: PrintRun, reason: str, actor: Actor, now: datetime) -> bytes:
    """Serial, name and address as CSV that spreadsheets open. `run` came through `visible_to`."""
    actor.must(PRINT_PAPER)
    if not run.is_personal:
        raise IllegalMove(_("These copies are anonymous: they go to nobody in particular."))
    if not 2 <= len(reason.strip()) <= 200:
        wrong = _("Enter a reason of 2 to 200 characters.")
        raise Invalid(wrong, fields={"reason": wrong})
    record_unmasking(subject=("print_run", run.public_id), field="address", reason=reason.strip(), actor=actor, now=now)
    copies = list(run.copies.select_related("invitation__customer").order_by("place"))
    people = [copy.invitation.customer_id for copy in copies if copy.invitation and copy.invitation.customer_id]
    points = ContactPoint.objects.filter(customer_id__in=people, kind=ContactPoint.Kind.ADDRESS).order_by("is_primary")
    where = dict(points.values_list("customer_id", "value"))
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow([_("Form number"), _("Name"), _("Address")])
    for copy in copies:
        customer = copy.invitation.customer if copy.invitation else None
        name = customer.name if customer else ""
        address = where.get(customer.pk, "") if customer else ""
        rows.writerow([copy.serial, _safe(name), _safe(address)])
    return out.getvalue().encode("utf-8-sig")


def _safe(text: str) -> str:
    """Without letting a spreadsheet take words for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
