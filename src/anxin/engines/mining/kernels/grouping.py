"""Values grouped under whole-number keys: exact counts, sums and quantiles of millions of values, chunk by chunk.

A quantile is the value at row number ⌈share · n⌉ of the sorted group (the inverse of the empirical distribution, type 1 of
Hyndman & Fan 1996): always a value that occurred, the same on every engine that can number rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from anxin.engines.compiling import COMPILED, compiled
from anxin.engines.mining.log.columns import Codes, Ints
from anxin.engines.results import Floats

DENSE = 1 << 22
"""Up to so many possible keys have a counter each; more are sorted first."""
_SMALL = 96
_LOW_BITS = 20


def row_number(permille: int, count: int) -> int:
    """The row, from 1, that holds a quantile; in whole numbers, so that 0.9 · 70 is 63 everywhere."""
    return max(1, -(-count * permille // 1000))


Part = tuple[Ints, Ints]
"""Values of one piece of a log under keys: up to DENSE keys the count of each and the values group by group, beyond that
the key of each value and the values as they come."""


def part_of(keys: int, key: Codes, values: Ints) -> Part:
    """Any keys below `keys`, in any order; both arrays of one length."""
    if keys > DENSE:
        return key.astype(np.int64), values
    counts = np.bincount(key, minlength=keys).astype(np.int64)
    if COMPILED:
        grouped = np.empty(len(values), np.int64)
        _scatter(key, values, _places(counts), grouped)
    else:
        grouped = values[np.argsort(key, kind="stable")]
    return counts, grouped


class Groups:
    """Gathers parts and answers per key. Keys are 0 … keys - 1; values are microseconds or the like."""

    def __init__(self, keys: int) -> None:
        self.keys = keys
        self._parts: list[Part] = []
        self._is_dense = keys <= DENSE

    def add(self, keys: Codes, values: Ints) -> None:
        """Any keys, in any order; both arrays of one length."""
        self.take(part_of(self.keys, keys, values))

    def take(self, part: Part) -> None:
        """A part that was made with the same `keys`, here or elsewhere."""
        self._parts.append(part)

    def finish(self) -> Grouped:
        """Only keys that occurred, in ascending order."""
        parts, self._parts = self._parts, []
        if not self._is_dense:
            empty = np.zeros(0, np.int64)
            every = np.concatenate([empty, *(keys for keys, _ in parts)])
            values = np.concatenate([empty, *(part for _, part in parts)])
            found, places = np.unique(every, return_inverse=True)
            order = np.argsort(places, kind="stable")
            return Grouped(found, np.bincount(places, minlength=len(found)).astype(np.int64), values[order])
        if not parts:
            return Grouped(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))
        if len(parts) == 1:
            counts, grouped = parts[0]
        else:
            counts = np.sum([one for one, _ in parts], axis=0)
            grouped = np.empty(int(counts.sum()), np.int64)
            place = _places(counts)
            while parts:
                of_part, values = parts.pop(0)  # let go of each part once it is copied
                _append(of_part, values, place, grouped)
        found = np.flatnonzero(counts)
        return Grouped(found, counts[found], grouped)


class Grouped:
    """The values of each key that occurred: `keys` ascending, `counts` of each, values group by group."""

    def __init__(self, keys: Ints, counts: Ints, values: Ints) -> None:
        self.keys, self.counts, self._values = keys, counts, values
        self._offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)

    def __len__(self) -> int:
        return len(self.keys)

    def totals(self) -> Floats:
        """Sums; exact in whole numbers before the one rounding to float64."""
        high, low = np.zeros(len(self), np.int64), np.zeros(len(self), np.int64)
        if COMPILED:
            _sums(self._values, self._offsets, high, low)
        elif len(self):
            # A sum of microseconds passes int64 in a log of tens of millions of events: sum the halves apart.
            high = np.add.reduceat(self._values >> _LOW_BITS, self._offsets[:-1])
            low = np.add.reduceat(self._values & ((1 << _LOW_BITS) - 1), self._offsets[:-1])
        return np.array(
            [(int(more) << _LOW_BITS) + int(less) for more, less in zip(high, low, strict=True)], np.float64
        )

    def means(self) -> Floats:
        return self.totals() / self.counts

    def quantiles(self, permille: Sequence[int] = (500, 900)) -> Ints:
        """(groups, shares): the exact row-number quantiles. Rearranges the values inside their groups."""
        shares = np.array(sorted(permille), np.int64)
        result = np.zeros((len(self), len(shares)), np.int64)
        if not self._values.flags.writeable:
            self._values = self._values.copy()
        small = self.counts <= _SMALL
        if COMPILED:
            _small_quantiles(self._values, self._offsets, shares, result)
        for group in np.flatnonzero(~small if COMPILED else self.counts > 0):
            values = self._values[self._offsets[group] : self._offsets[group + 1]]
            rows = [row_number(int(share), len(values)) - 1 for share in shares]
            # One quantile after the other: NumPy has a fast way for a single place, none for several.
            below = 0
            for place, row in enumerate(rows):
                part = values[below:]
                part.partition(row - below)
                result[group, place] = values[row]
                below = row
        return result


def _places(counts: Ints) -> Ints:
    places = np.zeros(len(counts), np.int64)
    np.cumsum(counts[:-1], out=places[1:])
    return places


@compiled
def _scatter(keys: Codes, values: Ints, place: Ints, grouped: Ints) -> None:
    for i in range(len(keys)):
        key = keys[i]
        grouped[place[key]] = values[i]
        place[key] += 1


@compiled
def _append(counts: Ints, values: Ints, place: Ints, grouped: Ints) -> None:
    taken = 0
    for key in range(len(counts)):
        count = counts[key]
        if count > 0:
            at = place[key]
            grouped[at : at + count] = values[taken : taken + count]
            place[key] = at + count
            taken += count


@compiled
def _sums(values: Ints, offsets: Ints, high: Ints, low: Ints) -> None:
    for group in range(len(offsets) - 1):
        h, l = np.int64(0), np.int64(0)  # noqa: E741 - the high and the low half
        for i in range(offsets[group], offsets[group + 1]):
            h += values[i] >> 20
            l += values[i] & 0xFFFFF  # noqa: E741
        high[group] = h
        low[group] = l


@compiled
def _small_quantiles(values: Ints, offsets: Ints, shares: Ints, result: Ints) -> None:
    for group in range(len(offsets) - 1):
        first, last = offsets[group], offsets[group + 1]
        count = last - first
        if count > 96 or count == 0:
            continue
        for i in range(first + 1, last):
            value = values[i]
            j = i - 1
            while j >= first and values[j] > value:
                values[j + 1] = values[j]
                j -= 1
            values[j + 1] = value
        for place in range(len(shares)):
            row = (count * shares[place] + 999) // 1000
            if row < 1:
                row = 1
            result[group, place] = values[first + row - 1]
