"""One scenario computed: the process learned from the lake, checked by replay, simulated as it is and as it would be."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np

from anxin.access.errors import Refused
from anxin.engines import dispatch
from anxin.engines.dispatch import Arrivals, Learned, Limit, Number, Outcome, Visits
from anxin.engines.mining import Log
from anxin.engines.results import plain
from anxin.insight.whatif.changes import engine_change
from anxin.insight.whatif.models import Scenario
from anxin.insight.whatif.stages import WHOLE, plan, promises

WARM, RUN_OFF = 45, 45
"""Days simulated before the measured ones, so that they begin with work there, and after them, so that cases end."""
SURGE_AFTER = 5
"""A rush begins so many days into the measured ones."""
REPLICATIONS = 40
STORM_REPLICATIONS = 12
KEPT = 4
_VALIDATED: dict[bytes, dict[str, Any]] = {}
_VALIDATING = threading.Lock()
Progress = Callable[[str, int, int], None]


def read(log: Log) -> Visits:
    try:
        return dispatch.visits(log, plan())
    except dispatch.BadModel as bad:
        raise Refused(str(bad)) from None


def run(row: Scenario, log: Log, progress: Progress) -> dict[str, Any]:
    """The result as plain JSON. Raises `Refused` where there is too little to learn from or a change does not fit the process."""
    try:
        return _run(row, log, progress)
    except dispatch.BadModel as bad:
        raise Refused(str(bad)) from None


def _run(row: Scenario, log: Log, progress: Progress) -> dict[str, Any]:
    progress("learning", 0, 4)
    v = read(log)
    first, last = max(0.0, v.hours_of(row.base_from)), v.hours_of(row.base_to + timedelta(days=1))
    learned = dispatch.learn(v, first, last)
    known = promises(row.promise_days)
    limits = [one.limit for one in known]
    progress("validating", 1, 4)
    checked = validation(v, limits)
    whole_days = WARM + row.days + RUN_OFF
    begins = _first_date(row, v)
    days = dispatch.days_of(begins.toordinal() - date(1970, 1, 1).toordinal(), whole_days, plan().is_working_day)
    changes = [engine_change(one, WARM + SURGE_AFTER) for one in row.changed]
    # A rush comes whatever is decided: beside other changes it is on both sides, so that the difference is theirs alone.
    around = [one for one in changes if isinstance(one, dispatch.Surge)] if row.kind == Scenario.Kind.CHANGE else []
    if len(around) == len(changes):
        around = []

    def base_arrivals(number: int) -> Arrivals:
        if row.arrivals == Scenario.Arrivals.REPLAY:
            at = v.hours_of(begins)
            return learned.replay(at, at + whole_days * 24.0)
        return learned.drawn(days, begins, dispatch.seed_of(row.seed, number))

    model = dispatch.apply(changes, learned.model)
    base_model = dispatch.apply(around, learned.model)

    def arrivals_around(number: int) -> Arrivals:
        return dispatch.apply_to_arrivals(around, base_arrivals(number), base_model, dispatch.seed_of(row.seed, number))

    def changed_arrivals(number: int) -> Arrivals:
        return dispatch.apply_to_arrivals(changes, base_arrivals(number), model, dispatch.seed_of(row.seed, number))

    about = {
        "kind": row.kind, "first_day": begins.isoformat(), "warm": WARM, "days": row.days, "cases_learned": len(learned.marks),
        "merged": [[one["stage"], _cases_at(v, learned, one["stage"])] for one in row.changed if one["what"] == "merge"],
        "really": plain(np.median((v.left - v.came)[learned.marks])),
        "served": [
            {
                "department": one.department, "people": one.people, "week_hours": one.week_hours, "visits": one.visits,
                "seen": one.effort.seen, "part": one.effort.part, "outside": one.outside,
                "hours": one.effort.hours and float(np.mean(list(one.effort.hours.values()))),
            }
            for one in learned.served
        ],
        "cautions": [[one.code, list(one.about)] for one in learned.cautions], "validation": checked, "rush": rush(learned),
        "promises": [one.code for one in known], "promise": row.promise or WHOLE,
    }  # fmt: skip
    if row.kind == Scenario.Kind.STORM:
        limit = next(one for one in limits if one.name == (row.promise or WHOLE))
        return about | {"storm": _storm(row, learned, model, changed_arrivals, days, limit, progress)}
    begin, end = WARM * 24.0, (WARM + row.days) * 24.0
    outcomes = []
    for name, made, coming in (("base", base_model, arrivals_around), ("scenario", model, changed_arrivals)):
        progress(name, 2 if name == "base" else 3, 4)
        runs = dispatch.simulate(made, coming, days, seed=row.seed, replications=REPLICATIONS)
        outcomes.append(dispatch.outcome(made, runs, days, begin=begin, end=end, limits=limits))
    compared = dispatch.difference(*outcomes)
    rules = {limit.name for limit in limits}
    return about | {
        "replications": REPLICATIONS, "both_sides": bool(around), "base": _told(outcomes[0], rules), "scenario": _told(outcomes[1], rules),
        "difference": {name: _number(one) for name, one in compared.changes.items()},
    }  # fmt: skip


def _cases_at(v: Visits, learned: Learned, stage: str) -> int:
    """How many of the cases learned from ever came to a stage."""
    return len(np.intersect1d(v.case[v.stage == v.stages.index(stage)], learned.marks)) if stage in v.stages else 0


def _first_date(row: Scenario, v: Visits) -> date:
    """Drawn days follow the base period; replayed ones are its last, with room behind them for cases to end."""
    if row.arrivals == Scenario.Arrivals.REPLAY:
        last = min(row.base_to, v.day_of(24.0 * (len(v.days) - 3)))
        return last - timedelta(days=WARM + row.days + RUN_OFF - 1)
    return row.base_to + timedelta(days=1) - timedelta(days=WARM)


def validation(v: Visits, limits: list[Limit]) -> dict[str, Any]:
    """The replay of the past as plain JSON; with `verdict` “none” and the reason where there is too little. Scenarios of one evening
    are mostly asked of the same claims: the last few answers are kept."""
    told = hashlib.blake2b(repr((v.stages, v.department, v.classes, v.places, v.first_day, limits)).encode())
    for some in (v.days.rows, v.case, v.stage, v.join, v.done, v.begun, v.resource, v.came, v.kind, v.place, v.over):
        told.update(some.tobytes())
    key = told.digest()
    found = _VALIDATED.get(key)
    if found is None:
        found = _validation(v, limits)
        with _VALIDATING:  # pages and rounds of the worker share them
            while len(_VALIDATED) >= KEPT:
                _VALIDATED.pop(next(iter(_VALIDATED)))
            _VALIDATED[key] = found
    return found


def _validation(v: Visits, limits: list[Limit]) -> dict[str, Any]:
    try:
        found = dispatch.validate(v, limits=limits, is_working_day=plan().is_working_day)
    except dispatch.BadModel as bad:
        return {"verdict": "none", "why": str(bad)}
    inside, of = found.covered
    return {
        "verdict": found.verdict, "cases": found.cases, "split": found.split.isoformat(), "last": found.last.isoformat(),
        "checks": [_check(one) for one in found.checks], "storm": [_check(one) for one in found.storm],
        "storm_cases": found.storm_cases, "storm_first": found.storm_first.isoformat() if found.storm_first else "",
        "usual_a_day": found.usual_a_day, "error": plain(found.error), "inside": [inside, of],
        "windows": [
            {
                "first": one.first.isoformat(), "last": one.last.isoformat(), "cases": one.cases, "rushed": one.rushed,
                "median": _check(one.median), "p90": _check(one.p90),
            }
            for one in found.windows
        ],
    }  # fmt: skip


def _check(one: dispatch.Check) -> dict[str, Any]:
    return {
        "name": one.name, "was": plain(one.was), "simulated": plain(one.simulated), "low": plain(one.spread.low),
        "high": plain(one.spread.high), "off": plain(one.off), "inside": one.inside, "trusted": one.trusted,
    }  # fmt: skip


def rush(learned: Learned) -> dict[str, Any]:
    """What past rushes did to waits beyond queues: the factor of the largest, by department ("" for what nobody serves)."""
    one = learned.rush
    return {
        "cases": one.cases,
        "largest": _short(one.largest),
        "factors": [[name, _short(factors[-1])] for name, factors in one.factors.items()],
    }


def _number(one: Number) -> list[float | None]:
    """Value, and the interval of the mean."""
    return [_short(one.value), _short(one.interval.low), _short(one.interval.high)]


def _short(value: float) -> float | None:
    return round(value, 5) if np.isfinite(value) else None


def _told(found: Outcome, rules: set[str]) -> dict[str, Any]:
    return {
        "cases": _number(found.cases), "median": _number(found.median), "p90": _number(found.p90), "mean": _number(found.mean),
        "unfinished": _number(found.unfinished), "progress": _number(found.progress),
        "kept": {name: _number(one) for name, one in found.kept.items() if name in rules},
        "by_day": [[_short(value) for value in day] for day in found.by_day.tolist()],
        "departments": [
            {
                "department": name, "busy": _number(busy), "queue": _number(queue), "wait": _number(wait),
                "by_hour": [_short(value) for value in _by_hour(found.by_hour[place])],
                "queue_by_hour": [_short(value) for value in _by_hour(found.queue_by_hour[place])],
            }
            for place, (name, busy, queue, wait) in enumerate(
                zip(found.departments, found.utilisation, found.queue, found.wait, strict=True)
            )
        ],
    }  # fmt: skip


def _by_hour(week: Any) -> list[float]:
    """Of a week's 168 hours, the mean of the five weekdays by hour of the day; nan where nobody is there."""
    rows = np.asarray(week).reshape(7, 24)[:5]
    known = np.isfinite(rows)
    sums = np.where(known, rows, 0.0).sum(0)
    counts = known.sum(0)
    return [
        float(value) if count else float("nan")
        for value, count in zip(sums / np.maximum(counts, 1), counts, strict=True)
    ]


