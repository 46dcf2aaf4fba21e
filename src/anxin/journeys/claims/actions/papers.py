"""Papers: given, checked, sent back, asked for once more (补充材料通知, which the law allows one time)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid
from anxin.access.prepared import Prepared, save_all
from anxin.journal.writing import CaseWork
from anxin.journeys.claims import activities
from anxin.journeys.claims.actions.notification import CUSTOMER_SIDE
from anxin.journeys.claims.models import Claim, PaperFile, Party, RequiredPaper
from anxin.journeys.claims.permissions import CHECK_PAPERS, GIVE_PAPERS, SUPPLEMENT
from anxin.journeys.claims.working import on_claim
from anxin.papers.actions import Upload, store_uploads
from anxin.papers.models import StoredFile
from anxin.rulebook import queries as rulebook

State = RequiredPaper.State
PURPOSES = frozenset({"loss_photo", "survey_photo", "dispute"})

File = StoredFile | Upload | bytes | tuple[bytes, str]


@dataclass(frozen=True, slots=True)
class PaperInput:
    """Files for one listed paper: uploads, (content, name) pairs, or files stored already."""

    code: str
    party: str = ""
    files: Sequence[File] = field(default=())


@dataclass(frozen=True, slots=True)
class SupplementInput:
    """A paper a supplement notice asks for, and what is wrong or missing about it in words the customer understands."""

    code: str
    party: str = ""
    note: str = ""


def receive_paper(
    *, claim: str, paper_code: str, party: str = "", files: Sequence[File] = (), expected: int | None = None, actor: Actor,
    now: datetime,
) -> RequiredPaper:  # fmt: skip
    """Receive one listed paper; see `receive_papers`."""
    paper = PaperInput(paper_code, party, files)
    return receive_papers(claim=claim, papers=[paper], expected=expected, actor=actor, now=now)[0]


def receive_papers(
    *, claim: str, papers: Sequence[PaperInput], expected: int | None = None, actor: Actor, now: datetime
) -> list[RequiredPaper]:
    """Receive listed papers, all or none, with their files. More pages for a paper that is there already are welcome.

    Starts the decision clock when the claim request and at least one other paper are there for the first time (Supreme
    Court interpretation II of the Insurance Law art. 15), and says when the list is complete and supplements are in.
    """
    actor.must(GIVE_PAPERS)
    if not papers:
        raise Invalid(_("Choose a paper."), fields={"papers": _("Choose a paper.")})
    with on_claim(claim, expected=expected, actor=actor, now=now, move="add_paper") as (work, row):
        listed = papers_of(row)
        given = [(_find(listed, item.code, item.party), item.files) for item in papers]
        for paper, files in given:
            if paper.given_with and not files:
                message = _("“%(paper)s” is given as payment details, not as a picture.") % {"paper": paper.title}
                raise Invalid(message, fields={"papers": message})
            if not files and actor.is_customer:
                message = _("Add at least one picture or file for “%(paper)s”.") % {"paper": paper.title}
                raise Invalid(message, fields={"files": message})
        stored = _store(work, [file for _paper, files in given for file in files])
        rest = iter(stored)
        links = []
        arrived = []
        for paper, files in given:
            mine = [next(rest) for _file in files]
            links += [PaperFile(claim=row, paper=paper, file=file, added_at=now) for file in mine]
            if paper.state != State.ACCEPTED:
                arrived.append(paper)
            work.record(activities.PAPER_RECEIVED, _facts(paper, file=[file.public_id for file in mine]))
        if links:
            PaperFile.objects.bulk_create(links)
        _change(arrived, state=State.RECEIVED, received_at=now, reason="")
        note_completeness(work, row, listed, arrived)
        return [paper for paper, _files in given]


def add_photos(
    *, claim: str, files: Sequence[File], purpose: str = "loss_photo", reference: str = "", item: str = "",
    expected: int | None = None, actor: Actor, now: datetime,
) -> list[PaperFile]:  # fmt: skip
    """Add pictures that are not a listed paper: of the loss, of a survey item, to a disputed line (`reference`)."""
    actor.must(GIVE_PAPERS)
    if purpose not in PURPOSES or (actor.is_customer and purpose == "survey_photo"):
        message = _("Choose what the pictures show.")
        raise Invalid(message, fields={"purpose": message})
    if not files:
        message = _("Add at least one picture.")
        raise Invalid(message, fields={"files": message})
    with on_claim(claim, expected=expected, actor=actor, now=now, move="add_paper") as (work, row):
        return attach_photos(work, row, files, purpose=purpose, reference=reference, item=item)


def attach_photos(
    work: CaseWork, claim: Claim, files: Sequence[File], *, purpose: str, reference: str = "", item: str = ""
) -> list[PaperFile]:
    """Inside another use case: store pictures, link and record them."""
    stored = _store(work, files)
    links = PaperFile.objects.bulk_create(
        PaperFile(
            claim=claim, file=file, purpose=purpose, reference=reference, item=item, added_at=work.now
        )
        for file in stored
    )  # fmt: skip
    work.record(
        activities.PHOTOS_ADDED,
        {"purpose": purpose, "reference": reference, "item": item, "files": [file.public_id for file in stored]},
    )
    return links


def accept_paper(
    *, claim: str, paper_code: str, party: str = "", expected: int | None = None, actor: Actor, now: datetime
) -> RequiredPaper:
    """Note that a paper was checked and is in order."""
    return accept_papers(claim=claim, papers=[(paper_code, party)], expected=expected, actor=actor, now=now)[0]


def accept_papers(
    *,
    claim: str,
    papers: Iterable[tuple[str, str]] | None = None,
    expected: int | None = None,
    actor: Actor,
    now: datetime,
) -> list[RequiredPaper]:
    """Accept the named papers (code, party), or all that were received and not yet checked when none are named."""
    actor.must(CHECK_PAPERS)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="add_paper") as (work, row):
        listed = papers_of(row)
        if papers is None:
            chosen = [paper for paper in listed if paper.state == State.RECEIVED]
            if not chosen:
                raise IllegalMove(_("No paper waits to be checked."))
        else:
            chosen = [_find(listed, code, party) for code, party in papers]
        for paper in chosen:
            if paper.state != State.RECEIVED:
                raise IllegalMove(_("“%(paper)s” does not wait to be checked.") % {"paper": paper.title})
            work.record(activities.PAPER_ACCEPTED, _facts(paper))
        _change(chosen, state=State.ACCEPTED, checked_at=now)
        return chosen


def return_paper(
    *, claim: str, paper_code: str, party: str = "", reason: str = "unreadable", text: str, expected: int | None = None,
    actor: Actor, now: datetime,
) -> RequiredPaper:  # fmt: skip
    """Send a paper back that cannot be used, saying why. `reason` is a code, `text` the words the customer reads."""
    actor.must(CHECK_PAPERS)
    if not text.strip():
        message = _("Say what is wrong with the paper and what would be right.")
        raise Invalid(message, fields={"text": message})
    with on_claim(claim, expected=expected, actor=actor, now=now, move="add_paper") as (work, row):
        paper = _find(papers_of(row), paper_code, party)
        if paper.state not in (State.RECEIVED, State.ACCEPTED):
            raise IllegalMove(_("“%(paper)s” is not there yet.") % {"paper": paper.title})
        paper.state, paper.checked_at, paper.reason = State.RETURNED, now, text.strip()[:200]
        paper.save(update_fields=["state", "checked_at", "reason"])
        work.record(activities.PAPER_RETURNED, _facts(paper, reason=reason, **work.text(text.strip())))
        return paper


def waive_paper(
    *, claim: str, paper_code: str, party: str = "", text: str, expected: int | None = None, actor: Actor, now: datetime
) -> RequiredPaper:
    """Do without a listed paper, with a reason: the customer need not bring it any more."""
    actor.must(CHECK_PAPERS)
    if not text.strip():
        message = _("Say why the paper is not needed.")
        raise Invalid(message, fields={"text": message})
    with on_claim(claim, expected=expected, actor=actor, now=now, move="add_paper") as (work, row):
        listed = papers_of(row)
        paper = _find(listed, paper_code, party)
        if paper.is_request:
            raise IllegalMove(_("The claim request itself cannot be done without: the time limits start with it."))
        if paper.is_there:
            raise IllegalMove(_("“%(paper)s” is there already.") % {"paper": paper.title})
        paper.state, paper.checked_at, paper.reason = State.WAIVED, now, text.strip()[:200]
        paper.save(update_fields=["state", "checked_at", "reason"])
        work.record(activities.PAPER_WAIVED, _facts(paper, **work.text(text.strip())))
        note_completeness(work, row, listed, [paper])
        return paper


def send_supplement_notice(
    *, claim: str, papers: Sequence[SupplementInput], reason: str = "", expected: int | None = None, actor: Actor,
    now: datetime,
) -> list[RequiredPaper]:  # fmt: skip
    """Ask for all that is missing in one notice (Insurance Law art. 22): listed papers not there, or catalogue papers.

    A second notice is possible and is a breach that the journal records (CL-01); it therefore needs a `reason`. A
    notice whose papers are all one injured person's names that person, and only then.
    """
    actor.must(SUPPLEMENT)
    if not papers:
        message = _("Choose the papers that are missing: all of them, for there is one notice only.")
        raise Invalid(message, fields={"papers": message})
    with on_claim(claim, expected=expected, actor=actor, now=now, move="supplement") as (work, row):
        if row.supplement_count and not reason.strip():
            message = _(
                "A notice was sent already, and the law allows one. A second is recorded as a breach: give the reason."
            )
            raise Invalid(message, fields={"reason": message})
        listed = papers_of(row)
        parties = {party.code: party for party in Party.objects.filter(claim=row)}
        catalogue = {item.code: item for item in rulebook.supplement_catalogue()}
        number = row.supplement_count + 1
        asked: list[RequiredPaper] = []
        new: list[RequiredPaper] = []
        for item in papers:
            known = next(
                (p for p in listed if (p.code, p.party.code if p.party else "") == (item.code, item.party)), None
            )
            if known is not None:
                if known.is_there:
                    message = _("“%(paper)s” is there: send it back first if it cannot be used.") % {
                        "paper": known.title
                    }
                    raise Invalid(message, fields={"papers": message})
                paper = known
            else:
                found = catalogue.get(item.code)
                if found is None or (item.party and item.party not in parties):
                    message = _("Choose papers from the catalogue.")
                    raise Invalid(message, fields={"papers": message})
                paper = RequiredPaper(
                    claim=row, party=parties.get(item.party), code=found.code, title_zh=found.title_zh,
                    title_en=found.title_en, hint_zh=found.hint_zh, hint_en=found.hint_en, provider=found.provider,
                    told_at=now,
                )  # fmt: skip
                new.append(paper)
            paper.in_supplement, paper.notice, paper.notice_arrived_at = True, number, None
            paper.reason = item.note.strip()[:200]
            asked.append(paper)
        if len({paper.key for paper in asked}) < len(asked):
            message = _("A paper stands in the notice twice.")
            raise Invalid(message, fields={"papers": message})
        RequiredPaper.objects.bulk_create(new)
        RequiredPaper.objects.bulk_update(
            [paper for paper in asked if paper not in new], ["in_supplement", "notice", "notice_arrived_at", "reason"]
        )
        row.supplement_count, row.supplement_open = number, True
        row.save(update_fields=["supplement_count", "supplement_open"])
        words = work.text(reason.strip()) if reason.strip() else {}
        work.record(
            activities.SUPPLEMENT_NOTICED,
            {"papers": [paper.key for paper in asked], "count": number, **_whose(asked), **words},
        )
        return asked


def mark_notice_arrived(
    *, claim: str, notice: int | None = None, expected: int | None = None, actor: Actor, now: datetime
) -> bool:
    """Note that a supplement notice reached the customer: the decision clock stands still from now (Supreme Court
    interpretation II art. 15). `notice` None: the latest. Told twice, recorded once; returns whether it was recorded.

    Nothing is recorded when its papers came before the notice did: there is nothing left to wait for.
    """
    actor.must(SUPPLEMENT)
    with on_claim(claim, expected=expected, actor=actor, now=now) as (work, row):
        papers = [
            paper for paper in papers_of(row) if paper.notice == (notice or row.supplement_count) and paper.notice
        ]
        if not papers:
            raise IllegalMove(_("No supplement notice was sent."))
        if all(paper.is_there for paper in papers) or any(paper.notice_arrived_at for paper in papers):
            return False
        RequiredPaper.objects.filter(pk__in=[paper.pk for paper in papers]).update(notice_arrived_at=now)
        work.record(activities.SUPPLEMENT_ARRIVED, _whose(papers))
        return True


def note_given_with_payee(work: CaseWork, claim: Claim, party: Party) -> None:
    """Payment details were given: the listed paper that stands for them is there, for this party or for the claim."""
    listed = papers_of(claim)
    there = [
        paper
        for paper in listed
        if paper.given_with == "payee"
        and not paper.is_there
        and (paper.party_id == party.pk or (paper.party_id is None and party.kind == Party.Kind.OWN))
    ]
    for paper in there:
        work.record(activities.PAPER_RECEIVED, _facts(paper))
        # Nothing to look at in it: whether the account is right, the bank says.
        work.record(activities.PAPER_ACCEPTED, _facts(paper))
    if there:
        _change(there, state=State.ACCEPTED, received_at=work.now, checked_at=work.now, reason="")
        note_completeness(work, claim, listed, there)


def note_completeness(
    work: CaseWork, claim: Claim, listed: Sequence[RequiredPaper], arrived: Sequence[RequiredPaper]
) -> None:
    """Record what the papers that just arrived complete: the request, the list, a supplement notice."""
    changed: list[str] = []
    there = [paper for paper in listed if paper.state in (State.RECEIVED, State.ACCEPTED)]
    if claim.request_received_at is None and any(p.is_request for p in there) and len(there) > 1:
        claim.request_received_at = work.now
        changed.append("request_received_at")
        work.record(activities.REQUEST_RECEIVED, claim.scope)
    mine = [paper for paper in listed if paper.provider in CUSTOMER_SIDE]
    if claim.proofs_complete_at is None and claim.request_received_at and all(paper.is_there for paper in mine):
        claim.proofs_complete_at = work.now
        changed.append("proofs_complete_at")
        work.record(activities.PROOFS_COMPLETE, claim.scope)
    for number in sorted({paper.notice for paper in arrived if paper.notice}):
        asked = [paper for paper in listed if paper.notice == number]
        if all(paper.is_there for paper in asked):
            work.record(activities.SUPPLEMENT_RECEIVED, _whose(asked))
    still_open = any(paper.notice and not paper.is_there for paper in listed)
    if claim.supplement_open != still_open:
        claim.supplement_open = still_open
        changed.append("supplement_open")
    if changed:
        save_all([claim], changed)


_papers = Prepared(lambda claim: RequiredPaper.objects.filter(claim_id=claim).select_related("party"), claim=int)


def papers_of(claim: Claim) -> list[RequiredPaper]:
    """The papers of a claim, each knowing it and its party."""
    rows = _papers.all(claim=claim.pk)
    for row in rows:
        row.claim = claim
    return rows


def _find(listed: Iterable[RequiredPaper], code: str, party: str) -> RequiredPaper:
    """A listed paper by code and party; the party may be left out where only one is asked for it."""
    same = [paper for paper in listed if paper.code == code]
    exact = [paper for paper in same if (paper.party.code if paper.party else "") == party]
    if len(exact) == 1:
        return exact[0]
    if len(same) == 1 and not party:
        return same[0]
    message = (
        _("Say whose paper it is: several people are asked for it.")
        if same
        else _("This paper is not on the list of this claim.")
    )
    raise Invalid(message, fields={"papers": message})


def _change(papers: Sequence[RequiredPaper], **values: Any) -> None:
    """Give papers the same new values."""
    for paper in papers:
        for name, value in values.items():
            setattr(paper, name, value)
    save_all(papers, list(values))


def _store(work: CaseWork, files: Sequence[File]) -> list[StoredFile]:
    """Store what is not stored yet; files keep their order. Files of another case are refused."""
    fresh: list[tuple[Upload | bytes, str]] = []
    for file in files:
        if isinstance(file, StoredFile):
            if file.case_id != work.case.pk or file.erased_at is not None:
                raise Invalid(
                    _("This file does not belong to this claim."), fields={"files": _("Choose another file.")}
                )
        elif isinstance(file, tuple):
            fresh.append(file)
        else:
            fresh.append((file, ""))
    stored = iter(store_uploads(case=work.case, uploads=fresh, actor=work.actor, now=work.now) if fresh else ())
    return [file if isinstance(file, StoredFile) else next(stored) for file in files]


def _facts(paper: RequiredPaper, **more: Any) -> dict[str, Any]:
    """How an event speaks of a paper."""
    return {"paper": paper.key, "party": paper.party.code if paper.party else "", **more}


def _whose(papers: Sequence[RequiredPaper]) -> dict[str, str]:
    """The party a notice is about, when all its papers are that one's; nothing when it is about the whole claim."""
    codes = {paper.party.code if paper.party else "" for paper in papers}
    only = codes.pop() if len(codes) == 1 else ""
    return {"party": only} if only else {}
