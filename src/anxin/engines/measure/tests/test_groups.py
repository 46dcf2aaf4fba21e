import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.oneway import anova_oneway
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from anxin.engines.measure import Answers, BadData, BadModel
from anxin.engines.measure.groups import SeveralGroups, TwoGroups, compare
from anxin.engines.measure.groups.effects import (
    cliffs_delta,
    hedges_g,
    noncentral_chi2,
    noncentral_f,
    noncentral_t,
    shares_of_variance,
)
from anxin.engines.measure.tests.worked import PLANT_GROUPS, PLANT_WEIGHTS, SLEEP_1, SLEEP_2

SLEEP = [*SLEEP_1, *SLEEP_2]
DRUG = ["1"] * 10 + ["2"] * 10


def two(values=SLEEP, group=DRUG, **options) -> TwoGroups:
    result = compare(values, group, **options).items[0]
    assert isinstance(result, TwoGroups)
    return result


def several(values=PLANT_WEIGHTS, group=PLANT_GROUPS, **options) -> SeveralGroups:
    result = compare(values, group, **options).items[0]
    assert isinstance(result, SeveralGroups)
    return result


def likert(n=300, items=4, groups=3, seed=1):
    random = np.random.default_rng(seed)
    group = random.integers(0, groups, n)
    values = np.clip(np.rint(random.normal(3 + 0.4 * group[:, None], 1 + 0.2 * group[:, None], (n, items))), 1, 5)
    return values, np.array(["north", "south", "west", "east"])[group]


# Two groups.


def test_sleep_as_printed_by_r():
    found = two()
    assert found.welch.value == pytest.approx(-1.8608, abs=5e-5)
    assert found.welch.df == pytest.approx(17.776, abs=5e-4)
    assert found.welch.p == pytest.approx(0.07939, abs=5e-6)
    assert found.interval.low == pytest.approx(-3.3654832, abs=5e-8)
    assert found.interval.high == pytest.approx(0.2054832, abs=5e-8)
    assert found.student.df == 18
    assert found.student.p == pytest.approx(0.07919, abs=5e-6)
    # pingouin 0.7 of the same data: rank-biserial -0.49, common language 0.255, U 25.5, p 0.069327575434
    assert found.rank.value == 25.5
    assert found.rank.p == pytest.approx(0.069327575434, abs=1e-12)
    assert found.rank_biserial.value == pytest.approx(-0.49)
    assert found.common_language.value == pytest.approx(0.255)
    assert found.hedges_g.value == pytest.approx(-0.7970185, abs=2e-4)  # pingouin takes J's approximation
    assert found.hedges_g.interval.high > 0 > found.hedges_g.interval.low


def test_agrees_with_scipy():
    values, group = likert(groups=2)
    result = compare(values, group)
    for place, found in enumerate(result.items):
        x, y = values[group == "north", place], values[group == "south", place]
        welch, student = stats.ttest_ind(x, y, equal_var=False), stats.ttest_ind(x, y)
        assert (found.welch.value, found.welch.p, found.welch.df) == pytest.approx(
            (welch.statistic, welch.pvalue, welch.df)
        )
        assert (found.student.value, found.student.p) == pytest.approx((student.statistic, student.pvalue))
        ends = welch.confidence_interval(0.95)
        assert (found.interval.low, found.interval.high) == pytest.approx((ends.low, ends.high))
        rank, levene = stats.mannwhitneyu(x, y), stats.levene(x, y)
        assert (found.rank.value, found.rank.p) == (rank.statistic, rank.pvalue)
        assert (found.levene.value, found.levene.p) == (levene.statistic, levene.pvalue)
        assert found.first.mean == pytest.approx(x.mean())
        assert found.first.sd == pytest.approx(x.std(ddof=1))
        assert found.first.median == np.median(x)


def test_hedges_interval_inverts_the_noncentral_t():
    n1, n2, d = 12, 18, 0.7
    effect = hedges_g(d, 1.0, n1, n2, 0.95)
    scale = np.sqrt(1 / n1 + 1 / n2)
    factor = effect.value / d
    assert factor == pytest.approx(1 - 3 / (4 * 28 - 1), abs=1e-4)
    for end, tail in ((effect.interval.low, 0.975), (effect.interval.high, 0.025)):
        assert stats.nct.cdf(d / scale, 28, end / factor / scale) == pytest.approx(tail, abs=1e-9)


