"""Counting equal cases: a hash table of sequences that compares whole sequences, so that no collision merges two."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from anxin.engines.compiling import COMPILED, compiled
from anxin.engines.mining.log.columns import Codes, Ints

Hashes = NDArray[np.uint64]
T = TypeVar("T", bound=np.generic)


class SequenceTable:
    """Numbers the different sequences of codes of all cases given so far, in order of first appearance."""

    def __init__(self, kind: np.dtype[np.signedinteger]) -> None:
        self._kind = kind
        self._slots = np.full(1 << 12, -1, np.int64)
        self._hashes = np.empty(1 << 11, np.uint64)
        self.offsets = np.zeros((1 << 11) + 1, np.int64)
        self.sequences = np.empty(1 << 14, kind)
        self.counts = np.zeros(1 << 11, np.int64)
        self.found = 0
        self._by_bytes: dict[bytes, int] = {}

    def add(self, offsets: Ints, codes: Codes) -> Ints:
        """The number of each case's sequence."""
        cases = len(offsets) - 1
        numbers = np.empty(cases, np.int64)
        codes = codes.astype(self._kind, copy=False)
        if not COMPILED:
            self._add_plainly(offsets, codes, numbers)
            return numbers
        case = 0
        while True:
            # A quarter of the slots stays free, and the longest case must find room.
            case, self.found = _number(
                case, offsets, codes, self._slots, self._hashes, self.offsets, self.sequences, self.counts,
                self.found, numbers,
            )  # fmt: skip
            if case >= cases:
                return numbers
            self._grow(int(offsets[case + 1] - offsets[case]))

    def merge(self, other: SequenceTable) -> Ints:
        """Takes over another table's sequences with their counts, and returns the number here of each of them."""
        found = other.found
        offsets = np.ascontiguousarray(other.offsets[: found + 1])
        numbers = self.add(offsets, other.sequences[: offsets[-1]])
        self.counts[numbers] += other.counts[:found] - 1  # they are all different, so each number comes once
        return numbers

    def _grow(self, longest: int) -> None:
        if self.found >= len(self.counts):
            size = 2 * len(self.counts)
            self._hashes = _longer(self._hashes, size)
            self.offsets = _longer(self.offsets, size + 1)
            self.counts = _longer(self.counts, size)
            self.counts[self.found :] = 0
            self._slots = np.full(2 * size, -1, np.int64)
            _refill(self._slots, self._hashes, self.found)
        used = int(self.offsets[self.found])
        if used + longest > len(self.sequences):
            self.sequences = _longer(self.sequences, max(2 * len(self.sequences), used + longest))

    def _add_plainly(self, offsets: Ints, codes: Codes, numbers: Ints) -> None:
        data, size = np.ascontiguousarray(codes).tobytes(), codes.itemsize
        ends = (offsets * size).tolist()
        for case in range(len(numbers)):
            numbers[case] = self._by_bytes.setdefault(data[ends[case] : ends[case + 1]], len(self._by_bytes))
        self.found = len(self._by_bytes)
        self.sequences = np.frombuffer(b"".join(self._by_bytes), self._kind)
        lengths = [len(one) // size for one in self._by_bytes]
        self.offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        self.counts = _longer(self.counts[: len(self.counts)], max(self.found, len(self.counts)))
        self.counts += np.bincount(numbers, minlength=len(self.counts))


def _longer(array: NDArray[T], size: int) -> NDArray[T]:
    if size <= len(array):
        return array
    longer = np.zeros(size, array.dtype)
    longer[: len(array)] = array
    return longer


@compiled
def _number(
    case: int, offsets: Ints, codes: Codes, slots: Ints, hashes: Hashes, starts: Ints, pool: Codes, counts: Ints,
    found: int, numbers: Ints,
) -> tuple[int, int]:  # fmt: skip
    mask = len(slots) - 1
    room = len(counts)
    for c in range(case, len(offsets) - 1):
        first, last = offsets[c], offsets[c + 1]
        length = last - first
        h = np.uint64(length) * np.uint64(0x9E3779B97F4A7C15)
        for i in range(first, last):
            h = (h ^ np.uint64(np.int64(codes[i]) + 1)) * np.uint64(0xFF51AFD7ED558CCD)
            h ^= h >> np.uint64(32)
        slot = np.int64(h & np.uint64(mask))
        number = -1
        while slots[slot] >= 0:
            candidate = slots[slot]
            begin = starts[candidate]
            if hashes[candidate] == h and starts[candidate + 1] - begin == length:
                same = True
                for i in range(length):
                    if pool[begin + i] != codes[first + i]:
                        same = False
                        break
                if same:
                    number = candidate
                    break
            slot = (slot + 1) & mask
        if number < 0:
            used = starts[found]
            if found >= room or used + length > len(pool):
                return c, found
            number = found
            slots[slot] = number
            hashes[number] = h
            pool[used : used + length] = codes[first:last]
            starts[number + 1] = used + length
            found += 1
        counts[number] += 1
        numbers[c] = number
    return len(offsets) - 1, found


@compiled
def _refill(slots: Ints, hashes: Hashes, found: int) -> None:
    mask = len(slots) - 1
    for number in range(found):
        slot = np.int64(hashes[number] & np.uint64(mask))
        while slots[slot] >= 0:
            slot = (slot + 1) & mask
        slots[slot] = number
