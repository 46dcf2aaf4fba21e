"""Promises: the clock starts and stops where it should; kept, broken, running, overdue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings

from anxin.engines import mining
from anxin.engines.mining.questions.promises import BROKEN, KEPT, OVERDUE, RUNNING
from anxin.engines.mining.tests.logs import Row, at, by_case, log_of, rows_of_a_log

MINUTE = 60_000_000
ROWS = [
    ("kept", "a", 0), ("kept", "b", 60),
    ("broken", "a", 0), ("broken", "b", 61),
    ("running", "a", 1000),
    ("overdue", "a", 0), ("overdue", "c", 5),
    ("none", "b", 0), ("none", "c", 1030),
]  # fmt: skip


def test_four_ways_to_stand() -> None:
    found = mining.promise(log_of(ROWS), "a", "b", timedelta(minutes=60))
    log = log_of(ROWS)
    stands = {log.case_ids[int(case)]: int(state) for case, state in zip(found.case, found.state, strict=True)}
    assert stands == {"kept": KEPT, "broken": BROKEN, "running": RUNNING, "overdue": OVERDUE}
    assert found.keeping == pytest.approx(1 / 3)
    assert found.by_month.tolist() == [[1, 1, 1, 1]]
    assert [log.case_ids[int(case)] for case in found.cases(BROKEN)] == ["broken"]
    assert found.quantile(500) == 60 * MINUTE


def test_a_later_moment_makes_what_runs_overdue() -> None:
    found = mining.promise(log_of(ROWS), "a", "b", timedelta(minutes=60), as_of=at(5000))
    assert found.count(RUNNING) == 0
    assert found.count(OVERDUE) == 2
    with pytest.raises(mining.BadQuestion, match="lies before"):
        mining.promise(log_of(ROWS), "a", "b", 60, as_of=at(10))


def test_every_start_counts_when_asked_for() -> None:
    rows = [("1", "a", 0), ("1", "b", 10), ("1", "a", 20), ("1", "a", 30), ("1", "b", 100)]
    assert len(mining.promise(log_of(rows), "a", "b", 3600).case) == 1
    every = mining.promise(log_of(rows), "a", "b", 3600, every=True)
    assert every.took.tolist() == [10 * MINUTE, 80 * MINUTE]


@given(rows_of_a_log(letters="abc"))
@settings(deadline=None)
def test_promises_agree_with_a_plain_walk(rows: list[Row]) -> None:
    log = log_of(rows)
    if log.activities.code("a") < 0 or log.activities.code("b") < 0:
        return
    expected = []
    last = max(row[2] for row in rows)
    for one in by_case(rows).values():
        begun = None
        for _, activity, minute in one:
            if activity == "a" and begun is None:
                begun = minute
            elif activity == "b" and begun is not None:
                expected.append((minute - begun, True))
                begun = None
        if begun is not None:
            expected.append((last - begun, False))
    found = mining.promise(log, "a", "b", timedelta(minutes=500), every=True)
    stood = sorted(
        (int(took) // MINUTE, state in (KEPT, BROKEN)) for took, state in zip(found.took, found.state, strict=True)
    )
    assert stood == sorted(expected)
    assert found.count(BROKEN) == sum(took > 500 and done for took, done in expected)
    assert found.count(OVERDUE) == sum(took > 500 and not done for took, done in expected)


def test_what_the_log_lacks_is_refused() -> None:
    with pytest.raises(mining.BadQuestion, match="no activity “z”"):
        mining.promise(log_of(ROWS), "a", "z", 60)
    with pytest.raises(mining.BadQuestion, match="negative"):
        mining.promise(log_of(ROWS), "a", "b", -1)
