"""Acts of loss assessment: the line editor, the customer's answer by phone, the second assessment."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.access.errors import Refused
from anxin.access.formats import fen_plain
from anxin.faces.desk.forms.base import Act, act
from anxin.faces.desk.forms.fields import Money, text
from anxin.faces.desk.people import person_choices
from anxin.faces.desk.wording import party_label
from anxin.journeys.claims import permissions
from anxin.journeys.claims.actions import assessment as actions
from anxin.journeys.claims.actions import dispute
from anxin.journeys.claims.models import AssessmentLine
from anxin.rulebook import queries as rulebook
from anxin.rulebook.families.prices import METHODS

LOSS_KINDS = {
    "vehicle": gettext_lazy("Vehicle damage"),
    "property": gettext_lazy("Property damage"),
    "medical": gettext_lazy("Medical expenses"),
    "disability": gettext_lazy("Disability"),
    "death": gettext_lazy("Death"),
    "building": gettext_lazy("Building"),
    "fittings": gettext_lazy("Fittings"),
    "contents": gettext_lazy("Contents"),
    "illness": gettext_lazy("Illness"),
    "allowance": gettext_lazy("Daily allowance"),
    "other": gettext_lazy("Other loss"),
}
_FIRST_KIND = {"motor": "vehicle", "home": "contents"}
COLUMNS = ("party", "loss_kind", "item", "method", "name_zh", "quantity", "amount_fen", "deviation")
FOUND = 12
MAX_ROWS = 60


class _Lines(Act):
    """Rows of an assessment. Buttons add a row, drop one, look into the price standard; none of them saves."""

    permission = permissions.ASSESS
    template = "desk/act/lines.html"
    keeps_enter = True

    rows = forms.IntegerField(widget=forms.HiddenInput, required=False)
    find = forms.CharField(label=gettext_lazy("Search the price standard"), max_length=60, required=False)

    def prepare(self) -> None:
        self.kind = _FIRST_KIND.get(self.context.page.claim.type, "other")
        self.at: list[int] = []
        if self.is_bound:
            self._lay(self._typed())
        else:
            self._lay(self.first_rows() or [self._blank()])

    def first_rows(self) -> list[dict[str, str]]:
        return []

    def _blank(self) -> dict[str, str]:
        return {"party": "own", "loss_kind": self.kind, "quantity": "1"}

    def _typed(self) -> list[dict[str, str]]:
        given = str(self.data.get("rows", ""))
        many = min(int(given), MAX_ROWS) if given.isdigit() else 1
        return [{name: str(self.data.get(f"lines-{row}-{name}", "")) for name in COLUMNS} for row in range(many)]

    def _lay(self, rows: list[dict[str, str]]) -> None:
        """Make a field for every box of every row, with what was typed as its first value."""
        for name in [name for name in self.fields if name.startswith("lines-")]:
            del self.fields[name]
        self.typed = rows
        parties = [(row.code, party_label(row)) for row in self.context.page.parties]
        kinds = list(LOSS_KINDS.items())
        self.initial["rows"] = len(rows)
        for row, values in enumerate(rows):
            for name in COLUMNS:
                self.fields[f"lines-{row}-{name}"] = self._field(
                    name, parties, kinds, has_item=bool(values.get("item"))
                )
                self.initial[f"lines-{row}-{name}"] = values.get(name, "")

    @staticmethod
    def _field(name: str, parties: list[Any], kinds: list[Any], *, has_item: bool) -> forms.Field:
        if name == "party":
            return forms.ChoiceField(choices=parties, required=False)
        if name == "loss_kind":
            return forms.ChoiceField(choices=kinds, required=False)
        if name == "quantity":
            return forms.DecimalField(min_value=0, max_digits=9, decimal_places=2, required=False)
        if name == "amount_fen":
            return Money(required=False)
        most = {"item": 40, "method": 16, "name_zh": 80, "deviation": 200}[name]
        hidden = name in ("item", "method")
        return forms.CharField(max_length=most, required=False, widget=forms.HiddenInput if hidden else forms.TextInput)

    def press(self, request: HttpRequest) -> bool:
        pressed = request.POST.get("press", "")
        if not pressed:
            return False
        rows = self._typed()
        if pressed == "add" and len(rows) < MAX_ROWS:
            rows.append(self._blank())
        elif pressed.startswith("drop-") and pressed[5:].isdigit() and int(pressed[5:]) < len(rows):
            rows.pop(int(pressed[5:]))
        elif pressed.startswith("pick:"):
            _word, code, method = pressed.split(":", 2)
            row = self._blank() | {"item": code, "method": method}
            if rows and not any(rows[-1].get(name) for name in ("item", "name_zh", "amount_fen")):
                row["party"], row["loss_kind"] = rows[-1]["party"] or "own", rows[-1]["loss_kind"] or self.kind
                rows.pop()
            rows.append(row)
        # Shown again as a fresh form with what was typed: no box is told off before anything was sent.
        self.is_bound = False
        self.initial = {"expected": request.POST.get("expected", ""), "find": request.POST.get("find", "")}
        self.initial |= {name: request.POST.get(name, "") for name in ("reserve_fen",)}
        self._lay(rows or [self._blank()])
        return True

    def extra(self) -> dict[str, Any]:
        search = str(self["find"].value() or "").strip()
        kind = self.context.page.claim.type
        found = rulebook.price_list(search, claim_type=kind)[: FOUND + 1] if search else []
        rows = []
        for number, values in enumerate(self.typed):
            price = rulebook.price(values["item"], values.get("method", "")) if values.get("item") else None
            cells = {name: self[f"lines-{number}-{name}"] for name in COLUMNS}
            errors = [error for cell in cells.values() for error in cell.errors]
            rows.append({"number": number, "cells": cells, "price": price, "errors": errors})
        return {"rows": rows, "found": found[:FOUND], "more_found": len(found) > FOUND, "searched": search}

    def take_refusal(self, refused: Refused) -> None:
        fields = {}
        for name, why in refused.fields.items():
            place = re.fullmatch(r"lines\.(\d+)\.(\w+)", name)
            if place and int(place[1]) < len(self.at):
                column = "quantity" if place[2] == "quantity_hundredths" else place[2]
                fields[f"lines-{self.at[int(place[1])]}-{column}"] = why
            else:
                fields[name] = why
        super().take_refusal(type(refused)(refused.message, code=refused.code, fields=fields))

    def lines(self) -> list[actions.LineInput]:
        """What was typed, without rows left empty; `at` keeps which row each came from."""
        data, made, self.at = self.cleaned_data, [], []
        for row in range(len(self.typed)):
            cell = {name: data.get(f"lines-{row}-{name}") for name in COLUMNS}
            if not (cell["item"] or cell["name_zh"] or cell["amount_fen"] is not None):
                continue
            self.at.append(row)
            made.append(
                actions.LineInput(
                    loss_kind=cell["loss_kind"] or self.kind, party=cell["party"] or "own", item=cell["item"] or "",
                    method=cell["method"] or "" if cell["item"] else "invoice",
                    quantity_hundredths=int((cell["quantity"] or 1) * 100), amount_fen=cell["amount_fen"],
                    name_zh=cell["name_zh"] or "", deviation=cell["deviation"] or "",
                )
            )  # fmt: skip
        return made


@act("issue_assessment")
class IssueAssessment(_Lines):
    title = gettext_lazy("Issue the loss assessment")
    button = gettext_lazy("Issue it to the customer")
    done = gettext_lazy("The assessment is issued; the customer is asked, item by item.")
    explain = gettext_lazy(
        "Items of the price standard bring their price; another amount needs its reason. Losses of others are "
        "established from papers, and nobody is asked to agree to them."
    )

    reserve_fen = Money(label=gettext_lazy("Reserve, if it should change"), required=False)

    def first_rows(self) -> list[dict[str, str]]:
        view = self.context.page.assessment
        if view is None:
            return []
        return [
            {
                "party": line.party.code if line.party else "own", "loss_kind": line.loss_kind, "item": line.item,
                "method": line.method if line.item else "", "name_zh": "" if line.item else line.name_zh,
                "quantity": f"{line.quantity_hundredths / 100:g}", "amount_fen": fen_plain(line.amount_fen),
                "deviation": line.deviation,
            }
            for line in view.lines
        ]  # fmt: skip

    def run(self, **who: Any) -> Any:
        return actions.issue_assessment(lines=self.lines(), reserve_fen=self.cleaned_data["reserve_fen"], **who)


@act("establish_losses")
class EstablishLosses(_Lines):
    title = gettext_lazy("Establish losses from papers")
    done = gettext_lazy("The losses are established.")
    explain = gettext_lazy(
        "An injured person's invoices, a third party's repair bill: beside what the customer is asked."
    )

    def run(self, **who: Any) -> Any:
        return actions.establish_losses(lines=self.lines(), **who)


@act("answer_assessment")
class AnswerAssessment(Act):
    title = gettext_lazy("Take the customer's answer")
    button = gettext_lazy("Keep the answer")
    done = gettext_lazy("The customer's answer is kept.")
    explain = gettext_lazy(
        "On the phone or at the counter: read every item to the customer; they accept or dispute it."
    )
    permission = permissions.ANSWER
    template = "desk/act/answer.html"

    def prepare(self) -> None:
        view = self.context.page.assessment
        lines = view.lines if view else ()
        self.lines = [line for line in lines if line.state == AssessmentLine.State.OFFERED]
        choices = [(actions.ACCEPTED, _("accepts")), (actions.DISPUTED, _("disputes"))]
        for line in self.lines:
            key = line.public_id
            self.fields[f"answer-{key}"] = forms.ChoiceField(
                label=line.name, choices=choices, widget=forms.RadioSelect, required=False
            )
            self.fields[f"reason-{key}"] = forms.CharField(label=_("Why"), max_length=500, required=False)
            self.fields[f"quote-{key}"] = Money(label=_("Their quote"), required=False)

    def extra(self) -> dict[str, Any]:
        return {
            "rows": [
                {
                    "line": line, "answer": self[f"answer-{line.public_id}"], "reason": self[f"reason-{line.public_id}"],
                    "quote": self[f"quote-{line.public_id}"], "method": METHODS.get(line.method, ""),
                }
                for line in self.lines
            ],
            "total_fen": sum(line.amount_fen for line in self.lines),
        }  # fmt: skip

    def take_refusal(self, refused: Refused) -> None:
        fields = {}
        for name, why in refused.fields.items():
            parts = name.split(".")
            box = {1: name, 2: f"answer-{parts[-1]}"}.get(len(parts))
            if box is None:
                box = f"{'reason' if parts[2] == 'reason' else 'quote'}-{parts[1]}"
            fields[box] = why
        super().take_refusal(type(refused)(refused.message, code=refused.code, fields=fields))

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        answers = {
            line.public_id: actions.Answer(
                data[f"answer-{line.public_id}"], data[f"reason-{line.public_id}"], data[f"quote-{line.public_id}"]
            )
            for line in self.lines
            if data[f"answer-{line.public_id}"]
        }
        return actions.answer_assessment(answers=answers, **who)


@act("review_line")
class ReviewLine(Act):
    title = gettext_lazy("Give the second assessment")
    button = gettext_lazy("Decide this item")
    done = gettext_lazy("The item is decided; the customer is told why.")
    explain = gettext_lazy("By somebody who had no part in the first assessment.")
    permission = permissions.REVIEW
    template = "desk/act/review.html"

    line = forms.ChoiceField(label=gettext_lazy("Item"), widget=forms.RadioSelect)
    amount_fen = Money(label=gettext_lazy("Amount that stands"))
    method = forms.ChoiceField(
        label=gettext_lazy("How it is put right"), required=False,
        choices=[("", gettext_lazy("As assessed")), *METHODS.items()],
    )  # fmt: skip
    note = text(gettext_lazy("How you came to this, in words the customer understands"), required=True)

    def prepare(self) -> None:
        views = self.context.page.assessments
        self.lines = [line for view in views for line in view.lines if line.state == AssessmentLine.State.DISPUTED]
        self.fields["line"].choices = [(line.public_id, line.name) for line in self.lines]  # type: ignore[attr-defined]
        chosen = self.context.asked.get("line") or (self.lines[0].public_id if len(self.lines) == 1 else "")
        self.fields["line"].initial = chosen

    def extra(self) -> dict[str, Any]:
        photos = [photo for photo in self.context.page.photos if photo.purpose == "dispute"]
        return {
            "rows": [
                {
                    "line": line, "method": METHODS.get(line.method, ""),
                    "photos": [photo for photo in photos if photo.reference == line.public_id],
                }
                for line in self.lines
            ]
        }  # fmt: skip

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        return dispute.review_line(
            line=data["line"], amount_fen=data["amount_fen"], note=data["note"], method=data["method"], **who
        )


@act("choose_reviewer")
class ChooseReviewer(Act):
    title = gettext_lazy("Choose another second assessor")
    done = gettext_lazy("The second assessor is chosen.")
    permission = permissions.CHOOSE_REVIEWER

    person = forms.TypedChoiceField(label=gettext_lazy("Second assessor"), coerce=int)

    def prepare(self) -> None:
        branch = self.context.page.case.branch_id
        choices = person_choices(self.context.actor, department="assessment", branch_id=branch)
        self.fields["person"].choices = choices  # type: ignore[attr-defined]

    def run(self, **who: Any) -> Any:
        return dispute.choose_reviewer(person=self.cleaned_data["person"], **who)
