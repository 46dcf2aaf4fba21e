"""The form in which a process is prescribed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.faces.desk.forms_admin.base import Sheet
from anxin.insight.process.actions import MOST_TEXT


class PrescribeSheet(Sheet):
    file = forms.FileField(
        label=_("Process as a file"), required=False, help_text=_("JSON; empty: the text below counts."),
        widget=forms.FileInput(attrs={"accept": ".json,.txt,application/json"}),
    )  # fmt: skip
    tree = forms.CharField(
        label=_("Process"), required=False, max_length=MOST_TEXT,
        help_text=_("seq: one after the other · xor: one of them · opt: or not · loop: once or more (a second part is done in between) · and: in any order"),
        widget=forms.Textarea(attrs={"rows": 26, "spellcheck": "false", "class": "pr-code"}),
    )  # fmt: skip
    ignored = forms.CharField(
        label=_("Steps that are left out of the check"), required=False, help_text=_("One a line."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "pr-code"}),
    )  # fmt: skip
    why = forms.CharField(label=_("What changed, and why"), max_length=200)
    expected = forms.CharField(required=False, widget=forms.HiddenInput)
    whole = frozenset({"file", "why"})

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        upload = given.pop("file", None)
        if upload is not None:
            try:
                given["tree"] = upload.read(4 * MOST_TEXT).decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("The file is no UTF-8 text."))
        elif not given.get("tree", "").strip():
            self.add_error("tree", _("Give the process, as text or as a file."))
        given["ignored"] = given.get("ignored", "").split("\n")
        expected = given.get("expected", "")
        given["expected"] = int(expected) if expected.isdigit() else None
        return given
