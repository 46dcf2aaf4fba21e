"""The phone line's volumes: entered by hand, or from the calls that were imported as facts where there are any; and what Erlang A
says of these beside what happened to them."""

from __future__ import annotations

import math
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
from anxin.engines.mining.working import Offsets
from anxin.insight.indicators.queries import Calls, calls
from anxin.insight.results.asking import Ask

MOST_INTERVALS = 48
SECOND = 1_000_000
HALF_HOUR = 1800 * SECOND
DAY = 86_400 * SECOND
FEW = 5
"""Calls in a half-hour below which nothing is said of it."""
_LINE = re.compile(r"(?P<name>\d{1,2}:\d{2})[\s,;\t]+(?P<calls>\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Imported calls of weekdays. `half_hour` of the day, `wait` in seconds (until answered or hung up; NaN where not told) and
    `answered` of each call; `handling` the mean seconds of a conversation; `patience` the mean seconds after which a waiting
    caller hangs up (None where nobody did); `days` the weekdays from the first call to the last."""

    half_hour: NDArray[np.int64]
    wait: NDArray[np.float64]
    answered: NDArray[np.bool_]
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
    """A half-hour as it went: `calls` in all, the share answered `in_time` and that which `hung_up`; `agents` with whom Erlang A
    comes nearest to that share in time, and what it has then."""

    name: str
    calls: int
    in_time: float
    hung_up: float
    agents: int
    line: dispatch.Line


@dataclass(frozen=True, slots=True)
class Compared:
    """Over all calls: shares in time and hung up as they were; and Erlang A's with the agents fitted to the former, so that the
    latter is a test of it: off by `off`. `trusted` where both are within five points."""

    rows: tuple[Seen, ...]
    in_time: float
    hung_up: float
    fitted_in_time: float
    fitted_hung_up: float

    @property
    def off(self) -> float:
        return self.fitted_hung_up - self.hung_up

    @property
    def trusted(self) -> bool:
        return max(abs(self.off), abs(self.fitted_in_time - self.in_time)) <= 0.05


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
    waited = float(np.nansum(wait))
    first, last = (date.fromordinal(int(one) + date(1970, 1, 1).toordinal()) for one in (day[0], day[-1]))
    return Heard(
        half_hour=(local % DAY // HALF_HOUR)[weekday], wait=wait, answered=answered[weekday],
        handling=float((found.downtime - found.connectiontime)[talked].mean() / SECOND),
        patience=waited / int(gone.sum()) if gone.any() and waited else None, first=first, last=last,
        days=max(1, int(np.busday_count(first, last) + (last.weekday() < 5))),
    )  # fmt: skip


def compared(found: Heard, *, handling: float, within: float, patience: float | None) -> Compared | None:
    """What happened to the calls beside what Erlang says of as many. How many agents were there is not in the calls; so it is
    fitted, by half-hour, to the share answered in time. None where no half-hour has enough calls."""
    in_time = found.answered & (found.wait <= within)
    rows: list[Seen] = []
    for name, _mean in found.volumes:
        place = int(name[:2]) * 2 + (name[3:] == "30")
        mine = found.half_hour == place
        count = int(mine.sum())
        if count < FEW:
            continue
        rate, share = 2.0 * count / found.days, float(in_time[mine].mean())
        fitted = _nearest(rate, handling, within, patience, share)
        rows.append(Seen(name, count, share, float((~found.answered[mine]).mean()), fitted.agents, fitted))
    if not rows:
        return None
    whole = sum(one.calls for one in rows)

    def over(values: Sequence[float]) -> float:
        return sum(value * one.calls for value, one in zip(values, rows, strict=True)) / whole

    return Compared(
        tuple(rows), over([one.in_time for one in rows]), over([one.hung_up for one in rows]),
        over([one.line.level for one in rows]), over([one.line.abandoned for one in rows]),
    )  # fmt: skip


def _nearest(rate: float, handling: float, within: float, patience: float | None, share: float) -> dispatch.Line:
    """The line whose share in time is nearest to the one seen; more agents always serve more in time."""
    best = None
    for agents in range(1, math.ceil(rate * handling / 3600) + 200):
        one = dispatch.line(agents=agents, calls=rate, handling=handling, within=within, patience=patience)
        if best is None or abs(one.level - share) < abs(best.level - share):
            best = one
        if one.level >= share:
            break
    assert best is not None
    return best
