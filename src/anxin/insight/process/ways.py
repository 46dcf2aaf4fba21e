"""Variants: the different ways in which cases went."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, Final

import numpy as np

from anxin.engines.mining import Log, Variants, edge_cases, variants
from anxin.engines.mining.kernels.grouping import Groups
from anxin.insight.process.flows import hours
from anxin.insight.process.narrowing import TAKES, ids, kind_of, named, runs_once, steps_in
from anxin.insight.results.asking import Ask

MOST: Final = 1_000
"""Variants stored, the most frequent ones; of a longer path only so many steps."""
MOST_STEPS: Final = 300
TAKES_WAYS: Final = (*TAKES, "runs", "has", "first", "next")
APART: Final = "apart"
"""Value of `runs`: every repeat of a step counts as a step of its own."""


def ways(ask: Ask) -> dict[str, Any]:
    """Variants, the most frequent first, each with the key that opens its cases. `share` is of the cases that were asked for."""
    kind = kind_of(ask)
    whole = steps_in(ask)
    log = _asked_for(ask, whole)
    if log is None:
        return {"kind": kind, "cases": 0, "of": 0 if whole is None else whole.cases, "activities": _names(whole)}
    found, lengths = _variants(ask, log)
    groups = Groups(len(found))
    groups.add(found.of_case, lengths)
    median = groups.finish().quantiles((500,))[:, 0]
    covered = np.cumsum(found.count)
    return {
        "kind": kind,
        "cases": log.cases,
        "of": log.cases if whole is None else whole.cases,
        "variants": len(found),
        "single": int((found.count == 1).sum()),
        "for_80": found.needed_for(0.8),
        "activities": _names(whole),
        "rows": [
            {
                "key": _key(found, v),
                "path": [int(code) for code in _codes(found, v)[:MOST_STEPS]],
                "steps": int(found.offsets[v + 1] - found.offsets[v]),
                "cases": int(found.count[v]),
                "covered": int(covered[v]),
                "median": hours(median[v]),
            }
            for v in range(min(len(found), MOST))
        ],
    }


def _names(log: Log | None) -> list[str]:
    """All activities, by code."""
    return [] if log is None else list(log.activities)


def _asked_for(ask: Ask, log: Log | None) -> Log | None:
    """The cases in which an activity occurs (`has`), and in which `next` comes directly after `first`."""
    if log is None:
        return None
    wanted = np.ones(log.cases, bool)
    if ask.get("has"):
        wanted &= _numbers(log, np.unique(log.case_of_event()[log.activity == named(log, ask.get("has"))]))
    if ask.get("first") and ask.get("next"):
        pair = [log.activities[named(log, ask.get(one))] for one in ("first", "next")]
        wanted &= _numbers(log, edge_cases(log, *pair))
    if wanted.all():
        return log
    return log.select_cases(wanted) if wanted.any() else None


def _numbers(log: Log, cases: Any) -> Any:
    mask = np.zeros(log.cases, bool)
    mask[cases] = True
    return mask


def _variants(ask: Ask, log: Log) -> tuple[Variants, Any]:
    lengths = log.ends() - log.begins()
    if ask.get("runs") != APART:
        log, lengths = runs_once(log)
    return variants(log, durations=False), lengths


def _codes(found: Variants, variant: int) -> Any:
    return found.sequences[found.offsets[variant] : found.offsets[variant + 1]]


def _key(found: Variants, variant: int) -> str:
    """A name for a path that stays the same when the lake grows."""
    return blake2b("\0".join(found.path(variant)).encode(), digest_size=8).hexdigest()


def cases_behind(ask: Ask, what: str) -> list[str]:
    """variant:KEY. Raises LookupError."""
    asked, _, key = what.partition(":")
    log = _asked_for(ask, steps_in(ask))
    if log is None:
        return []
    if asked == "all":
        return ids(log, np.arange(log.cases))
    if asked != "variant":
        raise LookupError(what)
    found, _lengths = _variants(ask, log)
    for variant in range(min(len(found), MOST)):
        if _key(found, variant) == key:
            return ids(log, found.cases(variant))
    raise LookupError(what)
