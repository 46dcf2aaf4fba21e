"""Formulas over imported facts: IN-01, 02, 03, 06, 11, 12, and the imported share of IN-09 and IN-10.

What a single fact counts as stands in `measures.py`; here is what a period makes of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anxin.insight.indicators.computing import claims
from anxin.insight.indicators.computing.ground import Ground, days_within
from anxin.insight.indicators.computing.rows import Rows
from anxin.insight.indicators.computing.sums import LINES, Told
from anxin.insight.indicators.periods import Period

_HUNDRED_MILLION, _TEN_THOUSAND = 1e8, 1e4


def answered_calls(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-01."""
    return {"main": Rows.of_told("share", ground.told("calls", period))}


def delivered(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-02, by the 15th day after acceptance, once that is over."""
    return {"main": Rows.of_told("share", ground.told("receipts", period, over=True))}


def called_back(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-03, by the end of the cooling-off period, once that is over."""
    return {"main": Rows.of_told("share", ground.told("callbacks", period, over=True))}


def policy_service(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-06: days from the application to its approval, of what was approved in the period."""
    return {"main": Rows.of_told("days", ground.told("services", period))}


def satisfied(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-09: imported ratings of agents; where there are none, those after claims stand in."""
    if not ground.has("ratings"):
        return {"main": claims.rated(ground, period)}
    return {"main": Rows.of_told("share", ground.told("ratings", period))}


def disputes(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-10: the claims' own and the imported ones, handled by the period's end."""
    _first, after = days_within(period)
    return {
        "main": claims.disputed(ground, period) + Rows.of_told("share", ground.told("disputes", period), before=after)
    }


def complaint_rate(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-11: complaints received over premium, policies and persons."""
    first, after = days_within(period)
    ever = ground.told("received").day
    # A period of which no complaint was imported yet has no rate, rather than a rate of none.
    is_told = len(ever) > 0 and first <= ever.max() and after > ever.min()
    rows = ground.told("received", period)
    covered = np.unique(_month(ground.told("premium", period).day))
    if len(covered):  # complaints of a month whose premium was not imported have nothing to be divided by
        rows = rows.where(np.isin(_month(rows.day), covered))
    per = _denominators(ground, period, imported=len(covered) > 0) if is_told else {}
    life = rows if ground.business else rows.where(rows.line == LINES.index("life"))
    return {
        "main": _rate(rows, per.get("main"), _HUNDRED_MILLION),
        "policies": _rate(rows, per.get("policies"), _TEN_THOUSAND),
        "persons": _rate(life, per.get("persons"), _TEN_THOUSAND),
    }


def _month(days: NDArray[np.int64]) -> NDArray[np.int64]:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _rate(rows: Told, below: Rows | None, unit: float) -> Rows:
    if below is None:
        return Rows.of_told("rate", rows)
    per = {int(place): float(below.values[below.branch == place].sum()) / unit for place in np.unique(below.branch)}
    return Rows.of_told("rate", rows, per=per, below=below)


def _denominators(ground: Ground, period: Period, *, imported: bool) -> dict[str, Rows]:
    """Premium in yuan, policies and persons: imported months if the period has any, else the register."""
    if imported:
        names = {"main": "premium", "policies": "policies", "persons": "persons"}
        return {part: Rows.of_told("rate", ground.told(name, period)) for part, name in names.items()}
    known = ground.policies
    issued = claims.within(known["issued"], period)
    pk, branch, premium = known["pk"][issued], known["branch"][issued], known["premium"][issued]
    return {"main": Rows.of_policies(premium, pk, branch), "policies": Rows.of_policies(np.ones(len(pk)), pk, branch)}


def decided_in_time(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-12: by the strict limit; and as it would be with the last day rolled past holidays."""
    return {
        part: Rows.of_told("share", ground.told(measure, period, over=True))
        for part, measure in (("main", "strict"), ("rolled", "rolled"))
    }
