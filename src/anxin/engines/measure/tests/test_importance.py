import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.engines.measure import Answers, BadData, BadModel
from anxin.engines.measure.drivers import regression, relative_weights, shapley
from anxin.engines.measure.importance import QUADRANTS, Quadrant, importance_performance

ITEMS = ["speed", "tone", "clarity", "parking"]
STATED = {name: f"{name} matters" for name in ITEMS}


def survey(n=300, seed=0):
    """speed matters and is done badly, tone matters and is done well, clarity neither, parking is done well for nothing."""
    random = np.random.default_rng(seed)
    common = random.normal(0, 0.5, n)

    def rated(mean):
        return np.clip(np.rint(random.normal(mean, 0.9, n) + common), 1, 5)

    table = dict(zip(ITEMS, (rated(2.4), rated(4.1), rated(2.6), rated(4.2)), strict=True))
    table["satisfaction"] = 0.8 * table["speed"] + 0.7 * table["tone"] + 0.1 * table["clarity"] + random.normal(0, 1, n)
    for name, mean in zip(ITEMS, (4.6, 4.4, 2.5, 2.2), strict=True):
        table[f"{name} matters"] = np.clip(np.rint(random.normal(mean, 0.7, n)), 1, 5)
    return table


def quadrants(found):
    return {point.item: point.quadrant for point in found.points}


EXPECTED = {
    "speed": Quadrant.CONCENTRATE,
    "tone": Quadrant.KEEP_UP,
    "clarity": Quadrant.LOW_PRIORITY,
    "parking": Quadrant.OVERKILL,
}


@pytest.mark.parametrize("derive", ["relative-weights", "shapley", "beta", "correlation"])
@pytest.mark.parametrize("split", ["mean", "median"])
def test_finds_the_quadrants_from_an_outcome(derive, split):
    found = importance_performance(
        survey(), items=ITEMS, outcome="satisfaction", scale=(1, 5), derive=derive, split=split, resamples=500
    )
    assert quadrants(found) == EXPECTED
    assert found.first[0].item == "speed"
    assert found["speed"].probability > 0.9
    assert found["speed"].p_adjusted < 0.05
    assert found.importance_from == derive


def test_derived_importance_is_that_of_the_driver_analysis():
    table = survey()
    options = {"items": ITEMS, "outcome": "satisfaction", "scale": (1, 5), "resamples": 100}
    for derive, expected in (
        ("relative-weights", relative_weights(table, "satisfaction", items=ITEMS, resamples=0).weights),
        ("shapley", shapley(table, "satisfaction", items=ITEMS, resamples=0).weights),
        ("beta", regression(table, "satisfaction", items=ITEMS).betas),
        ("correlation", [np.corrcoef(table[name], table["satisfaction"])[0, 1] for name in ITEMS]),
    ):
        found = importance_performance(table, derive=derive, **options)
        np.testing.assert_allclose([point.importance for point in found.points], expected)
        np.testing.assert_allclose(
            [point.performance for point in found.points], [table[name].mean() for name in ITEMS]
        )


def test_stated_importance_by_hand():
    table = survey()
    found = importance_performance(table, items=ITEMS, importance=STATED, scale=(1, 5), split="scale", resamples=500)
    assert quadrants(found) == EXPECTED
    assert (found.importance_line, found.performance_line) == (3, 3)
    importance = np.array([table[f"{name} matters"].mean() for name in ITEMS])
    performance = np.array([table[name].mean() for name in ITEMS])
    np.testing.assert_allclose([point.gap for point in found.points], importance - performance)
    shares = importance / importance.sum()
    np.testing.assert_allclose([point.potential for point in found.points], shares * (5 - performance) / 4)
    assert found.index == pytest.approx(shares @ (performance - 1) / 4)
    # the index is what full marks would leave over
    assert found.index == pytest.approx(1 - sum(point.potential for point in found.points))
    # the intervals are those of paired means
    gap = table["speed matters"] - table["speed"]
    assert found["speed"].gap_interval.low == pytest.approx(gap.mean() - 1.96 * gap.std() / np.sqrt(300), abs=0.03)
    assert found["tone"].performance_interval.high == pytest.approx(
        table["tone"].mean() + 1.96 * table["tone"].std() / np.sqrt(300), abs=0.02
    )


