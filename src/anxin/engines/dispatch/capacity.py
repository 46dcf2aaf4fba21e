"""How much of a person's time a visit takes, where a log tells only when it was done.

Every visit's office time G from joining to being done is queue + service + delay that nobody serves. Only the queue depends on how
much else is there. For a supposed service time s the visits of the past are sent, at the moments they really came, through the
pool's own people (first come first served, exponential service, mean over draws): that gives the queue q(s) each would have met.
The s that explains best how G rose when more was there is taken: least absolute deviations of G − q(s) around their median. Stages
that share people share the supposition too: a visit is work for the same part of its stage's mean office time in all of them. Weeks
are resampled for the interval; when 0 lies inside, the log shows no effect of load, and a low quantile of G is taken instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.compiling import compiled
from anxin.engines.dispatch.model import Floats
from anxin.engines.results import Interval

Ints = NDArray[np.int64]
TRIES = 41
DRAWS = 8
RESAMPLES = 300
LOW = 0.1
"""The quantile of G that stands in for the service time where load shows no effect."""
FULLEST = 0.95
"""No pool is supposed to have been busier than that."""


@dataclass(frozen=True, slots=True)
class Effort:
    """`hours` of one person for one visit by stage; `part` of the mean office time that is, with its `interval` over resampled
    weeks; `seen` False where load shows no effect."""

    hours: dict[int, float]
    part: float
    interval: Interval
    seen: bool


@compiled
def _queue(join: Any, need: Any, hours: Any, begin: Any, end: Any, people: Any, wait: Any) -> None:
    """Adds the waits of visits in order of joining, all in office time, pool by pool before its own people, for each draw of `need`
    (times the mean `hours`)."""
    for part in range(len(begin)):
        free = np.zeros(people[part])
        for draw in range(need.shape[0]):
            free[:] = 0.0
            for i in range(begin[part], end[part]):
                best = 0
                for j in range(1, len(free)):
                    if free[j] < free[best]:
                        best = j
                start = max(join[i], free[best])
                wait[i] += start - join[i]
                free[best] = start + need[draw, i] * hours[i]


@dataclass(frozen=True, slots=True, eq=False)
class Pools:
    """Visits to pools laid out once, with draws of how long they take in parts of the mean, to be tried with many means."""

    order: Ints
    join: Floats
    need: Floats
    begin: Ints
    end: Ints
    people: Ints

    @classmethod
    def of(cls, join: Floats, pool: Ints, people: Ints, seed: int = 7) -> Pools:
        """`join` in office time of its pool."""
        rng = np.random.default_rng(seed)
        order = np.lexsort((join, pool))
        need = rng.exponential(1.0, (DRAWS, len(join)))[:, order]
        ordered = pool[order]
        begin = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))[: len(join)]
        end = np.concatenate((begin[1:], [len(join)])).astype(np.int64)[: len(begin)]
        return cls(order, join[order], need, begin, end, np.maximum(1, people[ordered[begin]]).astype(np.int64))

    def queues(self, hours: Floats) -> Floats:
        """The mean wait each visit would meet if it took `hours` on average."""
        wait = np.zeros(len(self.join))
        if len(wait) and hours.any():
            _queue(self.join, self.need, hours[self.order], self.begin, self.end, self.people, wait)
        found = np.empty(len(wait))
        found[self.order] = wait / DRAWS
        return found


def effort(
    join: Floats, took: Floats, stage: Ints, pool: Ints, people: Ints, open_hours: float, week: Ints, seed: int = 7
) -> Effort:
    """`join` and `took` in office hours, `stage` and `pool` of each visit; `people` of each pool; `open_hours` of the department in
    all; `week` the block each visit belongs to when weeks are resampled."""
    # A few visits that lay for months must not decide.
    bounded = np.minimum(took, np.quantile(took, 0.98))
    stages = np.unique(stage)
    means = {int(code): float(bounded[stage == code].mean()) for code in stages}
    weight = np.array([means.get(code, 0.0) for code in range(int(stages.max()) + 1)])[stage]
    load = np.bincount(pool, weight, minlength=len(people))
    room = FULLEST * np.maximum(people, 1) * open_hours
    most = min(1.0, float((room[load > 0] / load[load > 0]).min())) if (load > 0).any() else 0.0
    low = {int(code): float(np.quantile(took[stage == code], LOW)) for code in stages}
    if most <= 0:
        return Effort(low, 0.0, Interval(0.0, 0.0), False)
    tries = np.concatenate(([0.0], np.geomspace(most / 50, most, TRIES - 1)))
    blocks = np.unique(week, return_inverse=True)[1]
    laid = Pools.of(join, pool, people, seed)
    sums = np.zeros((int(blocks.max()) + 1, len(tries)))
    for number, part in enumerate(tries):
        rest = bounded - laid.queues(weight * part)
        sums[:, number] = np.bincount(blocks, np.abs(rest - np.median(rest)))
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, len(sums), (RESAMPLES, len(sums)))
    chosen = tries[sums[picks].sum(1).argmin(1)]
    best = float(tries[sums.sum(0).argmin()])
    interval = Interval(float(np.quantile(chosen, 0.025)), float(np.quantile(chosen, 0.975)), method="weeks resampled")
    if interval.low <= 0 or best <= 0:
        return Effort({code: min(hours, most * means[code]) for code, hours in low.items()}, best, interval, False)
    return Effort({code: best * mean for code, mean in means.items()}, best, interval, True)
