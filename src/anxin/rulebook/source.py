"""Rules and calendars for the journal, by edition, from the tables. Supplied in AppConfig.ready."""

from __future__ import annotations

from anxin.engines.calendar import Calendar
from anxin.journal.promises.rules import RuleSet
from anxin.journal.promises.source import Editions
from anxin.rulebook.books import books, today
from anxin.rulebook.families import calendar as calendars
from anxin.rulebook.families import promises
from anxin.rulebook.models import Family

_NOTHING = RuleSet({})


class TableSource:
    """Implements `journal.promises.source.Source`. Warm, it asks the database nothing."""

    def __init__(self) -> None:
        self._heard: tuple[int, frozenset[str]] = (-1, frozenset())

    def current(self) -> Editions:
        on = today()
        return Editions(books.number_on(Family.PROMISES, on), books.number_on(Family.CALENDAR, on))

    def rules(self, edition: int) -> RuleSet:
        if edition == 0:  # recorded before anything was published: nothing was promised
            return _NOTHING
        found: RuleSet = books.parsed(Family.PROMISES, edition, lambda body, number: promises.read(body))
        return found

    def calendar(self, edition: int) -> Calendar:
        found: Calendar = books.parsed(Family.CALENDAR, edition, lambda body, number: calendars.read(body))
        return found

    def listened(self) -> frozenset[str]:
        """Every activity that can move a promise under any edition: a clock begun under an old one still runs by it."""
        headers = books.headers(Family.PROMISES)
        if self._heard[0] != books.generation:
            heard: frozenset[str] = frozenset()
            generation = books.generation
            for header in headers:
                heard |= self.rules(header.number).activities
            self._heard = (generation, heard)
        return self._heard[1]
