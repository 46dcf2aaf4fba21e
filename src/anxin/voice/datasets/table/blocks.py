"""Scales among columns of whole numbers: which belong together, which point the other way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.voice.datasets.table.raw import RawColumn

_ROWS = 5_000  # enough to tell a correlation of 0.1 from none
# Scales that are asked, the narrowest first: the first that holds all answers is taken.
SCALES = tuple(
    sorted(
        (
            (1, 3),
            (1, 4),
            (1, 5),
            (1, 6),
            (1, 7),
            (1, 9),
            (1, 10),
            (1, 11),
            (0, 3),
            (0, 4),
            (0, 5),
            (0, 6),
            (0, 10),
            (-2, 2),
            (-3, 3),
        ),
        key=lambda ends: (ends[1] - ends[0], ends[0] < 0, -ends[0]),
    )
)
# What is written for no answer beside a scale, and how often it may be at most to be taken for that.
_NO_ANSWER = {-99.0, -98.0, -97.0, -9.0, -8.0, -7.0, -1.0, 0.0, 8.0, 9.0, 77.0, 88.0, 97.0, 98.0, 99.0, 888.0, 999.0}
_RARE, _RARE_ZERO = 0.25, 0.05


@dataclass(frozen=True, slots=True)
class Counted:
    """The different whole numbers of a column with their counts; None in place of it for other columns."""

    values: tuple[float, ...]
    counts: tuple[int, ...]

    @property
    def low(self) -> float:
        return self.values[0]

    @property
    def high(self) -> float:
        return self.values[-1]


def counted(column: RawColumn) -> Counted | None:
    """What whole numbers a column holds and how often; None for other columns and beyond 120 different ones."""
    if column.kind != "number":
        return None
    values = column.values[~np.isnan(column.values)]
    if not values.size:
        return None
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)) or high - low > 2_000:
        return None
    shifted = (values - low).astype(np.int64)
    if not np.array_equal(shifted + low, values):
        return None
    counts = np.bincount(shifted)
    there = np.flatnonzero(counts)
    if there.size > 120:
        return None
    return Counted(tuple(float(one + low) for one in there), tuple(int(counts[one]) for one in there))


def joined(parts: Sequence[Counted]) -> Counted:
    """The answers of several columns together."""
    counts: dict[float, int] = {}
    for part in parts:
        for value, count in zip(part.values, part.counts, strict=True):
            counts[value] = counts.get(value, 0) + count
    values = tuple(sorted(counts))
    return Counted(values, tuple(counts[value] for value in values))


def scale_for(found: Counted) -> tuple[float, float, tuple[float, ...]] | None:
    """(low, high, codes for no answer) of the narrowest scale that holds these answers; None if none does.

    A usual code for no answer (9, 99, -1 …) is taken for that where it is rare and stands apart from the answers; a rare
    0 below 1 to 5 or 1 to 7 as well.
    """
    total = sum(found.counts)
    kept, gone = list(found.values), []
    for value, count in zip(found.values, found.counts, strict=True):
        rest = [other for other in kept if other != value]
        if value not in _NO_ANSWER or count > _RARE * total or len(rest) < 2:
            continue
        apart = value - rest[-1] >= 2 or rest[0] - value >= 2
        if value == 0.0 and rest[0] == 1.0 and rest[-1] in (5.0, 7.0):
            apart = count <= _RARE_ZERO * total
        # 1 to 5 and then 8 and 9: both stand apart once the other is gone.
        if (
            not apart
            and value > 7
            and not any(3 <= other < value and other >= value - 1 and other <= 7 for other in rest)
        ):
            apart = (
                all(other in _NO_ANSWER for other in rest if other > 7)
                and max((o for o in rest if o <= 7), default=9) <= value - 2
            )
        if apart:
            kept.remove(value)
            gone.append(value)
    if len(kept) < 2:
        return None
    for low, high in SCALES:
        if low <= kept[0] and kept[-1] <= high and high - low <= 2 * (kept[-1] - kept[0]) + 1:
            return float(low), float(high), tuple(gone)
    return None


def together(columns: Sequence[RawColumn], missing: Sequence[Sequence[float]]) -> NDArray[Any]:
    """Correlations of columns, pairwise, on at most 5,000 rows; 0 where they cannot be had."""
    n = len(columns[0].values)
    step = max(1, n // _ROWS)
    table = np.stack([column.values[::step][:_ROWS] for column in columns])
    for row, gone in zip(table, missing, strict=True):
        if len(gone):
            row[np.isin(row, gone)] = np.nan
    known = ~np.isnan(table)
    filled = np.where(known, table, 0.0)
    weights = known.astype(np.float64)
    count = weights @ weights.T
    with np.errstate(invalid="ignore", divide="ignore"):
        sums = filled @ weights.T
        squares = (filled**2) @ weights.T
        mean = sums / count
        variance = squares / count - mean**2
        cross = filled @ filled.T / count - mean * mean.T
        found = cross / np.sqrt(variance * variance.T)
    found[~np.isfinite(found) | (count < 10)] = 0.0
    np.fill_diagonal(found, 1.0)
    return np.clip(found, -1, 1)


def strangers(correlations: NDArray[Any]) -> list[int]:
    """Places of columns that go with none of the others: their best correlation is far below what is usual among them."""
    if len(correlations) < 4:
        return []
    apart = np.abs(correlations - np.eye(len(correlations)))
    best = apart.max(axis=1)
    limit = max(0.1, 0.25 * float(np.median(best)))
    return [int(place) for place in np.flatnonzero(best < limit)]


def opposed(correlations: NDArray[Any]) -> list[int]:
    """Places of the minority whose answers run against the others': the signs of the first principal axis."""
    if len(correlations) < 3:
        return []
    _values, axes = np.linalg.eigh(correlations)
    axis = axes[:, -1]
    down = np.flatnonzero(axis < -0.1)
    up = np.flatnonzero(axis > 0.1)
    if len(down) == len(up):
        return []
    fewer = down if len(down) < len(up) else up
    return [int(place) for place in fewer]
