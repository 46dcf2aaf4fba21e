"""The model behind the scenarios as a board: how far it was off when it replayed the past, and the cases it was compared with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from anxin.engines import dispatch
from anxin.insight.results.asking import Ask, Board, register
from anxin.insight.whatif.running import read, rush, validation
from anxin.insight.whatif.stages import promises

WHOLE_DAYS = 10


def model(ask: Ask) -> dict[str, Any]:
    if ask.log_of_all_months is None:
        return {"validation": {"verdict": "none", "why": ""}, "served": [], "cautions": []}
    v = read(ask.log_of_all_months)
    known = promises(WHOLE_DAYS)
    found: dict[str, Any] = {
        "validation": validation(v, [one.limit for one in known]),
        "cases": len(v.came),
        "served": [],
        "cautions": [],
    }
    try:
        learned = dispatch.learn(v)
    except dispatch.BadModel:
        return found
    found["cautions"] = [[one.code, list(one.about)] for one in learned.cautions]
    found["rush"] = rush(learned)
    found["served"] = [
        {
            "department": one.department, "people": one.people, "week_hours": one.week_hours, "visits": one.visits,
            "seen": one.effort.seen, "outside": one.outside,
            "hours": float(np.mean(list(one.effort.hours.values()))) if one.effort.hours else None,
        }
        for one in learned.served
    ]  # fmt: skip
    return found


def behind(ask: Ask, what: str) -> list[str]:
    """`came:FIRST:LAST`, days: the cases that came from the one to the other; `learned`: those that are over."""
    if ask.log_of_all_months is None:
        return []
    v = read(ask.log_of_all_months)
    if what == "learned":
        return [str(one) for one in v.ids[v.over]]
    name, first, last = what.split(":")
    if name != "came":
        raise LookupError(what)
    begin, end = v.hours_of(date.fromisoformat(first)), v.hours_of(date.fromisoformat(last) + timedelta(days=1))
    return [str(one) for one in v.ids[(v.came >= begin) & (v.came < end)]]


BOARD = register(Board("whatif", model, behind, takes=("branch",), revision=2))
