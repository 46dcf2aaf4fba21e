from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from anxin.faces.api.shapes.base import Answer, Given, Page
from anxin.webhooks.events import event_id
from anxin.webhooks.models import Attempt, Subscription

Address = Annotated[
    str,
    Field(
        min_length=9, max_length=500, pattern=r"^https?://[!-~]+$",
        description="Where to send events: https, on the public Internet.", examples=["https://example.com/hooks/anxin"],
    ),
]  # fmt: skip
Activities = Annotated[
    list[Annotated[str, Field(max_length=60, pattern=r"^[a-z_]+\.([a-z_]+|\*)$")]],
    Field(max_length=100, description="Names of activities, or a room's: `claims.*`. Empty for all."),
]


class WebhookGiven(Given):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"url": "https://example.com/hooks/anxin", "activities": ["claims.decided"]}]},
    )

    url: Address
    activities: Activities = []
    from_start: bool = Field(default=False, description="Tell the past as well, from the journal's first event.")


class WebhookChange(Given):
    """What is left out stays as it is."""

    url: Address | None = None
    activities: Activities | None = None
    paused: bool | None = None


class Webhook(Answer):
    id: str
    url: str
    activities: list[str]
    state: str = Field(description="active, paused, or stopped after too many failures.")
    attempts: int = Field(description="Failures in a row at the event that is next.")
    error: str = Field(description="The last failure; empty after a success.")
    next_try_at: datetime
    last_success_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, row: Subscription) -> Webhook:
        return cls(**_fields(row))


def _fields(row: Subscription) -> dict[str, Any]:
    return {
        "id": row.public_id, "url": row.url, "activities": row.activities, "state": row.state, "attempts": row.attempts,
        "error": row.error, "next_try_at": row.next_try_at, "last_success_at": row.last_success_at,
        "created_at": row.created_at,
    }  # fmt: skip


class WebhookWithSecret(Webhook):
    secret: str = Field(description="With it `Anxin-Signature` is checked. It is shown this once.")

    @classmethod
    def of(cls, row: Subscription) -> WebhookWithSecret:
        return cls(**_fields(row), secret=row.secret)


class WebhookPage(Page):
    items: list[Webhook]


class AttemptItem(Answer):
    event: str
    activity: str
    serial: int = Field(description="Which try of this event it was, from 1.")
    at: datetime
    milliseconds: int
    status: int | None = Field(description="The HTTP answer; null when there was none.")
    error: str

    @classmethod
    def of(cls, row: Attempt) -> AttemptItem:
        return cls(
            event=event_id(row.event), activity=row.event.activity, serial=row.serial, at=row.at,
            milliseconds=row.milliseconds, status=row.status, error=row.error,
        )  # fmt: skip


class AttemptPage(Page):
    items: list[AttemptItem]
