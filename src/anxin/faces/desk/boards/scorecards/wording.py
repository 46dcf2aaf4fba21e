"""Numbers of cards in words: each indicator in its own unit."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from anxin.faces.desk.boards.frame import month_words
from anxin.insight.scorecards.indicators import AMOUNT, RATE, SHARE, TIME, Kind
from anxin.insight.scorecards.models import Plan


def value_words(kind: Kind, value: float | None) -> str:
    if value is None:
        return "–"
    if kind.family == SHARE:
        return f"{value:.1%}"
    if kind.family == RATE:
        return f"{value:.2f}"
    if kind.family == TIME:
        return _("%(hours)s h") % {"hours": f"{value:.1f}"}
    return f"¥{value:,.0f}" if kind.family == AMOUNT else f"{value:.2f}" if kind.code == "rating" else f"{value:.1f}"


def typed(kind: Kind, value: float) -> str:
    """As it stands in a box: shares in percent."""
    shown = value * 100 if kind.family == SHARE else value
    return f"{shown:.6f}".rstrip("0").rstrip(".")


def untyped(kind: Kind, value: float) -> float:
    return round(value / 100, 8) if kind.family == SHARE else value


def row_words(kind: Kind, value: float) -> str:
    """One case's own number."""
    if kind.family == SHARE:
        words = {
            "kept": (_("promise kept"), _("promise broken")), "rework": (_("with rework"), _("without rework")),
            "returned": (_("returned"), _("not returned")), "disputes": (_("changed after a dispute"), _("stands")),
        }[kind.code]  # fmt: skip
        return words[0] if value else words[1]
    if kind.family == AMOUNT:
        return f"¥{value / 100:,.2f}"
    return f"{value:.0f}" if kind.family == RATE or kind.code == "rating" else value_words(kind, value)


def period_words(period: str) -> str:
    if "Q" in period:
        year, quarter = period.split("-Q")
        return _("Q%(quarter)s %(year)s") % {"quarter": quarter, "year": year}
    return month_words(period)


def level_words(level: str) -> str:
    return {"branch": _("Branches"), "team": _("Teams"), "person": _("People")}[level]


def plan_words(plan: Plan) -> str:
    """Which plan, and from when on it is for."""
    if not plan.valid_from:
        return _("plan %(number)s, from the beginning") % {"number": plan.number}
    return _("plan %(number)s, for %(month)s and later") % {
        "number": plan.number,
        "month": period_words(plan.valid_from),
    }


def points(value: float) -> str:
    return f"{value:.1f}"


def score_words(body: dict[str, Any]) -> str:
    found = body["score"]
    return points(found["value"]) if found else ""


def range_words(low: str, high: str) -> str:
    return low if low == high else f"{low} – {high}"


def place_words(standing: dict[str, Any] | None) -> str:
    """Never a bare rank: the range that holds it with 90 %."""
    if standing is None:
        return "–"
    return _("%(range)s of %(among)s") % {
        "range": range_words(str(standing["low"]), str(standing["high"])), "among": standing["among"]
    }  # fmt: skip
