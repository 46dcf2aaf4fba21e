"""What the boards of this room look at: cases of one kind, narrowed by facts, and which of their events."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from anxin.engines.mining import Log, WorkingTime, usual_endings
from anxin.engines.mining.log.columns import Ints
from anxin.engines.mining.working import months
from anxin.insight.process.prescribed import shipped
from anxin.insight.results.asking import Ask, among
from anxin.journal.activities import CASE_HANDED_OVER
from anxin.journal.promises.source import source

FACTS: Final = ("small", "injury", "outcome")
TAKES: Final = ("branch", "kind", "month", "line", *FACTS, "hand")
USUAL: Final = "claim"
SHOWN: Final = "shown"
"""Value of `hand`: the journal's own hand-over step is shown."""


def kind_of(ask: Ask, log: Log | None = None) -> str:
    """The kind of case asked about; else claims, where there are any, else the most frequent kind."""
    if ask.get("kind"):
        return ask.get("kind")
    log = ask.log_of_all_months if log is None else log
    column = None if log is None else log.case_attributes.get("kind")
    if column is None or column.names is None or log is None:
        return USUAL
    counts = np.bincount(column.values[column.values >= 0], minlength=len(column.names))
    code = column.names.code(USUAL)
    if code >= 0 and counts[code]:
        return USUAL
    return str(column.names[int(np.argmax(counts))]) if counts.sum() else USUAL


def cases_in(ask: Ask, *, all_months: bool = False) -> Log | None:
    """The cases that the reader chose; None where there are none. Every event of them."""
    log = ask.log_of_all_months if all_months else ask.log
    if log is None:
        return None
    wanted = among(log, "kind", {kind_of(ask)})
    for name in FACTS:
        if ask.get(name):
            wanted &= among(log, name, {ask.get(name)})
    if wanted.all():
        return log
    return log.select_cases(wanted) if wanted.any() else None


def steps_in(ask: Ask) -> Log | None:
    """The same cases without the journal's own hand-over step, unless the reader wants to see it."""
    log = cases_in(ask)
    return log if log is None or ask.get("hand") == SHOWN else without(log, (CASE_HANDED_OVER,))


def without(log: Log, activities: tuple[str, ...] | list[str]) -> Log | None:
    """The log less some activities; None where nothing is left."""
    gone = [code for name in activities if (code := log.activities.code(name)) >= 0]
    if not gone:
        return log
    kept = ~np.isin(log.activity, gone)
    if kept.all():
        return log
    return log.select_events(kept) if kept.any() else None


def runs_once(log: Log) -> tuple[Log, NDArray[np.int64]]:
    """The log with repeats in a row taken as one step, and how long each case took before that."""
    first = np.ones(len(log), bool)
    first[1:] = log.activity[1:] != log.activity[:-1]
    first[log.offsets[:-1]] = True
    return log.select_events(first), log.ends() - log.begins()


def ended(log: Log) -> NDArray[np.bool_]:
    """Which cases have ended: what the journal says; of a log that does not, those with a usual last step."""
    column = log.case_attributes.get("closed")
    if column is not None:
        closed = among(log, "closed", {"yes"})
        if closed.any():
            return closed
    codes = [log.activity_code(name) for name in usual_endings(log)]
    return np.isin(log.activity[log.offsets[1:] - 1], codes)


def in_month(log: Log, month: str, *, of_end: bool) -> NDArray[np.bool_]:
    at = log.ends() if of_end else log.begins()
    found: NDArray[np.bool_] = months(at, timezone.get_default_timezone()) == np.datetime64(month, "M")
    return found


def office_time(log: Log) -> WorkingTime | None:
    """The calendar in force, laid out for a log; None where none is prescribed."""
    editions = source().current()
    if not editions.calendar:
        return None
    return WorkingTime.of(source().calendar(editions.calendar), int(log.begins().min()), int(log.time.max()))


def turns(log: Log, kind: str) -> list[str]:
    """Who is waited for before each activity: "customer", "none" (nobody waits), else "" (the customer waits for us)."""
    told = shipped(kind)
    share = np.zeros(len(log.activities))
    actors = log.attributes.get("actor_kind")
    if actors is not None and actors.names is not None and (code := actors.names.code("customer")) >= 0:
        every = np.maximum(np.bincount(log.activity, minlength=len(log.activities)), 1)
        share = np.bincount(log.activity[actors.values == code], minlength=len(log.activities)) / every
    return [
        "none" if name in told["nobody_waits"]
        else "customer" if name in told["customers_turn"] or share[place] > 0.5
        else ""
        for place, name in enumerate(log.activities)
    ]  # fmt: skip


def named(log: Log, name: str) -> int:
    """The code of an activity that came in an address, where long names are cut. Raises LookupError."""
    code = log.activities.code(name)
    if code >= 0:
        return int(code)
    if len(name) >= 60:
        for place, one in enumerate(log.activities):
            if one[:60].strip() == name:
                return place
    raise LookupError(f"no activity {name!r}")


def ids(log: Log, cases: Ints | NDArray[Any]) -> list[str]:
    """Public ids of cases, by number or by a mask."""
    numbers = np.flatnonzero(cases) if cases.dtype == np.bool_ else cases
    return [log.case_ids[int(number)] for number in numbers]
