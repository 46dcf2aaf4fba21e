"""What writes on a claim say. Every one may carry `expected`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from anxin.faces.api.shapes.base import (
    Fen,
    Given,
    LineText,
    LongText,
    Moment,
    PublicId,
    Sequence,
    ShortText,
    Some60,
    Some200,
    Some2000,
    Some4000,
    Text12,
    Text16,
    Text30,
    Text80,
    Text100,
    Text160,
    Text500,
    Text2000,
)

# The same words as the models' choices; a test holds them against each other.
ClaimType = Literal["motor", "home", "other"]
Cause = Literal["collision", "fire", "water", "storm", "theft", "glass", "injury", "illness", "death", "other"]
PartyKind = Literal["third_vehicle", "third_property", "injured", "hospital"]
State = Literal[
    "notified", "opened", "offered", "reviewing", "adjudicating", "approving", "decided", "paying", "paid", "refused",
    "closed", "withdrawn",
]  # fmt: skip
LossKind = Literal[
    "vehicle", "property", "medical", "disability", "death", "building", "fittings", "contents", "illness", "allowance",
    "other",
]  # fmt: skip
ContactOutcome = Literal["reached", "no_answer", "wrong_number", "call_later"]
LiabilityBasis = Literal["police_report", "agreement", "survey", "none"]
ReserveReason = Literal["survey", "assessment", "papers", "payment", "review"]
ComplexReason = Literal["injury", "liability", "amount", "investigation", "other"]
WithdrawalReason = Literal["repaired", "third_party", "small", "mistake", "other"]
ReopeningReason = Literal["new_papers", "objection", "further_loss", "correction", "withdrawn_in_error"]
Outcome = Literal["pay", "partial", "refuse"]

PartyCode = Annotated[
    str,
    Field(max_length=12, pattern=r"^[a-z]+[0-9]*$", description="As in `parties`: own, tp1, inj1, …", examples=["own"]),
]
PaperCode = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_.-]+$", examples=["claim_form"])]
Account = Annotated[str, Field(min_length=8, max_length=40, pattern=r"^[0-9 -]+$", examples=["6222 0000 0000 1234"])]
ClauseKey = Annotated[str, Field(max_length=80, pattern=r"^[^\x00]+$", examples=["MCOA.drunk_driving"])]
CodeKey = Annotated[str, Field(max_length=80, pattern=r"^[^\x00]+$")]


class Write(Given):
    """A write on a claim; `expected` says on which state of it this was decided."""

    expected: Sequence | None = None


def _example(**fields: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [fields]})


class PartyGiven(Given):
    kind: PartyKind
    name: ShortText = ""
    phone: Text30 = ""
    plate: Text12 = ""
    note: LineText = ""
    in_hospital: bool = False


class Notification(Given):
    model_config = _example(
        customer="5f2b9c0a1d3e4f5061728394", type="motor", cause="collision", loss_at="2025-03-14T08:10:00+08:00",
        loss_place="苏州市吴中区东吴北路", account="倒车时碰到石墩，后保险杠受损。", claimed_fen=180000,
        external_id="APP-2025-000181",
    )  # fmt: skip

    customer: PublicId = Field(description="Who claims: the customer's `id`.")
    policies: Annotated[list[PublicId], Field(min_length=1, max_length=10)] | None = Field(
        default=None,
        description="Under which policies; left out: the customer's own for that kind of loss (a car's compulsory and commercial one).",
    )
    type: ClaimType
    cause: Cause
    loss_at: Moment = Field(description="When it happened; not in the future.")
    loss_place: Text160 = ""
    account: LongText = Field(default="", description="What happened, in the reporter's words.")
    has_injury: bool = False
    has_third_party: bool = False
    claimed_fen: Fen | None = Field(default=None, description="What the customer thinks it costs, in fen.")
    parties: Annotated[list[PartyGiven], Field(max_length=30)] = []
    reporter_name: ShortText = ""
    reporter_phone: Text30 = ""
    plate: Text16 = Field(default="", description="Which car, where the customer has several.")
    external_id: ShortText = Field(
        default="", description="The reporting system's own number: the same sent twice gives the first claim back."
    )


class Opening(Write):
    reserve_fen: Fen | None = Field(default=None, description="What it will probably cost; left out: the first figure.")
    needs_survey: bool | None = Field(default=None, description="Left out: by the published threshold.")


class Contact(Write):
    model_config = _example(outcome="reached", text="客户在家，约定明日上午查勘。")

    outcome: ContactOutcome
    text: LongText = ""


class PartyAdded(Write):
    party: PartyGiven


class PartyChange(Write):
    """What is left out stays as it is."""

    name: ShortText | None = None
    phone: Text30 | None = None
    plate: Text12 | None = None
    note: LineText | None = None
    in_hospital: bool | None = None


class PayeeGiven(Write):
    model_config = _example(party="own", name="李明", bank="中国工商银行", account_number="6222 0000 0000 1234")

    party: PartyCode = "own"
    name: Some60
    bank: Some60
    account_number: Account
    beside: bool = Field(default=False, description="Keep the accounts given before in use: the money is split.")


class Liability(Write):
    model_config = _example(permille=700, basis="police_report")

    permille: Annotated[int, Field(strict=True, ge=0, le=1000)] = Field(
        description="The insured's share of fault in thousandths."
    )
    basis: LiabilityBasis
    text: LongText = ""


class Reserve(Write):
    reserve_fen: Fen
    reason: ReserveReason
    by_party: Annotated[dict[PartyCode, Fen], Field(max_length=30)] | None = Field(
        default=None, description="The parts, by party; they must add up."
    )


class Complexity(Write):
    reason: ComplexReason
    text: LongText = ""


class PaperNamed(Given):
    code: PaperCode
    party: Annotated[str, Field(max_length=12, pattern=r"^([a-z]+[0-9]*)?$")] = ""


class PapersReceived(Write):
    model_config = _example(papers=[{"code": "claim_form"}, {"code": "id_card", "party": "inj1"}])

    papers: Annotated[list[PaperNamed], Field(min_length=1, max_length=100)]


class PapersAccepted(Write):
    papers: Annotated[list[PaperNamed], Field(min_length=1, max_length=100)] | None = Field(
        default=None, description="Left out: all that were received and wait to be checked."
    )


class PaperReturned(Write):
    party: Annotated[str, Field(max_length=12, pattern=r"^([a-z]+[0-9]*)?$")] = ""
    reason: Annotated[str, Field(max_length=40, pattern=r"^[a-z_]+$")] = "unreadable"
    text: Some200 = Field(description="What is wrong with it and what would be right; the customer reads it.")


class PaperWaived(Write):
    party: Annotated[str, Field(max_length=12, pattern=r"^([a-z]+[0-9]*)?$")] = ""
    text: Some200


class SupplementPaper(PaperNamed):
    note: LineText = ""


class SupplementNotice(Write):
    papers: Annotated[list[SupplementPaper], Field(min_length=1, max_length=100)]
    reason: LongText = Field(default="", description="Needed for a second notice, which is a recorded breach.")


class NoticeArrived(Write):
    notice: Annotated[int, Field(strict=True, ge=1, le=100)] | None = Field(
        default=None, description="Left out: the latest."
    )


class SurveyAppointment(Write):
    model_config = _example(at="2030-03-15T09:00:00+08:00", place="苏州市吴中区东吴北路")

    at: Moment
    place: Text160 = ""


class Words(Write):
    """A reason in words."""

    text: Some2000


class CheckGiven(Given):
    done: bool = True
    note: Text500 = ""


class SurveyCompletion(Write):
    answers: Annotated[dict[CodeKey, CheckGiven], Field(max_length=100)] = Field(
        description="By the checklist's codes. Photographs are added before with `photos`."
    )
    findings: LongText = ""


class LossLine(Given):
    loss_kind: LossKind
    party: PartyCode = "own"
    item: Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9_.-]*$")] = Field(
        default="", description="Code in the price standard; empty for a free item."
    )
    method: Annotated[str, Field(max_length=16, pattern=r"^[a-z_]*$")] = ""
    quantity_hundredths: Annotated[int, Field(strict=True, ge=1, le=10_000_000)] = 100
    amount_fen: Fen | None = Field(default=None, description="Left out: the price standard's.")
    name_zh: Text80 = ""
    name_en: Text100 = ""
    deviation: LineText = Field(default="", description="Why the amount differs from the price standard.")


Lines = Annotated[list[LossLine], Field(min_length=1, max_length=200)]


class AssessmentGiven(Write):
    model_config = _example(
        lines=[{"loss_kind": "vehicle", "name_zh": "后保险杠", "name_en": "Rear bumper", "amount_fen": 128000}]
    )

    lines: Lines
    reserve_fen: Fen | None = None


class LossesGiven(Write):
    lines: Lines


class LineAnswer(Given):
    verdict: Literal["accepted", "disputed"]
    reason: LongText = Field(default="", description="What is wrong with it; needed for a disputed line.")
    quote_fen: Fen | None = None


class Answers(Write):
    answers: Annotated[dict[PublicId, LineAnswer], Field(min_length=1, max_length=200)] = Field(
        description="By line `id`: every line that waits for an answer."
    )


class Review(Write):
    amount_fen: Fen
    note: Some2000 = Field(description="In plain words to the customer.")
    method: Annotated[str, Field(max_length=16, pattern=r"^[a-z_]*$")] = ""


class ExclusionAnswer(Given):
    triggered: bool = Field(description="The exclusion applies.")
    basis: LineText = Field(default="", description="On what in the file this rests.")
    basis_en: LineText = ""


ExclusionAnswers = Annotated[dict[ClauseKey, ExclusionAnswer], Field(max_length=200)]


class Draft(Write):
    answers: ExclusionAnswers = {}
    note: LongText | None = None


class DecisionGiven(Write):
    model_config = _example(
        outcome="pay", basis="查勘照片与定损单", answers={"MCOA.drunk_driving": {"triggered": False}}, amount_fen=128000
    )

    outcome: Outcome
    answers: ExclusionAnswers = Field(
        default={}, description="By key: every exclusion of `exclusions`, unless a draft holds it."
    )
    basis: LineText = Field(default="", description="Stands for answers without a basis of their own.")
    reasons: Annotated[list[ClauseKey], Field(max_length=50)] = Field(
        default=[], description="For a refusal: keys of exclusions that apply, or codes of grounds."
    )
    note: LongText = Field(default="", description="In plain words to the customer.")
    amount_fen: Fen | None = Field(
        default=None, description="The amount you saw; refused (422) when it is no longer that."
    )


class Note(Write):
    note: LongText = ""


class NoteNeeded(Write):
    note: Some2000


class Nothing(Write):
    """There is nothing more to say."""


class Advance(Write):
    amounts: Annotated[dict[PartyCode, Fen], Field(max_length=30)] | None = Field(
        default=None, description="By party, at most what is undisputed; left out: all of it."
    )
    note: LongText = ""


class RescueCostGiven(Write):
    party: PartyCode
    amount_fen: Fen
    hospital: Some60
    bank: Some60
    account_number: Account


class PayeePart(Given):
    payee: PublicId
    amount_fen: Fen


class PaymentGiven(Write):
    payees: (
        Annotated[dict[PartyCode, Annotated[list[PayeePart], Field(min_length=1, max_length=20)]], Field(max_length=30)]
        | None
    ) = Field(
        default=None,
        description="Where a party's money goes to several of its accounts; others are paid to their first in use.",
    )


class PaymentConfirmed(Given):
    model_config = _example(bank_reference="ICBC20250314000123")

    bank_reference: Some60


class PaymentFailed(Given):
    code: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_.-]+$", examples=["account_closed"])]


class Withdrawal(Write):
    reason: WithdrawalReason
    text: LongText = ""


class ObjectionGiven(Write):
    model_config = _example(text="认定书写明对方负全责，请重新核定责任比例。")

    text: Annotated[
        str, Field(min_length=1, max_length=5_000, pattern=r"^[^\x00]+$", description="In the customer's words.")
    ]


class ObjectionAnswer(Write):
    outcome: Literal["stands", "reopened"] = Field(
        description="The decision stands, or the claim is opened again and decided anew."
    )
    answer: Annotated[str, Field(min_length=1, max_length=1_000, pattern=r"^[^\x00]+$", description="Sent as it is.")]


class Reopening(Write):
    reason: ReopeningReason
    text: LongText = ""


class RatingGiven(Write):
    score: Annotated[int, Field(strict=True, ge=1, le=5)]
    comment: Text2000 = ""


class HandOver(Write):
    department: Annotated[str, Field(max_length=24, pattern=r"^[a-z_]+$", examples=["assessment"])]
    reason: LineText = ""


class NoteOnCase(Given):
    text: Some4000
