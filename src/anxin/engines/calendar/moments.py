"""What may be passed as a day or a moment, and what is refused."""

from datetime import date, datetime

# The last year a day may lie in: rolling and "24:00" look one day further, and Python's dates end with 9999.
LAST_YEAR = 9998


def require_day(name: str, day: date) -> None:
    """Refuse what is not a plain day. A datetime is a `date` to Python, but which day it is depends on the zone."""
    if not isinstance(day, date):
        raise TypeError(f"{name}: give a datetime.date, not {type(day).__name__}")
    is_moment = isinstance(day, datetime)
    if is_moment:
        raise ValueError(f"{name}: {day!r} is a moment, not a day; pass calendar.date_of(moment)")


def require_moment(name: str, moment: datetime) -> None:
    """Refuse a datetime without a zone: read in the wrong zone it is up to a day off."""
    if moment.utcoffset() is None:
        raise ValueError(f"{name}: {moment!r} has no time zone; give an aware datetime, e.g. with tzinfo=datetime.UTC")


def require_amount(name: str, amount: int) -> None:
    """Refuse a negative or fractional amount."""
    if not isinstance(amount, int):
        raise TypeError(f"{name}: give a whole number, not {type(amount).__name__}")
    if amount < 0:
        raise ValueError(f"{name}: {amount} is negative; give 0 or more (a limit only runs forward)")


def out_of_range(name: str) -> ValueError:
    """The error for a limit that would end beyond the calendar."""
    return ValueError(f"{name}: goes beyond the year {LAST_YEAR}; give an earlier start or a smaller amount")
