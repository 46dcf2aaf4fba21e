import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multicomp import pairwise_tukeyhsd

from anxin.engines.measure.groups import compare
from anxin.engines.measure.groups.studentized import quantile, tail
from anxin.engines.measure.tests.worked import PLANT_GROUPS, PLANT_WEIGHTS, PLANTS


def pairs(**options):
    found = compare(PLANT_WEIGHTS, PLANT_GROUPS, **options).items[0].post_hoc
    return found, {(pair.first, pair.second): pair for pair in found.pairs}


def unequal(seed=4):
    random = np.random.default_rng(seed)
    sizes, spreads = (14, 25, 40, 60), (0.5, 1, 2, 3)
    return [
        random.normal(place / 2, spread, size) for place, (size, spread) in enumerate(zip(sizes, spreads, strict=True))
    ]


@pytest.mark.parametrize("k", [2, 3, 6, 12])
@pytest.mark.parametrize("df", [1, 1.4, 3, 9.5, 60, 900])
def test_the_studentised_range_is_scipys(k, df):
    q = np.array([0.0, 0.05, 0.7, 2.0, 3.5, 6.0, 15.0])
    np.testing.assert_allclose(tail(q, k, df), stats.studentized_range.sf(q, k, df), atol=1e-11)


@pytest.mark.parametrize("df", [1, 2, 7.3, 50, 1e6])
def test_the_studentised_range_of_two_is_students_t(df):
    q = np.array([0.1, 1, 3, 6])
    np.testing.assert_allclose(tail(q, 2, df), 2 * stats.t.sf(q / np.sqrt(2), df), rtol=1e-7)


def test_quantiles_of_the_studentised_range():
    # printed tables: q.05 of 3 means with 10, 20 and 120 degrees of freedom; q.01 of 5 with 30
    np.testing.assert_allclose(quantile(0.95, 3, [10, 20, 120]), [3.88, 3.58, 3.36], atol=0.005)
    assert float(quantile(0.99, 5, 30)) == pytest.approx(5.05, abs=0.005)
    assert float(tail(quantile(0.95, 7, 13.7), 7, 13.7)) == pytest.approx(0.05, abs=1e-10)
    assert np.isnan(tail(np.nan, 3, 10))
    assert np.isnan(quantile(0.95, 3, np.nan))


def test_tukey_of_the_plants_as_printed_by_r():
    found, by_name = pairs(test="student")
    assert found.method == "tukey"
    ours = by_name["ctrl", "trt1"]
    assert ours.difference == pytest.approx(0.371)
    assert (ours.interval.low, ours.interval.high) == pytest.approx((-0.3202161, 1.0622161), abs=5e-8)
    assert ours.p_adjusted == pytest.approx(0.3908711, abs=5e-8)
    assert by_name["ctrl", "trt2"].p_adjusted == pytest.approx(0.1979960, abs=5e-8)
    assert by_name["trt1", "trt2"].p_adjusted == pytest.approx(0.0120064, abs=5e-8)
    assert "1 of 3 pairs differ" in repr(found)


def test_tukey_agrees_with_scipy():
    samples = unequal()
    group = np.repeat(["a", "b", "c", "d"], [len(sample) for sample in samples])
    found = compare(np.concatenate(samples), group, post_hoc="tukey").items[0].post_hoc
    theirs = stats.tukey_hsd(*samples)
    ends = theirs.confidence_interval(0.95)
    for pair in found.pairs:
        i, j = "abcd".index(pair.first), "abcd".index(pair.second)
        assert pair.p_adjusted == pytest.approx(theirs.pvalue[i, j], abs=1e-9)
        assert (pair.interval.low, pair.interval.high) == pytest.approx((ends.low[i, j], ends.high[i, j]), rel=1e-7)


def test_games_howell_agrees_with_statsmodels():
    samples = unequal()
    group = np.repeat(["a", "b", "c", "d"], [len(sample) for sample in samples])
    found = compare(np.concatenate(samples), group).items[0].post_hoc
    assert found.method == "games-howell"
    theirs = pairwise_tukeyhsd(np.concatenate(samples), group, use_var="unequal")
    np.testing.assert_allclose([pair.p_adjusted for pair in found.pairs], theirs.pvalues, atol=1e-8)
    np.testing.assert_allclose([pair.difference for pair in found.pairs], -theirs.meandiffs)
    np.testing.assert_allclose([-pair.interval.high for pair in found.pairs], theirs.confint[:, 0], atol=1e-6)


def test_games_howell_of_the_plants():
    # pingouin 0.7, pairwise_gameshowell
    _, by_name = pairs()
    for names, t, df, p, g in (
        (("ctrl", "trt1"), 1.191260381849, 16.523585056859, 0.474554922194, 0.510237366492),
        (("ctrl", "trt2"), 2.134020453124, 16.785764482606, 0.112889176854, -0.914037764231),
        (("trt1", "trt2"), 3.010098542124, 14.103569122760, 0.023703454739, -1.289277118938),
    ):
        ours = by_name[names]
        assert ours.statistic == pytest.approx(t * np.sqrt(2))
        assert ours.df == pytest.approx(df)
        assert ours.p_adjusted == pytest.approx(p, abs=1e-9)
        assert ours.effect == pytest.approx(g, abs=3e-4)  # pingouin takes J's approximation


def test_dunn_of_the_plants():
    # scikit-posthocs, posthoc_dunn, plain and Holm
    _, by_name = pairs(test="rank")
    for names, p, holm in (
        (("ctrl", "trt1"), 0.263684267891, 0.263684267891),
        (("ctrl", "trt2"), 0.091163944048, 0.182327888097),
        (("trt1", "trt2"), 0.005000290370, 0.015000871111),
    ):
        assert by_name[names].p == pytest.approx(p, abs=1e-11)
        assert by_name[names].p_adjusted == pytest.approx(holm, abs=1e-11)
    _, by_name = pairs(test="rank", adjust="bonferroni")
    assert by_name["trt1", "trt2"].p_adjusted == pytest.approx(3 * 0.005000290370, abs=1e-11)


def test_a_pair_of_two_groups_without_spread_has_no_p():
    values = [1.0] * 5 + [2.0] * 5 + [1.0, 2, 3, 4, 5]
    found = compare(values, np.repeat(["a", "b", "c"], 5)).items[0].post_hoc
    assert np.isnan(found.pairs[0].p_adjusted)
    assert found.pairs[0].interval is None
    assert np.isfinite(found.pairs[1].p_adjusted)
    assert "–" in str(found.table())


def test_weighted_games_howell_with_equal_weights_is_the_plain_one():
    plain, _ = pairs()
    weighted = compare(PLANT_WEIGHTS, PLANT_GROUPS, weights=np.full(30, 2.0)).items[0].post_hoc
    for mine, theirs in zip(plain.pairs, weighted.pairs, strict=True):
        assert theirs.p_adjusted == pytest.approx(mine.p_adjusted)
    assert len(PLANTS) == 3
