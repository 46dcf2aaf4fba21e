"""Whether the machine is well: the database answers, the journal is protected, the worker keeps up."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from django.db import DatabaseError
from django.db.models import Count, Min
from django.utils import timezone
from ninja.responses import Status
from pydantic import Field

from anxin.faces.api.operations import Room
from anxin.faces.api.requests import ApiRequest
from anxin.faces.api.shapes.base import Answer
from anxin.journal import triggers
from anxin.journal.models import Delivery

room = Room()

# A delivery waits for a second or two when the worker is idle; one that waits a minute says that nobody works.
LATE = timedelta(seconds=60)


class Health(Answer):
    status: Literal["ok", "degraded", "down"] = Field(
        description="`degraded`: requests are served, something else is not well."
    )
    database: bool = Field(description="The database answers.")
    triggers: bool = Field(description="The database refuses changes to past events.")
    worker_lag_seconds: float = Field(description="For how long the oldest waiting delivery has been due.")
    waiting_deliveries: int = Field(description="Deliveries that wait for the worker or are with it.")
    dead_deliveries: int = Field(description="Deliveries given up, waiting for a person.")


@room.read("/health", Health, None, summary="Is the machine well?", open_to_all=True, errors=(), answers={503: Health})
def health(request: ApiRequest) -> Status:
    """No token is needed. 503 when the database does not answer or does not protect the journal."""
    try:
        protected = not triggers.missing()
        waiting = Delivery.objects.filter(state__in=[Delivery.State.WAITING, Delivery.State.LEASED])
        found = waiting.aggregate(since=Min("next_try_at"), count=Count("pk"))
        dead = Delivery.objects.filter(state=Delivery.State.DEAD).count()
    except DatabaseError:
        down = Health(
            status="down", database=False, triggers=False, worker_lag_seconds=0, waiting_deliveries=0, dead_deliveries=0
        )
        return Status(503, down)
    lag = max(timedelta(), timezone.now() - found["since"]) if found["since"] else timedelta()
    well = protected and lag < LATE and not dead
    answer = Health(
        status="ok" if well else "degraded" if protected else "down",
        database=True,
        triggers=protected,
        worker_lag_seconds=round(lag.total_seconds(), 3),
        waiting_deliveries=found["count"],
        dead_deliveries=dead,
    )
    return Status(200 if protected else 503, answer)
