"""Which activity follows which, how often, and with what wait: the process map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from anxin.engines.mining.durations import duration, office
from anxin.engines.mining.kernels.following import edge_counts, edge_keys, edge_values
from anxin.engines.mining.kernels.grouping import DENSE, Grouped, Groups, Part
from anxin.engines.mining.log.columns import Ints, Names
from anxin.engines.mining.log.log import Log, Source
from anxin.engines.mining.working import WorkingTime
from anxin.engines.results import Caution, Floats, Result, Table


@dataclass(frozen=True, kw_only=True, repr=False)
class DirectlyFollows(Result):
    """The directly-follows graph. Edge e leads from activity code `source[e]` to `target[e]` and occurs `count[e]` times;
    activity a begins `starts[a]` cases, ends `ends[a]` and occurs `occurrences[a]` times. The counts of all edges sum to
    events - cases (van der Aalst 2016, Process Mining, ch. 6)."""

    names: Names
    source: Ints
    target: Ints
    count: Ints
    starts: Ints
    ends: Ints
    occurrences: Ints
    events: int
    cases: int
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"{len(self.names):,} activities, {len(self.count):,} edges over {self.events:,} events of {self.cases:,} cases"

    def edges(self) -> dict[tuple[str, str], int]:
        """(activity, next activity) -> how often."""
        every = list(self.names)
        return {(every[a], every[b]): int(n) for a, b, n in zip(self.source, self.target, self.count, strict=True)}

    def table(self, most: int | None = None) -> Table:
        order = np.argsort(-self.count, kind="stable")[:most]
        rows = [
            (
                self.names[self.source[e]],
                self.names[self.target[e]],
                self.count[e],
                self.count[e] / max(self.count.sum(), 1),
            )
            for e in order
        ]
        return Table.of(("activity", "next", "count", "share"), rows, "What follows what")


def directly_follows(log: Source) -> DirectlyFollows:
    """Counts of directly following activities, of first and last ones. One pass over the activities."""
    width = len(log.activities)
    dense = width * width <= DENSE
    total = np.zeros(width * width if dense else 0, np.int64)
    sparse: dict[int, int] = {}
    starts, ends, occurrences = (np.zeros(width, np.int64) for _ in range(3))
    for first, last, occurring, keys, counts in log.map(partial(_follows, width)):
        starts, ends, occurrences = starts + first, ends + last, occurrences + occurring
        if keys is None:
            total += counts
        else:
            for key, count in zip(keys.tolist(), counts.tolist(), strict=True):
                sparse[key] = sparse.get(key, 0) + count
    if dense:
        keys = np.flatnonzero(total)
        count = total[keys]
    else:
        keys = np.array(sorted(sparse), np.int64)
        count = np.array([sparse[int(key)] for key in keys], np.int64)
    return DirectlyFollows(
        names=log.activities, source=keys // width, target=keys % width, count=count, starts=starts, ends=ends,
        occurrences=occurrences, events=int(occurrences.sum()), cases=int(starts.sum()),
    )  # fmt: skip


def _follows(width: int, part: Log) -> tuple[Ints, Ints, Ints, Ints | None, Ints]:
    """First, last and all activities counted; the keys of edges (None: all of them in order), and their counts."""
    first = np.bincount(part.activity[part.offsets[:-1]], minlength=width)
    last = np.bincount(part.activity[part.offsets[1:] - 1], minlength=width)
    if width * width <= DENSE:
        counts = edge_counts(part.offsets, part.activity, width)
        # Every event is the source of an edge or the last of its case: no second pass to count them.
        return first, last, counts.reshape(width, width).sum(axis=1) + last, None, counts
    keys, counts = np.unique(edge_keys(part.offsets, part.activity, width)[1], return_counts=True)
    return first, last, np.bincount(part.activity, minlength=width), keys, counts


@dataclass(frozen=True, kw_only=True, repr=False)
class Waits(Result):
    """The wait on each edge: from an event (its completion) to the next of the case (its start, where the log says when).

    Microseconds. `median` and `p90` are exact row-number quantiles, `mean` and `total` over all. `working_*` are office
    time, where a calendar was given. Where the next work began before this ended, the wait is 0.
    """

    names: Names
    source: Ints
    target: Ints
    count: Ints
    median: Ints
    p90: Ints
    mean: Floats
    total: Floats
    working_median: Ints | None = None
    working_p90: Ints | None = None
    working_mean: Floats | None = None
    working_total: Floats | None = None
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"{len(self.count):,} edges, {duration(float(self.total.sum()))} of waiting in all"

    def find(self, activity: str, following: str) -> int:
        """The place of an edge, or -1."""
        a, b = self.names.code(activity), self.names.code(following)
        found = np.flatnonzero((self.source == a) & (self.target == b))
        return int(found[0]) if len(found) else -1

    def table(self, most: int | None = None) -> Table:
        order = np.argsort(-self.total, kind="stable")[:most]
        columns = ["activity", "next", "count", "median", "p90", "mean", "total"]
        if self.working_median is not None:
            columns += ["working median", "working p90"]
        rows = []
        for e in order:
            row = [
                self.names[self.source[e]], self.names[self.target[e]], self.count[e], duration(self.median[e]),
                duration(self.p90[e]), duration(self.mean[e]), duration(self.total[e]),
            ]  # fmt: skip
            if self.working_median is not None and self.working_p90 is not None:
                row += [office(self.working_median[e]), office(self.working_p90[e])]
            rows.append(row)
        return Table.of(columns, rows, "Waits between steps")


def waits(log: Source, *, working: WorkingTime | None = None) -> Waits:
    """Waits on every edge, in calendar time and, with `working`, in office time. Exact."""
    width = len(log.activities)
    groups = Groups(width * width)
    office = Groups(width * width) if working is not None else None
    for waited, worked in log.map(partial(_edges, width, working), "time", "started"):
        groups.take(waited)
        if office is not None and worked is not None:
            office.take(worked)
    found = groups.finish()
    more = {} if office is None or working is None else _working(office.finish(), working)
    total = found.totals()
    quantiles = found.quantiles()
    return Waits(
        names=log.activities, source=found.keys // width, target=found.keys % width, count=found.counts,
        median=quantiles[:, 0], p90=quantiles[:, 1], mean=total / found.counts, total=total, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _edges(width: int, working: WorkingTime | None, part: Log) -> tuple[Part, Part | None]:
    started = part.time if part.started is None else part.started
    waited = edge_values(part.offsets, part.activity, width, part.time, started)
    if working is None:
        return waited, None
    passed = working.passed(part.time)
    until = passed if part.started is None else working.passed(part.started)
    return waited, edge_values(part.offsets, part.activity, width, passed, until)


def _working(found: Grouped, working: WorkingTime) -> dict[str, object]:
    total = found.totals()
    quantiles = found.quantiles()
    return {
        "working_median": quantiles[:, 0],
        "working_p90": quantiles[:, 1],
        "working_mean": total / found.counts,
        "working_total": total,
        "cautions": working.cautions,
    }
