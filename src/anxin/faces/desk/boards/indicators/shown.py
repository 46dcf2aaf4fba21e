"""The board as it is drawn: a line a number, what it opens to, what was reported beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anxin.faces.desk.boards.frame import HOME, behind_address
from anxin.faces.desk.boards.indicators import wording
from anxin.insight.indicators.definitions import BY_ID, Definition, Part
from anxin.insight.indicators.models import Reported
from anxin.insight.indicators.periods import Period
from anxin.insight.indicators.queries import Match, match

PLACE = f"{HOME}indicators/"
BOARD = "indicators"
ENOUGH = 70
"""Weight that must be covered before a total is put beside the rating thresholds."""


@dataclass(frozen=True, slots=True)
class Spark:
    """A small line in a box of 96 by 24: pieces of line between gaps, and the last point."""

    lines: list[str]
    x: float
    y: float


@dataclass(slots=True)
class Line:
    """One number of an indicator."""

    definition: Definition
    part: Part
    value: str
    interval: str
    n: str
    n_href: str
    few: bool
    change: str
    worse: bool
    clear: bool
    spark: Spark | None
    match: Match | None
    basis: str
    fraction: tuple[tuple[str, str], tuple[str, str]]
    why_none: str = ""
    misses_href: str = ""
    misses: int = 0


@dataclass(slots=True)
class Shown:
    """One indicator with its numbers."""

    definition: Definition
    href: str
    version: str
    weights: list[str]
    lines: list[Line]
    missing: str = ""
    needs: list[dict[str, Any]] = field(default_factory=list)


def shown(
    body: Mapping[str, Any], query: Mapping[str, str], reported: Mapping[tuple[str, str], Reported]
) -> list[Shown]:
    return [one_shown(BY_ID[name], told, body, query, reported) for name, told in body["indicators"].items()]


def one_shown(
    definition: Definition, told: Mapping[str, Any], body: Mapping[str, Any], query: Mapping[str, str],
    reported: Mapping[tuple[str, str], Reported],
) -> Shown:  # fmt: skip
    period = Period.parse(body["period"])
    lines = [
        line_of(definition, part, told["parts"].get(part.id), body, query, reported.get((definition.id, part.id)))
        for part in definition.parts
    ]
    return Shown(
        definition, address(f"{definition.id}/", query), definition.formula(period.first).version,
        wording.weight_words(definition, body["business"]), lines, wording.missing_words(told["missing"]), told["missing"],
    )  # fmt: skip


def line_of(
    definition: Definition, part: Part, told: Mapping[str, Any] | None, body: Mapping[str, Any], query: Mapping[str, str],
    reported: Reported | None,
) -> Line:  # fmt: skip
    now, before = (told["now"], told["before"]) if told is not None else (None, None)
    basis = told["basis"] if told is not None else ""
    found = Line(
        definition, part, wording.value_words(part, now["value"] if now else None), wording.interval_words(part, now),
        f"{now['n']:,}" if now else "–", behind(definition, part, "all", basis, query) if now and now["n"] else "",
        bool(now and now["low"] is None), "", False, False, spark(told["months"]) if told is not None else None,
        match(reported, part, now["value"]) if reported is not None and now else None, basis,
        fraction(definition, part, now, basis, query),
    )  # fmt: skip
    if now and before:
        found.change = wording.change_words(part, now["value"], before["value"])
        found.worse = wording.is_worse(part, now["value"], before["value"])
        found.clear = wording.clearly_apart(now, before)
    if now is None:
        found.why_none = _why_none(part, told)
    elif part.unit == "share":
        # What somebody wants to look at: the ones that were not; where less is better, the ones that were.
        found.misses = round(now["denominator"] - now["numerator"] if part.up else now["numerator"])
        if found.misses:
            found.misses_href = behind(definition, part, "miss" if part.up else "hit", basis, query)
    return found


def _why_none(part: Part, told: Mapping[str, Any] | None) -> str:
    if told is None:
        return _("source not imported")
    if part.id == "persons":
        return _("needs the field persons of premium by month")
    return _("nothing in this period")


def behind(
    definition: Definition, part: Part, which: str, basis: str, query: Mapping[str, str], month: str = ""
) -> str:
    """The address of the rows behind a number: cases on the boards' own page; facts, policies and what may be either on ours."""
    what = f"{definition.id}:{part.id}:{which}" + (f"@{month}" if month else "")
    kept = {name: query.get(name, "") for name in ("branch", "business", "period")}
    if basis == "cases" and not definition.needs:
        return behind_address(BOARD, what, kept, f"{definition.id} {part}")
    return f"{PLACE}rows/?{urlencode({'what': what, **{name: value for name, value in kept.items() if value}})}"


