"""Looking at claims."""

from __future__ import annotations

from typing import Annotated

from django.db.models import Q
from django.http import FileResponse
from django.utils.translation import gettext as _
from ninja import Query

from anxin.access.errors import Missing
from anxin.access.models import spoken
from anxin.faces.api import cursors
from anxin.faces.api.endpoints.claims.room import room, tag
from anxin.faces.api.requests import ApiRequest
from anxin.faces.api.shapes.base import ClaimId, Cursor, Limit, RecordId, Search
from anxin.faces.api.shapes.claims import (
    Calculated,
    ClaimFile,
    ClaimItem,
    ClaimPage,
    EventItem,
    EventPage,
    ExclusionItem,
    PaperItem,
    Papers,
    PaymentItem,
    Payments,
    PromiseItem,
    Promises,
)
from anxin.faces.api.shapes.claims_given import ClaimType, State
from anxin.faces.api.shapes.filed import claim_file
from anxin.journal.models import Event, Text
from anxin.journal.permissions import SEE_CASES
from anxin.journal.queries import promises_of, title_of
from anxin.journeys.claims.models import Claim
from anxin.journeys.claims.permissions import ADJUDICATE, SEE
from anxin.journeys.claims.statement import statement
from anxin.journeys.claims.verdicts import exclusions
from anxin.papers.models import StoredFile
from anxin.papers.storage import open_file


@room.read("/claims", ClaimPage, SEE, summary="List or search claims")
def list_claims(
    request: ApiRequest, search: Search = "",
    state: Annotated[State | None, Query(description="Only in this state.")] = None,
    type: Annotated[ClaimType | None, Query(description="Only of this type.")] = None,  # noqa: A002
    customer: Annotated[str, Query(pattern=r"^([0-9a-f]{24})?$", description="Only this customer's.")] = "",
    open: Annotated[bool | None, Query(description="Only open (true) or only ended (false).")] = None,  # noqa: A002
    cursor: Cursor = "", limit: Limit = 50,
) -> ClaimPage:  # fmt: skip
    """`search` takes a claim's number or the reporting system's own number."""
    rows = Claim.objects.visible_to(request.actor).select_related("case__branch", "customer")
    if text := search.strip():
        rows = rows.filter(Q(case__number=text) | Q(case__number__endswith=text) | Q(external_id=text))
    if state:
        rows = rows.filter(case__state=state)
    if type:
        rows = rows.filter(type=type)
    if customer:
        rows = rows.filter(customer__public_id=customer)
    if open is not None:
        rows = rows.filter(case__closed_at__isnull=open)
    found, following = cursors.newest_first(request, rows, cursor, limit)
    return ClaimPage(items=[ClaimItem.of(row, request.actor) for row in found], next=following)


@room.read("/claims/{claim}", ClaimFile, SEE, summary="A claim, the whole shared file")
def get_claim(request: ApiRequest, claim: ClaimId) -> ClaimFile:
    """Its `ETag` is the `sequence` to send with the next write."""
    row = find(request, claim)
    tag(request, row.case)
    return claim_file(row, request.actor)


@room.read("/claims/{claim}/papers", Papers, SEE, summary="What papers are listed, and which are there")
def list_papers(request: ApiRequest, claim: ClaimId) -> Papers:
    rows = find(request, claim).papers.select_related("party")
    return Papers(items=[PaperItem.of(row) for row in rows])


@room.read("/claims/{claim}/payments", Payments, SEE, summary="What was paid, and what is on its way")
def list_payments(request: ApiRequest, claim: ClaimId) -> Payments:
    rows = find(request, claim).payments.select_related("payee")
    return Payments(items=[PaymentItem.of(row) for row in rows])


