"""The kernel against SimPy, Erlang's formulas, Little's law, and cases worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import simpy
from scipy import stats

from anxin.engines.dispatch import (
    NOTHING,
    Arrivals,
    BadModel,
    Days,
    Distribution,
    Model,
    Pool,
    Shift,
    Step,
    constant,
    empirical,
    erlang_c,
    exponential,
    office_week,
    outcome,
    seed_of,
    simulate,
)
from anxin.engines.dispatch.simulation import Laid


def line_of(
    *stages: tuple[Distribution, tuple[Shift, ...] | None],
    by_due: bool = False,
    delay: Distribution = NOTHING,
    in_hours: bool = False,
) -> Model:
    """Stages one after the other, each with people of its own (None: nobody serves)."""
    pools = tuple(Pool(f"p{n}", shifts, by_due=by_due) for n, (_d, shifts) in enumerate(stages) if shifts is not None)
    number = 0
    steps = []
    for place, (service, shifts) in enumerate(stages):
        steps.append(
            Step(f"s{place}", f"s{place}", (number if shifts is not None else -1,), (service,), (delay,), in_hours=in_hours)
        )  # fmt: skip
        number += shifts is not None
    routing = np.zeros((1, len(stages), len(stages) + 1))
    for place in range(len(stages)):
        routing[0, place, place + 1] = 1
    entry = np.zeros((1, len(stages)))
    entry[0, 0] = 1
    return Model(("k",), ("p",), tuple(steps), pools, entry, routing)


def poisson(rate: float, count: int, seed: int) -> Arrivals:
    return Arrivals.of(np.cumsum(np.random.default_rng(seed).exponential(1 / rate, count)))


def in_simpy(
    arrive: np.ndarray, service: list[np.ndarray], people: list[int], back: np.ndarray | None = None
) -> np.ndarray:
    """Times in a line of stages, in SimPy; `back` sends a case through the first stage again."""
    env = simpy.Environment()
    rooms = [simpy.Resource(env, count) for count in people]
    left = np.full(len(arrive), np.nan)

    def case(number: int) -> Iterator[Any]:
        yield env.timeout(arrive[number])
        turns = 1 + (0 if back is None else int(back[number]))
        for _turn in range(turns):
            for room, needs in zip(rooms, service, strict=True):
                with room.request() as asked:
                    yield asked
                    yield env.timeout(needs[number])
        left[number] = env.now

    for number in range(len(arrive)):
        env.process(case(number))
    env.run()
    return left - arrive


def test_constant_times_are_exact_and_equal_to_simpy() -> None:
    """Two stages with two and one people: every single case leaves at the same moment in both."""
    arrivals = poisson(1.0, 400, 5)
    model = line_of((constant(1.7), (Shift(2),)), (constant(0.9), (Shift(1),)))
    run = simulate(model, arrivals, Days.of(60), replications=1)[0]
    expected = in_simpy(arrivals.time, [np.full(400, 1.7), np.full(400, 0.9)], [2, 1])
    assert np.allclose(run.end - arrivals.time, expected, atol=1e-9)


@pytest.mark.parametrize(("people", "rate"), [(1, 0.7), (3, 2.4), (5, 3.0)])
def test_same_distribution_as_simpy(people: int, rate: float) -> None:
    """Waits of M/M/c in both: every fortieth case, since neighbours are alike (Kolmogorov and Smirnov)."""
    count = 12_000
    model = line_of((exponential(1.0), (Shift(people),)))
    arrivals = poisson(rate, count, 1)
    ours = simulate(model, arrivals, Days.of(int(arrivals.time[-1] / 24) + 40), replications=1)[0]
    rng = np.random.default_rng(2)
    theirs = in_simpy(poisson(rate, count, 3).time, [rng.exponential(1.0, count)], [people])
    sample = slice(1000, None, 40)
    assert stats.ks_2samp((ours.end - arrivals.time)[sample], theirs[sample]).pvalue > 0.001


@pytest.mark.parametrize(("people", "rate"), [(1, 0.6), (2, 1.5), (4, 3.2), (10, 8.0)])
def test_waits_are_erlangs(people: int, rate: float) -> None:
    """M/M/c: mean wait C / (cμ − λ), and the share that waits is C; within five standard errors over replications."""
    model = line_of((exponential(1.0), (Shift(people),)))
    runs = simulate(model, lambda n: poisson(rate, 30_000, n), Days.of(2500), replications=12, horizon=60_000)
    chance = erlang_c(people, rate)
    waits, shares = [], []
    for run in runs:
        wait = (run.times[:, 1] - run.times[:, 0])[2_000:]
        waits.append(wait.mean())
        shares.append((wait > 0).mean())
    for seen, expected in ((waits, chance / (people - rate)), (shares, chance)):
        assert abs(np.mean(seen) - expected) < 5 * np.std(seen, ddof=1) / np.sqrt(len(seen))


def test_littles_law_and_nothing_is_lost() -> None:
    model = line_of((exponential(1.0), (Shift(2),)), (exponential(3.0), None), (exponential(0.8), (Shift(2),)))
    arrivals = poisson(1.4, 20_000, 4)
    run = simulate(model, arrivals, Days.of(2000), replications=1)[0]
    assert run.finished.all()
    assert run.stuck == 0
    assert np.bincount(run.step).tolist() == [20_000] * 3
    # L = λW over the whole run, by integrating the number inside.
    end = run.end.max()
    grid = np.linspace(0, end, 200_001)
    inside = np.searchsorted(arrivals.time, grid, "right") - np.searchsorted(np.sort(run.end), grid, "right")
    assert inside.mean() == pytest.approx(len(arrivals) / end * (run.end - arrivals.time).mean(), rel=2e-3)


def test_nobody_comes_before_what_was_there() -> None:
    """First come first served: in a pool work begins in the order of joining."""
    model = line_of((exponential(1.0), (Shift(3),)))
    run = simulate(model, poisson(2.8, 5_000, 9), Days.of(200), replications=1)[0]
    order = np.argsort(run.times[:, 0], kind="stable")
    assert (np.diff(run.times[order, 1]) >= -1e-9).all()


def test_by_due_date_the_urgent_go_first() -> None:
    model = line_of((constant(1.0), (Shift(1),)), by_due=True)
    arrivals = Arrivals.of(
        np.array([0.0, 0.1, 0.2, 0.3]), due=np.array([9.0, 8.0, 3.0, 5.0]), key=np.arange(4, dtype=np.int64)
    )
    run = simulate(model, arrivals, Days.of(2), replications=1)[0]
    assert run.end.tolist() == [1.0, 4.0, 2.0, 3.0]


def test_by_due_date_keeps_everybody_and_the_same_work() -> None:
    """The order changes who waits, not how much work there is, nor the mean wait where service is alike."""
    arrivals = poisson(1.7, 20_000, 3)
    rng = np.random.default_rng(1)
    urgent = Arrivals.of(arrivals.time, due=arrivals.time + rng.choice([5.0, 100.0], len(arrivals)))
    first = simulate(line_of((constant(1.0), (Shift(2),))), urgent, Days.of(600), replications=1)[0]
    due = simulate(line_of((constant(1.0), (Shift(2),)), by_due=True), urgent, Days.of(600), replications=1)[0]
    assert due.finished.all()
    assert due.worked.sum() == pytest.approx(first.worked.sum())
    assert due.waited.sum() == pytest.approx(first.waited.sum(), rel=1e-6)
    soon = urgent.due - urgent.time < 50
    assert (due.end - urgent.time)[soon].mean() < (due.end - urgent.time)[~soon].mean()


def test_office_hours_by_hand() -> None:
    """Monday to Friday 9:00 to 17:00. A case at 16:00 on Friday that needs two hours is done on Monday at 10:00."""
    week = office_week(9, 17)
    model = line_of((constant(2.0), (Shift(1, week),)))
    friday, saturday = 4 * 24 + 16.0, 5 * 24 + 11.0
    run = simulate(model, Arrivals.of(np.array([friday, saturday])), Days.of(10), replications=1)[0]
    monday = 7 * 24
    assert run.end.tolist() == [monday + 10.0, monday + 12.0]
    assert run.times[1, 1] == monday + 10.0


def test_a_day_off_is_not_worked_and_a_shift_past_midnight_is() -> None:
    week = office_week(9, 17)
    holiday = Days.of(0, rows=[0, 6, 2, 3, 4, 5, 6])
    run = simulate(line_of((constant(1.0), (Shift(1, week),))), Arrivals.of(np.array([24.0])), holiday, replications=1)[
        0
    ]
    assert run.end.tolist() == [48 + 10.0]
    night = simulate(
        line_of((constant(3.0), (Shift(1, office_week(22, 6)),))),
        Arrivals.of(np.array([5.0 + 24])),
        Days.of(5),
        replications=1,
    )[0]
    assert night.end.tolist() == [24 + 24.0]  # an hour until six, then from 22:00 on


def test_people_for_a_time_only_and_the_delay_in_hours() -> None:
    helped = line_of((constant(4.0), (Shift(1), Shift(1, None, first_day=0, last_day=0))))
    run = simulate(helped, Arrivals.of(np.array([1.0, 1.0, 23.0, 23.0])), Days.of(4), replications=1)[0]
    assert sorted(run.end.tolist()) == [5.0, 5.0, 27.0, 31.0]  # the helper would not be done before midnight
    late = line_of((constant(1.0), (Shift(1, office_week(9, 17)),)), delay=constant(10.0), in_hours=True)
    assert simulate(late, Arrivals.of(np.array([9.0])), Days.of(4), replications=1)[0].end.tolist() == [24 + 12.0]


def test_work_that_nobody_can_do_is_told() -> None:
    model = line_of((constant(1.0), (Shift(1, np.zeros((7, 48), bool)),)))
    runs = simulate(model, Arrivals.of(np.array([1.0, 2.0])), Days.of(5), replications=1)
    assert runs[0].stuck == 2
    found = outcome(model, runs, Days.of(5))
    assert found.unfinished.value == 2
    assert [one.code for one in found.cautions] == ["never-served"]


def test_a_seed_gives_the_same_run_and_another_gives_another() -> None:
    model = line_of((exponential(1.0), (Shift(2),)))
    arrivals = poisson(1.5, 500, 1)

    def ends(seed: int) -> np.ndarray:
        return simulate(model, arrivals, Days.of(40), seed=seed, replications=2)[1].end

    assert np.array_equal(ends(3), ends(3))
    assert not np.array_equal(ends(3), ends(4))
    assert seed_of(1, 2) != seed_of(2, 1)


def test_common_random_numbers_keep_the_work_of_a_case() -> None:
    """A second person changes waits, not what a case needs."""
    arrivals = poisson(0.9, 2_000, 1)
    one = simulate(line_of((exponential(1.0), (Shift(1),))), arrivals, Days.of(200), replications=1)[0]
    two = simulate(line_of((exponential(1.0), (Shift(2),))), arrivals, Days.of(200), replications=1)[0]
    assert two.worked.sum() == pytest.approx(one.worked.sum())
    assert (two.end <= one.end + 1e-9).all()


def test_branching_by_shares() -> None:
    """A third goes on to a second stage, others leave; expected visits agree with those simulated."""
    routing = np.array([[[0.1, 0.3, 0.6], [0.0, 0.0, 1.0]]])
    step = [Step(name, name, (-1,), (NOTHING,), (exponential(1.0),)) for name in "ab"]
    model = Model(("k",), ("p",), tuple(step), (), np.array([[1.0, 0.0]]), routing)
    run = simulate(model, poisson(5.0, 60_000, 8), Days.of(700), replications=1)[0]
    seen = np.bincount(run.step) / 60_000
    assert seen == pytest.approx(model.visits()[0], rel=0.02)
    assert model.visits()[0] == pytest.approx([1 / 0.9, 0.3 / 0.9])


def test_empirical_times_have_their_quantiles() -> None:
    sample = np.random.default_rng(3).lognormal(1.0, 0.8, 4_000)
    model = line_of((NOTHING, None), delay=empirical(sample))
    run = simulate(model, Arrivals.of(np.arange(20_000) * 0.01), Days.of(60), replications=1)[0]
    took = run.end - run.arrivals.time
    for share in (0.1, 0.5, 0.9):
        assert np.quantile(took, share) == pytest.approx(np.quantile(sample, share), rel=0.04)
    assert empirical(sample).mean == pytest.approx(sample.mean(), rel=0.02)


def test_records_grow_with_loops_that_nobody_expected() -> None:
    """A visit is in the records however often a case comes back."""
    routing = np.array([[[0.95, 0.05]]])
    model = Model(("k",), ("p",), (Step("a", "a", (-1,), (NOTHING,), (constant(0.01),)),), (), np.ones((1, 1)), routing)
    run = Laid(model, Days.of(30)).run(Arrivals.of(np.zeros(300)), seed=5)
    assert len(run.case) == run.visits
    assert run.visits == pytest.approx(300 * 20, rel=0.2)


def test_without_numba_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop as plain Python gives the same run to the last bit but one."""
    import importlib
    import sys

    from anxin.engines import compiling
    from anxin.engines.dispatch import kernel, simulation

    model = line_of(
        (exponential(1.0), (Shift(2, office_week(8, 18)),)), (empirical([1.0, 2.0, 5.0]), (Shift(1),)), by_due=True
    )
    arrivals = poisson(0.3, 60, 2)
    fast = Laid(model, Days.of(30)).run(arrivals, seed=11)
    with monkeypatch.context() as patch:
        patch.setattr(compiling, "COMPILED", False)
        plain = importlib.util.module_from_spec(kernel.__spec__)  # type: ignore[arg-type,attr-defined]
        patch.setitem(sys.modules, "anxin.engines.dispatch.kernel_plain", plain)
        kernel.__spec__.loader.exec_module(plain)  # type: ignore[union-attr]
    assert not plain.COMPILED
    monkeypatch.setattr(simulation, "kernel", plain)
    slow = Laid(model, Days.of(30)).run(arrivals, seed=11)
    assert np.allclose(fast.end, slow.end, equal_nan=True)
    assert np.array_equal(fast.case, slow.case)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: Shift(-1), "people"), (lambda: Shift(1, np.ones((7, 24), bool)), "week"), (lambda: office_week(9, 25), "hours"),
        (lambda: Model(("k",), ("p",), (), (), np.ones((1, 0)), np.ones((1, 0, 1))), "steps"),
        (lambda: simulate(line_of((NOTHING, None)), poisson(1, 5, 1), Days.of(3), replications=0), "replications"),
        (lambda: simulate(line_of((NOTHING, None)), Arrivals.of(np.zeros(1), kind=np.array([4])), Days.of(3)), "arrivals"),
        (lambda: Model(("k",), ("p",), (Step("a", "a", (-1,), (NOTHING,), (NOTHING,)),), (), np.ones((1, 1)), np.full((1, 1, 2), 0.7)), "routing"),
    ],
)  # fmt: skip
def test_bad_models_are_named(change: Any, words: str) -> None:
    with pytest.raises(BadModel, match=words):
        change()
