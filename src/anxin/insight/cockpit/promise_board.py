"""The promise board: every duty with how it was kept; and a limit between any two activities, over the lake."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

import numpy as np
from django.db.models import Count, F, QuerySet
from django.utils import timezone

from anxin.engines.mining import Log, PromiseBoard, promise
from anxin.insight.cockpit import promises, steps
from anxin.insight.cockpit.cockpit import facets, ids
from anxin.insight.cockpit.period import chosen, default_month, month_at, months_with_data, shifted, span
from anxin.insight.results.asking import ALL, Ask, is_month
from anxin.journal.models import Promise

BACK: Final = 11
MOST_MEASURED: Final = 200_000
"""Promises of which the time used is read one by one: the newest so many."""
STATES = ("kept", "broken", "running", "overdue")
UNITS = {"days": timedelta(days=1), "hours": timedelta(hours=1), "office": timedelta(hours=1)}
MOST_LIMIT: Final = 100_000


def compute(ask: Ask) -> dict[str, Any]:
    log, known = ask.log_of_all_months, months_with_data(ask)
    month, present = chosen(ask, known, may_be_all=True), month_at(ask.now)
    rows = promises.in_scope(ask)
    last = known[-1] if known and month == ALL else month
    inside = known if month == ALL else [month]
    shown = [one for one in span(shifted(last, -BACK), max(last, min(shifted(last, 1), present))) if one in known]
    asked = sorted({*inside, *shown})
    cells = promises.tallies(rows, asked, ask.now, "rule", "branch", "department")

    def sums(place: int, months: Iterable[str]) -> dict[str, promises.Tally]:
        wanted, found = set(months), {}
        for key in {own[place] for own in cells}:
            found[key] = promises.summed(
                one for own, one in cells.items() if own[place] == key and own[0] in wanted
            )  # fmt: skip
        return {key: one for key, one in found.items() if one.due}

    whole = promises.summed(one for own, one in cells.items() if own[0] in set(inside))
    by_month = {month: promises.summed(one for own, one in cells.items() if own[0] == month) for month in shown}
    return {
        "month": month, "present": present, "months": known, "default": default_month(ask, known), **facets(log), "target": promises.TARGET,
        "whole": whole.to_dict() | _open(rows, ask), "rules": _rules(rows, ask, month, cells, inside, shown),
        "branches": _ordered(sums(2, inside)), "departments": _ordered(sums(3, inside)),
        "trend": [{"month": one, "full": one < present, **tally.to_dict()} for one, tally in by_month.items()],
        "activities": [] if log is None else sorted(log.activities[int(code)] for code in np.unique(log.activity)),
    }  # fmt: skip


def _ordered(tallies: dict[str, promises.Tally]) -> list[dict[str, Any]]:
    """Worst first; too few to be judged last."""
    rows = [{"name": name, **tally.to_dict()} for name, tally in tallies.items()]
    return sorted(rows, key=lambda row: (row["due"] < promises.FEWEST, row["rate"], row["name"]))


def _open(rows: QuerySet[Promise], ask: Ask) -> dict[str, int]:
    """What stands open now, whatever the month."""
    states = promises.state_at(ask.now)
    found = rows.filter(settled_at=None).annotate(now=states).values_list("now").annotate(many=Count("pk")).order_by()
    counts = dict(found)
    return {"running": counts.get("running", 0), "paused": counts.get("paused", 0), "late": counts.get("broken", 0) + counts.get("overdue", 0)}  # fmt: skip


def _rules(
    rows: QuerySet[Promise], ask: Ask, month: str, cells: dict[tuple[str, ...], promises.Tally], inside: list[str],
    shown: list[str],
) -> list[dict[str, Any]]:  # fmt: skip
    """A row a duty: those with anything due, and those with anything open."""
    states = promises.state_at(ask.now)
    standing: dict[str, dict[str, int]] = {}
    for rule, state, many in (
        rows.filter(settled_at=None)
        .annotate(now=states)
        .values_list("rule", "now")
        .annotate(many=Count("pk"))
        .order_by()
    ):
        standing.setdefault(rule, {})[state] = many
    used = _used(promises.due_in(rows, month, ask.now))
    wanted = set(inside)
    found = []
    for rule in sorted({own[1] for own in cells} | set(standing)):
        own = {key: tally for key, tally in cells.items() if key[1] == rule}
        tally = promises.summed(one for key, one in own.items() if key[0] in wanted)
        by_month = [promises.summed(one for key, one in own.items() if key[0] == at) for at in shown]
        found.append({
            "rule": rule, **tally.to_dict(), "running": standing.get(rule, {}).get("running", 0),
            "paused": standing.get(rule, {}).get("paused", 0), "used": used.get(rule),
            "trend": [one.kept / one.due if one.due >= promises.FEWEST else None for one in by_month],
        })  # fmt: skip
    few = promises.FEWEST
    return sorted(found, key=lambda row: (row["due"] < few, row["rate"] if row["rate"] is not None else 2.0, row["rule"]))  # fmt: skip


def _used(due: QuerySet[Promise]) -> dict[str, float]:
    """The median share of the time that was used, by rule: from beginning to fulfilment, over beginning to due moment. Above 1: late."""
    rows: Any = (
        due.filter(settled_at__isnull=False)
        .order_by("-pk")
        .values_list("rule", "started_at", "due_at", "settled_at")[:MOST_MEASURED]
    )
    shares: dict[str, list[float]] = {}
    for rule, started, due_at, settled in rows.iterator(chunk_size=5_000):
        length = (due_at - started).total_seconds()
        if length > 0:
            shares.setdefault(rule, []).append((settled - started).total_seconds() / length)
    return {rule: float(np.median(own)) for rule, own in shares.items()}


def behind(ask: Ask, what: str) -> Iterable[str]:
    """due, kept, broken, overdue of the month; running, paused, late as they stand now. Which rule, branch or department is a
    parameter. Raises ValueError for anything else."""
    month = chosen(ask, months_with_data(ask), may_be_all=True)
    rows = promises.in_scope(ask)
    if what in ("due", promises.KEPT, promises.BROKEN, promises.OVERDUE):
        return promises.cases_of(promises.ended_as(promises.due_in(rows, month, ask.now), what, ask.now))
    wanted = {"running": ("running",), "paused": ("paused",), "late": ("broken", "overdue")}.get(what)
    if wanted is None:
        raise ValueError(what)
    standing = rows.filter(settled_at=None).annotate(now=promises.state_at(ask.now), first=F("due_at"))
    return promises.cases_of(standing.filter(now__in=wanted))


# -- a limit between any two activities -----------------------------------------------------------------------------------


def compute_pair(ask: Ask) -> dict[str, Any]:
    """How a limit from one activity to another would have been kept by all cases, by the month in which it began."""
    known = months_with_data(ask)
    body: dict[str, Any] = {"month": ask.get("month"), "months": known, "present": month_at(ask.now), "found": False}
    log = ask.log_of_all_months
    board = None if log is None else _pair(ask, log)
    if board is None:
        return body
    counts = {name: int((board.state == place).sum()) for place, name in enumerate(STATES)}
    decided = sum(counts.values()) - counts["running"]
    middle, late = board.quantile(500), board.quantile(900)
    return body | {
        "found": True, **counts, "due": decided, **promises.rate(counts["kept"], decided),
        "median": None if middle is None else middle / steps.HOUR, "p90": None if late is None else late / steps.HOUR,
        "trend": [
            {"month": month, **dict(zip(STATES, map(int, row), strict=True)), "due": int(row.sum() - row[2]),
             **promises.rate(int(row[0]), int(row.sum() - row[2]))}
            for month, row in zip(board.months, board.by_month, strict=True)
        ],
    }  # fmt: skip


def _pair(ask: Ask, log: Log) -> PromiseBoard | None:
    """None where an activity is unknown or the limit no number: the page says so before it asks."""
    start, stop, unit = ask.get("from"), ask.get("to"), ask.get("unit")
    if not ask.get("limit").isdigit() or unit not in UNITS or not 0 < int(ask.get("limit")) <= MOST_LIMIT:
        return None
    if log.activities.code(start) < 0 or log.activities.code(stop) < 0:
        return None
    now = max(int(ask.now.timestamp() * 1_000_000), int(log.time.max()))
    working = steps.working_time(log, now) if unit == "office" else None
    return promise(
        log,
        start,
        stop,
        int(ask.get("limit")) * UNITS[unit],
        working=working,
        as_of=now,
        zone=timezone.get_default_timezone(),
    )


def behind_pair(ask: Ask, what: str) -> Iterable[str]:
    """kept, broken, running, overdue, due; of one month where it was asked for. Raises ValueError for anything else."""
    if what not in (*STATES, "due"):
        raise ValueError(what)
    log = ask.log_of_all_months
    board = None if log is None else _pair(ask, log)
    if log is None or board is None:
        return []
    chosen_ones = board.state != STATES.index("running") if what == "due" else board.state == STATES.index(what)
    if is_month(ask.get("month")):
        chosen_ones &= steps.in_month_of(board.started, ask.get("month"))
    return ids(log, board.case[chosen_ones])
