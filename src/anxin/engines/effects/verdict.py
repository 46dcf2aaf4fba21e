"""A plain word for a measured effect. The rule is written down here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from anxin.engines.results import Interval

LEAST_PERIODS = 3
LEAST_OBSERVATIONS = 20


class Word(StrEnum):
    HELPED = "helped"
    NO_SIGN = "no_sign"
    HURT = "hurt"
    TOO_EARLY = "too_early"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` is a code:

    few_periods, few_observations       too early: not enough seen yet
    could_not_be_seen                   too early: nothing is shown, and the expected effect could have hidden in the noise
    as_expected, less_than_expected, more_than_expected
                                        helped: the whole interval is on the good side; where the expected effect lies in it
    nothing_shown                       no sign: an effect as large as expected would have been seen, or is ruled out
    wrong_way                           hurt: the whole interval is on the bad side
    """

    word: Word
    reason: str


def judge(
    *, estimate: float, interval: Interval, smallest: float, expected: float, good: str, periods: int, observations: float
) -> Verdict:  # fmt: skip
    """`good` is "down" or "up"; `expected` is how far in that direction was hoped for (its sign does not matter, 0: not said).

    `smallest` is the effect that would have been seen with a chance of 80 %; `periods` and `observations` lie after the change.
    """
    if good not in ("down", "up"):
        raise ValueError(f"good is {good!r}; it is 'down' or 'up'")
    if periods < LEAST_PERIODS:
        return Verdict(Word.TOO_EARLY, "few_periods")
    if observations < LEAST_OBSERVATIONS:
        return Verdict(Word.TOO_EARLY, "few_observations")
    sign = -1.0 if good == "down" else 1.0
    low, high = sorted((sign * interval.low, sign * interval.high))
    hoped = abs(expected)
    if low > 0:
        reason = (
            "less_than_expected" if high < hoped else "more_than_expected" if hoped and low > hoped else "as_expected"
        )
        return Verdict(Word.HELPED, reason)
    if high < 0:
        return Verdict(Word.HURT, "wrong_way")
    # Nothing is shown: is that because there is nothing, or because we could not have seen it?
    if hoped and high >= hoped and smallest > hoped:
        return Verdict(Word.TOO_EARLY, "could_not_be_seen")
    return Verdict(Word.NO_SIGN, "nothing_shown")
