"""Penalty–reward contrasts: what a bad and what a good rating of an attribute does to overall satisfaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from anxin.engines.measure.drivers.least_squares import robust_fit
from anxin.engines.measure.drivers.observations import SINGULAR, observations
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.multiplicity import ADJUSTMENTS, Adjustment, adjusted
from anxin.engines.measure.options import check_level, one_of
from anxin.engines.measure.results import Caution, Floats, Interval, Result, Table, number
from anxin.engines.measure.variables import Dimensions

FEW = 10  # low or high ratings below which a contrast hangs on a handful of respondents


class Factor(StrEnum):
    """What an attribute is to satisfaction."""

    BASIC = "basic"
    PERFORMANCE = "performance"
    EXCITEMENT = "excitement"
    UNIMPORTANT = "no clear effect"


@dataclass(frozen=True, slots=True)
class Contrast:
    """One attribute: how far a low rating is from a middling one in the outcome (`penalty`), and a high one (`reward`).

    `n_low`, `n_high`: respondents with such ratings. `p_penalty`, `p_reward` are one effect's, the adjusted ones for all effects
    together. `impact_range` = reward less penalty; `asymmetry` = (|reward| - |penalty|) / (|reward| + |penalty|), from -1 (only
    dissatisfies) to 1 (only delights); `p_asymmetry` tests penalty + reward = 0.
    """

    attribute: str
    n_low: int
    n_high: int
    penalty: float
    penalty_interval: Interval
    p_penalty: float
    p_penalty_adjusted: float
    reward: float
    reward_interval: Interval
    p_reward: float
    p_reward_adjusted: float
    impact_range: float
    asymmetry: float
    p_asymmetry: float
    factor: Factor


@dataclass(frozen=True, kw_only=True, repr=False)
class PenaltyReward(Result):
    """Contrasts of every attribute from one regression. `penalised`, `rewarded`: ratings up to and from which."""

    outcome: str
    contrasts: tuple[Contrast, ...]
    penalised: float
    rewarded: float
    n: int
    r_squared: float
    cautions: tuple[Caution, ...] = ()

    def __getitem__(self, attribute: str) -> Contrast:
        for one in self.contrasts:
            if one.attribute == attribute:
                return one
        names = [one.attribute for one in self.contrasts]
        raise BadData(
            f"There is no attribute {attribute!r}. Attributes: {listed(names)}.", code="no-item", about=[attribute]
        )

    def headline(self) -> str:
        parts = []
        for factor in Factor:
            names = [one.attribute for one in self.contrasts if one.factor is factor]
            if names:
                parts.append(f"{factor}: {listed(names)}")
        return "; ".join(parts)

    def table(self) -> Table:
        columns = ("attribute", "penalty", "low", "high", "p adjusted", "reward", "low ", "high ", "p adjusted ")
        rows = [
            (
                *(
                    one.attribute,
                    one.penalty,
                    one.penalty_interval.low,
                    one.penalty_interval.high,
                    one.p_penalty_adjusted,
                ),
                *(one.reward, one.reward_interval.low, one.reward_interval.high, one.p_reward_adjusted),
                *(one.impact_range, one.asymmetry, one.factor.value),
            )
            for one in self.contrasts
        ]
        title = f"Penalty and reward in {self.outcome}, R² = {number(self.r_squared)}, n = {self.n}"
        return Table.of((*columns, "range", "asymmetry", "factor"), rows, title=title)


def penalty_reward(
    source: Any,
    outcome: str,
    *,
    scale: tuple[float, float],
    items: Sequence[str] | None = None,
    dimensions: Dimensions | None = None,
    penalised: float | None = None,
    rewarded: float | None = None,
    weights: Any = None,
    missing: Iterable[float] = (),
    adjust: Adjustment = "holm",
    level: float = 0.95,
) -> PenaltyReward:
    """Penalty–reward contrast analysis (Brandt 1987) of attributes rated on `scale` (lowest, highest answer).

    The outcome is regressed on two dummies for each attribute: rated low (up to `penalised`) and rated high (from `rewarded`);
    in between is the reference. Defaults: below and above the middle of the scale, so that on 1–5 the 3 is the reference; a scale without a
    middle needs both named. Least squares with HC3 standard errors; p values adjusted over all penalties and rewards together.

    An attribute whose penalty alone differs from 0 at 1 - level (adjusted, and in the expected direction) is a basic factor, whose reward
    alone an excitement factor, both a performance factor (Matzler & Sauerwein 2002). Range and asymmetry of impact: Mikulić & Prebežac
    (2008). Listwise deletion; weights as in weighted least squares.

    Raises BadData where an attribute has no low, no middling or no high ratings, for an answer off the scale, and as
    `drivers.regression`; BadModel for wrong options.
    """
    one_of(adjust, ADJUSTMENTS, "adjust")
    check_level(level)
    low, high = _bounds(scale, penalised, rewarded)
    seen = observations(source, outcome, items=items, dimensions=dimensions, weights=weights, missing=missing)
    ratings = seen.raw[:, :-1]
    _check_ratings(ratings, seen.drivers, scale, low, high)
    dummies = np.column_stack([one for rating in ratings.T for one in (rating <= low, rating >= high)]).astype(
        np.float64
    )
    _check_apart(dummies, seen.drivers)
    fit = robust_fit(seen.raw[:, -1], dummies, seen.weights, [name for name in seen.drivers for _ in range(2)])
    effects = np.asarray(fit.params)[1:]
    ends = np.asarray(fit.conf_int(alpha=1 - level))[1:]
    p = np.asarray(fit.pvalues)[1:]
    together = adjusted(p, method=adjust)
    sums = np.kron(np.eye(len(seen.drivers)), np.ones((1, 2)))
    turned = np.asarray(fit.t_test(np.column_stack([np.zeros(len(sums)), sums])).pvalue).reshape(-1)

    def interval(at: int) -> Interval:
        return Interval(float(ends[at, 0]), float(ends[at, 1]), level, "HC3")

    contrasts = []
    for place, name in enumerate(seen.drivers):
        bad, good = 2 * place, 2 * place + 1
        penalty, reward = float(effects[bad]), float(effects[good])
        size = abs(penalty) + abs(reward)
        hurts = penalty < 0 and together[bad] < 1 - level
        pleases = reward > 0 and together[good] < 1 - level
        contrasts.append(
            Contrast(
                attribute=name,
                n_low=int(dummies[:, bad].sum()),
                n_high=int(dummies[:, good].sum()),
                penalty=penalty,
                penalty_interval=interval(bad),
                p_penalty=float(p[bad]),
                p_penalty_adjusted=float(together[bad]),
                reward=reward,
                reward_interval=interval(good),
                p_reward=float(p[good]),
                p_reward_adjusted=float(together[good]),
                impact_range=reward - penalty,
                asymmetry=(abs(reward) - abs(penalty)) / size if size > 0 else float("nan"),
                p_asymmetry=float(turned[place]),
                factor=_factor(bool(hurts), bool(pleases)),
            )
        )
    return PenaltyReward(
        outcome=outcome,
        contrasts=tuple(contrasts),
        penalised=low,
        rewarded=high,
        n=seen.n,
        r_squared=float(fit.rsquared),
        cautions=(*seen.cautions, *_few(contrasts)),
    )


def _bounds(scale: Sequence[float], penalised: float | None, rewarded: float | None) -> tuple[float, float]:
    if len(scale) != 2 or not scale[0] < scale[1]:
        raise BadModel(
            f"scale={scale!r} will not do: give the lowest and the highest answer, such as (1, 5).",
            code="bad-option",
            about=["scale"],
        )
    middle = (scale[0] + scale[1]) / 2
    if (penalised is None or rewarded is None) and middle != int(middle):
        raise BadModel(
            f"The scale {scale[0]} to {scale[1]} has no middle answer to compare with. Say which ratings are low and which high: "
            "penalised=…, rewarded=….",
            code="no-middle",
            about=["penalised", "rewarded"],
        )
    # Dimensions' means lie between whole numbers: whatever is nearer to a neighbour than to the middle is not the middle.
    low = middle - 0.5 if penalised is None else float(penalised)
    high = middle + 0.5 if rewarded is None else float(rewarded)
    if not scale[0] <= low < high <= scale[1]:
        raise BadModel(
            f"penalised={low:g} and rewarded={high:g} will not do: the first must be below the second, both on the scale.",
            code="bad-option",
            about=["penalised", "rewarded"],
        )
    return low, high


def _check_ratings(ratings: Floats, names: Sequence[str], scale: tuple[float, float], low: float, high: float) -> None:
    off = [
        name
        for name, column in zip(names, ratings.T, strict=True)
        if column.min() < scale[0] or column.max() > scale[1]
    ]
    if off:
        raise BadData(
            f"{listed(off)}: answers lie outside the scale {scale[0]} to {scale[1]}. Correct them, name their codes as "
            "missing=[…], or give the right scale.",
            code="out-of-range",
            about=off,
        )
    for name, column in zip(names, ratings.T, strict=True):
        kinds = (
            (f"up to {low:g}", int((column <= low).sum())),
            (f"between {low:g} and {high:g}", int(((column > low) & (column < high)).sum())),
            (f"from {high:g}", int((column >= high).sum())),
        )
        empty = [text for text, count in kinds if count == 0]
        if empty:
            raise BadData(
                f"{name}: nobody rated it {listed(empty)}, so there is nothing to contrast. Choose other bounds by penalised=… "
                "and rewarded=…, or leave it out.",
                code="empty-category",
                about=[name],
            )


def _check_apart(dummies: Floats, names: Sequence[str]) -> None:
    if len(dummies) < dummies.shape[1] + 3:
        raise BadData(
            f"{len(dummies)} complete answers for {dummies.shape[1]} contrasts; it takes at least {dummies.shape[1] + 3}.",
            code="few-answers",
        )
    roots, vectors = np.linalg.eigh(np.corrcoef(dummies, rowvar=False))
    if roots[0] < SINGULAR:
        parts = np.abs(vectors[:, 0]).reshape(-1, 2).max(axis=1)
        about = [name for name, part in zip(names, parts, strict=True) if part > 1e-4]
        raise BadData(
            f"{listed(about)}: their low and high ratings always go together, so their effects cannot be told apart. Leave one "
            "out.",
            code="singular",
            about=about,
        )


def _factor(hurts: bool, pleases: bool) -> Factor:
    if hurts and pleases:
        return Factor.PERFORMANCE
    if hurts:
        return Factor.BASIC
    return Factor.EXCITEMENT if pleases else Factor.UNIMPORTANT


def _few(contrasts: Sequence[Contrast]) -> list[Caution]:
    few = [one.attribute for one in contrasts if min(one.n_low, one.n_high) < FEW]
    if not few:
        return []
    text = f"{listed(few)}: fewer than {FEW} low or high ratings; the contrast hangs on a handful of respondents."
    return [Caution("few-answers", text, tuple(few))]
