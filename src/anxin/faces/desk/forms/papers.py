"""Acts on papers: receive, check, send back, do without, ask for what is missing; photographs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.faces.desk.forms.base import Act, act
from anxin.faces.desk.forms.fields import Files, text
from anxin.faces.desk.wording import paper_title, party_label
from anxin.journeys.claims import permissions
from anxin.journeys.claims.actions import papers
from anxin.journeys.claims.models import RequiredPaper
from anxin.rulebook import queries as rulebook

State = RequiredPaper.State
RETURN_REASONS = {
    "unreadable": gettext_lazy("Cannot be read"),
    "incomplete": gettext_lazy("Not complete"),
    "wrong": gettext_lazy("A different paper"),
    "expired": gettext_lazy("No longer valid"),
}


def _split(key: str) -> tuple[str, str]:
    """A paper's key back into code and party."""
    code, _colon, party = key.partition(":")
    return code, party


@act("receive_papers")
class ReceivePapers(Act):
    title = gettext_lazy("Add papers")
    done = gettext_lazy("The papers are in the file.")
    explain = gettext_lazy("Pictures or PDF. A paper that lies here but is not scanned: tick it.")
    permission = permissions.GIVE_PAPERS
    template = "desk/act/papers.html"
    aliases = {"papers": "nothing", "files": "nothing"}

    def prepare(self) -> None:
        self.rows = []
        wanted = self.context.asked.get("paper", "")
        for view in self.context.page.papers:
            paper = view.paper
            if paper.given_with == "payee" or (wanted and paper.key != wanted):
                continue
            self.fields[f"files-{paper.key}"] = Files(label=paper_title(paper), required=False)
            self.fields[f"here-{paper.key}"] = forms.BooleanField(label=_("here, not scanned"), required=False)
            self.rows.append(paper)

    def extra(self) -> dict[str, Any]:
        return {
            "rows": [
                {
                    "paper": paper,
                    "title": paper_title(paper),
                    "files": self[f"files-{paper.key}"],
                    "here": self[f"here-{paper.key}"],
                }
                for paper in self.rows
            ]
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not any(value for name, value in data.items() if name.startswith(("files-", "here-"))):
            self.add_error(None, _("Choose a file, or tick a paper."))
        return data

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        given = [
            papers.PaperInput(*_split(paper.key), data[f"files-{paper.key}"])
            for paper in self.rows
            if data[f"files-{paper.key}"] or data[f"here-{paper.key}"]
        ]
        return papers.receive_papers(papers=given, **who)


@act("accept_papers")
class AcceptPapers(Act):
    title = gettext_lazy("Check the papers")
    button = gettext_lazy("The ticked papers are in order")
    done = gettext_lazy("The papers are accepted.")
    permission = permissions.CHECK_PAPERS
    template = "desk/act/check.html"

    papers = forms.MultipleChoiceField(
        label=gettext_lazy("In order"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick the papers that are in order.")},
    )  # fmt: skip

    def prepare(self) -> None:
        self.waiting = [view for view in self.context.page.papers if view.paper.state == State.RECEIVED]
        self.fields["papers"].choices = [(view.paper.key, paper_title(view.paper)) for view in self.waiting]  # type: ignore[attr-defined]

    def extra(self) -> dict[str, Any]:
        ticked = set(self["papers"].value() or ())
        rows = [
            {"view": view, "title": paper_title(view.paper), "ticked": view.paper.key in ticked}
            for view in self.waiting
        ]
        return {"rows": rows}

    def run(self, **who: Any) -> Any:
        return papers.accept_papers(papers=[_split(key) for key in self.cleaned_data["papers"]], **who)


class _OnePaper(Act):
    permission = permissions.CHECK_PAPERS
    states: tuple[str, ...] = ()
    whole = frozenset({"paper"})

    paper = forms.ChoiceField(label=gettext_lazy("Paper"))

    def prepare(self) -> None:
        rows = [view.paper for view in self.context.page.papers if view.paper.state in self.states]
        self.fields["paper"].choices = [(row.key, paper_title(row)) for row in rows]  # type: ignore[attr-defined]
        self.fields["paper"].initial = self.context.asked.get("paper", "")

    def which(self) -> dict[str, Any]:
        code, party = _split(self.cleaned_data["paper"])
        return {"paper_code": code, "party": party}


@act("return_paper")
class ReturnPaper(_OnePaper):
    title = gettext_lazy("Send a paper back")
    button = gettext_lazy("It cannot be used")
    done = gettext_lazy("The customer is told what is wrong with the paper.")
    states = (State.RECEIVED, State.ACCEPTED)
    aliases = {"papers": "paper"}

    reason = forms.ChoiceField(label=gettext_lazy("What is wrong"), choices=list(RETURN_REASONS.items()))
    text = text(gettext_lazy("In words the customer understands, and what would be right"), required=True, most=200)

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        return papers.return_paper(reason=data["reason"], text=data["text"], **self.which(), **who)


@act("waive_paper")
class WaivePaper(_OnePaper):
    title = gettext_lazy("Do without a paper")
    done = gettext_lazy("The customer need not bring the paper.")
    states = (State.WAITING, State.RETURNED)

    text = text(gettext_lazy("Why it is not needed"), required=True, most=200)

    def run(self, **who: Any) -> Any:
        return papers.waive_paper(text=self.cleaned_data["text"], **self.which(), **who)


@act("add_photos")
class AddPhotos(Act):
    title = gettext_lazy("Add photographs of the loss")
    done = gettext_lazy("The photographs are in the file.")
    permission = permissions.GIVE_PAPERS

    aliases = {"files": "photos"}

    photos = Files(label=gettext_lazy("Photographs"))

    def run(self, **who: Any) -> Any:
        return papers.add_photos(files=self.cleaned_data["photos"], **who)


@act("send_supplement_notice")
class SendSupplementNotice(Act):
    title = gettext_lazy("Send a supplement notice")
    button = gettext_lazy("Send the notice")
    done = gettext_lazy("The notice is on its way. The clock stands still from its arrival until the papers are in.")
    explain = gettext_lazy("Insurance Law article 22: once, and complete. Tick everything that is missing.")
    permission = permissions.SUPPLEMENT
    template = "desk/act/supplement.html"

    def prepare(self) -> None:
        page = self.context.page
        self.rows: list[tuple[str, str, bool]] = []
        listed = {view.paper.code for view in page.papers}
        for view in page.papers:
            if not view.paper.is_there and view.paper.given_with != "payee":
                self._row(view.paper.key, paper_title(view.paper), whose=False)
        for item in rulebook.supplement_catalogue():
            if item.code not in listed:
                self._row(item.code, item.title, whose=True)
        if page.claim.supplement_count:
            self.fields["reason"] = text(_("Why a second notice is needed; it is recorded as a breach"), required=True)

    def _row(self, key: str, title: str, *, whose: bool) -> None:
        self.rows.append((key, title, whose))
        self.fields[f"ask-{key}"] = forms.BooleanField(label=title, required=False)
        self.fields[f"note-{key}"] = forms.CharField(label=_("What exactly"), max_length=200, required=False)
        if whose:
            people = [("", _("the whole claim")), *((row.code, party_label(row)) for row in self.context.page.parties)]
            self.fields[f"whose-{key}"] = forms.ChoiceField(label=_("Of whom"), choices=people, required=False)

    def extra(self) -> dict[str, Any]:
        return {
            "rows": [
                {
                    "title": title, "ask": self[f"ask-{key}"], "note": self[f"note-{key}"],
                    "whose": self[f"whose-{key}"] if whose else None,
                }
                for key, title, whose in self.rows
            ],
            "reason": self["reason"] if "reason" in self.fields else None,
        }  # fmt: skip

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        asked = []
        for key, _title, whose in self.rows:
            if data[f"ask-{key}"]:
                code, party = (key, data[f"whose-{key}"]) if whose else _split(key)
                asked.append(papers.SupplementInput(code, party, data[f"note-{key}"]))
        return papers.send_supplement_notice(papers=asked, reason=data.get("reason", ""), **who)


@act("mark_notice_arrived")
class MarkNoticeArrived(Act):
    title = gettext_lazy("The supplement notice reached the customer")
    done = gettext_lazy("The arrival is kept.")
    explain = gettext_lazy("From its arrival until the papers are in, the clock of the decision stands still.")
    permission = permissions.SUPPLEMENT

    def run(self, **who: Any) -> Any:
        return papers.mark_notice_arrived(**who)
