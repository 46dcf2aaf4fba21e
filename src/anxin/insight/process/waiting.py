"""Where cases wait, what is done again, how long cases take, what slow ones have in common, what changed, what is still open."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any, Final

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from anxin.engines.mining import (
    BadQuestion,
    Log,
    cycle_time,
    drift,
    edge_cases,
    remaining_time,
    repeating_cases,
    rework,
    slow_cases,
)
from anxin.engines.mining.durations import HOUR
from anxin.engines.mining.questions.cycle_time import UNKNOWN, grouped_values
from anxin.engines.mining.questions.slow_cases import HAPPENS, Trait
from anxin.insight.process.flows import edge_rows, hours
from anxin.insight.process.narrowing import cases_in, ended, ids, in_month, kind_of, named, steps_in, turns, without
from anxin.insight.process.prescribed import shipped
from anxin.insight.results.asking import Ask

MOST_EDGES: Final = 60
MOST_OPEN: Final = 200
MOST_TRAITS: Final = 40
MOST_GROUPS: Final = 30
LEVEL: Final = 0.9
# The lake's own bookkeeping, and what is only known when a case has ended: no reason for being slow.
_NO_REASON: Final = ("count", "head", "closed", "state", "score", "kind")
_NO_GROUP: Final = (*_NO_REASON, "paid")


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
        "rework": _rework(steps),
        **_lengths(ask, kind),
        "drift": _drift(ask),
        "open": open_cases(ask),
    }


def _rework(log: Log) -> dict[str, Any]:
    found = rework(log)
    spent = found.cost if found.cost is not None else np.zeros(len(log.activities), np.int64)
    order = [int(a) for a in np.argsort(-spent, kind="stable") if found.repeats[a]][:MOST_EDGES]
    return {
        "cases": found.cases_with_rework,
        "hours": round(float(spent.sum()) / HOUR, 1),
        "rows": [
            {
                "activity": a, "cases": int(found.repeating_cases[a]), "repeats": int(found.repeats[a]),
                "loops": int(found.self_loops[a]), "hours": round(float(spent[a]) / HOUR, 1),
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


def _lengths(ask: Ask, kind: str) -> dict[str, Any]:
    log = ended_cases(ask)
    if log is None:
        return {"ended": 0, "months": [], "groups": {}, "slow": None}
    whole = cycle_time(log)
    groups = {}
    for name in log.case_attributes:
        if name in _NO_GROUP:
            continue
        found = cycle_time(log, by=name)
        rows = [(label, place) for place, label in enumerate(found.groups) if label != UNKNOWN]
        if 2 <= len(rows) <= MOST_GROUPS:
            groups[name] = sorted(
                ([label, int(found.count[at]), hours(found.median[at]), hours(found.p90[at])] for label, at in rows),
                key=lambda row: -row[2],
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
        "slow": _slow(log),
    }


def _reasons(log: Log) -> Log:
    kept = {name: one for name, one in log.case_attributes.items() if name not in _NO_REASON}
    return dataclasses.replace(log, case_attributes=kept, attributes={})


def _slow(log: Log) -> dict[str, Any]:
    found = slow_cases(_reasons(log))
    return {
        "over": hours(found.threshold),
        "slow": found.slow,
        "cases": found.cases,
        "tested": found.tested,
        "few": any(one.code == "few-slow" for one in found.cautions),
        "found": len(found.traits),
        "traits": [
            {
                "of": [list(one) for one in trait.conditions], "cases": trait.cases, "slow": trait.slow,
                "lift": round(trait.ratio, 2) if np.isfinite(trait.ratio) else None, "p": trait.p, "median": hours(trait.median),
            }
            for trait in _told_once(found.traits)[:MOST_TRAITS]
        ],
    }  # fmt: skip


def _told_once(traits: tuple[Trait, ...]) -> list[Trait]:
    """Steps that always come together mark the same cases: of traits with equal numbers the first is told."""
    seen: set[tuple[int, int, int, float]] = set()
    kept = []
    for trait in traits:
        key = (trait.cases, trait.slow, trait.median, round(trait.ratio, 6))
        if key not in seen:
            seen.add(key)
            kept.append(trait)
    return kept


def _drift(ask: Ask) -> dict[str, Any]:
    log = cases_in(ask, all_months=True)
    if log is None or log.cases < 60:
        return {"cases": 0 if log is None else log.cases, "changes": None}
    found = drift(log)
    return {
        "cases": log.cases,
        "windows": len(found.cases),
        "tested": found.tested,
        "changes": [
            {
                "at": one.at.isoformat(), "what": one.what, "activity": one.activity, "size": round(one.size, 3), "p": one.p,
                "before": one.before, "after": one.after,
            }
            for one in found.changes[:MOST_TRAITS]
        ],
        "more": max(len(found.changes) - MOST_TRAITS, 0),
    }  # fmt: skip


def open_cases(ask: Ask) -> dict[str, Any]:
    """Open cases with how long they will still take, the longest first. Learnt from all months: few cases of one month have
    ended while others are open."""
    log = cases_in(ask, all_months=True)
    nothing: dict[str, Any] = {"count": 0, "rows": []}
    if log is None:
        return nothing
    is_open = ~ended(log)
    if not is_open.any():
        return nothing
    wanted = {log.case_ids[int(case)] for case in np.flatnonzero(is_open)}
    try:
        found = remaining_time(log, level=LEVEL)
    except BadQuestion as error:
        return {"count": len(wanted), "rows": [], "why": error.code}
    order = [int(i) for i in np.argsort(-found.expected, kind="stable") if found.ids[i] in wanted]
    told = {one.code for one in found.cautions}
    return {
        "count": len(wanted),
        "as_of": found.as_of // 1_000_000,
        "level": found.level,
        "covered": None if np.isnan(found.covered) else round(float(found.covered), 4),
        "checked": found.checked,
        "few": "few-checked" in told,
        "endings": list(found.endings),
        "rows": [
            {
                "id": found.ids[i], "activity": found.activity[i], "since": hours(found.as_of - found.since[i]),
                "expected": hours(found.expected[i]), "low": hours(found.low[i]),
                "high": hours(found.high[i]) if np.isfinite(found.high[i]) else None,
            }
            for i in order[:MOST_OPEN]
        ],
    }  # fmt: skip


def cases_behind(ask: Ask, what: str) -> list[str]:
    """edge:A>B, rework:A, rework, month:2025-03, group:NAME=VALUE, slow, trait:NAME=VALUE(&…), open, ended. Raises LookupError."""
    asked, _, name = what.partition(":")
    if asked in ("edge", "rework", "all"):
        return _of_steps(ask, asked, name)
    if asked == "open":
        log = cases_in(ask, all_months=True)
        return [] if log is None else ids(log, ~ended(log))
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
        return ids(log, _has(log, attribute, value))
    if asked == "slow":
        return ids(log, slow_cases(_reasons(log)).is_slow)
    if asked == "trait":
        wanted = slow_cases(_reasons(log)).is_slow
        for condition in name.split("&"):
            attribute, _, value = condition.partition("=")
            wanted = wanted & _has(log, attribute, value)
        return ids(log, wanted)
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
        key = log.case_of_event().astype(np.int64) * len(log.activities) + log.activity
        pairs, times = np.unique(key, return_counts=True)
        return ids(log, np.unique(pairs[times > 1] // len(log.activities)))
    if asked == "all":
        return ids(log, np.arange(log.cases))
    raise LookupError(asked)


def _has(log: Log, attribute: str, value: str) -> NDArray[np.bool_]:
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
