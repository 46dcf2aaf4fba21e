"""The phone line's volumes: entered by hand, or from the calls that were imported as facts where there are any; and what Erlang A
says of these beside what happened to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from anxin.access.errors import Invalid
from anxin.engines import dispatch
from anxin.engines.measure import wilson
from anxin.engines.mining.working import Offsets
from anxin.engines.results import Interval
from anxin.insight.indicators.queries import Calls, calls
from anxin.insight.results.asking import Ask

MOST_INTERVALS = 48
SECOND = 1_000_000
HALF_HOUR = 1800 * SECOND
DAY = 86_400 * SECOND
FEW = 5
"""Calls in a half-hour below which nothing is said of it."""
WAITED = 2.0
"""Seconds from which on a caller is taken to have waited: moments are told in whole seconds."""
_LINE = re.compile(r"(?P<name>\d{1,2}:\d{2})[\s,;\t]+(?P<calls>\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Imported calls of weekdays. `day`, `half_hour` of the day, `wait` in seconds (until answered or hung up; NaN where not told),
    `answered`, and `busy`, how many others talked when it came, of each call; `handling` the mean seconds of a conversation;
    `patience` the mean seconds after which a waiting caller hangs up (None where nobody did); `days` the weekdays from the first
    call to the last."""

    day: NDArray[np.int64]
    half_hour: NDArray[np.int64]
    wait: NDArray[np.float64]
    answered: NDArray[np.bool_]
    busy: NDArray[np.int64]
    handling: float
    patience: float | None
    first: date
    last: date
    days: int

    @property
    def calls(self) -> int:
        return len(self.half_hour)

    @property
    def hung_up(self) -> int:
        return int((~self.answered).sum())

    @property
    def volumes(self) -> list[tuple[str, float]]:
        """Mean calls by half-hour of a weekday, to two decimals; half-hours without a call are left out."""
        counts = np.bincount(self.half_hour, minlength=MOST_INTERVALS)
        return [
            (f"{place // 2:02d}:{place % 2 * 30:02d}", round(float(count) / self.days, 2))
            for place, count in enumerate(counts)
            if round(float(count) / self.days, 2)
        ]


@dataclass(frozen=True, slots=True)
class Seen:
    """A half-hour as it went: `calls` in all, the share answered `in_time` with the `interval` it leaves open, and that which
    `hung_up`; the `agents` seen at work in it, and the `line` that Erlang reckons from these."""

    name: str
    calls: int
    in_time: float
    interval: Interval
    hung_up: float
    agents: int
    line: dispatch.Line

    @property
    def inside(self) -> bool:
        return self.line.level in self.interval


@dataclass(frozen=True, slots=True)
class Compared:
    """Over all calls: shares in time and hung up as they were, with intervals (from the differences between days, since calls of
    one queue wait together); and what Erlang makes of volumes, handling time, patience and agents. Nothing is fitted to what is
    compared. `agrees` where both lie within their intervals, `trusted` where both are within five points."""

    rows: tuple[Seen, ...]
    in_time: float
    hung_up: float
    in_time_interval: Interval
    hung_up_interval: Interval
    erlang_in_time: float
    erlang_hung_up: float

    @property
    def off_in_time(self) -> float:
        return self.erlang_in_time - self.in_time

    @property
    def off_hung_up(self) -> float:
        return self.erlang_hung_up - self.hung_up

    @property
    def agrees(self) -> bool:
        return self.erlang_in_time in self.in_time_interval and self.erlang_hung_up in self.hung_up_interval

    @property
    def trusted(self) -> bool:
        return max(abs(self.off_in_time), abs(self.off_hung_up)) <= 0.05


def volumes_of(text: str) -> list[tuple[str, float]]:
    """Lines such as “09:00 42”. Raises `Invalid` that quotes the line that is wrong."""
    found = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        match = _LINE.fullmatch(line)
        if match is None:
            wrong = _("“%(line)s” is not a time and a number of calls, such as 09:00 42.") % {"line": line[:40]}
            raise Invalid(wrong, fields={"volumes": wrong})
        found.append((match["name"].zfill(5), float(match["calls"])))
    if not found:
        wrong = _("Enter at least one half-hour, such as 09:00 42.")
        raise Invalid(wrong, fields={"volumes": wrong})
    if len(found) > MOST_INTERVALS:
        wrong = _("At most 48 half-hours: one day.")
        raise Invalid(wrong, fields={"volumes": wrong})
    return found


def heard(ask: Ask) -> Heard | None:
    """From the calls kept as facts by the room of the indicators; None where there are none to reckon with."""
    return summed(calls(ask))


