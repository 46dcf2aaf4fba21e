"""Papers: files sent in, batches marked received, checked, sent back, asked for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import File, Form, UploadedFile
from pydantic import Field

from anxin.access.prepared import Prepared
from anxin.faces.api.endpoints.claims.room import GUARDED, PaperCodeInPath, case_after, expected, room, written
from anxin.faces.api.requests import ApiRequest
from anxin.faces.api.shapes.base import ClaimId
from anxin.faces.api.shapes.claims import Filed, PaperItem, Received, Written, written_fields
from anxin.faces.api.shapes.claims_given import (
    NoticeArrived,
    PaperReturned,
    PapersAccepted,
    PapersReceived,
    PaperWaived,
    SupplementNotice,
)
from anxin.journeys.claims.actions import papers
from anxin.journeys.claims.models import PaperFile, RequiredPaper
from anxin.journeys.claims.permissions import CHECK_PAPERS, GIVE_PAPERS, SUPPLEMENT

PartyField = Annotated[
    str, Form(max_length=12, pattern=r"^([a-z]+[0-9]*)?$", description="Whose paper it is; empty for the claim's.")
]
Reference = Annotated[
    str, Form(max_length=24, pattern=r"^([0-9a-f]{24})?$", description="The survey or assessment line it belongs to.")
]
Item = Annotated[str, Form(max_length=40, pattern=r"^[A-Za-z0-9_.-]*$", description="The checklist's item it shows.")]
Files = Annotated[
    list[UploadedFile], File(min_length=1, max_length=40, description="JPEG, PNG, WebP or PDF, at most 15 MB each.")
]


_waiting: Prepared[Any] = Prepared(
    lambda case: RequiredPaper.objects.filter(
        claim__case_id=case, provider__in=papers.CUSTOMER_SIDE, state__in=["waiting", "returned"]
    ).values_list("code", "party__code"),
    case=int,
)


@room.write("/claims/{claim}/papers/received", Received, GIVE_PAPERS, summary="Mark papers received", extra=GUARDED)
def receive_papers(request: ApiRequest, claim: ClaimId, given: PapersReceived) -> Received:
    """All or none. For papers that were seen on paper, or whose files another system keeps.

    The time for the decision begins when the claim request and at least one other paper are there.
    """
    rows = papers.receive_papers(
        claim=claim, papers=[papers.PaperInput(item.code, item.party) for item in given.papers],
        expected=expected(request, given), actor=request.actor, now=request.now,
    )  # fmt: skip
    case = case_after(request, claim, rows[0])
    missing = [f"{code}:{party}" if party else code for code, party in _waiting.all(case=case.pk)]
    return Received(**written_fields(case), missing=missing)


@room.write(
    "/claims/{claim}/papers/{code}/files",
    Filed,
    GIVE_PAPERS,
    summary="Send files of a paper",
    status=201,
    extra=GUARDED,
)
def upload_paper(
    request: ApiRequest, claim: ClaimId, code: PaperCodeInPath, files: Files, party: PartyField = ""
) -> Filed:
    """Several pages for one paper, all or none. What a file is, is found in its bytes; its name is not believed."""
    row = papers.receive_paper(
        claim=claim, paper_code=code, party=party, files=files, expected=expected(request), actor=request.actor,
        now=request.now,
    )  # fmt: skip
    added = PaperFile.objects.filter(paper=row).order_by("-pk").values_list("file__public_id", flat=True)[: len(files)]
    return Filed(**written_fields(case_after(request, claim)), files=list(reversed(added)))


@room.write("/claims/{claim}/photos", Filed, GIVE_PAPERS, summary="Send pictures", status=201, extra=GUARDED)
def upload_photos(
    request: ApiRequest, claim: ClaimId, files: Files,
    purpose: Annotated[Literal["loss_photo", "survey_photo", "dispute"], Form()] = "loss_photo",
    reference: Reference = "", item: Item = "",
) -> Filed:  # fmt: skip
    """Of the loss, of an item of a survey's checklist, or to a disputed line."""
    rows = papers.add_photos(
        claim=claim, files=files, purpose=purpose, reference=reference, item=item, expected=expected(request),
        actor=request.actor, now=request.now,
    )  # fmt: skip
    return Filed(**written_fields(case_after(request, claim)), files=[row.file.public_id for row in rows])


@room.write("/claims/{claim}/papers/accepted", Written, CHECK_PAPERS, summary="Accept papers", extra=GUARDED)
def accept_papers(request: ApiRequest, claim: ClaimId, given: PapersAccepted) -> Written:
    """They were checked and are in order."""
    named = None if given.papers is None else [(item.code, item.party) for item in given.papers]
    papers.accept_papers(
        claim=claim, papers=named, expected=expected(request, given), actor=request.actor, now=request.now
    )
    return written(request, claim)


@room.write("/claims/{claim}/papers/{code}/return", Written, CHECK_PAPERS, summary="Send a paper back", extra=GUARDED)
def return_paper(request: ApiRequest, claim: ClaimId, code: PaperCodeInPath, given: PaperReturned) -> Written:
    papers.return_paper(
        claim=claim, paper_code=code, party=given.party, reason=given.reason, text=given.text,
        expected=expected(request, given), actor=request.actor, now=request.now,
    )  # fmt: skip
    return written(request, claim)


@room.write("/claims/{claim}/papers/{code}/waive", Written, CHECK_PAPERS, summary="Do without a paper", extra=GUARDED)
def waive_paper(request: ApiRequest, claim: ClaimId, code: PaperCodeInPath, given: PaperWaived) -> Written:
    papers.waive_paper(
        claim=claim, paper_code=code, party=given.party, text=given.text, expected=expected(request, given),
        actor=request.actor, now=request.now,
    )  # fmt: skip
    return written(request, claim)


class Asked(Written):
    papers: list[PaperItem] = Field(description="What the notice asks for.")


@room.write(
    "/claims/{claim}/supplement-notices",
    Asked,
    SUPPLEMENT,
    summary="Ask for what is missing",
    status=201,
    extra=GUARDED,
)
def send_supplement_notice(request: ApiRequest, claim: ClaimId, given: SupplementNotice) -> Asked:
    """All that is missing in one notice (Insurance Law art. 22). A second one is a breach that is put on record."""
    rows = papers.send_supplement_notice(
        claim=claim, papers=[papers.SupplementInput(item.code, item.party, item.note) for item in given.papers],
        reason=given.reason, expected=expected(request, given), actor=request.actor, now=request.now,
    )  # fmt: skip
    return Asked(**written_fields(case_after(request, claim)), papers=[PaperItem.of(row) for row in rows])


@room.write(
    "/claims/{claim}/supplement-notices/arrived", Written, SUPPLEMENT, summary="A notice reached the customer",
    extra=GUARDED,
)  # fmt: skip
def mark_notice_arrived(request: ApiRequest, claim: ClaimId, given: NoticeArrived) -> Written:
    """From then on the time for the decision stands still until the papers are there."""
    papers.mark_notice_arrived(
        claim=claim, notice=given.notice, expected=expected(request, given), actor=request.actor, now=request.now
    )
    return written(request, claim)
