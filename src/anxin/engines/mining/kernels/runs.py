"""Running cases through an automaton, and the cheapest way to make a case fit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anxin.engines.compiling import compiled
from anxin.engines.mining.log.columns import Codes, Ints

Table = NDArray[np.int32]


@compiled
def run_cases(
    case: int,
    offsets: Ints,
    codes: Codes,
    table: Table,
    accepts: NDArray[np.bool_],
    place: NDArray[np.int32],
    state: NDArray[np.int32],
) -> tuple[int, int, int]:
    """From `case` on: place[c] is -1 where case c fits, else the position of its first deviation (its length where it
    ends too early), state[c] the state it had come to. Stops at a transition that is not built yet and returns (case,
    state, code) of it; (cases, -1, -1) at the end."""
    for c in range(case, len(offsets) - 1):
        first, last = offsets[c], offsets[c + 1]
        at = np.int32(0)
        position = np.int32(-1)
        for i in range(first, last):
            following = table[at, codes[i]]
            if following == -2:
                return c, int(at), int(codes[i])
            if following == -1:
                position = np.int32(i - first)
                break
            at = following
        if position < 0 and not accepts[at]:
            position = np.int32(last - first)
        place[c] = position
        state[c] = at
    return len(offsets) - 1, -1, -1


@compiled
def alignment_costs(
    offsets: Ints,
    codes: Codes,
    table: Table,
    accepts: NDArray[np.bool_],
    states: int,
    edge_from: Ints,
    edge_to: Ints,
    costs: Ints,
) -> int:
    """The optimal alignment cost of each sequence: the fewest activities to leave out of it or put into it so that it
    fits (unit costs; Adriansyah 2014, Aligning observed and modeled behavior). Returns the cost of the empty sequence.

    Over the states of the complete automaton: cost[s] is the least cost of having read so far and being in s. Edges are
    in breadth-first order, so that few rounds settle the moves of the model.
    """
    far = np.int64(1) << 40
    start = np.full(states, far, np.int64)
    start[0] = 0
    changed = True
    while changed:
        changed = False
        for e in range(len(edge_from)):
            cost = start[edge_from[e]] + 1
            if cost < start[edge_to[e]]:
                start[edge_to[e]] = cost
                changed = True
    shortest = far
    for s in range(states):
        if accepts[s] and start[s] < shortest:
            shortest = start[s]
    now = np.empty(states, np.int64)
    nxt = np.empty(states, np.int64)
    for c in range(len(offsets) - 1):
        for s in range(states):
            now[s] = start[s]
        for i in range(offsets[c], offsets[c + 1]):
            code = codes[i]
            for s in range(states):
                nxt[s] = now[s] + 1  # the event is left out
            for s in range(states):
                following = table[s, code]
                if following >= 0 and now[s] < nxt[following]:
                    nxt[following] = now[s]
            changed = True
            while changed:
                changed = False
                for e in range(len(edge_from)):
                    cost = nxt[edge_from[e]] + 1
                    if cost < nxt[edge_to[e]]:
                        nxt[edge_to[e]] = cost
                        changed = True
            for s in range(states):
                now[s] = nxt[s]
        best = far
        for s in range(states):
            if accepts[s] and now[s] < best:
                best = now[s]
        costs[c] = best
    return int(shortest)
