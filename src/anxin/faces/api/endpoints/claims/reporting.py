"""First notice of loss, and opening the case."""

from __future__ import annotations

from django.utils.translation import gettext as _

from anxin.access.errors import Missing
from anxin.access.prepared import Prepared, PreparedFor
from anxin.faces.api.endpoints.claims.room import GUARDED, expected, room, tag, written
from anxin.faces.api.requests import ApiRequest
from anxin.faces.api.shapes.base import ClaimId
from anxin.faces.api.shapes.claims import Notified, PaperItem, Written, written_fields
from anxin.faces.api.shapes.claims_given import Notification, Opening
from anxin.journeys.claims.actions import notification, papers
from anxin.journeys.claims.permissions import NOTIFY, OPEN
from anxin.registers.customers.models import Customer
from anxin.registers.policies.models import Policy

_customer = PreparedFor(lambda actor, key: Customer.objects.visible_to(actor).filter(public_id=key), key=str)
_policy = Prepared(lambda key: Policy.objects.filter(public_id=key).only("pk").order_by(), key=str)


@room.write("/claims", Notified, NOTIFY, summary="Report a loss", status=201)
def notify_claim(request: ApiRequest, given: Notification) -> Notified:
    """Opens the case, checks the cover on the day of the loss, and answers the complete list of papers.

    The token needs `customers.see` beside `claims.notify`: the customer must be one its person may know of.
    """
    customer = _customer.first(request.actor, key=given.customer)
    if customer is None:
        raise Missing(_("There is no such customer."))
    policies = None
    if given.policies is not None:
        wanted = set(given.policies)
        policies = [policy for key in wanted for policy in _policy.all(key=key)]
        if len(policies) != len(wanted):
            raise Missing(_("There is no such policy."))
    claim = notification.notify_claim(
        customer=customer, policies=policies, type=given.type, cause=given.cause, loss_at=given.loss_at,
        loss_place=given.loss_place, account=given.account, has_injury=given.has_injury,
        has_third_party=given.has_third_party, claimed_fen=given.claimed_fen,
        parties=[notification.PartyInput(**item.model_dump()) for item in given.parties],
        reporter_name=given.reporter_name, reporter_phone=given.reporter_phone, external_id=given.external_id,
        plate=given.plate, actor=request.actor, now=request.now,
    )  # fmt: skip
    tag(request, claim.case)
    listed = [PaperItem.of(paper) for paper in papers.papers_of(claim)]
    return Notified(**written_fields(claim.case), papers=listed)


@room.write("/claims/{claim}/open", Written, OPEN, summary="Open the case (立案)", extra=GUARDED)
def open_claim(request: ApiRequest, claim: ClaimId, given: Opening) -> Written:
    """With its reserve; hands it to survey, or straight to assessment where none is needed."""
    row = notification.open_claim(
        claim=claim, reserve_fen=given.reserve_fen, needs_survey=given.needs_survey, expected=expected(request, given),
        actor=request.actor, now=request.now,
    )  # fmt: skip
    return written(request, claim, row)
