"""Forms of panels and experts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.faces.desk.forms_admin.base import Sheet
from anxin.voice.weights.models import Panel


class PanelSheet(Sheet):
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=120, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    about = forms.ChoiceField(label=_("What is weighed"), choices=Panel.About.choices)
    question_zh = forms.CharField(
        label=_("Question in Chinese"),
        max_length=200,
        required=False,
        help_text=_("Empty: which of the two matters more."),
    )
    question_en = forms.CharField(label=_("Question in English"), max_length=200, required=False)


class ExpertSheet(Sheet):
    user = forms.ChoiceField(label=_("Colleague"), required=False, help_text=_("Judges after signing in."))
    name = forms.CharField(
        label=_("Or an outsider's name"), max_length=80, required=False, help_text=_("Gets a personal link.")
    )
    organisation = forms.CharField(label=_("Organisation"), max_length=120, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=[("zh", _("Chinese")), ("en", _("English"))])

    def __init__(self, *args: Any, people: list[tuple[str, str]], **options: Any):
        super().__init__(*args, **options)
        self.fields["user"].choices = [("", "–"), *people]  # type: ignore[attr-defined]