def test_hedges_interval_covers():
    random = np.random.default_rng(3)
    inside = 0
    for _ in range(400):
        x, y = random.normal(0.5, 1, 15), random.normal(0, 1, 12)
        pooled = np.sqrt((14 * x.var(ddof=1) + 11 * y.var(ddof=1)) / 25)
        inside += 0.5 in hedges_g(x.mean() - y.mean(), pooled, 15, 12, 0.9).interval
    assert 0.86 < inside / 400 < 0.94


def brute_delta(x, y):
    d = np.sign(np.subtract.outer(x, y))
    n, m = d.shape
    delta = d.mean()
    spread = (
        m**2 * np.square(d.mean(axis=1) - delta).sum()
        + n**2 * np.square(d.mean(axis=0) - delta).sum()
        - np.square(d - delta).sum()
    ) / (n * m * (n - 1) * (m - 1))
    return delta, max(spread, (1 - delta**2) / (n * m - 1))


@settings(deadline=None)
@given(
    st.lists(st.integers(1, 5), min_size=2, max_size=15),
    st.lists(st.integers(1, 5), min_size=2, max_size=15),
)
def test_cliffs_delta_is_its_definition(x, y):
    x, y = np.array(x, float), np.array(y, float)
    found = cliffs_delta(x, y, 0.95)
    delta, variance = brute_delta(x, y)
    assert found.value == pytest.approx(delta, abs=1e-12)
    assert -1 <= found.interval.low <= found.value <= found.interval.high <= 1
    if abs(delta) < 1:
        z = stats.norm.ppf(0.975)
        reach = z * np.sqrt(variance * ((1 - delta**2) ** 2 + z**2 * variance))
        below = 1 - delta**2 + z**2 * variance
        assert found.interval.low == pytest.approx(max(-1, (delta - delta**3 - reach) / below))
        assert found.interval.high == pytest.approx(min(1, (delta - delta**3 + reach) / below))
    turned = cliffs_delta(y, x, 0.95)
    assert turned.value == pytest.approx(-found.value)
    assert turned.interval.low == pytest.approx(-found.interval.high)


def test_cliffs_delta_of_groups_wholly_apart():
    found = cliffs_delta(np.arange(10.0, 20), np.arange(6.0), 0.95)
    z2 = stats.norm.ppf(0.975) ** 2
    assert found.value == 1
    assert found.interval.high == 1
    assert found.interval.low == pytest.approx((6 - z2) / (6 + z2))


def test_rank_test_can_lead():
    found = compare(SLEEP, DRUG, test="rank")
    assert found.items[0].lead.name == "Mann–Whitney"
    assert found.items[0].effect.name == "Cliff delta"
    assert found.p[0] == found.rank_p[0]
    assert two(test="student").lead.name == "Student"
    assert two(test="student").interval.low == pytest.approx(-3.363874, abs=5e-7)  # R: t.test(var.equal = TRUE)


def test_groups_pick_and_order():
    values, group = likert()
    turned = compare(values, group, groups=["south", "north"])
    assert turned.groups == ("south", "north")
    plain = compare(values, group, groups=["north", "south"])
    assert turned.items[0].difference == pytest.approx(-plain.items[0].difference)
    assert turned.p == pytest.approx(plain.p)


# Several groups.


