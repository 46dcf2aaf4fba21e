"""Products from rows, in long form: every row names its product; a row may add a coverage, a clause, or both.

A product that differs from the register becomes a new version where policies were sold under the present one.
JSON rows may hold `coverages` and `clauses` as lists of objects instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.registers.importing.cells import blank, choice, choices_of, day, fen, permille, text, yes_or_no, yuan
from anxin.registers.importing.columns import Sheet, column, shown
from anxin.registers.importing.report import Report
from anxin.registers.products.actions import publish_new_version, save_product
from anxin.registers.products.models import Clause, Coverage, Line, Product
from anxin.registers.products.queries import terms_of, with_terms
from anxin.registers.products.terms import ClauseTerms, CoverageTerms, ProductTerms

_LINES = {
    "交强险": "motor_compulsory", "机动车交强险": "motor_compulsory", "商业车险": "motor_commercial", "家财险": "home",
    "家庭财产险": "home", "企财险": "enterprise_property", "企业财产险": "enterprise_property", "工程险": "engineering",
    "货运险": "cargo", "定期寿险": "term_life", "终身寿险": "whole_life", "两全保险": "endowment_life",
    "分红险": "participating_life", "万能险": "universal_life", "医疗险": "medical", "疾病险": "disease", "重疾险": "disease",
    "护理险": "nursing", "意外险": "accident",
}  # fmt: skip


def _objects(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise ValueError(_("This is a list of objects."))
    return value


SHEET = Sheet(
    (
        column("code|product_code|product|产品代码|险种代码", text(24), required=True),
        column("line|line_of_business|险类|业务线", choice(choices_of(Line), _LINES)),
        column("name_zh|name|产品名称|险种名称", text(80)),
        column("name_en|英文名称|产品英文名称", text(120)),
        column("sold_from|开售日期|起售日期", day),
        column("sold_until|停售日期", day),
        column("is_individual|个人可购|个人业务", yes_or_no),
        column("terms_zh|产品说明", text(4000)),
        column("terms_en|产品英文说明", text(4000)),
        column("coverages|保障", _objects),
        column("clauses|条款", _objects),
        column("coverage_code|保障代码", text(40)),
        column("coverage_kind|保障类别", choice(choices_of(Coverage.Kind), {})),
        column("coverage_name_zh|coverage_name|保障名称", text(60)),
        column("coverage_name_en|保障英文名称", text(100)),
        column("coverage_limit|限额|默认限额", yuan),
        column("coverage_limit_fen|限额_fen", fen),
        column("coverage_deductible|免赔额|默认免赔额", yuan),
        column("coverage_deductible_fen|免赔额_fen", fen),
        column("coverage_deductible_rate|免赔率", permille),
        column("coverage_is_optional|可选|附加", yes_or_no),
        column("clause_number|条号", text(20)),
        column("clause_kind|条款类别", choice(choices_of(Clause.Kind), {})),
        column("clause_code|条款代码", text(40)),
        column("clause_title_zh|clause_title|条款标题", text(60)),
        column("clause_title_en|条款英文标题", text(120)),
        column("clause_text_zh|clause_text|条款内容", text(4000)),
        column("clause_text_en|条款英文内容", text(4000)),
    )
)


def write(
    rows: list[tuple[int, dict[str, Any]]], headings: dict[str, str], report: Report, *,
    system: str, actor: Actor, now: datetime, tell: Callable[[str, int, int], None],
) -> None:  # fmt: skip
    """Gather rows by product, check each product whole, then write. Counts are of products, not of rows."""
    today = timezone.localdate(now)
    first_line: dict[str, int] = {}
    drafts: dict[str, dict[str, Any]] = {}
    for line, values in rows:
        if "code" not in values:
            continue  # refused already
        first_line.setdefault(values["code"], line)
        _gather(line, values, drafts.setdefault(values["code"], {"coverages": [], "clauses": []}), headings, report)
    wanted: list[ProductTerms] = []
    current = {item.code: item for item in with_terms(Product.objects.current().filter(code__in=list(drafts)))}
    for code, draft in drafts.items():
        terms = _terms(code, draft, current.get(code), today)
        for name, reason in terms.problems().items():
            report.refuse(first_line[code], headings.get(name, name), shown(code, None), reason)
        wanted.append(terms)
    if not report.ok:
        return
    for done, terms in enumerate(wanted, 1):
        product = current.get(terms.code)
        if product is None:
            save_product(terms=terms, actor=actor, now=now)
            report.created += 1
        elif terms_of(product) == terms:
            report.unchanged += 1
        else:
            sold = product.policies.exists()
            (publish_new_version if sold else save_product)(terms=terms, actor=actor, now=now)
            report.updated += 1
        tell("write", done, len(wanted))


def _gather(line: int, values: dict[str, Any], draft: dict[str, Any], headings: dict[str, str], report: Report) -> None:
    for name in ("line", "name_zh", "name_en", "sold_from", "sold_until", "is_individual", "terms_zh", "terms_en"):
        if name in values and draft.setdefault(name, values[name]) != values[name]:
            report.refuse(
                line, headings.get(name, name), shown(values[name], None),
                _("An earlier line of the same product says otherwise."),
            )  # fmt: skip
    parts = [values]
    for group, prefix in (("coverages", "coverage_"), ("clauses", "clause_")):
        for item in values.get(group, ()):
            read = _nested(line, item, prefix, report)
            if prefix == "clause_" and not blank(item.get("coverage")):
                read["coverage_code"] = str(item["coverage"])
                draft["clauses"].append(_clause(read))
            else:
                parts.append(read)
    for part in parts:
        if "clause_number" in part:
            draft["clauses"].append(_clause(part))
            if "coverage_name_zh" not in part:
                continue  # a clause's row names its coverage by code alone
        if "coverage_code" in part:
            draft["coverages"].append(_coverage(part))


def _nested(line: int, item: Mapping[str, Any], prefix: str, report: Report) -> dict[str, Any]:
    cells, headings = {}, {}
    for key, cell in item.items():
        name = SHEET.canonical(f"{prefix}{key}")
        if name is not None:
            cells[name], headings[name] = cell, str(key)
    cells["code"] = "-"  # the product's, which is required of a row and no part of an item
    read = SHEET.read(line, cells, headings, report)
    del read["code"]
    return read


def _coverage(values: Mapping[str, Any]) -> CoverageTerms:
    return CoverageTerms(
        code=values["coverage_code"], kind=values.get("coverage_kind", ""), name_zh=values.get("coverage_name_zh", ""),
        name_en=values.get("coverage_name_en", ""),
        limit_fen=values.get("coverage_limit_fen", values.get("coverage_limit")) or None,
        deductible_fen=values.get("coverage_deductible_fen", values.get("coverage_deductible", 0)),
        deductible_permille=values.get("coverage_deductible_rate", 0),
        is_optional=values.get("coverage_is_optional", False),
    )  # fmt: skip


def _clause(values: Mapping[str, Any]) -> ClauseTerms:
    return ClauseTerms(
        kind=values.get("clause_kind", ""), number=values["clause_number"], code=values.get("clause_code", ""),
        title_zh=values.get("clause_title_zh", ""), title_en=values.get("clause_title_en", ""),
        text_zh=values.get("clause_text_zh", ""), text_en=values.get("clause_text_en", ""),
        coverage=values.get("coverage_code", ""),
    )  # fmt: skip


def _terms(code: str, draft: dict[str, Any], product: Product | None, today: date) -> ProductTerms:
    """What the rows say; whatever they leave out stays as the register has it."""
    parts = dict(draft)
    coverages, clauses = tuple(parts.pop("coverages")), tuple(parts.pop("clauses"))
    if product is None:
        start = ProductTerms(code=code, line="", name_zh="", name_en="", sold_from=today)
    else:
        start = terms_of(product)
    return replace(start, **parts, coverages=coverages or start.coverages, clauses=clauses or start.clauses)
