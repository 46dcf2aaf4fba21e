"""What every form of the registers and the administration can do: keep what was typed, take an action's refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.access.errors import Refused
from anxin.registers.importing import cells

Done = TypeVar("Done")


class Sheet(forms.Form):
    """A form whose boxes are shown one after another; `whole` names those as wide as the form."""

    required_css_class = ""
    whole: ClassVar[frozenset[str]] = frozenset()
    aliases: ClassVar[Mapping[str, str]] = {}
    """Name of a field in a refusal → name of the box here."""

    def boxes(self) -> list[tuple[Any, str]]:
        """The visible boxes with the class each has on the form."""
        return [
            (self[name], "whole" if name in self.whole or isinstance(field.widget, forms.Textarea) else "")
            for name, field in self.fields.items()
            if not field.widget.is_hidden
        ]

    def take_refusal(self, refused: Refused) -> None:
        """Put the words beside their boxes; what has no box stands above the form."""
        placed = False
        for name, why in refused.fields.items():
            box = self.aliases.get(name) or self.box_of(name)
            if box in self.fields:
                self.add_error(box, why)
                placed = True
        if not placed:
            self.add_error(None, str(refused.message))

    def box_of(self, place: str) -> str:
        """The box of a refusal's field: `amount`, or the last part of `CS-01.amount`."""
        return place if place in self.fields else place.rpartition(".")[2]


def attempt(form: forms.Form, act: Callable[[dict[str, Any]], Done]) -> Done | None:
    """What `act(cleaned data)` gave; None when the form is not right or the action declined, with the words on the form.

    A missing permission or record is no matter of the form: those refusals go on to their own pages.
    """
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except Refused as refused:
        if refused.status in (403, 404) or not isinstance(form, Sheet):
            raise
        form.take_refusal(refused)
        return None


class Yuan(forms.CharField):
    """Typed in yuan, given back as whole fen; None when empty. Never a float."""

    def __init__(self, **options: Any):
        options.setdefault("max_length", 24)
        super().__init__(**options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        text = super().clean(value).strip()
        if not text:
            return None
        try:
            return cells.yuan(text)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None


class Percent(forms.CharField):
    """Typed in percent, given back in permille; 0 when empty."""

    def __init__(self, **options: Any):
        options.setdefault("max_length", 8)
        super().__init__(**options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> int:  # type: ignore[override]
        text = super().clean(value).strip()
        if not text:
            return 0
        try:
            return cells.permille(text)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None


class Day(forms.DateField):
    """A date box as every browser has it."""

    def __init__(self, **options: Any):
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        options.setdefault("error_messages", {"invalid": _("Enter a day, such as 2025-03-14.")})
        super().__init__(input_formats=["%Y-%m-%d"], **options)


def words(label: Any, *, rows: int = 3, most: int = 400, required: bool = True, **options: Any) -> forms.CharField:
    """A box for several lines."""
    return forms.CharField(
        label=label, max_length=most, required=required, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def note() -> forms.CharField:
    """Why rules are changed: kept with the edition for ever."""
    return words(_("Why it changes"), rows=2, help_text=_("Kept with the edition: the notice or decision it rests on."))


def number_of(text: str) -> int | None:
    """A whole number of a query string; None for anything else."""
    return int(text) if re.fullmatch(r"\d{1,18}", text) else None
