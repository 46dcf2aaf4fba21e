"""Running a model: calendars laid out, replications with common random numbers, and what was seen of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from anxin.engines.dispatch import kernel
from anxin.engines.dispatch.model import (
    POINTS,
    SLOTS_A_DAY,
    Arrivals,
    BadModel,
    Distribution,
    Floats,
    Model,
    Shift,
    Step,
)
from anxin.engines.dispatch.rush import levels

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """The simulated days: for each the row of the week it is worked like (a holiday like a Sunday)."""

    rows: Ints

    @classmethod
    def of(cls, count: int, first_weekday: int = 0, rows: Sequence[int] | None = None) -> Days:
        """`count` days from a weekday on (0: Monday); or the rows themselves."""
        if rows is not None:
            return cls(np.asarray(rows, np.int64))
        return cls((first_weekday + np.arange(count, dtype=np.int64)) % 7)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def hours(self) -> float:
        return 24.0 * len(self.rows)

    def lay(self, shift: Shift) -> NDArray[np.bool_]:
        """Every half-hour of the days: whether the shift works in it."""
        on = (
            np.ones((len(self), SLOTS_A_DAY), bool)
            if shift.week is None
            else np.asarray(shift.week, bool)[self.rows].copy()
        )
        if shift.first_day is not None:
            on[: max(0, shift.first_day)] = False
        if shift.last_day is not None:
            on[max(0, shift.last_day + 1) :] = False
        return on.ravel()


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One replication. `end`: when each case left, NaN while inside at the horizon. The records have a row a visit:
    case, step, and times (joined the queue, work began, work ended, left)."""

    arrivals: Arrivals
    end: Floats
    horizon: float
    visits: int
    stuck: int
    case: Ints
    step: Ints
    times: Floats
    waited: Floats
    worked: Floats
    served: Ints

    @property
    def finished(self) -> NDArray[np.bool_]:
        return np.isfinite(self.end)


