"""Exploratory factor analysis as a whole: R's fit indices, simulated truth, scores, cautions, errors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, stats

from anxin.engines.measure import Answers, BadData, BadModel, NotIdentified
from anxin.engines.measure.factors import efa, efa_of, factor_scores
from anxin.engines.measure.factors.fit import rmsea_interval
from anxin.engines.measure.factors.rotation import aligned
from anxin.engines.measure.moments import moments
from anxin.engines.measure.tests import reference
from anxin.engines.measure.tests.test_extraction import noisy

SETS = [("hs", 3), ("servperf_500", 5), ("bfi", 5), ("servperf_50000", 5)]


def likert(seed: int, n: int = 400, p: int = 9, k: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n, k)) + 0.6 * rng.normal(size=(n, 1))
    latent = factors[:, np.arange(p) % k] + rng.normal(size=(n, p))
    return (3 + np.clip(np.rint(latent), -2, 2)).astype(np.int8)


@pytest.mark.shared
@pytest.mark.parametrize(("name", "k"), SETS)
@pytest.mark.parametrize(
    ("key", "method", "rotation"),
    [
        ("psych.fa.minres.varimax", "minres", "varimax"),
        ("psych.fa.minres.oblimin", "minres", "oblimin"),
        ("psych.fa.ml.oblimin", "ml", "oblimin"),
    ],
)
def test_agrees_with_psych(shared: Path, name: str, k: int, key: str, method: str, rotation: str) -> None:
    theirs = reference.estimates(shared, name)[key]
    found = efa(reference.answers(shared, name), k, method=method, rotation=rotation)
    order, signs = aligned(found.pattern, np.array(theirs["L"]))
    np.testing.assert_allclose(found.pattern[:, order] * signs, theirs["L"], atol=1e-5)
    np.testing.assert_allclose(found.communalities, theirs["h2"], atol=1e-5)
    assert found.fit.rmsea == pytest.approx(theirs["rmsea"], abs=1e-6)
    assert found.fit.tli == pytest.approx(theirs["tli"], abs=1e-6)
    assert found.fit.chi_square == pytest.approx(theirs["chi"], rel=1e-5)


@pytest.mark.shared
@pytest.mark.parametrize(("name", "k"), SETS)
def test_agrees_with_factanal(shared: Path, name: str, k: int) -> None:
    theirs = reference.estimates(shared, name)["stats.factanal.varimax"]
    found = efa(reference.answers(shared, name), k, method="ml", rotation="varimax")
    assert found.fit.chi_square == pytest.approx(theirs["chisq"], rel=1e-5)


@pytest.mark.shared
def test_agrees_with_psych_on_half_a_million(shared: Path) -> None:
    theirs = reference.estimates(shared, "servperf_500000")["psych.fa.minres.oblimin"]
    found = efa(reference.answers(shared, "servperf_500000"), 5)
    order, signs = aligned(found.pattern, np.array(theirs["L"]))
    np.testing.assert_allclose(found.pattern[:, order] * signs, theirs["L"], atol=1e-5)
    np.testing.assert_allclose(found.phi[np.ix_(order, order)] * np.outer(signs, signs), theirs["Phi"], atol=1e-5)


@pytest.mark.shared
@pytest.mark.parametrize("rotation", ["oblimin", "geomin", "promax"])
def test_the_simulated_truth_is_recovered(shared: Path, rotation: str) -> None:
    """Of the polychoric correlations of 50,000 answers the true loadings come back; of Pearson's, smaller ones."""
    truth = json.loads((shared / "reference" / "servperf_truth.json").read_text())
    pattern = np.zeros((22, 5))
    pattern[np.arange(22), truth["factor"]] = truth["lambda"]
    answers = reference.answers(shared, "servperf_50000")
    rho = np.array(reference.estimates(shared, "servperf_50000")["lavaan.lavCor.polychoric"]["rho"])
    slack = {"oblimin": 0.02, "geomin": 0.035, "promax": 0.07}[rotation]
    found = efa(answers, 5, r=rho, rotation=rotation)
    order, signs = aligned(found.pattern, pattern)
    np.testing.assert_allclose(found.pattern[:, order] * signs, pattern, atol=slack)
    np.testing.assert_allclose(found.phi[np.ix_(order, order)], truth["phi"], atol=slack)
    np.testing.assert_allclose(found.communalities, np.square(truth["lambda"]), atol=0.015)
    assert "given-correlations" in [caution.code for caution in found.cautions]
    pearson = efa(answers, 5, rotation=rotation)
    assert np.all(pearson.communalities < found.communalities)


def test_what_belongs_together_fits_together() -> None:
    found = efa(likert(1), 3)
    reproduced = found.pattern @ found.phi @ found.pattern.T
    np.testing.assert_allclose(found.communalities, np.diagonal(reproduced), atol=1e-14)
    np.testing.assert_allclose(found.communalities + found.uniquenesses, 1, atol=1e-14)
    np.testing.assert_allclose(found.residuals, found.r - reproduced, atol=1e-14)
    assert found.ss_loadings.sum() == pytest.approx(found.communalities.sum())
    np.testing.assert_allclose(found.proportion, found.ss_loadings / 9)
    np.testing.assert_allclose(found.eigenvalues, np.linalg.eigvalsh(found.r)[::-1])
    off = found.residuals[np.triu_indices(9, 1)]
    assert found.fit.rmsr == pytest.approx(np.sqrt(np.mean(off**2)))


