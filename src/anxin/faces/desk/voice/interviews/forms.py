"""Forms of interviews, quotes and codes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.faces.desk.forms_admin.base import Day, Sheet, words
from anxin.voice.interviews.models import Interview, Quote, Stage

_STAGES = [("", "–"), *Stage.choices]


class InterviewSheet(Sheet):
    held_on = Day(label=_("Held on"))
    stage = forms.ChoiceField(label=_("Stage"), choices=_STAGES, required=False)
    customer = forms.CharField(
        label=_("Customer"), max_length=24, required=False,
        help_text=_("The id in the address of the customer's page; or describe the person instead."),
    )  # fmt: skip
    who = forms.CharField(
        label=_("Who it was"),
        max_length=200,
        required=False,
        help_text=_("Such as: policyholder, 45, claim paid in March."),
    )
    consent = forms.ChoiceField(label=_("What the person agreed to"), choices=[("", "–"), *Interview.Consent.choices])
    notes = words(
        _("Notes"),
        rows=16,
        most=60_000,
        help_text=_(
            "As it was said. Numbers, and names that can be told as such, are masked when shown; better leave names out."
        ),
    )
    whole = frozenset({"notes"})


class QuoteSheet(Sheet):
    words = words(_("Words from the notes"), rows=3, most=2_000, help_text=_("Copy them as they stand there."))
    codes = forms.MultipleChoiceField(label=_("Codes"), widget=forms.CheckboxSelectMultiple)
    stage = forms.ChoiceField(label=_("Stage"), choices=_STAGES, required=False)
    tone = forms.ChoiceField(label=_("Kind of remark"), choices=Quote.Tone.choices)
    whole = frozenset({"words", "codes"})

    def __init__(self, *args: Any, codes: list[tuple[str, str]], **options: Any):
        super().__init__(*args, **options)
        self.fields["codes"].choices = codes  # type: ignore[attr-defined]


class CodeSheet(Sheet):
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=80, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    stage = forms.ChoiceField(label=_("Stage"), choices=_STAGES, required=False)
    meaning = words(_("When it applies"), rows=2, most=300, required=False)


class ChangeCode(CodeSheet):
    is_retired = forms.BooleanField(label=_("Retired: not offered for new quotes"), required=False)
