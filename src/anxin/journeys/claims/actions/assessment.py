"""Loss assessment (定损): item by item against the price standard, issued to the customer and answered line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.access.prepared import Prepared, insert_all, save_all
from anxin.journal.writing import CaseWork
from anxin.journeys.claims import activities
from anxin.journeys.claims.actions.assignment import ADJUDICATION, ASSESSMENT, next_person
from anxin.journeys.claims.calculation import OWN, half_up
from anxin.journeys.claims.models import Assessment, AssessmentLine, Claim, Party
from anxin.journeys.claims.permissions import ANSWER, ASSESS
from anxin.journeys.claims.statement import THIRD, lines_of, statement
from anxin.journeys.claims.working import advance, by_hand, on_claim
from anxin.rulebook import queries as rulebook

State = AssessmentLine.State
LOSS_KINDS = (
    "vehicle", "property", "medical", "disability", "death", "building", "fittings", "contents", "illness", "allowance",
    "other",
)  # fmt: skip
MAX_LINES = 200
MAX_FEN = 10**13
ACCEPTED, DISPUTED = "accepted", "disputed"


@dataclass(frozen=True, slots=True)
class LineInput:
    """One item as the assessor enters it.

    With `item` (a code of the price standard) and `method`, name and price come from the standard; another amount needs
    a `deviation` (why). Without `item` it is a free item (an invoice): name and amount are the assessor's.
    `quantity_hundredths` counts the standard's unit: 1.5 m² is 150.
    """

    loss_kind: str
    party: str = OWN
    item: str = ""
    method: str = ""
    quantity_hundredths: int = 100
    amount_fen: int | None = None
    name_zh: str = ""
    name_en: str = ""
    deviation: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The customer's word on one line: "accepted" or "disputed" (then why, and a quote in fen if they have one)."""

    verdict: str
    reason: str = ""
    quote_fen: int | None = None


def issue_assessment(
    *, claim: str, lines: Sequence[LineInput], reserve_fen: int | None = None, expected: int | None = None, actor: Actor,
    now: datetime,
) -> Assessment:  # fmt: skip
    """Issue the loss assessment; one that still waits for the customer is replaced, and stays in the file.

    Lines of the insured's side wait for the customer's answer; those of third parties are established from papers. With
    none to answer the claim goes straight to adjudication. The reserve follows when the assessment exceeds it, or as
    `reserve_fen` says.
    """
    actor.must(ASSESS)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="assess") as (work, row):
        _may_assess(row, actor)
        parties = _parties(row)
        prepared = _prepare(lines, parties, timezone.localdate(now))
        offers = _offers.all(claim=row.pk)
        for before in offers:
            before.state = Assessment.State.REPLACED
        save_all(offers, ["state"])
        made = Assessment(
            claim=row, assessor_id=by_hand(actor), state=Assessment.State.ISSUED, issued_at=now,
            price_edition=rulebook.price_edition(timezone.localdate(now)),
        )  # fmt: skip
        offered = [line for line in prepared if line.state == State.OFFERED]
        if not offered:
            made.state, made.answered_at = Assessment.State.ANSWERED, now
        total = _keep(made, prepared)
        row.assessor_id = actor.user_id
        _follow_reserve(work, row, total, reserve_fen)
        save_all([row], ["assessor", "reserve_fen"])
        advance(work, "assess")
        work.set(amount_fen=total)
        work.record(
            activities.ASSESSMENT_ISSUED,
            {
                # What the customer is asked about: none, where all of it was established from papers.
                "assessment": made.public_id, "lines": len(offered), "assessor": actor.user_id or 0,
                "amount": sum(line.amount_fen for line in offered or prepared), "prices": made.price_edition,
            },
        )  # fmt: skip
        if not offered:
            advance(work, "accept")
            _to_adjudication(work, row)
        return made


def establish_losses(
    *, claim: str, lines: Sequence[LineInput], expected: int | None = None, actor: Actor, now: datetime
) -> Assessment:
    """Add losses found from papers (an injured person's invoices, a third party's repair bill) beside the offer.

    Nobody is asked to agree to them; they may come while the customer still thinks about their own lines.
    """
    actor.must(ASSESS)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="establish") as (work, row):
        _may_assess(row, actor)
        prepared = _prepare(lines, _parties(row), timezone.localdate(now))
        for line in prepared:
            line.state = State.FIXED
        made = Assessment(
            claim=row, assessor_id=by_hand(actor), state=Assessment.State.ANSWERED, issued_at=now, answered_at=now,
            is_offer=False, price_edition=rulebook.price_edition(timezone.localdate(now)),
        )  # fmt: skip
        total = _keep(made, prepared)
        if row.assessor_id is None:
            row.assessor_id = actor.user_id
        standing, _replaced = lines_of(row)
        whole = sum(line.amount_fen for line in standing)
        _follow_reserve(work, row, whole, None)
        save_all([row], ["assessor", "reserve_fen"])
        work.set(amount_fen=whole)
        work.record(
            activities.LOSSES_ESTABLISHED, {"assessment": made.public_id, "lines": len(prepared), "amount": total}
        )
        return made


