"""First notice of loss (报案), the check of cover, the list of papers given once; and opening the case (立案)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing
from anxin.access.prepared import Prepared, insert_all, save_all
from anxin.journal.writing import CaseWork, opening
from anxin.journeys.claims import activities, cover, lifecycle
from anxin.journeys.claims.actions.assignment import ASSESSMENT, CALL_CENTRE, SURVEY, next_person
from anxin.journeys.claims.models import Claim, ClaimPolicy, Party, RequiredPaper, Survey
from anxin.journeys.claims.permissions import NOTIFY, OPEN
from anxin.journeys.claims.titles import title_of
from anxin.journeys.claims.working import KIND, advance, on_claim
from anxin.registers.customers.models import Customer, PaymentAccount
from anxin.registers.policies.models import Policy
from anxin.registers.products.models import Line
from anxin.rulebook import queries as rulebook

OWN = "own"
_CODES = {
    Party.Kind.OWN: OWN, Party.Kind.THIRD_VEHICLE: "tp", Party.Kind.THIRD_PROPERTY: "pr", Party.Kind.INJURED: "inj",
    Party.Kind.HOSPITAL: "hos",
}  # fmt: skip
MAX_PARTIES = 30
# What the customer and those on the customer's side bring; the rest is ours to get.
CUSTOMER_SIDE = frozenset({"customer", "injured", "repairer"})


_reported = Prepared(
    lambda customer, key: Claim.objects.filter(customer_id=customer, external_id=key).select_related("case__branch"),
    customer=int, key=str,
)  # fmt: skip


_account = Prepared(lambda customer: PaymentAccount.objects.filter(customer_id=customer, retired_at=None), customer=int)


@dataclass(frozen=True, slots=True)
class PartyInput:
    """Someone or something else in the accident; whatever is not known yet stays empty."""

    kind: str
    name: str = ""
    phone: str = ""
    plate: str = ""
    note: str = ""
    in_hospital: bool = False


def notify_claim(
    *, customer: Customer, policies: Sequence[Policy] | None, type: str, cause: str, loss_at: datetime, loss_place: str,  # noqa: A002
    account: str, has_injury: bool, has_third_party: bool, claimed_fen: int | None = None,
    parties: Sequence[PartyInput] = (), reporter_name: str = "", reporter_phone: str = "", external_id: str = "",
    plate: str = "", actor: Actor, now: datetime,
) -> Claim:  # fmt: skip
    """Take a first notice of loss: opens the case, checks the cover on the day of the loss and gives the list of papers.

    `policies` None: the customer's own for that kind of loss (a car's compulsory and commercial one; `plate` says which
    car). The same `external_id` sent twice by the same customer gives the first claim back.
    Raises `Invalid` naming the field, `Missing` for a customer or policy the actor may not know of.
    """
    actor.must(NOTIFY)
    if actor.is_customer and actor.customer_public_id != customer.public_id:
        raise Missing(_("There is no such customer."))
    _check(type, cause, loss_at, loss_place, account, claimed_fen, parties, now)
    if external_id:
        before = _reported_before(customer, external_id, actor)
        if before is not None:
            return before
    covers = cover.check(
        customer=customer, policies=policies, claim_type=type, plate=plate, on=timezone.localdate(loss_at), actor=actor
    )
    line = cover.main_line(covers)
    main = next(item.policy for item in covers if item.policy.product.line == line)
    people = _with_codes(type, parties, has_injury=has_injury, has_third_party=has_third_party)
    kinds = [item.kind for item in people]
    has_injury = has_injury or Party.Kind.INJURED in kinds
    has_third_party = has_third_party or bool(_THIRD & set(kinds))
    title_zh, title_en = title_of(
        claim_type=type, line=line, cause=cause, account=account, parties=[item.kind for item in parties],
        has_injury=has_injury, has_third_party=has_third_party,
    )  # fmt: skip
    claim = Claim(
        type=type, line=line, customer=customer, cause=cause, loss_at=loss_at, loss_place=loss_place.strip(),
        account=account.strip(), reporter_name=reporter_name.strip(), reporter_phone=reporter_phone.strip(),
        external_id=external_id, has_injury=has_injury, has_third_party=has_third_party, claimed_fen=claimed_fen,
        cover_result=cover.result_of(covers), is_individual=main.policyholder.kind == Customer.Kind.PERSON,
        has_compulsory=any(item.policy.product.line == Line.MOTOR_COMPULSORY for item in covers),
    )  # fmt: skip
    claim.is_small = _is_small(claim)
    claim.reserve_fen = first_reserve(claim, injured=kinds.count(Party.Kind.INJURED))
    try:
        with opening(
            kind=KIND, branch=main.branch, subject=("customer", customer.public_id), state=lifecycle.CLAIM.start,
            actor=actor, now=now, title_zh=title_zh, title_en=title_en,
        ) as work:  # fmt: skip
            _write_report(work, claim, covers, people)
    except IntegrityError:
        # The same report came in twice at the same moment: the other one was first.
        before = _reported_before(customer, external_id, actor) if external_id else None
        if before is None:
            raise
        return before
    return claim


def _write_report(work: CaseWork, claim: Claim, covers: Sequence[cover.Cover], people: list[Party]) -> None:
    claim.case = work.case
    claim.handler_id = _who_answers(work, work.actor)
    insert_all([claim])
    for item in people:
        item.claim = claim
    insert_all(people)
    insert_all(
        [
            ClaimPolicy(claim=claim, policy=item.policy, in_force=item.in_force, reason=item.reason, position=place)
            for place, item in enumerate(covers)
        ]
    )
    edition, papers = list_papers(claim, people, work.now)
    insert_all(papers)
    work.record(
        activities.NOTIFIED,
        {
            **claim.scope, "type": claim.type, "cause": claim.cause,
            "loss_on": timezone.localdate(claim.loss_at).isoformat(),
            "policies": [item.policy.public_id for item in covers], "requested": claim.claimed_fen or 0,
        },
    )  # fmt: skip
    work.record(
        activities.COVERAGE_CHECKED,
        {"result": claim.cover_result, "policies": {item.policy.public_id: item.reason for item in covers}},
    )
    work.record(activities.PAPERS_LISTED, listed_facts(edition, papers))
    work.set(amount_fen=claim.reserve_fen)
    work.hand_to(CALL_CENTRE, claim.handler_id, quietly=True)


def _reported_before(customer: Customer, external_id: str, actor: Actor) -> Claim | None:
    """The claim of this report, if it came in before; not shown to who may not see it."""
    before = _reported.first(customer=customer.pk, key=external_id)
    if before is None:
        return None
    if actor.is_staff and actor.branch_ids is not None and before.case.branch_id not in actor.branch_ids:
        raise Missing(_("There is no such customer."))
    return before


_surveys: Prepared[Any] = Prepared(
    lambda claim: (
        Survey.objects.filter(claim_id=claim).exclude(state=Survey.State.CANCELLED).values_list("state", "surveyor")
    ),
    claim=int,
)


def open_claim(
    *, claim: str, reserve_fen: int | None = None, needs_survey: bool | None = None, expected: int | None = None,
    actor: Actor, now: datetime,
) -> Claim:  # fmt: skip
    """Open the case (立案) with its reserve, and hand it to survey, or straight to assessment where none is needed.

    `needs_survey` None: by the published threshold — small losses without injury are assessed from photographs.
    """
    actor.must(OPEN)
    with on_claim(claim, expected=expected, actor=actor, now=now) as (work, row):
        advance(work, "open")
        if reserve_fen is not None:
            _check_money(reserve_fen, "reserve_fen")
            row.reserve_fen = reserve_fen
        surveyed = _surveys.all(claim=row.pk)
        done = any(state == Survey.State.DONE for state, _surveyor in surveyed)
        planned = next((surveyor for state, surveyor in surveyed if state == Survey.State.PLANNED), None)
        wanted = needs_survey if needs_survey is not None else wants_survey(row)
        if not done and (wanted or planned is not None):
            row.surveyor_id = planned or row.surveyor_id or next_person(work.case.branch_id, SURVEY)
            work.hand_to(SURVEY, row.surveyor_id)
        else:
            row.assessor_id = next_person(work.case.branch_id, ASSESSMENT)
            work.hand_to(ASSESSMENT, row.assessor_id)
            if not done and row.line in cover.ASSESSED_LINES:
                work.record(activities.SURVEY_WAIVED, {"reason": "small" if needs_survey is None else "handler"})
        save_all([row], ["reserve_fen", "surveyor", "assessor"])
        work.set(amount_fen=row.reserve_fen)
        work.record(activities.OPENED, {**row.scope, "reserve": row.reserve_fen})
        return row


def list_papers(claim: Claim, parties: Sequence[Party], now: datetime) -> tuple[int, list[RequiredPaper]]:
    """The published list for this claim, one row for the claim or for each party of the kind it is asked of; unsaved."""
    edition, items = rulebook.paper_list(claim.type, facts_of(claim))
    # What we know already is not asked for again.
    has_account = any(item.given_with == "payee" for item in items) and bool(_account.all(customer=claim.customer_id))
    rows = []
    for item in items:
        owners: list[Party | None] = [party for party in parties if party.kind == item.party_kind]
        for party in owners if item.party_kind else [None]:
            known = has_account and item.given_with == "payee" and (party is None or party.kind == Party.Kind.OWN)
            rows.append(
                RequiredPaper(
                    claim=claim, party=party, code=item.code, title_zh=item.title_zh, title_en=item.title_en,
                    hint_zh=item.hint_zh, hint_en=item.hint_en, provider=item.provider, is_request=item.is_request,
                    given_with=item.given_with, told_at=now,
                    state=RequiredPaper.State.WAIVED if known else RequiredPaper.State.WAITING,
                )
            )  # fmt: skip
    return edition, rows


def listed_facts(edition: int, papers: Sequence[RequiredPaper]) -> dict[str, Any]:
    """How the event speaks of a list; `count` is how many papers the customer's side has to bring."""
    wanted = [paper for paper in papers if paper.provider in CUSTOMER_SIDE and not paper.is_there]
    return {"count": len(wanted), "edition": edition, "papers": [paper.key for paper in papers]}


