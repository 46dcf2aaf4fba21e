"""Who held a case, and who answered for a promise, at a moment: as the events tell, not as the rows stand today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anxin.journal import activities
from anxin.journal.models import Promise
from anxin.journal.promises.source import source


@dataclass(slots=True)
class Moment:
    """One event of a case."""

    seq: int
    activity: str
    actor: int | None
    at: datetime
    data: dict[str, Any]


class Holding:
    """`opened_with`: who held the case before it was first handed over.

    A promise that is broken is its holder's at the moment it broke: whoever it was handed to later, or at that very moment, could
    no longer keep it, and whoever had passed it on before it broke no longer could either. One that was kept is the holder's at the
    step that kept it.
    """

    def __init__(self, opened_with: int | None, events: Sequence[Moment]):
        self._opened_with = opened_with or None
        self._case: list[tuple[int, datetime, int | None]] = []
        self._promises: dict[tuple[str, str, int], list[tuple[datetime, int | None]]] = defaultdict(list)
        self._events = {one.seq: one for one in events}
        for one in events:
            if one.activity == activities.CASE_HANDED_OVER:
                self._case.append((one.seq, one.at, one.data.get("to_person") or None))
            elif one.activity == activities.PROMISE_HANDED_OVER:
                address = (one.data["rule"], one.data["key"], int(one.data["serial"]))
                self._promises[address].append((one.at, one.data.get("person") or None))

    def answers_for(self, promise: Promise) -> int | None:
        """The person a promise that ended is judged on; None where nobody in particular held it."""
        if promise.state == "broken" and promise.broken_at is not None:
            at = promise.broken_at
            named = self._named(promise, at)
            return named or self._last([person for _seq, since, person in self._case if since < at])
        return promise.person_id or self._last(
            [person for seq, _since, person in self._case if seq < (promise.end_seq or 0)]
        )

    def _last(self, holders: list[int | None]) -> int | None:
        return holders[-1] if holders else self._opened_with

    def _named(self, promise: Promise, at: datetime) -> int | None:
        """Whom the promise named before `at`."""
        passed_on = self._promises.get((promise.rule, promise.key, promise.serial))
        if not passed_on:
            return promise.person_id
        before = [person for since, person in passed_on if since < at]
        if before:
            return before[-1]
        begun, rule = self._events.get(promise.start_seq), source().rules(promise.rules_edition)[promise.rule]
        person = begun.data.get(rule.person_field) if begun is not None else None
        return int(person) if person else None


def opened_with(case_holder: int | None, every_hand_over: Sequence[dict[str, Any]]) -> int | None:
    """Who held a case at its opening, which no event names: the first hand-over says from whom; one never handed over is with its
    first holder still."""
    return (every_hand_over[0].get("from_person") or None) if every_hand_over else case_holder
