"""Counting answers of every two items against each other.

Everything up to the DWLS estimate of an ordinal model depends on the answers only through these tables. Each category of
each item is a row of bits, one a respondent; a cell is the population count of two such rows joined by "and".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anxin.engines.compiling import COMPILED, compiled
from anxin.engines.measure.pairs.coding import Bytes, Coding
from anxin.engines.measure.results import Floats

if COMPILED:
    from anxin.engines.measure.kernels import ones

_BLOCK = 512  # words: 4 kB a category, so that all categories of 22 five-point items stay in the second-level cache


def pair_places(p: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs (i, j) with i < j in the order of all pair arrays here: (0,1), (0,2) … (1,2) …"""
    left, right = np.triu_indices(p, 1)
    return left.astype(np.int64), right.astype(np.int64)


def pair_tables(coding: Coding) -> Floats:
    """(pairs, k, k) counts (or sums of weights) of respondents who answered both items of a pair; k as `most`."""
    most = int(coding.sizes.max())
    if not COMPILED:
        return _product_tables(coding, most)
    data = coding.data.view(np.uint8)
    if coding.weights is not None:
        return _weighted_tables(data, coding.lookup, coding.weights, most)
    return _bit_tables(data, coding.lookup, coding.sizes, most, coding.gaps).astype(np.float64)


def _product_tables(coding: Coding, most: int) -> Floats:
    """The same by matrix products of zeros and ones (without Numba). Blocks keep float32 sums of counts exact."""
    codes = coding.codes
    total = np.zeros((coding.p * most, coding.p * most))
    for start in range(0, coding.n, 65536):
        block = codes[start : start + 65536]
        hot = (block[:, :, None] == np.arange(most)).reshape(len(block), -1)
        if coding.weights is None:
            flat = hot.astype(np.float32)
            total += flat.T @ flat
        else:
            flat = hot.astype(np.float64)
            total += (flat * coding.weights[start : start + 65536, None]).T @ flat
    left, right = pair_places(coding.p)
    return np.ascontiguousarray(total.reshape(coding.p, most, coding.p, most).transpose(0, 2, 1, 3)[left, right])


@compiled
def _bit_tables(
    data: NDArray[np.uint8], lookup: Bytes, sizes: NDArray[np.int64], most: int, gaps: bool
) -> NDArray[np.int64]:
    n, p = data.shape
    first = np.zeros(p + 1, np.int64)
    for item in range(p):
        first[item + 1] = first[item] + sizes[item]
    # An answer's code in binary digits: one row of bits a digit first, from those one a category. "Missing" is all ones,
    # which no category is.
    digits = 1
    while (1 << digits) - 1 < most:
        digits += 1
    missing = np.uint64((1 << digits) - 1)
    table = np.empty((p, 256), np.uint64)
    for item in range(p):
        for byte in range(256):
            table[item, byte] = np.uint64(lookup[item, byte]) if lookup[item, byte] >= 0 else missing
    lowest = np.uint64(0x0101010101010101)
    gather = np.uint64(
        0x0102040810204080
    )  # multiplied by eight bytes of 0 or 1, its top byte holds their bits in order
    counts = np.zeros((p * (p - 1) // 2, most, most), np.int64)
    totals = np.zeros(first[p], np.int64)
    planes = np.zeros((first[p], _BLOCK), np.uint64)
    bits = np.zeros(digits, np.uint64)
    for start in range(0, n, _BLOCK * 64):
        stop = min(n, start + _BLOCK * 64)
        words = (stop - start + 63) // 64
        for word in range(words):
            low = start + word * 64
            for item in range(p):
                for digit in range(digits):
                    bits[digit] = 0
                for part in range(8):
                    eight = np.uint64(0)
                    base = low + part * 8
                    if base + 8 <= stop:
                        for row in range(8):
                            eight |= table[item, data[base + row, item]] << np.uint64(8 * row)
                    else:
                        for row in range(8):
                            if base + row < stop:
                                eight |= table[item, data[base + row, item]] << np.uint64(8 * row)
                            else:
                                eight |= missing << np.uint64(8 * row)
                    for digit in range(digits):
                        one = (eight >> np.uint64(digit)) & lowest
                        bits[digit] |= ((one * gather) >> np.uint64(56)) << np.uint64(8 * part)
                for code in range(sizes[item]):
                    plane = ~np.uint64(0)
                    for digit in range(digits):
                        plane &= bits[digit] if (code >> digit) & 1 else ~bits[digit]
                    planes[first[item] + code, word] = plane
        pair = 0
        for one_item in range(p):
            # Without gaps the last category follows from the margins.
            rows = sizes[one_item] if gaps else sizes[one_item] - 1
            for other in range(one_item + 1, p):
                columns = sizes[other] if gaps else sizes[other] - 1
                for a in range(rows):
                    for b in range(columns):
                        counts[pair, a, b] += _together(planes[first[one_item] + a], planes[first[other] + b], words)
                pair += 1
        if not gaps:
            for row in range(first[p]):
                totals[row] += _together(planes[row], planes[row], words)
    if not gaps:
        _fill_last(counts, totals, first, sizes)
    return counts


@compiled
def _together(left: NDArray[np.uint64], right: NDArray[np.uint64], words: int) -> np.int64:
    both = np.uint64(0)
    for word in range(words):
        both += ones(left[word] & right[word])
    return np.int64(both)


@compiled
def _fill_last(
    counts: NDArray[np.int64], totals: NDArray[np.int64], first: NDArray[np.int64], sizes: NDArray[np.int64]
) -> None:
    """Each table's last row and column from the margins."""
    p = len(sizes)
    pair = 0
    for one in range(p):
        last_row = sizes[one] - 1
        for other in range(one + 1, p):
            last_column = sizes[other] - 1
            for a in range(last_row):
                left = totals[first[one] + a]
                for b in range(last_column):
                    left -= counts[pair, a, b]
                counts[pair, a, last_column] = left
            for b in range(last_column + 1):
                left = totals[first[other] + b]
                for a in range(last_row):
                    left -= counts[pair, a, b]
                counts[pair, last_row, b] = left
            pair += 1


@compiled
def _weighted_tables(data: NDArray[np.uint8], lookup: Bytes, weights: Floats, most: int) -> Floats:
    n, p = data.shape
    tables = np.zeros((p * (p - 1) // 2, most, most))
    codes = np.empty(p, np.int64)
    for row in range(n):
        weight = weights[row]
        if weight == 0.0:
            continue
        for item in range(p):
            codes[item] = lookup[item, data[row, item]]
        pair = 0
        for one in range(p):
            a = codes[one]
            if a < 0:
                pair += p - one - 1
                continue
            for other in range(one + 1, p):
                b = codes[other]
                if b >= 0:
                    tables[pair, a, b] += weight
                pair += 1
    return tables
