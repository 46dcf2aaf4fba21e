"""Entropy and CRITIC weights, and their combination with weights from judgement."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.engines.measure import Answers, BadData, BadModel
from anxin.engines.measure.evaluation import (
    Criterion,
    combine_weights,
    critic_weights,
    entropy_weights,
    priorities,
    synthesise,
)

unhurried = settings(deadline=None, max_examples=60)

BRANCHES = {
    "days to pay": [6.0, 4.0, 9.0, 3.0, 7.0],
    "satisfaction": [3.9, 4.2, 3.1, 4.4, 3.6],
    "reopened": [12.0, 15.0, 9.0, 14.0, 11.0],
}
COST = ("days to pay", "reopened")


def codes(result) -> list[str]:
    return [caution.code for caution in result.cautions]


@st.composite
def decisions(draw: st.DrawFn) -> np.ndarray:
    m, p = draw(st.integers(3, 7)), draw(st.integers(2, 5))
    cells = draw(st.lists(st.integers(1, 400), min_size=m * p, max_size=m * p))
    table = np.array(cells, float).reshape(m, p) / 4
    # Something to tell the criteria apart by: no constant column, no two in perfect agreement.
    return table + np.linspace(0.1, 0.9, m)[:, None] ** (1 + np.arange(p)) * 7


def test_entropy_by_hand() -> None:
    """Item by item, as the formula is written."""
    found = entropy_weights(BRANCHES, cost=COST)
    expected = []
    for name, column in BRANCHES.items():
        values = [1 / x for x in column] if name in COST else column
        shares = [value / sum(values) for value in values]
        expected.append(-sum(p * math.log(p) for p in shares) / math.log(5))
    assert found.entropy == pytest.approx(expected)
    assert found.divergence == pytest.approx([1 - e for e in expected])
    assert found.weights == pytest.approx([(1 - e) / sum(1 - x for x in expected) for e in expected])
    assert found.normalisation == ("min/x share", "share", "min/x share")
    assert found.shares.sum(axis=0) == pytest.approx(np.ones(3))
    assert found.cost == COST
    assert found.cautions == ()


def test_entropy_by_min_max_by_hand() -> None:
    found = entropy_weights(BRANCHES, cost=COST, normalisation="min-max")
    expected = []
    for name, column in BRANCHES.items():
        low, high = min(column), max(column)
        scaled = [(high - x if name in COST else x - low) / (high - low) for x in column]
        shares = [value / sum(scaled) for value in scaled]
        expected.append(-sum(p * math.log(p) for p in shares if p > 0) / math.log(5))
    assert found.entropy == pytest.approx(expected)
    assert found.normalisation == ("min-max",) * 3
    assert found.normalised.min() == 0
    assert found.normalised.max() == 1
    moved = entropy_weights(BRANCHES, cost=COST, normalisation="min-max", offset=0.01)
    assert moved.normalised == pytest.approx(found.normalised + 0.01)
    assert (moved.entropy > found.entropy).all()


def test_critic_by_hand() -> None:
    found = critic_weights(BRANCHES, cost=COST)
    columns = []
    for name, column in BRANCHES.items():
        low, high = min(column), max(column)
        columns.append([(high - x if name in COST else x - low) / (high - low) for x in column])
    r = np.corrcoef(columns)
    information = [np.std(columns[j], ddof=1) * sum(1 - r[j, k] for k in range(3)) for j in range(3)]
    assert found.information == pytest.approx(information)
    assert found.weights == pytest.approx(np.array(information) / sum(information))
    assert found.correlations == pytest.approx(r)
    assert found.contrast == pytest.approx(np.std(columns, axis=1, ddof=1))


@unhurried
@given(decisions(), st.data())
def test_what_must_not_matter(table: np.ndarray, data: st.DataObject) -> None:
    """Order of rows and columns; for shares the unit, for min-max and CRITIC unit and zero."""
    m, p = table.shape
    names = [f"c{at}" for at in range(p)]
    cost = [name for name in names if data.draw(st.booleans())]
    rows, columns = data.draw(st.permutations(range(m))), data.draw(st.permutations(range(p)))
    unit = np.array(data.draw(st.lists(st.sampled_from([0.01, 0.5, 3.0, 1000.0]), min_size=p, max_size=p)))
    zero = np.array(data.draw(st.lists(st.sampled_from([-20.0, 0.0, 5.0]), min_size=p, max_size=p)))

    def weights_of(method, values: np.ndarray, labels: list[str], **options) -> dict[str, float]:
        found = method(values, criteria=labels, cost=cost, **options)
        assert found.weights.sum() == pytest.approx(1)
        assert (found.weights >= 0).all()
        return dict(zip(found.criteria, found.weights, strict=True))

    shuffled, labels = table[np.ix_(rows, columns)], [names[at] for at in columns]
    for method, options in (
        (entropy_weights, {}),
        (entropy_weights, {"normalisation": "min-max"}),
        (critic_weights, {}),
    ):
        expected = pytest.approx(weights_of(method, table, names, **options), rel=1e-7, abs=1e-9)
        assert weights_of(method, shuffled, labels, **options) == expected
        assert weights_of(method, table * unit, names, **options) == expected
        if method is critic_weights or options:
            assert weights_of(method, table * unit + zero, names, **options) == expected


@unhurried
@given(decisions())
def test_a_cost_is_a_benefit_turned_round(table: np.ndarray) -> None:
    names = [f"c{at}" for at in range(table.shape[1])]
    turned = table.copy()
    turned[:, 0] = table[:, 0].max() - table[:, 0]
    as_cost = critic_weights(table, criteria=names, cost=["c0"])
    assert critic_weights(turned, criteria=names).weights == pytest.approx(as_cost.weights)
    turned[:, 0] = 1 / table[:, 0]
    as_cost = entropy_weights(table, criteria=names, cost=["c0"])
    assert entropy_weights(turned, criteria=names).weights == pytest.approx(as_cost.weights, rel=1e-7)


def test_a_constant_criterion_has_no_weight() -> None:
    table = BRANCHES | {"licence": [1.0] * 5}
    for found, without in (
        (entropy_weights(table), entropy_weights(BRANCHES)),
        (entropy_weights(table, normalisation="min-max"), entropy_weights(BRANCHES, normalisation="min-max")),
        (critic_weights(table), critic_weights(BRANCHES)),
    ):
        assert found.weights == pytest.approx([*without.weights, 0])
        assert codes(found) == ["constant"]
        assert found.cautions[0].about == ("licence",)
        assert found.normalisation[3] == "constant"
        json.dumps(found.to_dict())
    assert np.isnan(critic_weights(table).correlations[3]).all()


def test_values_below_0_are_shifted_by_min_max_and_it_is_said() -> None:
    table = BRANCHES | {"growth": [-3.0, 0.0, 5.0, 2.0, 1.0]}
    found = entropy_weights(table)
    assert codes(found) == ["shifted"]
    assert found.cautions[0].about == ("growth",)
    assert found.normalisation == ("share", "share", "share", "min-max")
    assert found.entropy[3] == pytest.approx(entropy_weights(table, normalisation="min-max").entropy[3])
    assert found.entropy[:3] == pytest.approx(entropy_weights(BRANCHES).entropy)
    # 0 is a share like any other, but has no reciprocal.
    none_reopened = {"a": [0.0, 2, 3], "b": [4.0, 1, 3]}
    assert codes(entropy_weights(none_reopened)) == []
    assert codes(entropy_weights(none_reopened, cost=["a"])) == ["shifted"]


def test_nearly_equal_alternatives_still_tell_weights() -> None:
    """1 - e is of the order of the squared differences: for relative differences d_j it goes as d_j squared."""
    base = np.array([-1.0, 0.0, 1.0, 0.0])
    table = np.column_stack([1 + 1e-6 * base, 1 + 2e-6 * base])
    assert entropy_weights(table).weights == pytest.approx([0.2, 0.8], rel=1e-4)


def test_extreme_units_do_not_overflow() -> None:
    table = np.column_stack([np.array([1, 2, 4]) * 1e300, np.array([1, 2, 4]) * 1e-300])
    assert entropy_weights(table).weights == pytest.approx([0.5, 0.5])


def test_rows_and_columns_may_be_named() -> None:
    table = BRANCHES | {"branch": ["East", "West", "North", "South", "Centre"]}
    found = entropy_weights(table, criteria=list(BRANCHES), cost=COST, alternatives="branch")
    assert found.alternatives == ("East", "West", "North", "South", "Centre")
    assert found.criteria == tuple(BRANCHES)
    assert entropy_weights(BRANCHES).alternatives == ("1", "2", "3", "4", "5")
    assert critic_weights(BRANCHES, alternatives=tuple("abcde")).alternatives == tuple("abcde")


@pytest.mark.parametrize("method", [entropy_weights, critic_weights])
@pytest.mark.parametrize(
    ("table", "options", "error", "code"),
    [
        ({"a": [1.0], "b": [2.0]}, {}, BadData, "too-few"),
        ({"a": [1.0, np.nan], "b": [2.0, 3.0]}, {}, BadData, "missing"),
        ({"a": [1.0, 1.0], "b": [2.0, 2.0]}, {}, BadData, "constant"),
        ({"a": [1.0, 2.0]}, {"cost": ["z"]}, BadData, "no-item"),
        ({"a": [1.0, 2.0]}, {"criteria": ["z"]}, BadData, "no-item"),
        ({"a": [1.0, 2.0]}, {"alternatives": "z"}, BadData, "no-column"),
        ({"a": [1.0, 2.0]}, {"alternatives": ["x"]}, BadData, "names-count"),
        (Answers.of({"a": [1.0, 2.0], "b": [3.0, 1.0]}, weights=[1, 2]), {}, BadModel, "weighted"),
    ],
)
def test_what_gives_no_weights(method, table, options, error: type[Exception], code: str) -> None:
    with pytest.raises(error) as caught:
        method(table, **options)
    assert caught.value.code == code
    if code == "missing":
        assert "a has no value in row 2" in str(caught.value)


def test_criteria_in_perfect_agreement_do_not_conflict() -> None:
    with pytest.raises(BadData, match="entropy weights") as caught:
        critic_weights({"a": [1.0, 2, 4], "b": [10.0, 20, 40]})
    assert caught.value.code == "no-conflict"
    assert caught.value.about == ("a", "b")
    assert codes(critic_weights({"a": [1.0, 2, 4], "b": [3.0, 2, 9]})) == ["few-alternatives"]


def test_options_of_entropy() -> None:
    with pytest.raises(BadModel, match="min-max"):
        entropy_weights(BRANCHES, normalisation="z")
    with pytest.raises(BadModel, match="offset"):
        entropy_weights(BRANCHES, offset=-1)


def test_results_print_and_store() -> None:
    for found in (entropy_weights(BRANCHES, cost=COST), critic_weights(BRANCHES, cost=COST)):
        assert found.table().column("direction") == ("cost", "benefit", "cost")
        assert found.table().column("weight") == pytest.approx(tuple(found.weights))
        heaviest = found.criteria[int(np.argmax(found.weights))]
        assert heaviest in repr(found)
        assert json.loads(json.dumps(found.to_dict()))["criteria"] == list(BRANCHES)
        assert not found.weights.flags.writeable


# Combination


def test_combinations() -> None:
    product = combine_weights({"a": 0.5, "b": 0.3, "c": 0.2}, {"c": 0.5, "a": 0.2, "b": 0.3})
    assert product.weights == pytest.approx(np.array([0.1, 0.09, 0.1]) / 0.29)
    assert product.share is None
    convex = combine_weights({"a": 5, "b": 3, "c": 2}, [0.2, 0.3, 0.5], how="convex", share=0.25, criteria="abc")
    assert convex.weights == pytest.approx([0.275, 0.3, 0.425])
    assert convex.table().column("subjective") == pytest.approx((0.5, 0.3, 0.2))
    assert "0.25 subjective" in convex.headline()


def test_results_can_be_combined() -> None:
    names = list(BRANCHES)
    judged = priorities({(names[0], names[1]): 2, (names[1], names[2]): 2, (names[0], names[2]): 4})
    entropy = entropy_weights(BRANCHES, cost=COST)
    found = combine_weights(judged, entropy)
    assert found.criteria == tuple(names)
    expected = judged.weights * entropy.weights
    assert found.weights == pytest.approx(expected / expected.sum())
    whole = synthesise(Criterion("service", None, names, dict.fromkeys(names, 1)))
    assert combine_weights(whole, entropy).weights == pytest.approx(entropy.weights)
    assert combine_weights(judged, found, how="convex").weights.sum() == pytest.approx(1)


@unhurried
@given(st.lists(st.tuples(st.floats(0.01, 9), st.floats(0.01, 9)), min_size=2, max_size=6), st.floats(0, 1))
def test_combined_weights_are_shares(pairs: list, share: float) -> None:
    names = [str(at) for at in range(len(pairs))]
    subjective, objective = ([pair[at] for pair in pairs] for at in (0, 1))
    convex = combine_weights(subjective, objective, how="convex", share=share, criteria=names)
    assert convex.weights.sum() == pytest.approx(1)
    low = np.minimum(convex.subjective, convex.objective)
    high = np.maximum(convex.subjective, convex.objective)
    assert ((convex.weights >= low - 1e-12) & (convex.weights <= high + 1e-12)).all()
    product = combine_weights(subjective, objective, criteria=names)
    assert product.weights.sum() == pytest.approx(1)
    assert combine_weights(objective, subjective, criteria=names).weights == pytest.approx(product.weights)
    flat = combine_weights([1.0] * len(names), objective, criteria=names)
    assert flat.weights == pytest.approx(flat.objective)


@pytest.mark.parametrize(
    ("subjective", "objective", "options", "error", "code"),
    [
        ({"a": 1, "b": 1}, {"a": 1, "c": 1}, {}, BadData, "other-criteria"),
        ({"a": 1, "b": 0}, {"a": 0, "b": 1}, {}, BadData, "no-overlap"),
        ({"a": 1, "b": -1}, {"a": 0, "b": 1}, {}, BadData, "bad-weight"),
        ({"a": 1, "b": math.nan}, {"a": 0, "b": 1}, {}, BadData, "bad-weight"),
        ({"a": 0, "b": 0}, {"a": 0, "b": 1}, {}, BadData, "bad-weight"),
        ([1, 2], {"a": 0, "b": 1}, {}, BadData, "no-names"),
        ([1, 2, 3], {"a": 0, "b": 1}, {"criteria": "ab"}, BadData, "weights-length"),
        ({"a": 1}, {"a": 1}, {"how": "sum"}, BadModel, "no-combination"),
        ({"a": 1}, {"a": 1}, {"how": "convex", "share": 2}, BadModel, "bad-share"),
    ],
)
def test_what_cannot_be_combined(subjective, objective, options, error: type[Exception], code: str) -> None:
    with pytest.raises(error) as caught:
        combine_weights(subjective, objective, **options)
    assert caught.value.code == code
