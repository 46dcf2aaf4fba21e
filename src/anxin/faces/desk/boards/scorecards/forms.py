"""Forms of the scorecards: a reason each, and the plan's table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.faces.desk.boards.scorecards.wording import level_words, period_words, typed, untyped
from anxin.faces.desk.forms_admin.base import Sheet, words
from anxin.insight.scorecards.indicators import FEWEST, KINDS
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
    valid_from = forms.ChoiceField(
        label=_("First month it counts for"),
        help_text=_("The cards of this month and later ones, and of the quarters that end in them, are computed anew by it; earlier ones keep their plan."),
    )  # fmt: skip
    reason = words(_("Why it changes"), rows=2, help_text=_("Kept with the version for ever."))

    def __init__(self, *args: Any, months: list[str], **options: Any):
        super().__init__(*args, **options)
        if months:
            self.fields["valid_from"].choices = [(one, period_words(one)) for one in months]  # type: ignore[attr-defined]
        else:  # the first plan is for every month
            del self.fields["valid_from"]


class PlanSheet(Sheet):
    """A row of boxes an indicator: weight and fewest; and floor and target of each level, in the units that pages show."""

    edit = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, lines: Mapping[str, Mapping[str, Any]], **options: Any):
        super().__init__(*args, **options)
        for kind in KINDS:
            line = lines.get(kind.code, {"weight": 0, "fewest": FEWEST, "limits": kind.limits})
            for part in ("weight", "fewest"):
                self._add(forms.IntegerField, f"{kind.code}.{part}", line[part])
            for level in kind.levels:
                for part in ("floor", "target"):
                    value = line["limits"].get(level, kind.limits[level])[part]
                    self._add(forms.FloatField, f"{kind.code}.{level}.{part}", typed(kind, value))

    def _add(self, box: type[forms.Field], name: str, value: Any) -> None:
        self.fields[name] = box(
            label=name, initial=value, widget=forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 12})
        )

    def box_of(self, place: str) -> str:
        return place

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "kind": kind, "weight": self[f"{kind.code}.weight"], "fewest": self[f"{kind.code}.fewest"],
                "levels": [
                    {"name": level_words(level), "floor": self[f"{kind.code}.{level}.floor"], "target": self[f"{kind.code}.{level}.target"]}
                    for level in kind.levels
                ],
                "errors": [error for name in self.fields if name.startswith(f"{kind.code}.") for error in self[name].errors],
            }
            for kind in KINDS
        ]  # fmt: skip

    def lines(self) -> dict[str, dict[str, Any]]:
        given = self.cleaned_data
        return {
            kind.code: {
                "weight": given[f"{kind.code}.weight"], "fewest": given[f"{kind.code}.fewest"],
                "limits": {
                    level: {part: untyped(kind, given[f"{kind.code}.{level}.{part}"]) for part in ("floor", "target")}
                    for level in kind.levels
                },
            }
            for kind in KINDS
        }  # fmt: skip