def facts_of(claim: Claim) -> dict[str, bool | str]:
    """What lists of papers and checklists choose by."""
    return {
        "has_injury": claim.has_injury, "has_third_party": claim.has_third_party, "individual": claim.is_individual,
        "compulsory": claim.has_compulsory, "small": claim.is_small, "cause": claim.cause, "line": claim.line,
    }  # fmt: skip


def first_reserve(claim: Claim, *, injured: int) -> int:
    """The reserve in fen before anybody has looked: what the customer claims, else the published first figure; and one
    more for each injured person."""
    base = claim.claimed_fen or rulebook.threshold(f"first_reserve_{claim.type}_fen")
    return base + injured * rulebook.threshold("first_reserve_injury_fen")


def wants_survey(claim: Claim) -> bool:
    """Whether somebody must go and look: at property, when people are hurt or the loss is above the published threshold."""
    if claim.line not in cover.ASSESSED_LINES:
        return False
    return claim.has_injury or claim.reserve_fen > rulebook.threshold("survey_free_fen")


def number_parties(kinds_before: Sequence[str], parties: Sequence[PartyInput]) -> list[Party]:
    """Parties with their codes (tp1, inj2, …), continuing after those of `kinds_before`; unsaved."""
    rows, counts = [], {kind: list(kinds_before).count(kind) for kind in Party.Kind.values}
    for item in parties:
        counts[item.kind] += 1
        prefix = _CODES[Party.Kind(item.kind)]
        rows.append(
            Party(
                code=prefix if prefix == OWN else f"{prefix}{counts[item.kind]}", kind=item.kind,
                name=item.name.strip(), phone=item.phone.strip(), plate=item.plate.strip(), note=item.note.strip(),
                in_hospital=item.in_hospital,
            )
        )  # fmt: skip
    return rows


