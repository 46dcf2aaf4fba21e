"""How many factors: parallel analysis and MAP."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from anxin.engines.measure import Answers, BadData, BadModel
from anxin.engines.measure.factors import parallel_analysis, parallel_analysis_of
from anxin.engines.measure.factors.parallel import average_partials
from anxin.engines.measure.moments import moments
from anxin.engines.measure.tests import reference
from anxin.engines.measure.tests.test_efa import likert


@pytest.mark.shared
@pytest.mark.parametrize("name", ["hs", "servperf_500", "bfi"])
@pytest.mark.parametrize("simulated", ["normal", "permuted"])
def test_numbers_agree_with_psych(shared: Path, name: str, simulated: str) -> None:
    theirs = reference.estimates(shared, name)["psych.fa.parallel20"]
    found = parallel_analysis(reference.answers(shared, name), simulated=simulated, replications=20)
    assert (found.factors, found.components) == (theirs["nfact"], theirs["ncomp"])


@pytest.mark.shared
def test_the_simulated_truth_is_recovered(shared: Path) -> None:
    found = parallel_analysis(reference.answers(shared, "servperf_50000"))
    assert (found.factors, found.components, found.kaiser) == (5, 5, 5)


@pytest.mark.parametrize("simulated", ["normal", "permuted"])
@pytest.mark.parametrize("common", ["minres", "smc"])
def test_three_factors_are_found(simulated: str, common: str) -> None:
    found = parallel_analysis(likert(1, n=600, p=12), simulated=simulated, common=common, replications=30)
    assert found.factors == found.components == 3


def test_wishart_samples_are_those_of_normal_answers() -> None:
    """Means of the simulated eigenvalues equal those of drawn answers within their sampling error."""
    found = parallel_analysis_of(np.eye(6), n=50, replications=2000)
    rng = np.random.default_rng(9)
    drawn = [np.linalg.eigvalsh(np.corrcoef(rng.normal(size=(6, 50))))[::-1] for _ in range(2000)]
    error = np.std(drawn, axis=0) * np.sqrt(2 / 2000)
    assert np.all(np.abs(found.eigenvalues_mean - np.mean(drawn, axis=0)) < 5 * error)
    np.testing.assert_allclose(found.eigenvalues_limit, np.quantile(drawn, 0.95, axis=0), atol=0.03)


def test_noise_has_no_factor() -> None:
    noise = np.random.default_rng(11).integers(1, 6, (500, 10)).astype(np.int8)
    found = parallel_analysis(noise, replications=200, quantile=0.99)
    assert found.components == found.map_factors == 0


def test_rules_and_seed() -> None:
    data = likert(2)
    mean, quantile = parallel_analysis(data, rule="mean"), parallel_analysis(data)
    np.testing.assert_array_equal(mean.eigenvalues_limit, mean.eigenvalues_mean)
    assert np.all(quantile.eigenvalues_limit > mean.eigenvalues_limit)
    np.testing.assert_array_equal(parallel_analysis(data).common_limit, quantile.common_limit)
    assert np.any(parallel_analysis(data, seed=2).common_limit != quantile.common_limit)
    order = np.random.default_rng(2).permutation(9)
    turned = parallel_analysis(data[::-1][:, order])
    np.testing.assert_allclose(turned.eigenvalues, quantile.eigenvalues, atol=1e-12)
    assert turned.factors == quantile.factors


def test_correlations_of_ones_own() -> None:
    """Spearman's, say: made of the answers and of every permutation of them."""
    calls = []

    def ranks(answers: Answers) -> np.ndarray:
        calls.append(answers)
        values = np.argsort(np.argsort(answers.values, axis=0, kind="stable"), axis=0)
        return np.corrcoef(values.T)

    data = Answers.of(likert(3))
    found = parallel_analysis(data, correlate=ranks, replications=20)
    assert (found.simulated, len(calls)) == ("permuted", 21)
    np.testing.assert_allclose(found.eigenvalues, np.linalg.eigvalsh(ranks(data))[::-1], atol=1e-12)
    for mixed in calls[1:]:
        np.testing.assert_array_equal(np.sort(mixed.data, axis=0), np.sort(data.data, axis=0))
    with pytest.raises(BadModel, match="simulated='permuted'"):
        parallel_analysis(data, correlate=ranks, simulated="normal")


def test_map_by_hand() -> None:
    r = moments(likert(4)).cor
    values, vectors = np.linalg.eigh(r)
    off = ~np.eye(9, dtype=bool)
    for power in (2, 4):
        found = average_partials(r, power)
        assert found[0] == pytest.approx(np.mean(r[off] ** power))
        for taken in (1, 3):
            loadings = vectors[:, -taken:] * np.sqrt(values[-taken:])
            rest = r - loadings @ loadings.T
            scale = np.sqrt(np.diagonal(rest))
            assert found[taken] == pytest.approx(np.mean((rest / np.outer(scale, scale))[off] ** power))


def test_missing_answers_and_weights() -> None:
    data = likert(5).astype(float)
    data[::9, 0] = np.nan
    for missing in ("listwise", "pairwise"):
        found = parallel_analysis(data, missing=missing, simulated="permuted", replications=20)
        assert found.factors == 3
        assert {"dropped", "pairwise"} & {caution.code for caution in found.cautions}
    weights = np.random.default_rng(5).uniform(0.2, 3, 400)
    weighted = parallel_analysis(Answers.of(likert(5), weights=weights))
    assert weighted.n == pytest.approx(weights.sum() ** 2 / (weights**2).sum())


def test_cautions_tables_errors() -> None:
    data = likert(6)
    few = parallel_analysis(data, replications=10)
    assert "few-replications" in [caution.code for caution in few.cautions]
    assert len(few.table()) == 9
    assert few.headline().startswith(f"{few.factors} factors")
    for options, text in [
        ({"rule": "median"}, "'quantile' or 'mean'"),
        ({"simulated": "uniform"}, "'normal' or 'permuted'"),
        ({"common": "ones"}, "'minres' or 'smc'"),
        ({"quantile": 1.5}, "between 0 and 1"),
        ({"replications": 0}, "1 replication"),
    ]:
        with pytest.raises(BadModel, match=text):
            parallel_analysis(data, **options)
    with pytest.raises(BadData, match="8 respondents are not more than the 9 items"):
        parallel_analysis(data[:8])
    with pytest.raises(BadModel, match="three items"):
        parallel_analysis(data[:, :2])
