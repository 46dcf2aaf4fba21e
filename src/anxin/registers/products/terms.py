"""A product's terms as plain values: what actions take, imports build and the catalogue holds. No database here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from anxin.registers.products.models import Clause, Coverage, Line

YUAN = 100  # fen


@dataclass(frozen=True, slots=True)
class CoverageTerms:
    """Money in fen; `limit_fen` None: every policy sets its own."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    limit_fen: int | None = None
    deductible_fen: int = 0
    deductible_permille: int = 0
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class ClauseTerms:
    """`coverage` is a code of the same product; empty: the clause holds for all of them."""

    kind: str
    number: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    code: str = ""
    coverage: str = ""


@dataclass(frozen=True, slots=True)
class ProductTerms:
    code: str
    line: str
    name_zh: str
    name_en: str
    sold_from: date
    sold_until: date | None = None
    is_individual: bool = True
    terms_zh: str = ""
    terms_en: str = ""
    coverages: tuple[CoverageTerms, ...] = ()
    clauses: tuple[ClauseTerms, ...] = field(default=())

    def problems(self) -> dict[str, str]:
        """What is wrong with these terms, by field; empty when nothing is."""
        wrong: dict[str, str] = {}
        if not self.code or len(self.code) > 24:
            wrong["code"] = _("A product needs a code of at most 24 characters.")
        if self.line not in Line.values:
            wrong["line"] = _("There is no such line of business.")
        if not self.name_zh or not self.name_en:
            wrong["name_zh"] = _("A product needs a name in Chinese and in English.")
        if self.sold_until is not None and self.sold_until < self.sold_from:
            wrong["sold_until"] = _("The last day of sale is before the first.")
        codes = [item.code for item in self.coverages]
        if not codes:
            wrong["coverages"] = _("A product needs at least one coverage.")
        elif len(set(codes)) < len(codes):
            wrong["coverages"] = _("Two coverages have the same code.")
        for item in self.coverages:
            if not item.code or not item.name_zh or not item.name_en:
                wrong["coverages"] = _("A coverage needs a code and a name in Chinese and in English.")
            elif item.kind not in Coverage.Kind.values:
                wrong["coverages"] = _("There is no such kind of coverage: %(kind)s.") % {"kind": item.kind}
            elif item.limit_fen is not None and item.limit_fen <= 0:
                wrong["coverages"] = _("A limit is more than nothing.")
            elif item.deductible_fen < 0 or not 0 <= item.deductible_permille <= 1000:
                wrong["coverages"] = _("A deductible is not negative and not more than the whole loss.")
        wrong.update(self._clause_problems(set(codes)))
        return wrong

    def _clause_problems(self, coverage_codes: set[str]) -> dict[str, str]:
        numbers = [item.number for item in self.clauses]
        codes = [item.code for item in self.clauses if item.code]
        if len(set(numbers)) < len(numbers) or len(set(codes)) < len(codes):
            return {"clauses": _("Two clauses have the same number or code.")}
        for item in self.clauses:
            if not all((item.number, item.title_zh, item.title_en, item.text_zh, item.text_en)):
                return {"clauses": _("A clause needs a number, and a title and text in Chinese and in English.")}
            if item.kind not in Clause.Kind.values:
                return {"clauses": _("There is no such kind of clause: %(kind)s.") % {"kind": item.kind}}
            if item.coverage and item.coverage not in coverage_codes:
                return {"clauses": _("A clause names a coverage that the product does not have.")}
        return {}


_DIGITS = "零一二三四五六七八九"
_ARTICLE = re.compile(r"第([零一二三四五六七八九十]+)条(?:（([一二三四五六七八九十]+)）)?")


def article(number: int, item: int = 0) -> str:
    """1 → 第一条, 12 → 第十二条, (9, 2) → 第九条（二）; up to 99."""
    return f"第{_han(number)}条" + (f"（{_han(item)}）" if item else "")


def article_in_english(number: str) -> str:
    """第九条（二） → Article 9 (2); a number of another form is left as it is."""
    found = _ARTICLE.fullmatch(number)
    if not found:
        return number
    return f"Article {_value(found[1])}" + (f" ({_value(found[2])})" if found[2] else "")


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    front = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return front + (_DIGITS[ones] if ones or not tens else "")


def _value(han: str) -> int:
    if "十" not in han:
        return _DIGITS.index(han)
    tens, _ten, ones = han.partition("十")
    return (_DIGITS.index(tens) if tens else 1) * 10 + (_DIGITS.index(ones) if ones else 0)
