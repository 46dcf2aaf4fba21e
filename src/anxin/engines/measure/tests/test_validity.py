"""HTMT, Fornell–Larcker, composite reliability and omega: against their formulas and on simulated truth."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from anxin.engines import measure
from anxin.engines.measure.tests.test_models_lavaan import answers

TWO = {"tan": ["q1", "q2", "q3"], "care": ["q4", "q5", "q6"]}
THREE = {**TWO, "sat": ["s1", "s2", "s3"]}


def fitted(model: Any, **options: Any) -> measure.FittedModel:
    return measure.fit(model, answers(gaps=False), **options)


@pytest.mark.parametrize("ordinal", [False, True])
def test_htmt_is_its_formula(ordinal: bool) -> None:
    data = answers(gaps=False)
    found = measure.htmt(data, THREE, ordinal=ordinal)
    names = [item for items in THREE.values() for item in items]
    matrix = (
        measure.polychoric(data, items=names).matrix
        if ordinal
        else np.corrcoef(np.array([data.column(item) for item in names]))
    )
    r = {(a, b): abs(matrix[i, j]) for i, a in enumerate(names) for j, b in enumerate(names)}
    for i, j in combinations(range(3), 2):
        one, other = list(THREE.values())[i], list(THREE.values())[j]
        across = np.array([r[a, b] for a in one for b in other])
        within = [np.array([r[pair] for pair in combinations(items, 2)]) for items in (one, other)]
        arithmetic = across.mean() / np.sqrt(within[0].mean() * within[1].mean())
        root = [np.prod(values) ** (1 / len(values)) for values in (across, *within)]
        assert found.htmt[i, j] == found.htmt[j, i] == pytest.approx(arithmetic)
        assert found.htmt2[i, j] == found.htmt2[j, i] == pytest.approx(root[0] / np.sqrt(root[1] * root[2]))
    np.testing.assert_array_equal(found.htmt.diagonal(), 1)
    assert found.factors == ("tan", "care", "sat")
    assert found.ordinal is ordinal
    table = found.table()
    assert table.rows[1][1] == found.htmt[1, 0]
    assert table.rows[0][2] == found.htmt2[0, 1]


def test_htmt_is_the_factors_correlation_where_items_are_alike() -> None:
    rng = np.random.default_rng(0)
    f = rng.standard_normal(100_000)
    g = 0.6 * f + 0.8 * rng.standard_normal(100_000)
    data = {f"x{i}": 0.8 * (f if i < 3 else g) + 0.6 * rng.standard_normal(100_000) for i in range(6)}
    data["x5"] = -data["x5"]  # correlations enter by their size
    found = measure.htmt(data, {"f": ["x0", "x1", "x2"], "g": ["x3", "x4", "x5"]})
    assert found.htmt[0, 1] == pytest.approx(0.6, abs=0.01)
    assert found.htmt2[0, 1] == pytest.approx(0.6, abs=0.01)


def test_factors_that_are_one_are_a_caution() -> None:
    assert not measure.htmt(answers(gaps=False), TWO).cautions
    same = measure.htmt(answers(gaps=False), {"a": ["l1", "l3"], "b": ["l2", "s1"]})
    assert same.htmt[0, 1] > 0.9
    (caution,) = same.cautions
    assert (caution.code, caution.about) == ("not-distinct", ("a and b",))
    assert "1 pairs above" in repr(same)


@pytest.mark.parametrize(
    ("factors", "options", "code", "about"),
    [
        ({"a": ["q1", "q2"]}, {}, "one-factor", ()),
        ({"a": ["q1", "q2"], "b": ["q3"]}, {}, "one-item", ("b",)),
        ({"a": ["q1", "q2"], "b": ["q2", "q3"]}, {}, "item-twice", ("q2",)),
        ({"a": ["q1", "q2"], "b": ["q3", "zz"]}, {}, "no-item", ("zz",)),
        ({"a": ["q1", "q2"], "b": ["q3", "age"]}, {"ordinal": True}, "too-many-categories", ("age",)),
    ],
)
def test_htmt_refuses(
    factors: dict[str, list[str]], options: dict[str, Any], code: str, about: tuple[str, ...]
) -> None:
    with pytest.raises(measure.MeasureError) as wrong:
        measure.htmt(answers(gaps=False), factors, **options)
    assert (wrong.value.code, wrong.value.about) == (code, about)


@pytest.mark.parametrize("options", [{}, {"ordered": True}])
def test_fornell_and_larcker(options: dict[str, Any]) -> None:
    model = fitted(THREE, **options)
    found = measure.fornell_larcker(model)
    standard = model.loading_matrix()
    ave = (standard**2).sum(axis=0) / (standard != 0).sum(axis=0)
    np.testing.assert_allclose(found.ave, ave)
    np.testing.assert_allclose(found.correlations, model.factor_correlations())
    assert found.correlations[0, 1] == pytest.approx(model.get("tan~~care").std_all)
    largest = np.abs(found.correlations - np.eye(3)).max(axis=1)
    assert found.distinct == tuple((np.sqrt(ave) > largest).tolist())
    np.testing.assert_allclose([found.table().rows[i][i + 1] for i in range(3)], np.sqrt(ave))
    assert found.table().rows[0][2] is None
    weak = [name for name, one in zip(model.latents, ave, strict=True) if one < 0.5]
    assert [one.about for one in found.cautions] == ([tuple(weak)] if weak else [])
    assert bool(weak) is not options.get("ordered", False)  # of these answers, only the plain loadings are that low


def test_factors_that_share_more_than_they_hold_are_not_distinct() -> None:
    found = measure.fornell_larcker(fitted({"a": ["q1", "q2", "q3"], "b": ["s1", "l1", "s2"], "c": ["s3", "l2", "l3"]}))
    assert found.distinct == (True, False, False)
    assert "not distinct: b, c" in repr(found)
    with pytest.raises(measure.BadModel) as wrong:
        measure.fornell_larcker(fitted({"a": ["q1", "q2", "q3"]}))
    assert wrong.value.code == "one-factor"


def test_composites_are_their_formulas() -> None:
    model = fitted(TWO)
    found = measure.composites(model)
    data = answers(gaps=False)
    for one in found.composites:
        loadings = np.array([model.get(f"{one.factor}=~{item}").estimate for item in one.items])
        standard = np.array([model.get(f"{one.factor}=~{item}").std_all for item in one.items])
        variance = model.get(f"{one.factor}~~{one.factor}").estimate
        errors = np.array([model.get(f"{item}~~{item}").estimate for item in one.items])
        true = loadings.sum() ** 2 * variance
        assert one.items == tuple(TWO[one.factor])
        assert one.composite == pytest.approx(standard.sum() ** 2 / (standard.sum() ** 2 + (1 - standard**2).sum()))
        assert one.omega == pytest.approx(true / (true + errors.sum()))
        total = np.var(sum(data.column(item) for item in one.items))
        assert one.omega_observed == pytest.approx(true / total)
        assert one.ave == pytest.approx((standard**2).mean())
        explained = (loadings**2).sum() * variance
        assert one.ave_model == pytest.approx(explained / (explained + errors.sum()))
    assert found.get("care") is found.composites[1]
    assert found.table().column("factor") == ("tan", "care")
    with pytest.raises(measure.BadModel, match="'love'"):
        found.get("love")


def test_residual_covariances_count_and_cross_loadings_are_a_caution() -> None:
    related = fitted("tan =~ q1 + q2 + q3\ncare =~ q4 + q5 + q6\nq1 ~~ q2")
    one = measure.composites(related).get("tan")
    true = sum(related.get(f"tan=~{item}").estimate for item in one.items) ** 2 * related.get("tan~~tan").estimate
    errors = sum(related.get(f"{item}~~{item}").estimate for item in one.items) + 2 * related.get("q1~~q2").estimate
    assert one.omega == pytest.approx(true / (true + errors))
    crossed = measure.composites(fitted("tan =~ q1 + q2 + q3 + q6\ncare =~ q4 + q5 + q6"))
    (caution,) = crossed.cautions
    assert (caution.code, caution.about) == ("cross-loading", ("q6",))


def test_groups_have_their_own() -> None:
    model = fitted(TWO, group="group")
    found = measure.composites(model)
    assert [(one.factor, one.group) for one in found.composites] == [
        ("tan", "1"), ("care", "1"), ("tan", "2"), ("care", "2"),
    ]  # fmt: skip
    data = answers(gaps=False)
    second = measure.composites(measure.fit(TWO, data.rows(data.column("group") == 2)))
    assert found.get("care", "2").omega == pytest.approx(second.get("care").omega, abs=1e-6)


def test_categorical_omega_is_the_reliability_of_the_sum() -> None:
    """Green & Yang's omega of ordinal answers: the correlation of two sums of answers with the same truth behind them."""
    rng = np.random.default_rng(4)
    n, cuts = 100_000, np.array([0.4, 1.0, 1.5])
    f = rng.standard_normal(n)
    loadings = np.array([0.8, 0.7, 0.6])
    sums = []
    for _ in range(2):
        latent = f[:, None] * loadings + rng.standard_normal((n, 3)) * np.sqrt(1 - loadings**2)
        sums.append(np.searchsorted(cuts, latent))
    model = measure.fit({"f": ["a", "b", "c"]}, dict(zip("abc", sums[0].T, strict=True)), ordered=True)
    one = measure.composites(model).get("f")
    parallel = np.corrcoef(sums[0].sum(axis=1), sums[1].sum(axis=1))[0, 1]
    assert one.omega_ordinal == pytest.approx(parallel, abs=0.01)
    assert (
        one.omega > one.omega_ordinal + 0.02
    )  # of the variables behind the answers, which are better than the answers


