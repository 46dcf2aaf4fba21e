"""Rework: what is done again, and the time it costs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from anxin.engines.mining.durations import duration
from anxin.engines.mining.kernels.repeats import repeats
from anxin.engines.mining.log.columns import Ints, Names
from anxin.engines.mining.log.log import Log, Source
from anxin.engines.results import Caution, Result, Table


@dataclass(frozen=True, kw_only=True, repr=False)
class Rework(Result):
    """Per activity code: `repeating_cases` do it more than once; `repeats` events do it again; `self_loops` of these
    directly after itself; `cost` is the time (microseconds) from the event before up to each repeat, so that the costs
    of all activities add up to the time the cases spent on the way to doing something again. `cases_with_rework` repeat
    anything at all."""

    names: Names
    cases: int
    events: int
    repeating_cases: Ints
    repeats: Ints
    self_loops: Ints
    cost: Ints | None
    cases_with_rework: int
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        took = "" if self.cost is None else f" that took {duration(float(self.cost.astype(np.float64).sum()))}"
        return (
            f"{self.cases_with_rework:,} of {self.cases:,} cases ({self.share:.1%}) do something again: "
            f"{int(self.repeats.sum()):,} repeats{took}"
        )

    @property
    def share(self) -> float:
        """The share of cases with any repeat."""
        return self.cases_with_rework / self.cases if self.cases else 0.0

    def table(self, most: int | None = None) -> Table:
        weight = self.repeats if self.cost is None else self.cost
        order = [a for a in np.argsort(-weight, kind="stable") if self.repeats[a]][:most]
        spent = {a: None if self.cost is None else int(self.cost[a]) for a in order}
        rows = [
            (self.names[a], self.repeating_cases[a], self.repeating_cases[a] / max(self.cases, 1), self.repeats[a],
             self.self_loops[a], duration(took), duration(None if took is None else took / self.repeats[a]))
            for a, took in spent.items()
        ]  # fmt: skip
        columns = ("activity", "cases that repeat it", "share of cases", "repeats", "self-loops", "time", "per repeat")
        return Table.of(columns, rows, "Rework")


def rework(log: Source, *, cost: bool = True) -> Rework:
    """Repeats and self-loops per activity and, unless `cost` is False, the time they take; one pass."""
    width = len(log.activities)
    cases, again, loops, spent = (np.zeros(width, np.int64) for _ in range(4))
    repeating = events = every = 0
    for of, (c, a, l, t, r) in log.map(partial(_again, width, cost), *["time"] * cost):  # noqa: E741
        cases, again, loops, spent, repeating = cases + c, again + a, loops + l, spent + t, repeating + r
        events, every = events + of[0], every + of[1]
    return Rework(
        names=log.activities, cases=every, events=events, repeating_cases=cases, repeats=again, self_loops=loops,
        cost=spent if cost else None, cases_with_rework=repeating,
    )  # fmt: skip


def _again(width: int, cost: bool, part: Log) -> tuple[tuple[int, int], tuple[Ints, Ints, Ints, Ints, int]]:
    time = part.time if cost else np.zeros(0, np.int64)
    return (len(part), part.cases), repeats(part.offsets, part.activity, width, time)
