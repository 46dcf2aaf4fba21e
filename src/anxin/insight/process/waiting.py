"""Where cases wait, what is done again, how long cases take."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from anxin.engines.mining import (
    BadQuestion,
    Log,
    cycle_time,
    edge_cases,
    repeating_cases,
    rework,
)
from anxin.engines.mining.durations import HOUR
from anxin.engines.mining.questions.cycle_time import UNKNOWN, grouped_values
from anxin.engines.mining.questions.slow_cases import HAPPENS
from anxin.insight.process.flows import edge_rows, hours
from anxin.insight.process.narrowing import (
    TAKES,
    cases_in,
    ended,
    ids,
    in_month,
    kind_of,
    named,
    steps_in,
    turns,
    without,
)
from anxin.insight.process.prescribed import repeatable, shipped
from anxin.insight.process.queries import prescribed
from anxin.insight.results.asking import Ask

TAKES_WAITING: Final = (*TAKES, "edition")
MOST_EDGES: Final = 25
MOST_GROUPS: Final = 30
# The lake's own bookkeeping, and what is only known when a case has ended: no reason for being slow.
NO_REASON: Final = ("count", "head", "closed", "state", "score", "kind")
_NO_GROUP: Final = (*NO_REASON, "paid")


def waiting(ask: Ask) -> dict[str, Any]:
    """Times in hours. `ours` are the hours that customers waited for us: without the steps that wait for the customer and
    those that nobody waits for (`narrowing.turns`)."""
    kind = kind_of(ask)
    steps = steps_in(ask)
    if steps is None:
        return {"kind": kind, "cases": 0}
    turn = turns(steps, kind)
    edges = edge_rows(steps, turn)
    return {
        "kind": kind,
        "cases": steps.cases,
        "activities": list(steps.activities),
        "ours": round(sum(one["hours"] for one in edges if not one["turn"]), 1),
        "theirs": round(sum(one["hours"] for one in edges if one["turn"] == "customer"), 1),
        "edges": edges[:MOST_EDGES],
        "more_edges": max(len(edges) - MOST_EDGES, 0),
        "rework": _rework(steps, _may_repeat(ask)),
        **_lengths(ask),
    }


def _may_repeat(ask: Ask) -> tuple[str, ...]:
    """By the edition asked for, which the page names where one was prescribed; else by the shipped process."""
    edition = ask.get("edition")
    model = prescribed(kind_of(ask), int(edition) if edition.isdigit() else 0)
    return repeatable(None if model is None else model.process)


def _rework(log: Log, may_repeat: tuple[str, ...]) -> dict[str, Any]:
    """What is done again. Steps that the prescribed process lets repeat (a paper after the other) are told apart: `due`."""
    found = rework(log)
    rest = without(log, may_repeat)
    spent = found.cost if found.cost is not None else np.zeros(len(log.activities), np.int64)
    due = np.array([name in may_repeat for name in log.activities], bool)
    order = [int(a) for a in np.lexsort((-spent, due)) if found.repeats[a]][:MOST_EDGES]
    return {
        "cases": 0 if rest is None else rework(rest, cost=False).cases_with_rework,
        "hours": round(float(spent[~due].sum()) / HOUR, 1),
        "rows": [
            {
                "activity": a, "cases": int(found.repeating_cases[a]), "repeats": int(found.repeats[a]),
                "loops": int(found.self_loops[a]), "hours": round(float(spent[a]) / HOUR, 1), "due": bool(due[a]),
            }
            for a in order
        ],
    }  # fmt: skip


def ended_cases(ask: Ask) -> Log | None:
    """The cases that have ended, up to their end: what comes after it, such as a rating, makes no case longer."""
    log = cases_in(ask)
    if log is None:
        return None
    done = ended(log)
    return without(log.select_cases(done), shipped(kind_of(ask))["after_end"]) if done.any() else None


def _lengths(ask: Ask) -> dict[str, Any]:
    log = ended_cases(ask)
    if log is None:
        return {"ended": 0, "months": [], "groups": {}}
    whole = cycle_time(log)
    groups: dict[str, list[list[Any]]] = {}
    for name in log.case_attributes:
        if name in _NO_GROUP:
            continue
        found = cycle_time(log, by=name)
        rows = [(label, place) for place, label in enumerate(found.groups) if label != UNKNOWN]
        if 2 <= len(rows) <= MOST_GROUPS:
            groups[name] = sorted(
                ([label, int(found.count[at]), hours(found.median[at]), hours(found.p90[at])] for label, at in rows),
                key=lambda row: -float(row[2]),  # type: ignore[arg-type]
            )
    by_month = cycle_time(log, by="month", zone=timezone.get_default_timezone())
    return {
        "ended": log.cases,
        "median": hours(whole.median[0]),
        "p90": hours(whole.p90[0]),
        "months": [
            [month, int(by_month.count[at]), hours(by_month.median[at]), hours(by_month.p90[at])]
            for at, month in enumerate(by_month.groups)
        ],
        "groups": groups,
    }


def cases_behind(ask: Ask, what: str) -> list[str]:
    """edge:A>B, rework:A, rework, month:2025-03, group:NAME=VALUE, ended, all. Raises LookupError."""
    asked, _, name = what.partition(":")
    if asked in ("edge", "rework", "all"):
        return _of_steps(ask, asked, name)
    log = ended_cases(ask)
    if log is None:
        return []
    if asked == "ended":
        return ids(log, np.arange(log.cases))
    if asked == "month":
        date.fromisoformat(f"{name}-01")
        return ids(log, in_month(log, name, of_end=True))
    if asked == "group":
        attribute, _, value = name.partition("=")
        return ids(log, has_trait(log, attribute, value))
    raise LookupError(what)


def _of_steps(ask: Ask, asked: str, name: str) -> list[str]:
    log = steps_in(ask)
    if log is None:
        return []
    if asked == "edge" and ">" in name:
        a, _, b = name.partition(">")
        return ids(log, edge_cases(log, log.activities[named(log, a)], log.activities[named(log, b)]))
    if asked == "rework" and name:
        return ids(log, repeating_cases(log, log.activities[named(log, name)]))
    if asked == "rework":
        rest = without(log, _may_repeat(ask))
        if rest is None:
            return []
        key = rest.case_of_event().astype(np.int64) * len(rest.activities) + rest.activity
        pairs, times = np.unique(key, return_counts=True)
        return ids(rest, np.unique(pairs[times > 1] // len(rest.activities)))
    if asked == "all":
        return ids(log, np.arange(log.cases))
    raise LookupError(asked)


def has_trait(log: Log, attribute: str, value: str) -> NDArray[np.bool_]:
    """Which cases have a trait, as `slow_cases` and `cycle_time` name them."""
    if value in HAPPENS and attribute.startswith("“"):
        code = named(log, attribute.strip("“”"))
        times = np.bincount(log.case_of_event()[log.activity == code], minlength=log.cases)
        has: NDArray[np.bool_] = times > (0 if value == HAPPENS[0] else 1)
        return has
    try:
        column, per_case = log.column(attribute)
    except BadQuestion:
        raise LookupError(attribute) from None
    labels, key = grouped_values([column if per_case else column.take(log.offsets[:-1])])
    if value not in labels:
        raise LookupError(value)
    found: NDArray[np.bool_] = key == labels.index(value)
    return found
