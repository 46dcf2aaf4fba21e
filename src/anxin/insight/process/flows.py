"""The process map: which step follows which, how often, with what wait; and from which step of the slider on."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from anxin.engines.mining import Log, bottlenecks, directly_follows, edge_cases, waits
from anxin.engines.mining.durations import HOUR
from anxin.engines.mining.kernels.following import edge_keys
from anxin.insight.process.narrowing import ids, kind_of, named, office_time, steps_in, turns
from anxin.insight.process.road import steps
from anxin.insight.results.asking import Ask

MOST_EDGES: Final = 300
MOST_ACTIVITIES: Final = 120
"""Edges and activities that go to the page: the most frequent ones. What was cut is told."""
_MOST_EVENTS_FOR_CASES: Final = 50_000_000


def flow_map(ask: Ask) -> dict[str, Any]:
    """Nodes and edges of the map.

    Node n + 0 is the start of all cases, n + 1 the end, after the n activities. Times in hours, `office_*` in office hours.
    `step`: where the slider must stand for an edge to be shown (`road.steps`).
    """
    log = steps_in(ask)
    kind = kind_of(ask)
    if log is None:
        return {"kind": kind, "cases": 0}
    graph = directly_follows(log)
    chosen = np.argsort(-graph.occurrences, kind="stable")[:MOST_ACTIVITIES]
    chosen = chosen[graph.occurrences[chosen] > 0]
    node_of = np.full(len(log.activities), -1)
    node_of[chosen] = np.arange(len(chosen))
    turn = turns(log, kind)
    per_case = np.unique(log.case_of_event().astype(np.int64) * len(log.activities) + log.activity)
    in_cases = np.bincount(per_case % len(log.activities), minlength=len(log.activities))
    edges = edge_rows(log, turn, node_of)
    kept = sorted(edges, key=lambda one: (-one["count"], one["from"], one["to"]))[:MOST_EDGES]
    start, end = len(chosen), len(chosen) + 1
    ends = [{"from": start, "to": int(node_of[a]), "count": int(graph.starts[a])} for a in chosen if graph.starts[a]]
    ends += [{"from": int(node_of[a]), "to": end, "count": int(graph.ends[a])} for a in chosen if graph.ends[a]]
    every = [*kept, *ends]
    for one, step in zip(
        every, steps([(one["from"], one["to"], one["count"]) for one in every], start, end), strict=True
    ):
        one["step"] = step
    return {
        "kind": kind,
        "cases": log.cases,
        "events": len(log),
        "moves": int(graph.count.sum()),
        "nodes": [
            {"name": log.activities[a], "count": int(graph.occurrences[a]), "cases": int(in_cases[a]), "turn": turn[a]}
            for a in chosen
        ],
        "edges": kept,
        "ends": ends,
        "steps": max(one["step"] for one in every),
        "cut": {
            "edges": len(graph.count) - len(kept),
            "activities": int((graph.occurrences > 0).sum()) - len(chosen),
            "moves": int(graph.count.sum()) - sum(one["count"] for one in kept),
        },
    }


def edge_rows(log: Log, turn: list[str], node_of: Any = None) -> list[dict[str, Any]]:
    """Every edge with its numbers, most hours first; `from` and `to` are activity codes, or nodes where `node_of` tells them
    (edges of activities without a node are left out)."""
    found = waits(log, working=office_time(log))
    width = len(log.activities)
    distinct: dict[int, int] = {}
    if len(log) <= _MOST_EVENTS_FOR_CASES:
        places, keys = edge_keys(log.offsets, log.activity, width)
        pairs = np.unique(keys * log.cases + log.case_of_event()[places])
        codes, counts = np.unique(pairs // log.cases, return_counts=True)
        distinct = dict(zip(codes.tolist(), counts.tolist(), strict=True))
    ranked = bottlenecks(found)
    rows = []
    for place, e in enumerate(ranked.places):
        a, b = int(found.source[e]), int(found.target[e])
        first, second = (a, b) if node_of is None else (int(node_of[a]), int(node_of[b]))
        if first < 0 or second < 0:
            continue
        row = {
            "from": first, "to": second, "count": int(found.count[e]), "cases": distinct.get(a * width + b),
            "median": hours(found.median[e]), "p90": hours(found.p90[e]), "hours": round(float(ranked.hours[place]), 3),
            "turn": turn[b],
        }  # fmt: skip
        if found.working_median is not None and found.working_p90 is not None:
            row |= {"office_median": hours(found.working_median[e]), "office_p90": hours(found.working_p90[e])}
        rows.append(row)
    return rows


def hours(micros: Any) -> float:
    return round(float(micros) / HOUR, 3)


def cases_behind(ask: Ask, what: str) -> list[str]:
    """edge:A>B, node:A, first:A (begin with it), last:A (end with it). Raises LookupError."""
    log = steps_in(ask)
    if log is None:
        return []
    asked, _, name = what.partition(":")
    if asked == "all":
        return ids(log, np.arange(log.cases))
    if asked == "edge" and ">" in name:
        a, _, b = name.partition(">")
        return ids(log, edge_cases(log, log.activities[named(log, a)], log.activities[named(log, b)]))
    if asked == "node":
        return ids(log, np.unique(log.case_of_event()[log.activity == named(log, name)]))
    if asked in ("first", "last"):
        at = log.offsets[:-1] if asked == "first" else log.offsets[1:] - 1
        return ids(log, log.activity[at] == named(log, name))
    raise LookupError(what)
