"""From facts to cards: units, estimates shrunk toward their peers, scores by a plan. Pure but for nothing: no rows are written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anxin.engines.appraisal import (
    Indicator,
    Posterior,
    Score,
    Shrunk,
    durations,
    means,
    rates,
    score,
    shares,
    standings,
)
from anxin.insight.scorecards.facts import Fact
from anxin.insight.scorecards.indicators import (
    AMOUNT,
    BRANCH,
    BY_CODE,
    FEWEST,
    KINDS,
    MEAN,
    PERSON,
    RATE,
    SHARE,
    TEAM,
    Kind,
    counts_for,
)

ENOUGH = 0.5
"""A unit is scored when the indicators with enough cases hold at least so much of its weight."""


@dataclass(slots=True)
class UnitCard:
    """A unit with its rows by indicator and, later, its estimates: {"n", "raw", "value", "low", "high", "own", "group", "law"}."""

    key: str
    level: str
    branch: int | None
    department: str = ""
    person: int | None = None
    rows: dict[str, list[tuple[str, float, str]]] = field(default_factory=lambda: defaultdict(list))
    estimates: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        """How many cases the card rests on, each counted once."""
        beside = {"premium", "servperf"}
        return len({row[0] for code, rows in self.rows.items() if code not in beside for row in rows})

    @property
    def peers(self) -> str:
        """Who it is compared with: the same department of all branches; all branches."""
        return f"{self.level}:{self.department}"


def units_of(
    facts: Iterable[Fact], homes: Mapping[int, tuple[str, int | None]], left_out: frozenset[tuple[int, str, str]]
) -> dict[str, UnitCard]:
    """Every unit with its rows. `homes`: a person's department and branch. `left_out`: (person, indicator, case) of objections
    that were granted; the case goes on counting for the team and the branch."""
    units: dict[str, UnitCard] = {}

    def unit(key: str, **about: Any) -> UnitCard:
        return units.setdefault(key, UnitCard(key, **about))

    for fact in facts:
        kind, row = BY_CODE[fact.indicator], (fact.about, fact.value, fact.detail)
        if fact.person is not None and (fact.person, fact.indicator, fact.about) not in left_out:
            department, branch = homes[fact.person]
            if counts_for(kind, PERSON, department):
                one = unit(f"p{fact.person}", level=PERSON, branch=branch, department=department, person=fact.person)
                one.rows[kind.code].append(row)
        if fact.branch is None:
            continue
        if fact.department and counts_for(kind, TEAM, fact.department):
            key = f"t{fact.branch}:{fact.department}"
            unit(key, level=TEAM, branch=fact.branch, department=fact.department).rows[kind.code].append(row)
        if counts_for(kind, BRANCH, ""):
            unit(f"b{fact.branch}", level=BRANCH, branch=fact.branch).rows[kind.code].append(row)
    return units


def estimate(units: Mapping[str, UnitCard], months: int) -> None:
    """Fill in every unit's estimates. Nothing here depends on the plan: a preview only scores again."""
    groups: dict[str, list[UnitCard]] = defaultdict(list)
    for key in sorted(units):
        groups[units[key].peers].append(units[key])
    for members in groups.values():
        for kind in KINDS:
            having = [one for one in members if one.rows.get(kind.code)]
            if not having:
                continue
            if kind.family == AMOUNT:
                _sums(kind, having, months)
                continue
            found = _shrunk(kind, having)
            for one, unit in zip(having, found.units, strict=True):
                interval = unit.interval
                one.estimates[kind.code] = {
                    "n": int(unit.n), "raw": unit.raw, "value": unit.value, "low": interval.low, "high": interval.high,
                    "own": unit.own, "group": found.group, "peers": len(having), "law": unit.posterior.to_dict(),
                    "better": unit.better(found.group, up=kind.up),
                }  # fmt: skip


def _shrunk(kind: Kind, having: Sequence[UnitCard]) -> Shrunk:
    names = [one.key for one in having]
    values = [[value for _about, value, _detail in one.rows[kind.code]] for one in having]
    if kind.family == SHARE:
        return shares(names, [sum(one) for one in values], [len(one) for one in values])
    if kind.family == RATE:
        return rates(names, [sum(one) for one in values], [len(one) for one in values])
    return means(names, values) if kind.family == MEAN else durations(names, values)


def _sums(kind: Kind, having: Sequence[UnitCard], months: int) -> None:
    """A sum is known, not estimated: yuan a month, no interval, nothing borrowed from anybody."""
    sums = {one.key: sum(value for _about, value, _detail in one.rows[kind.code]) / 100 / months for one in having}
    group = sum(sums.values()) / len(sums)
    for one in having:
        value = sums[one.key]
        one.estimates[kind.code] = {
            "n": len(one.rows[kind.code]), "raw": value, "value": value, "low": value, "high": value, "own": 1.0, "group": group,
            "peers": len(having), "law": Posterior("exact", value, 0.0).to_dict(), "better": None,
        }  # fmt: skip


# -- scoring by a plan ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """What a plan makes of one unit's estimates. `score` is None with too few cases. `few`: indicators with too few."""

    key: str
    peers: str
    score: Score | None
    few: tuple[str, ...]


def judged(
    key: str, level: str, department: str, estimates: Mapping[str, Mapping[str, Any]], lines: Mapping[str, Any]
) -> Judged:
    indicators, posteriors, few, whole, enough = [], {}, [], 0.0, 0.0
    for code, line in lines.items():
        kind = BY_CODE.get(code)
        if kind is None or not line["weight"] or not counts_for(kind, level, department):
            continue
        whole += line["weight"]
        found = estimates.get(code)
        if found is None or found["n"] < max(line["fewest"], FEWEST):
            few.append(code)
            continue
        enough += line["weight"]
        limits = line["limits"][level]
        indicators.append(Indicator(code, line["weight"], limits["floor"], limits["target"]))
        posteriors[code] = Posterior.of(found["law"])
    made = score(key, indicators, posteriors) if whole and enough >= ENOUGH * whole else None
    return Judged(key, f"{level}:{department}", made, tuple(few))


def ranked(all_judged: Iterable[Judged]) -> dict[str, dict[str, Any]]:
    """What the cards keep of score and standing, by key. A rank needs three peers that can be judged."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in all_judged:
        groups[one.peers].append(one)
    kept: dict[str, dict[str, Any]] = {}
    for members in groups.values():
        scores = [one.score for one in members if one.score is not None]
        places = standings(scores) if len(scores) >= 3 else {}
        for one in members:
            made, place = one.score, places.get(one.key)
            kept[one.key] = {
                "few": list(one.few),
                "score": None if made is None else {
                    "value": made.value, "low": made.interval.low, "high": made.interval.high, "points": dict(made.points),
                    "share": dict(made.share),
                },
                "standing": None if place is None else {
                    "rank": place.rank, "low": place.low, "high": place.high, "top": place.top, "bottom": place.bottom,
                    "among": place.among,
                },
                "group": sum(score.value for score in scores) / len(scores) if scores else None,
            }  # fmt: skip
    return kept
