"""What one fact says to one number, whatever the period: the day that decides where it belongs, and what it counts as.

Everything a formula of `outside.py` does row by row stands here, so that facts can be summed once by day, branch and line
(`sums.py`) and looked at again row by row, by the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from anxin.engines.calendar import Calendar
from anxin.engines.mining.working import Offsets
from anxin.insight.indicators.computing.facts import NAT, Facts

DAY: Final = 86_400_000_000
SATISFIED: Final = 4
RECEIPT_DAYS: Final = 15
LIMITS: Final = {"simple": 15, "complex": 30, "very_complex": 60}
"""CBIRC order 2020-3 art. 18 (CP-01 to CP-03), in calendar days."""
WITHOUT_CONSENT: Final = 30
_EPOCH: Final = date(1970, 1, 1)

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """`facts` that count at all, each with its `day` since 1970 and its value: 1 or 0, days, an amount. `done`: the value is one
    only for periods that end after this day (NAT: never)."""

    facts: Facts
    day: Ints
    values: NDArray[Any]
    done: Ints | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """`reads`: the columns it looks at. `lead`: the day lies so many days after the fact happened, exactly; None: any number."""

    kind: str
    reads: tuple[str, ...]
    measure: Callable[[Facts, Calendar | None], Measured]
    lead: int | None = 0


def days_of(moments: Ints) -> Ints:
    """The day of each moment on the insurer's clock, since 1970; NAT stays NAT."""
    known = moments != NAT
    found = np.full(len(moments), NAT)
    if known.any():
        told, zone = moments[known], timezone.get_default_timezone()
        found[known] = np.asarray(Offsets.of(zone, int(told.min()), int(told.max())).local(told) // DAY)
    return found


def _calls(calls: Facts, _calendar: Calendar | None) -> Measured:
    """A call abandoned in the queue was not connected; one that asks for no agent is left out."""
    calls = calls.where(calls["asksagent"] != 0)
    return Measured(calls, days_of(calls["calltime"]), calls["isconnected"] == 1)


def _receipts(rows: Facts, _calendar: Calendar | None) -> Measured:
    limit = rows["underdate"] + RECEIPT_DAYS
    got = (rows["isrecieptok"] == 1) & (rows["polrecieptdate"] != NAT)
    return Measured(rows, limit, got & (rows["polrecieptdate"] <= limit))


def _callbacks(rows: Facts, _calendar: Calendar | None) -> Measured:
    ends = rows["hesitateenddate"]
    by_phone = np.isin(rows["returnvisittype"], ["", "phone"])
    in_time = (rows["returnvisitdate"] != NAT) & (rows["returnvisitdate"] <= ends)
    return Measured(rows, ends, (rows["isreturnvisit"] == 1) & by_phone & in_time)


def _services(rows: Facts, _calendar: Calendar | None) -> Measured:
    rows = rows.where((rows["isunder"] == 1) & (rows["underdate"] != NAT))
    return Measured(rows, days_of(rows["underdate"]), (rows["underdate"] - rows["apppoldate"]) / DAY)


def _ratings(rows: Facts, _calendar: Calendar | None) -> Measured:
    return Measured(rows, days_of(rows["ratedate"]), rows["score"] >= SATISFIED)


def _disputes(rows: Facts, _calendar: Calendar | None) -> Measured:
    """An imported dispute of a claim of ours is the claim's own one."""
    rows = rows.where(~((rows["area"] == "claims") & (rows.case >= 0)))
    return Measured(
        rows, rows["disputedate"], np.ones(len(rows)), np.where(rows["ishandled"] == 1, rows["handleddate"], NAT)
    )


def _received(rows: Facts, _calendar: Calendar | None) -> Measured:
    return Measured(rows, rows["receiveddate"], np.ones(len(rows)))


def _strict(rows: Facts, _calendar: Calendar | None) -> Measured:
    rows, strict = _limited(rows)
    told = rows["decideddate"]
    return Measured(rows, strict, (told != NAT) & (told <= strict))


def _rolled(rows: Facts, calendar: Calendar | None) -> Measured:
    """Of the period of the strict limit, but with its last day rolled past holidays."""
    rows, strict = _limited(rows)
    told = rows["decideddate"]
    return Measured(rows, strict, (told != NAT) & (told <= _past_holidays(strict, calendar)))


def _limited(rows: Facts) -> tuple[Facts, Ints]:
    """Complaints that were not withdrawn, with the last day of each limit.

    60 days need senior approval and that the complainant was told, else 30; days of appraisal or mediation are added.
    """
    rows = rows.where(rows["iswithdrawn"] != 1)
    limit = np.array([LIMITS.get(level, LIMITS["simple"]) for level in rows["level"]], np.int64)
    consent = (rows["isapproved"] == 1) & (rows["istold"] == 1)
    limit = np.where((limit == LIMITS["very_complex"]) & ~consent, WITHOUT_CONSENT, limit)
    return rows, rows["receiveddate"] + limit + np.nan_to_num(rows["pausedays"]).astype(np.int64)


def _past_holidays(days: Ints, calendar: Calendar | None) -> Ints:
    if calendar is None or not len(days):
        return days
    known, places = np.unique(days, return_inverse=True)
    rolled = [calendar.add_calendar_days(_EPOCH + timedelta(days=int(day)), 0).rolled_on for day in known]
    return np.array([(day - _EPOCH).days for day in rolled], np.int64)[places]


def _amount(name: str, unit: float) -> Callable[[Facts, Calendar | None], Measured]:
    def measure(rows: Facts, _calendar: Calendar | None) -> Measured:
        rows = rows.where(~np.isnan(rows[name]))
        return Measured(rows, rows["month"], rows[name] / unit)

    return measure


_COMPLAINT = ("receiveddate", "decideddate", "level", "isapproved", "istold", "pausedays", "iswithdrawn")

MEASURES: Final[Mapping[str, Measure]] = {
    "calls": Measure("calls", ("calltime", "isconnected", "asksagent"), _calls),
    "receipts": Measure("receipts", ("underdate", "isrecieptok", "polrecieptdate"), _receipts, RECEIPT_DAYS),
    "callbacks": Measure(
        "callbacks", ("hesitateenddate", "isreturnvisit", "returnvisitdate", "returnvisittype"), _callbacks
    ),
    "services": Measure("services", ("apppoldate", "isunder", "underdate"), _services, None),
    "ratings": Measure("ratings", ("ratedate", "score"), _ratings),
    "disputes": Measure("disputes", ("disputedate", "area", "ishandled", "handleddate"), _disputes),
    "received": Measure("complaints", ("receiveddate",), _received),
    "strict": Measure("complaints", _COMPLAINT, _strict, None),
    "rolled": Measure("complaints", _COMPLAINT, _rolled, None),
    "premium": Measure("premiums", ("month", "premium"), _amount("premium", 100)),  # fen to yuan
    "policies": Measure("premiums", ("month", "policies"), _amount("policies", 1)),
    "persons": Measure("premiums", ("month", "persons"), _amount("persons", 1)),
}
