"""What came of claims, and how long they took: from the log, by the mining engine."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from anxin.engines.mining import Log, promise
from anxin.engines.mining.kernels.grouping import row_number
from anxin.engines.mining.log.columns import Ints
from anxin.engines.mining.working import months as months_of
from anxin.insight.cockpit.period import in_month
from anxin.insight.cockpit.promises import rate
from anxin.insight.results.asking import ALL

NOTIFIED, PAID_OUT, CLOSED = "claims.notified", "claims.fully_paid", "claims.closed"
SORTS = ("small", "motor", "home", "other", "injury")
LEADER_DAYS: Final = 0.34
"""China Life 2024: days from application to payment, over mostly small medical claims."""
LEADER_PAID: Final = 0.997
DAY: Final = 86_400_000_000


def sorts(log: Log) -> NDArray[np.int8]:
    """The place in SORTS of each case: anything with a person injured, else small ones, else by what was insured."""
    injured, small = _has(log, "injury", "yes"), _has(log, "small", "yes")
    return np.select(
        [injured, small, _has(log, "type", "motor"), _has(log, "type", "home")],
        [SORTS.index("injury"), SORTS.index("small"), SORTS.index("motor"), SORTS.index("home")],
        SORTS.index("other"),
    ).astype(np.int8)


def _has(log: Log, attribute: str, value: str) -> NDArray[np.bool_]:
    column = log.case_attributes.get(attribute)
    if column is None or column.names is None:
        return np.zeros(log.cases, bool)
    code = column.names.code(value)
    return np.asarray(column.values == code) if code >= 0 else np.zeros(log.cases, bool)


def paid_out(log: Log, month: str) -> tuple[Ints, Ints]:
    """The claims paid in full in a month, and how long each took from notification, in microseconds."""
    if log.activities.code(NOTIFIED) < 0 or log.activities.code(PAID_OUT) < 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    # No limit: every one that got there is "kept".
    found = promise(log, NOTIFIED, PAID_OUT, timedelta(days=36_500))
    done = found.state <= 1
    case, took, at = found.case[done], found.took[done], found.started[done] + found.took[done]
    if month != ALL and len(at):
        chosen = months_of(at, timezone.get_default_timezone()) == np.datetime64(month, "M")
        case, took = case[chosen], took[chosen]
    return case, took


def cycle_times(log: Log, month: str) -> list[dict[str, Any]]:
    """By sort of claim: how many, and the median, fastest and slowest tenth in days (row-number quantiles)."""
    case, took = paid_out(log, month)
    of = sorts(log)[case]
    found = []
    for place, name in enumerate(SORTS):
        own = np.sort(took[of == place])
        if len(own):
            p10, median, p90 = (float(own[row_number(part, len(own)) - 1]) / DAY for part in (100, 500, 900))
            found.append({"sort": name, "n": len(own), "median": median, "p10": p10, "p90": p90})
    return sorted(found, key=lambda row: row["median"])


def cycle_cases(log: Log, month: str, sort: str) -> Ints:
    """Raises ValueError for an unknown sort."""
    case, _took = paid_out(log, month)
    return np.asarray(case[sorts(log)[case] == SORTS.index(sort)])


def concluded(log: Log, month: str) -> dict[str, Ints]:
    """Claims closed in a month, by what came of them: paid or refused. The customer's own withdrawal is neither."""
    outcome = log.case_attributes.get("outcome")
    code = log.activities.code(CLOSED)
    if outcome is None or outcome.names is None or code < 0:
        return {"paid": np.zeros(0, np.int64), "refused": np.zeros(0, np.int64)}
    events = np.flatnonzero((log.activity == code) & in_month(log, month))
    cases = np.unique(np.searchsorted(log.offsets, events, side="right") - 1)
    return {name: cases[outcome.values[cases] == outcome.names.code(name)] for name in ("paid", "refused")}


def share_paid(log: Log, month: str) -> dict[str, Any]:
    """Of all claims concluded in a month and of each sort, the share that was paid."""
    found, of = concluded(log, month), sorts(log)
    counted = {name: np.bincount(of[cases], minlength=len(SORTS)) for name, cases in found.items()}
    rows = [("all", len(found["paid"]), len(found["refused"]))]
    rows += [(name, int(counted["paid"][place]), int(counted["refused"][place])) for place, name in enumerate(SORTS)]
    return {
        "leader": LEADER_PAID,
        "sorts": [
            {"sort": name, "paid": paid, "refused": refused, **rate(paid, paid + refused)}
            for name, paid, refused in rows
            if paid + refused
        ],
    }


def outcome_cases(log: Log, month: str, outcome: str, sort: str) -> Ints:
    """Raises KeyError for an unknown outcome, ValueError for an unknown sort."""
    cases = concluded(log, month)[outcome]
    return cases if sort == "all" else np.asarray(cases[sorts(log)[cases] == SORTS.index(sort)])
