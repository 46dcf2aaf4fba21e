"""What waits for a signature the reader can give."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from anxin.access.actors import Actor
from anxin.journeys.claims import lifecycle
from anxin.journeys.claims.models import Approval, AssessmentLine, Claim, Decision
from anxin.journeys.claims.permissions import APPROVE


def waiting_for(actor: Actor) -> QuerySet[Decision]:
    """Proposals within the reader's authority, on claims they had no hand in, not proposed or signed by them."""
    if not actor.may(APPROVE) or actor.authority_level < 1:
        return Decision.objects.none()
    me = actor.user_id
    signed = Approval.objects.filter(decision=OuterRef("pk"), approver=me, agreed=True)
    hand = AssessmentLine.objects.filter(
        Q(reviewer=me) | Q(assessment__assessor=me), assessment__claim=OuterRef("claim")
    )
    return (
        Decision.objects.filter(
            # That it is not approved follows from the state; said, the index of the few that are not is used.
            Exists(Claim.objects.visible_to(actor).filter(pk=OuterRef("claim"))),
            state=Decision.State.PROPOSED, approved_at=None, level__lte=actor.authority_level,
            claim__case__state=lifecycle.APPROVING,
        )
        .exclude(adjudicator=me)
        .exclude(Q(claim__surveyor=me) | Q(claim__assessor=me) | Q(claim__reviewer=me))
        .exclude(Exists(signed))
        .exclude(Exists(hand))
    )  # fmt: skip
