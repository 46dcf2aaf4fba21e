"""How many people are short in a rush, where and when, to keep a promise at a given level."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from anxin.engines.dispatch.changes import People, apply
from anxin.engines.dispatch.model import Arrivals, BadModel, Floats, Model, Shift
from anxin.engines.dispatch.outcome import DAY, Limit, Number, Outcome, outcome
from anxin.engines.dispatch.simulation import Coming, Days, Laid, Run, simulate
from anxin.engines.results import Caution, Result, Table

MOST_ROUNDS = 40
SENSIBLE = 0.9
PLENTY = 1_000
"""People in every pool when nobody is short of anybody."""


@dataclass(frozen=True, slots=True)
class Short:
    """People of a pool on a day: there, needed, and how many work at once by hour of that day (the 90th percentile)."""

    department: str
    place: str
    day: int
    there: int
    short: int

    @property
    def needed(self) -> int:
        return self.there + self.short


@dataclass(frozen=True, kw_only=True, repr=False)
class Requirement(Result):
    """`kept_now`, `kept_with` (the people added) and `kept_at_most` (nobody short anywhere) of the promise, for the cases of the rush;
    `reached` whether `level` is. `by_hour` of each department: people at work at once by hour of the day on the days of the rush,
    90th percentile (departments × 24), beside `there_by_hour`."""

    level: float
    target: float
    reached: bool
    kept_now: Number
    kept_with: Number
    kept_at_most: Number
    short: tuple[Short, ...]
    person_days: int
    departments: tuple[str, ...]
    by_hour: Floats
    there_by_hour: Floats
    cases: float
    days: int
    now: Outcome
    planned: Outcome
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"{self.person_days} person-days short; kept {self.kept_now.value:.1%} now, {self.kept_with.value:.1%} with them"

    def table(self) -> Table:
        return Table.of(
            ("department", "place", "day", "there", "needed", "short"),
            [(one.department, one.place, one.day, one.there, one.needed, one.short) for one in self.short],
        )


def requirement(
    model: Model, coming: Coming | Arrivals, days: Days, limit: Limit, level: float, *, first_day: int, rush_days: int,
    run_off: int = 14, seed: int = 1, replications: int = 12, progress: Callable[[int, int], None] | None = None,
) -> Requirement:  # fmt: skip
    """Add people where most work waits, day by day, until the promise is kept at `level` for the cases of the rush (`rush_days`
    from `first_day` on), or until more people change nothing.

    Each round puts, on every pool and day whose queue costs more than a tenth of the worst one's hours, as many people as would
    work off the hours that waited. People added work the pool's own hours on that day only. The plan is then thinned: people whose
    removal keeps the level go again, the least used first. It is a good plan, not proven the smallest.
    """
    if not 0 < level <= 1:
        raise BadModel("level: a share above 0 and up to 1.")
    begin, end = first_day * DAY, (first_day + rush_days) * DAY

    def measured(made: Model) -> tuple[list[Run], Outcome, float]:
        runs = simulate(made, coming, days, seed=seed, replications=replications)
        found = outcome(made, runs, days, begin=begin, end=end, limits=[limit])
        return runs, found, found.kept[limit.name].value

    runs, now, kept = measured(model)
    everybody = apply([People(name, PLENTY) for name in model.departments], model)
    at_most = measured(everybody)[1].kept[limit.name]
    # More than unlimited people reach cannot be asked, and its last part costs most: then 90 % of what people can gain is the aim.
    target = min(level, kept + SENSIBLE * max(0.0, at_most.value - kept))
    added: dict[tuple[int, int], int] = {}
    before: dict[tuple[int, int], float] = {}
    last = min(len(days), first_day + rush_days + run_off)
    made, planned = model, now
    for turn in range(MOST_ROUNDS):
        if progress is not None:
            progress(turn, MOST_ROUNDS)
        if not kept < target:  # also when no case comes at all
            break
        waiting = _waiting(model, runs, days, first_day, last)
        worst = waiting.max()
        if worst < 0.5:
            break
        fresh = False
        for pool, day in zip(*np.nonzero(waiting >= max(0.5, worst / 10)), strict=True):
            hours = _hours_of(model, int(pool), days, first_day + int(day))
            if hours <= 0:
                continue
            key = (int(pool), first_day + int(day))
            if waiting[pool, day] > 0.9 * before.get(key, math.inf):
                continue  # those added there before did not help: the work is longer than their day
            before[key] = waiting[pool, day]
            # Queue-hours are work-hours times what waits before them; a person works one of them off at a time.
            added[key] = added.get(key, 0) + max(1, min(5, round(math.sqrt(waiting[pool, day] / hours))))
            fresh = True
        if not fresh:
            break
        made = with_added(model, added)
        runs, planned, kept = measured(made)
    if kept >= target and added:
        added, planned = _thinned(model, added, target, measured, planned)
        made = with_added(model, added)
        runs = measured(made)[0]
    names, by_hour, there = _at_work(made, model, runs, days, first_day, first_day + rush_days + 2)
    cautions: list[Caution] = []
    if at_most.value < level:
        text = (
            f"Even with nobody short anywhere {at_most.value:.1%} would be kept: the rest is waiting that people "
            "cannot shorten."
        )
        cautions.append(Caution("people-do-not-help", text))
    laid = Laid(model, days)
    short = tuple(
        Short(
            model.pools[pool].department, model.pools[pool].place, day,
            int(laid.staffed[pool, day * 48 : (day + 1) * 48].max()), people,
        )
        for (pool, day), people in sorted(added.items(), key=lambda one: (one[0][1], -one[1]))
    )  # fmt: skip
    return Requirement(
        level=level, target=target, reached=planned.kept[limit.name].value >= min(level, target), kept_now=now.kept[limit.name],
        kept_with=planned.kept[limit.name], kept_at_most=at_most, short=short, person_days=sum(added.values()),
        departments=names, by_hour=by_hour, there_by_hour=there, cases=now.cases.value, days=rush_days, now=now,
        planned=planned, cautions=tuple(cautions),
    )  # fmt: skip


def with_added(model: Model, added: dict[tuple[int, int], int]) -> Model:
    """The model with people added to pools on single days, for the pool's own hours."""
    pools = list(model.pools)
    for (number, day), people in added.items():
        pool = pools[number]
        week = next((s.week for s in model.pools[number].shifts if s.people), None)
        pools[number] = dataclasses.replace(pool, shifts=(*pool.shifts, Shift(people, week, day, day)))
    return dataclasses.replace(model, pools=tuple(pools))


