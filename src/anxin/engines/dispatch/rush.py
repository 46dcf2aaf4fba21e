"""Rushes: when much more comes at once than usual, and how much longer cases then wait beyond what queues explain.

A case came in a rush when within 36 hours of it at least twice as many cases came as usually do in as long a time within 30 days of
it, and more than chance brings (three standard deviations of Poisson). How much longer visits of such cases lay than visits to the
same step otherwise is taken from the past: the ratio of sums, not falling as rushes grow (pooled adjacent violators), by department but
drawn together as far as few cases leave them uncertain, and 1 where the whole process shows nothing that is surely more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anxin.engines.dispatch.model import Floats

Ints = NDArray[np.int64]
NEAR, AROUND = 36.0, 720.0
"""Hours before and after a case: what comes with it, and what is usual."""
BOUNDS = (2.0, 4.0, 8.0)
"""Times the usual, from which on a rush is of level 1, 2, 3."""
FEW = 30
"""Cases of a level from which it is told from its neighbour."""
SURE = 1.96
_LEAST = 2.0


@dataclass(frozen=True, slots=True)
class Rush:
    """`cases` that came in a rush, the `largest` (times the usual), and by department the factor of each level; "" is what nobody
    serves. Departments where a rush shows nothing are left out."""

    cases: int
    largest: float
    factors: dict[str, tuple[float, ...]]


def times_usual(came: Floats) -> Floats:
    """Of each case: how many times the usual came around it; 1 where no more came than chance brings. In any order."""
    if not len(came):
        return np.ones(0)
    ordered = np.sort(came)

    def around(hours: float) -> tuple[Ints, Floats]:
        count = np.searchsorted(ordered, came + hours, "right") - np.searchsorted(ordered, came - hours)
        return count, np.minimum(came + hours, ordered[-1]) - np.maximum(came - hours, ordered[0])

    near, span = around(NEAR)
    all_of_it, whole = around(AROUND)
    usual = (all_of_it - near) / np.maximum(whole - span, 1e-9) * span
    by_chance = near - usual < 3 * np.sqrt(usual) + _LEAST
    return np.where(by_chance | (whole - span < AROUND / 2), 1.0, near / np.maximum(usual, 1.0))


def levels(came: Floats) -> Ints:
    """Of each case: 0 for no rush, else the level of its rush."""
    return np.searchsorted(np.array(BOUNDS), times_usual(came), "right").astype(np.int64)


def stretches(level: Ints, case: Ints, where: Ints, spent: Floats, usual: Floats) -> dict[int, tuple[float, ...]]:
    """By code of `where` the factor of each level; empty where rushes show nothing. `level` of each case; of each visit `case`,
    `where` (its department), the hours `spent` and what is `usual` at its step."""
    of_visit = level[case]
    count = np.bincount(level, minlength=len(BOUNDS) + 1)
    # Levels with few cases are taken together with the next; the last ones with the one before.
    groups: list[list[int]] = [[]]
    for one in range(1, len(BOUNDS) + 1):
        groups[-1].append(one)
        if count[groups[-1]].sum() >= FEW:
            groups.append([])
    rest = groups.pop()
    if not groups:
        return {}
    groups[-1] += rest
    while True:
        pooled = [_ratio(np.isin(of_visit, group), case, spent, usual) for group in groups]
        falls = [place for place in range(1, len(groups)) if pooled[place][0] < pooled[place - 1][0]]
        if not falls:
            break
        groups[falls[0] - 1] += groups.pop(falls[0])
    codes = np.unique(where).tolist()
    found = {code: [1.0] * len(BOUNDS) for code in codes}
    for group, (ratio, error) in zip(groups, pooled, strict=True):
        if ratio - SURE * error <= 1:
            continue
        inside = np.isin(of_visit, group)
        for code, factor in zip(
            codes,
            _drawn_together([_ratio(inside & (where == code), case, spent, usual) for code in codes]),
            strict=True,
        ):
            for one in range(group[0], len(BOUNDS) + 1):
                found[code][one - 1] = max(found[code][one - 1], factor)
    return {code: tuple(factors) for code, factors in found.items() if max(factors) > 1}


def _ratio(mine: NDArray[np.bool_], case: Ints, spent: Floats, usual: Floats) -> tuple[float, float]:
    """Hours spent to usual ones and the standard error, cases being independent (ratio estimator)."""
    whole = float(usual[mine].sum())
    if whole <= 0:
        return 1.0, np.inf
    ratio = float(spent[mine].sum()) / whole
    apart = np.bincount(case[mine], spent[mine] - ratio * usual[mine])
    return ratio, float(np.sqrt((apart**2).sum())) / whole


def _drawn_together(seen: list[tuple[float, float]]) -> list[float]:
    """Ratios drawn toward their mean as far as their errors explain how they differ (DerSimonian & Laird 1986)."""
    ratio, error = np.array(seen).T
    known = np.isfinite(error) & (error > 0)
    if not known.any():
        return [float(one) for one in ratio]
    weight = np.where(known, 1 / np.where(known, error, 1.0) ** 2, 0.0)
    mean = float((weight * ratio).sum() / weight.sum())
    apart = float((weight * (ratio - mean) ** 2).sum()) - (known.sum() - 1)
    room = weight.sum() - (weight**2).sum() / weight.sum()
    between = max(0.0, apart / room) if room > 0 else 0.0
    if between > 0:
        around = np.where(known, 1 / (between + np.where(known, error, 1.0) ** 2), 0.0)
        mean = float((around * ratio).sum() / around.sum())
    drawn = mean + (ratio - mean) * between / (between + np.where(known, error, np.inf) ** 2)
    return [float(one) for one in drawn]
