"""The port through which rules and calendars arrive, by edition. The rulebook supplies it; this room knows no tables.

An event pins the editions that were in force when it was recorded; whatever starts with that event is computed with
them for ever, so that a replay gives the same promises.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from anxin.engines.calendar import Calendar
from anxin.journal.promises.rules import RuleSet


class Editions(NamedTuple):
    rules: int
    calendar: int


class Source(Protocol):
    def current(self) -> Editions: ...

    def rules(self, edition: int) -> RuleSet: ...

    def calendar(self, edition: int) -> Calendar: ...

    def listened(self) -> frozenset[str]:
        """Activities that can start or move a promise in any edition still in use."""
        ...


class _Empty:
    """Before the rulebook is there (and in tests of the bare journal) nothing is promised."""

    def current(self) -> Editions:
        return Editions(0, 0)

    def rules(self, edition: int) -> RuleSet:
        return RuleSet({})

    def calendar(self, edition: int) -> Calendar:
        raise LookupError(f"no calendar of edition {edition}: the rulebook has not published one")

    def listened(self) -> frozenset[str]:
        return frozenset()


class Remembering:
    """A source asked once for each edition: a fold asks for the same ones again and again."""

    def __init__(self, asked: Source):
        self._asked = asked
        self._rules: dict[int, RuleSet] = {}
        self._calendars: dict[int, Calendar] = {}

    def current(self) -> Editions:
        return self._asked.current()

    def rules(self, edition: int) -> RuleSet:
        found = self._rules.get(edition)
        if found is None:
            found = self._rules[edition] = self._asked.rules(edition)
        return found

    def calendar(self, edition: int) -> Calendar:
        found = self._calendars.get(edition)
        if found is None:
            found = self._calendars[edition] = self._asked.calendar(edition)
        return found

    def listened(self) -> frozenset[str]:
        return self._asked.listened()


_source: Source = _Empty()


def supply(source: Source) -> None:
    """Called once, by the rulebook's AppConfig; tests may supply their own."""
    global _source
    _source = source


def source() -> Source:
    return _source
