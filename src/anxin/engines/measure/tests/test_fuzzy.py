"""Fuzzy comprehensive evaluation: published examples, operators, memberships, trees, errors."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.engines.measure import Answers, BadData, BadModel
from anxin.engines.measure.evaluation import (
    OPERATORS,
    Criterion,
    Factor,
    Membership,
    Shape,
    answer_shares,
    by_thresholds,
    compose,
    entropy_weights,
    evaluate,
    falling,
    function_membership,
    max_membership_effectiveness,
    rising,
    synthesise,
    trapezoid,
    triangle,
)

unhurried = settings(deadline=None, max_examples=60)

GRADES = ("poor", "fair", "good")


def codes(result) -> list[str]:
    return [caution.code for caution in result.cautions]


@pytest.fixture
def published(shared: Path) -> dict[str, dict]:
    examples = json.loads((shared / "data/fuzzy_evaluation/fce_reference.json").read_text())["examples"]
    return {example["name"]: example for example in examples}


# Published examples


@pytest.mark.shared
def test_the_clothes(published: dict) -> None:
    example = published["clothes"]
    weights = {str(at): weight for at, weight in enumerate(example["weights"])}
    found = evaluate(weights, np.array(example["R"]).T, scores=example["scores"])
    assert found.membership == pytest.approx(example["published_mu"], abs=1e-12)
    assert found.score == pytest.approx(example["published_weighted_score"], abs=1e-9)
    assert found.grade_score == example["published_max_membership_score"]
    assert found.operator == "M(·,+)"


@pytest.mark.shared
@pytest.mark.parametrize("plan", ["甲", "乙", "丙"])
def test_the_cropping_plans_from_thresholds_to_scores(published: dict, plan: str) -> None:
    example = published["cropping plans"]
    factors = list(example["thresholds"])
    values = dict(zip(factors, example["inputs_after_positive_transform"][plan], strict=True))
    expected = example["plans"][plan]
    grades = example["grades_order"].split()[0].split(",")
    members = function_membership(values, example["thresholds"], grades=grades)
    assert members.matrix.T == pytest.approx(np.array(expected["R"]), abs=1e-12)
    assert members.cautions == ()
    weights = dict(zip(factors, example["weights"], strict=True))
    found = evaluate(weights, members, scores=example["scores"], name=plan)
    assert found.membership == pytest.approx(expected["published_mu"], abs=1e-12)
    assert found.score == pytest.approx(expected["published_weighted_score"], abs=1e-9)
    assert found.grade_score == expected["published_max_membership_score"]
    assert found.composition(plan).matrix == pytest.approx(members.matrix)
    # A third of the first plan lies in its largest grade: the principle says little, and it is said.
    assert codes(found) == (["max-membership"] if plan == "甲" else [])


@pytest.mark.shared
def test_the_restaurant(published: dict) -> None:
    example = published["restaurant"]
    assert compose(example["weights"], example["R_rows_are_factors"]) == pytest.approx(example["computed_mu"])


# Operators


W = np.array([0.5, 0.3, 0.2])
R = np.array([[0.2, 0.7, 0.1], [0.0, 0.4, 0.6], [0.5, 0.5, 0.0]])


def test_the_operators_by_hand() -> None:
    assert compose(W, R, "M(·,+)") == pytest.approx([0.2, 0.57, 0.23])
    assert compose(W, R, "M(∧,∨)") == pytest.approx([0.2, 0.5, 0.3])
    assert compose(W, R, "M(·,∨)") == pytest.approx([0.1, 0.35, 0.18])
    # Sums of minima: 0.2 + 0 + 0.2; 0.5 + 0.3 + 0.2; 0.1 + 0.3 + 0.
    assert compose(W, R, "M(∧,+)") == pytest.approx([0.4, 1.0, 0.4])
    assert compose([0.9, 0.9], [[0.8], [0.7]], "M(∧,+)") == pytest.approx([1.0])
    spoken = {"weighted-average": "M(·,+)", "min-max": "M(∧,∨)", "product-max": "M(·,∨)", "bounded-sum": "M(∧,+)"}
    for name, written in spoken.items():
        assert compose(W, R, name) == pytest.approx(compose(W, R, written))


@st.composite
def relations(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    k, g = draw(st.integers(1, 5)), draw(st.integers(2, 5))
    weights = np.array(draw(st.lists(st.integers(1, 100), min_size=k, max_size=k)), float)
    cells = np.array(draw(st.lists(st.integers(0, 20), min_size=k * g, max_size=k * g)), float).reshape(k, g) + 0.01
    return weights / weights.sum(), cells / cells.sum(axis=1, keepdims=True)


@unhurried
@given(relations(), st.sampled_from(list(OPERATORS)), st.data())
def test_every_operator(relation, operator: str, data: st.DataObject) -> None:
    w, r = relation
    b = compose(w, r, operator)
    assert ((b >= 0) & (b <= 1)).all()
    # No operator goes beyond the bounded sum, and none of the decisive-factor kind beyond the largest membership.
    assert (b <= compose(w, r, "M(∧,+)") + 1e-12).all()
    if operator != "M(∧,+)":
        assert (b <= r.max(axis=0) + 1e-12).all()
    order = data.draw(st.permutations(range(len(w))))
    assert compose(w[order], r[order], operator) == pytest.approx(b)
    grades = data.draw(st.permutations(range(r.shape[1])))
    assert compose(w, r[:, grades], operator) == pytest.approx(b[grades])
    if operator == "M(·,+)":
        assert b.sum() == pytest.approx(1)


@unhurried
@given(relations())
def test_a_single_factor_is_its_own_evaluation(relation) -> None:
    _, r = relation
    for operator in OPERATORS:
        assert compose([1.0], r[:1], operator) == pytest.approx(r[0])


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(BadData, match="2 weights do not fit"):
        compose([0.5, 0.5], [[1, 0]])
    with pytest.raises(BadModel, match="weighted-average"):
        compose([1], [[1, 0]], "M(+,+)")


# Membership functions


def test_shapes() -> None:
    x = np.array([0, 1, 2, 3, 4, 5, 6.0])
    assert triangle(1, 3, 5)(x) == pytest.approx([0, 0, 0.5, 1, 0.5, 0, 0])
    assert trapezoid(0, 2, 4, 5)(x) == pytest.approx([0, 0.5, 1, 1, 1, 0, 0])
    assert falling(2, 4)(x) == pytest.approx([1, 1, 1, 0.5, 0, 0, 0])
    assert rising(2, 4)(x) == pytest.approx([0, 0, 0, 0.5, 1, 1, 1])
    assert trapezoid(2, 2, 4, 4)(x) == pytest.approx([0, 0, 1, 1, 1, 0, 0])
    assert np.isnan(rising(2, 4)(np.nan))
    assert rising(2, 4)(3) == pytest.approx(0.5)
    for bad in ((3, 1, 5, 6), (np.nan, 1, 2, 3), (-np.inf, 1, 2, 3)):
        with pytest.raises(BadModel) as caught:
            Shape(*bad)
        assert caught.value.code == "bad-shape"


def test_thresholds_for_smaller_is_better() -> None:
    """Days to pay: 10 is poor, 5 fair, 2 good."""
    shapes = by_thresholds([10, 5, 2])
    assert [[float(shape(days)) for shape in shapes] for days in (12, 10, 7.5, 5, 3, 1)] == [
        pytest.approx(row) for row in ([1, 0, 0], [1, 0, 0], [0.5, 0.5, 0], [0, 1, 0], [0, 1 / 3, 2 / 3], [0, 0, 1])
    ]
    for bad in ([1, 2, 2], [3, 1, 2], [1], [1, np.inf]):
        with pytest.raises(BadModel) as caught:
            by_thresholds(bad)
        assert caught.value.code == "bad-thresholds"


@unhurried
@given(
    st.lists(st.integers(-1000, 1000), min_size=2, max_size=6, unique=True),
    st.booleans(),
    st.lists(st.floats(-2000, 2000), min_size=1, max_size=20),
)
def test_thresholds_share_every_value_out(points: list, downwards: bool, values: list) -> None:
    thresholds = sorted(points, reverse=downwards)
    shares = np.array([shape(values) for shape in by_thresholds(thresholds)])
    assert ((shares >= 0) & (shares <= 1)).all()
    assert shares.sum(axis=0) == pytest.approx(np.ones(len(values)))
    at_points = np.array([shape(thresholds) for shape in by_thresholds(thresholds)])
    assert at_points == pytest.approx(np.eye(len(thresholds)))


def test_functions_of_both_kinds() -> None:
    found = function_membership(
        {"days": 3, "resolved": 0.9},
        {"days": [10, 5, 2], "resolved": [falling(0.5, 0.7), triangle(0.5, 0.7, 1.0), rising(0.7, 0.95)]},
        grades=GRADES,
    )
    assert found.matrix == pytest.approx(np.array([[0, 1 / 3, 2 / 3], [0, 1 / 3, 0.8]]))
    assert codes(found) == ["row-sum"]
    assert found.cautions[0].about == ("resolved",)
    scaled = function_membership(
        {"resolved": 0.9},
        {"resolved": [falling(0.5, 0.7), triangle(0.5, 0.7, 1.0), rising(0.7, 0.95)]},
        grades=GRADES,
        normalise=True,
    )
    assert scaled.matrix.sum() == pytest.approx(1)
    assert scaled.cautions == ()


@pytest.mark.parametrize(
    ("values", "functions", "error", "code"),
    [
        ({"days": 3}, {}, BadData, "no-function"),
        ({}, {"days": [1, 2, 3]}, BadData, "no-function"),
        ({"days": np.nan}, {"days": [1, 2, 3]}, BadData, "missing"),
        ({"days": 9}, {"days": [triangle(0, 1, 2), triangle(1, 2, 3), triangle(2, 3, 4)]}, BadData, "no-grade"),
        ({"days": 9}, {"days": [1, 2]}, BadModel, "functions-count"),
        ({"days": 9}, {"days": [falling(1, 2), rising(1, 2)]}, BadModel, "functions-count"),
        ({"days": 9}, {"days": [1, 3, 2]}, BadModel, "bad-thresholds"),
    ],
)
def test_functions_that_do_not_fit(values, functions, error: type[Exception], code: str) -> None:
    with pytest.raises(error, match="days") as caught:
        function_membership(values, functions, grades=GRADES)
    assert caught.value.code == code
    assert caught.value.about == ("days",)


# Shares of answers


ANSWERS = {"speed": [1, 2, 2, 3, 3], "manner": [3, 3, 3, 2, 1]}


def test_shares_of_answers() -> None:
    found = answer_shares(ANSWERS, values=(1, 2, 3), grades=GRADES)
    assert found.matrix == pytest.approx(np.array([[0.2, 0.4, 0.4], [0.2, 0.2, 0.6]]))
    assert found.counts == (5, 5)
    assert found.grades == GRADES
    turned = answer_shares(ANSWERS, values=(3, 2, 1))
    assert turned.matrix == pytest.approx(found.matrix[:, ::-1])
    assert turned.grades == ("3", "2", "1")


def test_shares_of_weighted_answers_and_of_those_who_answered() -> None:
    table = {"speed": [1, 2, np.nan, 3], "manner": [3, np.nan, np.nan, 3]}
    found = answer_shares(Answers.of(table, weights=[3, 1, 5, 2]), values=(1, 2, 3))
    assert found.matrix == pytest.approx(np.array([[0.5, 1 / 6, 1 / 3], [0, 0, 1]]))
    assert found.counts == (3, 2)
    assert codes(found) == ["missing"]
    assert found.cautions[0].text.startswith("3 answers are missing")
    assert found.origin == "weighted share of answers"
    halves = answer_shares({"speed": [1.5, 2.5, 2.5]}, values=(1.5, 2.5))
    assert halves.matrix == pytest.approx(np.array([[1 / 3, 2 / 3]]))


@unhurried
@given(st.data(), st.integers(1, 30), st.integers(1, 4))
def test_shares_sum_to_1(data: st.DataObject, n: int, p: int) -> None:
    table = np.array(data.draw(st.lists(st.integers(1, 5), min_size=n * p, max_size=n * p))).reshape(n, p)
    weights = data.draw(st.lists(st.floats(0.01, 100), min_size=n, max_size=n))
    plain, weighted = answer_shares(table), answer_shares(Answers.of(table, weights=weights))
    for found in (plain, weighted):
        assert found.matrix.sum(axis=1) == pytest.approx(np.ones(p))
        assert ((found.matrix >= 0) & (found.matrix <= 1)).all()
    assert answer_shares(table[::-1]).matrix == pytest.approx(plain.matrix)
    assert answer_shares(Answers.of(table, weights=[2.5] * n)).matrix == pytest.approx(plain.matrix)
    assert answer_shares(table * 1.0 + 0.5, values=[1.5, 2.5, 3.5, 4.5, 5.5]).matrix == pytest.approx(plain.matrix)


@pytest.mark.parametrize(
    ("table", "options", "error", "code", "message"),
    [
        ({"speed": [1, 2, 7]}, {}, BadData, "no-grade", "speed has 1 answers that are no grade, first 7 in row 3"),
        ({"a": [1, 2], "speed": [np.nan, np.nan]}, {}, BadData, "all-missing", "Nobody .* speed"),
        ({"speed": [1, 2]}, {"items": ["z"]}, BadData, "no-item", "z"),
        ({"speed": [1, 2]}, {"values": [1]}, BadModel, "bad-grades", "at least two"),
        ({"speed": [1, 2]}, {"values": [1, 2, 1]}, BadModel, "bad-grades", "different"),
        ({"speed": [1, 2]}, {"values": [1, 2], "grades": ["x"]}, BadModel, "names-count", "2 values and 1 grades"),
    ],
)
def test_answers_that_give_no_shares(table, options, error: type[Exception], code: str, message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        answer_shares(table, **options)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("source", "options", "code"),
    [
        ([[0.5, 0.6, -0.1]], {}, "not-a-membership"),
        ([[0.5, 1.6]], {}, "not-a-membership"),
        ([[0.5, np.nan]], {}, "not-a-membership"),
        ([[0.5, 0.5], [1.0]], {}, "not-a-matrix"),
        ([], {}, "not-a-matrix"),
        ([[0.5, 0.5]], {"factors": ["a", "b"]}, "names-count"),
        ([[0.5, 0.5]], {"grades": ["a"]}, "names-count"),
    ],
)
def test_what_is_no_membership_matrix(source, options, code: str) -> None:
    with pytest.raises(BadData) as caught:
        Membership.of(source, **options)
    assert caught.value.code == code


def test_a_given_membership_matrix() -> None:
    found = Membership.of({"a": [0.5, 0.5], "b": [0.9, 0.3]}, grades=["low", "high"])
    assert codes(found) == ["row-sum"]
    assert found.cautions[0].about == ("b",)
    assert found.row("a").tolist() == [0.5, 0.5]
    assert Membership.of(found) is found
    assert found.table().columns == ("factor", "low", "high")


# Evaluation


TREE = Factor(
    "service",
    children=(
        Factor("claims", 0.6, (Factor("speed", 0.7), Factor("papers", 0.3))),
        Factor("care", 0.4, (Factor("manner", 0.5), Factor("waiting", 0.5))),
    ),
)
ROWS = {
    "speed": [0.3, 0.5, 0.2],
    "papers": [0.1, 0.3, 0.6],
    "manner": [0.0, 0.2, 0.8],
    "waiting": [0.6, 0.3, 0.1],
}


def test_several_levels_by_hand() -> None:
    found = evaluate(TREE, ROWS, scores=(20, 60, 100), grades=GRADES)
    claims, care = np.array([0.24, 0.44, 0.32]), np.array([0.3, 0.25, 0.45])
    assert found.composition("claims").membership == pytest.approx(claims)
    assert found.composition("care").membership == pytest.approx(care)
    assert found.membership == pytest.approx(0.6 * claims + 0.4 * care)
    assert found.score == pytest.approx((0.6 * claims + 0.4 * care) @ [20, 60, 100])
    assert found.composition("care").score == pytest.approx(care @ [20, 60, 100])
    assert [one.name for one in found.compositions] == ["claims", "care", "service"]
    assert [one.level for one in found.compositions] == [1, 1, 0]
    whole = found.composition("service")
    assert whole.matrix == pytest.approx(np.array([claims, care]))
    assert whole.weights == pytest.approx([0.6, 0.4])
    assert found.composition("claims").table().column("factor") == ("speed", "papers", "claims")
    assert found.table().column("factor") == ("claims", "care", "service")
    stored = json.loads(json.dumps(found.to_dict()))
    assert stored["compositions"][0]["factors"] == ["speed", "papers"]
    assert stored["grade"] == found.grade == "good"


def test_levels_passed_up_as_composed_or_scaled() -> None:
    raw = evaluate(TREE, ROWS, operator="min-max")
    claims = np.array([0.3, 0.5, 0.3])
    care = np.array([0.5, 0.3, 0.5])
    assert raw.composition("claims").membership == pytest.approx(claims)
    assert raw.composition("care").membership == pytest.approx(care)
    assert raw.membership == pytest.approx([0.4, 0.5, 0.4])
    assert raw.normalised == pytest.approx(np.array([4, 5, 4]) / 13)
    scaled = evaluate(TREE, ROWS, operator="min-max", normalise_levels=True)
    assert scaled.composition("service").matrix == pytest.approx(np.array([claims / 1.1, care / 1.3]))
    same = evaluate(TREE, ROWS, normalise_levels=True)
    assert same.membership == pytest.approx(evaluate(TREE, ROWS).membership)


def test_an_operator_for_each_composition() -> None:
    found = evaluate(TREE, ROWS, operator={"claims": "min-max", "": "product-max"})
    assert found.composition("claims").operator == "M(∧,∨)"
    assert found.composition("care").operator == "M(·,∨)"
    assert found.operator == "M(·,∨)"
    assert evaluate(TREE, ROWS, operator={"claims": "min-max"}).operator == "M(·,+)"
    with pytest.raises(BadModel, match="speed is not composed"):
        evaluate(TREE, ROWS, operator={"speed": "min-max"})


def test_trees_from_weights() -> None:
    nested = {"claims": (0.6, {"speed": 0.7, "papers": 0.3}), "care": (0.4, {"manner": 0.5, "waiting": 0.5})}
    assert evaluate(nested, ROWS).membership == pytest.approx(evaluate(TREE, ROWS).membership)
    index = synthesise(
        Criterion(
            "any name",
            None,
            [
                Criterion("claims", None, ["speed", "papers"], {"speed": 7, "papers": 3}),
                Criterion("care", {("manner", "waiting"): 1}, ["manner", "waiting"]),
            ],
            {"claims": 6, "care": 4},
        )
    )
    by_index = evaluate(index, ROWS, name="service")
    assert by_index.membership == pytest.approx(evaluate(TREE, ROWS).membership)
    assert by_index.name == "service"
    found = entropy_weights({"speed": [1.0, 2, 3], "papers": [4.0, 1, 3]})
    measured = evaluate(found, {"speed": ROWS["speed"], "papers": ROWS["papers"]})
    assert measured.composition("overall").weights == pytest.approx(found.weights)
    with pytest.raises(BadModel, match="ranks alternatives"):
        Factor.of("service", synthesise(Criterion("plan", {("x", "y"): 2})))


def test_from_answers_to_a_grade() -> None:
    """As in the package's docstring: experts' judgements for the weights, customers' answers for the memberships."""
    weights = synthesise(Criterion("service", {("claims", "care"): 3}, ["claims", "care"]))
    answers = {"claims": [1, 2, 3, 5], "care": [4, 4, 5, 5]}
    found = evaluate(Factor.of("service", weights), answer_shares(answers), scores=(20, 40, 60, 80, 100))
    # The weighted score is the weighted mean of the answers' points.
    assert found.score == pytest.approx(0.75 * np.mean([20, 40, 60, 100]) + 0.25 * np.mean([80, 80, 100, 100]))


