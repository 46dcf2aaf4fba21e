"""Fields the desk's forms share: amounts in yuan, moments on the insurer's clock, several files."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MAX_YUAN = re.compile(r"\d{1,11}(\.\d{1,2})?")


class Money(forms.CharField):
    """Typed in yuan, given back as integer fen; None when empty. Never a float."""

    def __init__(self, **options: Any):
        options.setdefault("max_length", 20)
        super().__init__(**options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        text = re.sub(r"[\s,，¥￥元]", "", str(value or "")).replace("。", ".")
        if not text:
            if self.required:
                raise forms.ValidationError(_("Enter an amount."))
            return None
        if not MAX_YUAN.fullmatch(text):
            raise forms.ValidationError(_("Enter an amount in yuan, with at most two decimals: 1234.50."))
        yuan, _dot, rest = text.partition(".")
        return int(yuan) * 100 + int(rest.ljust(2, "0") or 0)


class Moment(forms.DateTimeField):
    """A `datetime-local` box: a moment on the insurer's clock, given back aware."""

    def __init__(self, **options: Any):
        options.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"])
        options.setdefault(
            "error_messages", {"invalid": _("Enter day and time."), "required": _("Enter day and time.")}
        )
        super().__init__(**options)
        self.widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        self.widget.is_required = self.required

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value).replace(tzinfo=None) if isinstance(value, datetime) else value


class _Several(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class Files(forms.FileField):
    """Any number of pictures and PDF files; [] when there are none."""

    def __init__(self, **options: Any):
        options.setdefault("widget", _Several(attrs={"accept": "image/*,application/pdf"}))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:  # type: ignore[override]
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        # What a file is worth is looked at where it is stored; here only whether there is one.
        if self.required and not given:
            raise forms.ValidationError(_("Add at least one file."))
        return list(given)


def text(label: Any, *, rows: int = 3, most: int = 2000, required: bool = False, **options: Any) -> forms.CharField:
    """A box for words."""
    return forms.CharField(
        label=label, max_length=most, required=required, widget=forms.Textarea(attrs={"rows": rows}), **options
    )
