"""The shipped rules under the journal's fold, without a database."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from anxin.engines.calendar import Calendar
from anxin.journal.promises import fold
from anxin.journal.promises.rules import RuleSet
from anxin.rulebook.families import promises
from anxin.rulebook.models import Family
from anxin.rulebook.shipped import BODIES

ZONE = ZoneInfo("Asia/Shanghai")


class Shipped:
    """Edition 1 of everything."""

    def __init__(self) -> None:
        self._rules = promises.read(BODIES[Family.PROMISES]())
        self._calendar = Calendar.from_data(BODIES[Family.CALENDAR]())

    def rules(self, edition: int) -> RuleSet:
        return self._rules

    def calendar(self, edition: int) -> Calendar:
        return self._calendar


SHIPPED = Shipped()

MOTOR_INJURY = {
    "line": "motor_commercial", "individual": True, "compulsory": True, "small": False, "injury": True, "third_party": True,
}  # fmt: skip
HOME = {"line": "home", "individual": True, "compulsory": False, "small": False, "injury": False, "third_party": False}
MEDICAL = {
    "line": "medical",
    "individual": True,
    "compulsory": False,
    "small": False,
    "injury": False,
    "third_party": False,
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def events(*steps: tuple[str, str, dict[str, Any]]) -> list[fold.Happening]:
    """(moment, activity without `claims.`, data) → what the fold reads."""
    return [
        fold.Happening(seq, name if "." in name else f"claims.{name}", at(moment), data, 1, 1)
        for seq, (moment, name, data) in enumerate(steps, 1)
    ]


def clocks(*steps: tuple[str, str, dict[str, Any]]) -> dict[str, fold.Clock]:
    """All clocks by rule, with the key behind a slash where there is one and the serial where it is not the first."""
    found = {}
    for clock in fold.replay(events(*steps), SHIPPED):
        name = clock.rule + (f"/{clock.key}" if clock.key else "") + (f"#{clock.serial}" if clock.serial > 1 else "")
        found[name] = clock
    return found
