"""Keeping the lake small and lawful: segments joined, old cases forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.conf import settings
from django.utils import timezone

from anxin.engines.mining import Store, WorkingTime
from anxin.engines.mining.log.segments import neighbours
from anxin.journal.lake.store import writing
from anxin.journal.lake.sync import working_between
from anxin.journal.models import Case

SMALL = 1_000_000
"""Events that segments are joined up to. An event is written anew until its segment is so large, then left alone."""
MOST_SEGMENTS = 20
MOST_MASKED = 1 / 3
_CHUNK = 900


def is_ragged(store: Store) -> bool:
    """Whether it is worth joining segments: that takes many off, or much is masked."""
    return len(store.segments) - len(neighbours(store.segments, SMALL)) >= MOST_SEGMENTS or _much_is_masked(store)


def compact(store: Store) -> int:
    """Join small segments, and take masked rows off the disk where they are many; office waits are laid out anew. Returns the
    version. Raises BadLog ("store-busy") while another process writes the lake."""
    with writing():
        store.refresh()
        share = 0.0 if _much_is_masked(store) else MOST_MASKED
        return store.compact(most=SMALL, masked_share=share, working=_working_of(store))


def _much_is_masked(store: Store) -> bool:
    events: int = sum(one["events"] for one in store.segments)
    masked: int = sum(one["masked_events"] for one in store.segments)
    return masked > events * MOST_MASKED


def _working_of(store: Store) -> WorkingTime | None:
    if not store.segments:
        return None
    return working_between(min(one["first"] for one in store.segments), max(one["last"] for one in store.segments))


def forget_before(store: Store, moment: datetime) -> int:
    """Take cases closed before a moment out of the lake and off the disk; returns how many. They stay out at later syncs, whatever
    is noted on them; one that is opened again comes back whole. The journal keeps them.

    Raises BadLog ("store-busy") while another process writes the lake.
    """
    with writing():
        store.refresh()
        horizon = max(moment.astimezone(UTC).isoformat(), str(store.extra.get("forgotten_before", "")))
        there = set(store.case_table()["id"].to_pylist())
        old = Case.objects.filter(closed_at__lt=datetime.fromisoformat(horizon)).values_list("public_id", flat=True)
        gone = [public_id for public_id in old.iterator(_CHUNK) if public_id in there]
        if gone or store.extra.get("forgetting"):
            # Marked until it is off the disk: killed in between, the next round finishes it.
            store.remove(gone, extra={"forgotten_before": horizon, "forgetting": True})
            store.compact(most=SMALL, working=_working_of(store))
        store.note({"forgotten_before": horizon, "forgetting": False})
        return len(gone)


def forget_by_age(store: Store, now: datetime) -> int:
    """What `ANXIN_LAKE_YEARS` asks for, once a day; nothing when it is not set."""
    years = settings.LAKE_YEARS
    if not years and not store.extra.get("forgetting"):
        return 0
    told = str(store.extra.get("forgotten_before", ""))
    local = timezone.localtime(now)
    day = local.date().replace(year=local.year - years, day=min(local.day, 28))  # 29 February is not in most years
    moment = datetime.combine(day, time.min, timezone.get_default_timezone()) if years else datetime.fromisoformat(told)
    if moment.astimezone(UTC).isoformat() <= told and not store.extra.get("forgetting"):
        return 0
    return forget_before(store, moment)
