import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from anxin.engines.measure import BadData, BadModel
from anxin.engines.measure.groups import paired
from anxin.engines.measure.tests.worked import SLEEP_1, SLEEP_2

SLEEP = {"first": SLEEP_1, "second": SLEEP_2}


def test_sleep_as_printed_by_r():
    found = paired(SLEEP).pairs[0]
    assert (found.t.value, found.t.df) == pytest.approx((-4.0621, 9), abs=5e-5)
    assert found.t.p == pytest.approx(0.002833, abs=5e-7)
    assert (found.interval.low, found.interval.high) == pytest.approx((-2.4598858, -0.7001142), abs=5e-8)
    assert found.difference == pytest.approx(-1.58)
    # nobody slept longer under the first drug; pingouin: p 0.00390625, rank-biserial -1
    assert found.rank.value == 0
    assert found.rank.p == pytest.approx(0.00390625)
    assert found.rank_biserial.value == -1


def test_agrees_with_scipy_and_the_definitions():
    random = np.random.default_rng(0)
    table = {"a": random.integers(1, 6, 80).astype(float), "b": random.integers(1, 6, 80), "c": random.normal(3, 1, 80)}
    table["a"][:5] = np.nan
    result = paired(table, [("a", "b"), ("c", "b")], adjust="bonferroni")
    for found in result.pairs:
        x, y = np.asarray(table[found.first], float), np.asarray(table[found.second], float)
        keep = ~np.isnan(x)
        x, y = x[keep], y[keep]
        theirs = stats.ttest_rel(x, y)
        assert (found.t.value, found.t.p) == pytest.approx((theirs.statistic, theirs.pvalue))
        ends = theirs.confidence_interval(0.95)
        assert (found.interval.low, found.interval.high) == pytest.approx((ends.low, ends.high))
        rank = stats.wilcoxon(x, y)
        assert (found.rank.value, found.rank.p) == pytest.approx((rank.statistic, rank.pvalue))
        d = x - y
        factor = found.hedges_gz.value / (d.mean() / d.std(ddof=1))
        assert factor == pytest.approx(1 - 3 / (4 * (len(d) - 1) - 1), abs=1e-5)
        average = np.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 2)
        assert found.hedges_gav.value == pytest.approx(factor * d.mean() / average)
        end = found.hedges_gz.interval.low / factor * np.sqrt(len(d))
        assert stats.nct.cdf(found.t.value, len(d) - 1, end) == pytest.approx(0.975, abs=1e-9)
    assert result.pairs[0].n == 75
    np.testing.assert_allclose(result.p_adjusted, np.minimum(1, 2 * result.p))
    assert [caution.code for caution in result.cautions] == ["missing-dropped"]
    assert len(result.table()) == 2
    assert len(result.pairs[0].table()) == 2


def test_weights():
    random = np.random.default_rng(1)
    x, y, w = random.normal(0.3, 1, 60), random.normal(0, 1, 60), random.uniform(0.5, 3, 60)
    result = paired({"x": x, "y": y, "w": w}, [("x", "y")], weights="w")
    found = result.pairs[0]
    theirs = DescrStatsW(x - y, w * w.sum() / np.square(w).sum())
    t, p, df = theirs.ttest_mean(0)
    assert (found.t.value, found.t.p, found.t.df) == pytest.approx((t, p, df))
    assert found.rank is None
    assert result.cautions[0].code == "rank-left-out"
    equal = paired({"x": x, "y": y}, weights=np.full(60, 3.0)).pairs[0]
    assert equal.t.p == pytest.approx(paired({"x": x, "y": y}).pairs[0].t.p)


def test_dimensions_and_leading_rank_test():
    random = np.random.default_rng(2)
    table = {name: random.integers(1, 6, 50) for name in ("e1", "e2", "p1", "p2")}
    result = paired(table, [("E", "P")], dimensions={"E": ["e1", "e2"], "P": ["p1", "p2"]}, test="rank")
    expected = (np.add(table["e1"], table["e2"]) - np.add(table["p1"], table["p2"])) / 2
    assert result.p[0] == pytest.approx(stats.wilcoxon(expected).pvalue)
    assert result.pairs[0].lead.name == "Wilcoxon"
    assert "0 of 1 pairs" in repr(result) or "1 of 1 pairs" in repr(result)


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.floats(0.1, 9), st.floats(-20, 20))
def test_order_of_rows_and_affine_recoding_do_not_matter(random, scale, shift):
    x, y = np.array(SLEEP_1), np.array(SLEEP_2)
    order = list(range(10))
    random.shuffle(order)
    plain = paired(SLEEP).pairs[0]
    other = paired({"first": scale * x[order] + shift, "second": scale * y[order] + shift}).pairs[0]
    assert other.t.p == pytest.approx(plain.t.p)
    assert other.hedges_gz.value == pytest.approx(plain.hedges_gz.value)
    turned = paired({"second": y, "first": x}).pairs[0]
    assert turned.difference == pytest.approx(-plain.difference)
    assert turned.rank_biserial.value == -plain.rank_biserial.value


@pytest.mark.parametrize(
    ("table", "pairs", "options", "code"),
    [
        ({"a": [1, 2], "b": [1, 2], "c": [1, 2]}, None, {}, "no-pairs"),
        ({"a": [1, 2], "b": [2, 1]}, [("a", "a")], {}, "same-item"),
        ({"a": [1, 2], "b": [2, 1]}, [("a", "z")], {}, "no-item"),
        ({"a": [1, None, 3], "b": [None, 2, 1]}, None, {}, "few-pairs"),
        ({"a": [1, 2, 3], "b": [2, 3, 4]}, None, {}, "constant"),
        ({"a": [1, 2, 3], "b": [2, 3, 5]}, None, {"test": "sign"}, "bad-option"),
        ({"a": [1, 2, 3], "b": [2, 3, 5]}, None, {"adjust": "sidak"}, "bad-option"),
        ({"a": [1, 2, 3], "b": [2, 3, 5]}, None, {"level": 1}, "bad-level"),
        ({"a": [1, 2, 3], "b": [2, 3, 5]}, None, {"test": "rank", "weights": [1, 1, 1]}, "weights-not-supported"),
        ({"a": [1, 2, 3], "b": [2, 3, 5]}, None, {"weights": [1, 0, 0]}, "few-pairs"),
    ],
)
def test_refuses(table, pairs, options, code):
    with pytest.raises((BadData, BadModel)) as wrong:
        paired(table, pairs, **options)
    assert wrong.value.code == code
