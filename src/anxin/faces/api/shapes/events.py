"""Events as CloudEvents 1.0, for the feed; webhooks send the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from anxin.faces.api.shapes.base import Answer


class EventData(Answer):
    case: str = Field(description="The `id` of the case (for a claim: of the claim).")
    kind: str
    number: str
    sequence: int
    activity: str
    version: int
    actor_kind: str
    department: str
    channel: str
    recorded_at: datetime
    facts: dict[str, Any] = Field(description="References, codes and amounts; never names or free text.")


class CloudEvent(Answer):
    specversion: Literal["1.0"]
    id: str = Field(description="The same however often the event is told: `<case>.<sequence>`.")
    source: str
    type: str = Field(examples=["anxin.claims.decided"])
    subject: str = Field(examples=["claim/5f2b9c0a1d3e4f5061728394"])
    time: datetime = Field(description="When it happened.")
    datacontenttype: Literal["application/json"]
    data: EventData


class EventFeed(Answer):
    items: list[CloudEvent]
    cursor: str = Field(description="Where to go on, now or later; there even when there was nothing new.")
    more: bool = Field(description="There is more to read now.")
