"""The timer of promises: warn the holder, then the supervisor, then write the breach — each once, as an event."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, Protocol

from anxin.access.actors import system
from anxin.access.errors import Missing
from anxin.journal import activities
from anxin.journal.models import Promise
from anxin.journal.promises.source import source
from anxin.journal.writing import on_case

BATCH = 500
log = logging.getLogger(__name__)


class Recorder(Protocol):
    """What can take an event: a `CaseWork`, or a chain of the past (`history.Chain`)."""

    def record(
        self, activity: str, data: dict[str, Any] | None = None, *, occurred_at: datetime | None = None
    ) -> Any: ...


def wake(now: datetime, *, batch: int = BATCH) -> int:
    """Write what the clocks say at `now`; returns how many events that made. Call until it returns 0 to catch up.

    What happened is dated when it happened: a worker that was down over the due moment still writes the true one.
    """
    waiting = (
        Promise.objects.filter(wake_at__lte=now).order_by("wake_at", "pk").values_list("case__public_id", "pk")[:batch]
    )
    by_case: dict[str, list[int]] = {}
    for public_id, pk in waiting:
        by_case.setdefault(public_id, []).append(pk)
    return sum(_wake_case(public_id, set(pks), now) for public_id, pks in by_case.items())


def _wake_case(public_id: str, pks: set[int], now: datetime) -> int:
    made = 0
    try:
        with on_case(public_id, actor=system(), now=now) as work:
            for clock in work.clocks:
                # Looked at again under the lock: another worker, or the duty done, may have been quicker.
                if clock.pk not in pks or clock.settled_at or clock.wake_at is None or clock.wake_at > now:
                    continue
                made += say(work, clock)
    except Missing:
        return 0
    except Exception:
        # One case that cannot be woken (a rule that is gone, say) must not keep the others asleep.
        log.exception("the promises of case %s could not be woken", public_id)
        return 0
    return made


def say(work: Recorder, clock: Promise) -> int:
    """Record what a clock says at its `wake_at`; returns how many events that made."""
    address = {"rule": clock.rule, "key": clock.key, "serial": clock.serial}
    rules = source().rules(clock.rules_edition)
    moment = clock.wake_at
    if clock.warned_at is None:
        work.record(activities.PROMISE_NEAR, address, occurred_at=moment)
        return 1
    if clock.escalated_at is None and clock.due_at is not None and moment is not None and moment < clock.due_at:
        work.record(activities.PROMISE_ESCALATED, address, occurred_at=moment)
        return 1
    if rules[clock.rule].klass == "limitation":
        # The customer's own time limit: passing it is no breach of ours. It is settled so that it warns no more.
        work.record(activities.PROMISE_VOIDED, address, occurred_at=moment)
        return 1
    work.record(activities.PROMISE_BROKEN, address, occurred_at=moment)
    made = 1
    for consequence in rules.consequences(clock.rule):
        work.record(consequence.on_breach, {"rule": clock.rule, "key": clock.key}, occurred_at=moment)
        made += 1
    return made


def next_wake() -> datetime | None:
    """When the next clock has something to say."""
    waiting = Promise.objects.filter(wake_at__isnull=False)  # in these words SQLite knows its partial index
    return waiting.order_by("wake_at").values_list("wake_at", flat=True).first()
