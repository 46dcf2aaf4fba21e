"""The desk's own writing: personal views, and the same small act on many cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from anxin.access.actions import record_unmasking
from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing, Refused
from anxin.faces.desk.models import SavedView
from anxin.journal import actions as journal
from anxin.journal.models import Case
from anxin.journeys.claims.models import Party
from anxin.registers.customers.permissions import REVEAL

MAX_VIEWS = 20


def save_view(*, name: str, query: str, actor: Actor) -> SavedView:
    """Keep a queue under a name; the same name again replaces it. `query` holds only filters the queue knows."""
    name = name.strip()
    if not 1 <= len(name) <= 40:
        message = _("Give the view a name of at most 40 characters.")
        raise Invalid(message, fields={"name": message})
    user_id = _user(actor)
    mine = SavedView.objects.filter(user_id=user_id)
    if mine.exclude(name=name).count() >= MAX_VIEWS:
        message = _("At most %(many)d views of your own: remove one first.") % {"many": MAX_VIEWS}
        raise Invalid(message, fields={"name": message})
    view, _made = SavedView.objects.update_or_create(user_id=user_id, name=name, defaults={"query": query[:300]})
    return view


def remove_view(*, view_id: int, actor: Actor) -> None:
    deleted, _detail = SavedView.objects.filter(pk=view_id, user_id=_user(actor)).delete()
    if not deleted:
        raise Missing(_("There is no such view."))


def _user(actor: Actor) -> int:
    if actor.user_id is None:
        raise Missing(_("There is no such view."))
    return actor.user_id


@dataclass(slots=True)
class Outcome:
    """What became of an act on many cases: the ids it was done to, and why it was not done to the others."""

    done: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def hand_over_many(
    *, cases: Sequence[tuple[str, int]], department: str, person_id: int | None, reason: str, actor: Actor, now: datetime
) -> Outcome:  # fmt: skip
    """Hand over each (case, event count as seen). One that changed since is left alone and named."""
    outcome = Outcome()
    for case, expected in cases:
        try:
            journal.hand_over(
                case=case, department=department, person_id=person_id, reason=reason, expected=expected, actor=actor,
                now=now,
            )  # fmt: skip
        except Refused as refused:
            outcome.refused.append((case, str(refused.message)))
        else:
            outcome.done.append(case)
    return outcome


def nudge_many(*, cases: Sequence[str], text: str, actor: Actor, now: datetime) -> Outcome:
    """Leave the same reminder on each case, on record, for whoever holds it."""
    outcome = Outcome()
    for case in cases:
        try:
            journal.add_note(case=case, text=text, actor=actor, now=now)
        except Refused as refused:
            outcome.refused.append((case, str(refused.message)))
        else:
            outcome.done.append(case)
    return outcome


def reveal_party(*, case: Case, party: Party, reason: str, actor: Actor, now: datetime) -> str:
    """Name, phone and number plate of another party in full, with who asked and why put on record first."""
    actor.must(REVEAL)
    if not 2 <= len(reason.strip()) <= 200:
        message = _("Enter a reason of 2 to 200 characters.")
        raise Invalid(_("Say why you need to see this."), fields={"reason": message})
    record_unmasking(subject=("party", case.public_id), field=party.code, reason=reason.strip(), actor=actor, now=now)
    return " · ".join(value for value in (party.name, party.phone, party.plate) if value)
