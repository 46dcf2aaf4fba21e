"""How long cases take, by month or by any attribute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from anxin.engines.mining.durations import duration, office
from anxin.engines.mining.errors import BadQuestion
from anxin.engines.mining.kernels.grouping import Groups
from anxin.engines.mining.log.columns import Column, Ints
from anxin.engines.mining.log.log import Log, Source
from anxin.engines.mining.working import WorkingTime, months
from anxin.engines.results import Caution, Floats, Result, Table

_UTC = ZoneInfo("UTC")
ALL = "all"
UNKNOWN = "(unknown)"


@dataclass(frozen=True, kw_only=True, repr=False)
class CycleTime(Result):
    """Group g, called `groups[g]`, has `count[g]` cases with these times from first to last event, in microseconds;
    `working_*` in office time where a calendar was given. `by` is "all", "month" or an attribute."""

    by: str
    groups: tuple[str, ...]
    count: Ints
    median: Ints
    p90: Ints
    mean: Floats
    working_median: Ints | None = None
    working_p90: Ints | None = None
    working_mean: Floats | None = None
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        if len(self.groups) == 1:
            return (
                f"{int(self.count[0]):,} cases take {duration(self.median[0])} (median), {duration(self.p90[0])} (p90), "
                f"{duration(self.mean[0])} (mean)"
            )
        return f"{int(self.count.sum()):,} cases in {len(self.groups):,} groups by {self.by}"

    def table(self, most: int | None = None) -> Table:
        rows = []
        for g, name in list(enumerate(self.groups))[:most]:
            row = [name, self.count[g], duration(self.median[g]), duration(self.p90[g]), duration(self.mean[g])]
            if self.working_median is not None and self.working_p90 is not None:
                row += [office(self.working_median[g]), office(self.working_p90[g])]
            rows.append(row)
        columns = [self.by, "cases", "median", "p90", "mean"]
        columns += ["working median", "working p90"] if self.working_median is not None else []
        return Table.of(columns, rows, f"Cycle time by {self.by}" if self.by != ALL else "Cycle time")


def cycle_time(
    log: Source,
    *,
    by: str = ALL,
    month_of: Literal["end", "start"] = "end",
    zone: tzinfo = _UTC,
    working: WorkingTime | None = None,
) -> CycleTime:
    """Time from the first to the last event of each case, by `by`: "all", "month" (of the end or the start, in `zone`),
    or any attribute; of an attribute that changes within a case, the value of the first event. Numbers are grouped by
    quartile. Raises BadQuestion for an unknown attribute."""
    if by == "month":
        return _by_month(log, month_of, zone, working)
    labels: tuple[str, ...] = (ALL,)
    groups = office = None
    if by != ALL:
        # Quartiles need all values before the first group is known: an attribute is asked of a whole log.
        lengths, keys, worked = [], [], []
        columns: list[Column] = []
        for part in log.chunks("time", "started", by):
            column = _first_values(part, by)
            columns.append(column)
            lengths.append(part.ends() - part.begins())
            if working is not None:
                worked.append(working.between(part.begins(), part.ends()))
        labels, key = grouped_values(columns)
        keys.append(key)
        groups = Groups(len(labels))
        groups.add(key, np.concatenate(lengths))
        if working is not None:
            office = Groups(len(labels))
            office.add(key, np.concatenate(worked))
        return _result(by, labels, groups, office, working)
    groups = Groups(1)
    office = Groups(1) if working is not None else None
    for part in log.chunks("time", "started"):
        begins, ends = part.begins(), part.ends()
        groups.add_grouped(np.array([part.cases]), ends - begins)
        if office is not None and working is not None:
            office.add_grouped(np.array([part.cases]), working.between(begins, ends))
    return _result(by, labels, groups, office, working)


def _by_month(log: Source, month_of: str, zone: tzinfo, working: WorkingTime | None) -> CycleTime:
    if month_of not in ("end", "start"):
        raise BadQuestion(f"month_of: {month_of}; give “end” or “start”.", code="unknown-option", about=["month_of"])
    lengths, worked, of = [], [], []
    for part in log.chunks("time", "started"):
        begins, ends = part.begins(), part.ends()
        of.append(months(ends if month_of == "end" else begins, zone).astype(np.int64))
        lengths.append(ends - begins)
        if working is not None:
            worked.append(working.between(begins, ends))
    month = np.concatenate([np.zeros(0, np.int64), *of])
    first = int(month.min()) if len(month) else 0
    key = month - first
    size = int(key.max()) + 1 if len(key) else 1
    labels = tuple(str(np.datetime64(first + place, "M")) for place in range(size))
    groups = Groups(size)
    groups.add(key, np.concatenate([np.zeros(0, np.int64), *lengths]))
    office = None
    if working is not None:
        office = Groups(size)
        office.add(key, np.concatenate([np.zeros(0, np.int64), *worked]))
    return _result("month", labels, groups, office, working)


def _result(
    by: str, labels: tuple[str, ...], groups: Groups, office: Groups | None, working: WorkingTime | None
) -> CycleTime:
    found = groups.finish()
    mean, quantiles = found.means(), found.quantiles()
    more: dict[str, object] = {}
    if office is not None and working is not None:
        worked = office.finish()
        worked_mean, worked_quantiles = worked.means(), worked.quantiles()
        more = {
            "working_median": worked_quantiles[:, 0], "working_p90": worked_quantiles[:, 1],
            "working_mean": worked_mean, "cautions": working.cautions,
        }  # fmt: skip
    return CycleTime(
        by=by, groups=tuple(labels[key] for key in found.keys), count=found.counts, median=quantiles[:, 0],
        p90=quantiles[:, 1], mean=mean, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _first_values(part: Log, name: str) -> Column:
    column, per_case = part.column(name)
    return column if per_case else column.take(part.offsets[:-1])


def grouped_values(columns: list[Column]) -> tuple[tuple[str, ...], Ints]:
    """Labels and the group of each case, from the values per case of all pieces of a log: names as they are, numbers in
    quartiles (fewer where values repeat), unknown ones as a group of their own."""
    values = np.concatenate([one.values for one in columns])
    names = columns[0].names
    if names is not None:
        codes = values.astype(np.int64)
        return (*names, UNKNOWN), np.where(codes < 0, len(names), codes)
    numbers = values.astype(np.float64)
    known = ~np.isnan(numbers)
    distinct = np.unique(numbers[known][:100_000])
    if len(distinct) <= 12 and np.isin(numbers[known], distinct).all():
        return (
            (*(f"{one:g}" for one in distinct), UNKNOWN),
            np.where(known, np.searchsorted(distinct, np.where(known, numbers, 0)), len(distinct)),
        )
    cuts = (
        np.unique(np.quantile(numbers[known], (0.25, 0.5, 0.75), method="inverted_cdf")) if known.any() else numbers[:0]
    )
    edges = ["", *(f"{cut:g}" for cut in cuts), ""]
    labels = [
        f"≤ {high}" if not low else f"> {low}" if not high else f"{low} to {high}" for low, high in pairwise(edges)
    ]
    return (*labels, UNKNOWN), np.where(known, np.searchsorted(cuts, numbers, side="left"), len(cuts) + 1)