def test_weights_far_from_1_are_scaled_and_it_is_said() -> None:
    found = evaluate({"a": 3, "b": 1}, {"a": [1, 0], "b": [0, 1]})
    assert found.membership == pytest.approx([0.75, 0.25])
    assert codes(found) == ["weights-scaled"]
    assert codes(evaluate({"a": 0.749, "b": 0.25}, {"a": [1, 0], "b": [0, 1]})) == []


def test_memberships_without_a_weight_are_named() -> None:
    found = evaluate({"a": 1.0}, {"a": [1, 0], "b": [0, 1]})
    assert codes(found) == ["unused"]
    assert found.cautions[0].about == ("b",)


def test_a_tie_is_named() -> None:
    found = evaluate({"a": 0.5, "b": 0.5}, {"a": [1, 0, 0], "b": [0, 1, 0]}, grades=GRADES)
    assert codes(found) == ["tie", "max-membership"]
    assert found.cautions[0].about == ("poor", "fair")
    assert found.grade == "poor"
    assert found.score is None
    assert found.grade_score is None


def test_the_effectiveness_of_maximum_membership() -> None:
    assert max_membership_effectiveness([0, 1, 0]) == np.inf
    assert max_membership_effectiveness([0.25] * 4) == 0
    # n = 4, beta 0.5, gamma 0.3: (4 * 0.5 - 1) / (2 * 0.3 * 3)
    assert max_membership_effectiveness([0.5, 0.3, 0.1, 0.1]) == pytest.approx(1 / 1.8)
    assert max_membership_effectiveness([5, 3, 1, 1]) == pytest.approx(1 / 1.8)
    verdicts = {
        (0.9, 0.1): "very effective",
        (0.65, 0.35): "hardly effective",
        (0.7, 0.3): "fairly effective",
        (0.5, 0.5): "not effective",
    }
    for row, verdict in verdicts.items():
        assert evaluate({"a": 1}, {"a": row}).verdict == verdict
    for bad in ([1.0], [0, 0], [-1, 2]):
        with pytest.raises(BadData):
            max_membership_effectiveness(bad)


