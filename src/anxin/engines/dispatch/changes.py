"""What may be changed about a process: people, hours, the fast lane, stages, and how many cases come."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anxin.engines.dispatch.model import NOTHING, Arrivals, BadModel, Model, Pool, Shift, office_week
from anxin.engines.dispatch.plan import FAST, FULL

WEEKDAYS = (0, 1, 2, 3, 4)


class Change:
    """Changes the model, the arrivals, or both; the other stays as it is. `seed` keeps what is drawn the same in every run."""

    def model(self, model: Model) -> Model:
        return model

    def arrivals(self, arrivals: Arrivals, model: Model, seed: int) -> Arrivals:
        return arrivals


@dataclass(frozen=True, slots=True)
class People(Change):
    """`people` more (or, negative, fewer) in a department, in each of its pools or in those of one place.

    More come for the hours `begin` to `end` of the given weekdays; without hours they work as the others do. Fewer are taken from
    the regular shifts; the last person of a pool stays unless `to_nobody`.
    """

    department: str
    people: int
    place: str = ""
    begin: float | None = None
    end: float | None = None
    weekdays: tuple[int, ...] = WEEKDAYS
    first_day: int | None = None
    last_day: int | None = None
    to_nobody: bool = False

    def model(self, model: Model) -> Model:
        return _with_pools(model, self.department, self.place, self._changed)

    def _changed(self, pool: Pool) -> Pool:
        if self.people < 0:
            return _fewer(pool, -self.people, least=0 if self.to_nobody else 1)
        if self.begin is None or self.end is None:
            week = pool.shifts[0].week if pool.shifts else None
        else:
            week = office_week(self.begin, self.end, self.weekdays)
        return dataclasses.replace(pool, shifts=(*pool.shifts, Shift(self.people, week, self.first_day, self.last_day)))


@dataclass(frozen=True, slots=True)
class Hours(Change):
    """`people` of a department's regular staff work from `begin` to `end` instead: an evening shift."""

    department: str
    people: int
    begin: float
    end: float
    place: str = ""
    weekdays: tuple[int, ...] = WEEKDAYS

    def model(self, model: Model) -> Model:
        def changed(pool: Pool) -> Pool:
            moved = min(self.people, pool.people)
            rest = _fewer(pool, moved, least=0)
            return dataclasses.replace(
                rest, shifts=(*rest.shifts, Shift(moved, office_week(self.begin, self.end, self.weekdays)))
            )

        return _with_pools(model, self.department, self.place, changed)


@dataclass(frozen=True, slots=True)
class FastLane(Change):
    """Cases up to `limit` (in the unit of their amount) go the fast way of their class. Classes are those named, or all that have
    both ways. A case whose amount is not known goes as it would have."""

    limit: float
    classes: tuple[str, ...] = ()

    def arrivals(self, arrivals: Arrivals, model: Model, seed: int) -> Arrivals:
        kind = arrivals.kind.copy()
        for code, name in enumerate(model.classes):
            base, _dot, lane = name.rpartition("·")
            if lane != FULL or (self.classes and base not in self.classes):
                continue
            fast = f"{base}·{FAST}" if base else FAST
            if fast in model.classes:
                kind[(kind == code) & (arrivals.amount <= self.limit)] = model.classes.index(fast)
        return dataclasses.replace(arrivals, kind=kind)


