"""Lengths of time: whole microseconds inside, words for people outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from anxin.engines.mining.errors import BadQuestion

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_UNITS = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s"))


def duration(micros: float | None) -> str:
    """A length of time for reading: '3.2 d', '4.0 h', '12 s'; '–' when there is none."""
    if micros is None or micros != micros:
        return "–"
    if micros in (float("inf"), float("-inf")):
        return "∞" if micros > 0 else "-∞"
    for size, unit in _UNITS:
        if abs(micros) >= size:
            return f"{micros / size:,.1f} {unit}"
    return "0 s" if micros == 0 else f"{micros / 1000:,.1f} ms"


def office(micros: float | None) -> str:
    """A length of office time for reading, in hours at most: a "day" of office time would be taken for 24 hours."""
    if micros is None or micros != micros:
        return "–"
    return f"{micros / HOUR:,.1f} h" if abs(micros) >= HOUR else duration(micros)


def micros_of(span: timedelta | int | float, name: str) -> int:
    """A timedelta, or a number of seconds, as whole microseconds. Raises BadQuestion for a negative one."""
    value = round(span / timedelta(microseconds=1)) if isinstance(span, timedelta) else round(span * SECOND)
    if value < 0:
        raise BadQuestion(f"{name}: {span} is negative; give 0 or more.", code="negative-time", about=[name])
    return value


def moment(micros: int) -> datetime:
    """The moment, in UTC, so many microseconds after 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(micros))


def micros_at(at: datetime, name: str) -> int:
    """Microseconds since 1970 of an aware moment. Raises BadQuestion for a naive one."""
    if at.utcoffset() is None:
        raise BadQuestion(
            f"{name}: {at!r} has no time zone; give an aware datetime, e.g. with tzinfo=datetime.UTC.",
            code="naive-moment",
            about=[name],
        )
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
