"""The cockpit's answer: what the page says at one look, as numbers and codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from anxin.engines.mining import Log
from anxin.insight.cockpit import claims, promises, steps, voice
from anxin.insight.cockpit.complaints import complaints
from anxin.insight.cockpit.period import chosen, default_month, month_at, months_with_data, shifted, span
from anxin.insight.results.asking import Ask
from anxin.journal.models import Promise

BACK: Final = 11
"""Full months before the chosen one on the trend."""
MOST_STEPS: Final = 6


def compute(ask: Ask) -> dict[str, Any]:
    known = months_with_data(ask)
    month, present = chosen(ask, known), month_at(ask.now)
    rows, log = promises.in_scope(ask), ask.log_of_all_months
    shown = [one for one in span(shifted(month, -BACK), max(month, min(shifted(month, 1), present))) if one in known]
    by_month = promises.tallies(rows, shown, ask.now)
    whole = by_month.get((month,), promises.Tally())
    return {
        "month": month, "present": present, "months": known, "default": default_month(ask, known), **facets(log), "target": promises.TARGET,
        "kept": whole.to_dict(),
        "broke": _broke(log, promises.due_in(rows, month, ask.now), ask.now),
        "trend": [{"month": one, "full": one < present, **by_month.get((one,), promises.Tally()).to_dict()} for one in shown],
        "voice": voice.by_stage(ask, month),
        "cycle": [] if log is None else claims.cycle_times(log, month),
        "leader": claims.LEADER_DAYS,
        "paid": claims.share_paid(log, month) if log is not None else None,
        "complaints": complaints(ask, shown),
        "handovers": matrix(log, month),
    }  # fmt: skip


def facets(log: Log | None) -> dict[str, list[str]]:
    """What the filters may choose from: kinds of case and lines that there are."""
    found = {}
    for name in ("kind", "line"):
        column = None if log is None else log.case_attributes.get(name)
        found[f"{name}s"] = [] if column is None or column.names is None else sorted(column.names)
    return found


def _broke(log: Log | None, due: QuerySet[Promise], now: datetime) -> dict[str, Any]:
    """On which step the broken ones broke, the commonest first."""
    broken = _moments(due, now)
    found = Counter((one.giver, one.taker) for one in steps.where_broke(log, broken))
    most = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:MOST_STEPS]
    return {"of": len(broken), "steps": [{"giver": giver, "taker": taker, "n": many} for (giver, taker), many in most]}


def _moments(due: QuerySet[Promise], now: datetime) -> list[tuple[str, int]]:
    rows = promises.ended_as(due, promises.BROKEN, now).annotate(at=Coalesce(F("broken_at"), F("due_at")))
    return [
        (case, int(at.timestamp() * 1_000_000))
        for case, at in rows.order_by("-at", "-pk").values_list("case__public_id", "at")
    ]


def matrix(log: Log | None, month: str) -> dict[str, Any]:
    """Waits from department to department: hours, by pair; how often each passed a case on."""
    found = None if log is None else steps.hand_overs(log, month).result()
    if found is None or found.median is None or found.p90 is None:
        return {"names": [], "cells": []}
    cells = [
        {
            "giver": found.names[int(giver)], "taker": found.names[int(taker)], "n": int(found.count[place]),
            "median": float(found.median[place]) / steps.HOUR, "p90": float(found.p90[place]) / steps.HOUR,
            "total": float(found.total[place]) / steps.HOUR,
        }
        for place, (giver, taker) in enumerate(zip(found.giver, found.taker, strict=True))
    ]  # fmt: skip
    return {"names": sorted({name for cell in cells for name in (cell["giver"], cell["taker"])}), "cells": cells}


def behind(ask: Ask, what: str) -> Iterable[str]:
    """due, kept, broken, overdue; broke:GIVER:TAKER; cycle:SORT; outcome:paid|refused:SORT; handover:GIVER:TAKER — of the month asked for.

    Raises ValueError or KeyError for anything else.
    """
    month = chosen(ask, months_with_data(ask))
    kind, *names = what.split(":")
    due = promises.due_in(promises.in_scope(ask), month, ask.now)
    if kind in ("due", promises.KEPT, promises.BROKEN, promises.OVERDUE) and not names:
        return promises.cases_of(promises.ended_as(due, kind, ask.now))
    log = ask.log_of_all_months
    if log is None:
        return []
    if kind == "broke" and len(names) == 2:
        found = steps.where_broke(log, _moments(due, ask.now))
        return dict.fromkeys(one.case for one in found if [one.giver, one.taker] == names)
    if kind == "handover" and len(names) == 2:
        own = steps.hand_overs(log, month).pair(*names)
        return ids(log, own.case[(-own.wait).argsort(kind="stable")])
    if kind == "cycle" and len(names) == 1:
        return ids(log, claims.cycle_cases(log, month, names[0]))
    if kind == "outcome" and len(names) == 2:
        return ids(log, claims.outcome_cases(log, month, *names))
    raise ValueError(what)


def ids(log: Log, cases: Iterable[Any]) -> list[str]:
    """Public ids of cases of the log, each once, in the order given."""
    return [log.case_ids[int(place)] for place in dict.fromkeys(int(one) for one in cases)]
