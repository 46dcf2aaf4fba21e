"""Weights and consistency from one judge's matrix: published examples, properties, gaps, errors."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg

from anxin.engines.measure import BadData, BadModel
from anxin.engines.measure.evaluation import (
    RANDOM_INDEX,
    SAATY_SCALE,
    Judgements,
    inconsistencies,
    judgement_sensitivity,
    priorities,
    random_index,
    simulated_random_index,
)
from anxin.engines.measure.tests import matrices_of_judgements as some
from anxin.engines.measure.tests.matrices_of_judgements import HOUSE, HOUSE_NAMES, Matrix

unhurried = settings(deadline=None, max_examples=60)
METHODS = ("eigenvector", "geometric-mean", "normalised-columns")


def codes(result) -> list[str]:
    return [caution.code for caution in result.cautions]


# Published examples


@pytest.mark.shared
def test_saatys_drinks(shared: Path) -> None:
    example = json.loads((shared / "data/ahp/ahp_reference.json").read_text())["saaty_drinks"]
    weighed = priorities(example["matrix"], names=example["labels"])
    for name, weight in example["published"]["weights"].items():
        assert round(weighed.weight(name), 3) == weight
    assert round(weighed.cr, 3) == example["published"]["CR"]
    assert weighed.ri == 1.32
    assert weighed.ri_table == "saaty"
    assert weighed.lambda_max == pytest.approx(example["lambda_max"], abs=1e-9)
    assert weighed.ci == pytest.approx(example["CI"], abs=1e-9)
    assert dict(zip(weighed.names, weighed.weights, strict=True)) == pytest.approx(example["eigen_weights"], abs=1e-9)
    assert weighed.cautions == ()
    assert weighed.ranking[:2] == ("water", "soda")


@pytest.mark.shared
def test_saatys_city_by_the_table_with_1_11(shared: Path) -> None:
    example = json.loads((shared / "data/ahp/ahp_reference.json").read_text())["saaty_city"]
    weighed = priorities(example["matrix"], names=example["labels"], ri_table="saaty-tran")
    assert weighed.ri == example["published"]["RI_used"]
    assert round(weighed.cr, 4) == example["published"]["CR"]
    assert weighed.cr == pytest.approx(example["CR_RI1_11"], abs=1e-9)
    assert dict(zip(weighed.names, weighed.weights, strict=True)) == pytest.approx(example["eigen_weights"], abs=1e-9)
    by_default = priorities(example["matrix"])
    assert (by_default.ri, by_default.ri_table) == (1.12, "saaty")
    # The vignette of ahpsurvey 0.4.1 prints the errors e_ij of this matrix.
    errors = inconsistencies(example["matrix"]).errors
    assert errors[0].round(3).tolist() == [1.0, 0.570, 1.411, 1.002, 1.243]
    assert errors[4].round(3).tolist() == [0.805, 1.637, 0.631, 1.152, 1.0]


def test_saatys_house_and_the_judgement_that_spoils_it() -> None:
    """Saaty 2003: lambda 9.669, CR 0.17, the weights; the judgement of neighbourhood against condition is far off."""
    judgements = Judgements.from_upper(HOUSE, HOUSE_NAMES)
    weighed = priorities(judgements)
    assert weighed.weights.round(3).tolist() == [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333]
    assert round(weighed.lambda_max, 3) == 9.669
    assert round(weighed.cr, 2) == 0.17
    assert not weighed.consistent
    assert codes(weighed) == ["inconsistent"]
    assert weighed.cautions[0].about == ("neighbourhood", "condition")
    found = inconsistencies(judgements)
    worst = found.worst[0]
    assert (worst.first, worst.second, worst.judged) == ("neighbourhood", "condition", 6)
    # By Harker's method without it: 0.459 (its reciprocal 2.180), and CR 0.0828 by a random index of 1.40.
    assert round(worst.by_others, 3) == 0.459
    assert round(1 / worst.by_others, 3) == 2.180
    assert worst.on_scale == 0.5
    assert round(inconsistencies(judgements, ri_table="saaty-tran").worst[0].cr_after, 4) == 0.0828
    changed = judgements.with_judgement("neighbourhood", "condition", worst.by_others)
    assert priorities(changed).cr == pytest.approx(worst.cr_after)
    assert [one.error for one in found.worst] == sorted(
        [one.error for one in found.worst], key=lambda e: -abs(np.log(e))
    )


# Methods


def test_the_methods_by_hand() -> None:
    matrix = np.array([[1, 2, 6], [1 / 2, 1, 2], [1 / 6, 1 / 2, 1]])
    weighed = priorities(matrix)
    means = np.array([12 ** (1 / 3), 1, (1 / 12) ** (1 / 3)])
    assert weighed.by_method["geometric-mean"] == pytest.approx(means / means.sum())
    columns = (matrix / matrix.sum(axis=0)).mean(axis=1)
    assert weighed.by_method["normalised-columns"] == pytest.approx(columns)
    values, vectors = linalg.eig(matrix)
    top = np.argmax(values.real)
    assert weighed.lambda_max == pytest.approx(values[top].real)
    assert weighed.weights == pytest.approx(abs(vectors[:, top].real) / abs(vectors[:, top].real).sum())
    # (A w)_i / w_i averaged, as textbooks work it out from approximate weights.
    by_hand = priorities(matrix, method="normalised-columns")
    assert by_hand.lambda_estimate == pytest.approx(np.mean(matrix @ columns / columns))
    assert by_hand.lambda_max == pytest.approx(weighed.lambda_max)


def test_the_geometric_consistency_index_by_its_formula() -> None:
    judgements = Judgements.from_upper(HOUSE)
    w = priorities(judgements, method="geometric-mean").weights
    n = judgements.n
    total = sum(np.log(judgements.matrix[i, j] * w[j] / w[i]) ** 2 for i in range(n) for j in range(i + 1, n))
    weighed = priorities(judgements)
    assert weighed.gci == pytest.approx(2 * total / ((n - 1) * (n - 2)))
    assert weighed.gci_limit == 0.37
    assert priorities(judgements.select(judgements.names[:3])).gci_limit == 0.31
    assert priorities(judgements.select(judgements.names[:4])).gci_limit == 0.35


@pytest.mark.parametrize("names", [["only"], ["a", "b"]])
def test_one_and_two_criteria_cannot_be_inconsistent(names: list[str]) -> None:
    weighed = priorities([[1]] if len(names) == 1 else [[1, 3], [1 / 3, 1]], names=names)
    assert weighed.cr == 0
    assert weighed.gci == 0
    assert weighed.gci_limit is None
    assert weighed.weights == pytest.approx([1] if len(names) == 1 else [0.75, 0.25])


@unhurried
@given(some.weights())
def test_consistent_judgements_give_their_weights_by_every_method(weights: Matrix) -> None:
    matrix = some.consistent(weights)
    for method in METHODS:
        weighed = priorities(matrix, method=method)
        assert weighed.weights == pytest.approx(weights, rel=1e-9)
        assert weighed.cr == pytest.approx(0, abs=1e-10)
        assert weighed.gci == pytest.approx(0, abs=1e-10)
    assert inconsistencies(matrix).worst == ()


@unhurried
@given(some.matrices(), st.sampled_from(METHODS))
def test_weights_are_shares_and_lambda_is_at_least_n(matrix: Matrix, method: str) -> None:
    weighed = priorities(matrix, method=method)
    assert weighed.weights.sum() == pytest.approx(1)
    assert (weighed.weights > 0).all()
    assert weighed.lambda_max >= len(matrix) - 1e-9
    assert weighed.cr >= 0
    assert weighed.gci >= 0


@unhurried
@given(some.gappy(), st.data())
def test_the_order_of_criteria_does_not_matter(matrix: Matrix, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(matrix))))
    names = [f"c{at}" for at in range(len(matrix))]
    one = priorities(matrix, names=names)
    other = priorities(matrix[np.ix_(order, order)], names=[names[at] for at in order])
    for method in one.by_method:
        assert other.by_method[method] == pytest.approx(one.by_method[method][order], rel=1e-9)
    assert other.lambda_max == pytest.approx(one.lambda_max, rel=1e-9)
    assert other.gci == pytest.approx(one.gci, rel=1e-9, abs=1e-12)


@unhurried
@given(some.matrices())
def test_turning_every_judgement_round_turns_the_geometric_means_round(matrix: Matrix) -> None:
    w = priorities(matrix, method="geometric-mean").weights
    turned = priorities(matrix.T, method="geometric-mean").weights
    assert turned == pytest.approx((1 / w) / (1 / w).sum())


# Missing judgements


@unhurried
@given(some.gappy())
def test_harkers_weights_solve_the_matrix_completed_with_their_own_ratios(matrix: Matrix) -> None:
    weighed = priorities(matrix)
    w = weighed.weights
    completed = np.where(np.isnan(matrix), w[:, None] / w[None, :], matrix)
    assert completed @ w == pytest.approx(weighed.lambda_max * w, rel=1e-8)


@unhurried
@given(some.gappy())
def test_log_least_squares_agree_with_a_regression_on_the_judged_pairs(matrix: Matrix) -> None:
    n = len(matrix)
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n) if not np.isnan(matrix[i, j])]
    design = np.zeros((len(pairs), n))
    for row, (i, j) in enumerate(pairs):
        design[row, i], design[row, j] = 1, -1
    solution, *_ = linalg.lstsq(design, np.array([np.log(matrix[i, j]) for i, j in pairs]))
    expected = np.exp(solution) / np.exp(solution).sum()
    weighed = priorities(matrix, method="geometric-mean")
    assert weighed.weights == pytest.approx(expected, rel=1e-8)
    # GCI is the residual variance of that regression (Crawford & Williams 1985).
    residual = np.array([np.log(matrix[i, j]) for i, j in pairs]) - design @ solution
    free = len(pairs) - (n - 1)
    assert weighed.gci == pytest.approx(residual @ residual / free if free else 0, abs=1e-12)


@unhurried
@given(some.weights(least=3), st.data())
def test_gaps_in_consistent_judgements_lose_nothing(weights: Matrix, data: st.DataObject) -> None:
    matrix = some.consistent(weights)
    n = len(matrix)
    for i in range(n):
        for j in range(i + 2, n):  # the chain 1-2, 2-3, ... stays
            if data.draw(st.booleans()):
                matrix[i, j] = matrix[j, i] = np.nan
    for method in ("eigenvector", "geometric-mean"):
        weighed = priorities(matrix, method=method)
        assert weighed.weights == pytest.approx(weights, rel=1e-8)
        assert weighed.cr == pytest.approx(0, abs=1e-8)


def test_missing_judgements_are_named_and_their_random_index_is_simulated() -> None:
    judgements = Judgements.from_pairs({("a", "b"): 2, ("b", "c"): 4, ("c", "d"): "1/2", ("a", "c"): 5, ("a", "d"): 3})
    weighed = priorities(judgements)
    assert weighed.missing == (("b", "d"),)
    assert codes(weighed) == ["incomplete"]
    assert weighed.cautions[0].about == ("b/d",)
    assert weighed.ri_table == "simulated for 1 missing judgements"
    assert 0.58 <= weighed.ri < random_index(4, "alonso-lamata")
    assert weighed.cr == pytest.approx(weighed.ci / weighed.ri)
    assert weighed.gci_limit is None
    assert priorities(judgements, seed=1).ri != weighed.ri
    assert priorities(judgements).ri == weighed.ri


def test_a_tree_of_judgements_leaves_nothing_to_check() -> None:
    weighed = priorities({("a", "b"): 2, ("a", "c"): 4, ("a", "d"): 8})
    assert weighed.weights == pytest.approx(np.array([8, 4, 2, 1]) / 15)
    assert (weighed.ri, weighed.cr, weighed.gci) == (0, 0, 0)
    assert codes(weighed) == ["unchecked"]


def test_judgements_that_do_not_link_all_criteria_are_refused() -> None:
    pairs = {("a", "b"): 2, ("b", "c"): 3, ("x", "y"): 5}
    with pytest.raises(BadData, match="No judgement links x, y with a, b, c") as caught:
        priorities(pairs)
    assert caught.value.code == "not-connected"
    assert caught.value.about == ("x", "y")
    with pytest.raises(BadData, match="links d with"):
        priorities({("a", "b"): 2}, names=["a", "b", "d"], method="geometric-mean")


def test_normalised_columns_need_every_judgement() -> None:
    with pytest.raises(BadModel, match="a/c") as caught:
        priorities({("a", "b"): 2, ("b", "c"): 3}, method="normalised-columns")
    assert caught.value.code == "incomplete"


# Random indices


def test_random_indices() -> None:
    assert [random_index(n) for n in range(1, 8)] == [0, 0, 0.58, 0.90, 1.12, 1.24, 1.32]
    assert random_index(5, "saaty-tran") == 1.11
    assert random_index(16) == pytest.approx((2.7699 * 16 - 4.3513 - 16) / 15)
    with pytest.raises(BadModel, match="saaty-tran"):
        random_index(5, "satty")
    with pytest.raises(BadModel, match="satty"):
        priorities([[1]], ri_table="satty")


@pytest.mark.parametrize("n", [3, 4, 5, 7, 10, 15])
def test_simulated_random_indices_agree_with_the_published(n: int) -> None:
    simulated = simulated_random_index(np.ones((n, n), bool), draws=5000)
    assert simulated == pytest.approx(RANDOM_INDEX["alonso-lamata"][n - 1], rel=0.03)


def test_a_gap_lowers_the_random_index() -> None:
    """By optimal completion, which is a lower bound, Ágoston & Csató 2022 have 0.925 for five criteria and one gap."""
    judged = np.ones((5, 5), bool)
    judged[1, 3] = judged[3, 1] = False
    assert 0.925 * 0.97 < simulated_random_index(judged, draws=5000) < 1.1086


def test_more_criteria_than_the_tables_have() -> None:
    weighed = priorities(some.consistent(np.arange(1.0, 18.0)))
    assert codes(weighed) == ["beyond-scale", "beyond-table"]


# Ways to write judgements down


def test_every_way_to_write_them_gives_the_same() -> None:
    expected = [[1, 3, 1 / 2], [1 / 3, 1, 1 / 5], [2, 5, 1]]
    names = ["a", "b", "c"]
    ways = [
        Judgements.of(expected, names),
        Judgements.of([[1, "3", "1/2"], [None, 1, None], [None, 5, 1]], names),
        Judgements.of([["", 3, np.nan], ["", "", "1/5"], [2, "", ""]], names),
        Judgements.from_upper([3, "1/2", Fraction(1, 5)], names),
        Judgements.of({("a", "b"): 3, ("c", "a"): 2, ("c", "b"): 5}),
        Judgements.from_pairs({("c", "b"): 5, ("b", "a"): 1 / 3, ("a", "b"): 3, ("a", "c"): 0.5}, names),
    ]
    for judgements in ways:
        assert judgements.select(names).matrix == pytest.approx(np.array(expected))
        assert judgements.cautions == ()
    assert Judgements.from_upper([3, 0.5, 0.2]).names == ("1", "2", "3")


class Columns(np.ndarray):
    """A table that names its columns, as pandas' and Polars' do."""

    columns = ("a", "b")


def test_the_columns_of_a_table_are_the_names() -> None:
    table = np.array([[1, 4], [0.25, 1]]).view(Columns)
    assert Judgements.of(table).names == ("a", "b")


def test_rounded_reciprocals_are_made_exact() -> None:
    judgements = Judgements.of([[1, 0.33, 7], [3, 1, 8], [0.14, 0.13, 1]], "abc")
    assert judgements.matrix == pytest.approx(np.array([[1, 1 / 3, 7], [3, 1, 8], [1 / 7, 1 / 8, 1]]))
    assert codes(judgements) == ["rounded-reciprocals"]
    assert judgements.cautions[0].about == ("a/b", "a/c", "b/c")
    assert codes(Judgements.of([[1, 0.3333], [3, 1]])) == []


def test_judgements_beyond_saatys_scale_are_taken_with_a_caution() -> None:
    judgements = Judgements.of({("a", "b"): 12, ("b", "c"): 1 / 9})
    assert codes(judgements) == ["beyond-scale"]
    assert judgements.cautions[0].about == ("a/b = 12",)
    assert codes(Judgements.of({("a", "b"): 9})) == []


@pytest.mark.parametrize(
    ("source", "names", "code", "about"),
    [
        ([[1, 3], [3, 1]], "ab", "not-reciprocal", ("a", "b")),
        ([[1, 3, 1], [1 / 3, 1, 1]], None, "not-square", ()),
        ([1, 2], None, "not-square", ()),
        ([[1, -3], [None, 1]], "ab", "not-positive", ("a", "b")),
        ([[1, 0], [None, 1]], "ab", "not-positive", ("a", "b")),
        ([[1, np.inf], [None, 1]], "ab", "not-positive", ("a", "b")),
        ([[1, "three"], [None, 1]], "ab", "not-a-number", ("a", "b")),
        ([[1, "1/0"], [None, 1]], "ab", "not-a-number", ("a", "b")),
        ([[2, 3], [1 / 3, 1]], "ab", "diagonal", ("a",)),
        ([[1, 3], [1 / 3, 1]], "abc", "names-count", ()),
        ([[1, 3], [1 / 3, 1]], "aa", "name-twice", ("a",)),
        ({("a", "b"): 2, ("a", "z"): 2}, "ab", "no-criterion", ("z",)),
        ({("a", "b"): 2, ("b", "a"): 2}, None, "not-reciprocal", ("a", "b")),
        ({("a", "a"): 2}, None, "diagonal", ("a",)),
        ({"ab": 2}, None, "not-a-pair", ("ab",)),
        ({}, None, "names-count", ()),
    ],
)
def test_what_is_no_matrix_of_judgements(source, names, code: str, about: tuple[str, ...]) -> None:
    with pytest.raises(BadData) as caught:
        Judgements.of(source, names)
    assert caught.value.code == code
    assert caught.value.about == about


def test_a_wrong_number_of_judgements_above_the_diagonal() -> None:
    with pytest.raises(BadData, match="3 criteria have 3 pairs, and 2 judgements"):
        Judgements.from_upper([1, 2], "abc")
    with pytest.raises(BadData, match="4 judgements"):
        Judgements.from_upper([1, 2, 3, 4])


def test_single_judgements_can_be_changed_and_taken_out() -> None:
    judgements = Judgements.from_upper([2, 4, 2], "abc")
    assert judgements.with_judgement("c", "a", 3).matrix[0, 2] == pytest.approx(1 / 3)
    assert judgements.with_judgement("c", "a", None).missing == (("a", "c"),)
    assert judgements.matrix[0, 2] == 4
    with pytest.raises(BadData, match="compared with itself"):
        judgements.with_judgement("a", "a", 1)
    with pytest.raises(BadData, match="no criterion 'z'"):
        judgements.with_judgement("a", "z", 1)


def test_unknown_methods_and_criteria() -> None:
    with pytest.raises(BadModel, match="geometric-mean"):
        priorities([[1]], method="mean")
    with pytest.raises(BadData, match="no criterion 'z'"):
        priorities([[1]], names="a").weight("z")


# Inconsistent judgements


def test_inconsistencies_say_what_would_fit() -> None:
    """Consistent but for one judgement: the others know what it should have been."""
    matrix = some.consistent(np.array([8.0, 4, 2, 1]))
    judgements = Judgements.of(matrix, "abcd").with_judgement("a", "d", 1)
    for method in ("eigenvector", "geometric-mean", "normalised-columns"):
        worst = inconsistencies(judgements, method=method).worst[0]
        assert (worst.first, worst.second, worst.judged) == ("a", "d", 1)
        assert worst.by_others == pytest.approx(8)
        assert worst.on_scale == 8
        assert worst.cr_after == pytest.approx(0, abs=1e-10)
        assert worst.error * worst.consistent == pytest.approx(worst.judged)
    # b against c agrees with the weights, and is not listed.
    assert len(inconsistencies(judgements, most=None).worst) == 5
    assert len(inconsistencies(judgements, most=2).worst) == 2


def test_a_judgement_that_alone_links_two_criteria_has_no_second_opinion() -> None:
    pairs = {("a", "b"): 2, ("b", "c"): 3, ("a", "c"): 1, ("c", "d"): 4}
    found = inconsistencies(pairs, most=None)
    implied = {(one.first, one.second): one.by_others for one in found.worst}
    assert implied.pop(("c", "d"), None) is None
    assert implied == {("a", "b"): pytest.approx(1 / 3), ("b", "c"): pytest.approx(1 / 2), ("a", "c"): pytest.approx(6)}
    assert np.isnan(found.errors[0, 3])
    # Least squares follow a judgement that nothing contradicts exactly; the eigenvector does not.
    by_squares = inconsistencies(pairs, method="geometric-mean", most=None)
    assert {(one.first, one.second) for one in by_squares.worst} == set(implied)
    assert next(one for one in found.worst if one.by_others is None).cr_after is None


def test_one_judgement_varied_over_the_scale() -> None:
    judgements = Judgements.from_upper([3, 5, 2], "abc")
    varied = judgement_sensitivity(judgements, "a", "b")
    assert varied.values == pytest.approx(SAATY_SCALE)
    assert varied.names == ("a", "b", "c")
    for value, weights, cr in zip(varied.values, varied.weights, varied.cr, strict=True):
        expected = priorities(judgements.with_judgement("a", "b", value))
        assert weights == pytest.approx(expected.weights)
        assert cr == pytest.approx(expected.cr)
    assert varied.best_now == "a"
    assert varied.becomes_low == "b"
    at = list(varied.values).index(varied.low)
    assert set(varied.best[: at + 1]) == {"b"}
    assert set(varied.best[at + 1 :]) == {"a"}
    assert (varied.high, varied.becomes_high) == (None, None)
    assert "b is best at" in varied.headline()


def test_a_judgement_not_yet_made_can_be_varied() -> None:
    varied = judgement_sensitivity({("a", "b"): 2, ("b", "c"): 2}, "a", "c", values=[1, 4])
    assert varied.judged is None
    assert varied.best_now is None
    assert varied.weights[1] == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert "not judged" in varied.headline()
    with pytest.raises(BadData, match="above 0"):
        judgement_sensitivity({("a", "b"): 2}, "a", "b", values=[0])


def test_results_print_and_store() -> None:
    weighed = priorities({("快", "稳"): 3, ("稳", "省"): 2, ("快", "省"): 5})
    stored = json.loads(json.dumps(weighed.to_dict()))
    assert stored["names"] == ["快", "稳", "省"]
    assert stored["by_method"]["geometric-mean"] == pytest.approx(weighed.by_method["geometric-mean"].tolist())
    assert weighed.table().column("rank") == (1, 2, 3)
    assert "random index 0.58, saaty" in repr(weighed)
    assert not weighed.weights.flags.writeable
    house = Judgements.from_upper(HOUSE, HOUSE_NAMES)
    assert house.table().columns[1] == "size"
    assert house.headline() == "28 judgements of 8 criteria"
    assert house.with_judgement("size", "age", None).headline() == "27 judgements of 8 criteria, 1 missing"
    found = inconsistencies(house)
    assert found.worst[0].table().rows == found.table().rows[:1]
    assert found.worst[0].headline() in repr(found)
    assert inconsistencies([[1, 2], [0.5, 1]]).headline() == "every judgement agrees with the others"
