"""Each question once, as an expression over whole-number columns; nothing here that engines do differently.

Quantiles are taken by row number (see `kernels/grouping.py`), not by an engine's own function: these interpolate or
estimate, each in its way.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis  # type: ignore[import-untyped,unused-ignore]
from ibis import _  # type: ignore[import-untyped,unused-ignore]
from ibis.expr.types import Table  # type: ignore[import-untyped,unused-ignore]

PERMILLE = {"median": 500, "p90": 900}


def following(events: Table) -> Table:
    """activity, next_activity, count."""
    return events.filter(_.next_activity.notnull()).group_by("activity", "next_activity").agg(count=_.count())


def first_activities(events: Table) -> Table:
    """activity, count: of cases that begin with it."""
    return events.filter(_.case_seq == 0).group_by("activity").agg(count=_.count())


def last_activities(events: Table) -> Table:
    """activity, count: of cases that end with it."""
    return events.filter(_.next_activity.isnull()).group_by("activity").agg(count=_.count())


def occurrences(events: Table) -> Table:
    """activity, count."""
    return events.group_by("activity").agg(count=_.count())


def spread(table: Table, keys: Sequence[str], value: str) -> Table:
    """Per group: count, total, median and p90 of a whole-number column, exact by row number. Null values do not count.

    `total` is summed as decimal: microseconds of a large log pass 64 bits.
    """
    known = table.filter(table[value].notnull()).select(*keys, value)
    group = ibis.window(group_by=list(keys))
    numbered = known.mutate(
        row=ibis.row_number().over(ibis.window(group_by=list(keys), order_by=value)) + 1,
        rows=_.count().over(group),
    )
    picked = {
        name: numbered[value].max(where=numbered["row"] == (numbered["rows"] * permille + 999) // 1000)
        for name, permille in PERMILLE.items()
    }
    return numbered.group_by(*keys).agg(
        count=_.count(), total=numbered[value].cast("decimal(38, 0)").sum().cast("float64"), **picked
    )


def edge_waits(events: Table, value: str = "wait") -> Table:
    """activity, next_activity, count, total, median, p90 of "wait" (microseconds) or "working_wait" (seconds)."""
    return spread(events.filter(_.next_activity.notnull()), ("activity", "next_activity"), value)


def hand_overs(events: Table, between: str) -> Table:
    """giver, taker, count, total, median, p90 of the waits; between is "resource" or "department"."""
    known = events.filter(events[between].notnull() & events[f"next_{between}"].notnull())
    named = known.select(giver=known[between], taker=known[f"next_{between}"], wait=known["wait"])
    return spread(named, ("giver", "taker"), "wait")


def durations(cases: Table, by: str | None, value: str = "duration") -> Table:
    """group, count, total, median, p90 of "duration" (microseconds) or "working_time" (seconds); by a column of cases."""
    named = cases.select(group=ibis.literal(0) if by is None else cases[by], value=cases[value])
    return spread(named, ("group",), "value")
