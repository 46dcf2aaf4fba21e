"""From one activity to another: when the clock starts in a case and when it stops."""

from __future__ import annotations

import numpy as np

from anxin.engines.compiling import compiled
from anxin.engines.mining.log.columns import Codes, Ints


@compiled
def start_stop(
    offsets: Ints, codes: Codes, start: int, stop: int, every: bool, cases: Ints, starts: Ints, stops: Ints
) -> int:
    """Writes the case and the places of start and stop event (-1: never) of each promise; returns how many there are.

    A clock starts with `start` and stops with the next `stop` after it; a further `start` while it runs changes nothing.
    Only the first of a case unless `every`. The three arrays need as many places as `start` occurs.
    """
    found = 0
    for c in range(len(offsets) - 1):
        running = np.int64(-1)
        for i in range(offsets[c], offsets[c + 1]):
            code = codes[i]
            if running >= 0 and code == stop:
                cases[found], starts[found], stops[found] = c, running, i
                found += 1
                running = np.int64(-1)
                if not every:
                    break
                if start == stop:
                    running = np.int64(i)
            elif running < 0 and code == start:
                running = np.int64(i)
        if running >= 0 and not (start == stop and found > 0 and cases[found - 1] == c):
            cases[found], starts[found], stops[found] = c, running, -1
            found += 1
    return found