def test_chi_square_is_the_likelihood_ratio() -> None:
    found = efa(likert(2), 2, method="ml")
    model = found.r - found.residuals
    np.fill_diagonal(model, 1.0)
    n, p = 400, 9
    ratio = stats.multivariate_normal.logpdf
    rows = np.linalg.cholesky(found.r) * np.sqrt(p)  # p points whose covariance is r
    difference = np.mean(ratio(rows.T, cov=found.r) - ratio(rows.T, cov=model)) * 2
    assert found.fit.objective == pytest.approx(difference, rel=1e-6)
    assert found.fit.chi_square == pytest.approx(found.fit.objective * (n - 1 - (2 * p + 5) / 6 - 4 / 3))
    assert found.fit.df == 19
    assert found.fit.p == pytest.approx(stats.chi2.sf(found.fit.chi_square, 19), rel=1e-9)


def test_rmsea_interval_inverts_the_noncentral_chi_square() -> None:
    found = rmsea_interval(85.3055, 24, 301)
    for end, share in ((found.low, 0.95), (found.high, 0.05)):
        away = optimize.brentq(lambda x, share=share: stats.ncx2.cdf(85.3055, 24, x) - share, 1e-9, 500)
        assert end == pytest.approx(np.sqrt(away / (24 * 300)), rel=1e-8)
    assert rmsea_interval(10.0, 24, 301).low == rmsea_interval(10.0, 24, 301).high == 0
    assert np.isnan(rmsea_interval(10.0, 0, 301).high)


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_order_of_rows_and_items_and_affine_recoding(method: str) -> None:
    data = likert(3)
    rng = np.random.default_rng(3)
    plain = efa(data, 3, method=method)
    rows, columns = rng.permutation(len(data)), rng.permutation(9)
    np.testing.assert_array_equal(efa(data[rows], 3, method=method).pattern, plain.pattern)
    np.testing.assert_allclose(efa(data[:, columns], 3, method=method).pattern, plain.pattern[columns], atol=1e-5)
    recoded = data * np.linspace(0.5, 4, 9) + np.arange(9)
    np.testing.assert_allclose(efa(recoded, 3, method=method).pattern, plain.pattern, atol=1e-6)
    turned = efa(Answers.of(data).reversed(["item2"], low=1, high=5), 3, method=method, rotation="varimax")
    same = efa(data, 3, method=method, rotation="varimax")
    np.testing.assert_allclose(np.abs(turned.pattern), np.abs(same.pattern), atol=1e-6)
    assert np.sign(turned.pattern[1]).tolist() == (-np.sign(same.pattern[1])).tolist()


def test_from_a_matrix_as_from_answers() -> None:
    data = Answers.of(likert(4))
    found = moments(data)
    plain = efa(data, 3, method="ml")
    for matrix in (found.cov, found.cor):
        np.testing.assert_allclose(efa_of(matrix, 3, n=400, method="ml").pattern, plain.pattern, atol=1e-8)
    assert efa_of(found.cov, 3, n=400).fit.chi_square == pytest.approx(efa(data, 3).fit.chi_square)
    unknown = efa_of(found.cov, 3)
    assert np.isnan(unknown.fit.chi_square)
    assert np.isnan(unknown.n)
    assert unknown.fit.rmsr == pytest.approx(efa(data, 3).fit.rmsr)
    assert unknown.to_dict()["fit"]["chi_square"] is None


def test_weights_and_pairwise_missing_reach_the_correlations() -> None:
    data = likert(5).astype(float)
    weights = np.random.default_rng(5).integers(1, 4, 400).astype(float)
    weighted = efa(Answers.of(data, weights=weights), 3)
    repeated = efa(np.repeat(data, weights.astype(int), axis=0), 3)
    np.testing.assert_allclose(weighted.pattern, repeated.pattern, atol=1e-6)
    assert weighted.n == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert "weighted" in [caution.code for caution in weighted.cautions]
    data[::7, 2] = np.nan
    gaps = efa(data, 3, missing="pairwise")
    np.testing.assert_allclose(gaps.r, moments(data, missing="pairwise").cor)
    assert 342 < gaps.n < 400
    dropped = next(one for one in efa(data, 3).cautions if one.code == "dropped")
    assert "58 of 400" in dropped.text


