"""Who holds a promise: its rule may name a person beside the case's holder, and that person may change."""

from __future__ import annotations

from anxin.journal import activities
from anxin.journal.promises.source import source
from anxin.journal.writing import CaseWork


def hand_over(work: CaseWork, *, person_field: str, key: str, person_id: int) -> None:
    """Give the open promises that a rule put on somebody by `person_field`, under `key`, to another person.

    An event for each, so that a replay finds the same holder. What the same block began is not among them: it has its
    person from its own event.
    """
    for clock in work.clocks:
        rule = source().rules(clock.rules_edition)[clock.rule]
        if clock.settled_at is None and rule.person_field == person_field and clock.key == key:
            work.record(
                activities.PROMISE_HANDED_OVER,
                {"rule": clock.rule, "key": clock.key, "serial": clock.serial, "person": person_id},
            )