def test_plants_as_printed_by_r():
    found = several()
    assert (found.anova.value, found.anova.df, found.anova.df2) == pytest.approx((4.846, 2, 27), abs=5e-4)
    assert found.anova.p == pytest.approx(0.01591, abs=5e-6)
    assert (found.welch.value, found.welch.df2) == pytest.approx((5.181, 17.128), abs=5e-4)
    assert found.welch.p == pytest.approx(0.01739, abs=5e-6)
    assert (found.rank.value, found.rank.df) == pytest.approx((7.9882, 2), abs=5e-5)
    assert found.rank.p == pytest.approx(0.01842, abs=5e-6)
    assert found.eta_squared.value == pytest.approx(0.264148296832, abs=1e-12)  # pingouin's np2
    # by hand from R's sums of squares 3.766 and 10.492
    assert found.omega_squared.value == pytest.approx(
        (3.76634 - 2 * 10.49209 / 27) / (14.25843 + 10.49209 / 27), abs=1e-5
    )
    assert found.epsilon_squared.value == pytest.approx((3.76634 - 2 * 10.49209 / 27) / 14.25843, abs=1e-5)
    assert found.rank_epsilon_squared.value == pytest.approx(7.988228749444 / 29)
    assert found.rank_eta_squared.value == pytest.approx((7.988228749444 - 2) / 27)


def test_agrees_with_statsmodels_and_scipy():
    values, group = likert(groups=4)
    for place, found in enumerate(compare(values, group, post_hoc="none").items):
        samples = [values[group == name, place] for name in sorted(set(group))]
        for ours, use_var in ((found.welch, "unequal"), (found.anova, "equal")):
            theirs = anova_oneway(samples, use_var=use_var)
            assert (ours.value, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue))
        assert found.anova.value == pytest.approx(stats.f_oneway(*samples).statistic)
        kruskal = stats.kruskal(*samples)
        assert (found.rank.value, found.rank.p) == (kruskal.statistic, kruskal.pvalue)
        assert found.post_hoc is None


def test_shares_of_variance_interval_inverts_the_noncentral_f():
    eta, omega, epsilon = shares_of_variance(5.0, 3, 96, 0.9)
    assert eta.interval == omega.interval == epsilon.interval
    for end, tail in ((eta.interval.low, 0.95), (eta.interval.high, 0.05)):
        assert stats.ncf.cdf(5.0, 3, 96, 100 * end / (1 - end)) == pytest.approx(tail, abs=1e-9)
    assert shares_of_variance(0.2, 3, 96, 0.9)[0].interval.low == 0
    assert shares_of_variance(0.2, 3, 96, 0.9)[1].value < 0


@pytest.mark.parametrize(("t", "df"), [(0.0, 5), (2.5, 10), (-12.0, 30), (80.0, 50_000), (300.0, 500_000)])
def test_noncentral_t_turned_round(t, df):
    low, high = noncentral_t(t, df, 0.95)
    assert low < t < high or t == 0
    turned = noncentral_t(-t, df, 0.95)
    assert turned == pytest.approx((-high, -low))
    if df > 10_000:  # nearly normal, with the spread of s in it
        spread = np.sqrt(1 + t**2 / (2 * df))
        assert (low, high) == pytest.approx((t - 1.959964 * spread, t + 1.959964 * spread), rel=1e-3)


def test_noncentralities_beyond_ten_thousand():
    low, high = noncentral_f(5000.0, 4, 500_000, 0.95)
    from scipy import special

    assert special.ncfdtr(4, 500_000, low, 5000.0) == pytest.approx(0.975, abs=1e-8)
    assert special.ncfdtr(4, 500_000, high, 5000.0) == pytest.approx(0.025, abs=1e-8)
    low, high = noncentral_chi2(12.0, 3, 0.95)
    assert stats.ncx2.cdf(12.0, 3, [low, high]) == pytest.approx([0.975, 0.025])
    assert noncentral_chi2(1.0, 3, 0.95)[0] == pytest.approx(0, abs=1e-12)


# Weights.


def weighted_two(seed=5):
    random = np.random.default_rng(seed)
    group = np.repeat(["a", "b"], [60, 80])
    return random.normal(np.where(group == "a", 0.3, 0), 1), group, random.uniform(0.5, 3, 140)