def test_ranking_puts_significant_gaps_first_then_by_size():
    found = importance_performance(survey(), items=ITEMS, importance=STATED, scale=(1, 5))
    keys = [(not (point.gap > 0 and point.p_adjusted < 0.05), -point.gap) for point in found.first]
    assert keys == sorted(keys)
    assert [point.rank for point in found.first] == [1, 2, 3, 4]
    assert found.table().column("item") == tuple(point.item for point in found.first)


def test_given_importance_and_given_lines():
    table = survey()
    weights = {"speed": 0.4, "tone": 0.3, "clarity": 0.2, "parking": 0.1}
    found = importance_performance(table, items=ITEMS, importance=weights, scale=(1, 5), lines=(0.25, 3.5))
    assert found.importance_from == "given"
    assert (found.importance_line, found.performance_line) == (0.25, 3.5)
    assert quadrants(found) == EXPECTED
    assert found["speed"].importance_interval.low == pytest.approx(0.4)
    z_importance = (0.4 - 0.25) / np.std([0.4, 0.3, 0.2, 0.1])
    means = np.array([table[name].mean() for name in ITEMS])
    assert found["speed"].gap == pytest.approx(z_importance - (means[0] - means.mean()) / means.std())


def test_an_item_on_a_line_counts_as_high_and_is_unsure():
    random = np.random.default_rng(2)
    table = {name: random.integers(1, 6, 60) for name in ("a", "b", "c")}
    found = importance_performance(table, importance={"a": 1, "b": 2, "c": 3}, scale=(1, 5), split="median")
    assert found["b"].importance == found.importance_line
    assert found["b"].quadrant in (Quadrant.CONCENTRATE, Quadrant.KEEP_UP)
    unsure = [one for caution in found.cautions if caution.code == "uncertain-quadrant" for one in caution.about]
    assert unsure == [point.item for point in found.points if point.probability < 0.8]
    assert unsure
    for point in found.points:
        assert sum(point.probabilities) == pytest.approx(1)
        assert point.probability == point.probabilities[QUADRANTS.index(point.quadrant)]


def test_quadrant_probability_is_honest():
    """Over many samples, an item is in its true quadrant about as often as the bootstrap says it is."""
    said, is_there = [], []
    for seed in range(60):
        random = np.random.default_rng(seed)
        table = {"a": random.normal(3.1, 1, 50).clip(1, 5), "b": random.normal(2.9, 1, 50).clip(1, 5)}
        found = importance_performance(
            table, importance={"a": 2, "b": 1}, scale=(1, 5), lines=(1.5, 3.0), resamples=300
        )
        said.append(found["a"].probabilities[1])
        is_there.append(found["a"].performance >= 3.0)
    assert abs(np.mean(said) - np.mean(is_there)) < 0.1


def test_seeded_and_plain():
    options = {"items": ITEMS, "outcome": "satisfaction", "scale": (1, 5), "resamples": 200}
    found = importance_performance(survey(), seed=1, **options)
    assert importance_performance(survey(), seed=1, **options).to_dict() == found.to_dict()
    assert (
        importance_performance(survey(), seed=2, **options)["tone"].importance_interval
        != found["tone"].importance_interval
    )
    stored = json.loads(json.dumps(found.to_dict()))
    assert stored["points"][0]["quadrant"] == "concentrate here"
    assert "concentrate on speed" in repr(found)
    assert "keep up the good work" in str(found.table())


def test_weights_missing_answers_dimensions_and_an_answers():
    table = survey()
    table["speed"][:20] = np.nan
    weights = np.random.default_rng(3).integers(1, 4, 300)
    options = {"outcome": "satisfaction", "scale": (1, 5), "resamples": 100}
    found = importance_performance(Answers.of(table), items=ITEMS, weights=weights, **options)
    keep = ~np.isnan(table["speed"])
    assert found["speed"].performance == pytest.approx(np.average(table["speed"][keep], weights=weights[keep]))
    assert found["tone"].performance == pytest.approx(np.average(table["tone"], weights=weights))
    repeated = {name: np.repeat(column, weights) for name, column in table.items()}
    again = importance_performance(repeated, items=ITEMS, **options)
    np.testing.assert_allclose([p.importance for p in found.points], [p.importance for p in again.points])
    assert {caution.code for caution in found.cautions} >= {"missing-dropped", "missing-pairwise"}
    both = importance_performance(table, dimensions={"D": ["speed", "tone"], "E": ["clarity", "parking"]}, **options)
    assert [point.item for point in both.points] == ["D", "E"]


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(4)))
def test_order_of_items_does_not_matter(order):
    plain = importance_performance(survey(n=80), items=ITEMS, importance=STATED, scale=(1, 5), resamples=100)
    moved = importance_performance(
        survey(n=80), items=[ITEMS[place] for place in order], importance=STATED, scale=(1, 5), resamples=100
    )
    for point in plain.points:
        other = moved[point.item]
        assert (other.rank, other.quadrant, other.p_adjusted) == (point.rank, point.quadrant, point.p_adjusted)
        assert other.gap_interval.low == pytest.approx(point.gap_interval.low)
        assert other.probabilities == point.probabilities


