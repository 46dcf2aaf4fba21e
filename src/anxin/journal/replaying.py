"""Are the stored promises what the events say? A replay of the chain must give the same, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from anxin.journal.models import Case, Event, Promise
from anxin.journal.promises import fold
from anxin.journal.promises.source import source


def replayed(events: Iterable[Event]) -> list[fold.Clock]:
    """The clocks that a case's events (all of them, in order) give under the editions they pin."""
    return fold.replay(
        (
            fold.Happening(
                event.seq, event.activity, event.occurred_at, event.facts, event.rules_edition, event.calendar_edition
            )
            for event in events
        ),
        source(),
    )


def differences(cases: Iterable[Case]) -> Iterator[str]:
    """Every field of a stored promise that a replay of its case gives otherwise, in words; nothing when all is well.

    Two queries a case.
    """
    for case in cases:
        stored = list(Promise.objects.filter(case=case).order_by("pk"))
        clocks = replayed(Event.objects.filter(case=case).order_by("seq"))
        if len(stored) != len(clocks):
            yield f"{case}: {len(stored)} promises are stored, a replay gives {len(clocks)}"
        for promise, clock in zip(stored, clocks, strict=False):
            for name in fold.FIELDS:
                there: Any = getattr(promise, name)
                if there != getattr(clock, name):
                    yield f"{case}, {promise}: {name} is {there!r}, a replay gives {getattr(clock, name)!r}"
