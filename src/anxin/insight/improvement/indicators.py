"""What can be measured: every indicator gives single observations, and one function puts them into periods and groups.

    found = series("papers_twice", ask, by="week", anchor=date(2026, 6, 1))      # whole weeks counted from and back from a day
    found.values, found.n                                                        # groups by periods

An observation belongs to the moment at which it is settled (the assessment is issued, the hand-over taken up, the claim closed),
never to the day a case began: of the cases begun lately only the quick ones are settled, and they would make every change look
well. Unit codes: "share", "mean" (points), "log" (natural logarithm of days or hours; effects are then ratios).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from anxin.engines.mining import Log
from anxin.engines.results import Floats
from anxin.insight.results.asking import Ask

Moments = NDArray[np.int64]
DAY: Final = 86_400_000_000
PERIOD_DAYS: Final = {"week": 7, "month": 28}
"""A month here is four weeks: periods of equal length have equal numbers of weekends."""


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """One entry per observation: when (microseconds of UTC), in which branch, about which case, and the value."""

    at: Moments
    branch: NDArray[Any]
    case: NDArray[Any]
    value: Floats
    place: NDArray[Any] | None = None
    """The department; None where the indicator has none."""

    def __len__(self) -> int:
        return len(self.at)

    def where(self, mask: NDArray[np.bool_]) -> Observations:
        place = None if self.place is None else self.place[mask]
        return Observations(self.at[mask], self.branch[mask], self.case[mask], self.value[mask], place)

    def between(self, begin: datetime, end: datetime) -> Observations:
        return self.where((self.at >= micro(begin)) & (self.at < micro(end)))


@dataclass(frozen=True, slots=True)
class Indicator:
    code: str
    unit: Literal["share", "mean", "log"]
    good: Literal["down", "up"]
    observe: Callable[[Ask, str], Observations]
    takes: Literal["", "rule", "edge"] = ""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """`values`, `n` and `deviations` are groups by periods; `begins` the first day of each period."""

    indicator: Indicator
    groups: tuple[str, ...]
    begins: tuple[date, ...]
    values: Floats
    n: Floats
    deviations: Floats


def micro(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())


def until_of(ask: Ask) -> datetime | None:
    """The midnight up to which the lake is whole: the one before its last event, or the asked moment's."""
    log = ask.log_of_all_months
    if log is None or not len(log):
        return None
    last = datetime.fromtimestamp(int(log.time.max()) / 1_000_000, UTC)
    return midnight(timezone.localdate(min(last, ask.now)))


def series(
    name: str, ask: Ask, *, by: Literal["week", "month"] = "week", group: Literal["branch", "department", ""] = "branch",
    anchor: date | None = None, until: datetime | None = None, periods: int = 0,
) -> Series | None:  # fmt: skip
    """The indicator in whole periods that end before `until` and one of which begins on `anchor` (None: the last ends on it).

    None where nothing was observed. Raises LookupError for an unknown indicator.
    """
    indicator, seen = observed(name, ask)
    end = until or until_of(ask)
    if end is None or not len(seen):
        return None
    return in_periods(indicator, seen, by=by, group=group, anchor=anchor, until=end, periods=periods)


def in_periods(
    indicator: Indicator, seen: Observations, *, by: str, group: str, anchor: date | None, until: datetime, periods: int = 0
) -> Series | None:  # fmt: skip
    days = PERIOD_DAYS[by]
    last = timezone.localdate(until)
    first = midnight(anchor if anchor is not None else last - timedelta(days=days))
    begin = micro(first)
    number = (seen.at - begin) // (days * DAY)
    end = (micro(until) - begin) // (days * DAY)
    kept = number < end
    if not kept.any():
        return None
    start = int(number[kept].min())
    if periods:
        start = max(start, int(end) - periods)
        kept &= number >= start
    if not kept.any():
        return None
    place = (
        seen.branch
        if group == "branch"
        else seen.place
        if group == "department" and seen.place is not None
        else np.full(len(seen), "", object)
    )
    names, codes = np.unique(place[kept].astype(str), return_inverse=True)
    columns = int(end) - start
    cell = codes * columns + (number[kept] - start)
    size = len(names) * columns
    value = seen.value[kept]
    n = np.bincount(cell, minlength=size).astype(np.float64)
    total = np.bincount(cell, value, size)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(n > 0, total / n, np.nan)
        squares = np.bincount(cell, (value - mean[cell]) ** 2, size)
        deviation = np.where(n > 1, np.sqrt(squares / (n - 1)), np.nan)
    shape = (len(names), columns)
    begins = tuple(timezone.localdate(first) + timedelta(days=days * (start + one)) for one in range(columns))
    return Series(indicator, tuple(names), begins, mean.reshape(shape), n.reshape(shape), deviation.reshape(shape))