def fraction(
    definition: Definition, part: Part, summary: Mapping[str, Any] | None, basis: str, query: Mapping[str, str], month: str = ""
) -> tuple[tuple[str, str], tuple[str, str]]:  # fmt: skip
    """Numerator and denominator in words, each with the address of the rows it is made of ("" where there are none)."""
    if summary is None:
        return ("–", ""), ("–", "")
    above, below = {"share": ("hit", "all"), "days": ("all", "all"), "rate": ("all", "per")}[part.unit]

    def one(name: str, which: str) -> tuple[str, str]:
        value = summary[name]
        words = f"{value:,.2f}" if value != round(value) else f"{value:,.0f}"
        return words, behind(definition, part, which, basis, query, month) if value else ""

    return one("numerator", above), one("denominator", below)


def address(page: str, query: Mapping[str, str]) -> str:
    kept = {name: query.get(name, "") for name in ("period", "branch", "business") if query.get(name)}
    return f"{PLACE}{page}" + (f"?{urlencode(kept)}" if kept else "")


def spark(months: list[Any], width: int = 96, height: int = 24) -> Spark | None:
    """A line through the months that have a value; None for fewer than two."""
    values = [None if one is None else one[0] for one in months]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    reach = high - low or 1.0
    pieces: list[list[str]] = [[]]
    x = y = 0.0
    for place, value in enumerate(values):
        if value is None:
            if pieces[-1]:
                pieces.append([])
            continue
        x = 3 + place * (width - 6) / max(len(values) - 1, 1)
        y = height - 4 - (value - low) / reach * (height - 8)
        pieces[-1].append(f"{x:.1f},{y:.1f}")
    return Spark([" ".join(piece) for piece in pieces if len(piece) > 1], round(x, 1), round(y, 1))


def headline(found: list[Shown], body: Mapping[str, Any]) -> str:
    """What matters first: a reported value that does not fit, then what got clearly worse, then how much can be computed."""
    period = wording.period_words(body["period"])
    lines = [line for one in found for line in one.lines]
    off = [line for line in lines if line.match is not None and not line.match.fits]
    if off:
        worst = max(off, key=lambda line: abs(line.match.difference) / line.match.tolerance)  # type: ignore[union-attr]
        assert worst.match is not None
        percent = "%" if worst.part.unit == "share" else ""
        words = {
            "period": period, "name": _name(worst), "reported": f"{worst.match.reported}{percent}", "value": worst.value,
        }  # fmt: skip
        if len(off) == 1:
            return _("%(period)s: “%(name)s” was reported as %(reported)s and recomputes to %(value)s") % words
        return _("%(period)s: %(count)s reported values do not fit, “%(name)s” most: %(reported)s against %(value)s") % {
            **words, "count": len(off),
        }  # fmt: skip
    worse = [line for line in lines if line.worse and line.clear]
    if worse:
        return _("%(period)s: %(names)s clearly worse than in the period before") % {
            "period": period, "names": _(", ").join(dict.fromkeys(f"“{_name(line)}”" for line in worse[:3])),
        }  # fmt: skip
    done = sum(any(line.value != "–" for line in one.lines) for one in found)
    return ngettext(
        "%(period)s: %(done)s of %(all)s indicator is computed, none clearly worse than before",
        "%(period)s: %(done)s of %(all)s indicators are computed, none clearly worse than before", len(found),
    ) % {"period": period, "done": done, "all": len(found)}  # fmt: skip


def _name(line: Line) -> str:
    return str(line.definition) if line.part.id == "main" else f"{line.definition} · {line.part}"


def totals(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The weighted totals in words: how much of the weight they cover, and what they leave out and why."""
    found = []
    for business, total in body["totals"].items():
        without = [f"{name} {BY_ID[name]}" for name in dict.fromkeys(total["without"])]
        found.append({
            "business": wording.business_words(business), "points": None if total["points"] is None else f"{total['points']:.1f}",
            "weights": f"{total['weights']:g}", "without": without, "rating": total["rating"] if total["weights"] >= ENOUGH else "",
            "members": [(name, str(BY_ID[name]), f"{points:.1f}") for name, points in sorted(total["members"].items())],
        })  # fmt: skip
    return found
