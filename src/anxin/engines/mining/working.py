"""Office time between moments, for millions of intervals at once.

A calendar answers one interval at a time. Here its days are laid out once: how much office time had passed before each
day, and the spans of a day. The office time of an interval is then the difference of two look-ups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from anxin.engines.compiling import COMPILED, compiled
from anxin.engines.mining.durations import DAY, HOUR, SECOND, micros_at, moment
from anxin.engines.mining.errors import BadQuestion
from anxin.engines.mining.log.columns import Ints
from anxin.engines.results import Caution

_EPOCH = date(1970, 1, 1).toordinal()


class OfficeHoursLike(Protocol):
    """`edges`: the spans of a working day, in microseconds since local midnight."""

    @property
    def edges(self) -> tuple[tuple[int, int], ...]: ...


class CalendarLike(Protocol):
    """What is asked of a calendar; `anxin.engines.calendar.Calendar` is one."""

    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def office_hours(self) -> Any: ...
    def is_working_day(self, day: date) -> bool: ...
    def is_provisional(self, day: date) -> bool: ...


@dataclass(frozen=True, slots=True, eq=False)
class Offsets:
    """A zone's offsets from UTC within a range: offsets[i] holds from changes[i - 1] up to changes[i]."""

    changes: Ints
    offsets: Ints

    @classmethod
    def of(cls, zone: tzinfo, first: int, last: int) -> Offsets:
        """`first` and `last` in microseconds of UTC."""

        def offset(micros: int) -> int:
            return (moment(micros).astimezone(zone).utcoffset() or timedelta()) // timedelta(microseconds=1)

        changes, offsets = [], [offset(first)]
        at = first
        while at < last:
            after = min(at + 7 * DAY, last)
            if offset(after) != offsets[-1]:
                low, high = at, after
                while high - low > SECOND:
                    middle = (low + high) // 2 // SECOND * SECOND
                    middle = max(middle, low + 1)
                    if offset(middle) == offsets[-1]:
                        low = middle
                    else:
                        high = middle
                changes.append(high)
                offsets.append(offset(high))
                at = high
            else:
                at = after
        return cls(np.array(changes, np.int64), np.array(offsets, np.int64))

    def local(self, micros: Ints) -> Ints:
        """Wall-clock microseconds since 1970-01-01 00:00."""
        if not len(self.changes):
            local: Ints = micros + self.offsets[0]
        else:
            local = micros + self.offsets[np.searchsorted(self.changes, micros, side="right")]
        return local


def months(micros: Ints, zone: tzinfo) -> NDArray[np.datetime64]:
    """The month of each moment in a zone, as datetime64[M]."""
    if not len(micros):
        return np.zeros(0, "datetime64[M]")
    local = Offsets.of(zone, int(micros.min()), int(micros.max())).local(micros)
    return local.view("datetime64[us]").astype("datetime64[M]")


@dataclass(frozen=True, slots=True, eq=False)
class WorkingTime:
    """Office time laid out for the days from `first_day` (days since 1970) on.

    worked_before[d] is the office time, in microseconds, of all days before day first_day + d; works[d] whether that
    day is worked; `spans` (n, 2) the office hours in microseconds since local midnight.
    """

    first_day: int
    works: NDArray[np.bool_]
    worked_before: Ints
    spans: Ints
    offsets: Offsets
    cautions: tuple[Caution, ...] = ()

    @classmethod
    def of(cls, calendar: CalendarLike, first: datetime | int, last: datetime | int) -> WorkingTime:
        """The calendar laid out for moments from `first` to `last` (aware, or microseconds of UTC), both included.

        Minutes are those of the office's wall clock, as in the calendar. Years whose holidays are not published are
        laid out as the calendar has them, with a caution.
        """
        begin = first if isinstance(first, int) else micros_at(first, "first")
        end = last if isinstance(last, int) else micros_at(last, "last")
        if end < begin:
            raise BadQuestion("first: lies after last; swap them.", code="empty-range", about=["first", "last"])
        days = range((begin - DAY) // DAY, (end + DAY) // DAY + 1)  # a day more: no zone is further from UTC
        dates = [date.fromordinal(_EPOCH + day) for day in days]
        works = np.array([calendar.is_working_day(day) for day in dates], bool)
        spans = np.array(calendar.office_hours.edges, np.int64).reshape(-1, 2)
        per_day = int((spans[:, 1] - spans[:, 0]).sum())
        before = np.concatenate(([0], np.cumsum(works * per_day)))[:-1].astype(np.int64)
        unsure = sorted({day.year for day in dates[1:-1] if calendar.is_provisional(day)})
        cautions: tuple[Caution, ...] = ()
        if unsure:
            text = (
                f"The holidays of {', '.join(map(str, unsure))} are not published; working time there is provisional."
            )
            cautions = (Caution("provisional", text, tuple(map(str, unsure))),)
        offsets = Offsets.of(calendar.zone, begin - DAY, end + DAY)
        return cls(days.start, works, before, spans, offsets, cautions)

    def passed(self, micros: Ints) -> Ints:
        """Office time, in microseconds, from the beginning of the layout to each moment. Raises BadQuestion outside it."""
        local = self.offsets.local(np.asarray(micros, np.int64))
        if len(local) and not (
            self.first_day * DAY <= local.min() and local.max() < (self.first_day + len(self.works)) * DAY
        ):
            raise BadQuestion(
                "A moment lies outside the days that were laid out; give WorkingTime.of the first and last moment.",
                code="outside-calendar",
            )
        if COMPILED:
            result = np.empty(len(local), np.int64)
            _passed(local, self.first_day, self.works, self.worked_before, self.spans, result)
            return result
        day = local // DAY - self.first_day
        clock = local % DAY
        in_day = np.zeros(len(local), np.int64)
        for start, end in self.spans:
            in_day += np.clip(clock - start, 0, end - start)
        worked: Ints = self.worked_before[day] + np.where(self.works[day], in_day, 0)
        return worked

    def between(self, begins: Ints, ends: Ints) -> Ints:
        """Office time, in microseconds, from each begin to its end; 0 where the end is not after it."""
        worked: Ints = np.maximum(self.passed(ends) - self.passed(begins), 0)
        return worked

    def seconds(self, begins: Ints, ends: Ints) -> NDArray[np.int32]:
        """`between` in whole seconds, rounded down."""
        return (self.between(begins, ends) // SECOND).astype(np.int32)


@compiled
def _passed(local: Ints, first_day: int, works: NDArray[np.bool_], before: Ints, spans: Ints, result: Ints) -> None:
    for i in range(len(local)):
        day = local[i] // 86_400_000_000
        clock = local[i] - day * 86_400_000_000
        place = day - first_day
        worked = before[place]
        if works[place]:
            for span in range(len(spans)):
                start, end = spans[span, 0], spans[span, 1]
                if clock <= start:
                    break
                worked += min(clock, end) - start
        result[i] = worked


def hours(micros: Sequence[float] | Ints) -> NDArray[np.float64]:
    return np.asarray(micros, np.float64) / HOUR
