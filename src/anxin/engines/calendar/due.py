"""The last day of a limit."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a limit, strictly and after rolling.

    strict_on    the last day as counted
    rolled_on    the same, or the next working day when the last day is not worked (Civil Code art. 203)
    provisional  a day the computation looked at lies in a year whose holidays are not yet published
    rolled_over  why it rolled: the names of the days passed over, in order, joined by 、 (清明节; 周末、端午节);
                 empty when it did not roll
    """

    strict_on: date
    rolled_on: date
    provisional: bool
    rolled_over: str
