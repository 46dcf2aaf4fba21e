"""An event of the journal as a CloudEvent 1.0 (JSON, structured). It holds references, codes and amounts: no names."""

from __future__ import annotations

import json
from typing import Any

from anxin.journal.models import Event

SOURCE = "urn:anxin:journal"
MEDIA_TYPE = "application/cloudevents+json"


def cloud_event(event: Event) -> dict[str, Any]:
    """`event.case` must be loaded. The id is the same however often the event is told."""
    case = event.case
    return {
        "specversion": "1.0",
        "id": event_id(event),
        "source": SOURCE,
        "type": f"anxin.{event.activity}",
        "subject": f"{case.kind}/{case.public_id}",
        "time": event.occurred_at.isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "case": case.public_id,
            "kind": case.kind,
            "number": case.number,
            "sequence": event.seq,
            "activity": event.activity,
            "version": event.version,
            "actor_kind": event.actor_kind,
            "department": event.department,
            "channel": event.channel,
            "recorded_at": event.recorded_at.isoformat(),
            "facts": json.loads(event.data),
        },
    }


def event_id(event: Event) -> str:
    return f"{event.case.public_id}.{event.seq}"
