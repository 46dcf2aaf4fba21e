"""Opening a file of facts: CSV, Parquet, Excel or JSON lines, found in the content, as rows under known columns."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.errors import Invalid
from anxin.registers.importing.columns import Sheet
from anxin.registers.importing.tables import Table, open_table, rows_table
from anxin.voice.datasets.table import BadTable
from anxin.voice.datasets.table.raw import number_in_words
from anxin.voice.datasets.table.workbook import read_workbook
from anxin.voice.datasets.wording import in_words


def open_rows(content: bytes, name: str, sheet: Sheet) -> Table:
    """Raises `Invalid` for what is no table at all, or lacks a required column."""
    if not content.strip():
        raise Invalid(_("The file is empty."), fields={"file": _("The file is empty.")})
    if content.startswith(b"PK\x03\x04"):
        table = _workbook(content, name, sheet)
    elif content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"["):
        table = _json(content, sheet)
    else:
        source = io.BytesIO(content)
        source.name = name
        return open_table(source, sheet)
    table.sha256, table.name = hashlib.sha256(content).hexdigest(), name
    if lacking := sheet.missing(table.headings):
        raise Invalid(
            _("The file lacks the column %(columns)s.") % {"columns": ", ".join(lacking)},
            fields=dict.fromkeys(lacking, _("This column is required.")),
        )
    return table


def _workbook(content: bytes, name: str, sheet: Sheet) -> Table:
    try:
        raw = read_workbook(content, name)
    except BadTable as bad:
        raise Invalid(in_words(bad.text), fields={"file": in_words(bad.text)}) from None
    headings: dict[str, str] = {}
    ignored: list[str] = []
    wanted = []
    for column in raw.columns:
        known = sheet.canonical(column.name)
        if known is None:
            ignored.append(column.name)
        elif known in headings:
            raise Invalid(
                _("Two columns say the same: %(one)s and %(other)s.") % {"one": headings[known], "other": column.name}
            )
        else:
            headings[known] = column.name
            values = column.values.tolist()
            if column.kind == "number":
                values = ["" if value != value else number_in_words(value) for value in values]
            wanted.append((known, values))

    def rows() -> Iterator[tuple[int, Mapping[str, Any]]]:
        for place in range(raw.n):
            yield raw.first_line + place, {known: values[place] for known, values in wanted}

    return Table(headings, ignored, rows(), raw.n)


def _json(content: bytes, sheet: Sheet) -> Table:
    """JSON lines, or one JSON list of objects."""
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(_("JSON is written in UTF-8.")) from None
    if words.lstrip().startswith("["):
        try:
            listed = json.loads(words)
        except ValueError as wrong:
            raise Invalid(_("The file is not JSON: %(why)s.") % {"why": wrong}) from None
    else:
        listed = []
        for line, text in enumerate(words.splitlines(), 1):
            if not text.strip():
                continue
            try:
                listed.append(json.loads(text))
            except ValueError as wrong:
                raise Invalid(_("Line %(line)s is not JSON: %(why)s.") % {"line": line, "why": wrong}) from None
    return rows_table(listed, sheet)
