"""What slow cases have in common, when the process changed, how long open cases will still take."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import numpy as np

from anxin.engines.mining import BadQuestion, Log, drift, remaining_time, slow_cases
from anxin.engines.mining.questions.drift import Change, Drift
from anxin.engines.mining.questions.slow_cases import Trait
from anxin.insight.process.flows import hours
from anxin.insight.process.narrowing import cases_in, ended, ids, kind_of
from anxin.insight.process.waiting import NO_REASON, ended_cases, has_trait
from anxin.insight.results.asking import Ask

MOST_OPEN: Final = 200
MOST_TRAITS: Final = 40
LEVEL: Final = 0.9


def finding(ask: Ask) -> dict[str, Any]:
    """Times in hours."""
    log = ended_cases(ask)
    return {
        "kind": kind_of(ask),
        "slow": None if log is None else _slow(log),
        "drift": _drift(ask),
        "open": open_cases(ask),
    }


def _reasons(log: Log) -> Log:
    kept = {name: one for name, one in log.case_attributes.items() if name not in NO_REASON}
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
                "before": one.before, "after": one.after, **_stretches(found, one),
            }
            for one in found.changes[:MOST_TRAITS]
        ],
        "more": max(len(found.changes) - MOST_TRAITS, 0),
    }  # fmt: skip


def _stretches(found: Drift, one: Change) -> dict[str, list[int]]:
    """The cases that were compared, before and after: [first moment, last moment (outside), cases], in microseconds."""
    at = one.at.timestamp() * 1e6
    place = int(np.argmin(np.abs(found.windows - at)))
    return {
        name: [int(found.windows[k]), int(found.windows[k + 1]), int(found.cases[k])]
        for name, k in (("cases_before", place - 1), ("cases_after", place))
    }


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
    """slow, trait:NAME=VALUE(&…), has:NAME=VALUE(&…) (whether slow or not), open, began:FROM-TO (microseconds, of all months).
    Raises LookupError."""
    asked, _, name = what.partition(":")
    if asked == "open":
        log = cases_in(ask, all_months=True)
        return [] if log is None else ids(log, ~ended(log))
    if asked == "began":
        first, _, last = name.partition("-")
        if not (first.isdigit() and last.isdigit()):
            raise LookupError(what)
        log = cases_in(ask, all_months=True)
        if log is None:
            return []
        begun = log.begins()
        return ids(log, (begun >= int(first)) & (begun < int(last)))
    log = ended_cases(ask)
    if log is None:
        return []
    if asked == "slow":
        return ids(log, slow_cases(_reasons(log)).is_slow)
    if asked in ("trait", "has") and name:
        wanted = slow_cases(_reasons(log)).is_slow if asked == "trait" else np.ones(log.cases, bool)
        for condition in name.split("&"):
            attribute, _, value = condition.partition("=")
            wanted = wanted & has_trait(log, attribute, value)
        return ids(log, wanted)
    raise LookupError(what)
