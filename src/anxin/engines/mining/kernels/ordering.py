"""Sorting events by case and moment."""

from __future__ import annotations

import numpy as np

from anxin.engines.compiling import COMPILED, compiled
from anxin.engines.mining.log.columns import Codes, Ints


def by_case_and_time(case: Codes, cases: int, time: Ints) -> tuple[Codes | None, Ints]:
    """The stable order of events by case, then moment, and where each case begins (length cases + 1).

    None for the order when they are in it already. Linear for a log that comes in order of time, as journals do.
    """
    offsets = np.zeros(cases + 1, np.int64)
    if COMPILED:
        _count(case, offsets)
    else:
        offsets[1:] = np.bincount(case, minlength=cases)
    np.cumsum(offsets, out=offsets)
    same = case[1:] == case[:-1]
    if np.all((case[1:] > case[:-1]) | (same & (time[1:] >= time[:-1]))):
        return None, offsets
    if not COMPILED:
        return np.lexsort((time, case)).astype(np.int64), offsets
    order: Codes = np.empty(len(case), np.int32) if len(case) < 2**31 else np.empty(len(case), np.int64)
    _place(case, offsets[:-1].copy(), order)
    _by_time_within(offsets, time, order)
    return order, offsets


@compiled
def _count(case: Codes, counts: Ints) -> None:
    # np.bincount would widen the codes first: eight bytes an event.
    for event in range(len(case)):
        counts[case[event] + 1] += 1


@compiled
def _place(case: Codes, place: Ints, order: Codes) -> None:
    for event in range(len(case)):
        c = case[event]
        order[place[c]] = event
        place[c] += 1


@compiled
def _by_time_within(offsets: Ints, time: Ints, order: Codes) -> None:
    for c in range(len(offsets) - 1):
        first, last = offsets[c], offsets[c + 1]
        unsorted = 0
        for i in range(first + 1, last):
            if time[order[i]] < time[order[i - 1]]:
                unsorted += 1
        if unsorted == 0:
            continue
        if last - first <= 64:
            for i in range(first + 1, last):
                event = order[i]
                at = time[event]
                j = i - 1
                while j >= first and time[order[j]] > at:
                    order[j + 1] = order[j]
                    j -= 1
                order[j + 1] = event
        else:
            part = order[first:last].copy()
            within = np.argsort(time[part], kind="mergesort")
            for i in range(len(part)):
                order[first + i] = part[within[i]]
