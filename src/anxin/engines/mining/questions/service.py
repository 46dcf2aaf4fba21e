"""Service time: how long the work itself takes, where the log says when it began."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from anxin.engines.mining.durations import duration
from anxin.engines.mining.errors import BadQuestion
from anxin.engines.mining.kernels.grouping import Groups, Part, part_of
from anxin.engines.mining.log.columns import Ints, Names
from anxin.engines.mining.log.log import Log, Source
from anxin.engines.results import Caution, Floats, Result, Table


@dataclass(frozen=True, kw_only=True, repr=False)
class Service(Result):
    """Activity `activity[i]` (a code) was worked on `count[i]` times for these lengths of time, in microseconds."""

    names: Names
    activity: Ints
    count: Ints
    median: Ints
    p90: Ints
    mean: Floats
    total: Floats
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"{duration(float(self.total.sum()))} of work on {int(self.count.sum()):,} events"

    def table(self, most: int | None = None) -> Table:
        order = sorted(range(len(self.activity)), key=lambda i: -self.total[i])[:most]
        rows = [
            (self.names[self.activity[i]], self.count[i], duration(self.median[i]), duration(self.p90[i]), duration(self.mean[i]), duration(self.total[i]))
            for i in order
        ]  # fmt: skip
        return Table.of(("activity", "times", "median", "p90", "mean", "total"), rows, "Service times")


def service(log: Source) -> Service:
    """The time from start to completion of each activity; events whose start is not known do not count.

    Raises BadQuestion for a log without starts (see `pieces_of_work`, and the role `started` of `read`)."""
    groups, known = Groups(len(log.activities)), False
    for worked in log.map(partial(_worked, len(log.activities)), "time", "started"):
        if worked is not None:
            known = True
            groups.take(worked)
    if not known:
        raise BadQuestion("The log does not say when work began; there is no service time to tell.", code="no-starts")
    found = groups.finish()
    quantiles, total = found.quantiles(), found.totals()
    return Service(
        names=log.activities, activity=found.keys, count=found.counts, median=quantiles[:, 0], p90=quantiles[:, 1],
        mean=total / found.counts, total=total,
    )  # fmt: skip


def _worked(width: int, part: Log) -> Part | None:
    """The lengths of the work whose start is known; None where no start is."""
    known = part.known_starts()
    if part.started is None or not known.any():
        return None
    took = part.time - part.started
    return part_of(width, part.activity, took) if known.all() else part_of(width, part.activity[known], took[known])
