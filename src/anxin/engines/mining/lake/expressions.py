"""Each question once, as an expression over whole-number columns; nothing here that engines do differently.

Quantiles are taken by row number (see `kernels/grouping.py`), not by an engine's own function: these interpolate or
estimate, each in its way.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis  # type: ignore[import-untyped,unused-ignore]
from ibis import _  # type: ignore[import-untyped,unused-ignore]
from ibis.expr.types import IntegerColumn, Table  # type: ignore[import-untyped,unused-ignore]

PERMILLE = {"median": 500, "p90": 900}
_LOW = 20
"""Bits of a value that are summed apart: sums of whole microseconds pass 64 bits, and summing decimals takes long."""


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

    Values are counted by narrow ranges first, and only those in the ranges where a quantile lies are put in order. A window
    over all values would need one pass only, but it orders each group in one task: on Spark that is not shared out, and
    spills to the disk once a single edge has millions of waits.
    """
    keys = list(keys)
    known = table.filter(table[value].notnull()).select(*keys, range=_range(table[value]), value=table[value])
    ranges = known.group_by(*keys, "range").agg(
        rows=_.count(), high=(_.value >> _LOW).sum().cast("int64"), low=(_.value & (1 << _LOW) - 1).sum().cast("int64")
    )
    whole = ranges.high.cast("decimal(38, 0)") * ibis.literal(1 << _LOW, "int32") + ranges.low.cast("decimal(38, 0)")
    totals = ranges.mutate(total=whole).group_by(*keys).agg(count=_.rows.sum(), total=_.total.sum().cast("float64"))
    ranges = ranges.mutate(
        upto=_.rows.sum().over(ibis.window(group_by=keys, order_by="range", following=0)),
        count=_.rows.sum().over(ibis.window(group_by=keys)),
    )
    ranges = ranges.mutate(
        before=_.upto - _.rows, **{name: (_["count"] * share + 999) // 1000 for name, share in PERMILLE.items()}
    )
    near = ranges.filter(ibis.or_(*((_[name] > _.before) & (_[name] <= _.upto) for name in PERMILLE)))
    near = near.select(
        **{f"of_{key}": near[key] for key in (*keys, "range")}, **{name: near[name] for name in ("before", *PERMILLE)}
    )
    same = [known[key].identical_to(near[f"of_{key}"]) for key in keys]
    values = known.join(near, [known["range"] == near["of_range"], *same])
    values = values.group_by(*keys, "range", "value", "before", *PERMILLE).agg(rows=_.count())
    values = values.mutate(
        row=_.before + _.rows.sum().over(ibis.window(group_by=[*keys, "range"], order_by="value", following=0))
    )
    # Past the row that is wanted there are larger values only, in its range and in later ones.
    picked = values.group_by(*keys).agg(**{name: _.value.min(where=_.row >= _[name]) for name in PERMILLE})
    picked = picked.rename(**{f"of_{key}": key for key in keys})
    found = totals.join(picked, [totals[key].identical_to(picked[f"of_{key}"]) for key in keys])
    return found.select(*keys, "count", "total", *PERMILLE)


def _range(value: IntegerColumn) -> IntegerColumn:
    """Numbers ranges of whole numbers, ascending: below 1,024 each is its own; from there on a range is between a
    thirty-second and a thousandth of its values wide. Shifts only: engines divide and round in their ways."""
    steps = list(enumerate(range(0, 50, 5)))
    branches = [(value < (1 << width + 10), (step << 10) + (value >> width)) for step, width in steps]
    return ibis.cases(*branches, else_=(len(steps) << 10) + (value >> 50)).cast("int64")


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
