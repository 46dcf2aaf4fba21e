"""How long cases take, by month or by any attribute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from anxin.engines.mining.durations import duration, office
from anxin.engines.mining.errors import BadQuestion
from anxin.engines.mining.kernels.grouping import Grouped, Groups
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
    # Quartiles need all values before the first group is known, so the lengths of all cases are gathered first.
    asked = [by] if by != ALL else []
    gathered = list(log.map(partial(_lengths, working, by), "time", "started", *asked))
    labels, key = grouped_values([one for *_, one in gathered if one is not None]) if asked else ((ALL,), None)
    return _result(by, labels, key, [one[1] for one in gathered], [one[2] for one in gathered], working)


_Lengths = tuple[Ints, Ints, Ints | None, Column | None]


def _lengths(working: WorkingTime | None, by: str, part: Log) -> _Lengths:
    """Of each case: begin, length, office time, and the value it is grouped by."""
    begins, ends = part.begins(), part.ends()
    worked = None if working is None else working.between(begins, ends)
    return begins, ends - begins, worked, None if by == ALL else _first_values(part, by)


def _by_month(log: Source, month_of: str, zone: tzinfo, working: WorkingTime | None) -> CycleTime:
    if month_of not in ("end", "start"):
        raise BadQuestion(f"month_of: {month_of}; give “end” or “start”.", code="unknown-option", about=["month_of"])
    gathered = list(log.map(partial(_lengths, working, ALL), "time", "started"))
    of = [months(begins + lengths if month_of == "end" else begins, zone) for begins, lengths, *_ in gathered]
    month = np.concatenate([np.zeros(0, np.int64), *(one.astype(np.int64) for one in of)])
    first = int(month.min()) if len(month) else 0
    key = month - first
    size = int(key.max()) + 1 if len(key) else 1
    labels = tuple(str(np.datetime64(first + place, "M")) for place in range(size))
    return _result("month", labels, key, [one[1] for one in gathered], [one[2] for one in gathered], working)


def _result(
    by: str, labels: tuple[str, ...], key: Ints | None, lengths: list[Ints], office: list[Ints | None], working: WorkingTime | None
) -> CycleTime:  # fmt: skip
    found = _grouped(len(labels), key, lengths)
    mean, quantiles = found.means(), found.quantiles()
    more: dict[str, object] = {}
    if working is not None:
        worked = _grouped(len(labels), key, [one for one in office if one is not None])
        worked_mean, worked_quantiles = worked.means(), worked.quantiles()
        more = {
            "working_median": worked_quantiles[:, 0], "working_p90": worked_quantiles[:, 1],
            "working_mean": worked_mean, "cautions": working.cautions,
        }  # fmt: skip
    return CycleTime(
        by=by, groups=tuple(labels[key] for key in found.keys), count=found.counts, median=quantiles[:, 0],
        p90=quantiles[:, 1], mean=mean, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _grouped(size: int, key: Ints | None, values: list[Ints]) -> Grouped:
    groups = Groups(size)
    if key is None:
        for one in values:
            groups.take((np.array([len(one)]), one))
    else:
        groups.add(key, np.concatenate([np.zeros(0, np.int64), *values]))
    return groups.finish()


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
