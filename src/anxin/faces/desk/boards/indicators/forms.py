"""Forms of facts and of reported values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.access.models import spoken
from anxin.faces.desk.forms_admin.base import Sheet
from anxin.insight.indicators.definitions import INDICATORS
from anxin.insight.indicators.models import FactKind, Reported


class FactSheet(Sheet):
    kind = forms.ChoiceField(label=_("What it holds"), choices=FactKind.choices)
    source = forms.CharField(
        label=_("From which system"), max_length=30, initial="core",
        help_text=_("The numbers in the file are that system's: the same name each time."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("File"), help_text=_("CSV (UTF-8 or GB18030), Excel (.xlsx), Parquet or JSON lines; no names, phones or free text."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.parquet,.json,.jsonl,.ndjson,text/csv"}),
    )  # fmt: skip
    dry_run = forms.BooleanField(label=_("Only check it, import nothing"), required=False)
    whole = frozenset({"file", "dry_run"})


class ReportedSheet(Sheet):
    number = forms.ChoiceField(label=_("Indicator"))
    period = forms.CharField(label=_("Period"), max_length=10, help_text=_("2026-10, 2026Q3 or 2026."))
    value = forms.CharField(
        label=_("Value as reported"), max_length=24, help_text=_("Shares in percent, such as 92.3; times in days."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    business = forms.ChoiceField(label=_("Line of business"), choices=Reported.Business.choices, required=False)
    branch = forms.ChoiceField(label=_("Branch"), required=False)
    whole = frozenset({"number"})
    aliases = {"indicator": "number", "part": "number"}

    def __init__(self, *args: Any, branches: list[tuple[str, str]], **options: Any):
        super().__init__(*args, **options)
        self.fields["branch"].choices = branches  # type: ignore[attr-defined]
        self.fields["number"].choices = [  # type: ignore[attr-defined]
            (
                f"{one.id}:{part.id}",
                f"{one.id} {spoken(one.name_zh, one.name_en)}" + ("" if len(one.parts) == 1 else f" · {part}"),
            )
            for one in INDICATORS
            for part in one.parts
        ]


class ReportedFile(Sheet):
    file = forms.FileField(
        label=_("File"), help_text=_("Columns indicator, period, value; optionally part, line and branch."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.parquet,.json,.jsonl,text/csv"}),
    )  # fmt: skip
    whole = frozenset({"file"})