@pytest.mark.parametrize("method", ["regression", "bartlett", "tenberge"])
def test_scores(method: str) -> None:
    data = Answers.of(likert(6))
    found = efa(data, 3)
    scored = factor_scores(found, data, method)
    z = (data.values - data.values.mean(axis=0)) / data.values.std(axis=0, ddof=1)
    np.testing.assert_allclose(scored.scores, z @ scored.weights, atol=1e-12)
    np.testing.assert_allclose(scored.correlations, np.corrcoef(scored.scores.T), atol=1e-10)
    if method == "regression":
        np.testing.assert_allclose(found.r @ scored.weights, found.structure, atol=1e-10)
        squared = np.diagonal(found.structure.T @ np.linalg.solve(found.r, found.structure))
        np.testing.assert_allclose(scored.validity**2, squared, atol=1e-10)
    if method == "bartlett":  # conditionally unbiased: the factors weigh 1 on themselves, 0 on the others
        np.testing.assert_allclose(scored.weights.T @ found.pattern, np.eye(3), atol=1e-10)
    if method == "tenberge":
        np.testing.assert_allclose(scored.correlations, found.phi, atol=1e-10)


def test_a_factor_without_loadings_has_no_scores() -> None:
    general = np.linspace(0.4, 0.8, 6)
    r = np.outer(general, general) + np.diag(1 - general**2)
    found = efa_of(r, 2, n=200)
    for method in ("regression", "bartlett", "tenberge"):
        with pytest.raises(BadModel, match="fewer than 2 factors"):
            factor_scores(found, likert(6)[:, :6], method)


def test_scores_of_new_answers_use_the_old_scale_and_leave_gaps() -> None:
    data = likert(7).astype(float)
    found = efa(data, 3)
    more = data[:20].copy()
    more[3, 1] = np.nan
    scored = factor_scores(found, more)
    np.testing.assert_allclose(scored.scores[:3], factor_scores(found, data).scores[:3], atol=1e-12)
    assert np.isnan(scored.scores[3]).all()
    assert "1 of 20" in scored.cautions[0].text
    by_matrix = factor_scores(efa_of(moments(data).cov, 3), data)
    np.testing.assert_allclose(np.abs(by_matrix.scores), np.abs(factor_scores(found, data).scores), atol=1e-6)


def test_cautions_name_what_is_wrong() -> None:
    heywood = efa_of([[1, 0.9, 0.8], [0.9, 1, 0.5], [0.8, 0.5, 1]], 1, items=["x", "y", "z"])
    caution = next(one for one in heywood.cautions if one.code == "heywood")
    assert caution.about == ("x",)
    with pytest.raises(BadModel, match="Bartlett scores need uniquenesses above 0, and x"):
        factor_scores(heywood, {"x": [1, 2, 4, 3], "y": [2, 1, 3, 3], "z": [1, 3, 3, 2]}, "bartlett")
    thin = efa(likert(8)[:40], 4)
    codes = {one.code for one in thin.cautions}
    assert {"few-answers", "few-for-items", "thin-factor"} <= codes


def test_a_matrix_that_is_not_positive_definite() -> None:
    r = noisy(1, p=8)
    r[0, 1] = r[1, 0] = 1.0
    found = efa_of(r, 2, n=200)
    assert np.isnan(found.fit.chi_square)
    assert np.isfinite(found.fit.rmsr)
    assert "not-positive-definite" in [one.code for one in found.cautions]
    with pytest.raises(BadData, match="maximum likelihood") as caught:
        efa_of(r, 2, n=200, method="ml")
    assert {"item1", "item2"} <= set(caught.value.about)


def test_errors() -> None:
    data = likert(9)
    with pytest.raises(NotIdentified, match="9 items cannot settle 6 factors"):
        efa(data, 6)
    constant = data.copy()
    constant[:, 4] = 3
    with pytest.raises(BadData, match="item5"):
        efa(constant, 2)
    with pytest.raises(BadData, match="There is no item q"):
        efa(Answers.of(data), 2, items=["item1", "q"])
    with pytest.raises(BadModel, match="no rotation 'simplimax'"):
        efa(data, 2, rotation="simplimax")
    with pytest.raises(BadModel, match="no method 'uls'"):
        efa(data, 2, method="uls")
    with pytest.raises(BadData, match="more than 3, not 2"):
        efa_of(np.eye(5), 1, n=2)
    with pytest.raises(BadData, match="3 items and 9 names"):
        efa(data, 1, r=np.eye(3))
    with pytest.raises(BadModel, match="'regression', 'bartlett' or 'tenberge'"):
        factor_scores(efa(data, 3), data, "anderson")
    with pytest.raises(BadData, match="nobody can be scored"):
        factor_scores(efa(data, 3), np.full((4, 9), np.nan))


def test_tables_and_headline() -> None:
    found = efa(Answers.of(likert(10), items=[f"q{place}" for place in range(9)]), 3)
    assert found.headline().startswith("3 factors of 9 items, minimum residual, oblimin: ")
    assert found.table().columns == ("item", "F1", "F2", "F3", "h2", "u2", "complexity")
    assert found.table().column("item") == found.items
    rows = found.sorted_table().records()
    assert sorted(row["item"] for row in rows) == sorted(found.items)
    homes = [max(("F1", "F2", "F3"), key=lambda name, row=row: abs(row[name])) for row in rows]
    assert homes == sorted(homes)
    assert found.variance_table().column("cumulative")[-1] == pytest.approx(found.proportion.sum())
    assert "RMSEA" in str(found.fit.table())
    assert json.dumps(found.to_dict())
