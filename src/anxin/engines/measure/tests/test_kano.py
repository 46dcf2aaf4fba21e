import json

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from anxin.engines.measure import BadData, BadModel
from anxin.engines.measure.kano import CATEGORIES, EVALUATION, category, kano, wilson

# One answer to both questions for each category, by Kano's table.
PAIR = {"M": (2, 5), "O": (1, 5), "A": (1, 3), "I": (3, 3), "R": (5, 1), "Q": (1, 1)}


def respondents(**counts):
    pairs = [PAIR[letter] for letter, count in counts.items() for _ in range(count)]
    return {"with": [pair[0] for pair in pairs], "without": [pair[1] for pair in pairs]}


def one(counts, **options):
    return kano(respondents(**counts), {"a": ("with", "without")}, **options)["a"]


def test_the_table_of_berger_and_others():
    expected = ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"]
    assert ["".join(row) for row in EVALUATION] == expected
    for functional in range(1, 6):
        for dysfunctional in range(1, 6):
            assert category(functional, dysfunctional) == expected[functional - 1][dysfunctional - 1]
    for functional in range(5):
        table = {"with": [functional + 1, 1], "without": [5, 5]}
        found = kano(table, {"a": ("with", "without")})["a"]
        assert found.counts[CATEGORIES.index(expected[functional][4])] >= 1


def test_coefficients_by_hand():
    found = one({"M": 40, "O": 25, "A": 20, "I": 10, "R": 3, "Q": 2})
    assert found.counts == (40, 25, 20, 10, 3, 2)
    assert found.category == "M"
    assert found.better == pytest.approx(45 / 95)
    assert found.worse == pytest.approx(-65 / 95)
    assert found.total_strength == pytest.approx(0.85)
    assert found.strength == pytest.approx(0.15)
    low, high = proportion_confint(45, 95, method="wilson")
    assert (found.better_interval.low, found.better_interval.high) == pytest.approx((low, high))
    low, high = proportion_confint(65, 95, method="wilson")
    assert (found.worse_interval.low, found.worse_interval.high) == pytest.approx((-high, -low))


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60))
def test_fongs_criterion(x, y, z):
    a, b, c = sorted((x, y, z), reverse=True)
    n = a + b + c
    assume(n >= 2)
    found = one({"M": a, "O": b, "A": c})
    root = np.sqrt((a + b) * (2 * n - a - b) / (2 * n))
    assert found.significant == (a - b >= 1.65 * root)
    assert found.fong_p == pytest.approx(2 * stats.norm.sf((a - b) / root))


def test_ties_go_to_the_more_serious_category():
    assert one({"A": 10, "O": 10, "I": 10}).category == "O"
    assert one({"I": 10, "A": 10}).category == "A"
    assert one({"O": 10, "M": 10}).category == "M"
    assert one({"O": 10, "M": 10}).runner_up == "O"


def test_bergers_rule_against_the_mode():
    found = one({"M": 20, "O": 15, "A": 20, "I": 30, "R": 2, "Q": 1})
    assert found.category == "I"
    assert found.berger_category == "M"
    assert one({"M": 20, "O": 5, "A": 5, "I": 28, "R": 30}).berger_category == "R"


def test_continuous_analysis_by_hand():
    found = one({"M": 3, "O": 3, "A": 3, "I": 1})
    # functional 2: 2, 1: 4, 1: 4, 3: 0; dysfunctional 5: 4, 5: 4, 3: 0, 3: 0
    assert found.gain == pytest.approx((3 * 2 + 3 * 4 + 3 * 4) / 10)
    assert found.loss == pytest.approx((3 * 4 + 3 * 4) / 10)
    assert found.quadrant == "O"
    scores = np.array([2] * 3 + [4] * 6 + [0])
    ends = stats.t.interval(0.95, 9, scores.mean(), scores.std(ddof=1) / np.sqrt(10))
    assert (found.gain_interval.low, found.gain_interval.high) == pytest.approx(ends)
    assert one({"M": 9, "I": 1}).quadrant == "M"
    assert one({"A": 9, "I": 1}).quadrant == "A"
    assert one({"I": 9, "A": 1}).quadrant == "I"
    assert one({"R": 9, "A": 1}).quadrant == "R"


def test_an_attribute_that_is_all_reverse_has_no_coefficients():
    found = one({"R": 5, "Q": 1})
    assert np.isnan(found.better)
    assert found.worse_interval is None
    assert found.category == "R"
    assert (
        json.loads(json.dumps(kano(respondents(R=5), {"a": ("with", "without")}).to_dict()))["attributes"][0]["better"]
        is None
    )