class Laid:
    """A model laid out in arrays for some days, ready to run again and again."""

    def __init__(self, model: Model, days: Days) -> None:
        self.model, self.days = model, days
        calendars: dict[bytes, int] = {}
        rows: list[NDArray[np.bool_]] = []

        def calendar(on: NDArray[np.bool_]) -> int:
            if on.all():
                return -1
            key = on.tobytes()
            if key not in calendars:
                calendars[key] = len(rows)
                rows.append(on)
            return calendars[key]

        part_start, part_calendar, sizes = [0], [], []
        self.staffed = np.zeros((len(model.pools), len(days) * SLOTS_A_DAY), np.int32)
        open_at = []
        for number, pool in enumerate(model.pools):
            for shift in pool.shifts:
                if shift.people:
                    on = days.lay(shift)
                    part_calendar.append(calendar(on))
                    sizes.append(shift.people)
                    self.staffed[number] += shift.people * on
            part_start.append(len(sizes))
            regular = [s for s in pool.shifts if s.first_day is None and s.last_day is None]
            opened = (
                np.logical_or.reduce([days.lay(shift) for shift in regular]) if regular else self.staffed[number] > 0
            )
            open_at.append(calendar(opened) if opened.any() else -1)
        bounds = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        self.parts = (
            np.array(part_start, np.int64), np.array(part_calendar, np.int64),
            bounds[:-1].copy(), bounds[1:].copy(),
        )  # fmt: skip
        self.people = int(bounds[-1])
        self.pool_of = np.array([step.pools for step in model.steps], np.int64).reshape(len(model.steps), -1)
        self.delay_calendar = np.full(self.pool_of.shape, -1, np.int64)
        for number, step in enumerate(model.steps):
            if step.in_hours:
                for place, pool_number in enumerate(step.pools):
                    if pool_number >= 0:
                        self.delay_calendar[number, place] = open_at[pool_number]
        width = len(days) * SLOTS_A_DAY
        on = np.array(rows, bool).reshape(len(rows), width)
        before = np.zeros((len(rows), width), np.int32)
        count = on.sum(1).astype(np.int64)
        slots = np.zeros((len(rows), int(count.max(initial=1)) or 1), np.int32)
        for number in range(len(rows)):
            places = np.flatnonzero(on[number])
            slots[number, : len(places)] = places
            before[number] = np.concatenate(([0], np.cumsum(on[number])[:-1]))
        if not len(rows):
            on, before = np.zeros((1, width), bool), np.zeros((1, width), np.int32)
            count = np.zeros(1, np.int64)
        self.calendars = (on, before, slots, count)
        self.by_due = np.array([pool.by_due for pool in model.pools], bool)
        known: list[Distribution] = []
        index: dict[int, int] = {}

        def numbered(one: Distribution) -> int:
            if id(one) not in index:
                index[id(one)] = len(known)
                known.append(one)
            return index[id(one)]

        # A case that comes in a rush is of a class of its own, alike but for its delays.
        self.rushes = max((len(step.stretch) for step in model.steps), default=0)
        self.service_of = np.array(
            [[numbered(one) for one in step.service] * (self.rushes + 1) for step in model.steps], np.int64
        )
        self.delay_of = np.array(
            [
                [
                    numbered(one if factor == 1 else one.times(factor))
                    for factor in (1.0, *_stretched(step, self.rushes)) for one in step.delay
                ]
                for step in model.steps
            ],
            np.int64,
        )  # fmt: skip
        self.kinds = np.array([one.kind for one in known], np.int64)
        self.values = np.array([one.value for one in known])
        self.tables = np.array([one.quantiles for one in known]).reshape(-1, POINTS)
        self.entry = np.tile(np.cumsum(model.entry, -1), (self.rushes + 1, 1))
        self.routing = np.tile(np.cumsum(model.routing, -1)[..., : len(model.steps)], (self.rushes + 1, 1, 1))
        # A share that adds up to 1 but for rounding leaves nobody over.
        self.routing[self.routing > 1 - 1e-9] = 2.0
        self.entry[self.entry > 1 - 1e-9] = 2.0

    def run(self, arrivals: Arrivals, *, seed: int, record: bool = True, horizon: float | None = None) -> Run:
        cases = len(arrivals)
        if cases and (arrivals.kind.max() >= len(self.model.classes) or arrivals.place.max() >= len(self.model.places)):
            raise BadModel("arrivals: name a class or place that the model does not have.")
        kind = arrivals.kind
        if self.rushes:
            kind = kind + len(self.model.classes) * np.minimum(levels(arrivals.time), self.rushes)
        horizon = min(self.days.hours, horizon if horizon is not None else np.inf)
        # Sized for what is expected; a run that has more is done again with more room.
        room = int(cases * float(self.model.visits().sum(1).max()) * 1.3) + 1_000 if record else 0
        while True:
            end = np.full(cases, np.nan)
            rec_case, rec_step = np.empty(room, np.int32), np.empty(room, np.int16)
            rec_times = np.empty((room, 4))
            pools = len(self.model.pools)
            waited, worked, served = np.zeros(pools), np.zeros(pools), np.zeros(pools, np.int64)
            visits, written, stuck = kernel.run(
                np.uint64(seed), arrivals.time, arrivals.key, kind, arrivals.place, arrivals.due, self.entry,
                self.routing, self.pool_of, *self.parts, np.zeros(self.people), self.by_due,
                self.service_of, self.delay_of, self.delay_calendar, self.kinds, self.values, self.tables,
                *self.calendars, horizon, end, record, rec_case, rec_step, rec_times, waited, worked, served,
            )  # fmt: skip
            if record and visits > room:
                room = int(visits) + 1
                continue
            break
        return Run(
            arrivals, end, horizon, int(visits), int(stuck), rec_case[:written].astype(np.int64),
            rec_step[:written].astype(np.int64), rec_times[:written], waited, worked, served,
        )  # fmt: skip

    @cached_property
    def department_of(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, pool in enumerate(self.model.pools):
            found.setdefault(pool.department or pool.name, []).append(number)
        return found


def _stretched(step: Step, rushes: int) -> tuple[float, ...]:
    """The factor of each level of rush; those beyond what the step knows are like its last."""
    return (step.stretch + (step.stretch[-1:] or (1.0,)) * rushes)[:rushes]


Coming = Callable[[int], Arrivals]
"""The arrivals of a replication, by its number."""


def seed_of(seed: int, replication: int) -> int:
    """The seed of a replication: far from its neighbours'."""
    return int(np.random.SeedSequence((seed, replication)).generate_state(1, np.uint64)[0] >> np.uint64(1))


def simulate(
    model: Model, coming: Arrivals | Coming, days: Days, *, seed: int = 1, replications: int = 20, record: bool = True,
    horizon: float | None = None, threads: int = 1, progress: Callable[[int], None] | None = None,
) -> list[Run]:  # fmt: skip
    """Replications of a model over some days. `coming`: the same arrivals every time (a replay), or drawn by number.

    Two models run with one seed see the same luck: the same cases, service times, delays and turns as far as they share steps.
    """
    if replications < 1:
        raise BadModel("replications: at least 1.")
    laid = Laid(model, days)

    def one(number: int) -> Run:
        arrivals = coming if isinstance(coming, Arrivals) else coming(number)
        return laid.run(arrivals, seed=seed_of(seed, number), record=record, horizon=horizon)

    runs: list[Run] = []
    if threads > 1:
        with ThreadPoolExecutor(threads) as crew:
            return list(crew.map(one, range(replications)))
    for number in range(replications):
        runs.append(one(number))
        if progress is not None:
            progress(number + 1)
    return runs
