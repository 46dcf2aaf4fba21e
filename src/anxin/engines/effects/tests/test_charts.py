"""Control charts against published numbers and textbook rules."""

from __future__ import annotations

import numpy as np
import pytest

from anxin.engines.effects import cusum, ewma, individuals, p_chart, signals, u_chart, xbar_s
from anxin.engines.effects.charts import c4


def test_p_chart_has_montgomerys_limits() -> None:
    # Montgomery, Introduction to Statistical Quality Control, example 7.1: frozen orange juice, 30 samples of 50.
    hits = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
    chart = p_chart(hits, [50] * 30, laney=False)
    assert chart.centre[0] == pytest.approx(0.2313, abs=5e-5)
    assert chart.high[0] == pytest.approx(0.4102, abs=5e-4)
    assert chart.low[0] == pytest.approx(0.0524, abs=5e-4)
    assert {place + 1 for place, names in enumerate(chart.rules) if "nelson_1" in names} == {15, 23}


def test_c4_is_the_published_constant() -> None:
    assert [round(c4(n), 4) for n in (2, 5, 10)] == [0.7979, 0.9400, 0.9727]


def test_laney_widens_limits_only_where_shares_vary_more_than_chance() -> None:
    rng = np.random.default_rng(1)
    n = np.full(40, 5_000)
    calm = p_chart(rng.binomial(n, 0.3), n)
    wild = p_chart(rng.binomial(n, np.clip(rng.normal(0.3, 0.03, 40), 0, 1)), n)
    assert calm.kind == "p"
    assert wild.kind == "p'"
    assert wild.overdispersion > 2
    assert not any("nelson_1" in names for names in wild.rules)


def test_phases_have_their_own_limits() -> None:
    rng = np.random.default_rng(2)
    n = np.full(40, 200)
    hits = np.r_[rng.binomial(200, 0.4, 20), rng.binomial(200, 0.2, 20)]
    whole, parted = p_chart(hits, n, laney=False), p_chart(hits, n, phases=[20], laney=False)
    assert len(whole.signalling) > 10
    assert len(parted.signalling) <= 2
    assert parted.centre[0] == pytest.approx(0.4, abs=0.02)
    assert parted.centre[-1] == pytest.approx(0.2, abs=0.02)


def test_false_alarms_are_rare_and_a_shift_is_seen() -> None:
    rng = np.random.default_rng(3)
    alarms = sum(len(individuals(rng.normal(0, 1, 100), rules=("nelson_1",)).signalling) for _run in range(40))
    assert alarms / 4000 < 0.01
    assert individuals(np.r_[rng.normal(0, 1, 40), rng.normal(6, 1, 3)], baseline=40, phases=()).signalling[-1] == 42


def test_u_and_xbar_charts() -> None:
    chart = u_chart([4, 6, 5, 20], [2, 3, 2.5, 2], baseline=3, laney=False)
    assert chart.centre[0] == pytest.approx(2.0)
    assert chart.high[0] == pytest.approx(2 + 3 * np.sqrt(2 / 2))
    assert "nelson_1" in chart.rules[3]
    rng = np.random.default_rng(4)
    data = rng.normal(10, 2, (30, 8))
    means = xbar_s(data.mean(1), data.std(1, ddof=1), np.full(30, 8))
    assert means.high[0] - means.centre[0] == pytest.approx(3 * 2 / np.sqrt(8), rel=0.12)


@pytest.mark.parametrize(
    ("rule", "z", "at"),
    [
        ("nelson_1", [0, 3.1], 1), ("nelson_2", [0.1] * 9, 8), ("nelson_3", [-1, -0.5, 0, 0.5, 1, 1.5], 5),
        ("nelson_4", [0.1, -0.1] * 7, 13), ("nelson_5", [2.1, 0, 2.2], 2), ("nelson_6", [1.1, 1.2, 0, 1.3, 1.4], 4),
        ("nelson_7", [0.5, -0.5] * 7 + [0.1], 14), ("nelson_8", [1.1, -1.1] * 4, 7), ("western_4", [-0.1] * 8, 7),
    ],
)  # fmt: skip
def test_each_rule_marks_the_point_that_completes_it(rule: str, z: list[float], at: int) -> None:
    found = signals(np.array(z), (rule,))
    assert [place for place, names in enumerate(found) if names] == [at]
    assert not any(signals(np.array(z[:-1]), (rule,)))
    assert not any(signals(np.array([*z[:-1], np.nan]), (rule,)))


def test_charts_with_a_memory_see_a_small_lasting_shift() -> None:
    z = np.r_[np.zeros(20), np.full(20, 1.0)]
    smoothed, limit = ewma(z)
    above, below = cusum(z)
    assert smoothed[-1] > limit[-1]
    assert smoothed[19] == 0
    assert above[-1] > 5
    assert below.max() == 0
