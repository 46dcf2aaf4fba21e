"""A model learned from a log: steps and branching, service and waiting told apart, staffing by hour, arrivals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from anxin.engines.dispatch.capacity import Effort, Pools, effort
from anxin.engines.dispatch.model import (
    NOTHING,
    SLOTS_A_DAY,
    Arrivals,
    BadModel,
    Distribution,
    Floats,
    Model,
    Pool,
    Shift,
    Step,
    Week,
    constant,
    empirical,
    exponential,
)  # fmt: skip
from anxin.engines.dispatch.plan import MANY, Visits
from anxin.engines.dispatch.rush import Rush, levels, stretches, times_usual
from anxin.engines.dispatch.simulation import Days
from anxin.engines.results import Caution, Interval

Ints = NDArray[np.int64]
FEW = 30
"""Visits of a class from which its own delays are taken; below, those of all classes."""
STAFFED = 0.2
"""An hour of the week counts as worked from this share of the usual acts of a worked hour."""
MOSTLY = 0.98
"""Delays beyond this quantile of their step count as long as it when rushes are compared with other times."""
ROUND_THE_CLOCK = 0.7
"""With so many hours of the week worked, the department works day and night."""


@dataclass(frozen=True, slots=True)
class Served:
    """What was learned of a department."""

    department: str
    people: int
    week_hours: float
    effort: Effort
    visits: int
    outside: float
    """Share of its acts outside the hours taken as worked."""


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """`model`; what each department was found to be; the marks of past cases to draw arrivals from; rates by hour of the week and
    month; what past rushes did beyond queues."""

    model: Model
    served: tuple[Served, ...]
    visits: Visits
    first: float
    last: float
    rate: Floats
    season: Floats
    marks: Ints
    rush: Rush
    cautions: tuple[Caution, ...]

    def replay(self, first: float, last: float) -> Arrivals:
        """The cases that really came from `first` to `last`, on a clock that begins at `first`."""
        v = self.visits
        chosen = np.flatnonzero((v.came >= first) & (v.came < last))
        return Arrivals.of(
            v.came[chosen] - first, v.kind[chosen], v.place[chosen], chosen, v.came[chosen] - first, v.amount[chosen]
        )

    def drawn(self, days: Days, first_date: date, seed: int, factor: float = 1.0) -> Arrivals:
        """Arrivals of a non-homogeneous Poisson process: by hour of the week and month, each like some case of the past."""
        rng = np.random.default_rng(seed)
        hours = np.arange(len(days) * 24)
        months = np.array([date.fromordinal(first_date.toordinal() + day).month - 1 for day in range(len(days))])
        # By the calendar's weekday, not by how the day is worked: accidents keep no holidays.
        weekday = (first_date.weekday() + hours // 24) % 7
        rate = self.rate[weekday * 24 + hours % 24] * self.season[months[hours // 24]] * factor
        count = rng.poisson(rate)
        time = np.repeat(hours, count) + rng.random(int(count.sum()))
        like = rng.choice(self.marks, len(time))
        v = self.visits
        return Arrivals.of(time, v.kind[like], v.place[like], np.arange(len(time)), time, v.amount[like])


def learn(v: Visits, first: float | None = None, last: float | None = None) -> Learned:
    """From the cases that came from `first` to `last` (hours of the visits' clock) and were over before `last`.

    Raises BadModel where there are fewer than 20 of them.
    """
    begin = 0.0 if first is None else first
    end = len(v.days) * 24.0 if last is None else last
    in_time = (v.came >= begin) & (v.came < end)
    whole = in_time & v.over & (v.left < end)
    if whole.sum() < 20:
        raise BadModel(f"log: only {int(whole.sum())} cases are over within the time to learn from; 20 are needed.")
    cautions: list[Caution] = []
    used = whole[v.case]
    weeks, people, outside = _staff(v, begin, end)
    pools, pool_of = _pools(v, weeks, people)
    office = {name: _passed(week, v.days) for name, week in weeks.items()}
    steps_at, step_of = _steps(v, used)
    classes, steps = len(v.classes), len(steps_at)
    entry, routing = _routing(v, used, step_of, classes, steps)
    served: list[Served] = []
    delays = np.zeros(len(v.case))
    service: dict[int, Distribution] = {}
    in_period = in_time[v.case] & (v.done < end)
    for department in dict.fromkeys(name for name in v.department if name):
        stages = [code for code, name in enumerate(v.department) if name == department]
        mine = np.flatnonzero(np.isin(v.stage, stages) & in_period)
        if not len(mine):
            continue
        pool = np.array([pool_of.get((department, place), -1) for place in range(len(v.places))])[v.place[v.case[mine]]]
        if (pool < 0).any():
            mine, pool = mine[pool >= 0], pool[pool >= 0]
        passed = office[department]
        join, done = passed(v.join[mine]), passed(v.done[mine])
        took = np.maximum(done - join, 0.0)
        staff = np.array([one.people for one in pools])
        told = np.isfinite(v.begun[mine]) & (v.begun[mine] < v.done[mine])
        if told.mean() > 0.5:
            worked = np.maximum(done - passed(np.where(told, v.begun[mine], v.done[mine])), 0.0)
            by_stage = {code: told & (v.stage[mine] == code) for code in stages}
            for code, here in by_stage.items():
                service[code] = empirical(worked[here]) if here.any() else NOTHING
            part = float(worked[told].mean() / max(took[told].mean(), 1e-9))
            found = Effort({code: service[code].mean for code in stages}, part, Interval(part, part), True)
            spent = np.array([found.hours.get(code, 0.0) for code in range(len(v.stages))])[v.stage[mine]]
            met = Pools.of(join, pool, staff).queues(spent)
            rest = np.maximum(took - worked - met, 0.0)
        else:
            open_hours = float(passed(np.array([end]))[0] - passed(np.array([begin]))[0])
            found = effort(join, took, v.stage[mine], pool, staff, open_hours, (v.join[mine] // 168).astype(np.int64))
            spent = np.array([found.hours.get(code, 0.0) for code in range(len(v.stages))])[v.stage[mine]]
            met = Pools.of(join, pool, staff).queues(spent)
            for code in stages:
                service[code] = exponential(found.hours.get(code, 0.0))
            rest = np.maximum(took - met - spent, 0.0)
        for code in stages:
            # What was cut off at nothing must not add up to more time than there was.
            here = v.stage[mine] == code
            if here.any() and rest[here].mean() > 0:
                wanted = float((took - met - spent)[here].mean())
                rest[here] *= max(0.0, wanted) / rest[here].mean()
        delays[mine] = rest
        served.append(
            Served(
                department, sum(one.people for one in pools if one.department == department),
                float(weeks[department].sum() / 2), found, len(mine), outside[department],
            )
        )  # fmt: skip
        if not found.seen:
            text = (
                f"{department}: waiting does not grow with the work there, so how long a visit takes is not known; a low "
                "quantile of the office time is taken, and people added will seem to help little."
            )
            cautions.append(Caution("load-not-seen", text, (department,)))
        if outside[department] > 0.15:
            text = f"{department}: {outside[department]:.0%} of the acts fall outside the hours taken as worked."
            cautions.append(Caution("outside-hours", text, (department,)))
    unserved = np.array([not name for name in v.department])[v.stage]
    delays[unserved] = np.maximum(v.done - v.join, 0.0)[unserved]
    rush = _rush(v, in_time, used, step_of, delays)
    made = tuple(
        _step(v, used, stage, nth, number, step_of, delays, service, pool_of, rush.factors.get(v.department[stage], ()))
        for number, (stage, nth) in enumerate(steps_at)
    )
    model = Model(v.classes, v.places, made, tuple(pools), entry, routing)
    rate, season = _arrivals(v, in_time, begin, end)
    return Learned(
        model, tuple(served), v, begin, end, rate, season, np.flatnonzero(whole).astype(np.int64), rush, tuple(cautions)
    )


def _staff(v: Visits, begin: float, end: float) -> tuple[dict[str, Week], dict[tuple[str, int], int], dict[str, float]]:
    """Hours worked by department (an hour in which a usual number of acts falls), people by department and place."""
    weeks: dict[str, Week] = {}
    people: dict[tuple[str, int], int] = {}
    outside: dict[str, float] = {}
    acted = (v.done >= begin) & (v.done < end)
    for department in dict.fromkeys(name for name in v.department if name):
        stages = [code for code, name in enumerate(v.department) if name == department]
        mine = acted & np.isin(v.stage, stages)
        day = (v.done[mine] // 24).astype(np.int64)
        hour = (v.done[mine] % 24).astype(np.int64)
        row = v.days.rows[np.minimum(day, len(v.days) - 1)]
        acts = np.bincount(row * 24 + hour, minlength=168).astype(float)
        days_of_row = np.bincount(
            v.days.rows[int(begin // 24) : max(int(begin // 24) + 1, int(end // 24))], minlength=7
        )
        rate = acts.reshape(7, 24) / np.maximum(days_of_row, 1)[:, None]
        # Weekdays alike are taken together, so that an hour with few acts is judged on five days' worth.
        rate[:5] = rate[:5].mean(0)
        rate[5:] = rate[5:].mean(0)
        usual = np.median(rate[rate > 0.05 * rate.max()]) if rate.max() > 0 else 0.0
        on = rate >= STAFFED * usual if usual else np.ones((7, 24), bool)
        if on.mean() >= ROUND_THE_CLOCK:
            on[:] = True
        week = np.repeat(on, SLOTS_A_DAY // 24, axis=1)
        weeks[department] = week
        outside[department] = float(1 - acts.reshape(7, 24)[on].sum() / max(acts.sum(), 1))
        who, where = v.resource[mine], v.place[v.case[mine]]
        for place in range(len(v.places)):
            here, count = np.unique(who[(where == place) & (who >= 0)], return_counts=True)
            # Somebody who helped out once is not on the team.
            regular = int((count >= 0.02 * count.sum()).sum()) if len(here) else 0
            people[department, place] = regular or (1 if (where == place).any() else 0)
    return weeks, people, outside


def _pools(
    v: Visits, weeks: dict[str, Week], people: dict[tuple[str, int], int]
) -> tuple[list[Pool], dict[tuple[str, int], int]]:
    pools: list[Pool] = []
    where: dict[tuple[str, int], int] = {}
    for (department, place), count in people.items():
        if count:
            where[department, place] = len(pools)
            name = f"{department}·{v.places[place]}" if v.places[place] else department
            week = weeks[department]
            pools.append(Pool(name, (Shift(count, None if week.all() else week),), department, v.places[place]))
    return pools, where


def _passed(week: Week, days: Days) -> Callable[[Floats], Floats]:
    """Office hours passed before a moment, by the week the department works."""
    on = week[days.rows].ravel()
    before = np.concatenate(([0.0], np.cumsum(on * 0.5)))

    def passed(t: Floats) -> Floats:
        slot = np.clip((t / 0.5).astype(np.int64), 0, len(on) - 1)
        inside: Floats = before[slot] + np.where(on[slot], np.clip(t - slot * 0.5, 0, 0.5), 0.0)
        return inside

    return passed


def _steps(v: Visits, used: NDArray[np.bool_]) -> tuple[list[tuple[int, int]], Ints]:
    """Steps are stages by number of visit, as far as they occur; in order of how early they come on average."""
    code = v.stage * MANY + v.nth
    rank = np.arange(len(v.case)) - np.searchsorted(v.case, v.case)
    seen = np.unique(code[used])
    mean_rank = [float(rank[used & (code == one)].mean()) for one in seen]
    ordered = [int(one) for _rank, one in sorted(zip(mean_rank, seen, strict=True))]
    number = np.full(len(v.stages) * MANY, -1, np.int64)
    number[ordered] = np.arange(len(ordered))
    return [(one // MANY, one % MANY) for one in ordered], number[code]


def _routing(v: Visits, used: NDArray[np.bool_], step_of: Ints, classes: int, steps: int) -> tuple[Floats, Floats]:
    entry, counts = np.zeros((classes, steps)), np.zeros((classes, steps, steps + 1))
    places = np.flatnonzero(used)
    kind = v.kind[v.case[places]]
    first = np.concatenate(([True], v.case[places][1:] != v.case[places][:-1]))
    np.add.at(entry, (kind[first], step_of[places[first]]), 1)
    after = np.full(len(places), steps)
    after[:-1][~first[1:]] = step_of[places[1:]][~first[1:]]
    np.add.at(counts, (kind, step_of[places], after), 1)
    # A class that never was somewhere goes on from there like all others.
    everybody = counts.sum(0)
    for k in range(classes):
        empty = counts[k].sum(1) == 0
        counts[k][empty] = everybody[empty]
        if not entry[k].sum():
            entry[k] = entry.sum(0)
    return entry / entry.sum(1, keepdims=True), counts / counts.sum(2, keepdims=True)


def _rush(v: Visits, in_time: NDArray[np.bool_], used: NDArray[np.bool_], step_of: Ints, delays: Floats) -> Rush:
    """How much longer cases that came in a rush lay, by department. Makes `delays` of these what they would have been otherwise."""
    level, times = np.zeros(len(v.came), np.int64), np.ones(len(v.came))
    times[in_time] = times_usual(v.came[in_time])
    level[in_time] = levels(v.came[in_time])
    of_visit = level[v.case]
    # The usual is the mean at the same step of cases of the same class that came in no rush; of all classes where there are few.
    steps, classes = int(step_of.max()) + 1, len(v.classes)
    known = used & (step_of >= 0)
    calm = known & (of_visit == 0)
    # A few visits that lay for months must not decide.
    bounded = np.zeros(len(delays))
    for step in range(int(step_of.max()) + 1):
        here = known & (step_of == step)
        if here.any():
            bounded[here] = np.minimum(delays[here], np.quantile(delays[here], MOSTLY))
    cell = step_of * classes + v.kind[v.case]
    count, hours = (np.bincount(cell[calm], weights, minlength=steps * classes) for weights in (None, bounded[calm]))
    by_step, in_step = hours.reshape(steps, classes).sum(1), count.reshape(steps, classes).sum(1)
    mean = np.where(count >= FEW, hours / np.maximum(count, 1), np.repeat(by_step / np.maximum(in_step, 1), classes))
    usual = mean[np.maximum(cell, 0)]
    departments = list(dict.fromkeys(v.department))
    where = np.array([departments.index(name) for name in v.department])[v.stage]
    found = stretches(level, v.case[known], where[known], bounded[known], usual[known])
    for code, factors in found.items():
        mine = known & (where == code)
        delays[mine] /= np.array((1.0, *factors))[of_visit[mine]]
    rushed = in_time & (level > 0)
    by_department = {departments[code]: factors for code, factors in found.items()}
    return Rush(int(rushed.sum()), float(times[rushed].max(initial=1.0)), by_department)


def _step(
    v: Visits, used: NDArray[np.bool_], stage: int, nth: int, number: int, step_of: Ints, delays: Floats,
    service: dict[int, Distribution], pool_of: dict[tuple[str, int], int], stretch: tuple[float, ...],
) -> Step:  # fmt: skip
    mine = used & (step_of == number)
    whole = empirical(delays[mine])
    kinds = v.kind[v.case[mine]]
    delay = tuple(
        empirical(delays[mine][kinds == k]) if (kinds == k).sum() >= FEW else whole for k in range(len(v.classes))
    )
    department = v.department[stage]
    pools = tuple(pool_of.get((department, place), -1) if department else -1 for place in range(len(v.places)))
    name = v.stages[stage] if not nth else f"{v.stages[stage]}#{nth + 1}"
    one = service.get(stage, constant(0.0)) if department else NOTHING
    return Step(name, v.stages[stage], pools, (one,) * len(v.classes), delay, bool(department), stretch)


def _arrivals(v: Visits, in_time: NDArray[np.bool_], begin: float, end: float) -> tuple[Floats, Floats]:
    """Cases an hour by hour of the week, and the factor of each month (1 where it was not seen in two years)."""
    came = v.came[in_time]
    weekday = (v.first_day + 3 + (came // 24).astype(np.int64)) % 7
    all_days = np.arange(int(begin // 24), max(int(begin // 24) + 1, int(np.ceil(end / 24))))
    count_of = np.bincount((v.first_day + 3 + all_days) % 7, minlength=7).astype(float)
    hourly = np.bincount(weekday * 24 + (came % 24).astype(np.int64), minlength=168) / np.repeat(
        np.maximum(count_of, 1), 24
    )
    dates = [v.day_of(24.0 * day) for day in all_days.tolist()]
    months = np.array([one.month - 1 for one in dates])
    days_in = np.bincount(months, minlength=12).astype(float)
    place = np.clip((came // 24).astype(np.int64) - all_days[0], 0, len(months) - 1)
    cases_in = np.bincount(months[place], minlength=12)
    # A month seen once cannot be told from growth or a storm; seen in two years it can.
    seen: dict[tuple[int, int], int] = {}
    for one in dates:
        seen[one.month - 1, one.year] = seen.get((one.month - 1, one.year), 0) + 1
    years = np.array(
        [sum(1 for (at, _year), days in seen.items() if at == month and days >= 20) for month in range(12)]
    )
    usual = len(came) / len(all_days)
    with np.errstate(divide="ignore", invalid="ignore"):
        season = np.where(years >= 2, cases_in / np.maximum(days_in, 1) / usual, 1.0)
    return hourly, np.where(np.isfinite(season) & (season > 0), season, 1.0)
