import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.engines.measure import BadData, BadModel
from anxin.engines.measure.penalty_reward import Factor, penalty_reward


def survey(n=600, seed=0):
    random = np.random.default_rng(seed)
    table = {name: random.integers(1, 6, n) for name in ("basic", "linear", "delight", "nothing")}
    table["y"] = (
        5
        - 1.5 * (table["basic"] < 3)
        + 0.9 * (table["linear"] > 3)
        - 0.9 * (table["linear"] < 3)
        + 1.4 * (table["delight"] > 3)
        + random.normal(0, 1, n)
    )
    return table


def test_recovers_the_truth():
    found = penalty_reward(survey(), "y", scale=(1, 5))
    assert {one.attribute: one.factor for one in found.contrasts} == {
        "basic": Factor.BASIC,
        "linear": Factor.PERFORMANCE,
        "delight": Factor.EXCITEMENT,
        "nothing": Factor.UNIMPORTANT,
    }
    assert -1.5 in found["basic"].penalty_interval
    assert 0 in found["basic"].reward_interval
    assert 1.4 in found["delight"].reward_interval
    assert found["basic"].asymmetry < -0.7
    assert found["delight"].asymmetry > 0.7
    assert found["linear"].p_asymmetry > 0.05 > found["basic"].p_asymmetry
    assert "basic: basic; performance: linear" in repr(found)
    assert found.table().column("factor")[0] == "basic"


def test_agrees_with_statsmodels():
    table = survey()
    found = penalty_reward(table, "y", scale=(1, 5), adjust="none")
    terms = " + ".join(
        f"I(({name} < 3) * 1) + I(({name} > 3) * 1)" for name in ("basic", "linear", "delight", "nothing")
    )
    fit = smf.ols(f"y ~ {terms}", pd.DataFrame(table)).fit(cov_type="HC3", use_t=True)
    for place, one in enumerate(found.contrasts):
        bad, good = 1 + 2 * place, 2 + 2 * place
        assert (one.penalty, one.reward) == pytest.approx((fit.params.iloc[bad], fit.params.iloc[good]))
        assert (one.p_penalty, one.p_reward) == pytest.approx((fit.pvalues.iloc[bad], fit.pvalues.iloc[good]))
        assert one.penalty_interval.low == pytest.approx(fit.conf_int().iloc[bad, 0])
        assert one.p_penalty_adjusted == one.p_penalty
        row = np.zeros(9)
        row[[bad, good]] = 1
        assert one.p_asymmetry == pytest.approx(float(np.squeeze(fit.t_test(row).pvalue)))
        assert one.impact_range == pytest.approx(one.reward - one.penalty)
        size = abs(one.reward) + abs(one.penalty)
        assert one.asymmetry == pytest.approx((abs(one.reward) - abs(one.penalty)) / size)
    assert found.r_squared == pytest.approx(fit.rsquared)
    assert found.n == 600


def test_bounds_of_ones_own_and_dimensions():
    table = survey()
    found = penalty_reward(table, "y", items=["basic", "linear"], scale=(1, 5), penalised=1, rewarded=5)
    assert (found.penalised, found.rewarded) == (1, 5)
    assert found["basic"].n_low == int((table["basic"] == 1).sum())
    assert found["basic"].n_high == int((table["basic"] == 5).sum())
    means = penalty_reward(table, "y", dimensions={"D": ["basic", "linear"]}, scale=(1, 5))
    score = (table["basic"] + table["linear"]) / 2
    assert means["D"].n_low == int((score <= 2.5).sum())
    assert means["D"].n_high == int((score >= 3.5).sum())


def test_weights_are_repeated_rows_for_the_effects():
    table = survey()
    weights = np.random.default_rng(1).integers(1, 4, 600)
    found = penalty_reward(table, "y", scale=(1, 5), weights=weights)
    again = penalty_reward({name: np.repeat(column, weights) for name, column in table.items()}, "y", scale=(1, 5))
    assert [one.reward for one in found.contrasts] == pytest.approx([one.reward for one in again.contrasts])
    assert found["basic"].p_penalty > again["basic"].p_penalty  # 600 people, not twice as many


@settings(max_examples=10, deadline=None)
@given(st.permutations(["basic", "linear", "delight", "nothing"]), st.floats(0.1, 10), st.floats(-20, 20))
def test_order_and_recoding_of_the_outcome_do_not_matter(order, scale, shift):
    table = survey(n=150)
    plain = penalty_reward(table, "y", scale=(1, 5))
    moved = {name: column[::-1] for name, column in table.items()}
    moved["y"] = moved["y"] * scale + shift
    other = penalty_reward(moved, "y", items=order, scale=(1, 5))
    for one in plain.contrasts:
        assert other[one.attribute].p_reward_adjusted == pytest.approx(one.p_reward_adjusted, rel=1e-6)
        assert other[one.attribute].penalty == pytest.approx(scale * one.penalty)
        assert other[one.attribute].factor == one.factor


def test_cautions():
    table = survey()
    table["basic"] = np.where(np.arange(600) < 4, 1, np.where(table["basic"] < 3, 3, table["basic"]))
    codes = {caution.code: caution.about for caution in penalty_reward(table, "y", scale=(1, 5)).cautions}
    assert codes["few-answers"] == ("basic",)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"scale": (5, 1)}, "bad-option"),
        ({"scale": (1, 4)}, "no-middle"),
        ({"scale": (1, 6), "penalised": 2}, "no-middle"),
        ({"penalised": 4, "rewarded": 4}, "bad-option"),
        ({"penalised": 0}, "bad-option"),
        ({"scale": (1, 3)}, "out-of-range"),
        ({"scale": (1, 9)}, "empty-category"),
        ({"adjust": "t"}, "bad-option"),
        ({"level": 2}, "bad-level"),
        ({"items": ["nothing", "y"]}, "outcome-is-driver"),
        ({"items": ["zzz"]}, "no-item"),
    ],
)
def test_refuses(options, code):
    with pytest.raises((BadData, BadModel)) as wrong:
        penalty_reward(survey(), "y", **({"scale": (1, 5)} | options))
    assert wrong.value.code == code


def test_refuses_what_cannot_be_told_apart():
    random = np.random.default_rng(2)
    a = random.integers(1, 6, 100)
    finer = a + random.uniform(-0.2, 0.2, 100)
    with pytest.raises(BadData, match="always go together") as wrong:
        penalty_reward({"a": a, "b": finer.clip(1, 5), "y": random.normal(size=100)}, "y", scale=(1, 5))
    assert wrong.value.about == ("a", "b")
    short = {"a": [1, 3, 5, 1, 3, 5], "b": [5, 1, 3, 3, 5, 1], "y": [1, 2, 3, 2, 2, 4]}
    with pytest.raises(BadData, match="it takes at least 7"):
        penalty_reward(short, "y", scale=(1, 5))
    lone = {"a": np.array([1] + [3, 5] * 20), "y": random.normal(size=41)}
    with pytest.raises(BadData, match="one respondent's answers alone") as wrong:
        penalty_reward(lone, "y", scale=(1, 5))
    assert wrong.value.about == ("a",)
    with pytest.raises(BadData, match="'z'"):
        penalty_reward(survey(), "y", scale=(1, 5))["z"]
