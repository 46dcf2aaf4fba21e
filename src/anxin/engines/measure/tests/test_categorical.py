import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from anxin.engines.measure import Answers, BadData, BadModel
from anxin.engines.measure.groups import compare, independence


def unrolled(table, rows="abcdef", columns="uvwxyz"):
    """One answer and one group a respondent, from counts."""
    cells = [(rows[i], columns[j]) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    return [cell[0] for cell in cells], [cell[1] for cell in cells]


def test_party_by_gender():
    # Agresti (2007), An Introduction to Categorical Data Analysis, table 2.5: X² = 30.07, adjusted residuals 4.50 0.70 -5.32
    found = independence(*unrolled([[762, 327, 468], [484, 239, 477]]))
    assert found.chi_square.value == pytest.approx(30.07, abs=0.005)
    assert found.chi_square.df == 2
    assert found.chi_square.p == pytest.approx(2.954e-07, rel=1e-3)
    np.testing.assert_allclose(found.residuals[0], [4.50, 0.70, -5.32], atol=0.005)
    np.testing.assert_allclose(found.residuals[1], -found.residuals[0])
    assert found.fisher is None
    assert found.cautions == ()
    assert found.n == 2757


def test_tea():
    # Fisher's tea taster; R: fisher.test, p = 0.4857, odds ratio 6.408309
    found = independence(*unrolled([[3, 1], [1, 3]]))
    assert found.lead.name == "Fisher"
    assert found.lead.p == pytest.approx(0.4857, abs=5e-5)
    assert found.odds_ratio.value == pytest.approx(6.408309, abs=2e-5)  # R stops its search at 1e-5
    assert found.odds_ratio.interval.low < 1 < found.odds_ratio.interval.high
    large = independence(*unrolled([[30, 10], [12, 33]]))
    assert large.lead.name == "chi-square"
    assert large.fisher.p == pytest.approx(stats.fisher_exact([[30, 10], [12, 33]]).pvalue)


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(1, 12), min_size=3, max_size=3), min_size=2, max_size=4))
def test_agrees_with_scipy_and_the_definition_of_v(table):
    found = independence(*unrolled(table))
    theirs = stats.chi2_contingency(table, correction=False)
    assert (found.chi_square.value, found.chi_square.p) == pytest.approx((theirs.statistic, theirs.pvalue))
    np.testing.assert_allclose(found.expected, theirs.expected_freq)
    np.testing.assert_array_equal(found.observed, table)
    n, (r, c) = np.sum(table), np.shape(table)
    assert found.cramers_v.value == pytest.approx(stats.contingency.association(np.array(table), method="cramer"))
    phi2 = max(0, theirs.statistic / n - (r - 1) * (c - 1) / (n - 1))
    short = min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1
    assert found.cramers_v_corrected.value == pytest.approx(np.sqrt(phi2 / short))


def test_v_interval_inverts_the_noncentral_chi_square():
    found = independence(*unrolled([[30, 20, 10], [10, 20, 30]]), level=0.9)
    for end, below in ((found.cramers_v.interval.low, 0.95), (found.cramers_v.interval.high, 0.05)):
        assert stats.ncx2.cdf(found.chi_square.value, 2, 120 * end**2) == pytest.approx(below)


def test_v_without_its_bias_is_near_0_for_independent_answers():
    random = np.random.default_rng(0)
    found = [independence(random.integers(0, 5, 60), random.integers(0, 5, 60)) for _ in range(60)]
    plain = np.mean([one.cramers_v.value for one in found])
    corrected = np.mean([one.cramers_v_corrected.value for one in found])
    assert plain > 0.2
    assert corrected < 0.1


def test_simulated_p_comes_near_and_is_seeded():
    answers, group = unrolled([[8, 3, 2], [4, 9, 5]])
    found = independence(answers, group, resamples=20_000, seed=1)
    # Every table with these margins, by its probability.
    exact = 0.0
    for first in range(13):
        for second in range(13):
            row = np.array([first, second, 13 - first - second])
            rest = np.array([12, 12, 7]) - row
            if (row >= 0).all() and (rest >= 0).all():
                chi2 = stats.chi2_contingency([row, rest], correction=False).statistic
                if chi2 >= found.chi_square.value - 1e-9:
                    exact += stats.random_table([13, 18], [12, 12, 7]).pmf([row, rest])
    assert found.lead.name == "chi-square, simulated"
    assert found.simulated.p == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 20_000))
    assert (
        independence(answers, group, resamples=500, seed=3).simulated
        == independence(answers, group, resamples=500, seed=3).simulated
    )


