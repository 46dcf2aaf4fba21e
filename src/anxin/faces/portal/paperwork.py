"""The list of papers as the customer reads it: what is there, what they are to send, what others bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from anxin.journeys.claims.models import Party, RequiredPaper
from anxin.journeys.claims.queries import ClaimPage
from anxin.papers.models import StoredFile
from anxin.registers.customers.masking import mask_name

State = RequiredPaper.State
IN, WAIT, MISSING, BAD = "in", "wait", "missing", "bad"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """`state` as the papers component draws it: in, wait (someone else brings it), missing, bad (send it again)."""

    key: str
    code: str
    party: str
    state: str
    name: str
    hint: str
    note: str
    on: datetime | None
    files: tuple[StoredFile, ...]
    is_request: bool
    is_payee: bool
    is_supplement: bool

    @property
    def href(self) -> str:
        return ""

    @property
    def to_send(self) -> bool:
        """Whether a picture of it is to come from the customer."""
        return self.state in (MISSING, BAD) and not self.is_payee and not self.is_request


@dataclass(frozen=True, slots=True)
class Told:
    """When the list was given, and how much of it is there."""

    at: datetime | None
    again_at: datetime | None
    """When something was added to it; None: nothing was."""
    all: int
    there: int
    mine: int


def papers_of(page: ClaimPage) -> list[PaperRow]:
    return [_row(view.paper, view.files) for view in page.papers]


def told_of(page: ClaimPage) -> Told:
    first = min((view.paper.told_at for view in page.papers), default=None)
    later = [view.paper.told_at for view in page.papers if first and view.paper.told_at > first]
    rows = papers_of(page)
    return Told(
        first, min(later, default=None), len(rows), sum(row.state == IN for row in rows),
        sum(row.state in (MISSING, BAD) for row in rows),
    )  # fmt: skip


def supplement_of(page: ClaimPage) -> list[PaperRow]:
    """What the notice asked for and is not there yet."""
    return [row for row in papers_of(page) if row.is_supplement and row.state != IN]


def _row(paper: RequiredPaper, files: tuple[StoredFile, ...]) -> PaperRow:
    whose = party_words(paper.party) if paper.party is not None and paper.party.kind != Party.Kind.OWN else ""
    name = _("%(paper)s (%(whose)s)") % {"paper": paper.title, "whose": whose} if whose else paper.title
    if paper.is_there:
        state, note, on = IN, "", paper.received_at
        if paper.state == State.WAIVED:
            known = paper.given_with == "payee"
            note, on = (_("We know your account already") if known else _("Not needed after all")), paper.checked_at
    elif paper.state == State.RETURNED:
        state, on = BAD, None
        note = (
            _("Cannot be used: %(why)s") % {"why": paper.reason}
            if paper.reason
            else _("Cannot be used. Please send it again.")
        )
    elif paper.provider == "customer":
        state, note, on = MISSING, paper.reason or paper.hint, None
    else:
        state, note, on = WAIT, _provider(paper, whose), None
    return PaperRow(
        key=paper.key, code=paper.code, party=paper.party.code if paper.party else "", state=state, name=name,
        hint=paper.hint, note=note, on=on, files=files, is_request=paper.is_request,
        is_payee=paper.given_with == "payee", is_supplement=bool(paper.notice),
    )  # fmt: skip


def _provider(paper: RequiredPaper, whose: str) -> str:
    if paper.provider == "injured":
        return _("The injured person gives it to us; you need not do anything.")
    if paper.provider == "repairer":
        return _("The repair shop gives it to us; you need not do anything.")
    return _("We get it ourselves; you need not do anything.")


def party_words(party: Party | None) -> str:
    """Who someone else in the claim is, without their whole name: “Injured person 赵*”."""
    if party is None:
        return ""
    name = party.name if party.kind == Party.Kind.HOSPITAL else mask_name(party.name)
    return f"{party.get_kind_display()} {name}".strip()