def _storm(
    row: Scenario, learned: Learned, model: Any, coming: Callable[[int], Arrivals], days: Any, limit: Limit, progress: Progress
) -> dict[str, Any]:  # fmt: skip
    surge = next((one for one in row.changed if one["what"] == "surge"), None)
    if surge is None:
        raise dispatch.BadModel("surge: a storm plan needs how many more cases come.")
    found = dispatch.requirement(
        model, coming, days, limit, row.level / 1000, first_day=WARM + SURGE_AFTER, rush_days=int(surge["days"]), seed=row.seed,
        replications=STORM_REPLICATIONS, progress=lambda done, whole: progress("short", min(done + 2, whole), whole),
    )  # fmt: skip
    rush = WARM + SURGE_AFTER
    return {
        "level": found.level, "target": found.target, "reached": found.reached, "kept_now": _number(found.kept_now),
        "kept_with": _number(found.kept_with), "kept_at_most": _number(found.kept_at_most), "person_days": found.person_days,
        "short": [[one.department, one.place, one.day - rush, one.there, one.short] for one in found.short],
        "departments": list(found.departments), "by_hour": plain(found.by_hour), "there_by_hour": plain(found.there_by_hour),
        "cases": found.cases, "rush_days": found.days, "now": _number(found.now.median), "with": _number(found.planned.median),
        "kinds": [one.code for one in found.cautions],
    }  # fmt: skip
