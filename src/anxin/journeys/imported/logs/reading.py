"""XES (.xes, .xes.gz) and CSV (.csv, .csv.gz), read as a stream and safely: no entities, no network, no bottomless gzip."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import IO, Any

from lxml import etree

from anxin.journeys.imported.logs.rows import XES_COLUMNS, BadLog, BadRow, Columns, LogEvent, RowReader

XES, CSV = "xes", "csv"
MAX_BYTES = 4 * 1024**3
_SAMPLE = 1 << 18


class _Limited(io.RawIOBase):
    """Stops a compressed file that unpacks to more than anyone means."""

    def __init__(self, inner: IO[bytes], limit: int):
        self._inner, self._left = inner, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._inner.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise BadLog([BadRow(0, "file", f"unpacks to more than {MAX_BYTES // 1024**3} GB")])
        buffer[: len(data)] = data
        return len(data)


def kind_of(path: Path) -> str:
    """XES or CSV, by the name. Raises BadLog for any other."""
    name = path.name.lower().removesuffix(".gz")
    for ending, kind in ((".xes", XES), (".csv", CSV)):
        if name.endswith(ending):
            return kind
    raise BadLog([BadRow(0, "file", "must be named .xes, .xes.gz, .csv or .csv.gz")])


def _open(path: Path) -> io.BufferedReader:
    if path.name.lower().endswith(".gz"):
        return io.BufferedReader(_Limited(gzip.open(path, "rb"), MAX_BYTES), _SAMPLE)  # type: ignore[arg-type,type-var]
    return io.BufferedReader(io.FileIO(path), _SAMPLE)


def header_of(path: Path) -> list[str]:
    """The column names of a CSV."""
    with _open(path) as handle:
        text, dialect = _text(handle)
        with text:
            return next(csv.reader(text, dialect), [])


def read_log(
    path: Path, *, columns: Columns | None, zone: tzinfo, now: datetime, progress: Callable[[int], None] | None = None
) -> list[LogEvent]:
    """All events of a log in the order of the file. `columns` is needed for CSV; for XES it may name other attributes.

    `progress` is called with the number of events read. Raises BadLog with every bad row, up to 200.
    """
    reader = RowReader(columns or XES_COLUMNS, zone, now)
    events: list[LogEvent] = []
    try:
        with _open(path) as handle:
            rows = _xes(handle, reader) if kind_of(path) == XES else _csv(handle, reader)
            for number, event in enumerate(rows, 1):
                if event is not None:
                    events.append(event)
                if progress is not None and number % 500 == 0:
                    progress(number)
    except (etree.XMLSyntaxError, OSError, EOFError, csv.Error) as error:
        raise BadLog([BadRow(getattr(error, "lineno", 0) or 0, "file", f"cannot be read: {error}")]) from error
    reader.done()
    if not events:
        raise BadLog([BadRow(0, "file", "holds no event")])
    if progress is not None:
        progress(len(events))
    return events


def _xes(handle: IO[bytes], reader: RowReader) -> Iterator[LogEvent | None]:
    # Entities are not resolved and nothing is fetched; libxml2's own limits stay on (no huge_tree).
    context = etree.iterparse(
        handle, events=("start", "end"), tag=("{*}log", "{*}trace"), resolve_entities=False, no_network=True,
        load_dtd=False, huge_tree=False,
    )  # fmt: skip
    for step, element in context:
        if step == "start":
            if element.getroottree().docinfo.internalDTD is not None:
                raise BadLog([BadRow(1, "file", "declares a document type, which an event log has no need of")])
            continue
        if etree.QName(element).localname != "trace":
            continue
        case = (_attributes(element).get(reader.columns.case) or "").strip()
        for event in element.iterchildren("{*}event"):
            yield reader.event(case, _attributes(event), event.sourceline or 0)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _attributes(element: Any) -> dict[str, str | None]:
    return {child.get("key"): child.get("value") for child in element if child.get("key") is not None}


def _text(handle: io.BufferedReader) -> tuple[io.TextIOWrapper, csv.Dialect]:
    """The file as text (UTF-8, else GB18030) and its way of separating, both told from its beginning."""
    head = handle.peek(_SAMPLE)
    try:
        sample, encoding = head.decode("utf-8-sig"), "utf-8-sig"
    except UnicodeDecodeError as error:
        # A character cut in two at the end of the sample says nothing about the encoding.
        encoding = "utf-8-sig" if error.start >= len(head) - 4 else "gb18030"
        sample = head.decode(encoding, errors="replace")
    first = sample.partition("\n")[0]
    dialect = csv.excel()
    dialect.delimiter = max(",;\t|", key=first.count)
    return io.TextIOWrapper(handle, encoding=encoding, errors="strict", newline=""), dialect


def _csv(handle: io.BufferedReader, reader: RowReader) -> Iterator[LogEvent | None]:
    text, dialect = _text(handle)
    rows = csv.reader(text, dialect)
    try:
        with text:
            header = next(rows, [])
            _check_header(header, reader.columns)
            for row in rows:
                if not row:
                    continue
                if len(row) != len(header):
                    reader.refuse(rows.line_num, "row", f"has {len(row)} fields where the header has {len(header)}")
                    yield None
                    continue
                cells: dict[str, str | None] = dict(zip(header, row, strict=True))
                yield reader.event((cells.get(reader.columns.case) or "").strip(), cells, rows.line_num)
    except UnicodeDecodeError as error:
        raise BadLog([BadRow(rows.line_num + 1, "file", f"is neither UTF-8 nor GB18030: {error.reason}")]) from error


def _check_header(header: list[str], columns: Columns) -> None:
    named = (columns.case, columns.activity, columns.time, columns.resource, columns.transition, *columns.keep)
    for name in named:
        if name and name not in header:
            raise BadLog([BadRow(1, name, f"there is no such column; there are: {', '.join(header)}")])
