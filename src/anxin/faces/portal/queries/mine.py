"""A customer's own claims for lists: what each waits for, and the promise that stands. A fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from anxin.access.actors import Actor
from anxin.access.models import Department, spoken
from anxin.journal.models import Promise
from anxin.journal.queries import PromiseRow, promise_row
from anxin.journeys.claims import lifecycle
from anxin.journeys.claims.models import Claim, ClaimPolicy, Rating, RequiredPaper
from anxin.journeys.claims.queries import claims_of
from anxin.messages.models import Message

State = RequiredPaper.State
NEEDED = Q(state__in=[State.WAITING, State.RETURNED])


@dataclass(frozen=True, slots=True)
class MyClaim:
    """`needs`: what waits for the customer, the most urgent first — answer, papers, payee, agree, read, rate."""

    claim: Claim
    title: str
    needs: tuple[str, ...]
    papers: int
    """How many papers the customer is to send."""
    unread: int
    promise: PromiseRow | None

    @property
    def is_open(self) -> bool:
        return self.claim.case.closed_at is None

    @property
    def state_words(self) -> str:
        return str(lifecycle.STATES[self.claim.case.state])


def my_claims(actor: Actor, now: datetime) -> list[MyClaim]:
    """All claims of this customer, newest first. Six queries at most, however many claims."""
    claims = claims_of(actor)
    cases = {claim.case_id: claim for claim in claims}
    still = [claim.pk for claim in claims if claim.case.closed_at is None]
    asked = RequiredPaper.objects.filter(NEEDED, claim__in=still, provider="customer").values_list("claim")
    papers = dict(asked.filter(given_with="").annotate(many=Count("pk")))
    payees = set(asked.exclude(given_with="").values_list("claim", flat=True)) if still else set()
    unread = dict(
        Message.objects.visible_to(actor)
        .filter(direction=Message.Direction.OUT, read_at=None, case__in=list(cases))
        .values_list("case")
        .annotate(many=Count("pk"))
    )
    rated = set(Rating.objects.filter(claim__in=[claim.pk for claim in claims]).values_list("claim", flat=True))
    promises = _promises(list(cases.values()), now)
    rows = []
    for claim in claims:
        state = claim.case.state
        needs = []
        if state == lifecycle.OFFERED:
            needs.append("answer")
        if papers.get(claim.pk):
            needs.append("papers")
        if claim.pk in payees:
            needs.append("payee")
        if state == lifecycle.DECIDED and claim.agreed_at is None:
            needs.append("agree")
        if unread.get(claim.case_id):
            needs.append("read")
        if state == lifecycle.CLOSED and claim.pk not in rated:
            needs.append("rate")
        rows.append(
            MyClaim(
                claim, spoken(claim.case.title_zh, claim.case.title_en), tuple(needs), papers.get(claim.pk, 0),
                unread.get(claim.case_id, 0), promises.get(claim.case_id),
            )
        )  # fmt: skip
    return rows


def open_claims_under(actor: Actor, policy_id: int) -> list[Claim]:
    """The customer's claims that were made under one policy, newest first."""
    under = ClaimPolicy.objects.filter(claim=OuterRef("pk"), policy=policy_id)
    return list(Claim.objects.visible_to(actor).filter(Exists(under)).select_related("case__branch").order_by("-pk"))


def _promises(claims: list[Claim], now: datetime) -> dict[int, PromiseRow]:
    """Per open case the tightest promise to the customer: what is due first, else what is paused."""
    cases = {claim.case_id: claim.case for claim in claims if claim.case.closed_at is None}
    if not cases:
        return {}
    departments = {row.code: row for row in Department.objects.all()}
    found: dict[int, PromiseRow] = {}
    for promise in Promise.objects.filter(case__in=list(cases), settled_at=None).select_related("person"):
        row = promise_row(promise, cases[promise.case_id], departments, now)
        if is_shown(row) and (promise.case_id not in found or tightness(row) < tightness(found[promise.case_id])):
            found[promise.case_id] = row
    return found


def is_shown(row: PromiseRow) -> bool:
    """Whether this is a promise of ours to the customer that is still to be kept."""
    return row.rule.audience == "customer" and row.rule.klass == "deadline" and row.promise.settled_at is None


def tightness(row: PromiseRow) -> tuple[bool, datetime]:
    return row.promise.due_at is None, row.promise.due_at or row.promise.started_at
