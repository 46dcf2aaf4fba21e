"""Words for what registers hold: a policy's standing, its object, a deductible, what an endorsement changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.access.formats import fen, full_day
from anxin.faces.desk.views_admin.tables import Cell, Row, num
from anxin.registers.customers.masking import mask_address, mask_plate
from anxin.registers.policies.document import standing_text
from anxin.registers.policies.models import Policy
from anxin.registers.policies.queries import standing_on

_TONES = {
    "in_force": ("kept", "circle-check"), "not_begun": ("running", "clock"), "suspended": ("paused", "player-pause"),
}  # fmt: skip


def standing_cell(policy: Policy, now: datetime) -> Cell:
    standing = standing_on(policy, timezone.localdate(now))
    tone, icon = _TONES.get(standing, ("paused", "circle-minus"))
    return Cell(standing_text(standing), tone=tone, icon=icon)


def object_of(policy: Policy) -> str:
    """What a policy insures, masked; reads prefetched rows."""
    vehicle = next(iter(policy.vehicles.all()), None)
    if vehicle is not None:
        return f"{vehicle.masked_plate} {vehicle.make_and_model}".strip()
    homes = policy._prefetched_objects_cache.get("homes", ())  # type: ignore[attr-defined]
    return mask_address(homes[0].address) if homes else ""


def policy_row(policy: Policy, now: datetime) -> Row:
    return Row([
        Cell(policy.number, f"/desk/policies/{policy.public_id}/", css="nowrap"), Cell(policy.product.name),
        Cell(policy.policyholder.masked_name, css="nowrap"), Cell(object_of(policy)), Cell(policy.branch.short, css="nowrap"),
        Cell(full_day(policy.starts_on), css="nowrap"), Cell(ends_of(policy), css="nowrap"), standing_cell(policy, now),
        num(fen(policy.premium_fen)),
    ])  # fmt: skip


def ends_of(policy: Policy) -> str:
    return full_day(policy.ends_on) if policy.ends_on else _("for life")


def limit_words(limit_fen: int | None) -> str:
    return fen(limit_fen) if limit_fen is not None else _("no limit but the loss")


def deductible_words(amount_fen: int, permille: int) -> str:
    """“500.00, or 10% of the loss if that is more”; a dash for none."""
    rate = f"{permille / 10:g}%"
    if amount_fen and permille:
        return _("%(amount)s, or %(rate)s of the loss if that is more") % {"amount": fen(amount_fen), "rate": rate}
    if amount_fen:
        return fen(amount_fen)
    return _("%(rate)s of the loss") % {"rate": rate} if permille else "–"


def changes_of(endorsement: Any, coverage_names: dict[str, str]) -> list[str]:
    """What an endorsement changed, a line each, plates masked."""
    data, told = endorsement.changes, []
    for code, change in data.get("coverages", {}).items():
        name = coverage_names.get(code, code)
        told.append(_change(name, _terms(change["from"]), _terms(change["to"])))
    for field, change in data.get("policy", {}).items():
        told.append(_change(_FIELDS.get(field, field), _value(field, change["from"]), _value(field, change["to"])))
    for change in data.get("vehicles", {}).values():
        plate = change.get("plate")
        if plate:
            told.append(_change(_("Plate"), mask_plate(plate["from"] or ""), mask_plate(plate["to"] or "")))
    return told


def _change(name: Any, before: str, after: str) -> str:
    return _("%(name)s: %(before)s → %(after)s") % {"name": name, "before": before or "–", "after": after or "–"}


def _terms(terms: dict[str, Any] | None) -> str:
    if terms is None:
        return _("not covered")
    told = _("limit %(limit)s") % {"limit": limit_words(terms["limit_fen"])}
    if terms["deductible_fen"] or terms["deductible_permille"]:
        told += ", " + _("deductible %(deductible)s") % {
            "deductible": deductible_words(terms["deductible_fen"], terms["deductible_permille"])
        }
    return told


_FIELDS = {
    "premium_fen": gettext_lazy("Premium"),
    "sum_insured_fen": gettext_lazy("Sum insured"),
    "ends_on": gettext_lazy("Last day of cover"),
    "status": gettext_lazy("Standing"),
    "terminated_on": gettext_lazy("First day without cover"),
}


def _value(field: str, value: Any) -> str:
    if value is None:
        return ""
    if field.endswith("_fen"):
        return fen(int(value))
    if field.endswith("_on"):
        return full_day(parse_date(str(value)))
    return str(Policy.Status(value).label) if value in Policy.Status.values else str(value)
