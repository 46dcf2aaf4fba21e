"""Numbers, periods and sources of the indicators in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.models import spoken
from anxin.faces.desk.boards.frame import month_words
from anxin.insight.indicators.definitions import INDICATORS, Definition, Part
from anxin.insight.indicators.models import FactKind, Reported
from anxin.insight.indicators.periods import Period


def period_words(name: str) -> str:
    """2026Q3 → 2026年第三季度, Q3 2026."""
    period = Period.parse(name)
    if period.months == 1:
        return month_words(name)
    if period.months == 3:
        return spoken(f"{name[:4]}年第{'一二三四'[int(name[-1]) - 1]}季度", f"Q{name[-1]} {name[:4]}")
    return spoken(f"{name}年", name)


def value_words(part: Part, value: float | None, *, unit: bool = True) -> str:
    if value is None:
        return "–"
    if part.unit == "share":
        return f"{100 * value:.1f}%"
    if part.unit == "days":
        number = f"{value:.2f}" if value < 10 else f"{value:.1f}"
        return spoken(f"{number} 天", f"{number} days") if unit else number
    return f"{value:.2f}"


def interval_words(part: Part, summary: Mapping[str, Any] | None) -> str:
    """ "91.2% – 94.0%"; too few rows say so."""
    if summary is None:
        return "–"
    if summary["low"] is None:
        return _("too few")
    return f"{value_words(part, summary['low'], unit=False)} – {value_words(part, summary['high'], unit=False)}"


def change_words(part: Part, now: float, before: float) -> str:
    """How a value moved: +1.2 points, −0.4 days."""
    step = now - before
    sign = "+" if step > 0 else "−" if step < 0 else "±"
    if part.unit == "share":
        return spoken(f"{sign}{abs(100 * step):.1f} 个百分点", f"{sign}{abs(100 * step):.1f} points")
    if part.unit == "days":
        return spoken(f"{sign}{abs(step):.2f} 天", f"{sign}{abs(step):.2f} days")
    return f"{sign}{abs(step):.2f}"


def is_worse(part: Part, now: float, before: float) -> bool:
    return now < before if part.up else now > before


def clearly_apart(now: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether the intervals of two periods do not overlap: a plain and careful rule."""
    if now["low"] is None or before["low"] is None:
        return False
    return bool(now["low"] > before["high"] or now["high"] < before["low"])


def weight_words(definition: Definition, business: str) -> list[str]:
    """ "P&C 45%, with IN-07, IN-08"."""
    found = []
    for weight in definition.weights:
        if business and weight.business != business:
            continue
        others = [
            one.id
            for one in INDICATORS
            if one.id != definition.id
            and any((w.business, w.group) == (weight.business, weight.group) for w in one.weights)
        ]
        line = _("P&C") if weight.business == "pc" else _("Life")
        words = f"{line} {weight.points}%"
        found.append(
            _("%(weight)s, with %(others)s") % {"weight": words, "others": ", ".join(others)} if others else words
        )
    return found


def business_words(name: str) -> str:
    return str(dict(Reported.Business.choices)[name])


def missing_words(missing: Sequence[Mapping[str, Any]]) -> str:
    """Which fields of which facts are not there."""
    return _("; ").join(
        _("%(kind)s: %(fields)s") % {"kind": FactKind(one["kind"]).label, "fields": ", ".join(one["fields"])}
        for one in missing
    )


def basis_words(basis: str) -> str:
    return {
        "cases": _("from claims in this system"), "facts": _("from imported facts"),
        "both": _("from claims in this system and imported facts"), "policies": _("from the policies register"),
    }.get(basis, "")  # fmt: skip
