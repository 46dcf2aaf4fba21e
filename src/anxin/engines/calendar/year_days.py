"""One year laid out in arrays, so that counting working days is a look-up and a subtraction."""

from datetime import date, timedelta

from anxin.engines.calendar.due import Due
from anxin.engines.calendar.rules import DayRules

ONE_DAY = timedelta(days=1)


class YearDays:
    """The days of one year.

    eve        ordinal of 31 December of the year before, so that day.toordinal() - eve is 1 .. 366
    published  whether the year's holidays are known
    through    through[i]: how many of the year's first i days are worked; through[0] is 0
    count      how many days of the year are worked
    by_day     by_day[i - 1]: the Due of a limit whose last day is the year's day i
    working    the Dues of the year's working days, in order

    Dues are immutable, so one object per day serves every answer: making them is what would cost most.
    """

    __slots__ = ("by_day", "count", "eve", "published", "through", "working")

    def __init__(self, rules: DayRules, year: int) -> None:
        first, last = date(year, 1, 1), date(year, 12, 31)
        self.eve: int = first.toordinal() - 1
        self.published: bool = rules.is_published(year)

        # Where 31 December would roll to. Asked day by day of the rules, not of next year's arrays: those would
        # need the arrays of the year after, and so on.
        next_working = last + ONE_DAY
        passed: tuple[str, ...] = ()
        while not rules.is_working_day(next_working):
            passed = (*passed, rules.rest_name(next_working))
            next_working += ONE_DAY

        # Backwards, so that each day off knows the working day after it and the names passed on the way there.
        backwards: list[Due] = []
        day = last
        for ordinal in range(last.toordinal(), self.eve, -1):
            day = date.fromordinal(ordinal)
            if rules.is_working_day(day):
                next_working, passed = day, ()
            else:
                passed = tuple(dict.fromkeys((rules.rest_name(day), *passed)))
            provisional = not (self.published and rules.is_published(next_working.year))
            backwards.append(Due(day, next_working, provisional, "、".join(passed)))
        self.by_day: list[Due] = backwards[::-1]
        self.working: list[Due] = [due for due in self.by_day if due.strict_on == due.rolled_on]
        self.count: int = len(self.working)

        through = [0]
        for due in self.by_day:
            through.append(through[-1] + (due.strict_on == due.rolled_on))
        self.through: list[int] = through
