"""Bottlenecks: where the hours of customers' waiting go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anxin.engines.mining.durations import HOUR, duration
from anxin.engines.mining.log.columns import Ints
from anxin.engines.mining.log.log import Source
from anxin.engines.mining.questions.directly_follows import Waits, waits
from anxin.engines.results import Caution, Floats, Result, Table


@dataclass(frozen=True, kw_only=True, repr=False)
class Bottlenecks(Result):
    """Steps by the hours of waiting they cause, most first. `places` are the edges of `waits` in that order, `hours` their
    waiting, `share` of all waiting; `step_hours` the waiting before each activity, by its code in `waits.names`."""

    waits: Waits
    places: Ints
    hours: Floats
    share: Floats
    step_hours: Floats
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        if not len(self.places) or self.hours[0] <= 0:
            return "no waiting"
        worst = self.places[0]
        names = self.waits.names
        return (
            f"“{names[self.waits.source[worst]]}” → “{names[self.waits.target[worst]]}” causes {self.hours[0]:,.0f} hours of "
            f"waiting, {self.share[0]:.1%} of all"
        )

    def steps(self) -> tuple[tuple[str, float], ...]:
        """(activity, hours that cases wait for it), most first."""
        order = np.argsort(-self.step_hours, kind="stable")
        return tuple((self.waits.names[a], float(self.step_hours[a])) for a in order if self.step_hours[a] > 0)

    def table(self, most: int | None = 15) -> Table:
        """Where nobody waits is left out."""
        w = self.waits
        covered = np.cumsum(self.share)
        rows = [
            (rank + 1, w.names[w.source[e]], w.names[w.target[e]], w.count[e], self.hours[rank], self.share[rank], covered[rank],
             duration(w.median[e]), duration(w.p90[e]))
            for rank, e in enumerate(self.places[:most])
            if self.hours[rank] > 0
        ]  # fmt: skip
        columns = ("rank", "after", "waits for", "times", "hours", "share", "covered", "median", "p90")
        return Table.of(columns, rows, "Where customers wait")


def bottlenecks(log: Source | Waits) -> Bottlenecks:
    """Edges ranked by total waiting: how often they are taken times how long. Takes a log, or its `waits`."""
    found = log if isinstance(log, Waits) else waits(log)
    order = np.lexsort((found.target, found.source, -found.total))
    total = float(found.total.sum())
    step = np.zeros(len(found.names))
    np.add.at(step, found.target, found.total / HOUR)
    return Bottlenecks(
        waits=found,
        places=order,
        hours=found.total[order] / HOUR,
        share=found.total[order] / (total or 1.0),
        step_hours=step,
    )
