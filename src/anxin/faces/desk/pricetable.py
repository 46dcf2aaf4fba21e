"""The price standard as a CSV table, out and in: a line for each item and method, amounts in yuan.

Pure: text in, rows or faults out. A line of an item the standard does not have adds it; a line of one it has sets that method's price.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.formats import fen_plain
from anxin.registers.importing import cells
from anxin.registers.importing.report import BadCell
from anxin.rulebook.families.prices import CLAIM_TYPES, GROUPS, METHODS, UNITS

COLUMNS = ("code", "claim_type", "group", "name_zh", "name_en", "unit", "method", "parts", "labour")
_CHOICES: dict[str, Any] = {"claim_type": CLAIM_TYPES, "group": GROUPS, "unit": UNITS, "method": METHODS}
MOST_LINES = 20_000


def written(body: Mapping[str, Any]) -> str:
    """The whole standard, with a byte-order mark so that spreadsheets read the Chinese."""
    out = io.StringIO()
    out.write("\ufeff")
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for item in body["items"]:
        for method, price in item["methods"].items():
            table.writerow([
                *(item[name] for name in COLUMNS[:6]), method, fen_plain(price["parts_fen"]), fen_plain(price["labour_fen"]),
            ])  # fmt: skip
    return out.getvalue()


def merged(content: bytes, body: Mapping[str, Any]) -> tuple[dict[str, Any], list[BadCell], int]:
    """The body with the file's lines in it, what is wrong by line and column, and how many lines were read."""
    bad: list[BadCell] = []
    text = _text(content)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        lacking = [name for name in COLUMNS if name not in header]
        if lacking:
            return dict(body), [BadCell(1, ", ".join(lacking), "", _("This column is missing."))], 0
        items = deepcopy(body["items"])
        by_code = {item["code"]: item for item in items}
        lines = 0
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            lines += 1
            if lines > MOST_LINES:
                bad.append(
                    BadCell(reader.line_num, "", "", _("The file has more than %(many)d lines.") % {"many": MOST_LINES})
                )
                break
            if len(row) != len(header):
                bad.append(
                    BadCell(reader.line_num, "", "", _("This line has %(found)d cells, the heading has %(expected)d.")
                            % {"found": len(row), "expected": len(header)})
                )  # fmt: skip
                continue
            _take(dict(zip(header, (cell.strip() for cell in row), strict=True)), reader.line_num, items, by_code, bad)
    except csv.Error as wrong:
        return dict(body), [BadCell(reader.line_num, "", "", _("This line is not CSV: %(why)s.") % {"why": wrong})], 0
    return {**body, "items": items}, bad, lines


def _take(
    row: dict[str, str], line: int, items: list[dict[str, Any]], by_code: dict[str, dict[str, Any]], bad: list[BadCell]
) -> None:
    before = len(bad)
    for name in ("code", "name_zh", "name_en"):
        if not row[name] and (name == "code" or row["code"] not in by_code):
            bad.append(BadCell(line, name, "", _("This is required.")))
    for name, known in _CHOICES.items():
        if row[name] not in known and (name == "method" or row["code"] not in by_code or row[name]):
            bad.append(BadCell(line, name, row[name], _("Choose one of: %(known)s.") % {"known": ", ".join(known)}))
    amounts = {}
    for name in ("parts", "labour"):
        try:
            amounts[f"{name}_fen"] = cells.yuan(row[name] or "0")
        except ValueError as wrong:
            bad.append(BadCell(line, name, row[name], str(wrong)))
    if len(bad) > before:
        return
    item = by_code.get(row["code"])
    if item is None:
        item = {name: row[name] for name in COLUMNS[:6]} | {"methods": {}}
        by_code[row["code"]] = item
        items.append(item)
    for name in COLUMNS[1:6]:
        if row[name]:
            item[name] = row[name]
    item["methods"][row["method"]] = amounts


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")
