"""The call back after a report."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.access.actors import Actor
from anxin.access.errors import Invalid
from anxin.journal.models import Event
from anxin.journeys.claims import activities
from anxin.journeys.claims.permissions import CONTACT
from anxin.journeys.claims.working import on_claim

REACHED, NO_ANSWER, WRONG_NUMBER, CALL_LATER = "reached", "no_answer", "wrong_number", "call_later"
OUTCOMES = {
    REACHED: gettext_lazy("Reached"),
    NO_ANSWER: gettext_lazy("No answer"),
    WRONG_NUMBER: gettext_lazy("Wrong number"),
    CALL_LATER: gettext_lazy("Asked us to call later"),
}


def record_contact(
    *, claim: str, outcome: str, text: str = "", expected: int | None = None, actor: Actor, now: datetime
) -> Event:
    """Note a call to the customer and how it ended. Only one that reached them keeps the promise to call back."""
    actor.must(CONTACT)
    if outcome not in OUTCOMES:
        message = _("Choose how the call ended.")
        raise Invalid(message, fields={"outcome": message})
    with on_claim(claim, expected=expected, actor=actor, now=now, move="contact") as (work, row):
        if row.handler_id is None and actor.is_staff:
            row.handler_id = actor.user_id
            row.save(update_fields=["handler"])
        words = work.text(text.strip()) if text.strip() else {}
        activity = activities.CONTACTED if outcome == REACHED else activities.CONTACT_TRIED
        return work.record(activity, {"outcome": outcome, **words})
