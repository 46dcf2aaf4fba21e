"""Hand-over of work: who passes a case to whom, and how long it lies in between."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from anxin.engines.mining.durations import duration
from anxin.engines.mining.errors import BadQuestion
from anxin.engines.mining.kernels.following import edge_totals, edge_values
from anxin.engines.mining.kernels.grouping import DENSE, Groups, Part
from anxin.engines.mining.log.columns import Ints, Names
from anxin.engines.mining.log.log import Log, Source
from anxin.engines.results import Caution, Floats, Result, Table


@dataclass(frozen=True, kw_only=True, repr=False)
class HandOver(Result):
    """Pair p: `giver[p]` did an event, `taker[p]` the next one of the same case, `count[p]` times, with waits of `total[p]`
    microseconds in all and, where asked for, median and p90. Giver and taker may be the same: then nothing was handed over.
    Events whose person (or department) is not known are left out, `unknown` of them as the next or the one before."""

    between: str
    names: Names
    giver: Ints
    taker: Ints
    count: Ints
    total: Floats
    mean: Floats
    median: Ints | None
    p90: Ints | None
    unknown: int
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        changes = self.giver != self.taker
        return (
            f"{int(self.count[changes].sum()):,} of {int(self.count.sum()):,} steps go to another {self.between}, "
            f"with {duration(float(self.total[changes].sum()))} of waiting"
        )

    def matrix(self) -> Ints:
        """(names, names): how often the row handed to the column. Raises BadQuestion where that would be too large."""
        width = len(self.names)
        if width * width > DENSE:
            raise BadQuestion(f"{width:,} names are too many for a matrix; use the pairs.", code="too-large")
        result = np.zeros((width, width), np.int64)
        result[self.giver, self.taker] = self.count
        return result

    def table(self, most: int | None = None) -> Table:
        order = [p for p in np.argsort(-self.total, kind="stable") if self.giver[p] != self.taker[p]][:most]
        rows = [
            (self.names[self.giver[p]], self.names[self.taker[p]], self.count[p],
             "–" if self.median is None else duration(self.median[p]), "–" if self.p90 is None else duration(self.p90[p]),
             duration(self.mean[p]), duration(self.total[p]))
            for p in order
        ]  # fmt: skip
        columns = ("from", "to", "hand-overs", "median wait", "p90", "mean", "total wait")
        return Table.of(columns, rows, f"Hand-over between {self.between}s")


def hand_over(log: Source, *, between: str = "resource", quantiles: bool = False) -> HandOver:
    """Hand-overs between neighbours in a case; `between` is "resource", "department" or a coded event attribute.
    `quantiles` adds the exact median and p90 of the waits, which takes several times as long as counts, totals and means.

    Raises BadQuestion when the log has no such column. Counts as van der Aalst, Reijers & Song 2005 (causality of depth 1).
    """
    names: Names | None = None
    groups = Groups(0)
    totals = np.zeros((3, 0), np.int64)
    pairs = 0
    for of_part, of_names, counted, spread in log.map(
        partial(_between, between, quantiles), "time", "started", between
    ):
        if names is None:
            names, groups = of_names, Groups(len(of_names) ** 2)
            totals = np.zeros((3, len(of_names) ** 2 if counted is not None else 0), np.int64)
        if counted is not None:
            totals += counted
        if spread is not None:
            groups.take(spread)
        pairs += of_part
    if names is None:
        raise BadQuestion("The log has no events.", code="no-events")
    width = max(len(names), 1)
    if totals.shape[1]:
        counts, high, low = totals
        keys = np.flatnonzero(counts)
        total = high[keys].astype(np.float64) * 2**20 + low[keys]
        return result_of(names, between, keys, width, counts[keys], total, None, pairs)
    found = groups.finish()
    return result_of(names, between, found.keys, width, found.counts, found.totals(), found.quantiles(), pairs)


def _between(between: str, quantiles: bool, part: Log) -> tuple[int, Names, Ints | None, Part | None]:
    """Steps, names, and either (counts, high, low) of all pairs (see `edge_totals`) or every wait under its pair."""
    column, per_case = part.column(between)
    if per_case or column.names is None:
        raise BadQuestion(f"{between} is no name per event; hand-over needs one.", code="not-names", about=[between])
    width, steps = len(column.names), len(part) - part.cases
    started = part.time if part.started is None else part.started
    if quantiles or width * width > DENSE:
        return steps, column.names, None, edge_values(part.offsets, column.values, width, part.time, started)
    totals = np.zeros((3, width * width), np.int64)
    edge_totals(part.offsets, column.values, width, part.time, started, *totals)
    return steps, column.names, totals, None


def result_of(
    names: Names, between: str, keys: Ints, width: int, count: Ints, total: Floats, quantiles: Ints | None, pairs: int
) -> HandOver:
    unknown = pairs - int(count.sum())
    cautions: tuple[Caution, ...] = ()
    if unknown:
        text = f"{unknown:,} of {pairs:,} steps have no {between} on one side; they are not counted as hand-overs."
        cautions = (Caution("unknown", text, (between,)),)
    return HandOver(
        between=between, names=names, giver=keys // width, taker=keys % width, count=count, total=total,
        mean=total / np.maximum(count, 1), median=None if quantiles is None else quantiles[:, 0],
        p90=None if quantiles is None else quantiles[:, 1], unknown=unknown, cautions=cautions,
    )  # fmt: skip


def has_names(log: Log, column: str) -> bool:
    """Whether the log knows a resource or department of any event."""
    found = {"resource": log.resource, "department": log.department}.get(column)
    return found is not None and bool((found.values >= 0).any())