def check_party(item: PartyInput) -> None:
    """Raises `Invalid` for a party of no known kind, a second own side, or a field that is too long."""
    if item.kind not in Party.Kind.values or item.kind == Party.Kind.OWN:
        message = _("Choose what kind of party it is.")
        raise Invalid(message, fields={"kind": message})
    for name, most in (("name", 60), ("phone", 30), ("plate", 12), ("note", 200)):
        if len(getattr(item, name).strip()) > most:
            message = _("At most %(many)d characters.") % {"many": most}
            raise Invalid(message, fields={name: message})


_THIRD = {Party.Kind.THIRD_VEHICLE, Party.Kind.THIRD_PROPERTY}


def _check(
    claim_type: str, cause: str, loss_at: datetime, loss_place: str, account: str, claimed_fen: int | None,
    parties: Sequence[PartyInput], now: datetime,
) -> None:  # fmt: skip
    wrong: dict[str, str] = {}
    if claim_type not in Claim.Type.values:
        wrong["type"] = _("Choose what kind of loss it is.")
    if cause not in Claim.Cause.values:
        wrong["cause"] = _("Choose what caused the loss.")
    if loss_at.tzinfo is None:
        raise ValueError("loss_at must be aware")
    if loss_at > now:
        wrong["loss_at"] = _("The loss cannot lie in the future: check day and time.")
    if len(loss_place) > 160:
        wrong["loss_place"] = _("At most %(many)d characters.") % {"many": 160}
    if len(account) > 4_000:
        wrong["account"] = _("At most %(many)d characters.") % {"many": 4_000}
    if claimed_fen is not None and not 0 <= claimed_fen <= MAX_FEN:
        wrong["claimed_fen"] = _("Enter an amount from 0 on.")
    if len(parties) > MAX_PARTIES:
        wrong["parties"] = _("At most %(many)d parties.") % {"many": MAX_PARTIES}
    if wrong:
        raise Invalid(_("Something is missing or cannot be right."), fields=wrong)
    for item in parties:
        check_party(item)