def test_general_omega_of_each_kind_of_model() -> None:
    single = fitted({"f": ["q1", "q2", "q3"]})
    one = measure.general_omega(single)
    omega = measure.composites(single).get("f").omega
    assert (one.total, one.hierarchical) == pytest.approx((omega, omega))
    assert "one-factor model, ML" in repr(one)

    correlated = measure.general_omega(fitted(THREE))
    assert np.isnan(correlated.hierarchical)
    assert (correlated.general, correlated.model) == ("", "correlated factors, ML")

    text = "".join(f"{name} =~ {' + '.join(items)}\n" for name, items in THREE.items())
    for options in ({}, {"ordered": True}):
        # Three factors under one more are the three correlated ones, written in another way.
        second = fitted(f"{text}g =~ tan + care + sat", **options)
        found = measure.general_omega(second)
        assert found.general == "g"
        assert "second-order" in found.model
        assert found.total == pytest.approx(measure.general_omega(fitted(THREE, **options)).total, abs=1e-4)
        reach = np.concatenate([
            second.get(f"g=~{name}").estimate * second.loading_matrix(standardised=False)[:, place][3 * place : 3 * place + 3]
            for place, name in enumerate(THREE)
        ])  # fmt: skip
        general = reach.sum() ** 2 * second.get("g~~g").estimate / second.implied().sum()
        assert found.hierarchical == pytest.approx(general, rel=1e-6)
        assert found.hierarchical < found.total