def test_weighted_welch_is_statsmodels_with_weights_to_the_effective_n():
    x, group, weights = weighted_two()
    found = two(x, group, weights=weights)

    def described(name):
        own = weights[group == name]
        return DescrStatsW(x[group == name], own * own.sum() / np.square(own).sum())

    both = CompareMeans(described("a"), described("b"))
    for ours, use_var in ((found.welch, "unequal"), (found.student, "pooled")):
        t, p, df = both.ttest_ind(usevar=use_var)
        assert (ours.value, ours.p, ours.df) == pytest.approx((t, p, df))
    low, high = both.tconfint_diff(usevar="unequal")
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high))
    assert found.rank is found.levene is found.cliffs_delta is found.common_language is None
    result = compare(x, group, weights=weights)
    assert result.rank_p is None
    assert "rank-left-out" in {caution.code for caution in result.cautions}
    assert "rank p" not in result.table().columns


def test_equal_weights_change_nothing_and_their_scale_does_not_matter():
    x, group, weights = weighted_two()
    plain, equal = two(x, group), two(x, group, weights=np.full(140, 7.0))
    assert equal.welch.p == pytest.approx(plain.welch.p)
    assert equal.hedges_g.interval.low == pytest.approx(plain.hedges_g.interval.low)
    assert two(x, group, weights=10 * weights).welch.p == pytest.approx(two(x, group, weights=weights).welch.p)
    values, names = likert()
    weights = np.random.default_rng(2).uniform(1, 2, len(values))
    some, more = several(values[:, 0], names, weights=weights), several(values[:, 0], names, weights=3 * weights)
    assert (some.welch.p, some.anova.p) == pytest.approx((more.welch.p, more.anova.p))
    assert some.rank is None
    one = several(values[:, 0], names, weights=np.ones(len(values)))
    assert one.welch.p == pytest.approx(several(values[:, 0], names).welch.p)


@pytest.mark.parametrize(
    "options", [{"test": "rank"}, {"test": "chi-square"}, {"post_hoc": "dunn"}, {"post_hoc": "tukey"}]
)
def test_weights_are_refused_where_there_is_no_weighted_form(options):
    values, group = likert()
    with pytest.raises(BadModel, match="not supported") as wrong:
        compare(values, group, weights=np.ones(len(values)), **options)
    assert wrong.value.code == "weights-not-supported"


# All items in one call.


def test_one_table_of_items_and_dimensions():
    values, group = likert()
    table = {f"q{place}": values[:, place] for place in range(4)} | {"region": group}
    result = compare(table, "region", items=["q0", "q3"], dimensions={"D": ["q1", "q2"]}, adjust="bh")
    assert [one.item for one in result.items] == ["q0", "q3", "D"]
    shown = result.table()
    assert len(shown) == 3
    assert shown.column("p") == pytest.approx(result.p)
    np.testing.assert_allclose(result.p_adjusted, stats.false_discovery_control(result.p))
    np.testing.assert_allclose(result.rank_p_adjusted, stats.false_discovery_control(result.rank_p))
    dimension = values[:, 1:3].mean(axis=1)
    assert result["D"].welch.p == pytest.approx(several(dimension, group).welch.p)
    assert "3 of 3 items differ" in repr(result)
    assert json.loads(json.dumps(result.to_dict()))["items"][2]["item"] == "D"
    assert str(result["q0"].table())
    with pytest.raises(BadData, match="'q9'"):
        result["q9"]


def test_missing_answers_leave_out_for_that_item_only():
    values, group = likert(groups=2)
    values[:7, 1] = np.nan
    result = compare(values, group)
    assert sum(one.n for one in result.items[0].groups) == 300
    assert sum(one.n for one in result.items[1].groups) == 293
    assert [caution.text for caution in result.cautions] == ["item2: 7 missing answers were left out."]


def test_cautions():
    group = ["a"] * 12 + ["b"] * 5 + [None]
    values = [*np.arange(12.0), 3, 3, 3, 3, 3, 9]
    result = compare(values, group)
    codes = {caution.code for caution in result.cautions}
    assert codes == {"group-unknown", "few-answers", "no-spread"}
    assert np.isfinite(result.p[0])  # Welch's t can do with spread in one group


