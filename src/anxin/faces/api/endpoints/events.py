"""The feed of events, and a person's queue."""

from __future__ import annotations

from typing import Annotated

from ninja import Query

from anxin.faces.api import cursors
from anxin.faces.api.operations import Room
from anxin.faces.api.requests import ApiRequest
from anxin.faces.api.shapes.base import Cursor, Limit, Search
from anxin.faces.api.shapes.events import CloudEvent, EventFeed
from anxin.faces.api.shapes.queue import CaseKind, QueueCounts, QueueItem, QueuePage, View
from anxin.journal.models import Case
from anxin.journal.permissions import SEE_CASES
from anxin.journal.queries import queue_of
from anxin.journal.reading import Place, events_after, place_of
from anxin.webhooks.events import cloud_event

feed, queue = Room(), Room()

BATCH = 500
# A reader who may see little of what happens gets an answer in time and goes on from there.
BATCHES = 10

Activity = Annotated[
    str,
    Query(max_length=60, pattern=r"^[a-z_.*]*$", description="Only this activity, or a room's: `claims.*`."),
]


@feed.read("/events", EventFeed, SEE_CASES, summary="What happened, in order")
def list_events(request: ApiRequest, activity: Activity = "", cursor: Cursor = "", limit: Limit = 100) -> EventFeed:
    """Everything the reader may see, from `cursor` on (from the first event when it is left out).

    Nothing ever appears behind a cursor. Keep the one you got with what you did about it, and ask again later.
    """
    place = Place(*cursors.decode(cursor, int, int)) if cursor else Place()
    items: list[CloudEvent] = []
    for _round in range(BATCHES):
        batch = events_after(place, limit=BATCH)
        cases = {event.case_id for event in batch}
        seen = set(Case.objects.visible_to(request.actor).filter(pk__in=cases).values_list("pk", flat=True))
        for event in batch:
            place = place_of(event)
            if event.case_id in seen and _is(event.activity, activity):
                items.append(CloudEvent.model_validate(cloud_event(event)))
                if len(items) == limit:
                    return EventFeed(items=items, cursor=cursors.encode(*place), more=True)
        if len(batch) < BATCH:
            return EventFeed(items=items, cursor=cursors.encode(*place), more=False)
    return EventFeed(items=items, cursor=cursors.encode(*place), more=True)


def _is(name: str, wanted: str) -> bool:
    return not wanted or name == wanted or (wanted.endswith(".*") and name.startswith(wanted[:-1]))


PageNumber = Annotated[
    int, Query(ge=1, le=10_000, description="A queue moves all the time, so its pages are numbered.")
]


@queue.read("/queue", QueuePage, SEE_CASES, summary="My queue")
def get_queue(
    request: ApiRequest, view: Annotated[View, Query(description="Which part of the queue.")] = "all",
    kind: Annotated[CaseKind | None, Query(description="Only cases of this kind.")] = None, search: Search = "",
    page: PageNumber = 1, limit: Limit = 50,
) -> QueuePage:  # fmt: skip
    """Open cases of the token's person, and those of their department that nobody holds; the tightest promise first."""
    found = queue_of(
        request.actor, request.now, view=view, kinds=[kind] if kind else [], text=search, page=page, size=limit
    )
    return QueuePage(
        items=[QueueItem.of(row) for row in found.rows],
        counts=QueueCounts.model_validate(found.counts, from_attributes=True),
        page=found.page,
        pages=found.pages,
        total=found.total,
    )