def observed(name: str, ask: Ask) -> tuple[Indicator, Observations]:
    """All observations of an indicator ("kept:CS-01", "hand_over:assessment>adjudication") in the reader's branches."""
    code, _colon, rest = name.partition(":")
    if code not in INDICATORS:
        raise LookupError(name)
    return INDICATORS[code], INDICATORS[code].observe(ask, rest)


# -- the indicators ---------------------------------------------------------------------------------------------------

_NONE = Observations(np.zeros(0, np.int64), np.zeros(0, object), np.zeros(0, object), np.zeros(0), np.zeros(0, object))


def _of_cases(
    log: Log, cases: NDArray[Any], at: Moments, value: Floats, place: NDArray[Any] | None = None
) -> Observations:
    branch = log.case_attributes.get("branch")
    names = np.array([*branch.names, ""], object) if branch is not None and branch.names is not None else None
    codes = names[branch.values[cases]] if names is not None and branch is not None else np.full(len(cases), "", object)
    ids = np.array(log.case_ids.array.take(cases).to_pylist(), object)
    return Observations(at, codes, ids, value, place)


def _first(log: Log, *activities: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Cases with one of these activities, and the place of its first event."""
    codes = [code for name in activities if (code := log.activities.code(name)) >= 0]
    events = np.flatnonzero(np.isin(log.activity, codes))
    case = log.case_of_event()[events]
    cases, first = np.unique(case, return_index=True)
    return cases, events[first]


def _share_before(end: tuple[str, ...], *rework: str) -> Callable[[Ask, str], Observations]:
    """Cases that came to one of `end`, and whether one of `rework` had happened in them by then."""

    def observe(ask: Ask, _rest: str) -> Observations:
        log = ask.log_of_all_months
        if log is None:
            return _NONE
        cases, events = _first(log, *end)
        again, first = _first(log, *rework)
        at = np.full(log.cases, np.iinfo(np.int64).max)
        at[again] = log.time[first]
        return _of_cases(log, cases, log.time[events], (at[cases] < log.time[events]).astype(np.float64))

    return observe


_papers_twice = _share_before(("claims.assessment_issued",), "claims.paper_returned", "claims.supplement_noticed")
"""Claims whose papers were asked for a second time (one returned, or a supplement noticed) before the assessment."""


def _hand_over(ask: Ask, rest: str) -> Observations:
    """Hours from the last act of one department to the first of the next; "assessment>adjudication", or all when empty."""
    log = ask.log_of_all_months
    if log is None or log.department is None or log.department.names is None:
        return _NONE
    told = np.flatnonzero(log.department.values >= 0)
    case, department = log.case_of_event()[told], log.department.values[told]
    change = np.flatnonzero((case[1:] == case[:-1]) & (department[1:] != department[:-1]))
    names = log.department.names
    if rest:
        giver, _to, taker = rest.partition(">")
        change = change[(department[change] == names.code(giver)) & (department[change + 1] == names.code(taker))]
    hours = np.maximum(log.time[told[change + 1]] - log.time[told[change]], 1_000_000) / 3_600_000_000
    words = np.array(list(names), object)
    return _of_cases(log, case[change], log.time[told[change + 1]], np.log(hours), words[department[change + 1]])


def edges(ask: Ask) -> list[str]:
    """The hand-overs there are, the most frequent first."""
    log = ask.log_of_all_months
    if log is None or log.department is None or log.department.names is None:
        return []
    told = np.flatnonzero(log.department.values >= 0)
    case, department = log.case_of_event()[told], log.department.values[told].astype(np.int64)
    change = np.flatnonzero((case[1:] == case[:-1]) & (department[1:] != department[:-1]))
    size = len(log.department.names)
    counts = np.bincount(department[change] * size + department[change + 1], minlength=size * size)
    order = np.argsort(-counts, kind="stable")
    names = log.department.names
    return [f"{names[int(one) // size]}>{names[int(one) % size]}" for one in order if counts[one] >= 20]


def _cycle_time(ask: Ask, _rest: str) -> Observations:
    """Days from the report to the closing, as a logarithm."""
    log = ask.log_of_all_months
    if log is None:
        return _NONE
    cases, events = _first(log, "claims.closed")
    days = np.maximum(log.time[events] - log.begins()[cases], 60_000_000) / DAY
    return _of_cases(log, cases, log.time[events], np.log(days))


def _rating(ask: Ask, _rest: str) -> Observations:
    """What customers gave after the closing, 1 to 5."""
    log = ask.log_of_all_months
    if log is None or "score" not in log.case_attributes:
        return _NONE
    cases, events = _first(log, "claims.rated")
    score = log.case_attributes["score"].values[cases].astype(np.float64)
    known = np.isfinite(score)
    return _of_cases(log, cases[known], log.time[events[known]], score[known])


def _refused(ask: Ask, _rest: str) -> Observations:
    """Decisions that refuse, of all first decisions."""
    log = ask.log_of_all_months
    if log is None:
        return _NONE
    cases, events = _first(log, "claims.decided", "claims.refused")
    refused = log.activity[events] == log.activities.code("claims.refused")
    return _of_cases(log, cases, log.time[events], refused.astype(np.float64))


def _kept(ask: Ask, rest: str) -> Observations:
    """Promises kept, of those kept or broken; "CS-01", or all when empty. Promises are read from the journal."""
    from anxin.journal.models import Promise

    rows = Promise.objects.filter(state__in=("kept", "broken"), case__opened_at__lte=ask.now)
    if rest:
        rows = rows.filter(rule=rest)
    if ask.get("kind"):
        rows = rows.filter(case__kind=ask.get("kind"))
    if ask.chosen_branches is not None:
        rows = rows.filter(case__branch__code__in=ask.chosen_branches)
    found = list(
        rows.values_list("state", "settled_at", "broken_at", "case__branch__code", "case__public_id", "department")
    )
    ended = [
        (moment, branch, case, state == "kept", department)
        for state, settled, broken, branch, case, department in found
        if (moment := broken if state == "broken" else settled) is not None
    ]
    if not ended:
        return _NONE
    return Observations(
        np.array([micro(row[0]) for row in ended], np.int64),
        np.array([row[1] for row in ended], object),
        np.array([row[2] for row in ended], object),
        np.array([row[3] for row in ended], np.float64),
        np.array([row[4] for row in ended], object),
    )


INDICATORS: Final[dict[str, Indicator]] = {
    one.code: one
    for one in (
        Indicator("kept", "share", "up", _kept, "rule"),
        Indicator("papers_twice", "share", "down", _papers_twice),
        Indicator(
            "papers_returned", "share", "down", _share_before(("claims.assessment_issued",), "claims.paper_returned")
        ),
        Indicator(
            "lines_disputed",
            "share",
            "down",
            _share_before(("claims.decided", "claims.refused"), "claims.line_disputed"),
        ),
        Indicator(
            "decisions_returned",
            "share",
            "down",
            _share_before(("claims.decided", "claims.refused"), "claims.decision_returned"),
        ),
        Indicator("hand_over", "log", "down", _hand_over, "edge"),
        Indicator("cycle_time", "log", "down", _cycle_time),
        Indicator("refused", "share", "down", _refused),
        Indicator("rating", "mean", "up", _rating),
    )
}