@unhurried
@given(relations())
def test_effectiveness_knows_no_order_and_is_never_negative(relation) -> None:
    _, r = relation
    for row in r:
        index = max_membership_effectiveness(row)
        assert index >= 0
        assert max_membership_effectiveness(row[::-1]) == pytest.approx(index)


@pytest.mark.parametrize(
    ("factors", "rows", "options", "error", "code"),
    [
        ({"a": 1, "z": 1}, {"a": [1, 0]}, {}, BadData, "no-factor"),
        ({"a": -1, "b": 2}, {"a": [1, 0], "b": [1, 0]}, {}, BadData, "bad-weight"),
        ({"a": 0, "b": 0}, {"a": [1, 0], "b": [1, 0]}, {}, BadData, "bad-weight"),
        ({"a": 1}, {"a": [0, 0]}, {}, BadData, "no-membership"),
        ({"a": (1, {"a": 1})}, {"a": [1, 0]}, {}, BadModel, "name-twice"),
        ({}, {"a": [1, 0]}, {}, BadModel, "no-factors"),
        ({"a": 1}, {"a": [1, 0]}, {"scores": [1]}, BadModel, "scores-count"),
        ({"a": 1}, {"a": [1, 0]}, {"scores": [1, np.nan]}, BadModel, "scores-count"),
        ({"a": 1}, {"a": [1, 0]}, {"operator": "sum"}, BadModel, "no-operator"),
    ],
)
def test_what_cannot_be_evaluated(factors, rows, options, error: type[Exception], code: str) -> None:
    with pytest.raises(error) as caught:
        evaluate(factors, rows, **options)
    assert caught.value.code == code


def test_unknown_composition() -> None:
    with pytest.raises(BadData, match="no composition of 'speed'"):
        evaluate(TREE, ROWS).composition("speed")
