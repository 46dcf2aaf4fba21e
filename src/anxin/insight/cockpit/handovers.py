"""The hand-over board: who passes cases to whom, and how long they lie in between, among departments or among people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from anxin.engines.mining import Log
from anxin.engines.mining.kernels.grouping import row_number
from anxin.insight.cockpit import steps
from anxin.insight.cockpit.cockpit import facets, ids
from anxin.insight.cockpit.period import chosen, default_month, month_at, months_with_data, shifted, span
from anxin.insight.cockpit.promises import FEWEST
from anxin.insight.results.asking import ALL, Ask

BETWEEN = ("department", "person")
TIME = ("calendar", "office")
BACK: Final = 11
MOST_NAMES: Final = 12
"""People in the matrix, about; the list below it has the pairs of all."""
MOST_PAIRS: Final = 100
MOST_WAITING: Final = 12
HANDED_OVER: Final = "case.handed_over"


def compute(ask: Ask) -> dict[str, Any]:
    log, known = ask.log_of_all_months, months_with_data(ask)
    month, present = chosen(ask, known, may_be_all=True), month_at(ask.now)
    between, office = _between(ask), ask.get("time") == "office"
    every = None if log is None else steps.hand_overs(log, ALL, between=_column(between), office=office)
    body: dict[str, Any] = {
        "month": month, "present": present, "months": known, "default": default_month(ask, known), **facets(log), "between": between,
        "time": "office" if office else "calendar", "pairs": [], "names": [], "sides": [], "trend": [], "trend_of": None,
        "waiting": [] if log is None else _waiting(ask, log), "count": 0, "total": 0.0,
    }  # fmt: skip
    if log is None or every is None or not len(every):
        return body
    inside = every if month == ALL else every.only(steps.in_month_of(every.taken, month))
    found = inside.result()
    if found is None or found.median is None or found.p90 is None:
        return body
    pairs = [
        {
            "giver": found.names[int(giver)], "taker": found.names[int(taker)], "n": int(found.count[place]),
            "median": float(found.median[place]) / steps.HOUR, "p90": float(found.p90[place]) / steps.HOUR,
            "total": float(found.total[place]) / steps.HOUR,
        }
        for place, (giver, taker) in enumerate(zip(found.giver, found.taker, strict=True))
    ]  # fmt: skip
    pairs.sort(key=lambda pair: (-pair["total"], pair["giver"], pair["taker"]))
    sides = _sides(pairs)
    body |= {
        "pairs": pairs[:MOST_PAIRS], "more": max(0, len(pairs) - MOST_PAIRS), "sides": sides,
        "names": _names(pairs), "count": sum(pair["n"] for pair in pairs),
        "total": sum(pair["total"] for pair in pairs),
    }  # fmt: skip
    last = known[-1] if month == ALL else max(month, min(shifted(month, 1), present))
    shown = [one for one in span(shifted(last, -BACK - 1), last) if one in known]
    body["trend_of"] = [pairs[0]["giver"], pairs[0]["taker"]]
    body["trend"] = _trend(every.pair(*body["trend_of"]), shown, present)
    return body


def _names(pairs: list[dict[str, Any]]) -> list[str]:
    """Who stands in the matrix: both sides of the pairs with most waiting, those first that have enough hand-overs to judge."""
    found: dict[str, None] = {}
    for pair in sorted(pairs, key=lambda pair: pair["n"] < FEWEST):
        found |= dict.fromkeys((pair["giver"], pair["taker"]))
        if len(found) >= MOST_NAMES:
            break
    return list(found)


def _between(ask: Ask) -> str:
    return ask.get("between") if ask.get("between") in BETWEEN else BETWEEN[0]


def _column(between: str) -> str:
    return "resource" if between == "person" else "department"


def _sides(pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each name with what it gave and took, the hours that waited for it first of all."""
    found: dict[str, dict[str, Any]] = {}
    for pair in pairs:
        for name, side in ((pair["giver"], "gave"), (pair["taker"], "took")):
            own = found.setdefault(name, {"name": name, "gave": 0, "took": 0, "waited": 0.0})
            own[side] += pair["n"]
            if side == "took":
                own["waited"] += pair["total"]
    return sorted(found.values(), key=lambda side: (-side["waited"], -side["gave"], side["name"]))


def _trend(own: steps.HandOvers, months: list[str], present: str) -> list[dict[str, Any]]:
    """Median and p90 of one pair by month."""
    found = []
    for month in months:
        waits = np.sort(own.wait[steps.in_month_of(own.taken, month)])
        middle, late = (
            (float(waits[row_number(part, len(waits)) - 1]) / steps.HOUR if len(waits) else None) for part in (500, 900)
        )
        found.append({"month": month, "n": len(waits), "median": middle, "p90": late, "full": month < present})
    return found


def _waiting(ask: Ask, log: Log) -> list[dict[str, Any]]:
    """Open cases in which the last thing that happened is a hand-over: they lie with somebody who has not begun."""
    closed = log.case_attributes.get("closed")
    code = log.activities.code(HANDED_OVER)
    if closed is None or closed.names is None or code < 0:
        return []
    last = log.offsets[1:] - 1
    waits = np.flatnonzero((log.activity[last] == code) & (closed.values == closed.names.code("no")))
    order = waits[np.argsort(log.time[last[waits]], kind="stable")][:MOST_WAITING]
    now = int(ask.now.timestamp() * 1_000_000)
    return [
        {
            "case": log.case_ids[int(case)], "since": int(log.time[last[case]]) // 1_000_000,
            "hours": max(0.0, (now - int(log.time[last[case]])) / steps.HOUR),
        }
        for case in order
    ]  # fmt: skip


def behind(ask: Ask, what: str) -> Iterable[str]:
    """pair:GIVER:TAKER, gave:NAME, took:NAME: those that waited longest first. Raises ValueError for anything else."""
    log = ask.log_of_all_months
    month = chosen(ask, months_with_data(ask), may_be_all=True)
    kind, *names = what.split(":")
    if log is None:
        return []
    if (kind, len(names)) not in (("pair", 2), ("gave", 1), ("took", 1)):
        raise ValueError(what)
    found = steps.hand_overs(log, month, between=_column(_between(ask)), office=ask.get("time") == "office")
    if kind == "pair":
        own = found.pair(*names)
    else:
        own = found.only((found.giver if kind == "gave" else found.taker) == found.names.code(names[0]))
    return ids(log, own.case[(-own.wait).argsort(kind="stable")])
