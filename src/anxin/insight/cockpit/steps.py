"""Steps from one hand to another: hand-overs within a month, and the step on which a promise broke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anxin.engines.mining import Column, HandOver, Log, Names, WorkingTime, hand_over
from anxin.engines.mining.log.columns import Ints
from anxin.insight.cockpit.period import bounds, in_month
from anxin.journal.promises.source import source

HOUR = 3_600_000_000


@dataclass(frozen=True, slots=True, eq=False)
class HandOvers:
    """Step k: case `case[k]` of the log went from `giver[k]` to `taker[k]` (codes into `names`, never the same), left at
    `left[k]` and taken up at `taken[k]`, microseconds of UTC; `wait[k]` between them, in office time where asked for so."""

    names: Names
    case: Ints
    giver: Ints
    taker: Ints
    left: Ints
    taken: Ints
    wait: Ints

    def __len__(self) -> int:
        return len(self.case)

    def only(self, chosen: NDArray[Any]) -> HandOvers:
        return HandOvers(
            self.names, self.case[chosen], self.giver[chosen], self.taker[chosen], self.left[chosen], self.taken[chosen],
            self.wait[chosen],
        )  # fmt: skip

    def result(self) -> HandOver | None:
        """The engine's answer over these steps alone, each as a case of two events; None without steps."""
        if not len(self):
            return None
        size = len(self)
        codes = np.column_stack([self.giver, self.taker]).reshape(-1)
        times = np.column_stack([np.zeros(size, np.int64), self.wait]).reshape(-1)
        pairs = Log(
            name="hand-overs", case_ids=Names(pa.nulls(size, pa.large_string())), offsets=np.arange(0, 2 * size + 1, 2),
            activity=np.zeros(2 * size, np.int8), activities=Names(["step"]), time=times,
            department=Column("department", codes, self.names),
        )  # fmt: skip
        return hand_over(pairs, between="department", quantiles=True)

    def pair(self, giver: str, taker: str) -> HandOvers:
        codes = self.names.code(giver), self.names.code(taker)
        return self.only((self.giver == codes[0]) & (self.taker == codes[1]))


def hand_overs(log: Log, month: str, *, between: str = "department", office: bool = False) -> HandOvers:
    """The hand-overs taken up in a month: neighbours in a case, as `mining.hand_over` counts them, where both sides are known
    and differ."""
    column = log.department if between == "department" else log.resource
    if column is None or column.names is None or not len(log):
        none = np.zeros(0, np.int64)
        return HandOvers(Names([]), none, none, none, none, none, none)
    codes = column.values
    after = np.arange(1, len(log))
    chosen = (codes[:-1] >= 0) & (codes[1:] >= 0) & (codes[:-1] != codes[1:]) & in_month(log, month)[1:]
    first = log.offsets[1:-1]
    chosen[first - 1] = False
    places = after[chosen]
    left, taken = log.time[places - 1], log.time[places]
    working = working_time(log) if office else None
    wait = working.between(left, taken) if working is not None else np.maximum(taken - left, 0)
    case = np.searchsorted(log.offsets, places, side="right") - 1
    return HandOvers(
        column.names, case, codes[places - 1].astype(np.int64), codes[places].astype(np.int64), left, taken, wait
    )


def working_time(log: Log, until: int | None = None) -> WorkingTime | None:
    """Office time over the log's span (and up to `until`); None while no calendar is published."""
    editions = source().current()
    if not editions.calendar or not len(log):
        return None
    last = int(log.time.max()) if until is None else max(until, int(log.time.max()))
    return WorkingTime.of(source().calendar(editions.calendar), int(log.time.min()), last)


def places_of(log: Log, ids: Sequence[str]) -> NDArray[np.int64]:
    """The numbers of cases in the log, by public id; -1 for those that are not there."""
    found = pc.index_in(pa.array(ids, pa.large_string()), value_set=log.case_ids.array)
    return found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Broke:
    """Where a promise broke: `giver` acted last before, `taker` first afterwards ("" while nobody has). The same department:
    it broke while the case lay there."""

    case: str
    giver: str
    taker: str


def where_broke(log: Log | None, broken: Sequence[tuple[str, int]]) -> list[Broke]:
    """The step during which each moment fell; (public id, microseconds) in. Cases that the log lacks are left out, and those
    in which no department had acted before."""
    if log is None or log.department is None or log.department.names is None or not broken:
        return []
    names, codes = log.department.names, log.department.values
    found = []
    for (case, moment), place in zip(broken, places_of(log, [one for one, _at in broken]), strict=True):
        if place < 0:
            continue
        begin, end = int(log.offsets[place]), int(log.offsets[place + 1])
        middle = begin + int(np.searchsorted(log.time[begin:end], moment, side="right"))
        before = np.flatnonzero(codes[begin:middle] >= 0)
        if not len(before):
            continue
        after = np.flatnonzero(codes[middle:end] >= 0)
        taker = names[int(codes[middle + after[0]])] if len(after) else ""
        found.append(Broke(case, names[int(codes[begin + before[-1]])], taker))
    return found


def in_month_of(moments: Ints, month: str) -> NDArray[np.bool_]:
    """Which of these moments (microseconds of UTC) fall into a month."""
    first, after = (int(moment.timestamp()) * 1_000_000 for moment in bounds(month))
    return np.asarray((moments >= first) & (moments < after))
