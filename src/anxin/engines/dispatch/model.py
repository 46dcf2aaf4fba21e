"""A service process: classes of cases that go through steps, each served by a pool of people or by nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anxin.engines.dispatch.kernel import CONSTANT, EXPONENTIAL, SLOT, TABLE

Floats = NDArray[np.float64]
Week = NDArray[np.bool_]
"""Which half-hours of a week are worked: 7 × 48, Monday first."""
SLOTS_A_DAY = round(24 / SLOT)
POINTS = 129


class BadModel(ValueError):
    """A model that cannot be simulated; the text says which part and what to change."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """Hours: `kind` CONSTANT, EXPONENTIAL (`value` is the mean) or TABLE (`value` times equally spaced quantiles)."""

    kind: int
    value: float
    quantiles: Floats = field(default_factory=lambda: np.zeros(POINTS))

    @property
    def mean(self) -> float:
        if self.kind == TABLE:
            inner = (self.quantiles[1:] + self.quantiles[:-1]) / 2
            return float(self.value * inner.mean())
        return self.value

    def times(self, factor: float) -> Distribution:
        return Distribution(self.kind, self.value * factor, self.quantiles)


def constant(hours: float) -> Distribution:
    return Distribution(CONSTANT, float(hours))


def exponential(mean: float) -> Distribution:
    return Distribution(EXPONENTIAL, float(mean))


def empirical(hours: Sequence[float] | Floats) -> Distribution:
    """The distribution of what was seen, by its quantiles (linear between 129 of them). Nothing seen: no time at all."""
    seen = np.asarray(hours, np.float64)
    if not len(seen):
        return constant(0.0)
    points = np.quantile(seen, np.linspace(0, 1, POINTS))
    # A straight line to the largest value would make the long tail longer: its end is put where the tail's mean is kept.
    points[-1] = max(points[-2], 2 * float(seen[seen >= points[-2]].mean()) - points[-2])
    return Distribution(TABLE, 1.0, points)


NOTHING = constant(0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Shift:
    """So many people who work the same hours. `week` None: day and night. From `first_day` to `last_day` (days since the
    beginning of the simulated time, both included) where they are there for a time only."""

    people: int
    week: Week | None = None
    first_day: int | None = None
    last_day: int | None = None

    def __post_init__(self) -> None:
        if self.people < 0:
            raise BadModel("people: cannot be fewer than nobody.")
        if self.week is not None and self.week.shape != (7, SLOTS_A_DAY):
            raise BadModel(f"week: needs 7 days of {SLOTS_A_DAY} half-hours, not {self.week.shape}.")


@dataclass(frozen=True, slots=True)
class Pool:
    """People who take work from one queue: first come first served, or with `by_due` the case due first."""

    name: str
    shifts: tuple[Shift, ...]
    department: str = ""
    place: str = ""
    by_due: bool = False

    @property
    def people(self) -> int:
        """Regular people: those who are not there for a time only."""
        return sum(shift.people for shift in self.shifts if shift.first_day is None and shift.last_day is None)


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of visit. `pools` has a pool's index for each place, -1 where nobody serves; `service` and `delay` a
    distribution for each class. The delay comes after the service; with `in_hours` it passes only while the pool is staffed. `stretch`:
    how many times as long the delay is in a rush of level 1, 2, …; empty: as long as ever."""

    name: str
    stage: str
    pools: tuple[int, ...]
    service: tuple[Distribution, ...]
    delay: tuple[Distribution, ...]
    in_hours: bool = False
    stretch: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """`entry[k, s]`: share of class k that begins with step s. `routing[k, s, z]`: share that goes from s to z; the last
    column (z = number of steps) leaves the process."""

    classes: tuple[str, ...]
    places: tuple[str, ...]
    steps: tuple[Step, ...]
    pools: tuple[Pool, ...]
    entry: Floats
    routing: Floats

    def __post_init__(self) -> None:
        classes, steps = len(self.classes), len(self.steps)
        if not steps:
            raise BadModel("steps: there is none; a process needs at least one.")
        if self.entry.shape != (classes, steps) or self.routing.shape != (classes, steps, steps + 1):
            raise BadModel(
                f"routing: {classes} classes and {steps} steps need entry {(classes, steps)} and routing "
                f"{(classes, steps, steps + 1)}, not {self.entry.shape} and {self.routing.shape}."
            )
        for name, shares in (("entry", self.entry), ("routing", self.routing)):
            if (shares < 0).any() or not np.allclose(shares.sum(-1), 1.0, atol=1e-6):
                raise BadModel(f"{name}: shares must not be negative and add up to 1 in every row.")
        for step in self.steps:
            if len(step.pools) != len(self.places) or len(step.service) != classes or len(step.delay) != classes:
                raise BadModel(f"{step.name}: needs a pool for each place and a distribution for each class.")
            if max(step.pools, default=-1) >= len(self.pools):
                raise BadModel(f"{step.name}: names a pool that is not there.")

    @property
    def stages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(step.stage for step in self.steps))

    @property
    def departments(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(pool.department for pool in self.pools))

    def visits(self) -> Floats:
        """Expected visits to each step by one case of each class: (classes, steps), from the fundamental matrix."""
        steps = len(self.steps)
        return np.array(
            [
                np.linalg.solve(np.eye(steps) - self.routing[k, :, :steps].T, self.entry[k])
                for k in range(len(self.classes))
            ]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Cases in order of their coming: `time` in hours since the beginning, `kind` and `place` codes. `key` is what a case's
    luck hangs on; `due` its moment for queues by due date; `amount` a fact for changes that look at it (NaN: not known)."""

    time: Floats
    kind: NDArray[np.int64]
    place: NDArray[np.int64]
    key: NDArray[np.int64]
    due: Floats
    amount: Floats

    @classmethod
    def of(
        cls, time: Floats, kind: NDArray[np.int64] | None = None, place: NDArray[np.int64] | None = None,
        key: NDArray[np.int64] | None = None, due: Floats | None = None, amount: Floats | None = None,
    ) -> Arrivals:  # fmt: skip
        """Sorted by time; what is left out is 0, the number in the order, the moment of coming, not known."""
        time = np.asarray(time, np.float64)
        count = len(time)
        kinds = np.zeros(count, np.int64) if kind is None else np.asarray(kind, np.int64)
        places = np.zeros(count, np.int64) if place is None else np.asarray(place, np.int64)
        keys = np.arange(count, dtype=np.int64) if key is None else np.asarray(key, np.int64)
        dues = time if due is None else np.asarray(due, np.float64)
        amounts = np.full(count, np.nan) if amount is None else np.asarray(amount, np.float64)
        order = np.argsort(time, kind="stable")
        return cls(time[order], kinds[order], places[order], keys[order], dues[order], amounts[order])

    def __len__(self) -> int:
        return len(self.time)

    def chosen(self, mask: NDArray[np.bool_]) -> Arrivals:
        return Arrivals.of(
            self.time[mask], self.kind[mask], self.place[mask], self.key[mask], self.due[mask], self.amount[mask]
        )


def office_week(begin: float = 9.0, end: float = 17.5, days: Sequence[int] = (0, 1, 2, 3, 4)) -> Week:
    """The half-hours from `begin` to `end` (hours of the day; past midnight when end is not after begin) of some weekdays.

    A time between half-hours is rounded to the next one."""
    week = np.zeros((7, SLOTS_A_DAY), bool)
    first, last = round(begin / SLOT), round(end / SLOT)
    if not 0 <= first < SLOTS_A_DAY or not 0 <= last <= SLOTS_A_DAY:
        raise BadModel("hours: lie between 0 and 24.")
    for day in days:
        if first < last:
            week[day, first:last] = True
        else:
            week[day, first:] = True
            week[(day + 1) % 7, :last] = True
    return week
