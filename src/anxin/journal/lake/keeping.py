"""Keeping the lake small and lawful: segments joined, old cases forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone

from anxin.engines.mining import Store, WorkingTime
from anxin.journal.models import Case
from anxin.journal.promises.source import source

MOST_SEGMENTS = 20
MOST_MASKED = 1 / 3
_CHUNK = 900


def is_ragged(store: Store) -> bool:
    """Whether it is worth joining segments: many small ones, or much that is masked."""
    events = sum(one["events"] for one in store.segments)
    masked = sum(one["masked_events"] for one in store.segments)
    return len(store.segments) > MOST_SEGMENTS or (events > 0 and masked > events * MOST_MASKED)


def compact(store: Store) -> int:
    """Join small segments and take masked rows off the disk; office waits are laid out anew. Returns the version."""
    return store.compact(working=working_of(store))


def working_of(store: Store) -> WorkingTime | None:
    editions = source().current()
    if not editions.calendar or not store.segments:
        return None
    first, last = min(one["first"] for one in store.segments), max(one["last"] for one in store.segments)
    return WorkingTime.of(source().calendar(editions.calendar), first, last)


def forget_before(store: Store, moment: datetime) -> int:
    """Take cases closed before a moment out of the lake, for good; returns how many. The journal keeps them; one that
    something happens to again comes back with the next sync."""
    there = set(store.case_table()["id"].to_pylist())
    old = Case.objects.filter(closed_at__lt=moment).values_list("public_id", flat=True)
    gone = [public_id for public_id in old.iterator(_CHUNK) if public_id in there]
    if gone:
        before = max(moment.astimezone(UTC).isoformat(), str(store.extra.get("forgotten_before", "")))
        store.remove(gone, extra={"forgotten_before": before})
        compact(store)
    return len(gone)


def forget_by_age(store: Store, now: datetime) -> int:
    """What `ANXIN_LAKE_YEARS` asks for; nothing when it is not set."""
    years = settings.LAKE_YEARS
    if not years:
        return 0
    local = timezone.localtime(now)
    day = min(local.day, 28)  # 29 February has no day in most years
    return forget_before(store, local.replace(year=local.year - years, day=day))
