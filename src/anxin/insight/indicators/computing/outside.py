"""Formulas over imported facts: IN-01, 02, 03, 06, 11, 12, and the imported share of IN-09 and IN-10."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from anxin.insight.indicators.computing import claims
from anxin.insight.indicators.computing.facts import NAT, Facts
from anxin.insight.indicators.computing.ground import DAY, Ground
from anxin.insight.indicators.computing.rows import Ints, Rows
from anxin.insight.indicators.periods import Period

RECEIPT_DAYS = 15
LIMITS = {"simple": 15, "complex": 30, "very_complex": 60}
"""CBIRC order 2020-3 art. 18 (CP-01 to CP-03), in calendar days."""
WITHOUT_CONSENT = 30
_HUNDRED_MILLION, _TEN_THOUSAND = 1e8, 1e4
_EPOCH = date(1970, 1, 1)


def _rows(ground: Ground, facts: Facts, kind: str, values: object, per: dict[int, float] | None = None) -> Rows:
    return Rows.of_facts(kind, values, facts.pk, ground.place_of(facts.branch), per)  # type: ignore[arg-type]


def _days_of(period: Period) -> tuple[int, int]:
    return (period.first - _EPOCH).days, (period.after - _EPOCH).days


def answered_calls(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-01. A call abandoned in the queue was not connected; one that asks for no agent is left out."""
    calls = ground.facts("calls")
    calls = calls.where(claims.within(calls["calltime"], period) & (calls["asksagent"] != 0))
    return {"main": _rows(ground, calls, "share", calls["isconnected"] == 1)}


