"""What follows what: counts and waits of neighbours within a case."""

from __future__ import annotations

import numpy as np

from anxin.engines.compiling import COMPILED, compiled
from anxin.engines.mining.kernels.grouping import DENSE, Part, _places, part_of
from anxin.engines.mining.log.columns import Codes, Ints


def neighbours(offsets: Ints, events: int) -> Ints:
    """The places of events that have a next event in their case."""
    has_next = np.ones(events, bool)
    has_next[offsets[1:] - 1] = False
    return np.flatnonzero(has_next)


def edge_counts(offsets: Ints, codes: Codes, width: int) -> Ints:
    """How often code b follows code a: flat at a * width + b. Codes below 0 count for nothing. Needs width² <= DENSE."""
    counts = np.zeros(width * width, np.int64)
    if COMPILED:
        _edge_counts(offsets, codes, width, counts)
        return counts
    return np.bincount(edge_keys(offsets, codes, width)[1], minlength=width * width).astype(np.int64)


def edge_keys(offsets: Ints, codes: Codes, width: int) -> tuple[Ints, Ints]:
    """The places of events that have a next one with both codes known, and a * width + b of each."""
    places = neighbours(offsets, len(codes))
    here, there = codes[places].astype(np.int64), codes[places + 1].astype(np.int64)
    known = (here >= 0) & (there >= 0)
    return places[known], here[known] * width + there[known]


def edge_values(offsets: Ints, codes: Codes, width: int, time: Ints, started: Ints) -> Part:
    """The wait (next start minus this end, not below 0) of each pair of neighbours under its edge's key."""
    if COMPILED and width * width <= DENSE:
        counts = edge_counts(offsets, codes, width)
        grouped = np.empty(int(counts.sum()), np.int64)
        _scatter_waits(offsets, codes, width, time, started, _places(counts), grouped)
        return counts, grouped
    places, keys = edge_keys(offsets, codes, width)
    return part_of(width * width, keys, np.maximum(started[places + 1] - time[places], 0))


def edge_totals(
    offsets: Ints, codes: Codes, width: int, time: Ints, started: Ints, counts: Ints, high: Ints, low: Ints
) -> None:
    """Adds counts and summed waits (high · 2²⁰ + low microseconds) of neighbours to what the arrays hold. Dense widths only."""
    if COMPILED:
        _edge_totals(offsets, codes, width, time, started, counts, high, low)
        return
    places, keys = edge_keys(offsets, codes, width)
    between = np.maximum(started[places + 1] - time[places], 0)
    counts += np.bincount(keys, minlength=len(counts))
    np.add.at(high, keys, between >> 20)
    np.add.at(low, keys, between & 0xFFFFF)


@compiled
def _edge_counts(offsets: Ints, codes: Codes, width: int, counts: Ints) -> None:
    for c in range(len(offsets) - 1):
        first, last = offsets[c], offsets[c + 1]
        here = np.int64(codes[first])
        for i in range(first + 1, last):
            there = np.int64(codes[i])
            if here >= 0 and there >= 0:
                counts[here * width + there] += 1
            here = there


@compiled
def _scatter_waits(
    offsets: Ints, codes: Codes, width: int, time: Ints, started: Ints, place: Ints, grouped: Ints
) -> None:
    for c in range(len(offsets) - 1):
        first, last = offsets[c], offsets[c + 1]
        here = np.int64(codes[first])
        for i in range(first + 1, last):
            there = np.int64(codes[i])
            if here >= 0 and there >= 0:
                key = here * width + there
                wait = started[i] - time[i - 1]
                grouped[place[key]] = wait if wait > 0 else 0
                place[key] += 1
            here = there


@compiled
def _edge_totals(
    offsets: Ints, codes: Codes, width: int, time: Ints, started: Ints, counts: Ints, high: Ints, low: Ints
) -> None:
    for c in range(len(offsets) - 1):
        first, last = offsets[c], offsets[c + 1]
        here = np.int64(codes[first])
        for i in range(first + 1, last):
            there = np.int64(codes[i])
            if here >= 0 and there >= 0:
                key = here * width + there
                wait = started[i] - time[i - 1]
                if wait < 0:
                    wait = np.int64(0)
                counts[key] += 1
                high[key] += wait >> 20
                low[key] += wait & 0xFFFFF
            here = there
