"""Scores by hand, ranks by brute force, and what moves."""

from __future__ import annotations

import numpy as np
import pytest

from anxin.engines.appraisal import AppraisalError, Indicator, Posterior, moves, score, standings

KEPT = Indicator("kept", 60, 0.8, 0.95)
HOURS = Indicator("hours", 40, 48.0, 24.0)


def exact(**values: float) -> dict[str, Posterior]:
    return {code: Posterior("exact", value, 0.0) for code, value in values.items()}


def test_points_and_score_by_hand() -> None:
    found = score("u", [KEPT, HOURS], exact(kept=0.86, hours=30.0))
    assert found is not None
    assert found.points == pytest.approx({"kept": 40.0, "hours": 75.0})
    assert found.value == pytest.approx(0.6 * 40 + 0.4 * 75)
    assert found.points["hours"] * found.share["hours"] == pytest.approx(30)
    assert found.interval.low == pytest.approx(found.value) == found.interval.high


def test_points_stay_within_and_missing_ones_leave_their_weight() -> None:
    found = score("u", [KEPT, HOURS], exact(hours=5.0))
    assert found is not None
    assert found.value == 100
    assert found.share == {"hours": 1.0}
    assert score("u", [KEPT], exact(hours=5.0)) is None
    assert HOURS.points(60.0) == 0


def test_the_interval_is_that_of_the_sum() -> None:
    """Far from floor and target two normals give a normal."""
    wide = [Indicator("a", 1, 0, 100), Indicator("b", 1, 0, 100)]
    found = score("u", wide, {"a": Posterior("normal", 50, 4), "b": Posterior("normal", 40, 3)})
    assert found is not None
    assert found.value == pytest.approx(45, abs=0.01)
    assert found.interval.high - found.interval.low == pytest.approx(2 * 1.645 * 2.5, rel=0.1)


def test_ranks_with_their_uncertainty() -> None:
    one = [Indicator("a", 1, 0, 100)]
    scores = [score(n, one, {"a": Posterior("normal", m, 3)}) for n, m in zip("abcd", (80, 50, 49, 20), strict=True)]
    found = standings([item for item in scores if item])
    assert [found[name].rank for name in "abcd"] == [1, 2, 3, 4]
    assert found["a"].top == 1
    assert found["d"].bottom == 1
    assert (found["b"].low, found["b"].high) == (2, 3)
    rng = np.random.default_rng(0)
    assert (rng.normal(50, 3, 9_999) > rng.normal(49, 3, 9_999)).mean() == pytest.approx(0.593, abs=0.02)
    assert standings([]) == {}


def test_who_moves_when_weights_change() -> None:
    units = {"a": exact(kept=0.95, hours=48), "b": exact(kept=0.8, hours=24), "c": exact(kept=0.875, hours=36)}
    old = [score(n, [KEPT, HOURS], p) for n, p in units.items()]
    new = [score(n, [Indicator("kept", 40, 0.8, 0.95), Indicator("hours", 60, 48, 24)], p) for n, p in units.items()]
    found = {m.name: m for m in moves([o for o in old if o], [n for n in new if n])}
    assert found["a"].change == pytest.approx(-20)
    assert (found["a"].rank_before, found["a"].rank_after) == (1, 3)
    assert (found["b"].rank_before, found["b"].rank_after) == (3, 1)
    assert found["c"].change == pytest.approx(0)
    assert found["a"].beyond
    assert not found["c"].beyond


def test_bad_indicators_are_named() -> None:
    with pytest.raises(AppraisalError, match="target"):
        Indicator("x", 1, 2, 2)
    with pytest.raises(AppraisalError, match="weight"):
        Indicator("x", -1, 0, 2)