def test_weights():
    counts = {"M": 30, "O": 20, "A": 10}
    weights = np.repeat([1.0, 3.0, 2.0], [30, 20, 10])
    found = one(counts, weights=weights)
    assert found.shares[:3] == pytest.approx(np.array([30, 60, 20]) / 110)
    assert found.category == "O"
    assert found.effective_n == pytest.approx(110**2 / np.square(weights).sum())
    assert found.better == pytest.approx(80 / 110)
    low, high = proportion_confint(found.effective_n * 80 / 110, found.effective_n, method="wilson")
    assert (found.better_interval.low, found.better_interval.high) == pytest.approx((low, high))
    plain, equal = one(counts), one(counts, weights=np.full(60, 4.0))
    assert equal.fong_p == pytest.approx(plain.fong_p)
    assert equal.gain_interval.low == pytest.approx(plain.gain_interval.low)
    alone = one({"M": 1, "O": 1}, weights=[1.0, 1e-12])
    assert np.isnan(alone.gain_interval.low)


def test_several_attributes_codes_importance_and_missing_answers():
    table = respondents(M=30, A=10)
    table |= {"more": [9 - code for code in table["with"]], "less": [9 - code for code in table["without"]]}
    table["weight"] = [7.0] * 20 + [9.0] * 20
    other = kano({"more": table["more"], "less": table["less"]}, {"b": ("more", "less")}, codes=(8, 7, 6, 5, 4))
    first = kano(table, {"a": ("with", "without")}, importance={"a": "weight"})
    assert first["a"].importance == 8
    assert other["b"].counts == first["a"].counts
    assert other["b"].importance is None
    gaps = {"with": [2, 1, None, 2], "without": [5, None, 5, 5]}
    found = kano(gaps, {"a": ("with", "without")})
    assert found["a"].n == 2
    assert {"missing-dropped", "few-answers"} <= {caution.code for caution in found.cautions}
    coded = kano({"with": [2, 1, 9], "without": [5, 5, 5]}, {"a": ("with", "without")}, missing=[9])
    assert coded["a"].n == 2
    array = kano(np.array([[2, 5], [1, 5]]), {"a": ("item1", "item2")})
    assert array["a"].counts[:2] == (1, 1)


def test_a_table_of_ones_own():
    strict = [list(row) for row in EVALUATION]
    strict[1][1] = strict[3][3] = "Q"
    table = {"with": [2, 4, 3], "without": [2, 4, 3]}
    assert kano(table, {"a": ("with", "without")})["a"].counts[5] == 0
    assert kano(table, {"a": ("with", "without")}, evaluation=strict)["a"].counts[5] == 2


def test_cautions_and_presentation():
    mixed = kano(respondents(M=40, O=38, Q=5), {"a": ("with", "without")})
    assert {caution.code for caution in mixed.cautions} == {"mixed-category", "questionable"}
    clear = kano(respondents(M=70, I=10), {"a": ("with", "without")})
    assert clear.cautions == ()
    assert repr(clear) == "<Kano: must-be: a>"
    assert clear.table().column("category") == ("M",)
    assert clear.continuous().column("quadrant") == ("M",)


@settings(deadline=None)
@given(st.permutations(range(30)))
def test_order_of_respondents_does_not_matter(order):
    table = respondents(M=12, O=9, A=6, R=3)
    moved = {name: [column[place] for place in order] for name, column in table.items()}
    plain, other = (kano(one, {"a": ("with", "without")})["a"] for one in (table, moved))
    assert other.counts == plain.counts
    assert other.gain_interval.low == pytest.approx(plain.gain_interval.low)


def test_wilson_at_the_ends():
    assert wilson(0, 20, 0.95).low == 0
    assert wilson(20, 20, 0.95).high == 1


@pytest.mark.parametrize(
    ("attributes", "options", "code"),
    [
        ({}, {}, "no-items"),
        ({"a": ("with",)}, {}, "not-a-pair"),
        ({"a": ("with", "with")}, {}, "not-a-pair"),
        ({"a": "with"}, {}, "not-a-pair"),
        ({"a": ("with", "nothing")}, {}, "no-item"),
        ({"a": ("with", "without")}, {"importance": {"b": "with"}}, "no-item"),
        ({"a": ("with", "without")}, {"codes": (1, 2, 3, 4)}, "bad-option"),
        ({"a": ("with", "without")}, {"codes": (1, 2, 3, 4, 4)}, "bad-option"),
        ({"a": ("with", "without")}, {"codes": (0, 1, 2, 3, 4)}, "out-of-range"),
        ({"a": ("with", "without")}, {"evaluation": [["M"]]}, "bad-option"),
        ({"a": ("with", "without")}, {"evaluation": [["X"] * 5] * 5}, "bad-option"),
        ({"a": ("with", "without")}, {"level": 0}, "bad-level"),
        ({"a": ("with", "empty")}, {}, "few-answers"),
        ({"a": ("with", "without")}, {"importance": {"a": "empty"}}, "all-missing"),
    ],
)
def test_refuses(attributes, options, code):
    table = respondents(M=3, O=3) | {"empty": [None] * 6}
    with pytest.raises((BadData, BadModel)) as wrong:
        kano(table, attributes, **options)
    assert wrong.value.code == code
    assert wrong.value.about


def test_refuses_a_single_wrong_answer_and_an_unknown_attribute():
    with pytest.raises(BadModel, match="functional=6"):
        category(6, 1)
    with pytest.raises(BadData, match="'z'"):
        kano(respondents(M=3), {"a": ("with", "without")})["z"]
