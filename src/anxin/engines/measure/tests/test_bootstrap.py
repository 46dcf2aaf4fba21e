"""Bootstrap of any statistic, of alpha and of models: seeded, and the same as fitting each draw plainly."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from scipy.stats import bootstrap as scipy_bootstrap

from anxin.engines import measure
from anxin.engines.measure.bootstrap import summarised
from anxin.engines.measure.resampling import draw_counts
from anxin.engines.measure.tests.test_models_lavaan import answers

TWO = "tan =~ q1 + q2 + q3\ncare =~ q4 + q5 + q6\n"
ITEMS = ("q1", "q2", "q3", "q4", "q5", "q6")
FEW = {"draws": 100, "seed": 5}


def few(rows: int = 200) -> measure.Answers:
    return answers(gaps=False).rows(np.arange(rows))


def draws_of(n: int, seed: int, count: int = 100) -> list[np.ndarray]:
    return [np.repeat(np.arange(n), row.astype(int)) for block in draw_counts(n, count, seed) for row in block]


def test_draws_have_everyone_as_often_as_chance_has_it() -> None:
    counts = np.concatenate(list(draw_counts(50, 2000, 3)))
    assert counts.shape == (2000, 50)
    assert (counts.sum(axis=1) == 50).all()
    np.testing.assert_allclose(counts.mean(axis=0), 1, atol=0.12)
    assert counts.var() == pytest.approx(49 / 50, rel=0.05)  # binomial(50, 1/50)
    groups = np.arange(50) % 3
    within = np.concatenate(list(draw_counts(50, 20, 3, groups)))
    for code in range(3):
        assert (within[:, groups == code].sum(axis=1) == (groups == code).sum()).all()


def mean(data: measure.Answers) -> float:
    return float(data.column("q1").mean())


STATISTICS: dict[str, Any] = {
    "any": lambda seed, method="percentile": measure.bootstrap(mean, few(), draws=200, seed=seed, method=method),
    "alpha": lambda seed, method="percentile": measure.bootstrap_alpha(
        few(), items=ITEMS, draws=200, seed=seed, method=method
    ),
    "model": lambda seed, method="percentile": measure.bootstrap_model(
        measure.fit(TWO, few()), draws=200, seed=seed, method=method
    ),
    "ordinal model": lambda seed, method="percentile": measure.bootstrap_model(
        measure.fit("tan =~ q1 + q2 + q3", answers(gaps=False), ordered=True), draws=100, seed=seed, method=method
    ),
}


@pytest.mark.parametrize("what", STATISTICS)
def test_the_same_seed_gives_the_same_and_another_others(what: str) -> None:
    one, same, other = (STATISTICS[what](seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(one.replicates, same.replicates)
    assert one.to_dict() == same.to_dict()
    assert (one.low != other.low).any()
    np.testing.assert_array_equal(one.estimates, other.estimates)


@pytest.mark.parametrize("what", STATISTICS)
@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_what_a_result_holds(what: str, method: str) -> None:
    found = STATISTICS[what](4, method)
    assert found.method == method
    assert found.used == found.draws == len(found.replicates)
    assert (found.low < found.estimates).all()
    assert (found.estimates < found.high).all()
    np.testing.assert_allclose(found.errors, found.replicates.std(axis=0, ddof=1))
    np.testing.assert_allclose(found.bias, found.replicates.mean(axis=0) - found.estimates, atol=1e-12)
    if method == "percentile":
        np.testing.assert_allclose([found.low, found.high], np.quantile(found.replicates, [0.025, 0.975], axis=0))
    assert found.table().column("statistic") == found.names
    stored = json.loads(json.dumps(found.to_dict()))
    assert "replicates" not in stored
    assert stored["names"] == list(found.names)
    assert repr(found).startswith(f"<Bootstrap: {found.draws} draws, {method} 95%")


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_intervals_are_scipys(method: Any) -> None:
    rng = np.random.default_rng(1)
    values = rng.exponential(size=120)
    found = measure.bootstrap(
        lambda data: float(np.var(data.column("x"))), {"x": values}, draws=4000, method=method, level=0.9, seed=1
    )
    theirs = scipy_bootstrap(
        (values,), np.var, n_resamples=8000, method={"bca": "BCa"}.get(method, method), confidence_level=0.9,
        rng=np.random.default_rng(2),
    )  # fmt: skip
    spread = float(theirs.standard_error)
    assert found.errors[0] == pytest.approx(spread, rel=0.06)
    assert found.low[0] == pytest.approx(theirs.confidence_interval.low, abs=0.12 * spread)
    assert found.high[0] == pytest.approx(theirs.confidence_interval.high, abs=0.25 * spread)


def test_bca_moves_percentiles_by_bias_and_acceleration() -> None:
    # Efron 1987 by hand: 1,000 replicates of which 600 lie below the estimate, acceleration 0.05.
    from scipy.stats import norm

    replicates = np.arange(1000.0)[:, None]
    influences = np.zeros((3, 1))
    influences[:, 0] = [1, 0, 0]  # a = 1 / 6
    found = summarised(("x",), np.array([599.5]), replicates, 1000, 0.95, "bca", 0, influences)
    z0, a = norm.ppf(0.6), 1 / 6
    for end, z in ((found.low[0], norm.ppf(0.025)), (found.high[0], norm.ppf(0.975))):
        share = norm.cdf(z0 + (z0 + z) / (1 - a * (z0 + z)))
        assert end == pytest.approx(np.quantile(replicates, share))


def test_alpha_of_each_draw_is_alpha_of_the_drawn_answers() -> None:
    data = few(60).select(ITEMS)
    found = measure.bootstrap_alpha(data, **FEW)
    plain = [measure.cronbach_alpha(data.rows(rows)).raw for rows in draws_of(60, 5)]
    np.testing.assert_allclose(found.replicates[:, 0], plain, rtol=1e-10)
    assert found.estimates[0] == pytest.approx(measure.cronbach_alpha(data).raw, rel=1e-12)
    general = measure.bootstrap(lambda one: measure.cronbach_alpha(one).raw, data, method="bca", **FEW)
    quick = measure.bootstrap_alpha(data, method="bca", **FEW)
    np.testing.assert_allclose(quick.replicates, general.replicates, rtol=1e-10)
    assert (quick.low[0], quick.high[0]) == pytest.approx((general.low[0], general.high[0]), rel=1e-9)


def refits(model: str, data: measure.Answers, names: tuple[str, ...], seed: int, **options: Any) -> np.ndarray:
    found = []
    for rows in draws_of(data.n, seed):
        fitted = measure.fit(model, data.rows(rows), **options)
        assert fitted.converged
        found.append([fitted.get(name).estimate for name in names])
    return np.array(found)


@pytest.mark.parametrize(
    ("model", "options", "rows"),
    [
        (TWO, {}, 200),
        (TWO, {"estimator": "MLR", "std_lv": True}, 200),
        ("tan =~ q1 + a*q2 + a*q3\ncare =~ q4 + b*q5 + q6\nboth := a + b", {}, 200),
        ("tan =~ q1 + q2 + q3\nq1 ~ 1\nl1 ~ tan", {"means": True}, 200),
        (TWO, {"ordered": True}, 640),
        (TWO, {"estimator": "ULSMV"}, 640),
        ("buy =~ b1 + b2 + b3\ntan =~ q1 + q2 + q3", {"ordered": True}, 640),
    ],
)
def test_a_models_draws_are_plain_refits(model: str, options: dict[str, Any], rows: int) -> None:
    data = few(rows)
    found = measure.bootstrap_model(measure.fit(model, data, **options), **FEW)
    plain = refits(model, data, found.names, 5, **options)
    np.testing.assert_allclose(found.replicates, plain, rtol=1e-5, atol=1e-5)


def test_groups_are_drawn_apart_with_equalities_between_them() -> None:
    fitted = measure.fit(TWO, answers(gaps=False), group="group", equal=("loadings", "intercepts"))
    found = measure.bootstrap_model(fitted, **FEW)
    assert "tan=~q2" in found.names  # shared: once
    assert {"tan~~tan (1)", "tan~~tan (2)", "tan~1 (2)"} <= set(found.names)
    errors = [one.se for one in fitted.estimates if one.free and not (one.group == "2" and one.op in ("=~",))]
    assert len(found.names) == fitted.work.freedom.count <= len(errors)
    place = found.names.index("care=~q5")
    assert found.errors[place] == pytest.approx(fitted.get("care=~q5", "1").se, rel=0.35)
    again = measure.bootstrap_model(fitted, draws=100, seed=5)
    np.testing.assert_array_equal(found.replicates, again.replicates)


@pytest.mark.parametrize("options", [{"estimator": "MLR"}, {"ordered": True}])
def test_standard_deviations_of_draws_are_the_robust_errors(options: dict[str, Any]) -> None:
    fitted = measure.fit(TWO, answers(gaps=False), **options)
    found = measure.bootstrap_model(fitted, draws=300, seed=2)
    errors = np.array([fitted.get(name).se for name in found.names])
    np.testing.assert_allclose(found.errors, errors, rtol=0.25)
    assert np.mean(found.errors / errors) == pytest.approx(1, abs=0.06)


def test_standardised_draws() -> None:
    fitted = measure.fit(TWO, few())
    found = measure.bootstrap_model(fitted, standardised=True, **FEW)
    assert "tan=~q1" in found.names  # fixed at 1, yet it has a standardised value
    np.testing.assert_allclose(found.estimates, [fitted.get(name).std_all for name in found.names])
    drawn = measure.fit(TWO, few().rows(draws_of(200, 5)[7]))
    np.testing.assert_allclose(found.replicates[7], [drawn.get(name).std_all for name in found.names], atol=1e-5)


@pytest.mark.parametrize("options", [{}, {"ordered": True}])
def test_bca_of_a_model_is_the_general_ones(options: dict[str, Any]) -> None:
    """Acceleration through influences beside leaving out each respondent in turn."""
    model, data = "tan =~ q1 + q2 + q3", few(150)
    fitted = measure.fit(model, data, **options)
    quick = measure.bootstrap_model(fitted, method="bca", **FEW)
    names = [name for name in quick.names if "|" not in name]

    def statistic(drawn: measure.Answers) -> dict[str, float]:
        one = measure.fit(model, drawn, **options)
        return {name: one.get(name).estimate for name in names}

    general = measure.bootstrap(statistic, data, method="bca", **FEW)
    for place, name in enumerate(names):
        own = quick.names.index(name)
        assert quick.low[own] == pytest.approx(general.low[place], abs=0.25 * general.errors[place])
        assert quick.high[own] == pytest.approx(general.high[place], abs=0.4 * general.errors[place])


def test_several_named_statistics_and_groups() -> None:
    data = measure.Answers.of(few(), group="group")

    def statistic(drawn: measure.Answers) -> dict[str, float]:
        return {name: float(part.column("q1").mean()) for name, part in drawn.by_group()}

    found = measure.bootstrap(statistic, data, within_groups=True, **FEW)
    assert found.names == ("1", "2")
    listed = measure.bootstrap(lambda one: [1.0 * one.n, mean(one)], few(), **FEW)
    assert listed.names == ("statistic 1", "statistic 2")
    assert (listed.low[0], listed.high[0], listed.errors[0]) == (200, 200, 0)


def test_draws_without_a_result_are_counted() -> None:
    data = {"x": [1.0, *[0.0] * 5, 2.0, 3.0]}

    def statistic(drawn: measure.Answers) -> float:
        if not (drawn.column("x") == 3).any():
            raise measure.BadData("no three", code="no-three")
        return mean_of(drawn)

    def mean_of(drawn: measure.Answers) -> float:
        return float(drawn.column("x").mean())

    found = measure.bootstrap(statistic, data, **FEW)
    assert found.used < 100
    (caution,) = found.cautions
    assert caution.code == "draws-failed"
    assert f"{100 - found.used} of 100" in str(caution)

    def seldom(drawn: measure.Answers) -> float:
        if len(np.unique(drawn.column("x"))) < 4:
            raise measure.BadData("too alike", code="too-alike")
        return mean_of(drawn)

    with pytest.raises(measure.BadData) as wrong:
        measure.bootstrap(seldom, data, **FEW)
    assert wrong.value.code == "bootstrap-failed"


@pytest.mark.parametrize(
    ("options", "about"),
    [
        ({"draws": 0}, "draws"),
        ({"draws": 50}, "draws"),
        ({"level": 95}, "level"),
        ({"level": 0.3}, "level"),
        ({"method": "basic"}, "method"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, Any], about: str) -> None:
    fitted = measure.fit(TWO, few())
    for call in (
        lambda: measure.bootstrap(mean, few(), **options),
        lambda: measure.bootstrap_alpha(few(), items=ITEMS, **options),
        lambda: measure.bootstrap_model(fitted, **options),
    ):
        with pytest.raises(measure.BadModel) as wrong:
            call()
        assert (wrong.value.code, wrong.value.about) == ("bad-option", (about,))


def test_what_cannot_be_bootstrapped() -> None:
    data = few()
    cases: list[tuple[Any, str]] = [
        (lambda: measure.bootstrap_alpha(data, items=["q1"]), "one-item"),
        (lambda: measure.bootstrap_alpha({"a": [1, 2], "b": [2, 1]}), "too-few"),
        (lambda: measure.bootstrap_alpha({"a": [1, 2, 3], "b": [np.nan] * 3}), "all-missing"),
        (lambda: measure.bootstrap_alpha({"a": [1, 2, 3, 4], "b": [4, 3, 2, 1]}), "constant-total"),
        (lambda: measure.bootstrap_alpha(measure.Answers.of(data, weights="age"), items=ITEMS), "weights"),
        (lambda: measure.bootstrap(mean, data, within_groups=True), "no-groups"),
        (lambda: measure.bootstrap(lambda one: np.nan, data), "no-statistic"),
        (lambda: measure.bootstrap(lambda one: one.column("zz").mean(), data), "no-item"),
        (lambda: measure.bootstrap_model(measure.fit(TWO, answers(gaps=True), missing="fiml")), "bad-option"),
        (lambda: measure.bootstrap_model(measure.fit(TWO, data, estimator="MLR", weights="age")), "weights"),
    ]
    for call, code in cases:
        with pytest.raises(measure.MeasureError) as wrong:
            call()
        assert wrong.value.code == code
