"""Means, shares, gaps and sample sizes, against SciPy and values worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from anxin.engines.measure import (
    Answers,
    BadData,
    BadModel,
    csat,
    gaps,
    instrument,
    nps,
    response,
    sample_for_difference,
    sample_for_mean,
    sample_for_share,
    scores,
    top_box,
    wilson,
)
from anxin.engines.measure.tests.simulated import loyalty

DIMENSIONS = {"tangible": ["q1", "q2", "q3"], "caring": ["q4", "q5", "q6"]}


def answers(**options: object) -> Answers:
    table = loyalty()
    return Answers.of({name: column for name, column in table.items() if not name.startswith("g_")}, **options)  # type: ignore[arg-type]


def test_means_and_intervals_are_those_of_a_t_interval() -> None:
    found = scores(answers(), dimensions=DIMENSIONS, scale=(1, 5))
    column = answers().column("q1")
    low, high = stats.t.interval(0.95, len(column) - 1, column.mean(), stats.sem(column))
    one = found.get("q1")
    assert (one.mean, one.interval.low, one.interval.high) == pytest.approx((column.mean(), low, high))
    persons = np.column_stack([answers().column(item) for item in DIMENSIONS["caring"]]).mean(axis=1)
    assert found.get("caring").mean == pytest.approx(persons.mean())
    assert found.get("caring").sd == pytest.approx(persons.std(ddof=1))
    assert found.get("overall").percent == pytest.approx(25 * (found.get("overall").mean - 1))


def test_equal_weights_change_nothing_and_double_weights_double_the_rows() -> None:
    plain = scores(answers(), dimensions=DIMENSIONS, scale=(1, 5)).get("overall")
    equal = scores(answers(weights=np.full(640, 3.0)), dimensions=DIMENSIONS, scale=(1, 5)).get("overall")
    assert (equal.mean, equal.sd, equal.se) == pytest.approx((plain.mean, plain.sd, plain.se))
    weights = np.where(np.arange(640) < 100, 2.0, 1.0)
    weighted = scores(answers(weights=weights), dimensions=DIMENSIONS, scale=(1, 5)).get("q1")
    repeated = answers().rows(np.repeat(np.arange(640), weights.astype(int))).column("q1")
    assert weighted.mean == pytest.approx(repeated.mean())
    assert weighted.effective_n == pytest.approx(740**2 / 940)


def test_groups_split_everything() -> None:
    found = scores(answers(group="group"), dimensions=DIMENSIONS, scale=(1, 5))
    parts = [found.get("overall", group) for group in ("1", "2")]
    whole = found.get("overall")
    assert sum(part.n for part in parts) == whole.n
    assert sum(part.n * part.mean for part in parts) == pytest.approx(whole.n * whole.mean)


def test_reversed_items_are_turned_and_weights_of_dimensions_scale_to_one() -> None:
    turned = scores(answers(), dimensions={"d": ["q1"]}, scale=(1, 5), reversed_items=["q1"]).get("q1")
    assert turned.mean == pytest.approx(6 - answers().column("q1").mean())
    found = scores(answers(), dimensions=DIMENSIONS, scale=(1, 5), dimension_weights={"tangible": 1, "caring": 3})
    expected = 0.25 * found.get("tangible").mean + 0.75 * found.get("caring").mean
    assert found.get("overall").mean == pytest.approx(expected)
    assert found.dimension_weights == {"tangible": 0.25, "caring": 0.75}


def test_a_dimension_needs_half_of_its_items() -> None:
    table = {"a": [1, np.nan, np.nan], "b": [2, 3, np.nan], "c": [3, 4, 5]}
    found = scores(table, dimensions={"d": ["a", "b", "c"]}, scale=(1, 5))
    assert found.get("d").n == 2
    assert found.get("d").mean == pytest.approx((2 + 3.5) / 2)


def test_an_instrument_scores_its_own_dimensions() -> None:
    rng = np.random.default_rng(1)
    servperf = instrument("servperf", "claims")
    table = {f"claims_{code}": rng.integers(1, 6, 40) for code in servperf.codes}
    found = scores(table, instrument=servperf)
    assert [one.name for one in found.of("dimension")] == ["TAN", "REL", "RES", "ASS", "EMP"]
    with pytest.raises(BadModel, match="scale"):
        scores(table, dimensions={"d": ["claims_TAN1"]})
    with pytest.raises(BadModel, match="instrument"):
        scores(table)
    with pytest.raises(BadModel, match="EMP"):
        scores(table, instrument=servperf, dimension_weights={"TAN": 1, "REL": 1, "RES": 1, "ASS": 1})


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.data())
def test_wilson_holds_the_share_and_stays_inside(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))
    found = wilson(successes, n)
    reference = stats.binomtest(successes, n).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((reference.low, reference.high), abs=1e-12)
    assert found.low - 1e-12 <= successes / n <= found.high + 1e-12


def test_top_boxes_and_satisfaction_count_the_highest_points() -> None:
    column = answers().column("q1")
    assert top_box(answers(), items=["q1"]).get("q1").share == pytest.approx((column == 5).mean())
    assert csat(answers(), items=["q1"]).get("q1").share == pytest.approx((column >= 4).mean())
    with pytest.raises(BadData, match="high"):
        top_box(answers(), items=["q1"], high=4)


def test_net_promoters_by_hand() -> None:
    # 5 promoters, 3 passives, 2 detractors of 10.
    found = nps({"likely": [10, 9, 9, 10, 9, 8, 7, 8, 6, 0]})
    assert found.score == pytest.approx(30)
    wald = nps({"likely": [10, 9, 9, 10, 9, 8, 7, 8, 6, 0]}, method="wald").interval
    reach = 100 * 1.959963984540054 * np.sqrt((0.5 + 0.2 - 0.09) / 10)
    assert (wald.low, wald.high) == pytest.approx((30 - reach, 30 + reach))
    p, q = 5.75 / 13, 2.75 / 13
    middle = 100 * (p - q)
    assert (found.interval.low + found.interval.high) / 2 == pytest.approx(middle)
    with pytest.raises(BadData, match="0 to 10"):
        nps({"likely": [11, 3]})
    with pytest.raises(BadModel, match="one item"):
        nps({"a": [1], "b": [2]})


def test_gaps_are_paired_t_tests() -> None:
    rng = np.random.default_rng(5)
    servqual = instrument("servqual")
    expected = {item.code: rng.integers(3, 6, 60) for item in servqual.items if item.kind == "expectation"}
    found_ = {
        code.replace("E_", "P_"): np.clip(column - rng.integers(0, 3, 60), 1, 5) for code, column in expected.items()
    }
    points = {item.code: rng.integers(5, 40, 60) for item in servqual.items if item.kind == "importance"}
    found = gaps({**expected, **found_, **points}, instrument=servqual)
    one = found.get("TAN1")
    test = stats.ttest_rel(found_["P_TAN1"], expected["E_TAN1"])
    assert (one.t, one.p) == pytest.approx((test.statistic, test.pvalue))
    assert (one.interval.low, one.interval.high) == pytest.approx(tuple(test.confidence_interval()))
    assert one.gap < 0
    assert found.get("overall").gap == pytest.approx(np.mean([g.gap for g in found.gaps if g.kind == "item"]))
    shares = [g.importance for g in found.gaps if g.kind == "dimension"]
    assert sum(shares) == pytest.approx(1)
    assert found.weighted == pytest.approx(sum(g.importance * g.gap for g in found.gaps if g.kind == "dimension"))
    without = {name: column for name, column in found_.items() if name != "P_EMP5"}
    with pytest.raises(BadData, match="EMP5"):
        gaps({**expected, **without}, instrument=servqual)


def test_response_and_sample_sizes_by_hand() -> None:
    found = response(1200, 480, 451)
    assert (found.return_rate, found.valid_rate) == pytest.approx((0.4, 451 / 1200))
    with pytest.raises(BadData, match="issued"):
        response(10, 12, 3)
    assert sample_for_share(0.05).valid == 385
    assert sample_for_share(0.05, population=1000).valid == 278
    assert sample_for_share(0.05, response=0.4).issue == 963
    assert sample_for_mean(1.0, 0.1).valid == 385
    assert sample_for_difference(1.0, 0.5).valid == 63
    with pytest.raises(BadModel, match="margin"):
        sample_for_share(0)
