"""The boards' numbers counted a second way: row by row from the journal's tables, in plain Python."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from anxin.journal.lake.store import BOOKKEEPING
from anxin.journal.models import Event, Promise
from anxin.journal.promises.source import source

ZONE = ZoneInfo("Asia/Shanghai")


def month(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%Y-%m}"


def promises(now: datetime, branches: Iterable[str] | None = None) -> list[tuple[str, str, str, str, str]]:
    """(month due, rule, branch, kept or broken, case) of every deadline whose moment has passed."""
    rules = source().rules(source().current().rules)
    found = []
    for row in Promise.objects.select_related("case__branch"):
        if (
            rules[row.rule].klass != "deadline"
            or row.state in ("void", "paused")
            or row.due_at is None
            or row.due_at > now
        ):
            continue
        code = row.case.branch.code
        if branches is None or code in branches:
            ended = "kept" if row.state == "kept" else "broken"
            found.append((month(row.due_at), row.rule, code, ended, row.case.public_id))
    return found


def chains(branches: Iterable[str] | None = None) -> dict[str, list[Event]]:
    """The events of each case that the lake keeps, in the lake's order."""
    found = defaultdict(list)
    for event in Event.objects.select_related("case__branch").order_by("case", "occurred_at", "seq"):
        if not event.activity.startswith(BOOKKEEPING) and (branches is None or event.case.branch.code in branches):
            found[event.case.public_id].append(event)
    return found


def department(event: Event) -> str:
    return (
        str(event.facts.get("from") or event.department) if event.activity == "case.handed_over" else event.department
    )


def hand_overs(at: str, branches: Iterable[str] | None = None) -> dict[tuple[str, str], list[tuple[timedelta, str]]]:
    """(giver, taker) → (wait, case) of every hand-over taken up in a month."""
    found: dict[tuple[str, str], list[tuple[timedelta, str]]] = defaultdict(list)
    for case, events in chains(branches).items():
        for before, after in itertools.pairwise(events):
            giver, taker = department(before), department(after)
            if giver and taker and giver != taker and month(after.occurred_at) == at:
                found[giver, taker].append((after.occurred_at - before.occurred_at, case))
    return found


def paid(at: str) -> dict[str, list[timedelta]]:
    """Sort of claim → from notification to full payment, of those paid in a month."""
    found = defaultdict(list)
    for events in chains().values():
        first = next((one for one in events if one.activity == "claims.notified"), None)
        last = next((one for one in events if one.activity == "claims.fully_paid"), None)
        if first is not None and last is not None and month(last.occurred_at) == at:
            found[sort(first.facts)].append(last.occurred_at - first.occurred_at)
    return found


def sort(facts: dict[str, Any]) -> str:
    if facts["injury"]:
        return "injury"
    return "small" if facts["small"] else facts["type"]


def closed(at: str) -> list[tuple[str, str]]:
    """(sort, outcome) of claims closed in a month."""
    found = []
    for events in chains().values():
        for event in events:
            if event.activity == "claims.closed" and month(event.occurred_at) == at:
                found.append((sort(events[0].facts), json.loads(event.data)["outcome"]))
    return found


def row_quantile(values: Iterable[Any], permille: int) -> Any:
    ordered = sorted(values)
    return ordered[max(1, -(-len(ordered) * permille // 1000)) - 1]
