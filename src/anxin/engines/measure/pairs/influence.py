"""How much each respondent moves each threshold and each polychoric correlation.

The two-step estimates solve stacked estimating equations (Muthén 1984; Muthén & Satorra 1995): a respondent's influence is
B⁻¹ times their scores, and the estimates' covariance is the sum of the influences' squares. A threshold's influence depends
only on the answer to its item, a correlation's only on the two answers, so both are small tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.kernels import COMPILED, compiled
from anxin.engines.measure.pairs.cells import by_thresholds, chances
from anxin.engines.measure.pairs.coding import Bytes, Coding
from anxin.engines.measure.pairs.tables import pair_places
from anxin.engines.measure.results import Floats

_BLOCK = 1024  # rows of influences at a time: 231 pairs of them are 1.9 MB, which the cache keeps


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """`on_pairs` (pairs, k, k): what one respondent in a cell adds to its correlation. `on_cuts` (p, k, k - 1): what one with
    an answer adds to each threshold of its item. Both already divided by n, so that variances are sums of squares.
    """

    on_pairs: Floats
    on_cuts: Floats
    pair_variances: Floats
    cut_covariances: tuple[Floats, ...]


def influence(tables: Floats, counts: Floats, cuts: Floats, r: Floats, squares: Floats | None = None) -> Influence:
    """From pair tables (pairs, k, k), margins (p, k), thresholds (p, k - 1) and correlations (pairs,).

    With weights, `squares` are the tables of squared weights, which the variances then need.
    """
    p = len(counts)
    left, right = pair_places(p)
    on_cuts = _on_cuts(counts, cuts)
    chance, change = chances(cuts[left], cuts[right], r)
    score = change / chance
    weighted = tables * score
    information = (weighted * score).sum(axis=(1, 2))
    by_left, by_right = by_thresholds(cuts[left], cuts[right], r)
    share = weighted / chance
    # What a shift of each threshold does to the sum of the pair's scores.
    toward_left = (by_left * (share[:, :-1] - share[:, 1:])).sum(axis=2)
    toward_right = (by_right * (share[:, :, :-1] - share[:, :, 1:])).sum(axis=1)
    through_left = np.einsum("qt,qat->qa", toward_left, on_cuts[left])
    through_right = np.einsum("qt,qbt->qb", toward_right, on_cuts[right])
    # A table that fits a perfect relation exactly says nothing of how exact its correlation is.
    known = np.where(information > 0, information, np.nan)
    on_pairs = (score - through_left[:, :, None] - through_right[:, None, :]) / known[:, None, None]
    spread = tables if squares is None else squares
    variances = (spread * on_pairs * on_pairs).sum(axis=(1, 2))
    covariances = []
    for place in range(p):
        finite = np.isfinite(cuts[place])
        own = on_cuts[place][:, finite]
        total = counts[place] if squares is None else _square_margin(squares, place, p)
        covariances.append(own.T @ (total[:, None] * own))
    return Influence(on_pairs, on_cuts, variances, tuple(covariances))


def _on_cuts(counts: Floats, cuts: Floats) -> Floats:
    """(p, k, k - 1): (1{answer ≤ cut} - share below the cut) / (n φ(cut)); zero past an item's last threshold."""
    k = counts.shape[1]
    total = counts.sum(axis=1)
    share = np.cumsum(counts, axis=1)[:, :-1] / total[:, None]
    below = np.arange(k)[:, None] <= np.arange(k - 1)[None, :]
    density = np.exp(-0.5 * cuts * cuts) / np.sqrt(2 * np.pi)
    scale = np.divide(1.0, density * total[:, None], out=np.zeros_like(density), where=np.isfinite(cuts))
    result: Floats = (below[None] - share[:, None, :]) * scale[:, None, :]
    return result


def _square_margin(squares: Floats, place: int, p: int) -> Floats:
    left, right = pair_places(p)
    last = place == p - 1
    table = squares[np.flatnonzero(right == place)[0] if last else np.flatnonzero(left == place)[0]]
    total: Floats = table.sum(axis=0 if last else 1)
    return total


def cross_products(coding: Coding, found: Influence, cuts: Floats, *, with_cuts: bool) -> Floats:
    """The estimates' covariance matrix: all pairs, after all thresholds of all items if `with_cuts`. One pass over rows."""
    blocks = row_blocks(coding, found, cuts, with_cuts=with_cuts)
    first = next(blocks)
    total: Floats = first.T @ first
    for block in blocks:
        total += block.T @ block
    return total


def row_blocks(coding: Coding, found: Influence, cuts: Floats, *, with_cuts: bool) -> Iterator[Floats]:
    """(some rows, moments) at a time: each respondent's influence on every threshold (if `with_cuts`) and correlation.

    A block is good until the next is asked for: they share their memory.
    """
    data = coding.data.view(np.uint8)
    flat_cuts, first = _flat_cuts(found, cuts) if with_cuts else (np.zeros((coding.p, found.on_cuts.shape[1], 0)), 0)
    width = first + len(found.on_pairs)
    room = np.empty((min(coding.n, _BLOCK), width))  # one for all: fresh megabytes cost more than filling them
    for start in range(0, coding.n, _BLOCK):
        rows = data[start : start + _BLOCK]
        out = room[: len(rows)]
        if COMPILED:
            _fill(rows, coding.lookup, found.on_pairs, flat_cuts, first, out)
        else:
            _fill_arrays(rows, coding.lookup, found.on_pairs, flat_cuts, first, out)
        if coding.weights is not None:
            out *= coding.weights[start : start + _BLOCK, None]
        yield out


def _flat_cuts(found: Influence, cuts: Floats) -> tuple[Floats, int]:
    """(p, k, all thresholds): each item's influences in the columns of its own thresholds, zero elsewhere."""
    finite = np.isfinite(cuts)
    width = int(finite.sum())
    flat = np.zeros((cuts.shape[0], found.on_cuts.shape[1], width))
    column = 0
    for place, own in enumerate(finite):
        count = int(own.sum())
        flat[place, :, column : column + count] = found.on_cuts[place][:, own]
        column += count
    return flat, width


@compiled
def _fill(rows: NDArray[np.uint8], lookup: Bytes, on_pairs: Floats, flat: Floats, first: int, out: Floats) -> None:
    n, p = rows.shape
    codes = np.empty(p, np.int64)
    for row in range(n):
        for item in range(p):
            codes[item] = lookup[item, rows[row, item]]
        for column in range(first):
            out[row, column] = 0.0
        if first > 0:
            for item in range(p):
                if codes[item] >= 0:
                    for column in range(first):
                        out[row, column] += flat[item, codes[item], column]
        pair = 0
        for one in range(p):
            a = codes[one]
            for other in range(one + 1, p):
                b = codes[other]
                out[row, first + pair] = on_pairs[pair, a, b] if a >= 0 and b >= 0 else 0.0
                pair += 1


def _fill_arrays(
    rows: NDArray[np.uint8], lookup: Bytes, on_pairs: Floats, flat: Floats, first: int, out: Floats
) -> None:
    p = rows.shape[1]
    codes = np.stack([lookup[item][rows[:, item]] for item in range(p)], axis=1)
    left, right = pair_places(p)
    a, b = codes[:, left], codes[:, right]
    out[:, first:] = np.where((a >= 0) & (b >= 0), on_pairs[np.arange(len(left)), a, b], 0.0)
    if first:
        out[:, :first] = 0.0
        for item in range(p):
            given = codes[:, item] >= 0
            out[given, :first] += flat[item][codes[given, item]]
