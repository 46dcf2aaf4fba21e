"""Every indicator of a question, with what is missing for it; months, branches and the weighted total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import numpy as np

from anxin.insight.indicators.computing import claims, outside
from anxin.insight.indicators.computing.facts import has_facts
from anxin.insight.indicators.computing.ground import Ground
from anxin.insight.indicators.computing.rows import Rows
from anxin.insight.indicators.definitions import BY_ID, INDICATORS, RATINGS, Definition, Part, applies
from anxin.insight.indicators.periods import Period, last_quarter, months_until
from anxin.insight.results.asking import Ask

Formula = Callable[[Ground, Period], dict[str, Rows]]

FORMULAS: Final[Mapping[str, Formula]] = {
    "IN-01": outside.answered_calls,
    "IN-02": outside.delivered,
    "IN-03": outside.called_back,
    "IN-04": claims.claims_time,
    "IN-05": claims.paid,
    "IN-06": outside.policy_service,
    "IN-07": claims.closed_of_opened,
    "IN-08": claims.report_to_payment,
    "IN-09": outside.satisfied,
    "IN-10": outside.disputes,
    "IN-11": outside.complaint_rate,
    "IN-12": outside.decided_in_time,
    "IN-13": claims.small_claims,
    "IN-14": claims.quality_index,
}
BUSINESSES: Final = ("pc", "life")


def period_of(ask: Ask) -> Period:
    """The period asked for, else the last whole quarter. Raises ValueError for what is no period."""
    return Period.parse(ask.get("period")) if ask.get("period") else last_quarter(ask.now)


def compute(ask: Ask) -> dict[str, Any]:
    """The board: every indicator that belongs to the line asked for."""
    period, business = period_of(ask), ask.get("business")
    ground = Ground(ask, business)
    months = months_until(period)
    found = {
        one.id: _indicator(one, ground, period, months) for one in INDICATORS if applies(one, business)
    }  # fmt: skip
    return {
        "period": period.name, "over": period.is_over(ask.now), "business": business,
        "months": [month.name for month in months], "before": period.before().name, "indicators": found,
        "totals": {one: _total(one, ask, period) for one in ([business] if business else BUSINESSES)},
    }  # fmt: skip


def _indicator(definition: Definition, ground: Ground, period: Period, months: list[Period]) -> dict[str, Any]:
    missing = lacking(definition)
    formula = FORMULAS[definition.id]
    if missing and not definition.own:
        return {"missing": missing, "parts": {}}
    now = formula(ground, period)
    previous = {part: rows.summary() for part, rows in formula(ground, period.before()).items()}
    by_month = [{part: rows.summary() for part, rows in formula(ground, month).items()} for month in months]
    parts = {}
    for part in definition.parts:
        rows = now[part.id]
        parts[part.id] = {
            "basis": _basis(rows), "now": rows.summary(), "before": previous[part.id], "months": [_short(month[part.id]) for month in by_month],
            "branches": {
                code: summary
                for place, code in enumerate(ground.codes)
                if (summary := rows.of_branch(place).summary()) is not None
            },
        }  # fmt: skip
    return {"missing": missing, "parts": parts}


def _short(summary: dict[str, Any] | None) -> list[float | None] | None:
    """[value, low, high, n, numerator, denominator] of a month."""
    names = ("value", "low", "high", "n", "numerator", "denominator")
    return None if summary is None else [summary[name] for name in names]


def _basis(rows: Rows) -> str:
    """Whether a number rests on claims, on facts, on both, or on policies."""
    if rows.of == "policies":
        return "policies"
    has_cases, has_facts = bool((rows.case >= 0).any()), bool((rows.fact >= 0).any())
    return "both" if has_cases and has_facts else "facts" if has_facts else "cases" if has_cases else ""


def lacking(definition: Definition) -> list[dict[str, Any]]:
    """Kinds of facts that an indicator needs and that nobody has imported yet, with their fields."""
    return [
        {"kind": kind, "fields": list(fields)}
        for kind, fields in definition.needs
        if not has_facts(kind) and not _stands_in(definition, kind)
    ]


def _stands_in(definition: Definition, kind: str) -> bool:
    """The register has premium; nothing else of ours replaces an imported source wholly."""
    return kind == "premiums"


# -- the weighted total -------------------------------------------------------------------------------------------


def points(part: Part, value: float) -> float | None:
    """From 0 to 100: a share as it is; a time by the market's own (100 when as quick); None where there is nothing to go by."""
    if part.unit == "share":
        return 100 * value if part.up else 100 * (1 - value)
    if part.target is None or part.unit == "rate":
        return None
    return 100.0 if value <= part.target else 100 * part.target / value


