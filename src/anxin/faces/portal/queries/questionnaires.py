"""Questionnaires that wait for a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from anxin.access.actors import Actor
from anxin.voice.campaigns.models import Campaign, Invitation
from anxin.voice.questionnaires.loading import definition_of

MOST = 10


@dataclass(frozen=True, slots=True)
class Waiting:
    """`href` opens it, from the portal; `until` is its last moment."""

    title: str
    href: str
    until: datetime
    begun: bool


def open_questionnaires(actor: Actor, now: datetime, *, language: str) -> list[Waiting]:
    """What this customer is asked and may still answer, by any channel; the first to run out first. One query."""
    rows = (
        Invitation.objects.visible_to(actor)
        .filter(
            state__in=[Invitation.State.SENT, Invitation.State.OPENED], expires_at__gt=now,
            campaign__state=Campaign.State.RUNNING,
        )
        .select_related("campaign__version", "response")
        .defer("campaign__version__body")
        .order_by("expires_at", "pk")[:MOST]
    )  # fmt: skip
    wanted = "en" if language.startswith("en") else "zh"
    return [
        Waiting(
            definition_of(row.campaign.version).title.get(wanted), f"/q/{row.key}/?via=portal", row.expires_at,
            hasattr(row, "response"),
        )
        for row in rows
    ]  # fmt: skip
