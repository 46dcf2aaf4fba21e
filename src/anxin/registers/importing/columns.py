"""Columns an import knows, under which headings, and how their cells are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from anxin.registers.customers.identity import BadNumber
from anxin.registers.importing.cells import Parse, blank
from anxin.registers.importing.report import Report

# "limit:third_party", "限额:第三者责任险", "第三者责任险限额": one column for each coverage.
_COVERAGE_COLUMN = re.compile(r"(?:(limit|deductible|限额|免赔额):(.+))|(?:(.+)(限额|免赔额))")
_COVERAGE_WORDS = {"limit": "limit", "deductible": "deductible", "限额": "limit", "免赔额": "deductible"}


@dataclass(frozen=True, slots=True)
class Column:
    """`names`: the canonical name, then every other heading it may have, English or Chinese."""

    names: tuple[str, ...]
    parse: Parse
    required: bool = False
    mask: Callable[[str], str] | None = None

    @property
    def name(self) -> str:
        return self.names[0]


def column(names: str, parse: Parse, *, required: bool = False, mask: Callable[[str], str] | None = None) -> Column:
    """`names` separated by |."""
    return Column(tuple(names.split("|")), parse, required, mask)


def plain_heading(heading: str) -> str:
    """How headings are compared: 保费（元） → 保费, Policy Number → policy_number, 保费(分) → 保费_fen."""
    words = heading.strip().strip("\ufeff").lower().replace("：", ":")
    words = re.sub(r"[（(]\s*(元|yuan|rmb|cny)\s*[)）]$", "", words)
    words = re.sub(r"[（(]\s*(分|fen)\s*[)）]$", "_fen", words)
    return re.sub(r"[\s\-]+", "_", words.strip())


class Sheet:
    """The columns of one kind of import: finds them by heading, reads rows, reports what is wrong."""

    def __init__(self, columns: Iterable[Column], *, coverages: bool = False):
        self.columns = {item.name: item for item in columns}
        self._by_heading = {plain_heading(name): item.name for item in self.columns.values() for name in item.names}
        self._coverages = coverages

    def canonical(self, heading: str) -> str | None:
        """The canonical name of a heading; None for one this import does not know."""
        plain = plain_heading(heading)
        known = self._by_heading.get(plain)
        if known is None and self._coverages and (found := _COVERAGE_COLUMN.fullmatch(plain)):
            word, which = found[1] or found[4], found[2] or found[3]
            return f"{_COVERAGE_WORDS[word]}:{which.strip('_')}"
        return known

    def read(self, line: int, cells: Mapping[str, Any], headings: Mapping[str, str], report: Report) -> dict[str, Any]:
        """The row's values by canonical name; an empty cell is left out. Bad cells go to the report and are left out."""
        values: dict[str, Any] = {}
        for name, cell in cells.items():
            if blank(cell):
                continue
            known = self.columns.get(name)
            if known is None:
                values[name] = cell  # a coverage's column: read once the product is known
                continue
            try:
                values[name] = known.parse(cell)
            except (BadNumber, ValueError) as bad:
                report.refuse(line, headings.get(name, name), shown(cell, known.mask), str(bad))
        for name, known in self.columns.items():
            if known.required and name not in values and blank(cells.get(name)):
                report.refuse(line, headings.get(name, name), "", _("This is required."))
        return values

    def missing(self, present: Iterable[str]) -> list[str]:
        there = set(present)
        return [item.name for item in self.columns.values() if item.required and item.name not in there]


def shown(cell: Any, mask: Callable[[str], str] | None) -> str:
    words = str(cell).strip()
    words = mask(words) if mask else words
    return words if len(words) <= 60 else f"{words[:59]}…"
