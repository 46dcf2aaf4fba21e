"""The expressions run, and their rows as the results that the questions over a log give."""

from __future__ import annotations

from typing import Any

import numpy as np
from ibis.expr.types import Table  # type: ignore[import-untyped,unused-ignore]
from numpy.typing import NDArray

from anxin.engines.mining.durations import SECOND
from anxin.engines.mining.errors import BadQuestion
from anxin.engines.mining.lake import expressions
from anxin.engines.mining.lake.tables import Lake
from anxin.engines.mining.log.columns import Ints
from anxin.engines.mining.log.segments import PREFIX
from anxin.engines.mining.questions.cycle_time import ALL, UNKNOWN, CycleTime
from anxin.engines.mining.questions.directly_follows import DirectlyFollows, Waits
from anxin.engines.mining.questions.hand_over import HandOver, result_of


def _rows(expression: Table, *keys: str) -> dict[str, NDArray[Any]]:
    """The columns of an expression's rows, in the order of their keys. A null key is -1."""
    table = expression.to_pyarrow()
    columns = {
        name: (table[name].fill_null(-1) if name in keys else table[name]).to_numpy() for name in table.column_names
    }
    order = np.lexsort([columns[key] for key in reversed(keys)])
    return {name: values[order] for name, values in columns.items()}


def directly_follows(lake: Lake) -> DirectlyFollows:
    """As `mining.directly_follows`."""
    edges = _rows(expressions.following(lake.events), "activity", "next_activity")
    names = lake.names("activity")

    def counts(expression: Table) -> Ints:
        rows = _rows(expression, "activity")
        result = np.zeros(len(names), np.int64)
        result[rows["activity"]] = rows["count"]
        return result

    starts, occurrences = (
        counts(expressions.first_activities(lake.events)),
        counts(expressions.occurrences(lake.events)),
    )
    return DirectlyFollows(
        names=names, source=_ints(edges["activity"]), target=_ints(edges["next_activity"]), count=_ints(edges["count"]), starts=starts,
        ends=counts(expressions.last_activities(lake.events)), occurrences=occurrences, events=int(occurrences.sum()), cases=int(starts.sum()),
    )  # fmt: skip


def waits(lake: Lake, *, working: bool = False) -> Waits:
    """As `mining.waits`; `working` adds office time where the store was written with a calendar, in whole seconds."""
    rows = _rows(expressions.edge_waits(lake.events), "activity", "next_activity")
    more: dict[str, Any] = {}
    if working:
        office = _rows(expressions.edge_waits(lake.events, "working_wait"), "activity", "next_activity")
        if len(office["count"]) != len(rows["count"]) or (office["count"] != rows["count"]).any():
            raise BadQuestion(
                "The lake has no office time for all waits: it was written without a calendar.", code="no-working-time"
            )
        more = {
            "working_median": _ints(office["median"]) * SECOND, "working_p90": _ints(office["p90"]) * SECOND,
            "working_mean": office["total"] / office["count"] * SECOND, "working_total": office["total"] * SECOND,
        }  # fmt: skip
    return Waits(
        names=lake.names("activity"), source=_ints(rows["activity"]), target=_ints(rows["next_activity"]), count=_ints(rows["count"]),
        median=_ints(rows["median"]), p90=_ints(rows["p90"]), mean=rows["total"] / rows["count"], total=rows["total"], **more,
    )  # fmt: skip


def hand_over(lake: Lake, *, between: str = "resource") -> HandOver:
    """As `mining.hand_over`, between "resource" or "department"."""
    if between not in ("resource", "department"):
        raise BadQuestion(
            f"between: {between}; a lake keeps the next “resource” and “department”.",
            code="unknown-option",
            about=[between],
        )
    rows = _rows(expressions.hand_overs(lake.events, between), "giver", "taker")
    pairs = int(lake.events.filter(lake.events["next_activity"].notnull()).count().to_pyarrow().as_py())
    names = lake.names(between)
    width = max(len(names), 1)
    keys = _ints(rows["giver"]) * width + rows["taker"]
    quantiles = np.stack((_ints(rows["median"]), _ints(rows["p90"])), axis=1)
    return result_of(names, between, keys, width, _ints(rows["count"]), rows["total"], quantiles, pairs)


def cycle_time(lake: Lake, *, by: str = ALL, month_of: str = "end") -> CycleTime:
    """As `mining.cycle_time`, over all, by month (of the end or the start, in the store's zone) or by a coded case attribute."""
    column: str | None = None
    if by == "month":
        column = {"end": "end_month", "start": "begin_month"}.get(month_of)
        if column is None:
            raise BadQuestion(
                f"month_of: {month_of}; give “end” or “start”.", code="unknown-option", about=["month_of"]
            )
    elif by != ALL:
        column = PREFIX + by
        if column not in lake.cases.columns or not len(lake.names(column)):
            known = [name.removeprefix(PREFIX) for name in lake.cases.columns if name.startswith(PREFIX)]
            raise BadQuestion(
                f"There is no attribute “{by}” with names per case. There are: {', '.join(known)}.",
                code="unknown-column",
                about=[by],
            )
    rows = _rows(expressions.durations(lake.cases, column), "group")
    last = np.argsort(rows["group"] < 0, kind="stable")  # what is unknown comes last
    rows = {name: values[last] for name, values in rows.items()}
    if column is None:
        labels: tuple[str, ...] = (ALL,) * len(rows["group"])
    elif by == "month":
        labels = tuple(f"{code // 100}-{code % 100:02}" for code in rows["group"].tolist())
    else:
        labels = tuple(lake.names(column)[code] if code >= 0 else UNKNOWN for code in rows["group"].tolist())
    return CycleTime(
        by=by,
        groups=labels,
        count=_ints(rows["count"]),
        median=_ints(rows["median"]),
        p90=_ints(rows["p90"]),
        mean=rows["total"] / rows["count"],
    )


def _ints(values: NDArray[Any]) -> Ints:
    return values.astype(np.int64)