def test_a_group_without_spread_has_no_welch_anova_but_the_others():
    group = np.repeat(["a", "b", "c"], 12)
    values = np.concatenate([np.full(12, 0.1), np.arange(12.0), np.arange(12.0) + 3])
    found = several(values, group)
    assert np.isnan(found.welch.value)
    assert np.isfinite(found.anova.p)
    assert np.isfinite(found.rank.p)
    flat = two([0.1] * 12 + [0.3] * 12, ["a"] * 12 + ["b"] * 12)
    assert np.isnan(flat.welch.p)
    assert np.isnan(flat.hedges_g.value)
    assert flat.levene is None
    assert flat.rank.p < 0.001


@pytest.mark.parametrize(
    ("values", "group", "options", "code"),
    [
        ([1, 2, 3], None, {}, "no-groups"),
        ([1, 2, 3], ["a", "a", "a"], {}, "one-group"),
        ([1, 2, 3], ["a", "b"], {}, "groups-length"),
        ([4, 4, 4, 4], ["a", "a", "b", "b"], {}, "constant"),
        ([1, 2, 3], ["a", "a", "b"], {}, "few-in-group"),
        ([1, 2, np.nan, np.nan], ["a", "a", "b", "b"], {}, "few-in-group"),
        ([np.nan, np.nan], ["a", "b"], {}, "all-missing"),
        ([1, 2, 3, 4], ["a", "a", "b", "b"], {"groups": ["a", "c"]}, "no-group"),
        ([1, 2, 3, 4], ["a", "a", "b", "b"], {"groups": ["a", "a"]}, "no-group"),
        ([1, 2, 3, 4], ["a", "a", "b", "b"], {"groups": ["a"]}, "one-group"),
        ([1, 2, 3, 4], ["a", "a", "b", "b"], {"test": "t"}, "bad-option"),
        ([1, 2, 3, 4], ["a", "a", "b", "b"], {"adjust": "sidak"}, "bad-option"),
        ([1, 2, 3, 4], ["a", "a", "b", "b"], {"post_hoc": "scheffe"}, "bad-option"),
        ([1, 2, 3, 4], ["a", "a", "b", "b"], {"level": 95}, "bad-level"),
        ([1, 2, 3, 4], ["a", "a", "b", "b"], {"resamples": -1}, "bad-option"),
    ],
)
def test_refuses(values, group, options, code):
    with pytest.raises((BadData, BadModel)) as wrong:
        compare(np.array(values, float), group, **options)
    assert wrong.value.code == code


def test_refusals_name_what_they_mean():
    with pytest.raises(BadData, match="'south' has 1 answers to 'q'") as wrong:
        compare({"q": [1, 2, 3], "g": ["north", "north", "south"]}, "g")
    assert wrong.value.about == ("q", "south")
    with pytest.raises(BadData) as wrong:
        compare({"q": [1, 2, 3, 4], "flat": [3, 3, 3, 3], "g": [1, 1, 2, 2]}, "g")
    assert wrong.value.about == ("flat",)
    with pytest.raises(BadData, match="no item to compare"):
        compare(Answers.of({"g": [1, 1, 2, 2]}, items=["g"]), "g")


# What must not matter.


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.floats(0.1, 10), st.floats(-50, 50), st.sampled_from([2, 3]))
def test_order_of_rows_and_affine_recoding_do_not_matter(random, scale, shift, groups):
    values, group = likert(n=60, items=2, groups=groups)
    order = list(range(60))
    random.shuffle(order)
    plain = compare(values, group, post_hoc="none")
    other = compare(scale * values[order] + shift, group[order], post_hoc="none")
    np.testing.assert_allclose(other.p, plain.p, rtol=1e-6)
    np.testing.assert_allclose(other.rank_p, plain.rank_p, rtol=1e-9)
    for mine, theirs in zip(plain.items, other.items, strict=True):
        assert theirs.effect.value == pytest.approx(mine.effect.value, rel=1e-6, abs=1e-9)
        assert theirs.lead.value == pytest.approx(mine.lead.value, rel=1e-6)


def test_order_of_items_does_not_matter():
    values, group = likert()
    forth, back = compare(values, group), compare(values[:, ::-1], group)
    np.testing.assert_array_equal(forth.p_adjusted, back.p_adjusted[::-1])