# A hundred billion yuan: far above any policy, far below what a 64-bit column holds.
MAX_FEN = 10_000_000_000_000


def _check_money(fen: int, field: str) -> None:
    if not 0 <= fen <= MAX_FEN:
        message = _("Enter an amount from 0 on.")
        raise Invalid(message, fields={field: message})


def _with_codes(
    claim_type: str, parties: Sequence[PartyInput], *, has_injury: bool, has_third_party: bool
) -> list[Party]:
    """The insured side first, then the others; where the report only says that there was one, a nameless one."""
    told = [PartyInput(Party.Kind.OWN), *parties]
    kinds = {item.kind for item in parties}
    if has_third_party and not kinds & _THIRD:
        is_motor = claim_type == Claim.Type.MOTOR
        told.append(PartyInput(Party.Kind.THIRD_VEHICLE if is_motor else Party.Kind.THIRD_PROPERTY))
    if has_injury and Party.Kind.INJURED not in kinds:
        told.append(PartyInput(Party.Kind.INJURED))
    return number_parties((), told)


def _is_small(claim: Claim) -> bool:
    """CL-15 and CL-16: a small medical claim, or a small motor claim with damage to vehicles only."""
    if claim.claimed_fen is None or claim.has_injury or claim.has_third_party:
        return False
    if claim.type == Claim.Type.MOTOR:
        return claim.claimed_fen <= rulebook.threshold("small_motor_fen")
    return claim.line == Line.MEDICAL and claim.claimed_fen <= rulebook.threshold("small_medical_fen")


def _who_answers(work: CaseWork, actor: Actor) -> int | None:
    """The call taker who took the report stays the one to ask; a report by portal or program goes to the next in turn."""
    if actor.is_staff and actor.department == CALL_CENTRE and actor.channel != "api":
        return actor.user_id
    return next_person(work.case.branch_id, CALL_CENTRE)
