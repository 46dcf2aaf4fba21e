"""Judgements of several judges: surveys, aggregation, agreement."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.engines.measure import Answers, BadData, BadModel
from anxin.engines.measure.evaluation import (
    Judgements,
    Panel,
    aggregate_judgements,
    group_priorities,
    priorities,
    upper_pairs,
)
from anxin.engines.measure.tests import matrices_of_judgements as some

unhurried = settings(deadline=None, max_examples=40)

AGREE = {("a", "b"): 2, ("b", "c"): 2, ("a", "c"): 4}
DIFFER = {("a", "b"): 1 / 2, ("b", "c"): 1 / 2, ("a", "c"): 1 / 4}
MUDDLED = {("a", "b"): 9, ("b", "c"): 9, ("a", "c"): 1 / 9}


def codes(result) -> list[str]:
    return [caution.code for caution in result.cautions]


@pytest.fixture
def city200(shared: Path) -> Panel:
    return Panel.from_survey(shared / "data/ahp/city200.csv", positive="second")


@pytest.fixture
def published(shared: Path) -> dict:
    return json.loads((shared / "data/ahp/ahp_reference.json").read_text())


@pytest.mark.shared
def test_city1_is_saatys_city(shared: Path, published: dict) -> None:
    panel = Panel.from_survey(shared / "data/ahp/city1.csv", positive="second")
    assert panel.names == tuple(published["saaty_city"]["labels"])
    assert panel.judgements("1").matrix == pytest.approx(np.array(published["saaty_city"]["matrix"]))


@pytest.mark.shared
def test_the_published_preferences_of_city200_are_normalised_columns(city200: Panel, published: dict) -> None:
    """The published figures come from row means of normalised columns, averaged; the two exact methods differ from them."""
    expected = published["city200_group"]["published"]
    assert (city200.k, city200.names) == (200, tuple(expected["aggpref_arithmetic"]))
    together = group_priorities(city200, aggregate="priorities-arithmetic", method="normalised-columns")
    printed = {"cult": 3, "fam": 4, "house": 4, "jobs": 4, "trans": 4}
    for at, name in enumerate(together.names):
        assert round(float(together.weights[at]), printed[name]) == expected["aggpref_arithmetic"][name]
        assert round(float(together.sd[at]), 3) == expected["sd"][name]
    for method in ("eigenvector", "geometric-mean"):
        other = group_priorities(city200, aggregate="priorities-arithmetic", method=method)
        assert abs(other.weights[1] - expected["aggpref_arithmetic"]["fam"]) > 0.005
        assert other.ranking == together.ranking


@pytest.mark.shared
def test_the_published_aggregated_judgements_of_city200(city200: Panel, published: dict) -> None:
    row = aggregate_judgements(city200).matrix[0]
    expected = published["city200_group"]["published"]["aggjudge_geometric_row_cult"]
    assert [round(float(cell), 3) for cell in row[:4]] == expected[:4]
    assert round(float(row[4]), 2) == expected[4]


@pytest.mark.shared
def test_inconsistent_judges_of_city200_are_named(city200: Panel) -> None:
    together = group_priorities(city200, ri_table="saaty-tran")
    # The vignette of ahpsurvey counts 70 judges over 0.1, by a random index of 1.11.
    assert len(together.inconsistent) == 70
    assert codes(together) == ["inconsistent-judges"]
    assert together.cautions[0].about == together.inconsistent
    for judge in ("1", *together.inconsistent[:3]):
        alone = priorities(city200.judgements(judge), ri_table="saaty-tran")
        at = together.judges.index(judge)
        assert together.cr[at] == pytest.approx(alone.cr)
        assert together.individual[at] == pytest.approx(alone.weights)
        assert (judge in together.inconsistent) == (alone.cr > 0.1)
    kept = city200.without(together.inconsistent)
    assert kept.k == 130
    assert group_priorities(kept, ri_table="saaty-tran").cautions == ()


@pytest.mark.shared
def test_surveys_may_come_as_files_or_answers(shared: Path, city200: Panel) -> None:
    path = shared / "data/ahp/city200.csv"
    answers = Answers.of(path)
    assert Panel.from_survey(answers, positive="second").matrices == pytest.approx(city200.matrices)
    pairs = upper_pairs(["cult", "fam", "house", "jobs", "trans"])
    with path.open() as file:
        table = np.array(list(csv.reader(file))[1:], float)
    assert Panel.from_survey(table, positive="second", pairs=pairs).matrices == pytest.approx(city200.matrices)
    assert Panel.from_survey(-table, positive="first", pairs=pairs).matrices == pytest.approx(city200.matrices)


# Surveys


def test_the_codes_of_surveys() -> None:
    signed = Panel.from_survey({"a_b": [3, -3, 1, -1]}, positive="first")
    assert signed.matrices[:, 0, 1] == pytest.approx([3, 1 / 3, 1, 1])
    turned = Panel.from_survey({"a_b": [3, -3, 1, -1]}, positive="second")
    assert turned.matrices[:, 0, 1] == pytest.approx([1 / 3, 3, 1, 1])
    steps = Panel.from_survey({"a_b": [2, -2, 0]}, positive="first", code="steps")
    assert steps.matrices[:, 0, 1] == pytest.approx([3, 1 / 3, 1])
    ratio = Panel.from_survey({"a_b": [3, 1 / 3, 1.0]}, code="ratio")
    assert ratio.matrices[:, 0, 1] == pytest.approx([3, 1 / 3, 1])
    assert ratio.matrices[:, 1, 0] == pytest.approx([1 / 3, 3, 1])


def test_a_survey_with_names_weights_and_gaps() -> None:
    table = {"who": ["Li", "Wang"], "w": [3, 1], "a_b": [2, 2], "a_c": [4.0, np.nan], "b_c": [2, 3]}
    panel = Panel.from_survey(table, items=["a_b", "a_c", "b_c"], weights="w", judge="who", positive="first")
    assert panel.judges == ("Li", "Wang")
    assert panel.weights == pytest.approx([0.75, 0.25])
    assert panel.judgements("Wang").missing == (("a", "c"),)
    assert codes(panel) == ["missing"]
    assert panel.table().column("judgements") == (3, 2)


def test_a_pair_that_nobody_was_asked_about() -> None:
    panel = Panel.from_survey({"a-b": [2, 3], "b-c": [2, 2]}, positive="first", separator="-")
    assert codes(panel) == ["never-judged"]
    assert panel.cautions[0].about == ("a/c",)
    together = group_priorities(panel)
    assert together.aggregated is not None
    assert together.aggregated.missing == (("a", "c"),)


@pytest.mark.parametrize(
    ("table", "options", "error", "code"),
    [
        ({"a_b": [2, 0]}, {"positive": "first"}, BadData, "bad-code"),
        ({"a_b": [2, -2]}, {"code": "ratio"}, BadData, "bad-code"),
        ({"ab": [2, 3]}, {"positive": "first"}, BadData, "not-a-pair"),
        ({"a_b_c": [2, 3]}, {"positive": "first"}, BadData, "not-a-pair"),
        ({"a_b": [2, 3], "b_a": [2, 3]}, {"positive": "first"}, BadData, "pair-twice"),
        ({"a_a": [2, 3]}, {"positive": "first"}, BadData, "same-criterion"),
        ({"a_b": [2, 3]}, {"positive": "first", "pairs": []}, BadData, "pairs-count"),
        ({"a_b": [2, 3]}, {"positive": "first", "judge": "who"}, BadData, "no-column"),
        ({"a_b": [2, 3]}, {}, BadModel, "no-sign"),
        ({"a_b": [2, 3]}, {"positive": "first", "code": "likert"}, BadModel, "no-code"),
    ],
)
def test_surveys_that_cannot_be_read(table, options, error: type[Exception], code: str) -> None:
    with pytest.raises(error) as caught:
        Panel.from_survey(table, **options)
    assert caught.value.code == code


def test_codes_beyond_the_scale_are_counted() -> None:
    panel = Panel.from_survey({"a_b": [12, 2, -10]}, positive="first")
    assert codes(panel) == ["beyond-scale"]
    assert panel.cautions[0].text.startswith("2 answers")


# Panels


def test_judges_may_list_the_criteria_in_different_orders() -> None:
    panel = Panel.of({"Li": AGREE, "Wang": {("c", "a"): 1 / 4, ("c", "b"): 1 / 2, ("b", "a"): 1 / 2}})
    assert panel.matrices[1] == pytest.approx(panel.matrices[0])
    assert Panel.of(panel) is panel
    assert Panel.of(panel, weights=[1, 3]).weights == pytest.approx([0.25, 0.75])
    assert Panel.of([AGREE, DIFFER]).judges == ("1", "2")


@pytest.mark.parametrize(
    ("source", "weights", "code"),
    [
        ({}, None, "no-judges"),
        ({"Li": AGREE, "Wang": {("a", "b"): 2}}, None, "other-criteria"),
        ({"Li": AGREE, "Wang": {("a", "b"): -2}}, None, "not-positive"),
        ([AGREE, AGREE], [1, 2, 3], "weights-length"),
        ([AGREE, AGREE], [1, -2], "bad-weight"),
        ([AGREE, AGREE], [0, 0], "bad-weight"),
        ({"Li": AGREE, "Wang": AGREE}, {"Li": 1}, "bad-weight"),
    ],
)
def test_what_is_no_panel(source, weights, code: str) -> None:
    with pytest.raises(BadData) as caught:
        Panel.of(source, weights=weights)
    assert caught.value.code == code
    if code in ("other-criteria", "not-positive"):
        assert "Wang" in str(caught.value)
        assert "Wang" in caught.value.about


def test_unknown_judges() -> None:
    panel = Panel.of({"Li": AGREE})
    with pytest.raises(BadData, match="no judge 'Wu'"):
        panel.judgements("Wu")
    with pytest.raises(BadData, match="no judge Wu"):
        panel.without(["Wu"])
    with pytest.raises(BadData, match="No judge would be left"):
        panel.without(["Li"])


# Aggregation


def test_aggregated_judgements_are_the_weighted_geometric_mean() -> None:
    panel = Panel.of([AGREE, MUDDLED], weights=[3, 1])
    matrix = aggregate_judgements(panel).matrix
    assert matrix[0, 1] == pytest.approx(2 ** (3 / 4) * 9 ** (1 / 4))
    assert matrix[0, 2] == pytest.approx(4 ** (3 / 4) * 9 ** (-1 / 4))
    assert matrix * matrix.T == pytest.approx(np.ones((3, 3)))


def test_a_pair_some_left_out_is_the_mean_of_those_who_judged() -> None:
    panel = Panel.of([AGREE, {("a", "b"): 8, ("b", "c"): 2}, AGREE], weights=[1, 1, 2])
    matrix = aggregate_judgements(panel).matrix
    assert matrix[0, 1] == pytest.approx(2 ** (3 / 4) * 8 ** (1 / 4))
    assert matrix[0, 2] == pytest.approx(4)


def test_aggregated_priorities() -> None:
    panel = Panel.of({"Li": AGREE, "Wang": DIFFER}, weights={"Li": 1, "Wang": 3})
    li, wang = np.array([4, 2, 1]) / 7, np.array([1, 2, 4]) / 7
    arithmetic = group_priorities(panel, aggregate="priorities-arithmetic")
    assert arithmetic.weights == pytest.approx(li / 4 + 3 * wang / 4)
    geometric = group_priorities(panel, aggregate="priorities-geometric")
    product = li**0.25 * wang**0.75
    assert geometric.weights == pytest.approx(product / product.sum())
    shares = np.array([0.25, 0.75])
    mean = shares @ np.array([li, wang])
    variance = shares @ (np.array([li, wang]) - mean) ** 2 / (1 - (shares**2).sum())
    assert arithmetic.sd == pytest.approx(np.sqrt(variance))


@unhurried
@given(st.lists(some.matrices(least=4, most=4), min_size=2, max_size=5))
def test_for_geometric_means_both_ways_to_aggregate_agree(matrices: list) -> None:
    """Geometric means of geometric means: judgements first or priorities first is the same (Aczél & Saaty 1983)."""
    judgements = group_priorities(matrices, method="geometric-mean")
    geometric = group_priorities(matrices, method="geometric-mean", aggregate="priorities-geometric")
    assert judgements.weights == pytest.approx(geometric.weights)


@unhurried
@given(st.lists(some.matrices(least=4, most=4), min_size=2, max_size=5), st.randoms())
def test_the_order_of_judges_does_not_matter(matrices: list, random) -> None:
    shuffled = list(matrices)
    random.shuffle(shuffled)
    for aggregate in ("judgements", "priorities-arithmetic", "priorities-geometric"):
        one = group_priorities(matrices, aggregate=aggregate)
        other = group_priorities(shuffled, aggregate=aggregate)
        assert one.weights.sum() == pytest.approx(1)
        assert other.weights == pytest.approx(one.weights)
        assert other.consensus == pytest.approx(one.consensus)
        assert 0 <= one.consensus <= 1


# Agreement


def test_judges_who_agree() -> None:
    together = group_priorities({"Li": AGREE, "Wang": AGREE, "Zhang": AGREE})
    assert together.consensus == pytest.approx(1)
    assert together.distance == pytest.approx(np.zeros(3), abs=1e-10)
    assert together.rank_correlation == pytest.approx(np.ones(3))
    assert together.judgement_spread == pytest.approx(np.ones((3, 3)))
    assert together.sd == pytest.approx(np.zeros(3), abs=1e-12)
    assert together.cautions == ()


def test_a_judge_apart_has_the_largest_distance() -> None:
    together = group_priorities({"Li": AGREE, "Wang": AGREE, "Zhang": DIFFER})
    assert np.argmax(together.distance) == 2
    assert together.rank_correlation.tolist() == pytest.approx([1, 1, -1])
    # Logarithms of a against b: 1, 1, -1 times log 2.
    assert together.judgement_spread[0, 1] == pytest.approx(np.exp(np.std([1, 1, -1], ddof=1) * np.log(2)))
    group = np.log(together.weights) - np.log(together.weights).mean()
    own = np.log([1, 2, 4]) - np.log([1, 2, 4]).mean()
    assert together.distance[2] == pytest.approx(np.sqrt(((own - group) ** 2).sum()))


def test_consensus_is_0_when_each_judge_prefers_another_as_far_as_the_scale_goes() -> None:
    nine = [np.array([9.0, 1, 1]), np.array([1, 9.0, 1]), np.array([1, 1, 9.0])]
    together = group_priorities([some.consistent(w) for w in nine])
    assert together.consensus == pytest.approx(0, abs=1e-12)
    assert codes(together) == ["low-consensus"]
    two = group_priorities([some.consistent(w) for w in nine[:2]])
    assert two.consensus == pytest.approx(0, abs=1e-12)


def test_one_judge_is_a_group_of_one() -> None:
    together = group_priorities({"Li": AGREE})
    assert together.weights == pytest.approx(np.array([4, 2, 1]) / 7)
    assert together.consensus == 1
    assert np.isnan(together.sd).all()
    assert together.to_dict()["sd"] == [None] * 3
    assert together.table().column("SD of judges") == (None, None, None)


def test_judges_without_priorities_of_their_own_still_count() -> None:
    panel = Panel.of({"Li": AGREE, "Wang": Judgements.of({("a", "b"): 8}, "abc"), "Zhang": AGREE})
    together = group_priorities(panel)
    assert codes(together) == ["no-own-priorities"]
    assert together.cautions[0].about == ("Wang",)
    assert together.aggregated is not None
    assert together.aggregated.matrix[0, 1] == pytest.approx((2 * 2 * 8) ** (1 / 3))
    assert np.isnan(together.individual[1]).all()
    assert np.isnan(together.cr[1])
    averaged = group_priorities(panel, aggregate="priorities-arithmetic")
    assert averaged.weights == pytest.approx(np.array([4, 2, 1]) / 7)
    assert together.judges_table().column("CR")[1] is None


def test_judges_who_link_the_criteria_only_together() -> None:
    panel = Panel.of({"Li": Judgements.of({("a", "b"): 2}, "abc"), "Wang": Judgements.of({("b", "c"): 2}, "abc")})
    assert group_priorities(panel).weights == pytest.approx(np.array([4, 2, 1]) / 7)
    with pytest.raises(BadModel, match='aggregate="judgements"'):
        group_priorities(panel, aggregate="priorities-arithmetic")
    apart = panel.without(["Wang"])
    for aggregate in ("judgements", "priorities-geometric"):
        with pytest.raises(BadData, match="links c with a, b"):
            group_priorities(apart, aggregate=aggregate)


def test_incomplete_judges_each_have_the_random_index_of_their_gaps() -> None:
    full = Judgements.from_upper([2, 4, 7, 2, 3, 3], "abcd")
    gap = full.with_judgement("a", "d", None)
    together = group_priorities({"Li": full, "Wang": gap})
    assert together.cr == pytest.approx([priorities(full).cr, priorities(gap).cr])
    with pytest.raises(BadModel, match="Normalised columns"):
        group_priorities({"Wang": gap}, method="normalised-columns")


def test_unknown_options() -> None:
    with pytest.raises(BadModel, match="priorities-geometric"):
        group_priorities([AGREE], aggregate="mean")
    with pytest.raises(BadModel, match="eigenvector"):
        group_priorities([AGREE], method="mean")
    with pytest.raises(BadModel, match="saaty"):
        group_priorities([AGREE], ri_table="mine")
