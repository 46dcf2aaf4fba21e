"""Forms of the scorecards: a reason each, and the plan's table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.faces.desk.boards.scorecards.wording import typed, untyped
from anxin.faces.desk.forms_admin.base import Sheet, words
from anxin.insight.scorecards.indicators import KINDS
from anxin.insight.scorecards.models import Note


class ObjectionSheet(Sheet):
    case = forms.CharField(max_length=24, widget=forms.HiddenInput)
    reason = words(_("Why should this case not count?"), rows=2)


class AnswerSheet(Sheet):
    answer = words(_("Reason"), rows=2)


class NoteSheet(Sheet):
    kind = forms.ChoiceField(label=_("What"), choices=Note.Kind.choices)
    reason = words(_("Reason"), rows=2, help_text=_("The person sees it. It stays on record and is never changed."))


class PublishSheet(Sheet):
    edit = forms.IntegerField(widget=forms.HiddenInput)
    reason = words(_("Why it changes"), rows=2, help_text=_("Kept with the version for ever."))


class PlanSheet(Sheet):
    """A row of boxes an indicator: weight, floor, target and fewest, in the units that pages show."""

    edit = forms.IntegerField(widget=forms.HiddenInput, required=False)
    PARTS = ("weight", "floor", "target", "fewest")

    def __init__(self, *args: Any, lines: Mapping[str, Mapping[str, Any]], **options: Any):
        super().__init__(*args, **options)
        for kind in KINDS:
            line = lines.get(kind.code, {"weight": 0, "floor": kind.floor, "target": kind.target, "fewest": 5})
            for part in self.PARTS:
                whole = part in ("weight", "fewest")
                box = forms.IntegerField if whole else forms.FloatField
                value = line[part] if whole else typed(kind, line[part])
                field = box(
                    label=part, initial=value, widget=forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 12})
                )
                self.fields[f"{kind.code}.{part}"] = field

    def box_of(self, place: str) -> str:
        return place

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"kind": kind, "boxes": [(part, self[f"{kind.code}.{part}"]) for part in self.PARTS],
             "errors": [error for part in self.PARTS for error in self[f"{kind.code}.{part}"].errors]}
            for kind in KINDS
        ]  # fmt: skip

    def lines(self) -> dict[str, dict[str, Any]]:
        given = self.cleaned_data
        return {
            kind.code: {
                part: given[f"{kind.code}.{part}"] if part in ("weight", "fewest") else untyped(kind, given[f"{kind.code}.{part}"])
                for part in self.PARTS
            }
            for kind in KINDS
        }  # fmt: skip
