"""Promises: from one activity to another within a limit; kept, broken, or still running."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from anxin.engines.mining.durations import duration, micros_at, micros_of, moment, office
from anxin.engines.mining.errors import BadQuestion
from anxin.engines.mining.kernels.grouping import row_number
from anxin.engines.mining.kernels.limits import start_stop
from anxin.engines.mining.log.columns import Ints
from anxin.engines.mining.log.log import Log, Source
from anxin.engines.mining.working import WorkingTime, months
from anxin.engines.results import Caution, Result, Table

KEPT: Final = 0
BROKEN: Final = 1
RUNNING: Final = 2
OVERDUE: Final = 3
STATES = ("kept", "broken", "running", "overdue")
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, kw_only=True, repr=False)
class PromiseBoard(Result):
    """Promise p belongs to case `case[p]`, started at `started[p]`, took `took[p]` microseconds (so far, where it has not
    stopped) and stands at `state[p]` (KEPT, BROKEN, RUNNING, OVERDUE). `by_month` counts the four states by the month in
    which the promise started. With office time `took` and the limit are in office time."""

    start: str
    stop: str
    limit: int
    is_working: bool
    as_of: int
    case: Ints
    started: Ints
    took: Ints
    state: NDArray[np.int8]
    months: tuple[str, ...]
    by_month: Ints
    cautions: tuple[Caution, ...] = ()

    def count(self, state: int) -> int:
        return int((self.state == state).sum())

    @property
    def keeping(self) -> float:
        """The share kept among those decided: kept, broken or overdue. NaN when none is decided."""
        decided = len(self.state) - self.count(RUNNING)
        return self.count(KEPT) / decided if decided else float("nan")

    def headline(self) -> str:
        shown = office(self.limit) if self.is_working else duration(self.limit)
        return (
            f"{self.start} → {self.stop} within {shown}: {self.keeping:.1%} kept of {len(self.state):,} promises; "
            f"{self.count(BROKEN):,} broken, {self.count(OVERDUE):,} overdue, {self.count(RUNNING):,} running"
        )

    def quantile(self, permille: int) -> int | None:
        """Exact row-number quantile of the time taken by promises that stopped; None when none did."""
        done = np.sort(self.took[self.state <= BROKEN])
        return int(done[row_number(permille, len(done)) - 1]) if len(done) else None

    def cases(self, state: int) -> Ints:
        """The cases with a promise in that state."""
        return np.unique(self.case[self.state == state])

    def table(self, most: int | None = None) -> Table:
        rows = [
            (month, *counts, counts[KEPT] / decided if (decided := int(counts.sum() - counts[RUNNING])) else None)
            for month, counts in list(zip(self.months, self.by_month, strict=True))[:most]
        ]
        return Table.of(("month", *STATES, "share kept"), rows, self.headline())


def promise(
    log: Source,
    start: str,
    stop: str,
    within: timedelta | float,
    *,
    every: bool = False,
    working: WorkingTime | None = None,
    as_of: datetime | int | None = None,
    zone: tzinfo = _UTC,
) -> PromiseBoard:
    """How a limit from activity `start` to activity `stop` was kept. `within`: a timedelta or seconds; of office time with
    `working`. `every`: each start in a case, not only the first. A promise that has not stopped by `as_of` (default: the
    log's last moment) is running, or overdue when its limit has passed. A limit is kept when it is met exactly.

    Raises BadQuestion for activities the log lacks, a negative limit, an `as_of` before the log's last moment.
    """
    limit = micros_of(within, "within")
    first_code, last_code = log.activity_code(start), log.activity_code(stop)
    cases, starts, ends = [], [], []
    latest, before = np.iinfo(np.int64).min, 0
    for of, begin, end, last, of_part in log.map(partial(_promises, first_code, last_code, every), "time"):
        latest = max(latest, last)
        cases.append(of + before)
        starts.append(begin)
        ends.append(end)
        before += of_part
    case, began, ended = (np.concatenate([np.zeros(0, np.int64), *some]) for some in (cases, starts, ends))
    now = latest if as_of is None else as_of if isinstance(as_of, int) else micros_at(as_of, "as_of")
    if now < latest:
        raise BadQuestion(
            f"as_of: lies before the log's last event ({moment(latest)}).", code="as-of-too-early", about=["as_of"]
        )
    stopped = ended != np.iinfo(np.int64).max
    until = np.where(stopped, ended, now)
    took = working.between(began, until) if working is not None else until - began
    late = took > limit
    state = np.select([stopped & ~late, stopped, ~late], [KEPT, BROKEN, RUNNING], OVERDUE).astype(np.int8)
    labels, counts = _by_month(began, state, zone)
    cautions = list(working.cautions) if working is not None else []
    if not len(case):
        cautions.append(Caution("no-promise", f"No case has “{start}”.", (start,)))
    return PromiseBoard(
        start=start, stop=stop, limit=limit, is_working=working is not None, as_of=now, case=case, started=began, took=took,
        state=state, months=labels, by_month=counts, cautions=tuple(cautions),
    )  # fmt: skip


def _promises(first_code: int, last_code: int, every: bool, part: Log) -> tuple[Ints, Ints, Ints, int, int]:
    """Case, start and stop (the largest number: never) of each promise; the last moment; how many cases there are."""
    room = int((part.activity == first_code).sum()) + 1
    of, begin, end = (np.empty(room, np.int64) for _ in range(3))
    found = start_stop(part.offsets, part.activity, first_code, last_code, every, of, begin, end)
    stops = np.where(end[:found] < 0, np.iinfo(np.int64).max, part.time[end[:found]])
    return of[:found], part.time[begin[:found]], stops, int(part.time.max()), part.cases


def _by_month(began: Ints, state: NDArray[np.int8], zone: tzinfo) -> tuple[tuple[str, ...], Ints]:
    found, place = np.unique(months(began, zone), return_inverse=True)
    counts = np.bincount(place * 4 + state, minlength=4 * len(found)).reshape(-1, 4)
    return tuple(str(month) for month in found), counts.astype(np.int64)
