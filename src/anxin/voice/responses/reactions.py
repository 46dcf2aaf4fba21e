"""Ratings that journeys take themselves: an event that carries a score becomes a rating, once."""

from __future__ import annotations

from datetime import datetime

from anxin.journal.models import Event
from anxin.journal.reacting import reaction
from anxin.voice.responses.actions import take_rating
from anxin.voice.responses.models import Rating

# Journeys are known by the names of their activities; each carries `score` in its data.
RATED = {"claims.rated": Rating.Service.CLAIM}


@reaction("responses.note_rating", to=tuple(RATED))
def note_rating(event: Event, now: datetime) -> None:
    take_rating(
        service=RATED[event.activity], score=int(event.facts["score"]), case=event.case, at=event.occurred_at,
        event_position=event.pk,
    )  # fmt: skip
