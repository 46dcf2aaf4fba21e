"""From the main road to every path: which edge is shown from which step on."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anxin.insight.process.road import Edge, steps, widest

A, B, C, D, START, END = range(6)


def test_the_main_road_is_the_widest_path_not_the_shortest() -> None:
    edges = [(START, A, 100), (A, B, 80), (B, C, 80), (A, C, 20), (C, END, 95), (A, END, 5)]
    assert [edges[place] for place in widest(edges, START, END)] == [
        (START, A, 100),
        (A, B, 80),
        (B, C, 80),
        (C, END, 95),
    ]
    assert steps(edges, START, END) == [0, 0, 0, 1, 0, 2]


def test_an_edge_to_a_new_step_brings_the_ways_to_and_from_it() -> None:
    edges = [(START, A, 100), (A, B, 90), (B, END, 90), (A, C, 3), (C, D, 10), (D, B, 4), (B, B, 50)]
    shown = steps(edges, START, END)
    assert shown[:3] == [0, 0, 0]
    assert shown[6] == 1  # the loop comes first: it is taken more often
    assert shown[3] == shown[4] == shown[5] == 2


def test_what_no_path_reaches_comes_alone() -> None:
    assert steps([(START, A, 2), (A, END, 2), (C, D, 9)], START, END) == [0, 0, 1]
    assert steps([(C, D, 9)], START, END) == [0]
    assert steps([], START, END) == []


_cases = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=7), min_size=1, max_size=12)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_cases)
def test_at_every_step_each_node_shown_lies_on_a_way_from_start_to_end(cases: list[list[int]]) -> None:
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for case in cases:
        for pair in zip([START, *case], [*case, END], strict=True):
            counts[pair] += 1
    edges: list[Edge] = [(a, b, count) for (a, b), count in sorted(counts.items())]
    shown = steps(edges, START, END)
    assert min(shown) == 0
    assert sorted(set(shown)) == list(range(max(shown) + 1))
    for step in range(max(shown) + 1):
        there = [edge for edge, at in zip(edges, shown, strict=True) if at <= step]
        nodes = {node for edge in there for node in edge[:2]}
        assert nodes <= _reached(there, START, 0)
        assert nodes <= _reached(there, END, 1)


def _reached(edges: list[Edge], begin: int, side: int) -> set[int]:
    found = {begin}
    while fresh := {edge[1 - side] for edge in edges if edge[side] in found} - found:
        found |= fresh
    return found
