"""Forms of imported tables and of exports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.faces.desk.forms_admin.base import Sheet
from anxin.voice.datasets.models import Export


class AddDataset(Sheet):
    file = forms.FileField(
        label=_("File"), help_text=_("CSV (UTF-8 or GB18030), Excel (.xlsx) or SPSS (.sav); names of the columns in the first line."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.sav,.zsav,text/csv"}),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Name of the table"), max_length=120, required=False, help_text=_("Empty: the file's.")
    )
    sheet = forms.CharField(
        label=_("Sheet of the workbook"),
        max_length=80,
        required=False,
        help_text=_("Empty: the first that holds anything."),
    )
    wave = forms.CharField(
        label=_("Wave"), max_length=40, required=False, help_text=_("Such as 2025-1: reports compare waves.")
    )
    questionnaire = forms.ChoiceField(label=_("Answers to the questionnaire"), required=False)
    whole = frozenset({"file"})

    def __init__(self, *args: Any, questionnaires: list[tuple[str, Any]], **options: Any):
        super().__init__(*args, **options)
        self.fields["questionnaire"].choices = [("", "–"), *questionnaires]  # type: ignore[attr-defined]


class ChangeDataset(Sheet):
    name = forms.CharField(label=_("Name of the table"), max_length=120)
    wave = forms.CharField(
        label=_("Wave"), max_length=40, required=False, help_text=_("Such as 2025-1: reports compare waves.")
    )
    questionnaire = forms.ChoiceField(label=_("Answers to the questionnaire"), required=False)

    def __init__(self, *args: Any, questionnaires: list[tuple[str, Any]], **options: Any):
        super().__init__(*args, **options)
        self.fields["questionnaire"].choices = [("", "–"), *questionnaires]  # type: ignore[attr-defined]


class ExportSheet(Sheet):
    source = forms.ChoiceField(label=_("What is exported"))
    form = forms.ChoiceField(label=_("Kind of file"), choices=Export.Form.choices)
    language = forms.ChoiceField(label=_("Labels in"), choices=[("zh", _("Chinese")), ("en", _("English"))])
    with_personal = forms.BooleanField(
        label=_("With personal columns (customer, case, who served)"), required=False,
        help_text=_("Only for those to whom it is granted. Free texts go along in any case: look at them before you pass them on."),
    )  # fmt: skip
    whole = frozenset({"source", "with_personal"})

    def __init__(self, *args: Any, sources: list[tuple[str, str]], may_personal: bool, **options: Any):
        super().__init__(*args, **options)
        self.fields["source"].choices = sources  # type: ignore[attr-defined]
        if not may_personal:
            del self.fields["with_personal"]
