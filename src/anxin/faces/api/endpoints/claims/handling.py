"""What goes on beside the main line: calls, parties, payees, the share of fault, reserve, notes, handing over."""

from __future__ import annotations

from anxin.faces.api.endpoints.claims.room import GUARDED, PartyCodeInPath, case_after, expected, room, written
from anxin.faces.api.requests import ApiRequest
from anxin.faces.api.shapes.base import ClaimId
from anxin.faces.api.shapes.claims import PartyWritten, PayeeWritten, Written, written_fields
from anxin.faces.api.shapes.claims_given import (
    Complexity,
    Contact,
    HandOver,
    Liability,
    NoteOnCase,
    PartyAdded,
    PartyChange,
    PayeeGiven,
    Reserve,
)
from anxin.journal import actions as journal
from anxin.journal.permissions import HAND_OVER, NOTE
from anxin.journeys.claims.actions import closing, contact, parties
from anxin.journeys.claims.actions.notification import PartyInput
from anxin.journeys.claims.permissions import (
    CONTACT,
    DECLARE_COMPLEX,
    EDIT_PARTIES,
    SET_LIABILITY,
    SET_PAYEE,
    SET_RESERVE,
)


@room.write("/claims/{claim}/contacts", Written, CONTACT, summary="Note a call to the customer", extra=GUARDED)
def record_contact(request: ApiRequest, claim: ClaimId, given: Contact) -> Written:
    """Only a call that reached the customer keeps the promise to call back."""
    event = contact.record_contact(
        claim=claim, outcome=given.outcome, text=given.text, expected=expected(request, given), actor=request.actor,
        now=request.now,
    )  # fmt: skip
    return written(request, claim, event)


@room.write("/claims/{claim}/parties", PartyWritten, EDIT_PARTIES, summary="Add a party", status=201, extra=GUARDED)
def add_party(request: ApiRequest, claim: ClaimId, given: PartyAdded) -> PartyWritten:
    """Papers asked of that kind of party are listed for them at once."""
    row = parties.add_party(
        claim=claim, party=PartyInput(**given.party.model_dump()), expected=expected(request, given),
        actor=request.actor, now=request.now,
    )  # fmt: skip
    return PartyWritten(**written_fields(case_after(request, claim, row)), party=row.code)


@room.write(
    "/claims/{claim}/parties/{party}",
    PartyWritten,
    EDIT_PARTIES,
    summary="Correct a party",
    method="PATCH",
    extra=GUARDED,
)
def change_party(request: ApiRequest, claim: ClaimId, party: PartyCodeInPath, given: PartyChange) -> PartyWritten:
    row = parties.change_party(
        claim=claim, party=party, changes=given.model_dump(exclude={"expected"}, exclude_none=True),
        expected=expected(request, given), actor=request.actor, now=request.now,
    )  # fmt: skip
    return PartyWritten(**written_fields(case_after(request, claim, row)), party=row.code)


@room.write(
    "/claims/{claim}/payees", PayeeWritten, SET_PAYEE, summary="Give payment details", status=201, extra=GUARDED
)
def set_payee(request: ApiRequest, claim: ClaimId, given: PayeeGiven) -> PayeeWritten:
    """The accounts before it stay on record, out of use, unless this one is given `beside` them."""
    row = parties.set_payee(
        claim=claim, party=given.party, name=given.name, bank=given.bank, account_number=given.account_number,
        beside=given.beside, expected=expected(request, given), actor=request.actor, now=request.now,
    )  # fmt: skip
    return PayeeWritten(**written_fields(case_after(request, claim, row)), payee=row.public_id)


@room.write("/claims/{claim}/liability", Written, SET_LIABILITY, summary="Set the liability share", extra=GUARDED)
def set_liability(request: ApiRequest, claim: ClaimId, given: Liability) -> Written:
    row = parties.set_liability(
        claim=claim, permille=given.permille, basis=given.basis, text=given.text, expected=expected(request, given),
        actor=request.actor, now=request.now,
    )  # fmt: skip
    return written(request, claim, row)


@room.write("/claims/{claim}/reserve", Written, SET_RESERVE, summary="Set the reserve", extra=GUARDED)
def set_reserve(request: ApiRequest, claim: ClaimId, given: Reserve) -> Written:
    row = closing.set_reserve(
        claim=claim, reserve_fen=given.reserve_fen, reason=given.reason, by_party=given.by_party,
        expected=expected(request, given), actor=request.actor, now=request.now,
    )  # fmt: skip
    return written(request, claim, row)


@room.write("/claims/{claim}/complexity", Written, DECLARE_COMPLEX, summary="Declare a claim complex", extra=GUARDED)
def declare_complex(request: ApiRequest, claim: ClaimId, given: Complexity) -> Written:
    """The ground on which a supervisor may extend a limit, once, where the law lets it."""
    row = closing.declare_complex(
        claim=claim, reason=given.reason, text=given.text, expected=expected(request, given), actor=request.actor,
        now=request.now,
    )  # fmt: skip
    return written(request, claim, row)


@room.write("/claims/{claim}/notes", Written, NOTE, summary="Write a note", status=201)
def add_note(request: ApiRequest, claim: ClaimId, given: NoteOnCase) -> Written:
    """Notes never collide with others' work, so no sequence is asked for."""
    event = journal.add_note(case=claim, text=given.text, actor=request.actor, now=request.now)
    return written(request, claim, event)


@room.write("/claims/{claim}/hand-over", Written, HAND_OVER, summary="Hand a claim to a department", extra=GUARDED)
def hand_over(request: ApiRequest, claim: ClaimId, given: HandOver) -> Written:
    """To the department and nobody by name: whoever is free there takes it."""
    journal.hand_over(
        case=claim, department=given.department, person_id=None, reason=given.reason, expected=expected(request, given),
        actor=request.actor, now=request.now,
    )  # fmt: skip
    return written(request, claim)
