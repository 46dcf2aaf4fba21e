"""Cronbach's alpha: R's psych, hand counts, invariance, errors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from anxin.engines.measure import Answers, BadData, BadModel
from anxin.engines.measure.moments import moments
from anxin.engines.measure.reliability import cronbach_alpha, cronbach_alpha_of, ordinal_alpha
from anxin.engines.measure.tests import reference


def scale(seed: int, n: int = 200, k: int = 6) -> np.ndarray:
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n, 1)) + rng.normal(scale=1.2, size=(n, k))
    return (3 + np.clip(np.rint(latent), -2, 2)).astype(np.int8)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["hs", "servperf_500", "bfi", "servperf_50000"])
def test_agrees_with_psych(shared: Path, name: str) -> None:
    theirs = reference.estimates(shared, name)["psych.alpha"]
    found = cronbach_alpha(reference.answers(shared, name))
    assert found.raw == pytest.approx(theirs["raw"], abs=1e-9)
    assert found.standardised == pytest.approx(theirs["std"], abs=1e-9)
    assert found.g6 == pytest.approx(theirs["G6"], abs=1e-9)
    np.testing.assert_allclose(found.raw_dropped, theirs["drop"], atol=1e-9)
    np.testing.assert_allclose(found.r_drop, theirs["r.drop"], atol=1e-9)


@pytest.mark.shared
def test_agrees_with_psych_on_half_a_million(shared: Path) -> None:
    theirs = reference.estimates(shared, "servperf_500000")["psych.alpha"]
    assert cronbach_alpha(reference.answers(shared, "servperf_500000")).raw == pytest.approx(theirs["raw"], abs=1e-9)


@pytest.mark.shared
@pytest.mark.parametrize("dimension", list("ACENO"))
def test_agrees_with_psych_on_pairwise_covariances(shared: Path, dimension: str) -> None:
    folder = shared / "data" / "reference_psychometrics"
    theirs = json.loads((folder / "reference_values.json").read_text())["bfi"]["alpha"][dimension]
    items = [f"{dimension}{place}" for place in range(1, 6)]
    turned = [item for item in ("A1", "C4", "C5", "E1", "E2", "O2", "O5") if item in items]
    answers = Answers.of(folder / "bfi.csv").select(items).reversed(turned, low=1, high=6)
    found = cronbach_alpha(answers, missing="pairwise")
    assert found.raw == pytest.approx(theirs["raw_alpha"], abs=1e-6)
    assert found.standardised == pytest.approx(theirs["std_alpha"], abs=1e-6)
    np.testing.assert_allclose(found.raw_dropped, list(theirs["alpha_if_deleted"].values()), atol=1e-6)
    np.testing.assert_allclose(found.r_drop, list(theirs["item_total_r"].values()), atol=1e-6)


def test_feldts_interval_agrees_with_pingouin() -> None:
    """Printed by pingouin for the reference data: [0.718, 0.799] of alpha .7604886 with n = 301 and 9 items."""
    covariance = 0.760488595824792 / (9 - 8 * 0.760488595824792)
    cov = np.full((9, 9), covariance) + (1 - covariance) * np.eye(9)
    found = cronbach_alpha_of(cov, n=301)
    assert found.raw == pytest.approx(0.760488595824792)
    assert found.interval is not None
    assert (round(found.interval.low, 3), round(found.interval.high, 3)) == (0.718, 0.799)


def test_item_statistics_by_hand() -> None:
    data = scale(1)
    found = cronbach_alpha(data)
    values = data.astype(float)
    total = values.sum(axis=1)
    assert found.raw == pytest.approx(6 / 5 * (1 - values.var(axis=0, ddof=1).sum() / total.var(ddof=1)))
    z = (values - values.mean(axis=0)) / values.std(axis=0)
    for place in range(6):
        rest = np.delete(values, place, axis=1)
        assert found.r_drop[place] == pytest.approx(np.corrcoef(values[:, place], rest.sum(axis=1))[0, 1])
        assert found.r_raw[place] == pytest.approx(np.corrcoef(values[:, place], total)[0, 1])
        assert found.r_std[place] == pytest.approx(np.corrcoef(z[:, place], z.sum(axis=1))[0, 1])
        without = cronbach_alpha(rest)
        assert found.raw_dropped[place] == pytest.approx(without.raw)
        assert found.standardised_dropped[place] == pytest.approx(without.standardised)
        assert found.g6_dropped[place] == pytest.approx(without.g6)
        assert found.mean_r_dropped[place] == pytest.approx(without.mean_r)
    r = np.corrcoef(values.T)
    smc = 1 - 1 / np.diagonal(np.linalg.inv(r))
    assert found.g6 == pytest.approx(1 - np.sum(1 - smc) / r.sum())
    reduced = r - np.eye(6) + np.diag(smc)
    np.testing.assert_allclose(found.r_cor, reduced.sum(axis=0) / np.sqrt(reduced.sum()))
    off = r[np.triu_indices(6, 1)]
    assert (found.mean_r, found.median_r) == (pytest.approx(off.mean()), pytest.approx(np.median(off)))
    assert found.signal_noise == pytest.approx(6 * off.mean() / (1 - off.mean()))
    np.testing.assert_allclose(found.sd, values.std(axis=0, ddof=1))


def test_intervals_by_their_formulas() -> None:
    data = scale(2)
    cov = np.cov(data.T.astype(float))
    bonett = cronbach_alpha(data, bounds="bonett", level=0.9)
    reach = stats.norm.ppf(0.95) * np.sqrt(2 * 6 / (5 * 198))
    assert bonett.interval is not None
    assert bonett.interval.low == pytest.approx(1 - np.exp(np.log(1 - bonett.raw) + reach))
    wide = cronbach_alpha(data, bounds="duhachek")
    total, trace, square = cov.sum(), np.trace(cov), cov @ cov
    q = 2 * 36 / (25 * total**3) * (total * (np.trace(square) + trace**2) - 2 * trace * square.sum())
    assert wide.interval is not None
    assert wide.standard_error == pytest.approx(np.sqrt(q / 200))
    assert wide.interval.high == pytest.approx(wide.raw + 1.959964 * wide.standard_error, abs=1e-6)
    assert wide.interval.method == "Duhachek & Iacobucci 2004"


@pytest.mark.parametrize("bounds", ["feldt", "bonett", "duhachek"])
def test_intervals_cover(bounds: str) -> None:
    """Of 600 samples of parallel normal items the 90 % intervals hold the true alpha in about 90 %."""
    rng = np.random.default_rng(4)
    true = 5 * 0.4 / (1 + 4 * 0.4)
    hits = 0
    for _ in range(600):
        sample = np.sqrt(0.4) * rng.normal(size=(60, 1)) + np.sqrt(0.6) * rng.normal(size=(60, 5))
        interval = cronbach_alpha(sample, bounds=bounds, level=0.9).interval
        assert interval is not None
        hits += true in interval
    assert 0.86 < hits / 600 < 0.94


@given(seed=st.integers(0, 2**20))
@settings(max_examples=20, deadline=None)
def test_order_and_recoding(seed: int) -> None:
    data = scale(seed)
    rng = np.random.default_rng(seed)
    plain = cronbach_alpha(data)
    order = rng.permutation(6)
    turned = cronbach_alpha(data[rng.permutation(200)][:, order])
    assert turned.raw == pytest.approx(plain.raw, abs=1e-12)
    np.testing.assert_allclose(turned.r_drop, plain.r_drop[order], atol=1e-12)
    assert cronbach_alpha(data * 2.5 - 7).raw == pytest.approx(plain.raw, abs=1e-10)
    recoded = cronbach_alpha(data * rng.uniform(0.5, 3, 6))  # each item's own unit: only the standardised one stays
    assert recoded.standardised == pytest.approx(plain.standardised, abs=1e-10)
    assert recoded.g6 == pytest.approx(plain.g6, abs=1e-10)


def test_weights_missing_and_matrices() -> None:
    data = scale(5).astype(float)
    weights = np.random.default_rng(5).integers(1, 4, 200)
    weighted = cronbach_alpha(Answers.of(data, weights=weights.astype(float)))
    assert weighted.raw == pytest.approx(cronbach_alpha(np.repeat(data, weights, axis=0)).raw)
    assert weighted.n == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert "weighted" in [caution.code for caution in weighted.cautions]
    plain = cronbach_alpha(data)
    by_matrix = cronbach_alpha_of(moments(data).cov, n=200)
    assert by_matrix.raw == pytest.approx(plain.raw)
    assert by_matrix.interval == plain.interval
    unknown = cronbach_alpha_of(moments(data).cov)
    assert unknown.interval is None
    assert np.isnan(unknown.standard_error)
    data[::10, 0] = np.nan
    assert cronbach_alpha(data).n == 180
    assert cronbach_alpha(data, missing="pairwise").n > 180


def test_ordinal_alpha_is_of_the_given_correlations() -> None:
    r = moments(scale(6)).cor
    found = ordinal_alpha(r, items=list("abcdef"))
    assert found.raw == found.standardised == pytest.approx(cronbach_alpha_of(r).standardised)
    assert found.interval is None
    assert found.headline().startswith("ordinal alpha")


def test_reversed_items_are_named() -> None:
    answers = Answers.of(scale(7), items=list("abcdef")).reversed(["b", "e"], low=1, high=5)
    found = cronbach_alpha(answers)
    caution = next(one for one in found.cautions if one.code == "reversed")
    assert caution.about == ("b", "e")
    assert "b, e run against" in caution.text
    assert cronbach_alpha(answers.reversed(["b", "e"], low=1, high=5)).cautions == ()


def test_two_items_and_repeated_items() -> None:
    two = cronbach_alpha(scale(8)[:, :2])
    assert np.isnan(two.raw_dropped).all()
    assert np.isfinite(two.r_drop).all()
    data = scale(8)
    repeated = cronbach_alpha(np.c_[data, data[:, 0]])
    assert np.isnan(repeated.g6)
    assert "not-positive-definite" in [caution.code for caution in repeated.cautions]
    assert np.isfinite(repeated.raw)


def test_errors() -> None:
    data = scale(9)
    with pytest.raises(BadModel, match="two items at least"):
        cronbach_alpha(data[:, :1])
    with pytest.raises(BadModel, match="feldt, bonett, duhachek, not 'fisher'"):
        cronbach_alpha(data, bounds="fisher")
    with pytest.raises(BadModel, match="level lies between"):
        cronbach_alpha(data, level=95)
    with pytest.raises(BadData, match="more than 2"):
        cronbach_alpha_of(np.eye(3), n=2)
    constant = data.copy()
    constant[:, 2] = 1
    with pytest.raises(BadData, match="item3") as caught:
        cronbach_alpha(constant)
    assert caught.value.code == "constant-item"
    with pytest.raises(BadData, match="cancel out"):
        cronbach_alpha(np.c_[data[:, 0], 6 - data[:, 0]])


def test_table_and_storage() -> None:
    found = cronbach_alpha(scale(10))
    assert found.table().column("r.drop") == tuple(found.r_drop.tolist())
    assert "alpha 0." in repr(found)
    assert json.loads(json.dumps(found.to_dict()))["items"][0] == "item1"
    assert len(cronbach_alpha_of(np.eye(3) + 1).table()) == 3
