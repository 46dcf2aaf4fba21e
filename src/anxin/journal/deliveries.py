"""Taking events to reactions: leased in batches, done in the transaction of the effect, taken over from the dead.

kill -9 at any point loses nothing (the delivery was written with its event) and doubles nothing (the reaction's effect
and the mark "done" are one transaction, and the mark is made only by whoever still holds the lease).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from anxin.access import clock
from anxin.access.prepared import save_if
from anxin.journal import reacting
from anxin.journal.models import Delivery

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BATCH = 100
MAX_ATTEMPTS = 10
_ENDED = ("state", "next_try_at", "attempts", "error")


class LeaseLost(Exception):
    """Another worker took the delivery over: what this one did is rolled back."""


def claim(worker: str, *, batch: int = BATCH, lease: timedelta = LEASE) -> list[Delivery]:
    """Lease up to `batch` deliveries that are due or whose holder's lease ran out."""
    moment = timezone.now()
    due = Delivery.objects.filter(next_try_at__lte=moment).order_by("next_try_at", "id")
    # Looked at first without a transaction: an idle worker must not take SQLite's one write lock again and again.
    if not due.exists():
        return []
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:batch])
        if not ids:
            return []
        Delivery.objects.filter(pk__in=ids).update(
            state=Delivery.State.LEASED, lease_by=worker, next_try_at=moment + lease
        )
    return list(Delivery.objects.filter(pk__in=ids).select_related("event", "event__case").order_by("event_id", "id"))


def run(delivery: Delivery, worker: str) -> bool:
    """Run one leased delivery; True when its effect stands. A failure is kept with its reason and tried again later."""
    try:
        with transaction.atomic():
            ended = Delivery(
                pk=delivery.pk, state=Delivery.State.DONE, next_try_at=None, attempts=delivery.attempts + 1
            )
            # Marked first: on PostgreSQL the row lock this takes keeps a second worker out until the effect stands.
            if not save_if(ended, _ENDED, lease_by=worker, state=Delivery.State.LEASED):
                raise LeaseLost
            item = reacting.named(delivery.reaction)
            with reacting.because_of(delivery.event):
                item.handler(delivery.event, clock.now())
        return True
    except LeaseLost:
        return False
    except Exception as error:
        log.exception("reaction %s failed on event %s", delivery.reaction, delivery.event_id)
        attempts = delivery.attempts + 1
        # Too deep is a mistake in the code, not in the weather: trying again would only repeat it.
        dead = attempts >= MAX_ATTEMPTS or isinstance(error, reacting.TooDeep | LookupError)
        Delivery.objects.filter(pk=delivery.pk, lease_by=worker, state=Delivery.State.LEASED).update(
            state=Delivery.State.DEAD if dead else Delivery.State.WAITING,
            attempts=attempts,
            lease_by="",
            next_try_at=None if dead else timezone.now() + timedelta(seconds=min(3600, 2**attempts)),
            error=f"{type(error).__name__}: {error}"[:2000],
        )
        return False


def drain(
    worker: str, *, until_empty: bool = True, lease: timedelta = LEASE, stop: Callable[[], bool] | None = None
) -> int:
    """Run what is due; with `until_empty` go on until nothing is. Returns how many effects were made.

    When `stop` says so, the rest of a batch is given back at once instead of waiting for its lease to run out.
    """
    made = 0
    while batch := claim(worker, lease=lease):
        for number, delivery in enumerate(batch):
            if stop is not None and stop():
                _give_back(batch[number:], worker)
                return made
            made += run(delivery, worker)
        if not until_empty:
            break
    return made


def _give_back(batch: list[Delivery], worker: str) -> None:
    Delivery.objects.filter(
        pk__in=[delivery.pk for delivery in batch], lease_by=worker, state=Delivery.State.LEASED
    ).update(state=Delivery.State.WAITING, lease_by="", next_try_at=timezone.now())


def pending() -> int:
    """How many deliveries still wait for a worker (dead ones are not among them)."""
    # IS NOT NULL and not NOT (IS NULL): in these words SQLite knows its partial index.
    return Delivery.objects.filter(next_try_at__isnull=False).count()


def revive(delivery_id: int, *, now: datetime | None = None) -> bool:
    """Give a dead delivery another ten tries, after its cause was mended."""
    return bool(
        Delivery.objects.filter(pk=delivery_id, state=Delivery.State.DEAD).update(
            state=Delivery.State.WAITING, attempts=0, next_try_at=now or timezone.now(), error=""
        )
    )
