"""Reading the journal in order, for those who keep a place in it: the lake, webhooks, the API's cursors."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from anxin.journal.models import Event

BELOW_RUNNING = "journal_event.transaction < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint"
"""Which events a reader may pass on PostgreSQL. Tests inside one transaction that is never committed let all pass (conftest.py)."""


class Place(NamedTuple):
    """Where a reader stands: after this (transaction, event id). The start is (0, 0)."""

    transaction: int = 0
    event: int = 0

    def __str__(self) -> str:
        return f"{self.transaction}-{self.event}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """The place that `str` wrote. Raises ValueError for anything else."""
        transaction, _, event = text.partition("-")
        return cls(int(transaction), int(event))


def beyond(place: Place) -> QuerySet[Event]:
    """All committed events behind a place, also those that a reader must not pass yet (`unread`); in order."""
    # As a pair, which the index on both answers; "later, or as late and further" would walk it from the beginning.
    rows = Event.objects.extra(
        where=['("journal_event"."transaction", "journal_event"."id") > (%s, %s)'], params=[*place]
    )
    return rows.order_by("transaction", "pk")


def unread(place: Place) -> QuerySet[Event]:
    """The events a reader has not seen, in an order in which none can appear behind them.

    On PostgreSQL ids commit out of order: a transaction that took a low id may commit after a reader passed. So events
    are read by (transaction, id) and only below the oldest transaction that still runs. SQLite has one writer, and
    every event's transaction is 0.
    """
    rows = beyond(place)
    if connection.vendor == "postgresql":
        rows = rows.extra(where=[BELOW_RUNNING])
    return rows


def events_after(place: Place, *, limit: int = 500) -> list[Event]:
    """The next `unread` events, with their cases."""
    return list(unread(place).select_related("case")[:limit])


def place_of(event: Event) -> Place:
    return Place(event.transaction, event.pk)
