"""Forms for time limits and company standards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from anxin.faces.desk.forms_admin.base import Day, Sheet, note
from anxin.faces.desk.people import department_choices
from anxin.faces.desk.views_admin.rules.words import AUDIENCES, UNITS, activity_word
from anxin.journal.activities import all_activities
from anxin.journal.promises.rules import Rule

_ORDER = ("amount", "unit", "limit", "enabled", "department", "audience", "what_zh", "what_en")


def activities() -> list[tuple[str, str]]:
    rows = [
        (item.name, f"{activity_word(item.name)} · {item.name}")
        for item in all_activities()
        if "%(" not in str(item.title)
    ]
    return sorted(rows, key=lambda pair: pair[0])


class ChangeRule(Sheet):
    """The fields of one rule that an administrator may change, and no others."""

    amount = forms.IntegerField(label=_("How long"), min_value=1, max_value=100_000)
    unit = forms.ChoiceField(label=_("Unit"), choices=list(UNITS.items()))
    limit = forms.IntegerField(label=_("How often at most"), min_value=0, max_value=1000)
    enabled = forms.BooleanField(label=_("In use"), required=False)
    department = forms.ChoiceField(label=_("Department"), required=False)
    audience = forms.ChoiceField(label=_("Who sees it"), choices=list(AUDIENCES.items()))
    what_zh = forms.CharField(label=_("Chinese wording"), max_length=80)
    what_en = forms.CharField(label=_("English wording"), max_length=120)
    valid_from = Day(label=_("In force from"), required=False, help_text=_("Leave it empty for at once."))
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = note()
    whole = frozenset({"enabled"})

    def __init__(self, data: Any, *, rule: Rule, editable: frozenset[str], expected: int):
        super().__init__(data)
        self.fields["department"].choices = [("", _now("whoever holds the case")), *department_choices()]  # type: ignore[attr-defined]
        if not rule.has_clock:
            editable = editable - {"amount", "unit"}
        if rule.klass != "count":
            editable = editable - {"limit"}
        self.asked = [name for name in _ORDER if name in editable]
        for name in _ORDER:
            if name not in editable:
                del self.fields[name]
        self.initial = {name: getattr(rule, name) for name in self.asked} | {"expected": expected}

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.asked}


class AddStandard(Sheet):
    """A new company standard: what must be done, how soon, after what."""

    id = forms.RegexField(
        r"^[A-Z]{2,4}-[0-9A-Z]{1,8}$", label=_("Number"), max_length=24, help_text=_("Such as CS-41."),
        error_messages={"invalid": _("Write it like CS-41.")},
    )  # fmt: skip
    department = forms.ChoiceField(label=_("Department"), required=False)
    what_zh = forms.CharField(label=_("Chinese wording"), max_length=80, help_text=_("A verb and its object."))
    what_en = forms.CharField(label=_("English wording"), max_length=120)
    source_zh = forms.CharField(label=_("Where it is written, Chinese"), max_length=120)
    source_en = forms.CharField(label=_("Where it is written, English"), max_length=160)
    amount = forms.IntegerField(label=_("How long"), min_value=1, max_value=100_000)
    unit = forms.ChoiceField(label=_("Unit"), choices=list(UNITS.items()))
    starts_on = forms.ChoiceField(label=_("What starts it"))
    kept_by = forms.ChoiceField(label=_("What fulfils it"))
    audience = forms.ChoiceField(label=_("Who sees it"), choices=list(AUDIENCES.items()))
    note = note()

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["department"].choices = [("", _now("whoever holds the case")), *department_choices()]  # type: ignore[attr-defined]
        for name in ("starts_on", "kept_by"):
            self.fields[name].choices = activities()  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        data = {name: value for name, value in self.cleaned_data.items() if name != "note" and value != ""}
        return data | {
            "klass": "deadline", "force": "company", "starts_on": [data["starts_on"]], "kept_by": [data["kept_by"]],
        }  # fmt: skip
