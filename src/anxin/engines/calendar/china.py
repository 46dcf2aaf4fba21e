"""The published years of mainland China, from the chinesecalendar package."""

from datetime import date

from chinese_calendar import constants  # type: ignore[import-untyped, unused-ignore]

from anxin.engines.calendar.tables import YearTable

# The package shortens some names; these are the names of the Regulation on Public Holidays and its yearly notices.
_FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def china_years(first: int = 2004, last: int | None = None) -> tuple[YearTable, ...]:
    """The tables of `first` .. `last`, as far as they are published; without `last`, all that are.

    A year the installed package does not know yet is left out, not guessed: the Calendar marks its days provisional.
    Raises ValueError for a `first` before the package's first year or a `last` before `first`.
    """
    names: dict[date, str] = {day: _chinese_name(english) for day, english in constants.holidays.items()}
    made_up: set[date] = set(constants.workdays)
    known = {day.year for day in names}
    if first < min(known):
        raise ValueError(f"first: no table of {first}; the earliest year is {min(known)}")
    if last is not None and last < first:
        raise ValueError(f"last: {last} lies before first, {first}; swap them")
    return tuple(
        YearTable(
            year=year,
            holidays={day: name for day, name in names.items() if day.year == year},
            make_up_days=frozenset(day for day in made_up if day.year == year),
        )
        for year in sorted(known)
        if first <= year and (last is None or year <= last)
    )


def _chinese_name(english: str) -> str:
    chinese: str = constants.Holiday(english).chinese
    return _FULL_NAMES.get(chinese, chinese)
