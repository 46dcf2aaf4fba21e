"""From indicators to one score with an interval, to ranks with their uncertainty, and who moves when weights change.

An indicator gives 0 points at its floor, 100 at its target, in between in proportion; beyond either it stays there. Where the
target is below the floor, less is better. The score is the weighted mean of the points over the indicators that count for the
unit. All are drawn from the posteriors (`Posterior.draws`), so points, score and interval agree: the score is the posterior mean.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anxin.engines.appraisal.errors import AppraisalError
from anxin.engines.appraisal.posterior import Posterior
from anxin.engines.results import Floats, Interval

DRAWS = 500
LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class Indicator:
    """Points from `floor` (0) to `target` (100); `weight` in any unit, for they are brought to one."""

    code: str
    weight: float
    floor: float
    target: float

    def __post_init__(self) -> None:
        if self.floor == self.target:
            raise AppraisalError(f"target: that of {self.code} is its floor; there is nothing in between.")
        if self.weight < 0:
            raise AppraisalError(f"weight: that of {self.code} is negative.")

    def points(self, value: Floats | float) -> Floats:
        return np.clip((np.asarray(value, np.float64) - self.floor) / (self.target - self.floor), 0.0, 1.0) * 100.0


@dataclass(frozen=True, slots=True)
class Score:
    """One unit's score, 0 to 100. `points` by indicator; `share` is each one's part of the weight; contributions add up to it."""

    name: str
    value: float
    interval: Interval
    points: Mapping[str, float]
    share: Mapping[str, float]
    draws: Floats


def score(name: str, indicators: Sequence[Indicator], posteriors: Mapping[str, Posterior]) -> Score | None:
    """The unit's score over those `indicators` that it has a posterior of; None when these weigh nothing."""
    counted = [one for one in indicators if one.code in posteriors and one.weight > 0]
    whole = sum(one.weight for one in counted)
    if not whole:
        return None
    total, points = np.zeros(DRAWS), {}
    for one in counted:
        # The same draws whatever the weights: a preview shows what a change does and nothing else.
        rng = np.random.default_rng(zlib.crc32(f"{name}|{one.code}".encode()))
        drawn = one.points(posteriors[one.code].draws(DRAWS, rng))
        points[one.code] = float(drawn.mean())
        total += drawn * (one.weight / whole)
    low, high = np.quantile(total, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    share = {one.code: one.weight / whole for one in counted}
    return Score(name, float(total.mean()), Interval(float(low), float(high), LEVEL, "simulated"), points, share, total)


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit's place among its peers: 1 is best. `low` and `high` hold the true rank with 90 %; `top` and `bottom` are the
    probabilities to be among the best and the last quarter."""

    name: str
    rank: int
    low: int
    high: int
    top: float
    bottom: float
    among: int


def standings(scores: Sequence[Score]) -> dict[str, Standing]:
    """Ranks by score; their uncertainty by ranking every draw. Ties share the better rank."""
    if not scores:
        return {}
    drawn = np.stack([one.draws for one in scores])
    places = np.argsort(np.argsort(-drawn, axis=0, kind="stable"), axis=0, kind="stable") + 1
    quarter = max(1, len(scores) // 4)
    values = np.array([one.value for one in scores])
    found = {}
    for one, ranks in zip(scores, places, strict=True):
        low, high = np.quantile(ranks, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="nearest")
        found[one.name] = Standing(
            one.name, int((values > one.value).sum()) + 1, int(low), int(high), float((ranks <= quarter).mean()),
            float((ranks > len(scores) - quarter).mean()), len(scores),
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Move:
    """One unit under the old and the new weights. `beyond`: the new score is outside the old one's interval. None: not scored."""

    name: str
    before: float | None
    after: float | None
    rank_before: int | None
    rank_after: int | None
    beyond: bool

    @property
    def change(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before


def moves(before: Sequence[Score], after: Sequence[Score]) -> list[Move]:
    """Who moves, the largest change first; units in either."""
    old, new = {one.name: one for one in before}, {one.name: one for one in after}
    ranks, later = standings(before), standings(after)
    found = []
    for name in dict.fromkeys([*old, *new]):
        was, becomes = old.get(name), new.get(name)
        beyond = was is not None and becomes is not None and becomes.value not in was.interval
        found.append(
            Move(
                name, was.value if was else None, becomes.value if becomes else None,
                ranks[name].rank if was else None, later[name].rank if becomes else None, beyond,
            )
        )  # fmt: skip
    return sorted(found, key=lambda move: -abs(move.change) if move.change is not None else -np.inf)