def _thinned(
    model: Model, added: dict[tuple[int, int], int], target: float,
    measured: Callable[[Model], tuple[list[Run], Outcome, float]], planned: Outcome,
) -> tuple[dict[tuple[int, int], int], Outcome]:  # fmt: skip
    """Without those whose absence is not felt: halves of the smallest entries are tried first."""
    entries = sorted(added, key=lambda key: added[key])
    size = max(1, len(entries) // 2)
    while size >= 1:
        place = 0
        while place < len(entries):
            fewer = dict(added)
            for key in entries[place : place + size]:
                if fewer.get(key, 0) > 1 and size == 1:
                    fewer[key] -= 1
                else:
                    fewer.pop(key, None)
            _runs, found, kept = measured(with_added(model, fewer))
            if kept >= target:
                added, planned = fewer, found
                entries = [key for key in entries if key in added]
            else:
                place += size
        size //= 2
        if len(entries) > 24 and size < len(entries) // 12:
            break
    return added, planned


def _waiting(model: Model, runs: list[Run], days: Days, first: int, last: int) -> Floats:
    """Hours waited for people by pool and day (in the pool's open hours), mean over replications."""
    laid = Laid(model, days)
    grid = np.arange(first * 24, last * 24) + 0.25
    slot = np.minimum((grid / 0.5).astype(np.int64), laid.staffed.shape[1] - 1)
    found = np.zeros((len(model.pools), last - first))
    for run in runs:
        pool = laid.pool_of[run.step, run.arrivals.place[run.case]]
        late = run.times[:, 1] > run.times[:, 0] + 0.01
        for number in np.unique(pool[late]):
            if number < 0:
                continue
            mine = late & (pool == number)
            waits = np.searchsorted(np.sort(run.times[mine, 0]), grid, "right") - np.searchsorted(
                np.sort(run.times[mine, 1]), grid, "right"
            )
            waits = np.where(laid.staffed[number, slot] > 0, waits, 0)
            found[number] += waits.reshape(-1, 24).sum(1)
    return found / len(runs)  # fmt: skip


def _hours_of(model: Model, pool: int, days: Days, day: int) -> float:
    week = next((s.week for s in model.pools[pool].shifts if s.people), None)
    return 24.0 if week is None else float(week[days.rows[day]].sum() / 2)


def _at_work(
    made: Model, model: Model, runs: list[Run], days: Days, first: int, last: int
) -> tuple[tuple[str, ...], Floats, Floats]:
    laid, before = Laid(made, days), Laid(model, days)
    names = tuple(laid.department_of)
    last = min(last, len(days))
    grid = np.arange(first * 24, last * 24) + 0.25
    slot = (grid / 0.5).astype(np.int64)
    seen = np.zeros((len(names), len(runs), len(grid)))
    there = np.zeros((len(names), 24))
    for number, name in enumerate(names):
        pools = laid.department_of[name]
        staffed = before.staffed[pools][:, slot].sum(0)
        there[number] = staffed.reshape(-1, 24).max(0)
        planned = laid.staffed[pools][:, slot].sum(0)
        for turn, run in enumerate(runs):
            mine = np.isin(laid.pool_of[run.step, run.arrivals.place[run.case]], pools)
            work = np.searchsorted(np.sort(run.times[mine, 1]), grid, "right") - np.searchsorted(
                np.sort(run.times[mine, 2]), grid, "right"
            )
            seen[number, turn] = np.minimum(work, planned)
    by_hour = np.quantile(seen.reshape(len(names), -1, 24), 0.9, axis=1)
    return names, by_hour, there  # fmt: skip
