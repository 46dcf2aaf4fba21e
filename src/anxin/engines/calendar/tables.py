"""What the State Council publishes for a year, and what an administrator enters over it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from anxin.engines.calendar.moments import LAST_YEAR, require_day

# Holidays whose date in the solar calendar is fixed by the Regulation on Public Holidays (全国年节及纪念日放假办法,
# State Council decree 795, in force from 2025: Labour Day became two days). They are all that is known of a year
# before its notice: Spring Festival, Qingming, Dragon Boat and Mid-autumn follow the moon and the sun, and which
# weekdays are swapped is decided each autumn. Those are not guessed.
FIXED_HOLIDAYS: Mapping[tuple[int, int], str] = MappingProxyType(
    {
        (1, 1): "元旦",
        (5, 1): "劳动节",
        (5, 2): "劳动节",
        (10, 1): "国庆节",
        (10, 2): "国庆节",
        (10, 3): "国庆节",
    }
)

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class YearTable:
    """One published year, whole.

    holidays      every day off on account of a holiday, weekdays swapped in and weekend days of the break included,
                  with its Chinese name
    make_up_days  Saturdays and Sundays that are worked in exchange (调休上班)

    Raises ValueError for a day of another year, a make-up day on a weekday, a day that is both, or a nameless holiday.
    """

    year: int
    holidays: Mapping[date, str]
    make_up_days: frozenset[date]

    def __post_init__(self) -> None:
        if not 1 <= self.year <= LAST_YEAR:
            raise ValueError(f"year: {self.year} is not between 1 and {LAST_YEAR}")
        for day, name in self.holidays.items():
            require_day("holidays", day)
            if day.year != self.year:
                raise ValueError(f"holidays: {day} is not in {self.year}; put it in the table of {day.year}")
            if not name.strip():
                raise ValueError(f"holidays: {day} has no name; give the holiday's Chinese name")
        for day in self.make_up_days:
            require_day("make_up_days", day)
            if day.year != self.year:
                raise ValueError(f"make_up_days: {day} is not in {self.year}; put it in the table of {day.year}")
            if day.weekday() < SATURDAY:
                raise ValueError(f"make_up_days: {day} is not a Saturday or Sunday; it is worked anyway, leave it out")
            if day in self.holidays:
                raise ValueError(f"make_up_days: {day} is also a holiday; keep it in one of the two")
        # Our own copy, sorted: whoever passed a dict may go on changing theirs.
        object.__setattr__(self, "holidays", MappingProxyType(dict(sorted(self.holidays.items()))))
        object.__setattr__(self, "make_up_days", frozenset(self.make_up_days))

    def __hash__(self) -> int:
        return hash((self.year, tuple(self.holidays.items()), self.make_up_days))

    def __reduce__(self) -> tuple[Any, ...]:
        # A read-only view of a dict cannot be pickled; a plain dict can.
        return (YearTable, (self.year, dict(self.holidays), self.make_up_days))


@dataclass(frozen=True, slots=True)
class Override:
    """One day decided by an administrator, over whatever is published.

    `reason` is shown to people as the reason a limit rolled, so it may not be blank.
    """

    on: date
    working: bool
    reason: str

    def __post_init__(self) -> None:
        require_day("on", self.on)
        if not isinstance(self.working, bool):
            raise TypeError(f"working: give True or False for {self.on}, not {self.working!r}")
        if not self.reason.strip():
            raise ValueError(f"reason: the override of {self.on} has none; say why the day is changed")
