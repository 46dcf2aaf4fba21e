"""Reading a log as a service process: which activities make a stage, and the visits to stages that cases made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.dispatch.model import BadModel, Floats
from anxin.engines.dispatch.simulation import Days
from anxin.engines.mining.durations import HOUR
from anxin.engines.mining.log.columns import Column, Names
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.working import Offsets

Ints = NDArray[np.int64]
MANY = 4
"""Visits to one stage that are told apart; the fourth stands for all after it."""
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Plan:
    """How to read a log.

    `stages`: (activity, department) or activity → stage; empty: every activity is a stage. `kinds`: case attributes whose values
    together make a class. `lane`: stages that only the full way visits; with it each class comes as “fast” and “full”. `place`: the
    case attribute that says where; `amount`: a numeric one. `served`: departments by stage where the log should not decide:
    a name, or empty for nobody. `finished`: (attribute, value) of cases that are over; None: all are.
    """

    stages: Mapping[str | tuple[str, str], str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    lane: tuple[str, ...] = ()
    place: str = ""
    amount: str = ""
    served: Mapping[str, str] = field(default_factory=dict)
    finished: tuple[str, str] | None = None
    zone: tzinfo = UTC
    is_working_day: Callable[[date], bool] | None = None


FAST, FULL = "fast", "full"


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """The log as visits, in order of case and time; hours of the wall clock since midnight of `first_day` (days since 1970).

    Of each visit: `case`, `stage`, `nth` (from 0, at most MANY - 1), `join` (the visit before was left), `done`, `begun` (NaN where
    the log does not tell), `resource` (-1: nobody). Of each case: `came`, `left`, `kind`, `place`, `amount`, `over`.
    """

    stages: tuple[str, ...]
    department: tuple[str, ...]
    classes: tuple[str, ...]
    places: tuple[str, ...]
    first_day: int
    days: Days
    case: Ints
    stage: Ints
    nth: Ints
    join: Floats
    done: Floats
    begun: Floats
    resource: Ints
    ids: NDArray[np.object_]
    came: Floats
    left: Floats
    kind: Ints
    place: Ints
    amount: Floats
    over: NDArray[np.bool_]

    def hours_of(self, day: date) -> float:
        return 24.0 * (day.toordinal() - _EPOCH - self.first_day)

    def day_of(self, hours: float) -> date:
        return date.fromordinal(_EPOCH + self.first_day + int(hours // 24))

    def days_from(self, first: int, count: int, is_working_day: Callable[[date], bool] | None) -> Days:
        """`count` days from the day `first` of this clock on."""
        return days_of(self.first_day + first, count, is_working_day)


def days_of(first: int, count: int, is_working_day: Callable[[date], bool] | None) -> Days:
    """Days since 1970 → the rows of the week they are worked like: a day off like a Sunday, a worked weekend like a Monday."""
    rows = (np.arange(first, first + count) + 3) % 7
    if is_working_day is not None:
        works = np.array([is_working_day(date.fromordinal(_EPOCH + day)) for day in range(first, first + count)], bool)
        rows = np.where(works & (rows >= 5), 0, np.where(~works & (rows < 5), 6, rows))
    return Days(rows.astype(np.int64))


def visits(log: Log, plan: Plan) -> Visits:
    """Raises BadModel where nothing of the log belongs to a stage."""
    stage_of_event, stages = _stages(log, plan)
    case_of_event = log.case_of_event().astype(np.int64)
    kept = np.flatnonzero(stage_of_event >= 0)
    if not len(kept):
        raise BadModel("stages: no activity of the log belongs to one.")
    first, last = int(log.begins().min()), int(log.time.max())
    offsets = Offsets.of(plan.zone, first - 86_400_000_000, last + 86_400_000_000)
    first_day = int(offsets.local(np.array([first]))[0] // 86_400_000_000)
    last_day = int(offsets.local(np.array([last]))[0] // 86_400_000_000)

    def clock(micros: Ints) -> Floats:
        return (offsets.local(micros) - first_day * 86_400_000_000) / HOUR

    case, stage, time = case_of_event[kept], stage_of_event[kept], clock(np.asarray(log.time)[kept])
    started = np.full(len(kept), np.nan)
    if log.started is not None:  # a start that nobody wrote down is no start
        told = log.known_starts()[kept]
        started[told] = clock(np.asarray(log.started)[kept][told])
    resource = np.full(len(kept), -1, np.int64) if log.resource is None else log.resource.values[kept].astype(np.int64)
    # Events of one stage in a row are one visit; it is done with the last of them and begun with the first.
    new = np.ones(len(kept), bool)
    new[1:] = (case[1:] != case[:-1]) | (stage[1:] != stage[:-1])
    begins = np.flatnonzero(new)
    ends = np.concatenate((begins[1:], [len(kept)])) - 1
    came = clock(log.begins())
    v_case, v_stage, v_done = case[begins], stage[begins], time[ends]
    join = np.concatenate(([0.0], v_done[:-1]))
    fresh = np.concatenate(([True], v_case[1:] != v_case[:-1]))
    join[fresh] = came[v_case[fresh]]
    nth = _nth(v_case, v_stage, len(stages))
    over = np.ones(log.cases, bool)
    if plan.finished is not None:
        column, _per_case = log.column(f"case:{plan.finished[0]}")
        assert column.names is not None
        over = column.values == column.names.code(plan.finished[1])
    left = np.full(log.cases, np.nan)
    left[v_case] = v_done  # the last visit of a case is written last
    over &= np.isfinite(left)
    kind, classes = _classes(log, plan, v_case, v_stage, stages)
    place, places = _coded(log, (plan.place,) if plan.place else ())
    amount = np.full(log.cases, np.nan)
    if plan.amount and plan.amount in log.case_attributes:
        amount = log.case_attributes[plan.amount].values.astype(np.float64)
    department = _departments(log, plan, stage_of_event, stages)
    days = days_of(first_day, last_day - first_day + 2, plan.is_working_day)
    return Visits(
        stages, department, classes, places, first_day, days, v_case, v_stage, nth, join, v_done, started[begins],
        resource[ends], np.array(list(log.case_ids), object), came, left, kind, place, amount, over,
    )  # fmt: skip


def _stages(log: Log, plan: Plan) -> tuple[Ints, tuple[str, ...]]:
    names = list(log.activities)
    if not plan.stages:
        return np.asarray(log.activity).astype(np.int64), tuple(names)
    stages = tuple(dict.fromkeys(plan.stages.values()))
    number = {stage: code for code, stage in enumerate(stages)}
    departments = list(log.department.names or ()) if log.department is not None else []
    table = np.full((len(names), len(departments) + 1), -1, np.int64)
    for code, name in enumerate(names):
        whole = plan.stages.get(name)
        for place, department in enumerate([*departments, ""]):
            found = plan.stages.get((name, department), whole)
            if found is not None:
                table[code, place] = number[found]
    who = (
        log.department.values if log.department is not None else np.full(len(log), -1)
    )  # -1 looks into the last column
    return table[np.asarray(log.activity).astype(np.int64), who], stages


def _nth(case: Ints, stage: Ints, stages: int) -> Ints:
    key = case * stages + stage
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    first = np.concatenate(([True], ranked[1:] != ranked[:-1]))
    start = np.maximum.accumulate(np.where(first, np.arange(len(key)), 0))
    nth = np.empty(len(key), np.int64)
    nth[order] = np.arange(len(key)) - start
    return np.minimum(nth, MANY - 1)


def _coded(log: Log, attributes: tuple[str, ...]) -> tuple[Ints, tuple[str, ...]]:
    """Codes per case of some attributes together, and their names."""
    codes, names = np.zeros(log.cases, np.int64), [""]
    for attribute in attributes:
        column = log.case_attributes.get(attribute)
        if column is None or column.names is None:
            raise BadModel(f"{attribute}: no such attribute of words; the log has {', '.join(log.case_attributes)}.")
        known: Names = column.names
        values = np.where(column.values < 0, len(known), column.values).astype(np.int64)
        words = [*known, "?"]
        codes = codes * len(words) + values
        names = [f"{before}·{word}" if before else word for before in names for word in words]
    used, codes = np.unique(codes, return_inverse=True)
    return codes.astype(np.int64), tuple(names[code] for code in used)


def _classes(log: Log, plan: Plan, case: Ints, stage: Ints, stages: tuple[str, ...]) -> tuple[Ints, tuple[str, ...]]:
    kind, names = _coded(log, plan.kinds)
    if not plan.lane:
        return kind, names
    wanted = [code for code, name in enumerate(stages) if name in plan.lane]
    full = np.zeros(log.cases, np.int64)
    full[case[np.isin(stage, wanted)]] = 1
    both = [f"{name}·{lane}" if name else lane for name in names for lane in (FAST, FULL)]
    return kind * 2 + full, tuple(both)


def _departments(log: Log, plan: Plan, stage_of_event: Ints, stages: tuple[str, ...]) -> tuple[str, ...]:
    """Who serves each stage: the department most of its staff events name; empty where nobody does."""
    found = []
    for code, stage in enumerate(stages):
        if stage in plan.served:
            found.append(plan.served[stage])
            continue
        mine = stage_of_event == code
        by_staff = mine if log.resource is None else mine & (log.resource.values >= 0)
        if (log.resource is None and log.started is None) or by_staff.sum() * 2 < mine.sum():
            found.append("")
        elif log.department is None:
            found.append(stage)
        else:
            found.append(_most_frequent(log.department, by_staff) or stage)
    return tuple(found)


def _most_frequent(column: Column, mask: NDArray[Any]) -> str:
    values = column.values[mask]
    values = values[values >= 0]
    if not len(values) or column.names is None:
        return ""
    return str(column.names[int(np.bincount(values).argmax())])