def delivered(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-02, by the 15th day after acceptance, once that is over."""
    first, after = _days_of(period)
    rows = ground.facts("receipts")
    limit = rows["underdate"] + RECEIPT_DAYS
    rows = rows.where((limit >= first) & (limit < min(after, ground.today)))
    got = (rows["isrecieptok"] == 1) & (rows["polrecieptdate"] != NAT)
    return {"main": _rows(ground, rows, "share", got & (rows["polrecieptdate"] <= rows["underdate"] + RECEIPT_DAYS))}


def called_back(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-03, by the end of the cooling-off period, once that is over."""
    first, after = _days_of(period)
    rows = ground.facts("callbacks")
    ends = rows["hesitateenddate"]
    rows = rows.where((ends >= first) & (ends < min(after, ground.today)))
    by_phone = np.isin(rows["returnvisittype"], ["", "phone"])
    in_time = (rows["returnvisitdate"] != NAT) & (rows["returnvisitdate"] <= rows["hesitateenddate"])
    return {"main": _rows(ground, rows, "share", (rows["isreturnvisit"] == 1) & by_phone & in_time)}


def policy_service(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-06: days from the application to its approval, of what was approved in the period."""
    rows = ground.facts("services")
    rows = rows.where((rows["isunder"] == 1) & claims.within(rows["underdate"], period))
    return {"main": _rows(ground, rows, "days", (rows["underdate"] - rows["apppoldate"]) / DAY)}


def satisfied(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-09: imported ratings of agents; where there are none, those after claims stand in."""
    rows = ground.facts("ratings")
    if not len(rows):
        return {"main": claims.rated(ground, period)}
    rows = rows.where(claims.within(rows["ratedate"], period))
    return {"main": _rows(ground, rows, "share", rows["score"] >= claims.SATISFIED)}


def disputes(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-10: the claims' own and the imported ones; an imported dispute of a claim of ours is the same one."""
    first, after = _days_of(period)
    rows = ground.facts("disputes")
    day = rows["disputedate"]
    rows = rows.where((day >= first) & (day < after) & ~((rows["area"] == "claims") & (rows.case >= 0)))
    handled = (rows["ishandled"] == 1) & (rows["handleddate"] != NAT) & (rows["handleddate"] < after)
    return {"main": claims.disputed(ground, period) + _rows(ground, rows, "share", handled)}


def complaint_rate(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-11: complaints received over premium, policies and persons."""
    first, after = _days_of(period)
    rows = ground.facts("complaints")
    received = rows["receiveddate"]
    # A period of which no complaint was imported yet has no rate, rather than a rate of none.
    is_told = len(rows) > 0 and first <= received.max() and after > received.min()
    rows = rows.where((received >= first) & (received < after))
    covered = _months_with_premium(ground, period)
    if covered is not None:  # complaints of a month whose premium was not imported have nothing to be divided by
        rows = rows.where(np.isin(rows["receiveddate"].astype("datetime64[D]").astype("datetime64[M]"), covered))
    ones = np.ones(len(rows))
    premium, policies, persons = _denominators(ground, period) if is_told else ({}, {}, {})
    life = rows.where(rows.line == "life") if not ground.business else rows
    return {
        "main": _rows(
            ground, rows, "rate", ones, {place: value / _HUNDRED_MILLION for place, value in premium.items()}
        ),
        "policies": _rows(
            ground, rows, "rate", ones, {place: value / _TEN_THOUSAND for place, value in policies.items()}
        ),
        "persons": _rows(
            ground, life, "rate", np.ones(len(life)), {place: value / _TEN_THOUSAND for place, value in persons.items()}
        ),
    }


def _months_with_premium(ground: Ground, period: Period) -> np.ndarray | None:
    """The months of a period whose premium was imported; None when there are none and the register stands in."""
    first, after = _days_of(period)
    month = ground.facts("premiums")["month"]
    month = month[(month >= first) & (month < after)]
    return np.unique(month.astype("datetime64[D]").astype("datetime64[M]")) if len(month) else None


def _denominators(ground: Ground, period: Period) -> tuple[dict[int, float], dict[int, float], dict[int, float]]:
    """Premium in yuan, policies and persons by branch: imported months if the period has any, else the register."""
    first, after = _days_of(period)
    told = ground.facts("premiums")
    told = told.where((told["month"] >= first) & (told["month"] < after))
    if len(told):
        places = ground.place_of(told.branch)
        return (
            _by_branch(places, told["premium"] / 100), _by_branch(places, told["policies"]),
            _by_branch(places, told["persons"]),
        )  # fmt: skip
    known = ground.policies
    issued = claims.within(known["issued"], period)
    places = known["branch"][issued]
    return _by_branch(places, known["premium"][issued]), _by_branch(places, np.ones(len(places))), {}


def _by_branch(places: Ints, values: np.ndarray) -> dict[int, float]:
    return {int(place): float(np.nansum(values[places == place])) for place in np.unique(places)}


def decided_in_time(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-12: by the strict limit; and as it would be with the last day rolled past holidays."""
    first, after = _days_of(period)
    rows, strict, rolled = complaint_limits(ground)
    due = (strict >= first) & (strict < min(after, ground.today))
    strict, rolled, rows = strict[due], rolled[due], rows.where(due)
    told = rows["decideddate"]
    return {
        "main": _rows(ground, rows, "share", (told != NAT) & (told <= strict)),
        "rolled": _rows(ground, rows, "share", (told != NAT) & (told <= rolled)),
    }


def complaint_limits(ground: Ground) -> tuple[Facts, Ints, Ints]:
    """Complaints that were not withdrawn, with the last day of each limit, strict and rolled past holidays (days since 1970).

    60 days need senior approval and that the complainant was told, else 30; days of appraisal or mediation are added.
    """
    rows = ground.facts("complaints")
    rows = rows.where(rows["iswithdrawn"] != 1)
    limit = np.array([LIMITS.get(level, LIMITS["simple"]) for level in rows["level"]], np.int64)
    consent = (rows["isapproved"] == 1) & (rows["istold"] == 1)
    limit = np.where((limit == LIMITS["very_complex"]) & ~consent, WITHOUT_CONSENT, limit)
    pause = np.nan_to_num(rows["pausedays"]).astype(np.int64)
    strict = rows["receiveddate"] + limit + pause
    return rows, strict, _rolled(ground, strict)


def _rolled(ground: Ground, days: Ints) -> Ints:
    if ground.calendar is None:
        return days
    known = {}
    for day in np.unique(days):
        on = _EPOCH + timedelta(days=int(day))
        known[int(day)] = (ground.calendar.add_calendar_days(on, 0).rolled_on - _EPOCH).days
    return np.array([known[int(day)] for day in days], np.int64)
