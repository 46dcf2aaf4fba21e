from __future__ import annotations

import pytest

from anxin.engines.effects import judge
from anxin.engines.results import Interval


@pytest.mark.parametrize(
    ("low", "high", "smallest", "good", "word", "reason"),
    [
        (-0.15, -0.05, 0.05, "down", "helped", "as_expected"), (-0.08, -0.02, 0.05, "down", "helped", "less_than_expected"),
        (-0.3, -0.2, 0.05, "down", "helped", "more_than_expected"), (0.02, 0.08, 0.05, "down", "hurt", "wrong_way"),
        (0.02, 0.15, 0.05, "up", "helped", "as_expected"), (-0.05, 0.05, 0.07, "down", "no_sign", "nothing_shown"),
        (-0.05, 0.05, 0.2, "down", "no_sign", "nothing_shown"), (-0.2, 0.1, 0.2, "down", "too_early", "could_not_be_seen"),
    ],
)  # fmt: skip
def test_the_interval_decides(low: float, high: float, smallest: float, good: str, word: str, reason: str) -> None:
    found = judge(estimate=(low + high) / 2, interval=Interval(low, high), smallest=smallest, expected=0.1, good=good, periods=6, observations=100)  # fmt: skip
    assert (found.word, found.reason) == (word, reason)


def test_nothing_is_said_before_there_is_enough() -> None:
    given = {"estimate": -1.0, "interval": Interval(-1.2, -0.8), "smallest": 0.1, "expected": 0.1, "good": "down"}
    assert judge(**given, periods=2, observations=500).reason == "few_periods"
    assert judge(**given, periods=9, observations=19).reason == "few_observations"
    with pytest.raises(ValueError, match="sideways"):
        judge(**{**given, "good": "sideways"}, periods=9, observations=100)
