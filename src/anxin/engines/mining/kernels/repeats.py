"""Activities done again within a case."""

from __future__ import annotations

import numpy as np

from anxin.engines.compiling import COMPILED, compiled
from anxin.engines.mining.log.columns import Codes, Ints


def repeats(offsets: Ints, codes: Codes, width: int, time: Ints) -> tuple[Ints, Ints, Ints, Ints, int]:
    """Per activity: cases that do it again, times it was done again, times directly after itself, and the microseconds
    that led up to doing it again (from the event before; 0 with an empty `time`); and how many cases repeat anything."""
    cases, again, loops, high, low = (np.zeros(width, np.int64) for _ in range(5))
    if COMPILED and width <= 64:
        repeating = _repeats_by_bits(offsets, codes, time, cases, again, loops, high, low)
        return cases, again, loops, (high << 20) + low, int(repeating)
    if COMPILED:
        last_case = np.full(width, -1, np.int64)
        counted = np.full(width, -1, np.int64)
        repeating = _repeats(offsets, codes, time, last_case, counted, cases, again, loops, high, low)
        return cases, again, loops, (high << 20) + low, int(repeating)
    n = len(codes)
    case = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    key = case * width + codes
    _, first = np.unique(key, return_index=True)
    repeated = np.ones(n, bool)
    repeated[first] = False
    places = np.flatnonzero(repeated)  # never the first event of a case
    again += np.bincount(codes[places], minlength=width)
    lost = np.zeros(width, np.int64)
    if len(time):
        np.add.at(lost, codes[places], time[places] - time[places - 1])
    loops += np.bincount(codes[places[codes[places] == codes[places - 1]]], minlength=width)
    cases += np.bincount(np.unique(key[places]) % width, minlength=width)
    return cases, again, loops, lost, len(np.unique(case[places]))


@compiled
def _repeats_by_bits(
    offsets: Ints, codes: Codes, time: Ints, cases: Ints, again: Ints, loops: Ints, high: Ints, low: Ints
) -> int:
    """What a case has done so far is one word of bits: no memory is touched but for a repeat."""
    repeating = 0
    timed = len(time) > 0
    last = offsets[0]
    for c in range(len(offsets) - 1):
        first, last = last, offsets[c + 1]
        seen = np.uint64(0)
        twice = np.uint64(0)
        before = np.uint64(0)
        for i in range(first, last):
            code = np.uint64(codes[i])  # unsigned: no look whether it counts from the end
            bit = np.uint64(1) << code
            # One branch an event; what sort of repeat it is, is reckoned without another.
            repeat = seen & bit
            if repeat:
                again[code] += 1
                loops[code] += np.int64((repeat & before) >> code)
                cases[code] += np.int64((repeat & ~twice) >> code)
                twice |= bit
                if timed:
                    lost = time[i] - time[i - 1]
                    high[code] += lost >> 20
                    low[code] += lost & 0xFFFFF
            seen |= bit
            before = bit
        if twice:
            repeating += 1
    return repeating


@compiled
def _repeats(
    offsets: Ints, codes: Codes, time: Ints, last_case: Ints, counted: Ints, cases: Ints, again: Ints, loops: Ints,
    high: Ints, low: Ints,
) -> int:  # fmt: skip
    repeating = 0
    timed = len(time) > 0
    for c in range(len(offsets) - 1):
        first = offsets[c]
        any_repeat = False
        for i in range(first, offsets[c + 1]):
            code = codes[i]
            if last_case[code] == c:
                any_repeat = True
                again[code] += 1
                if timed:
                    lost = time[i] - time[i - 1]
                    high[code] += lost >> 20
                    low[code] += lost & 0xFFFFF
                if codes[i - 1] == code:
                    loops[code] += 1
                if counted[code] != c:
                    counted[code] = c
                    cases[code] += 1
            else:
                last_case[code] = c
        if any_repeat:
            repeating += 1
    return repeating