def answer_assessment(
    *, claim: str, answers: Mapping[str, Answer], expected: int | None = None, actor: Actor, now: datetime
) -> Assessment:
    """The customer's answer, all lines at once: in the portal, by phone through the desk, or by API.

    Nothing disputed: on to adjudication. Otherwise each disputed line goes to a second assessor who had no part in it,
    and what is undisputed is fixed, so that it can be paid in advance.
    """
    actor.must(ANSWER)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="accept") as (work, row):
        standing, replaced = lines_of(row)
        offered = [line for line in standing if line.state == State.OFFERED]
        if not offered:
            raise IllegalMove(_("There is no assessment that waits for an answer."))
        assessment = offered[0].assessment
        assessment.claim = row
        if actor.is_staff and actor.user_id == assessment.assessor_id:
            raise NotAllowed(_("You made this assessment: somebody else must take the customer's answer."))
        _check_answers(offered, answers)
        for line in offered:
            answer = answers[line.public_id]
            line.state = State.ACCEPTED if answer.verdict == ACCEPTED else State.DISPUTED
            line.reason, line.quote_fen = answer.reason.strip(), answer.quote_fen
        disputed = [line for line in offered if line.state == State.DISPUTED]
        accepted = [line for line in offered if line.state == State.ACCEPTED]
        if disputed:
            _choose_reviewer(work, row, [*standing, *replaced], disputed)
        _save_answers(accepted, disputed)
        assessment.state, assessment.answered_at = Assessment.State.ANSWERED, now
        save_all([assessment], ["state", "answered_at"])
        work.record(
            activities.ASSESSMENT_ANSWERED,
            {
                "assessment": assessment.public_id, "accepted": len(accepted), "disputed": len(disputed),
                "accepted_fen": sum(line.amount_fen for line in accepted),
                "disputed_fen": sum(line.amount_fen for line in disputed),
            },
        )  # fmt: skip
        if disputed:
            advance(work, "dispute")
            _record_disputes(work, row, disputed)
            _fix_undisputed(work, row, assessment)
        else:
            advance(work, "accept")
        _to_adjudication(work, row)
        return assessment


# -- the parts of it ------------------------------------------------------------------------------------------------


def _may_assess(claim: Claim, actor: Actor) -> None:
    if actor.user_id in (claim.reviewer_id, claim.adjudicator_id):
        raise NotAllowed(_("You review or decide this claim: somebody else must assess it."))


_parties_of = Prepared(lambda claim: Party.objects.filter(claim_id=claim), claim=int)
_offers = Prepared(
    lambda claim: Assessment.objects.filter(claim_id=claim, is_offer=True).exclude(state=Assessment.State.REPLACED),
    claim=int,
)


def _parties(claim: Claim) -> dict[str, Party]:
    return {party.code: party for party in _parties_of.all(claim=claim.pk)}


def _prepare(inputs: Sequence[LineInput], parties: Mapping[str, Party], on: date) -> list[AssessmentLine]:
    """Unsaved lines with prices filled in. Raises `Invalid` naming every line that is wrong (`lines.3.amount_fen`)."""
    wrong: dict[str, str] = {}
    if not inputs:
        wrong["lines"] = _("An assessment needs at least one line.")
    elif len(inputs) > MAX_LINES:
        wrong["lines"] = _("At most %(many)d lines.") % {"many": MAX_LINES}
    prepared = [_line(index, given, parties, on, wrong) for index, given in enumerate(inputs)]
    if wrong:
        raise Invalid(_("Some lines of the assessment cannot be used."), fields=wrong)
    return [line for line in prepared if line is not None]


def _line(
    index: int, given: LineInput, parties: Mapping[str, Party], on: date, wrong: dict[str, str]
) -> AssessmentLine | None:
    def refuse(field: str, why: str) -> None:
        wrong[f"lines.{index}.{field}"] = why

    party = parties.get(given.party)
    if party is None and given.party != OWN:
        refuse("party", _("There is no such party in this claim."))
    if given.loss_kind not in LOSS_KINDS:
        refuse("loss_kind", _("Choose what kind of loss this is."))
    if not 1 <= given.quantity_hundredths <= 10_000_000:
        refuse("quantity_hundredths", _("Enter a quantity above zero."))
    if given.amount_fen is not None and not 0 <= given.amount_fen <= MAX_FEN:
        refuse("amount_fen", _("Enter an amount that is not negative."))
    price = rulebook.price(given.item, given.method, on) if given.item else None
    line = AssessmentLine(
        position=index, party=party, loss_kind=given.loss_kind, item=given.item, method=given.method,
        quantity_hundredths=given.quantity_hundredths, name_zh=given.name_zh.strip(), name_en=given.name_en.strip(),
        deviation=given.deviation.strip(), state=State.FIXED if party and party.kind in THIRD else State.OFFERED,
    )  # fmt: skip
    if given.item:
        if price is None:
            refuse("item", _("The price standard has no such item by this method. Enter it as a free item."))
            return None
        line.parts_fen = half_up(price.parts_fen * given.quantity_hundredths, 100)
        line.labour_fen = half_up(price.labour_fen * given.quantity_hundredths, 100)
        line.standard_fen = line.parts_fen + line.labour_fen
        line.name_zh, line.name_en = line.name_zh or price.name_zh, line.name_en or price.name_en
        amount = line.standard_fen if given.amount_fen is None else given.amount_fen
        room = half_up(line.standard_fen * rulebook.threshold("price_deviation_permille"), 1000)
        if abs(amount - line.standard_fen) > room and not line.deviation:
            refuse("deviation", _("This differs from the price standard: say why."))
    else:
        if not line.name_zh:
            refuse("name_zh", _("Say what this item is."))
        if given.amount_fen is None:
            refuse("amount_fen", _("Enter an amount."))
        amount = given.amount_fen or 0
        line.parts_fen = amount
    if len(line.name_zh) > 80 or len(line.name_en) > 100:
        refuse("name_zh", _("The name of an item has at most 80 characters."))
    if len(line.deviation) > 200:
        refuse("deviation", _("A reason has at most 200 characters."))
    line.amount_fen = line.first_amount_fen = amount
    return line


