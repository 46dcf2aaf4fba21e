"""Opening a file: CSV (UTF-8 with or without BOM, UTF-16 with BOM, GB18030) or Parquet, as rows under known columns."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from anxin.access.errors import Invalid
from anxin.registers.importing.columns import Sheet


@dataclass(slots=True)
class Table:
    """`rows` yields (line, cells by canonical name) once. `headings`: canonical name → heading as the file has it."""

    headings: dict[str, str]
    ignored: list[str]
    rows: Iterable[tuple[int, Mapping[str, Any]]]
    count: int  # rows, or a close guess for a progress bar
    sha256: str = ""
    name: str = ""


def open_table(source: str | Path | BinaryIO, sheet: Sheet) -> Table:
    """Raises `Invalid` for what is no table at all, or lacks a required column."""
    if isinstance(source, str | Path):
        path = Path(source)
        try:
            content = path.read_bytes()
        except OSError as wrong:
            raise Invalid(_("The file cannot be read: %(why)s.") % {"why": wrong.strerror or ""}) from None
        name = path.name
    else:
        content, name = source.read(), Path(getattr(source, "name", "") or "").name
    table = _parquet(content, sheet) if content[:4] == b"PAR1" else _csv(content, sheet)
    table.sha256, table.name = hashlib.sha256(content).hexdigest(), name
    lacking = sheet.missing(table.headings)
    if lacking:
        raise Invalid(
            _("The file lacks the column %(columns)s.") % {"columns": ", ".join(lacking)},
            fields=dict.fromkeys(lacking, _("This column is required.")),
        )
    return table


def rows_table(rows: Iterable[Mapping[str, Any]], sheet: Sheet) -> Table:
    """Rows of a JSON body: every row may have keys of its own; keys may be any heading the sheet knows."""
    listed = list(rows)
    headings: dict[str, str] = {}
    ignored: dict[str, None] = {}
    canonical: dict[str, str | None] = {}
    cells = []
    for number, row in enumerate(listed, 1):
        if not isinstance(row, Mapping):
            raise Invalid(_("Row %(number)s is not an object with named values.") % {"number": number})
        known = {}
        for key, value in row.items():
            if key not in canonical:
                canonical[key] = sheet.canonical(str(key))
            name = canonical[key]
            if name is None:
                ignored[str(key)] = None
            else:
                headings.setdefault(name, str(key))
                known[name] = value
        cells.append((number, known))
    return Table(headings, list(ignored), cells, len(listed))


def _csv(content: bytes, sheet: Sheet) -> Table:
    words = _decoded(content)
    first = words.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    # The standard library's reader, since it knows the line a row ends on; 100,000 rows take it a third of a second.
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=delimiter, strict=True)
    try:
        header = next(reader)
    except StopIteration:
        raise Invalid(_("The file is empty.")) from None
    except csv.Error as wrong:
        raise Invalid(_("The file is not a CSV table: %(why)s.") % {"why": wrong}) from None
    names, headings, ignored = _named(header, sheet)
    return Table(headings, ignored, _csv_rows(reader, names), max(words.count("\n") - 1, 0))


def _csv_rows(reader: Any, names: list[str | None]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    wanted = [(place, name) for place, name in enumerate(names) if name is not None]
    width = len(names)
    while True:
        line = reader.line_num + 1  # where the row begins: a quoted cell may run over several lines
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as wrong:
            raise Invalid(_("Line %(line)s is not CSV: %(why)s.") % {"line": line, "why": wrong}) from None
        if not any(row):
            continue
        if len(row) != width:
            raise Invalid(
                _("Line %(line)s has %(found)s cells, the heading has %(expected)s.")
                % {"line": line, "found": len(row), "expected": width}
            )
        yield line, {name: row[place] for place, name in wanted}


def _parquet(content: bytes, sheet: Sheet) -> Table:
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
    except pa.ArrowInvalid:
        raise Invalid(_("The file is not a complete Parquet file.")) from None
    header = file.schema_arrow.names
    names, headings, ignored = _named(header, sheet)
    wanted = [heading for heading, name in zip(header, names, strict=True) if name is not None]
    kept = [name for name in names if name is not None]

    def rows() -> Iterator[tuple[int, Mapping[str, Any]]]:
        line = 0
        for batch in file.iter_batches(batch_size=10_000, columns=wanted):
            columns = [batch.column(heading).to_pylist() for heading in wanted]
            for cells in zip(*columns, strict=True):
                line += 1
                yield line, dict(zip(kept, cells, strict=True))

    return Table(headings, ignored, rows(), file.metadata.num_rows)


def _named(header: list[str], sheet: Sheet) -> tuple[list[str | None], dict[str, str], list[str]]:
    names = [sheet.canonical(heading) for heading in header]
    headings: dict[str, str] = {}
    ignored = []
    for heading, name in zip(header, names, strict=True):
        if name is None:
            ignored.append(heading)
        elif name in headings:
            raise Invalid(
                _("Two columns say the same: %(one)s and %(other)s.") % {"one": headings[name], "other": heading}
            )
        else:
            headings[name] = heading
    return names, headings, ignored


def _decoded(content: bytes) -> str:
    """Text by its byte order mark, else UTF-8, else GB18030 (what spreadsheets in China save)."""
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        in_utf8 = wrong
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        line = content.count(b"\n", 0, in_utf8.start) + 1
        raise Invalid(_("Line %(line)s is neither UTF-8 nor GB18030 text.") % {"line": line}) from None
