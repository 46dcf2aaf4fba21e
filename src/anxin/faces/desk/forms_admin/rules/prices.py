"""Forms for the price standard: one item with its methods, and a file of prices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.access.formats import fen_plain
from anxin.faces.desk.forms_admin.base import Sheet, Yuan, note
from anxin.faces.desk.views_admin.rules.words import CLAIM_TYPES
from anxin.rulebook.families.prices import CLAIM_TYPES as PRICED
from anxin.rulebook.families.prices import GROUPS, METHODS, UNITS


class PriceSheet(Sheet):
    code = forms.RegexField(
        r"^[a-z0-9_]+$", label=_("Code"), max_length=40, help_text=_("Small letters, digits and _; files keep it."),
        error_messages={"invalid": _("Use small letters, digits and _ only.")},
    )  # fmt: skip
    claim_type = forms.ChoiceField(label=_("Claim type"), choices=[(name, CLAIM_TYPES[name]) for name in PRICED])
    name_zh = forms.CharField(label=_("Chinese name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=100)
    group = forms.ChoiceField(label=_("Group"), choices=list(GROUPS.items()))
    unit = forms.ChoiceField(label=_("Price for one"), choices=list(UNITS.items()))
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = note()

    def __init__(self, data: Any, *, item: dict[str, Any], number: int):
        super().__init__(data)
        self.known = item
        methods = item.get("methods", {})
        self.initial = {
            name: item.get(name, "") for name in ("code", "claim_type", "name_zh", "name_en", "group", "unit")
        }
        self.initial["expected"] = number
        if item:
            del self.fields["code"]
        for method in METHODS:
            for part in ("parts_fen", "labour_fen"):
                self.fields[f"{method}-{part}"] = Yuan(
                    label=_("Parts (CNY)") if part == "parts_fen" else _("Labour (CNY)"), required=False
                )
                price = methods.get(method)
                self.initial[f"{method}-{part}"] = fen_plain(price[part]) if price else ""

    def box_of(self, place: str) -> str:
        # "bonnet/replace.labour_fen"
        where, _dot, part = place.rpartition(".")
        name = f"{where.rpartition('/')[2]}-{part}"
        return name if name in self.fields else super().box_of(place)

    def boxes(self) -> list[tuple[Any, str]]:
        return [(box, css) for box, css in super().boxes() if "-" not in box.name]

    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [(words, self[f"{method}-parts_fen"], self[f"{method}-labour_fen"]) for method, words in METHODS.items()]

    def item(self) -> dict[str, Any]:
        given = self.cleaned_data
        methods = {}
        for method in METHODS:
            parts, labour = given[f"{method}-parts_fen"], given[f"{method}-labour_fen"]
            if parts is not None or labour is not None:
                methods[method] = {"parts_fen": parts or 0, "labour_fen": labour or 0}
        names = ("code", "claim_type", "group", "name_zh", "name_en", "unit")
        return {name: given.get(name) or self.known.get(name) for name in names} | {"methods": methods}


class PriceFile(Sheet):
    file = forms.FileField(
        label=_("CSV file"), help_text=_("UTF-8 or GB18030, with the headings of the download on the price page."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )  # fmt: skip
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = note()
