"""Learning from logs with planted parameters: what was put in comes out, and what cannot be known is said."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pytest

from anxin.engines import dispatch, mining
from anxin.engines.dispatch import (
    NOTHING,
    Arrivals,
    BadModel,
    Days,
    FastLane,
    Hours,
    Limit,
    Merge,
    Model,
    People,
    Plan,
    Pool,
    Shift,
    Step,
    Surge,
    apply,
    constant,
    difference,
    exponential,
    office_week,
    outcome,
    simulate,
)
from anxin.engines.mining import Column, Names, coded

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
WEEK = office_week(9, 17)


def planted(*, needs: float = 2.0, people: int = 2, idle: bool = False) -> Model:
    """Two classes: full ones go through desk and check, fast ones through the desk alone; then the bank, which nobody serves."""
    desk = Pool("desk·x", (Shift(people, WEEK),), "desk", "x")
    check = Pool("check·x", (Shift(1, WEEK),), "check", "x")
    work = exponential(needs)
    steps = (
        Step("desk", "desk", (0,), (work, work), (NOTHING, NOTHING)),
        Step("check", "check", (1,), (exponential(0.2),) * 2, (exponential(6.0),) * 2, in_hours=True),
        Step("bank", "bank", (-1,), (NOTHING,) * 2, (exponential(10.0),) * 2),
    )
    routing = np.zeros((2, 3, 4))
    routing[0, 0] = [0, 0, 1, 0]
    routing[1, 0] = [0, 0.8, 0.2, 0]
    routing[:, 1] = [0, 0, 1, 0]
    routing[:, 2] = [0, 0, 0, 1]
    return Model(("fast", "full"), ("x",), steps, (desk, check), np.array([[1.0, 0, 0]] * 2), routing)


def arrivals(days: int, a_day: float, seed: int, storm: int = 0) -> Arrivals:
    rng = np.random.default_rng(seed)
    time = np.sort(rng.uniform(0, days * 24, rng.poisson(days * a_day)))
    if storm:
        at = days * 24 * 0.85
        time = np.sort(np.concatenate([time, rng.uniform(at, at + 72, storm)]))
    return Arrivals.of(
        time, kind=(rng.random(len(time)) < 0.7).astype(np.int64), amount=rng.uniform(0, 1000, len(time))
    )


def logged(model: Model, coming: Arrivals, days: int, *, starts: bool = False) -> mining.Log:
    """What the simulation did, as a log: a birth event for each case and an event at the end of each visit."""
    run = simulate(model, coming, Days.of(days + 60), replications=1)[0]
    times = np.minimum(run.times, (days + 59) * 24.0)
    micros = int(MONDAY.timestamp()) * 1_000_000
    births = np.arange(len(coming))
    case = np.concatenate([births, run.case])
    names = np.array([step.name for step in model.steps])
    activity = np.concatenate([np.full(len(births), "came"), names[run.step]])
    # A visit is told of when it is left: work and the delay after it.
    time = np.concatenate([coming.time, times[:, 3]])
    begun = np.concatenate([coming.time, times[:, 1]])
    served = np.array([step.pools[0] >= 0 for step in model.steps])[run.step]
    who = np.concatenate(
        [np.full(len(births), None), np.where(served, np.char.add("p", (run.case % 2).astype(str)), None)]
    )
    department = np.concatenate([np.full(len(births), None), np.where(served, names[run.step], None)])
    amount = coming.amount

    def texts(name: str, values: np.ndarray) -> Column:
        return coded(name, pa.array([None if one is None else str(one) for one in values], pa.large_string()))

    return mining.build(
        case=Column("case", case.astype(np.int32), Names([f"c{number}" for number in range(len(coming))])),
        activity=texts("activity", activity),
        time=micros + (time * 3_600_000_000).astype(np.int64),
        started=micros + (begun * 3_600_000_000).astype(np.int64) if starts else None,
        resource=texts("resource", who), department=texts("department", department),
        case_attributes={"amount": Column("amount", amount), "branch": texts("branch", np.full(len(coming), "x"))},
        name="planted",
    )  # fmt: skip


PLAN = Plan(
    {"desk": "desk", "check": "check", "bank": "bank"}, lane=("check",), place="branch", amount="amount", zone=UTC
)


@pytest.fixture(scope="module")
def log() -> mining.Log:
    # Two people at the desk for 40 hours a week each; 77 cases a week of 0.8 hours: 77 % busy.
    return logged(planted(needs=0.8), arrivals(400, 11.0, 1), 400)


@pytest.fixture(scope="module")
def learned(log: mining.Log) -> dispatch.Learned:
    return dispatch.learn(dispatch.visits(log, PLAN))


def test_the_log_is_read_as_visits(log: mining.Log) -> None:
    v = dispatch.visits(log, PLAN)
    assert v.stages == ("desk", "check", "bank")
    assert v.department == ("desk", "check", "")
    assert v.classes == ("fast", "full")
    assert (v.done >= v.join).all()
    first = v.case == 0
    assert v.join[first][0] == pytest.approx(v.came[0])
    assert (v.join[first][1:] == v.done[first][:-1]).all()


def test_staffing_by_hour_is_learned_from_who_acts_when(learned: dispatch.Learned) -> None:
    by_name = {pool.department: pool for pool in learned.model.pools}
    assert by_name["desk"].people == 2
    week = by_name["desk"].shifts[0].week
    assert week is not None
    assert (week == WEEK).mean() > 0.97


def test_what_a_visit_takes_is_found_where_queues_show_it(learned: dispatch.Learned) -> None:
    desk = next(one for one in learned.served if one.department == "desk")
    assert desk.effort.seen
    assert desk.effort.hours[0] == pytest.approx(0.8, rel=0.2)


def test_branching_and_arrivals(learned: dispatch.Learned) -> None:
    names = [step.name for step in learned.model.steps]
    desk, check, bank = (names.index(name) for name in ("desk", "check", "bank"))
    full = learned.model.classes.index("full")
    assert learned.model.routing[full, desk, check] == pytest.approx(1.0)  # the lane says who is checked
    assert learned.model.routing[full, check, bank] == pytest.approx(1.0)
    share = np.mean([learned.visits.kind[learned.marks] == full])
    assert share == pytest.approx(0.7 * 0.8, abs=0.03)
    days = Days.of(200)
    assert len(learned.drawn(days, date(2024, 1, 1), 5)) == pytest.approx(200 * 11, rel=0.06)
    assert len(learned.drawn(days, date(2024, 1, 1), 5, factor=2.0)) == pytest.approx(400 * 11, rel=0.06)


def test_a_replay_of_a_process_that_stays_is_close(log: mining.Log) -> None:
    v = dispatch.visits(log, PLAN)
    found = dispatch.validate(v, limits=[Limit("5d", 120.0), Limit("desk", 12.0, ("desk",))], replications=8)
    assert found.verdict == "close", found.table()
    assert abs(found.checks[0].off) < 0.1
    assert {one.name for one in found.checks} == {"median", "p90", "kept:5d", "kept:desk", "progress"}


def test_a_process_that_changed_is_not_to_be_trusted() -> None:
    """Twice as slow from the middle on: the replay says “off”."""
    quick = logged(planted(needs=0.5), arrivals(200, 9.0, 2), 200)
    coming = arrivals(200, 9.0, 3)
    slow = logged(planted(needs=1.6), coming, 200)
    v1, v2 = dispatch.visits(quick, PLAN), dispatch.visits(slow, PLAN)
    import dataclasses

    shift = 200 * 24.0
    both = dataclasses.replace(
        v1, days=Days.of(460), case=np.concatenate([v1.case, v2.case + len(v1.came)]), stage=np.concatenate([v1.stage, v2.stage]),
        nth=np.concatenate([v1.nth, v2.nth]), join=np.concatenate([v1.join, v2.join + shift]), done=np.concatenate([v1.done, v2.done + shift]),
        begun=np.concatenate([v1.begun, v2.begun]), resource=np.concatenate([v1.resource, v2.resource]), ids=np.concatenate([v1.ids, v2.ids]),
        came=np.concatenate([v1.came, v2.came + shift]), left=np.concatenate([v1.left, v2.left + shift]),
        kind=np.concatenate([v1.kind, v2.kind]), place=np.concatenate([v1.place, v2.place]), amount=np.concatenate([v1.amount, v2.amount]),
        over=np.concatenate([v1.over, v2.over]),
    )  # fmt: skip
    found = dispatch.validate(both, share=0.43, replications=4)
    assert found.verdict == "off"
    assert found.checks[0].off < -0.25
    assert not found.checks[0].inside


def test_a_storm_of_the_past_is_compared_on_its_own() -> None:
    v = dispatch.visits(logged(planted(needs=1.0), arrivals(300, 8.0, 6, storm=110), 300), PLAN)
    found = dispatch.validate(v, replications=4)
    assert found.storm_first is not None
    assert abs((found.storm_first - date(2024, 1, 1)).days - 255) <= 1
    assert found.storm_cases >= 110
    assert abs(found.storm[0].off) < 0.35, found.table()


def test_starts_in_the_log_tell_service_from_waiting() -> None:
    v = dispatch.visits(logged(planted(needs=2.0), arrivals(120, 4.0, 7), 120, starts=True), PLAN)
    learned = dispatch.learn(v)
    desk = next(one for one in learned.served if one.department == "desk")
    assert desk.effort.hours[0] == pytest.approx(2.0, rel=0.1)


def test_where_load_shows_nothing_it_says_so() -> None:
    """Waits that have nothing to do with how many wait: no capacity can be read out of them."""
    model = planted(needs=0.01)
    v = dispatch.visits(logged(model, arrivals(250, 3.0, 4), 250), PLAN)
    learned = dispatch.learn(v)
    assert "load-not-seen" in {one.code for one in learned.cautions if "check" in one.about}


def test_too_little_to_learn_from() -> None:
    v = dispatch.visits(logged(planted(), arrivals(5, 2.0, 1), 5), PLAN)
    with pytest.raises(BadModel, match="20"):
        dispatch.learn(v)
    with pytest.raises(BadModel, match="no activity"):
        dispatch.visits(logged(planted(), arrivals(5, 2.0, 1), 5), Plan({"nothing": "x"}))


# -- changes ----------------------------------------------------------------------------------------------------------

DAYS = Days.of(120)
COMING = arrivals(120, 11.0, 12)


def median(model: Model, coming: Arrivals = COMING) -> float:
    return outcome(
        model, simulate(model, coming, DAYS, replications=4), DAYS, begin=240, end=2400, limits=[Limit("2d", 48.0)]
    ).median.value


def test_people_help_where_they_are_short_and_their_loss_hurts() -> None:
    model = planted(needs=1.2)
    base = median(model)
    assert median(apply([People("desk", 1)], model)) < base - 1
    assert median(apply([People("desk", -1)], model)) > base + 24
    # The last one stays unless told otherwise; an evening helper works the evening only.
    assert apply([People("check", -5)], model).pools[1].people == 1
    evening = apply([People("desk", 1, begin=18, end=22)], model)
    added = evening.pools[0].shifts[1].week
    assert added is not None
    assert added.sum() == 5 * 8
    assert median(evening) < base


def test_other_hours_keep_the_people() -> None:
    moved = apply([Hours("desk", 1, 13, 21)], planted())
    assert [shift.people for shift in moved.pools[0].shifts] == [1, 1]
    with pytest.raises(BadModel, match="nobody of"):
        apply([Hours("kitchen", 1, 13, 21)], planted())


def test_the_fast_lane_takes_cases_by_amount() -> None:
    model = planted()
    changed = FastLane(600.0).arrivals(COMING, model, 1)
    moved = (COMING.kind == 1) & (changed.kind == 0)
    assert (COMING.amount[moved] <= 600).all()
    assert ((changed.kind == 1) == ((COMING.kind == 1) & (COMING.amount > 600))).all()
    assert median(model, changed) < median(model)


def test_merged_stages_save_the_queue_and_keep_the_work() -> None:
    model = planted(needs=0.5)
    merged = apply([Merge("check", "desk", 1.0)], model)
    assert median(merged) < median(model)
    work = lambda made: float(  # noqa: E731
        sum(made.visits().mean(0)[n] * step.service[0].mean for n, step in enumerate(made.steps) if step.pools[0] >= 0)
    )
    assert work(merged) == pytest.approx(work(model), rel=1e-6)
    with pytest.raises(BadModel, match="stage"):
        apply([Merge("check", "kitchen")], model)


def test_a_surge_multiplies_the_days_it_names() -> None:
    model = planted()
    more = Surge(3.5, 30, 3).arrivals(COMING, model, 1)
    inside = lambda coming: ((coming.time >= 720) & (coming.time < 792)).sum()  # noqa: E731
    assert inside(more) == pytest.approx(3.5 * inside(COMING), rel=0.15)
    assert len(more) - inside(more) == len(COMING) - inside(COMING)
    assert len(np.unique(more.key)) == len(more)
    again = Surge(3.5, 30, 3).arrivals(COMING, model, 1)
    assert np.array_equal(again.time, more.time)
    with pytest.raises(BadModel, match="place"):
        Surge(2, 1, 1, place="y").arrivals(COMING, model, 1)


def test_differences_are_tighter_than_the_runs_themselves() -> None:
    """Common random numbers: the interval of the difference is narrower than that of either side."""
    model = planted(needs=1.2)
    coming = lambda number: arrivals(120, 10.0, 50 + number)  # noqa: E731
    found = [
        outcome(made, simulate(made, coming, DAYS, replications=10), DAYS, begin=240, end=2400)
        for made in (model, apply([Merge("check", "", 0)], model))
    ]
    moved = difference(*found).changes["mean"]
    assert moved.value < 0
    width = moved.interval.high - moved.interval.low
    assert width < 0.5 * (found[0].mean.interval.high - found[0].mean.interval.low)


def test_promises_by_stage_and_in_working_days() -> None:
    """By hand: a case that comes on Friday noon and takes 72 hours is late after two days, in time by working days."""
    model = Model(
        ("k",),
        ("p",),
        (Step("a", "a", (-1,), (NOTHING,), (constant(72.0),)),),
        (),
        np.ones((1, 1)),
        np.array([[[0.0, 1.0]]]),
    )
    friday = Arrivals.of(np.array([4 * 24 + 12.0]))
    found = outcome(
        model, simulate(model, friday, Days.of(14), replications=2), Days.of(14),
        limits=[Limit("two", 48.0), Limit("working", 48.0, office=True), Limit("stage", 71.0, ("a",))],
    )  # fmt: skip
    assert {name: one.value for name, one in found.kept.items()} == {"two": 0.0, "working": 1.0, "stage": 0.0}
    assert found.progress.value == pytest.approx(3 / 14)


def test_a_storm_says_who_is_short_and_the_plan_holds() -> None:
    model = planted(needs=1.0)
    coming = Surge(6.0, 40, 3).arrivals(arrivals(120, 9.0, 21), model, 1)
    limit = Limit("3d", 72.0)
    found = dispatch.requirement(model, coming, DAYS, limit, 0.6, first_day=40, rush_days=3, replications=4)
    assert found.kept_now.value < 0.5
    assert found.reached
    assert found.kept_with.value >= found.target
    assert found.person_days > 0
    assert {one.department for one in found.short} >= {"desk"}
    assert all(one.day >= 40 for one in found.short)
    assert found.kept_at_most.value >= found.kept_with.value - 0.05
    # What cannot be bought with people is said.
    beyond = dispatch.requirement(model, coming, DAYS, Limit("1h", 1.0), 0.9, first_day=40, rush_days=3, replications=3)
    assert [one.code for one in beyond.cautions] == ["people-do-not-help"]
    enough = dispatch.requirement(
        model, arrivals(120, 3.0, 3), DAYS, limit, 0.5, first_day=40, rush_days=3, replications=3
    )
    assert enough.person_days == 0
