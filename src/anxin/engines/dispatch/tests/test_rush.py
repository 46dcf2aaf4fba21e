"""Rushes: which cases came in one, how much longer they waited, and that a replay tells the next one."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from anxin.engines import dispatch
from anxin.engines.dispatch import Arrivals, Days, simulate
from anxin.engines.dispatch.rush import levels, stretches, times_usual
from anxin.engines.dispatch.tests.test_learning import PLAN, arrivals, logged, planted

DAY = 24.0


def coming(days: int, a_day: float, storms: dict[int, int], seed: int) -> Arrivals:
    """Cases at a steady rate, and so many more in three days from each of the given days on."""
    rng = np.random.default_rng(seed)
    some = [rng.uniform(0, days * DAY, rng.poisson(days * a_day))]
    some += [rng.uniform(day * DAY, (day + 3) * DAY, more) for day, more in storms.items()]
    time = np.concatenate(some)
    return Arrivals.of(
        time, kind=(rng.random(len(time)) < 0.7).astype(np.int64), amount=rng.uniform(0, 1000, len(time))
    )


def test_a_rush_is_what_is_more_than_usual_and_than_chance() -> None:
    steady = arrivals(300, 3.0, 1).time
    assert (levels(steady) > 0).mean() < 0.01
    # A book that grows, or is ten times as large, is no rush.
    grown = np.sort(np.random.default_rng(2).triangular(0, 300 * DAY, 300 * DAY, 3_000))
    assert (levels(grown) > 0).mean() < 0.01
    storm = coming(300, 3.0, {100: 60, 200: 20}, 3).time
    found = times_usual(storm)
    inside = (storm >= 100 * DAY) & (storm < 103 * DAY)
    # 60 and nine within three days, where nine are usual.
    assert found[inside].max() == pytest.approx(69 / 9, rel=0.25)
    assert (levels(storm)[inside] >= 2).mean() > 0.8
    small = levels(storm)[(storm >= 200 * DAY) & (storm < 203 * DAY)]
    assert set(small.tolist()) <= {0, 1}
    assert (levels(storm[::-1]) == levels(storm)[::-1]).all()
    assert len(levels(np.zeros(0))) == 0
    assert levels(np.array([3.0])).tolist() == [0]


def test_factors_by_hand() -> None:
    """Two departments, forty cases of level 1 that took twice as long, forty of level 3 that took three times as long (level 2, of
    which there are none, goes with the next)."""
    level = np.repeat([0, 1, 3], 40)
    case = np.tile(np.arange(120), 2)
    where = np.repeat([0, 1], 120)
    usual = np.full(240, 5.0)
    factor = np.array([1.0, 2.0, 2.0, 3.0])[level[case]]
    found = stretches(level, case, where, usual * factor, usual)
    assert {code: pytest.approx(some) for code, some in found.items()} == {0: (2.0, 3.0, 3.0), 1: (2.0, 3.0, 3.0)}
    # Larger rushes are not taken to be quicker: both levels share what they have in common.
    falling = np.array([1.0, 3.0, 3.0, 2.0])[level[case]]
    found = stretches(level, case, where, usual * falling, usual)
    assert found[0] == pytest.approx((2.5, 2.5, 2.5))
    # Nothing surely longer, or too few cases: nothing.
    noise = np.random.default_rng(1).exponential(1.0, 240)
    assert stretches(level, case, where, usual * noise, usual) == {}
    assert stretches(np.repeat([0, 1], [100, 20]), case, where, usual * factor, usual) == {}


def test_departments_are_drawn_together_as_far_as_chance_explains_their_difference() -> None:
    rng = np.random.default_rng(4)
    level, case = np.repeat([0, 1], [200, 60]), np.tile(np.arange(260), 4)
    where, usual = np.repeat(np.arange(4), 260), np.ones(1040)
    true = np.where(level[case] > 0, 1.8, 1.0)
    alike = stretches(level, case, where, true * rng.exponential(1.0, 1040), usual)
    spread = [alike[code][0] for code in range(4)]
    assert max(spread) - min(spread) < 0.25
    apart = np.where(level[case] > 0, np.array([1.2, 1.2, 3.0, 3.0])[where], 1.0)
    found = stretches(level, case, where, apart * rng.exponential(1.0, 1040), usual)
    assert found[2][0] > 2 * found[0][0]


def test_the_next_rush_is_told_by_those_before() -> None:
    """Cases of a rush wait twice as long, whoever is there: learned from two storms, a third is replayed as it was."""
    made = planted(needs=0.3)
    # A rush is work for the check's own pace: twice the delay, at the bank too.
    truth = dataclasses.replace(
        made, steps=tuple(dataclasses.replace(step, stretch=(2.0, 2.0, 2.0)) if step.stage != "desk" else step for step in made.steps)
    )  # fmt: skip
    came = coming(400, 4.0, {80: 50, 200: 60, 340: 50}, 7)
    v = dispatch.visits(logged(truth, came, 400), PLAN)
    learned = dispatch.learn(v)
    assert learned.rush.cases > 120
    assert learned.rush.factors["check"][0] == pytest.approx(2.0, rel=0.25)
    assert learned.rush.factors[""][0] == pytest.approx(2.0, rel=0.25)
    found = dispatch.validate(v, replications=6)
    assert found.storm_cases >= 50
    assert abs(found.storm[0].off) < 0.15, found.table()
    # Without what was learned of rushes the storm's median would be too short, though queues are there on both sides.
    calm = dataclasses.replace(
        learned.model, steps=tuple(dataclasses.replace(step, stretch=()) for step in learned.model.steps)
    )
    days = Days.of(460)
    inside = (came.time >= 340 * DAY) & (came.time < 343 * DAY)
    with_it, without = (
        float(
            np.median([np.median((run.end - came.time)[inside]) for run in simulate(model, came, days, replications=4)])
        )
        for model in (learned.model, calm)
    )
    assert without < 0.9 * with_it


def test_windows_are_replayed_one_after_the_other_out_of_sample() -> None:
    v = dispatch.visits(logged(planted(needs=0.8), arrivals(400, 11.0, 1), 400), PLAN)
    found = dispatch.validate(v, replications=3)
    assert len(found.windows) == 5
    for before, after in zip(found.windows, found.windows[1:], strict=False):
        assert (after.first - before.last).days == 1
    assert sum(one.cases for one in found.windows) == int(
        ((v.came >= v.hours_of(found.windows[0].first)) & (v.came < v.hours_of(found.last) + DAY)).sum()
    )
    assert found.error < 0.1
    inside, of = found.covered
    assert of == 10
    assert inside >= 5