def _keep(made: Assessment, prepared: list[AssessmentLine]) -> int:
    insert_all([made])
    for line in prepared:
        line.assessment = made
    insert_all(prepared)
    return sum(line.amount_fen for line in prepared)


def _follow_reserve(work: CaseWork, claim: Claim, total: int, wanted: int | None) -> None:
    if wanted is not None and not 0 <= wanted <= MAX_FEN:
        raise Invalid(
            _("A reserve is not negative."), fields={"reserve_fen": _("Enter an amount that is not negative.")}
        )
    reserve = max(claim.reserve_fen, total) if wanted is None else wanted
    if reserve != claim.reserve_fen:
        work.record(activities.RESERVE_SET, {"reserve": reserve, "before": claim.reserve_fen, "reason": "assessment"})
        claim.reserve_fen = reserve


def _check_answers(offered: Sequence[AssessmentLine], answers: Mapping[str, Answer]) -> None:
    known = {line.public_id for line in offered}
    if answers.keys() - known:
        raise Missing(_("There is no such line in this assessment."))
    wrong = {f"answers.{line}": _("Accept this item or dispute it.") for line in known - answers.keys()}
    for line, answer in answers.items():
        if answer.verdict not in (ACCEPTED, DISPUTED):
            wrong[f"answers.{line}"] = _("Accept this item or dispute it.")
        elif answer.verdict == DISPUTED and not answer.reason.strip():
            wrong[f"answers.{line}.reason"] = _("Say in a few words what is wrong with it.")
        elif answer.quote_fen is not None and not 0 <= answer.quote_fen <= MAX_FEN:
            wrong[f"answers.{line}.quote_fen"] = _("Enter an amount that is not negative.")
    if wrong:
        raise Invalid(_("Please answer every item."), fields=wrong)


def _choose_reviewer(
    work: CaseWork, claim: Claim, lines: Sequence[AssessmentLine], disputed: Sequence[AssessmentLine]
) -> None:
    """Someone who assessed no line of this claim; nobody if the branch has nobody: a dispute is never turned away."""
    taken = {line.assessment.assessor_id for line in lines} | {
        claim.assessor_id,
        claim.surveyor_id,
        claim.adjudicator_id,
    }
    claim.reviewer_id = next_person(work.case.branch_id, ASSESSMENT, without=taken)
    for line in disputed:
        line.reviewer_id = claim.reviewer_id


def _save_answers(accepted: Sequence[AssessmentLine], disputed: Sequence[AssessmentLine]) -> None:
    save_all(accepted, ["state"])
    save_all(disputed, ["state", "reason", "quote_fen", "reviewer"])


def _record_disputes(work: CaseWork, claim: Claim, disputed: Sequence[AssessmentLine]) -> None:
    for line in disputed:
        facts = {
            "line": line.public_id, "amount": line.amount_fen, "quote": line.quote_fen or 0,
            "reviewer": claim.reviewer_id or 0,
        }  # fmt: skip
        work.record(activities.LINE_DISPUTED, {**facts, **work.text(line.reason)})


def _fix_undisputed(work: CaseWork, claim: Claim, assessment: Assessment) -> None:
    """What will be paid whatever becomes of the dispute: after share, deductible and limit, less what was paid."""
    amount = statement(claim).calculate(settled_only=True).to_pay.get(OWN, 0)
    if amount:
        work.record(activities.UNDISPUTED, {"amount": amount, "assessment": assessment.public_id})


def _to_adjudication(work: CaseWork, claim: Claim) -> None:
    if claim.adjudicator_id is None:
        taken = {claim.assessor_id, claim.reviewer_id, claim.surveyor_id}
        claim.adjudicator_id = next_person(work.case.branch_id, ADJUDICATION, without=taken)
    save_all([claim], ["adjudicator", "reviewer"])
    work.hand_to(ADJUDICATION, claim.adjudicator_id, reason="assessed")
