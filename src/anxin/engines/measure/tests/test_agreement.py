"""Intraclass correlations and test–retest."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats

from anxin.engines.measure import Answers, BadData, BadModel
from anxin.engines.measure.reliability import icc, retest

# Shrout & Fleiss 1979, table 2: six subjects rated by four judges.
SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])


def ratings(seed: int, n: int = 40, k: int = 3, *, harsh: float = 0.5) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 1)) + harsh * rng.normal(size=(1, k)) + 0.6 * rng.normal(size=(n, k)) + 5


def times(seed: int, n: int = 80, shift: float = 0.0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    true = rng.normal(50, 10, n)
    return {"may": true + rng.normal(0, 4, n), "june": true + shift + rng.normal(0, 4, n)}


def test_the_table_of_shrout_and_fleiss() -> None:
    found = icc(SHROUT_FLEISS)
    assert [round(one.value, 2) for one in found.all] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    assert [round(one, 2) for one in (found.ms_subjects, found.ms_within, found.ms_raters, found.ms_error)] == [
        11.24,
        6.26,
        32.49,
        1.02,
    ]
    # Intervals as printed for this table in the manual of R's psych::ICC.
    ends = [(round(one.interval.low, 2), round(one.interval.high, 2)) for one in found.all]
    assert ends == [(-0.13, 0.72), (0.02, 0.76), (0.34, 0.95), (-0.88, 0.91), (0.07, 0.93), (0.68, 0.99)]
    assert [(one.df1, one.df2) for one in found.all] == [(5, 18), (5, 15), (5, 15)] * 2
    assert found.fixed.f == pytest.approx(11.03, abs=0.005)
    assert found.one_way.p == pytest.approx(stats.f.sf(found.one_way.f, 5, 18))
    assert "few-answers" in [caution.code for caution in found.cautions]


def test_mean_squares_by_analysis_of_variance() -> None:
    values = ratings(1)
    found = icc(values)
    n, k = values.shape
    total = np.sum((values - values.mean()) ** 2)
    parts = found.ms_subjects * (n - 1) + found.ms_raters * (k - 1) + found.ms_error * (n - 1) * (k - 1)
    assert parts == pytest.approx(total)
    assert found.ms_subjects * (n - 1) + found.ms_within * n * (k - 1) == pytest.approx(total)
    assert found.one_way.f == pytest.approx(stats.f_oneway(*values).statistic)
    # The mean of k ratings is stepped up by Spearman and Brown, value and interval alike.
    for single, mean in zip(found.all[:3], found.all[3:], strict=True):
        for one, many in (
            (single.value, mean.value),
            (single.interval.low, mean.interval.low),
            (single.interval.high, mean.interval.high),
        ):
            assert many == pytest.approx(k * one / (1 + (k - 1) * one))


def test_consistency_is_alpha_and_ignores_harsh_raters() -> None:
    from anxin.engines.measure.reliability import cronbach_alpha

    values = ratings(2)
    found = icc(values)
    assert found.fixed_mean.value == pytest.approx(cronbach_alpha(values).raw)
    harsh = icc(values + np.array([0, 3, -2]))
    assert harsh.fixed.value == pytest.approx(found.fixed.value)
    assert harsh.two_way.value < found.two_way.value
    order = np.random.default_rng(2).permutation(40)
    moved = icc(values[order][:, ::-1] * 3 - 8)
    for one, other in zip(moved.all, found.all, strict=True):
        assert one.value == pytest.approx(other.value)
        assert one.interval.low == pytest.approx(other.interval.low)


@pytest.mark.parametrize("which", ["one_way", "two_way", "fixed"])
def test_intervals_cover_the_truth(which: str) -> None:
    """Subject variance 1, error .36; raters 0.25 for agreement. 90 % intervals over 500 samples."""
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(500):
        subjects, raters = rng.normal(size=(30, 1)), 0.5 * rng.normal(size=(1, 4)) * (which == "two_way")
        values = subjects + raters + 0.6 * rng.normal(size=(30, 4))
        true = 1 / (1.36 + 0.25 * (which == "two_way"))
        hits += true in getattr(icc(values, level=0.9), which).interval
    assert 0.86 < hits / 500 < 0.94


def test_full_agreement_and_none() -> None:
    same = icc([[1, 1], [2, 2], [4, 4.0]])
    assert all(one.value == 1 for one in same.all)
    assert all((one.interval.low, one.interval.high) == (1, 1) for one in same.all)
    assert same.fixed.p == 0
    assert json.dumps(same.to_dict())
    opposed = icc([[1, 4], [2, 3], [3, 2], [4, 1.0]])
    assert opposed.one_way.value < 0
    assert "negative" in [caution.code for caution in opposed.cautions]
    assert json.dumps(icc([[1, 2], [2, 1]]).to_dict())
    with pytest.raises(BadData, match="All values are alike"):
        icc(np.full((5, 3), 2.0))


def test_icc_errors_and_cautions() -> None:
    values = ratings(3)
    values[3, 1] = np.nan
    found = icc(Answers.of(values, weights=np.arange(1.0, 41.0)))
    assert found.n == 39
    assert {caution.code for caution in found.cautions} == {"dropped", "weights-unused"}
    assert found.table().column("kind")[0] == "ICC(1,1)"
    assert found.one_way.table().records()[0]["also"] == "ICC(1)"
    with pytest.raises(BadModel, match="two columns"):
        icc(values[:, :1])
    with pytest.raises(BadData, match="at least 2"):
        icc(values[:1])
    with pytest.raises(BadModel, match="level"):
        icc(values, level=2)


def test_retest_by_hand() -> None:
    table = times(4)
    found = retest(table, "may", "june")
    a, b = table["may"], table["june"]
    check = stats.pearsonr(a, b)
    assert found.r == pytest.approx(check.statistic)
    assert found.r_interval.low == pytest.approx(check.confidence_interval().low)
    paired = stats.ttest_rel(b, a)
    assert found.shift == pytest.approx(np.mean(b - a))
    assert found.shift_p == pytest.approx(paired.pvalue)
    assert found.shift_interval.high == pytest.approx(paired.confidence_interval().high)
    sd = np.std(b - a, ddof=1)
    assert found.sd_difference == pytest.approx(sd)
    assert found.sem_consistency == pytest.approx(sd / np.sqrt(2))
    assert (found.limits.low, found.limits.high) == (
        pytest.approx(np.mean(b - a) - 1.959964 * sd),
        pytest.approx(np.mean(b - a) + 1.959964 * sd),
    )
    slack = stats.t.ppf(0.975, 79) * sd * np.sqrt(1 / 80 + 1.959964**2 / (2 * 79))
    assert found.limit_high.high - found.limits.high == pytest.approx(slack)
    assert found.sdc == pytest.approx(1.959964 * np.sqrt(2) * found.sem, rel=1e-6)
    assert found.sdc_group == pytest.approx(found.sdc / np.sqrt(80))
    assert found.icc.two_way.value == icc(np.c_[a, b]).two_way.value
    assert found.cautions == ()


def test_a_shift_lowers_agreement_not_correlation() -> None:
    still, moved = retest(times(5), "may", "june"), retest(times(5, shift=8), "may", "june")
    assert moved.r == pytest.approx(still.r)
    assert moved.icc.two_way.value < still.icc.two_way.value
    assert moved.sem > still.sem
    assert moved.sem_consistency == pytest.approx(still.sem_consistency)
    assert "shift" in [caution.code for caution in moved.cautions]


def test_measurement_error_is_recovered() -> None:
    found = retest(times(6, n=20_000), "may", "june")
    assert found.sem == pytest.approx(4, rel=0.03)
    assert found.icc.two_way.value == pytest.approx(100 / 116, abs=0.01)


def test_retest_errors_tables() -> None:
    table = {**times(7), "fixed": np.full(80, 3.0)}
    table["june"] = np.where(np.arange(80) == 3, np.nan, table["june"])
    found = retest(table, "may", "june")
    assert found.n == 79
    assert "1 of 80" in found.cautions[0].text
    assert "smallest detectable change" in found.headline()
    assert found.table().title == "may and june"
    with pytest.raises(BadData, match="no item july"):
        retest(table, "may", "july")
    with pytest.raises(BadModel, match="two columns, not one"):
        retest(table, "may", "may")
    with pytest.raises(BadData, match="same fixed"):
        retest(table, "may", "fixed")
    with pytest.raises(BadData, match="at least 4"):
        retest({"may": [1, 2, 3], "june": [1, 2, 4]}, "may", "june")
    with pytest.raises(BadModel, match="level"):
        retest(table, "may", "june", level=95)
    perfect = retest({"a": [1, 2, 3, 4.0], "b": [2, 3, 4, 5.0]}, "a", "b")
    assert (perfect.r, perfect.r_interval.low) == (pytest.approx(1), pytest.approx(1, abs=1e-6))
    assert perfect.shift_p == 0