def _total(business: str, ask: Ask, period: Period) -> dict[str, Any]:
    """Points of the indicators that have any, by their weights; members of a joint weight have equal parts of it."""
    ground = Ground(ask, business)
    sizes = Counter(
        weight.group for one in INDICATORS for weight in one.weights if weight.business == business
    )  # fmt: skip
    weights = weighed = 0.0
    members: dict[str, float] = {}
    without: list[str] = []
    for definition in INDICATORS:
        for weight in definition.weights:
            if weight.business != business:
                continue
            scored = _scored(definition, ground, period)
            if scored is None:
                without.append(definition.id)
                continue
            share = weight.points / sizes[weight.group]
            weights, weighed = weights + share, weighed + share * scored
            members[definition.id] = round(scored, 4)
    total = weighed / weights if weights else None
    return {
        "points": total, "weights": round(weights, 2), "without": without, "members": members,
        "rating": next(name for least, name in RATINGS if total >= least) if total is not None else "",
    }  # fmt: skip


def _scored(definition: Definition, ground: Ground, period: Period) -> float | None:
    """The mean of the points of an indicator's numbers that can be given any."""
    if lacking(definition) and not definition.own:
        return None
    found = []
    for name, rows in FORMULAS[definition.id](ground, period).items():
        if name == "rolled":  # the same complaints a second time
            continue
        summary = rows.summary()
        scored = None if summary is None else points(definition.part(name), summary["value"])
        if scored is not None:
            found.append(scored)
    return sum(found) / len(found) if found else None


# -- behind a number ----------------------------------------------------------------------------------------------


WHICH: Final = ("all", "hit", "miss", "per")


class Behind:
    """The rows behind `IN-05:main:hit`: hit (counted in the numerator), miss (not), all; of a rate per: those its denominator is
    the sum of. A month after @: `…:all@2026-08`."""

    def __init__(self, ask: Ask, what: str):
        """Raises LookupError or ValueError for a number that does not exist."""
        name, _at, month = what.partition("@")
        indicator, part, which = name.split(":")
        self.definition = BY_ID[indicator]
        self.part = self.definition.part(part)
        if which not in WHICH or (which == "per" and self.part.unit != "rate"):
            raise ValueError(which)
        self.which = which
        self.period = Period.parse(month) if month else period_of(ask)
        self.ground = Ground(ask, ask.get("business"), by_row=True)
        rows = FORMULAS[indicator](self.ground, self.period)[part]
        if which == "per":
            rows = rows.below if rows.below is not None else rows.where(np.zeros(len(rows.values), bool))
        elif which != "all":
            rows = rows.where(rows.values == 1 if which == "hit" else rows.values == 0)
        self.rows = rows

    def cases(self) -> list[str]:
        places = np.unique(self.rows.case[self.rows.case >= 0])
        log = self.ground.log
        return [] if log is None else [log.case_ids[int(place)] for place in places]

    def facts(self) -> list[int]:
        """Primary keys of facts, or of policies where `rows.of` says so; the newest first."""
        keys: list[int] = np.sort(self.rows.fact[self.rows.fact >= 0])[::-1].tolist()
        return keys

    def worth(self, keys: Collection[int]) -> dict[int, float]:
        """What each of these facts (or policies) counts as."""
        listed = np.isin(self.rows.fact, list(keys))
        return dict(zip(self.rows.fact[listed].tolist(), self.rows.values[listed].tolist(), strict=True))


def behind(ask: Ask, what: str) -> list[str]:
    return Behind(ask, what).cases()
