"""What slow cases have in common, drift and remaining time: planted truth is found, chance is not, intervals hold."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from anxin.engines import mining
from anxin.engines.mining.significance import adjusted, homogeneity, kolmogorov_smirnov, two_by_two
from anxin.engines.mining.tests.logs import log_of, log_of_words

HOUR = 3600 * 10**6
DAY = 24 * HOUR


def simulated(
    seed: int,
    *,
    cases: int = 1500,
    slow_branch: float = 1.0,
    slow_pair: float = 1.0,
    change_at: float = 2.0,
    unfinished: bool = False,
) -> mining.Log:
    """Cases that register, perhaps survey, decide, pay and close over 300 days, with exponential waits. Branch S waits
    `slow_branch` times as long; branch N with product Home `slow_pair` times. From the share `change_at` of the days on,
    surveys are twice as likely and decisions take three times as long. `unfinished`: the log ends on day 300."""
    rng = np.random.default_rng(seed)
    branch, product = rng.choice(["N", "S", "E"], cases), rng.choice(["Motor", "Home", "Health"], cases)
    start = np.sort(rng.uniform(0, 300, cases))
    rows: dict[str, list[object]] = {name: [] for name in ("case", "activity", "time", "branch", "product", "noise")}
    for case in range(cases):
        late = start[case] > 300 * change_at
        survey = rng.random() < (0.8 if late else 0.4)
        steps = ["Register", *(["Survey"] if survey else []), "Decide", "Pay", "Close"]
        factor = slow_branch if branch[case] == "S" else 1.0
        factor *= slow_pair if branch[case] == "N" and product[case] == "Home" else 1.0
        at = start[case]
        for step in steps:
            if step != "Register":
                at += (
                    rng.exponential({"Survey": 3, "Decide": 2 * (3 if late else 1), "Pay": 1, "Close": 1}[step])
                    * factor
                )
            if unfinished and at > 300:
                break
            values = (f"c{case:05}", step, int(at * DAY), branch[case], product[case], rng.choice(list("uvwxyz")))
            for name, value in zip(rows, values, strict=True):
                rows[name].append(value)
    first: dict[str, object] = {}
    rows["noise"] = [first.setdefault(str(key), value) for key, value in zip(rows["case"], rows["noise"], strict=True)]
    table = pa.table(
        {**rows, "time": pa.array(np.array(rows["time"], np.int64) + 20_000 * DAY, pa.timestamp("us", "UTC"))}
    )
    return mining.read(table)


def test_a_slow_branch_is_found_and_noise_is_not() -> None:
    found = mining.slow_cases(simulated(1, slow_branch=3))
    assert str(found.traits[0]) == "branch = S"
    assert found.traits[0].ratio > 3
    assert found.traits[0].p < 0.001
    assert not any("noise" in str(one) for one in found.traits)
    assert found.slow == pytest.approx(0.1 * found.cases, abs=2)
    json.dumps(found.to_dict())


def test_a_pair_is_told_only_when_it_says_more_than_its_parts() -> None:
    found = mining.slow_cases(simulated(2, slow_pair=4))
    pairs = {frozenset(one.conditions) for one in found.traits if len(one.conditions) == 2}
    assert frozenset({("branch", "N"), ("product", "Home")}) in pairs
    alone = mining.slow_cases(simulated(3, slow_branch=4), attributes=["branch", "product"])
    assert [str(one) for one in alone.traits] == ["branch = S"]


def test_chance_marks_no_cases() -> None:
    marked = 0
    for seed in range(20):
        found = mining.slow_cases(
            simulated(100 + seed, cases=300), attributes=["branch", "product", "noise"], alpha=0.05
        )
        marked += bool(found.traits)
    assert marked <= 4  # the expected number is below one in twenty


def test_a_limit_instead_of_a_share_and_what_is_left_out() -> None:
    log = log_of(
        [(f"c{n}", a, 100 * n + m) for n in range(300) for a, m in (("a", 0), ("b", n % 7))],
        address=[f"road {n}" for n in range(300) for _ in range(2)],
    )
    found = mining.slow_cases(log, over=5 * 60)
    assert found.threshold == 5 * 60 * 10**6
    assert found.slow == 300 // 7
    assert found.left_out == ("address",)
    with pytest.raises(mining.BadQuestion, match="between 0 and 1"):
        mining.slow_cases(log, slowest=2)
    assert [one.code for one in mining.slow_cases(log_of_words("ab", "ac")).cautions] == ["few-slow"]


def test_a_change_is_found_where_it_happened() -> None:
    log = simulated(4, cases=3000, change_at=0.5)
    found = mining.drift(log, windows=10)
    kinds = {(one.what, one.activity) for one in found.changes}
    assert ("next step", "Register") in kinds
    assert any(one.what == "duration" for one in found.changes)
    assert ("wait", "Pay") not in kinds
    first = int(log.time.min())
    begins = [(one.at.timestamp() * 10**6 - first) / DAY for one in found.changes]
    assert all(120 <= day <= 180 for day in begins), begins
    json.dumps(found.to_dict())


def test_a_steady_process_shows_no_drift() -> None:
    changed = sum(bool(mining.drift(simulated(200 + seed, cases=600), alpha=0.05).changes) for seed in range(15))
    assert changed <= 3


def test_few_cases_make_fewer_windows() -> None:
    found = mining.drift(simulated(5, cases=100))
    assert {one.code for one in found.cautions} == {"fewer-windows"}
    assert len(found.cases) == 3
    with pytest.raises(mining.BadQuestion, match="2 or more"):
        mining.drift(simulated(5, cases=100), windows=1)


@pytest.mark.parametrize("level", [0.8, 0.9])
def test_intervals_of_remaining_time_hold(level: float) -> None:
    """Cut simulated logs at a moment, and look how the cases that were open then went on."""
    inside = total = 0
    for seed in range(12):
        log = simulated(300 + seed, cases=2500, slow_branch=2)
        cut = int(np.quantile(log.time, 0.8))
        found = mining.remaining_time(log, as_of=cut, endings=["Close"], level=level, seed=seed)
        number = {key: place for place, key in enumerate(log.case_ids)}
        left = log.ends()[[number[key] for key in found.ids]] - cut
        inside += int(((found.low <= left) & (left <= found.high)).sum())
        total += len(left)
        assert abs(found.covered - level) < 0.03
    assert total > 400
    assert level - 0.04 < inside / total < level + 0.07


def test_open_cases_of_an_unfinished_log() -> None:
    log = simulated(6, unfinished=True)
    found = mining.remaining_time(log)
    assert found.endings == ("Close",)
    assert {one.code for one in found.cautions} >= {"guessed-endings"}
    last = log.activity[log.offsets[1:] - 1]
    assert len(found.case) == int((last != log.activities.code("Close")).sum()) > 10
    assert (found.low <= found.expected).all()
    assert (found.expected <= found.high).all()
    assert found.to_dict() == mining.remaining_time(log).to_dict()  # the same seed, the same numbers


def test_what_remaining_time_needs() -> None:
    log = simulated(7, cases=200)
    with pytest.raises(mining.BadQuestion, match="share between"):
        mining.remaining_time(log, level=90)
    with pytest.raises(mining.BadQuestion, match="no activity “End”"):
        mining.remaining_time(log, endings=["End"])
    with pytest.raises(mining.BadQuestion, match="Only 2 cases have ended"):
        mining.remaining_time(log_of_words("ab", "ab"))
    with pytest.raises(mining.BadQuestion, match="events at one moment"):
        mining.remaining_time(log_of([(f"c{n}", "a", n) for n in range(50)]), endings=["a"])


def test_tests_agree_with_scipy() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        a, b = rng.integers(0, 200, 80), rng.integers(0, 220, 90)
        size, p = kolmogorov_smirnov(a, b)
        theirs = stats.ks_2samp(a, b, method="asymp")
        assert size == pytest.approx(theirs.statistic)
        assert p == pytest.approx(theirs.pvalue, abs=0.03)
        table = rng.integers(1, 60, (2, 2))
        ours = two_by_two(*(np.array([one]) for one in (table[0, 0], table[0].sum(), table[1, 0], table[1].sum())))[0]
        expected = stats.contingency.expected_freq(table).min()
        assert ours == pytest.approx(
            stats.fisher_exact(table)[1] if expected < 10 else stats.chi2_contingency(table).pvalue
        )
    rows = np.array([[30, 20, 50], [25, 35, 40]])
    v, p = homogeneity(rows[0], rows[1])
    theirs = stats.chi2_contingency(rows, correction=False)
    assert p == pytest.approx(theirs.pvalue)
    assert v == pytest.approx(np.sqrt(theirs.statistic / 200))
    assert np.isnan(homogeneity(np.array([5, 0]), np.array([7, 0]))[1])
    assert adjusted([0.01, np.nan, 0.04]).tolist()[1] != adjusted([0.01, np.nan, 0.04]).tolist()[1]
