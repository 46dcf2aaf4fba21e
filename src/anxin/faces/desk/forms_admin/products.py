"""A product's terms as one form: the product, its coverages and its clauses, row by row.

Rows are numbered boxes, so that the form works without a script: "more rows" sends it, saves nothing and brings it back.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from anxin.access.formats import fen_plain
from anxin.faces.desk.forms_admin.base import Day, Percent, Sheet, Yuan, number_of, words
from anxin.registers.products.models import Clause, Coverage, Line
from anxin.registers.products.terms import ClauseTerms, CoverageTerms, ProductTerms

MOST_ROWS = 120
SPARE = 1


class ProductSheet(Sheet):
    code = forms.CharField(label=_("Product code"), max_length=24)
    line = forms.ChoiceField(label=_("Line"), choices=Line.choices)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=120)
    sold_from = Day(label=_("First day of sale"))
    sold_until = Day(label=_("Last day of sale"), required=False)
    is_individual = forms.BooleanField(label=_("Sold to persons, not only to organisations"), required=False)
    terms_zh = words(_("In plain words, Chinese"), most=4000, required=False)
    terms_en = words(_("In plain words, English"), most=4000, required=False)
    whole = frozenset({"is_individual"})

    def __init__(self, data: QueryDict | None, *, terms: ProductTerms | None = None):
        self.terms = terms
        super().__init__(data)
        self.covers = CoverageRows(data, terms.coverages if terms else ())
        self.clauses = ClauseRows(data, terms.clauses if terms else (), self.covers.choices())
        if terms is not None:
            del self.fields["code"]
            self.initial = {
                name: getattr(terms, name)
                for name in (
                    "line", "name_zh", "name_en", "sold_from", "sold_until", "is_individual", "terms_zh", "terms_en",
                )
            }  # fmt: skip
        else:
            self.initial = {"is_individual": True}

    def is_valid(self) -> bool:
        parts = [super().is_valid(), self.covers.is_valid(), self.clauses.is_valid()]
        if parts[0] and not all(parts):
            self.add_error(None, _("Something in the rows below cannot be read: it is marked there."))
        return all(parts)

    def box_of(self, place: str) -> str:
        return place if place in self.fields else ""

    def given(self) -> ProductTerms:
        data = dict(self.cleaned_data)
        return ProductTerms(
            code=data.pop("code", "") or (self.terms.code if self.terms else ""), coverages=self.covers.given(),
            clauses=self.clauses.given(), **data,
        )  # fmt: skip


class CoverageRow(Sheet):
    code = forms.CharField(label=_("Code"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Coverage.Kind.choices)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=60, required=False)
    name_en = forms.CharField(label=_("English name"), max_length=100, required=False)
    limit_fen = Yuan(label=_("Limit (CNY)"), required=False)
    deductible_fen = Yuan(label=_("Deductible (CNY)"), required=False)
    deductible_permille = Percent(label=_("Deductible rate (percent of the loss)"), required=False)
    is_optional = forms.BooleanField(label=_("Optional"), required=False)
    remove = forms.BooleanField(label=_("Take out"), required=False)

    @property
    def is_empty(self) -> bool:
        given = self.cleaned_data
        return not any(given.get(name) for name in ("code", "name_zh", "name_en"))


class ClauseRow(Sheet):
    number = forms.CharField(label=_("Article"), max_length=20, required=False, help_text=_("As in the terms: 第六条."))
    kind = forms.ChoiceField(label=_("Kind"), choices=Clause.Kind.choices)
    code = forms.CharField(label=_("Code"), max_length=40, required=False, help_text=_("For rules and forms."))
    coverage = forms.ChoiceField(label=_("Of which coverage"), required=False)
    title_zh = forms.CharField(label=_("Chinese title"), max_length=60, required=False)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    text_zh = words(_("Chinese text"), most=8000, required=False)
    text_en = words(_("English text"), most=8000, required=False)
    remove = forms.BooleanField(label=_("Take out"), required=False)

    @property
    def is_empty(self) -> bool:
        given = self.cleaned_data
        return not any(given.get(name) for name in ("number", "title_zh", "title_en", "text_zh", "text_en"))


class _Rows:
    """Numbered forms of one kind; `<prefix>-rows` says how many there are."""

    prefix = ""
    row: type[CoverageRow] | type[ClauseRow]

    def __init__(self, data: QueryDict | None, known: tuple[Any, ...]):
        asked = number_of(data.get(f"{self.prefix}-rows", "")) if data is not None else None
        self.many = min(asked if asked is not None else len(known) + SPARE, MOST_ROWS)
        if data is not None and data.get("more") == self.prefix:
            self.many = min(self.many + 3, MOST_ROWS)
        self.forms = [
            self.row(
                data, prefix=f"{self.prefix}-{place}", initial=self.initial(known[place]) if place < len(known) else {}
            )
            for place in range(self.many)
        ]

    def initial(self, item: Any) -> dict[str, Any]:
        raise NotImplementedError

    def is_valid(self) -> bool:
        checked = [form.is_valid() for form in self.forms]  # each, so that every box says what is wrong
        return all(checked)

    def kept(self) -> list[dict[str, Any]]:
        rows = []
        for form in self.forms:
            given = dict(form.cleaned_data)
            if not given.pop("remove") and not form.is_empty:
                rows.append(given)
        return rows


class CoverageRows(_Rows):
    prefix, row = "coverage", CoverageRow

    def __init__(self, data: QueryDict | None, known: tuple[CoverageTerms, ...]):
        self.known = known
        self.data = data
        super().__init__(data, known)

    def initial(self, item: CoverageTerms) -> dict[str, Any]:
        return {
            "code": item.code, "kind": item.kind, "name_zh": item.name_zh, "name_en": item.name_en,
            "limit_fen": fen_plain(item.limit_fen) if item.limit_fen is not None else "",
            "deductible_fen": fen_plain(item.deductible_fen) if item.deductible_fen else "",
            "deductible_permille": f"{item.deductible_permille / 10:g}" if item.deductible_permille else "",
            "is_optional": item.is_optional,
        }  # fmt: skip

    def choices(self) -> list[tuple[str, str]]:
        """What a clause may belong to: the codes typed, else those known."""
        codes = (
            [item.code for item in self.known] if self.data is None
            else [self.data.get(f"coverage-{place}-code", "") for place in range(self.many)]
        )  # fmt: skip
        return [(code, code) for code in codes if code]

    def given(self) -> tuple[CoverageTerms, ...]:
        return tuple(CoverageTerms(**(row | {"deductible_fen": row["deductible_fen"] or 0})) for row in self.kept())


class ClauseRows(_Rows):
    prefix, row = "clause", ClauseRow

    def __init__(self, data: QueryDict | None, known: tuple[ClauseTerms, ...], coverages: list[tuple[str, str]]):
        super().__init__(data, known)
        for form in self.forms:
            form.fields["coverage"].choices = [("", _("All of them")), *coverages]  # type: ignore[attr-defined]

    def initial(self, item: ClauseTerms) -> dict[str, Any]:
        return {
            name: getattr(item, name)
            for name in ("number", "kind", "code", "coverage", "title_zh", "title_en", "text_zh", "text_en")
        }

    def given(self) -> tuple[ClauseTerms, ...]:
        return tuple(ClauseTerms(**row) for row in self.kept())


class StopSelling(Sheet):
    sold_until = Day(
        label=_("Last day of sale"), required=False, help_text=_("Leave it empty to go on without an end.")
    )