def test_omega_of_a_bifactor_model() -> None:
    rng = np.random.default_rng(1)
    n = 20_000
    general = np.array([0.7, 0.6, 0.5, 0.4, 0.6, 0.7, 0.5, 0.7, 0.6])
    own = np.array([0.5, 0.3, 0.6, 0.5, 0.4, 0.3, 0.3, 0.5, 0.6])
    errors = 1 - general**2 - own**2
    g, s = rng.standard_normal(n), rng.standard_normal((n, 3))
    items = g[:, None] * general + np.repeat(s, 3, axis=1) * own + rng.standard_normal((n, 9)) * np.sqrt(errors)
    data = {f"x{i}": items[:, i] for i in range(9)}
    text = "g =~ " + " + ".join(data) + "\na =~ x0 + x1 + x2\nb =~ x3 + x4 + x5\nc =~ x6 + x7 + x8"
    found = measure.general_omega(measure.fit(text, data, orthogonal=True, std_lv=True))
    common, special = general.sum() ** 2, (own.reshape(3, 3).sum(axis=1) ** 2).sum()
    assert found.model == "bifactor model, ML"
    assert found.hierarchical == pytest.approx(common / (common + special + errors.sum()), abs=0.02)
    assert found.total == pytest.approx((common + special) / (common + special + errors.sum()), abs=0.01)


def test_models_of_other_kinds_have_no_omega() -> None:
    with pytest.raises(measure.BadModel, match="l1") as wrong:
        measure.general_omega(fitted("tan =~ q1 + q2 + q3\nl1 ~ tan"))
    assert wrong.value.code == "no-items"
    for question in (measure.general_omega, measure.composites):
        with pytest.raises(measure.BadModel) as wrong:
            question(fitted("q1 ~ q2"))
        assert wrong.value.code == "no-items"
