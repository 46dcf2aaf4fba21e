"""Working days, holidays and limits of time in China. Pure: data in, result out.

See README.md for the rules of law behind it and for how to use it.
"""

from anxin.engines.calendar.calendar import Calendar
from anxin.engines.calendar.china import china_years
from anxin.engines.calendar.due import Due
from anxin.engines.calendar.office import DEFAULT_OFFICE_HOURS, OfficeHours
from anxin.engines.calendar.tables import FIXED_HOLIDAYS, Override, YearTable

__all__ = [
    "DEFAULT_OFFICE_HOURS",
    "FIXED_HOLIDAYS",
    "Calendar",
    "Due",
    "OfficeHours",
    "Override",
    "YearTable",
    "china_years",
]