@room.read("/claims/{claim}/calculation", Calculated, ADJUDICATE, summary="What a decision would pay")
def get_calculation(request: ApiRequest, claim: ClaimId) -> Calculated:
    """What is assessed, after share, deductible and limit; and the exclusions that a decision must answer."""
    known = statement(find(request, claim))
    found = known.calculate()
    asked = exclusions(known.involved(found))
    return Calculated(
        amount_fen=found.amount_fen,
        paid_fen=found.paid_fen,
        to_pay_fen=found.to_pay_fen,
        by_party={party: fen for party, fen in found.by_party.items() if fen},
        exclusions=[
            ExclusionItem(key=key, number=item.number, title=item.title, text=spoken(item.text_zh, item.text_en))
            for key, item in asked.items()
        ],
    )


@room.read("/claims/{claim}/promises", Promises, SEE_CASES, summary="What is promised, and how it stands")
def list_promises(request: ApiRequest, claim: ClaimId) -> Promises:
    rows = promises_of(find(request, claim).case, request.now)
    return Promises(
        items=[
            PromiseItem(
                rule=row.promise.rule, key=row.promise.key, title=row.rule.what,
                source=row.rule.source, klass=row.rule.klass,
                state="broken" if row.promise.broken_at and row.promise.state == "running" else row.promise.state,
                started_at=row.promise.started_at, due_at=row.promise.due_at, strict_on=row.promise.strict_on,
                rolled_on=row.promise.rolled_on, provisional=row.promise.provisional, settled_at=row.promise.settled_at,
                broken_at=row.promise.broken_at,
            )
            for row in rows
        ]
    )  # fmt: skip


@room.read("/claims/{claim}/events", EventPage, SEE_CASES, summary="What happened to a claim, in order")
def list_claim_events(request: ApiRequest, claim: ClaimId, cursor: Cursor = "", limit: Limit = 100) -> EventPage:
    """From the first event on, each with its words and its link of the hash chain."""
    case = find(request, claim).case
    after = cursors.decode(cursor, int)[0] if cursor else 0
    events = list(Event.objects.filter(case=case, seq__gt=after).order_by("seq")[: limit + 1])
    following = None
    if len(events) > limit:
        events.pop()
        following = cursors.encode(events[-1].seq)
        cursors.link(request, following)
    facts = {event.seq: event.facts for event in events}
    wanted = {str(data["text"]) for data in facts.values() if data.get("text")}
    said = dict(Text.objects.filter(case=case, public_id__in=wanted).values_list("public_id", "body"))
    return EventPage(
        items=[
            EventItem(
                sequence=event.seq, activity=event.activity, title=title_of(event.activity, facts[event.seq]),
                occurred_at=event.occurred_at, recorded_at=event.recorded_at, actor_kind=event.actor_kind,
                department=event.department, channel=event.channel, facts=facts[event.seq],
                words=said.get(str(facts[event.seq]["text"]), "") if facts[event.seq].get("text") else None,
                hash=event.hash,
            )
            for event in events
        ],
        next=following,
    )  # fmt: skip


@room.read(
    "/files/{file}", None, SEE, summary="A stored file",
    extra={
        "responses": {
            200: {
                "description": "The file's bytes.",
                "content": {
                    kind: {"schema": {"type": "string", "format": "binary"}}
                    for kind in ("image/jpeg", "image/png", "image/webp", "application/pdf")
                },
            }
        }
    },
)  # fmt: skip
def get_file(request: ApiRequest, file: RecordId) -> FileResponse:
    """The bytes as they came in."""
    stored = StoredFile.objects.visible_to(request.actor).filter(public_id=file).first()
    if stored is None:
        raise Missing(_("There is no such file."))
    response = FileResponse(open_file(stored), content_type=stored.content_type)
    # Nothing a customer sent may run as a page of ours.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = f'attachment; filename="{stored.public_id}"'
    return response


def find(request: ApiRequest, claim: str) -> Claim:
    row = (
        Claim.objects.visible_to(request.actor)
        .select_related("case__branch", "customer")
        .filter(case__public_id=claim)
        .first()
    )
    if row is None:
        raise Missing(_("There is no such case."))
    return row
