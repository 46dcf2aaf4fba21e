"""What judgements come to, by the measurement engine: one expert's consistency and the group's weights. Pure but for rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anxin.engines.measure.errors import MeasureError
from anxin.engines.measure.evaluation import ahp

LIMIT = 0.1  # Saaty's: above it judgements are to be looked at again
MOST = 9  # Saaty's scale
STEPS = tuple(range(-8, 9))


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one expert is. `weights` and `cr` are None until the judgements link all criteria; `worst` is the judgement
    that fits least with the value the others imply, None while all fit."""

    judged: int
    pairs: int
    cr: float | None
    weights: dict[str, float] | None
    worst: tuple[str, str] | None = None
    worst_now: int = 0
    worst_better: int | None = None

    @property
    def complete(self) -> bool:
        return self.judged == self.pairs

    @property
    def consistent(self) -> bool:
        return self.cr is not None and self.cr <= LIMIT


def pairs_of(codes: Sequence[str]) -> list[tuple[str, str]]:
    return list(ahp.upper_pairs(codes))


def ratio(step: int) -> float:
    """How many times: 2 → 3, -2 → 1/3."""
    return float(step + 1) if step >= 0 else 1.0 / (1 - step)


def step_of(value: float) -> int:
    """The nearest step of Saaty's scale."""
    return min(STEPS, key=lambda step: abs(_log(ratio(step)) - _log(value)))


def _log(value: float) -> float:
    import math

    return math.log(value)


def judgements_of(steps: Mapping[str, int], codes: Sequence[str]) -> ahp.Judgements:
    """One expert's matrix, with gaps where nothing was judged."""
    given = {
        (first, second): ratio(steps[f"{first}/{second}"])
        for first, second in pairs_of(codes) if f"{first}/{second}" in steps
    }  # fmt: skip
    return ahp.Judgements.from_pairs(given, list(codes))


def standing(steps: Mapping[str, int], codes: Sequence[str]) -> Standing:
    """Where an expert stands with these judgements."""
    pairs = pairs_of(codes)
    judgements = judgements_of(steps, codes)
    try:
        found = ahp.inconsistencies(judgements, most=1)
    except MeasureError:
        return Standing(judgements.count, len(pairs), None, None)
    weighed = found.priorities
    worst = found.worst[0] if found.worst else None
    return Standing(
        judged=judgements.count, pairs=len(pairs), cr=float(weighed.cr),
        weights={code: float(weight) for code, weight in zip(weighed.names, weighed.weights, strict=True)},
        worst=(worst.first, worst.second) if worst else None,
        worst_now=step_of(worst.judged) if worst else 0,
        worst_better=step_of(worst.on_scale) if worst and worst.on_scale else None,
    )  # fmt: skip


def group(experts: Mapping[str, Mapping[str, int]], codes: Sequence[str]) -> ahp.GroupPriorities | None:
    """The group's weights (geometric mean of judgements); None while nobody's judgements, nor all together, link all
    criteria. Experts without any judgement do not count."""
    given = {name: judgements_of(steps, codes) for name, steps in experts.items() if steps}
    if not given:
        return None
    try:
        return ahp.group_priorities(given)
    except MeasureError:
        return None


@dataclass(frozen=True, slots=True)
class Moved:
    """What becomes of the first place when one judgement of the group runs over the whole scale."""

    first: str
    second: str
    judged: float
    best: str
    low: float | None
    becomes_low: str | None
    high: float | None
    becomes_high: str | None


def sensitivity(result: ahp.GroupPriorities) -> list[Moved]:
    """For every pair of the group: at which judgement another criterion would come first; nearest changes first."""
    if result.aggregated is None:
        return []
    matrix = ahp.Judgements.of(result.aggregated.matrix, list(result.names))
    found = []
    for first, second in pairs_of(result.names):
        one = ahp.judgement_sensitivity(matrix, first, second)
        if one.judged is None or (one.low is None and one.high is None):
            continue
        found.append(
            Moved(first, second, one.judged, one.best_now or "", one.low, one.becomes_low, one.high, one.becomes_high)
        )
    return sorted(found, key=lambda one: min(abs(_log(end) - _log(one.judged)) for end in (one.low, one.high) if end))


def left_out_one(experts: Mapping[str, Mapping[str, int]], codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The ranking without each expert in turn, where it differs from that of all."""
    whole = group(experts, codes)
    if whole is None or len(experts) < 3:
        return {}
    found = {}
    for name in experts:
        without = group({other: steps for other, steps in experts.items() if other != name}, codes)
        if without is not None and without.ranking != whole.ranking:
            found[name] = without.ranking
    return found