def test_texts_numbers_and_gaps():
    found = independence([1, 2, 2, 1, np.nan, 2], ["x", "x", "y", "y", "x", None])
    assert found.categories == ("1", "2")
    assert found.groups == ("x", "y")
    assert found.n == 4
    assert {caution.code for caution in found.cautions} == {"missing-dropped", "small-expected"}
    assert found.table().columns == ("category", "x", "x share", "x residual", "y", "y share", "y residual")


def test_over_all_items():
    random = np.random.default_rng(1)
    group = random.choice(["shop", "web"], 200)
    table = {
        "contact": np.where(random.random(200) < 0.3 + 0.4 * (group == "web"), "mail", "phone"),
        "rating": random.integers(1, 6, 200),
        "channel": group,
    }
    named = compare(table, "channel", items=["contact", "rating"], test="chi-square")
    assert [one.item for one in named.items] == ["contact", "rating"]
    assert named.p_adjusted[0] < 0.01 < named.p_adjusted[1]
    assert named.table().column("test") == ("chi-square", "chi-square")
    assert compare(table, "channel", test="chi-square").items[0].item == "rating"
    source = Answers.of(table, items=["rating"], group="channel")
    again = compare(source, items=["contact", "rating"], test="chi-square")
    assert again.p == pytest.approx(named.p)
    filtered = compare(source.rows(np.arange(50, 200)), items=["contact"], test="chi-square")
    assert filtered["contact"].n == 150
    without = compare(table, "channel", items=["rating"], test="chi-square", missing=[3])
    assert without["rating"].categories == ("1", "2", "4", "5")
    one_column = compare(list(table["contact"]), list(group), test="chi-square")
    assert one_column.p == pytest.approx(named.p[:1])
    array = compare(np.column_stack([table["rating"]]), group, test="chi-square")
    assert array.p == pytest.approx(named.p[1:])


@settings(deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(random):
    answers, group = unrolled([[8, 3, 2], [4, 9, 5]])
    order = list(range(len(answers)))
    random.shuffle(order)
    plain = independence(answers, group)
    other = independence([answers[place] for place in order], [group[place] for place in order])
    assert other.to_dict() == plain.to_dict()


@pytest.mark.parametrize(
    ("values", "group", "options", "code"),
    [
        (["a", "a"], ["x", "y"], {}, "constant"),
        (["a", "b"], ["x", "x"], {}, "one-group"),
        (["a", "b"], ["x"], {}, "groups-length"),
        ([["a"], ["b"]], ["x", "y"], {}, "not-one-column"),
        (["a", "b"], ["x", "y"], {"level": 0}, "bad-level"),
        (["a", "b"], ["x", "y"], {"resamples": 1.5}, "bad-option"),
    ],
)
def test_refuses(values, group, options, code):
    with pytest.raises((BadData, BadModel)) as wrong:
        independence(values, group, **options)
    assert wrong.value.code == code


def test_refuses_over_items():
    table = {"q": [1, 2, 1, 2], "g": ["a", "a", "b", "b"]}
    with pytest.raises(BadData, match="'z'"):
        compare(table, "g", items=["z"], test="chi-square")
    with pytest.raises(BadData, match="'z'"):
        compare(table, "z", test="chi-square")
    with pytest.raises(BadModel, match="no category"):
        compare(table, "g", dimensions={"D": ["q"]}, test="chi-square")
    with pytest.raises(BadData, match="no rows"):
        compare({"q": [], "g": []}, "g", test="chi-square")
    with pytest.raises(BadData, match="no item"):
        compare({"g": ["a", "b"]}, "g", test="chi-square")
    with pytest.raises(BadModel, match="not supported"):
        compare(Answers.of(table, weights=[1, 1, 1, 1], group="g"), test="chi-square")