def summed(found: Calls) -> Heard | None:
    """Weekdays' calls on the insurer's clock. The patience is the time all callers waited for each that hung up: what is most
    likely where patience is exponential and those who were answered would have waited longer (Mandelbaum & Zeltyn 2009)."""
    if not len(found):
        return None
    zone = timezone.get_default_timezone()
    local = Offsets.of(zone, int(found.calltime[0]), int(found.calltime[-1]) + 1).local(found.calltime)
    day = local // DAY
    weekday = (day + 3) % 7 < 5  # 1 January 1970 was a Thursday
    if not weekday.any():
        return None
    answered = found.connected & (found.connectiontime >= 0)
    ended = np.where(answered, found.connectiontime, found.downtime)
    wait = np.where(ended >= 0, np.maximum(ended - found.calltime, 0) / SECOND, np.nan)[weekday]
    talked = weekday & answered & (found.downtime > found.connectiontime)
    if not talked.any():
        return None
    gone = ~answered[weekday] & np.isfinite(wait)
    talks = answered & (found.downtime >= 0)
    begun = np.searchsorted(np.sort(found.connectiontime[talks]), found.calltime, "right")
    busy = begun - np.searchsorted(np.sort(found.downtime[talks]), found.calltime, "right")
    # Who was answered in the second of the call counts among them, and is not another.
    busy -= talks & (found.connectiontime <= found.calltime) & (found.downtime > found.calltime)
    waited = float(np.nansum(wait))
    first, last = (date.fromordinal(int(one) + date(1970, 1, 1).toordinal()) for one in (day[0], day[-1]))
    return Heard(
        day=day[weekday], half_hour=(local % DAY // HALF_HOUR)[weekday], wait=wait, answered=answered[weekday], busy=busy[weekday],
        handling=float((found.downtime - found.connectiontime)[talked].mean() / SECOND),
        patience=waited / int(gone.sum()) if gone.any() and waited else None, first=first, last=last,
        days=max(1, int(np.busday_count(first, last) + (last.weekday() < 5))),
    )  # fmt: skip


def compared(found: Heard, *, handling: float, within: float, patience: float | None) -> Compared | None:
    """What happened to the calls beside what Erlang says of as many. None where no half-hour has enough calls."""
    in_time = found.answered & (found.wait <= within)
    rows: list[Seen] = []
    kept = np.zeros(found.calls, np.bool_)
    for name, _mean in found.volumes:
        place = int(name[:2]) * 2 + (name[3:] == "30")
        mine = found.half_hour == place
        count = int(mine.sum())
        if count < FEW:
            continue
        kept |= mine
        agents = _agents(found, mine)
        reckoned = dispatch.line(
            agents=agents, calls=2.0 * count / found.days, handling=handling, within=within, patience=patience
        )
        share, interval = _share(in_time[mine], found.day[mine], found.days)
        rows.append(Seen(name, count, share, interval, float((~found.answered[mine]).mean()), agents, reckoned))
    if not rows:
        return None
    whole = sum(one.calls for one in rows)

    def over(values: Sequence[float]) -> float:
        return sum(value * one.calls for value, one in zip(values, rows, strict=True)) / whole

    served, served_interval = _share(in_time[kept], found.day[kept], found.days)
    gone, gone_interval = _share(~found.answered[kept], found.day[kept], found.days)
    return Compared(
        tuple(rows), served, gone, served_interval, gone_interval, over([one.line.level for one in rows]),
        over([one.line.abandoned for one in rows]),
    )  # fmt: skip


def _agents(found: Heard, mine: NDArray[np.bool_]) -> int:
    """How many agents were there: as many as talked when somebody had to wait, since then all did. Where hardly anybody waited, the
    most that talked at once (more than a few times): there may have been more, but nobody needed them."""
    waited = mine & (found.wait >= WAITED)
    if waited.sum() >= FEW:
        return max(1, int(np.median(found.busy[waited])))
    return max(1, int(np.sort(found.busy[mine])[-FEW]) + 1)


def _share(yes: NDArray[np.bool_], day: NDArray[np.int64], days: int) -> tuple[float, Interval]:
    """A share of calls with Wilson's interval for the number of calls that would spread as much as the days do (the ratio
    estimator of clustered samples, Cochran 1977, 6.3; a day without calls adds nothing to it)."""
    share = float(yes.mean())
    _days, place = np.unique(day, return_inverse=True)
    apart = np.bincount(place, yes - share)
    variance = days / max(days - 1, 1) * float((apart**2).sum()) / len(yes) ** 2
    alike = share * (1 - share) / variance if variance else float(len(yes))
    return share, wilson(share * min(alike, len(yes)), min(alike, len(yes)))
