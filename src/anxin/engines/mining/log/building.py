"""From columns in any order to a `Log`: what is no event is set aside, the rest sorted by case and moment."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from anxin.engines.mining.errors import BadLog
from anxin.engines.mining.kernels.ordering import by_case_and_time
from anxin.engines.mining.log.columns import MISSING, Codes, Column, Ints, Names, smallest
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.log.report import Reading, SetAside
from anxin.engines.results import Caution, Value

NO_TIME = np.iinfo(np.int64).min
"""Stands for a moment that is not there."""
Given = Column | Callable[[], Column]
"""A column, or what makes it when it is needed."""
_SHOWN = 5
_STEP = 1 << 16
T = TypeVar("T", bound=np.generic)
MANY_ACTIVITIES = 1000
LONG_CASE = 10_000


def build(
    *,
    case: Column,
    activity: Column,
    time: Ints,
    started: Ints | None = None,
    resource: Given | None = None,
    department: Given | None = None,
    lifecycle: Given | None = None,
    attributes: Mapping[str, Given] | None = None,
    case_attributes: Mapping[str, Column] | None = None,
    name: str = "",
    reading: Reading | None = None,
    lift: bool = False,
) -> Log:
    """A log from columns of one value per row, in any order.

    `case` and `activity` are coded columns; `time` and `started` microseconds of UTC since 1970, NO_TIME where missing.
    `case_attributes` hold a value per code of `case`. Rows without case, activity or moment are set aside and told of
    in `log.reading`. `lift`: an attribute that never changes within a case
    is kept once per case. Raises BadLog when no event is left.
    """
    given, case_attributes = dict(attributes or {}), dict(case_attributes or {})
    reading = reading or Reading()
    if case.names is None or activity.names is None:
        raise BadLog(
            "case and activity: give coded columns (see `coded`).", code="not-codes", about=["case", "activity"]
        )
    bad = {
        "without a case": case.values < 0,
        "without an activity": activity.values < 0,
        "without a moment": time == NO_TIME,
    }
    aside, kept = _set_aside(bad, {"case": case, "activity": activity, **given})
    del bad
    rows = reading.rows or len(time)
    reading = dataclasses.replace(reading, rows=rows, set_aside=(*reading.set_aside, *aside))
    if kept is not None:
        case, time = case.take(kept), time[kept]
    if not len(time):
        raise BadLog(_nothing_left(reading), code="no-events", about=[one.reason for one in reading.set_aside])
    codes, ids, case_attributes = _without_empty_cases(case, case_attributes)
    order, offsets = by_case_and_time(codes, len(ids), time)
    del case, codes
    if order is not None:
        time = _put_in_order(time, order)
    places = order if kept is None else kept if order is None else kept[order]
    del kept, order

    def settled(one: Given) -> Column:
        # Column by column, each let go of before the next is made: a log of ten million rows has no room for two of it.
        column = one() if callable(one) else one
        return column if places is None else dataclasses.replace(column, values=_put_in_order(column.values, places))

    activity = settled(activity)
    start_unknown = None
    if started is not None:
        started = started if places is None else _put_in_order(started, places)
        # Work whose start nobody wrote down, or that "began" after its end: how long it took is not known.
        unknown = (started == NO_TIME) | (started > time)
        started = np.where(unknown, time, started)
        start_unknown = unknown if unknown.any() else None
    event_attributes = {}
    for key in list(given):
        column = settled(given.pop(key))
        if lift and _is_steady(column, offsets):
            case_attributes[key] = column.take(offsets[:-1])
        else:
            event_attributes[key] = column
        del column
    log = Log(
        name=name,
        case_ids=ids,
        offsets=offsets,
        activity=smallest(activity.values, len(activity.names or ())),
        activities=activity.names or Names(()),
        time=time,
        started=started,
        start_unknown=start_unknown,
        resource=None if resource is None else settled(resource),
        department=None if department is None else settled(department),
        lifecycle=None if lifecycle is None else settled(lifecycle),
        attributes=event_attributes,
        case_attributes=case_attributes,
        reading=reading,
    )
    return dataclasses.replace(log, reading=dataclasses.replace(reading, cautions=(*reading.cautions, *_cautions(log))))


def _put_in_order(values: NDArray[T], places: Codes) -> NDArray[T]:
    """`values[places]`, a step at a time: NumPy widens all places to eight bytes first."""
    result = np.empty(len(places), values.dtype)
    for first in range(0, len(places), _STEP):
        np.take(values, places[first : first + _STEP], out=result[first : first + _STEP], mode="clip")
    return result


def _set_aside(
    bad: Mapping[str, NDArray[np.bool_]], columns: Mapping[str, Given]
) -> tuple[list[SetAside], Ints | None]:
    """What is set aside, each row under its first reason, and the rows that stay (None: all)."""
    dropped: NDArray[np.bool_] | None = None
    found = []
    for reason, mask in bad.items():
        if not mask.any():
            continue
        places = np.flatnonzero(mask if dropped is None else mask & ~dropped)
        dropped = mask.copy() if dropped is None else dropped | mask
        if not len(places):
            continue
        first = [int(place) for place in places[:_SHOWN]]
        examples: list[dict[str, Value]] = [{} for _ in first]
        for key, one in columns.items():
            column = one() if callable(one) else one
            for example, place in zip(examples, first, strict=True):
                example[key] = column.value(place)
        found.append(SetAside(reason, len(places), tuple(place + 1 for place in first), tuple(examples)))
    return found, None if dropped is None else np.flatnonzero(~dropped)


def _nothing_left(reading: Reading) -> str:
    if not reading.rows:
        return f"{reading.source or 'The log'} holds no events: it is empty."
    reasons = "; ".join(str(one) for one in reading.set_aside)
    return f"{reading.source or 'The log'} holds no event that can be used: {reasons}. Name the right columns, or mend them."


def _without_empty_cases(case: Column, attributes: Mapping[str, Column]) -> tuple[Codes, Names, dict[str, Column]]:
    names = case.names or Names(())
    if len(names) > len(case.values) or not _all_used(case.values, len(names)):
        used, codes = np.unique(case.values, return_inverse=True)
        ids = names.take(used)
        return codes.astype(np.int32), ids, {key: one.take(used) for key, one in attributes.items()}
    return case.values, names, dict(attributes)


def _all_used(codes: Codes, count: int) -> bool:
    used = np.zeros(count, bool)
    used[codes] = True
    return bool(used.all())


def _is_steady(column: Column, offsets: Ints) -> bool:
    """Whether the value never changes within a case."""
    values = column.values
    same = values[1:] == values[:-1]
    if values.dtype == np.float64:
        same |= np.isnan(values[1:]) & np.isnan(values[:-1])
    same[offsets[1:-1] - 1] = True  # the change from one case to the next does not count
    return bool(same.all())


def _cautions(log: Log) -> Iterable[Caution]:
    longest = int(log.events_per_case().max())
    if longest > LONG_CASE and longest > 20 * len(log) / log.cases:
        worst = str(log.case_ids[int(np.argmax(log.events_per_case()))])
        yield Caution(
            "long-case",
            f"Case {worst} alone has {longest:,} of the {len(log):,} events; check that it is one case.",
            (worst,),
        )
    if len(log.activities) > MANY_ACTIVITIES:
        yield Caution(
            "many-activities",
            f"{len(log.activities):,} different activities: is “activity” a free text or a number? "
            "Paths are then nearly all different.",
        )
    if log.cases == len(log) and log.cases > 1:
        yield Caution("one-event-cases", "Every case has one event only: is the case column right?")
    if log.cases == 1 and len(log) > 1000:
        yield Caution("one-case", "All events belong to one case: is the case column right?")
    if repeated := _duplicates(log):
        yield Caution(
            "duplicates",
            f"{repeated:,} events repeat another one of their case in activity, moment and person. They were kept; "
            "`without_duplicates` (--distinct on the command line) leaves them out.",
        )


def _duplicate_mask(log: Log) -> NDArray[np.bool_]:
    """True for an event that follows, at the same moment, an equal one of its case."""
    mask = np.zeros(len(log), bool)
    tied = log.time[1:] == log.time[:-1]
    tied[log.offsets[1:-1] - 1] = False
    if not tied.any():
        return mask
    # Only events in a run of one moment can be duplicates; these are few.
    in_run = np.flatnonzero(np.concatenate(([False], tied)) | np.concatenate((tied, [False])))
    keys: list[Sequence[int] | Ints | Codes] = [log.case_of_event()[in_run], log.time[in_run], log.activity[in_run]]
    for column in (log.resource, log.department, log.lifecycle):
        if column is not None:
            keys.append(column.values[in_run])
    table = np.stack([np.asarray(key, np.int64) for key in keys], axis=1)
    _, first = np.unique(table, axis=0, return_index=True)
    again = np.ones(len(in_run), bool)
    again[first] = False
    mask[in_run[again]] = True
    return mask


def _duplicates(log: Log) -> int:
    return int(_duplicate_mask(log).sum())


def without_duplicates(log: Log) -> Log:
    """The log without events that repeat one of their case in activity, moment, person, department and transition."""
    return log.select_events(~_duplicate_mask(log))


__all__ = ["MISSING", "NO_TIME", "build", "without_duplicates"]
