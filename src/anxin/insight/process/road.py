"""From the main road to every path: in which order the edges of a process map appear as its slider moves."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from math import inf

Edge = tuple[int, int, int]
"""From, to (numbers of nodes), how often."""


def steps(edges: Sequence[Edge], start: int, end: int) -> list[int]:
    """At which step of the slider each edge appears; step 0 is the main road.

    The main road is the path from `start` to `end` whose rarest edge is as frequent as can be (the widest path), of such the
    one with the smallest sum of 1 / count. Then the edges come by frequency. An edge that would hang in the air brings
    with it the widest path that leads to it and the one that leads on from it, so at every step each node shown lies on a
    way from start to end. An edge that no path reaches, as some were cut, comes in its turn alone.
    """
    step = [-1] * len(edges)
    shown: set[int] = set()

    def show(places: Iterable[int], number: int) -> None:
        for place in places:
            if step[place] < 0:
                step[place] = number
                shown.update(edges[place][:2])

    show(widest(edges, start, end), 0)
    number = 1 if shown else 0
    for place in sorted(range(len(edges)), key=lambda one: (-edges[one][2], edges[one][:2])):
        if step[place] >= 0:
            continue
        a, b, _count = edges[place]
        before = [] if a in shown else widest(edges, start, a)
        after = [] if b in shown else widest(edges, b, end)
        show((*before, place, *after), number)
        number += 1
    return step


def widest(edges: Sequence[Edge], start: int, end: int) -> list[int]:
    """The places of the edges of the widest path, in order; empty where there is none, or nowhere to go."""
    if start == end:
        return []
    leaving: dict[int, list[int]] = {}
    for place, (a, b, _count) in enumerate(edges):
        if a != b:
            leaving.setdefault(a, []).append(place)
    width = _width(edges, leaving, start, end)
    if not width:
        return []
    # Dijkstra over the edges that are wide enough.
    best, came = {start: 0.0}, dict[int, int]()
    queue = [(0.0, start)]
    while queue:
        cost, node = heapq.heappop(queue)
        if node == end:
            break
        if cost > best.get(node, inf):
            continue
        for place in leaving.get(node, ()):
            _a, b, count = edges[place]
            if count >= width and cost + 1 / count < best.get(b, inf):
                best[b], came[b] = cost + 1 / count, place
                heapq.heappush(queue, (best[b], b))
    path = []
    node = end
    while node != start:
        path.append(came[node])
        node = edges[came[node]][0]
    return path[::-1]


def _width(edges: Sequence[Edge], leaving: dict[int, list[int]], start: int, end: int) -> int:
    """How frequent the rarest edge of the widest path is; 0 where none leads there."""
    best = {start: 0}
    queue = [(-(1 << 62), start)]
    while queue:
        negative, node = heapq.heappop(queue)
        if node == end:
            return -negative
        if -negative < best.get(node, 0):
            continue
        for place in leaving.get(node, ()):
            _a, b, count = edges[place]
            reached = min(-negative, count)
            if reached > best.get(b, 0):
                best[b] = reached
                heapq.heappush(queue, (-reached, b))
    return 0