@dataclass(frozen=True, slots=True)
class Merge(Change):
    """Stage `stage` is done within stage `into`: its visits fall away with their queue and delay, and `kept` of its work is done
    there. `into` empty: the stage is dropped, and its work with it."""

    stage: str
    into: str = ""
    kept: float = 0.5

    def model(self, model: Model) -> Model:
        if self.stage not in model.stages or (self.into and self.into not in model.stages) or self.stage == self.into:
            raise BadModel(f"stage: “{self.stage}” and “{self.into}” are not two stages of this process.")
        if not 0 <= self.kept <= 1:
            raise BadModel("kept: a share between 0 and 1.")
        visits = model.visits().mean(0)
        gone = [number for number, step in enumerate(model.steps) if step.stage == self.stage]
        steps = list(model.steps)
        if self.into:
            moved = self.kept * sum(visits[number] * steps[number].service[0].mean for number in gone)
            taking = [number for number, step in enumerate(model.steps) if step.stage == self.into]
            there = sum(visits[number] * steps[number].service[0].mean for number in taking)
            for number in taking:
                factor = 1 + moved / there if there > 0 else 1.0
                steps[number] = dataclasses.replace(
                    steps[number], service=tuple(one.times(factor) for one in steps[number].service)
                )
        nobody = (-1,) * len(model.places)
        for number in gone:  # passed through in no time
            steps[number] = dataclasses.replace(
                steps[number], pools=nobody, service=(NOTHING,) * len(model.classes),
                delay=(NOTHING,) * len(model.classes), in_hours=False,
            )  # fmt: skip
        return dataclasses.replace(model, steps=tuple(steps))


@dataclass(frozen=True, slots=True)
class Surge(Change):
    """`factor` times as many cases from `first_day` on for `days` days (a storm), of one place and of some classes where given."""

    factor: float
    first_day: int
    days: int
    place: str = ""
    classes: tuple[str, ...] = ()

    def arrivals(self, arrivals: Arrivals, model: Model, seed: int) -> Arrivals:
        if self.factor < 0:
            raise BadModel("factor: not below 0.")
        begin, end = self.first_day * 24.0, (self.first_day + self.days) * 24.0
        hit = (arrivals.time >= begin) & (arrivals.time < end)
        if self.place:
            if self.place not in model.places:
                raise BadModel(f"place: there is no “{self.place}”.")
            hit &= arrivals.place == model.places.index(self.place)
        if self.classes:
            wanted = [
                code
                for code, name in enumerate(model.classes)
                if name in self.classes or name.rpartition("·")[0] in self.classes
            ]
            hit &= np.isin(arrivals.kind, wanted)
        rng = np.random.default_rng((seed, 77))
        luck = rng.random(len(arrivals))
        whole, part = int(self.factor), self.factor - int(self.factor)
        copies = np.where(hit, whole + (luck < part), 1)
        source = np.repeat(np.arange(len(arrivals)), copies)
        nth = np.arange(len(source)) - np.repeat(np.cumsum(copies) - copies, copies)
        # A copy comes at some other moment of the same days, with a luck of its own.
        time = np.where(nth > 0, begin + rng.random(len(source)) * (end - begin), arrivals.time[source])
        key = arrivals.key[source] + nth * 1_000_003 * 1_000
        return Arrivals.of(time, arrivals.kind[source], arrivals.place[source], key, time, arrivals.amount[source])


def apply(changes: Sequence[Change], model: Model) -> Model:
    for change in changes:
        model = change.model(model)
    return model


def apply_to_arrivals(changes: Sequence[Change], arrivals: Arrivals, model: Model, seed: int) -> Arrivals:
    for change in changes:
        arrivals = change.arrivals(arrivals, model, seed)
    return arrivals


def _with_pools(model: Model, department: str, place: str, changed: object) -> Model:
    hit = [pool.department == department and (not place or pool.place == place) for pool in model.pools]
    if not any(hit):
        raise BadModel(f"department: nobody of “{department}” works {'in ' + place if place else 'here'}.")
    pools = tuple(changed(pool) if yes else pool for pool, yes in zip(model.pools, hit, strict=True))  # type: ignore[operator]
    return dataclasses.replace(model, pools=pools)


def _fewer(pool: Pool, people: int, *, least: int) -> Pool:
    people = min(people, max(0, pool.people - least))
    shifts = []
    for shift in pool.shifts:
        taken = min(people, shift.people) if shift.first_day is None and shift.last_day is None else 0
        people -= taken
        shifts.append(dataclasses.replace(shift, people=shift.people - taken))
    return dataclasses.replace(pool, shifts=tuple(shifts))
