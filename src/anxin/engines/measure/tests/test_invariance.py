"""Measurement invariance: its levels, what holds, and categories that a group never chose."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from anxin.engines import measure

FACTORS = {"f": ["x0", "x1", "x2", "x3"], "g": ["x4", "x5", "x6", "x7"]}
CUTS = np.array([-1.2, -0.4, 0.4, 1.2])
ROWS = 700


def sample(
    *, ordered: bool, seed: int = 1, loading: float = 0.75, shift: float = 0.0, noise: float = 1.0, groups: int = 2
) -> measure.Answers:
    """Two factors in two groups; the last group's factors differ in mean and spread, which invariance allows.

    `loading`, `shift` and `noise` are x1's loading, intercept and error in the last group, elsewhere .75, 0 and 1 (times .66).
    """
    rng = np.random.default_rng(seed)
    columns: list[np.ndarray] = []
    for group in range(groups):
        last = group == groups - 1
        f = rng.standard_normal(ROWS) * (1.2 if last else 1.0) + (0.4 if last else 0.0)
        g = 0.5 * f + 0.8 * rng.standard_normal(ROWS)
        items = 0.75 * np.repeat([f, g], 4, axis=0).T + 0.66 * rng.standard_normal((ROWS, 8))
        if last:
            items[:, 1] = loading * f + shift + noise * 0.66 * rng.standard_normal(ROWS)
        columns.append(1 + np.searchsorted(CUTS, items) if ordered else items)
    data = np.concatenate(columns)
    which = np.repeat([f"group {code}" for code in range(groups)], ROWS)
    return measure.Answers.of({f"x{i}": data[:, i] for i in range(8)}, group=which)


both = pytest.mark.parametrize("ordered", [False, True], ids=["measurements", "ordinal"])


@both
def test_levels_tighten_one_by_one(ordered: bool) -> None:
    found = measure.invariance(FACTORS, sample(ordered=ordered), ordered=ordered)
    assert found.levels == ("configural", "metric", "scalar", "strict")
    assert all(model.converged for model in found.models)
    df = [model.fit.df for model in found.models]
    if ordered:
        # 8 items' 4 thresholds each against a free scale each and two means; then their residual variances.
        assert df == [38, 38 + 6, 38 + 6 + 32 - 8 - 2, 38 + 6 + 32 - 8 - 2 + 8]
    else:
        assert df == [38, 38 + 6, 38 + 6 + 6, 38 + 6 + 6 + 8]
    assert [None if step is None else step.df for step in found.differences] == [None, *np.diff(df)]
    configural, metric, scalar, strict = found.models
    one, other = found.models[0].groups
    assert configural.get("f=~x1", one).estimate != configural.get("f=~x1", other).estimate
    for model in (metric, scalar, strict):
        assert model.get("f=~x1", one).estimate == model.get("f=~x1", other).estimate
    level = "x1|t2" if ordered else "x1~1"
    assert metric.get(level, one).estimate != metric.get(level, other).estimate
    for model in (scalar, strict):
        assert model.get(level, one).estimate == model.get(level, other).estimate
        assert (model.get("f~1", one).estimate, model.get("f~1", one).free) == (0, False)
        assert model.get("f~1", other).free
    assert not metric.get("f~1", other).free
    assert scalar.get("x1~~x1", one).estimate != scalar.get("x1~~x1", other).estimate
    assert strict.get("x1~~x1", one).estimate == strict.get("x1~~x1", other).estimate
    assert found.level("metric") is metric


@both
def test_levels_are_what_fit_makes_of_equal(ordered: bool) -> None:
    data = sample(ordered=ordered)
    found = measure.invariance(FACTORS, data, ordered=ordered)
    held = "thresholds" if ordered else "intercepts"
    kinds: list[tuple[str, ...]] = [(), ("loadings",), ("loadings", held), ("loadings", held, "residuals")]
    for model, equal in zip(found.models, kinds, strict=True):
        options: dict[str, Any] = {"parameterization": "theta"} if ordered and "residuals" in equal else {}
        alone = measure.fit(FACTORS, data, group="", equal=equal, ordered=ordered, **options)
        assert model.fit.chisq == pytest.approx(alone.fit.chisq, rel=1e-7)
        np.testing.assert_allclose(
            [one.estimate for one in model.estimates], [one.estimate for one in alone.estimates], atol=1e-6
        )


@both
def test_what_holds_and_the_groups_true_difference(ordered: bool) -> None:
    found = measure.invariance(FACTORS, sample(ordered=ordered), ordered=ordered)
    assert found.holds == "strict"
    assert "strict invariance holds between group 0 (700), group 1 (700)" in repr(found)
    assert all(step.p > 0.001 for step in found.differences if step is not None)
    last = found.level("strict")
    distance, spread = last.get("f~1", "group 1").estimate, last.get("f~~f", "group 0").estimate
    assert distance / np.sqrt(spread) == pytest.approx(0.4, abs=0.15)
    assert last.get("f~~f", "group 1").estimate / spread == pytest.approx(1.44, abs=0.35)


@pytest.mark.parametrize(
    ("change", "holds"),
    [({"loading": 0.2}, "configural"), ({"shift": 0.9}, "metric"), ({"noise": 2.0}, "scalar")],
)
def test_what_differs_is_where_it_stops(change: dict[str, float], holds: str) -> None:
    found = measure.invariance(FACTORS, sample(ordered=False, **change))
    assert found.holds == holds
    step = found.differences[found.levels.index(holds) + 1]
    assert step is not None
    assert step.p < 1e-6


def test_ordinal_answers_that_differ() -> None:
    assert measure.invariance(FACTORS, sample(ordered=True, loading=0.1), ordered=True).holds == "configural"
    assert measure.invariance(FACTORS, sample(ordered=True, shift=1.2), ordered=True).holds == "metric"


@both
def test_partial_invariance_leaves_what_it_is_told_free(ordered: bool) -> None:
    data = sample(ordered=ordered, shift=1.0)
    levels = ("configural", "metric", "scalar")
    partial = [f"x1|t{cut}" for cut in range(1, 5)] if ordered else ["x1 ~ 1"]
    whole = measure.invariance(FACTORS, data, ordered=ordered, levels=levels)
    freed = measure.invariance(FACTORS, data, ordered=ordered, levels=levels, partial=partial)
    assert whole.holds == "metric"
    assert freed.holds == "scalar"
    assert whole.level("scalar").fit.df - freed.level("scalar").fit.df == len(partial)
    name = partial[0].replace(" ", "")
    one, other = (freed.level("scalar").get(name, group).estimate for group in ("group 0", "group 1"))
    assert abs(one - other) > 0.5


def test_a_model_that_fits_nowhere_is_invariant_nowhere() -> None:
    wrong = {"f": ["x0", "x4", "x1", "x5"], "g": ["x2", "x6", "x3", "x7"]}
    found = measure.invariance(wrong, sample(ordered=False))
    assert found.holds == ""
    assert "no invariance" in repr(found)


def test_three_groups_and_a_column_of_groups() -> None:
    data = sample(ordered=False, groups=3)
    found = measure.invariance(FACTORS, data, levels=("configural", "scalar"))
    assert found.models[0].groups == ("group 0", "group 1", "group 2")
    assert found.models[1].fit.df - found.models[0].fit.df == 2 * (6 + 6)
    assert found.models[1].get("f~1", "group 2").estimate > 0.2
    columns = {item: data.column(item) for item in data.items} | {"who": np.repeat(["a", "b", "c"], ROWS)}
    by_column = measure.invariance(FACTORS, columns, group="who", levels=("configural", "scalar"))
    assert by_column.models[1].fit.chisq == pytest.approx(found.models[1].fit.chisq)
    assert by_column.models[1].groups == ("a", "b", "c")


def with_empty(category: int, *, item: str = "x1") -> measure.Answers:
    data = sample(ordered=True)
    columns = {name: data.column(name) for name in data.items}
    assert data.group is not None
    theirs = data.group == 1
    columns[item] = np.where(theirs & (columns[item] == category), 3, columns[item])
    return measure.Answers.of(columns, group=data.group)


@pytest.mark.parametrize(("category", "joined"), [(1, "1+2"), (2, "2+3"), (5, "4+5")])
def test_a_category_empty_in_one_group_is_joined_with_its_neighbour_in_all(category: int, joined: str) -> None:
    data = with_empty(category)
    found = measure.invariance(FACTORS, data, ordered=True)
    assert all(model.converged for model in found.models)
    (caution,) = [one for one in found.cautions if one.code == "categories-joined"]
    assert caution.about == ("x1",)
    assert joined in str(caution)
    # It is the model of answers that were joined beforehand.
    low, high = map(int, joined.split("+"))
    columns = {name: data.column(name) for name in data.items}
    columns["x1"] = np.where(columns["x1"] == high, low, columns["x1"])
    again = measure.invariance(FACTORS, measure.Answers.of(columns, group=data.group), ordered=True)
    for one, other in zip(found.models, again.models, strict=True):
        assert one.fit.chisq == pytest.approx(other.fit.chisq, rel=1e-9)
        assert one.fit.df == other.fit.df
    assert not [one for one in again.cautions if one.code == "categories-joined"]
    names = [one.name for one in found.models[0].estimates if one.lhs == "x1" and one.op == "|"]
    assert names == ["x1|t1", "x1|t2", "x1|t3"] * 2


def test_an_item_whose_answers_no_two_groups_share_is_named() -> None:
    data = sample(ordered=True)
    columns = {name: data.column(name) for name in data.items}
    assert data.group is not None
    columns["x2"] = np.where(data.group == 0, np.where(columns["x2"] > 3, 2, 1), np.where(columns["x2"] > 3, 5, 4))
    with pytest.raises(measure.BadData) as wrong:
        measure.invariance(FACTORS, measure.Answers.of(columns, group=data.group), ordered=True)
    assert (wrong.value.code, wrong.value.about) == ("constant-item", ("x2",))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"levels": ("configural", "weak")}, "unknown-level"),
        ({"levels": ()}, "unknown-level"),
        ({"levels": ("scalar", "metric")}, "levels"),
        ({"partial": ["x99~1"]}, "unknown-parameter"),
        ({"estimator": "ML", "ordered": True}, "estimator"),
    ],
)
def test_refuses(options: dict[str, Any], code: str) -> None:
    with pytest.raises(measure.BadModel) as wrong:
        measure.invariance(FACTORS, sample(ordered=False), **options)
    assert wrong.value.code == code


def test_two_categories_have_no_metric_level() -> None:
    data = sample(ordered=True)
    # Cut at different places: were they all alike, a group's scales could stand in for its means.
    columns = {name: (data.column(name) > 2 + place % 3).astype(float) for place, name in enumerate(data.items)}
    answers = measure.Answers.of(columns, group=data.group)
    with pytest.raises(measure.BadModel, match="leave out 'metric'") as wrong:
        measure.invariance(FACTORS, answers, ordered=True)
    assert wrong.value.code == "levels"
    found = measure.invariance(FACTORS, answers, ordered=True, levels=("configural", "scalar"))
    assert found.holds == "scalar"


def test_a_step_too_far_is_no_warning() -> None:
    model = measure.fit(FACTORS, sample(ordered=True), ordered=True, parameterization="theta")
    beyond = model.work.x.copy()
    beyond[model.work.freedom.names.index("f~~f")] = -50.0
    assert model.work.problem.value(beyond) == np.inf
    value, _, _ = model.work.problem.scoring(beyond)
    assert not np.isfinite(value)


def test_it_needs_groups() -> None:
    data = sample(ordered=False)
    with pytest.raises(measure.BadModel) as wrong:
        measure.invariance(FACTORS, {name: data.column(name) for name in data.items})
    assert wrong.value.code == "no-groups"
    with pytest.raises(measure.BadModel, match="'shape'") as wrong:
        measure.invariance(FACTORS, data).level("shape")
    assert wrong.value.code == "unknown-level"


def test_gaps_by_full_information() -> None:
    data = sample(ordered=False)
    columns = {name: data.column(name) for name in data.items}
    columns["x0"] = np.where(np.random.default_rng(0).random(2 * ROWS) < 0.1, np.nan, columns["x0"])
    found = measure.invariance(
        FACTORS,
        measure.Answers.of(columns, group=data.group),
        missing="fiml",
        levels=("configural", "metric", "scalar"),
    )
    assert found.models[0].n == 2 * ROWS
    assert found.holds == "scalar"
    table = found.table()
    assert table.column("level") == ("configural", "metric", "scalar")
    assert table.column("Δchisq")[0] is None
