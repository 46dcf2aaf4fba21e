"""Confirming cover (责任核定): that the loss falls under the insurance at all, before anybody knows the amount."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, NotAllowed
from anxin.journeys.claims import activities
from anxin.journeys.claims.models import Claim
from anxin.journeys.claims.permissions import ADJUDICATE
from anxin.journeys.claims.working import on_claim


def confirm_cover(*, claim: str, expected: int | None = None, actor: Actor, now: datetime) -> Claim:
    """Find that the loss is covered, and tell the customer, ahead of the decision on the amount.

    Keeps the five days of the Compulsory Motor Insurance Regulation art. 29 (CL-11), which ask whether the insurance
    answers, not for how much. Refused when no policy was in force on the day of the loss; by whoever surveyed, assessed
    or reviewed the claim; and a second time.
    """
    actor.must(ADJUDICATE)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="confirm_cover") as (work, row):
        if actor.user_id in (row.surveyor_id, row.assessor_id, row.reviewer_id):
            raise NotAllowed(_("You surveyed, assessed or reviewed this claim: somebody else must decide it."))
        if row.cover_confirmed_at is not None:
            raise IllegalMove(_("The cover is confirmed already."))
        policies = list(row.covers.filter(in_force=True).values_list("policy__public_id", flat=True))
        if not policies:
            raise IllegalMove(_("No policy was in force on the day of the loss: the cover cannot be confirmed."))
        row.cover_confirmed_at = now
        row.save(update_fields=["cover_confirmed_at"])
        work.record(activities.COVER_CONFIRMED, {"policies": policies})
        return row