def test_affine_recoding_of_the_outcome_does_not_matter():
    table = survey()
    options = {"items": ITEMS, "outcome": "satisfaction", "scale": (1, 5), "resamples": 100}
    plain = importance_performance(table, **options)
    recoded = importance_performance(table | {"satisfaction": 10 * table["satisfaction"] - 3}, **options)
    for one, other in zip(plain.points, recoded.points, strict=True):
        assert other.importance == pytest.approx(one.importance)
        assert other.gap_interval.low == pytest.approx(one.gap_interval.low)


def test_cautions_about_few_answers_and_few_resamples():
    table = {name: column[:20] for name, column in survey().items()}
    found = importance_performance(table, items=ITEMS, importance=STATED, scale=(1, 5), resamples=100)
    assert {"few-answers", "few-resamples"} <= {caution.code for caution in found.cautions}
    lonely = {"a": np.array([3.0] + [np.nan] * 11), "b": np.arange(12) % 5 + 1.0}
    sparse = importance_performance(lonely, importance={"a": 1, "b": 2}, scale=(1, 5), resamples=200)
    assert "resamples-failed" in {caution.code for caution in sparse.cautions}
    assert sparse.resamples < 200


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, "no-importance"),
        ({"outcome": "satisfaction", "importance": STATED}, "no-importance"),
        ({"importance": {"speed": 1}}, "no-importance"),
        ({"importance": STATED | {"tone": 3}}, "no-importance"),
        ({"importance": dict.fromkeys(ITEMS, np.nan)}, "no-importance"),
        ({"importance": dict.fromkeys(ITEMS, "nothing")}, "no-item"),
        ({"outcome": "nothing"}, "no-item"),
        ({"outcome": "satisfaction", "items": ["speed"]}, "few-items"),
        ({"outcome": "satisfaction", "scale": (5, 1)}, "bad-option"),
        ({"outcome": "satisfaction", "scale": (1, 4)}, "out-of-range"),
        ({"importance": dict.fromkeys(ITEMS, "satisfaction")}, "out-of-range"),
        ({"outcome": "satisfaction", "derive": "t"}, "bad-option"),
        ({"outcome": "satisfaction", "split": "mode"}, "bad-option"),
        ({"outcome": "satisfaction", "adjust": "mode"}, "bad-option"),
        ({"outcome": "satisfaction", "resamples": 0}, "bad-option"),
        ({"outcome": "satisfaction", "level": 1.5}, "bad-level"),
        ({"outcome": "satisfaction", "items": [*ITEMS, "empty"]}, "all-missing"),
    ],
)
def test_refuses(options, code):
    table = survey(n=60) | {"empty": np.full(60, np.nan)}
    with pytest.raises((BadData, BadModel)) as wrong:
        importance_performance(table, **({"items": ITEMS, "scale": (1, 5)} | options))
    assert wrong.value.code == code


def test_refuses_what_depends_on_the_numbers():
    with pytest.raises(BadData, match="'q9'"):
        importance_performance(survey(), items=ITEMS, importance=STATED, scale=(1, 5), resamples=100)["q9"]
    random = np.random.default_rng(0)
    many = {f"q{place}": random.integers(1, 6, 90) for place in range(16)} | {"y": random.normal(size=90)}
    with pytest.raises(BadModel, match="too long"):
        importance_performance(many, outcome="y", derive="shapley", scale=(1, 5))
    lonely = {
        "a": np.array([3.0] + [np.nan] * 300),
        "b": np.arange(301) % 5 + 1.0,
        "c": np.array([np.nan, 3.0] + [np.nan] * 299),
    }
    with pytest.raises(BadData, match="too few answers for a map"):
        importance_performance(lonely, importance={"a": 1, "b": 2, "c": 3}, scale=(1, 5), resamples=200)
