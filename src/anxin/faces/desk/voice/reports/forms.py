"""Asking for a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.faces.desk.forms_admin.base import Sheet
from anxin.voice.reports.models import Report
from anxin.voice.reports.sources import Source

LANGUAGES = (("zh", _("Chinese")), ("en", _("English")))


class Ask(Sheet):
    """`sources` are what may be reported on, campaigns first."""

    source = forms.ChoiceField(label=_("Report on"))
    previous = forms.ChoiceField(
        label=_("Compare with the wave"),
        required=False,
        help_text=_("An earlier asking of the same questions; changes are told only where they are real."),
    )
    language = forms.ChoiceField(
        label=_("Shown first in"), choices=LANGUAGES, help_text=_("The report is made in both languages.")
    )
    whole = frozenset({"source", "previous"})

    def __init__(self, *args: Any, sources: Sequence[Source], **options: Any):
        super().__init__(*args, **options)
        kinds = [(kind, [(one.key, str(one)) for one in sources if one.kind == kind]) for kind in Report.Kind.values]
        grouped: list[Any] = [(Report.Kind(kind).label, rows) for kind, rows in kinds if rows]
        self.fields["source"].choices = [("", "–"), *grouped]  # type: ignore[attr-defined]
        self.fields["previous"].choices = [("", _("No comparison")), *grouped]  # type: ignore[attr-defined]

    @property
    def given(self) -> dict[str, str]:
        """What the action takes."""
        kind, _sign, source = self.cleaned_data["source"].partition(":")
        previous_kind, _sign, previous = self.cleaned_data["previous"].partition(":")
        return {
            "kind": kind, "source": source, "previous_kind": previous_kind, "previous": previous,
            "language": self.cleaned_data["language"],
        }  # fmt: skip
