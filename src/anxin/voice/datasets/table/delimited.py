"""CSV and its kin. Arrow parses; what it cannot tell in plain words is looked at again here."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import unicodedata
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from anxin.voice.datasets.table.faults import BadTable, Place, say
from anxin.voice.datasets.table.headers import headers, require_names
from anxin.voice.datasets.table.raw import RawColumn, RawTable

# What statistics programs write for "no answer"; a text answer of exactly these is lost, which a person can hardly mean.
NOTHING = ["", "NA", "N/A", "#N/A", "NaN", "nan", "null", "NULL", "#NULL!", "#DIV/0!", "#VALUE!"]
_DELIMITERS = ",;\t|"
_BLOCK = 8 * 1024 * 1024
# float64 holds whole numbers up to here; longer ones are references, not amounts.
_WHOLE = 2**53


def read_delimited(data: bytes, name: str) -> RawTable:
    data, encoding = _as_utf8(data)
    head = _first_lines(data)
    delimiter = _delimiter(head)
    # Every kind of line end counts, as it does to Arrow.
    first = next(csv.reader(io.StringIO(head, newline=None), delimiter=delimiter), [])
    if not any(cell.strip() for cell in first):
        raise BadTable(say("第一行是空的。第一行须是各列的名称。", "Line 1 is empty. It must hold the columns' names."))
    require_names(first)
    names, notes = headers(first)
    table = _parse(data, delimiter, len(names))
    # Spreadsheets leave rows of nothing but delimiters at the end of what they export.
    columns = [_column(label, table.column(place)) for place, label in enumerate(names)]
    columns, n = _without_empty_end(columns, table.num_rows)
    return RawTable(name, "csv", tuple(columns), n, encoding=encoding, notes=notes)


def _as_utf8(data: bytes) -> tuple[bytes, str]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16").encode(), "UTF-16"
        except UnicodeError:
            raise _unreadable() from None
    if data.startswith(codecs.BOM_UTF8):
        data = data[3:]
    try:
        data.decode("utf-8")
        return data, "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030").encode(), "GB18030"
    except UnicodeError:
        raise _unreadable() from None


def _unreadable() -> BadTable:
    return BadTable(
        say(
            "文件的编码既不是 UTF-8 也不是 GB18030。请在 Excel 中另存为“CSV UTF-8”。",
            "The text is neither UTF-8 nor GB18030. In Excel, save it as “CSV UTF-8”.",
        )
    )


def _first_lines(data: bytes) -> str:
    return data[: 1024 * 1024].decode("utf-8", "ignore")


def _delimiter(head: str) -> str:
    """The delimiter that parts the first lines into the same number of cells; of several, the one that makes most."""
    lines = [line for line in head.splitlines()[:20] if line.strip()]
    best, found = (0.0, 0), ","
    for delimiter in _DELIMITERS:
        try:
            counts = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            continue
        if not counts or counts[0] < 2:
            continue
        same = sum(count == counts[0] for count in counts) / len(counts)
        if (same, counts[0]) > best:
            best, found = (same, counts[0]), delimiter
    return found


def _parse(data: bytes, delimiter: str, width: int) -> pa.Table:
    ragged: list[Any] = []

    def keep(row: Any) -> str:
        ragged.append(row)
        return "skip"

    def read(threads: bool) -> pa.Table:
        return arrow_csv.read_csv(
            pa.py_buffer(data),
            read_options=arrow_csv.ReadOptions(
                use_threads=threads, block_size=_BLOCK, column_names=[str(place) for place in range(width)]
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=b'"' in data, invalid_row_handler=None if threads else keep,
            ),
            convert_options=arrow_csv.ConvertOptions(null_values=NOTHING, strings_can_be_null=True),
        )  # fmt: skip

    # The header is skipped as a line of bytes; one that holds line breaks in quotes is cut off by its record.
    data = data[_header_bytes(data, delimiter) :]
    if not data.strip():
        return pa.table({str(place): pa.nulls(0) for place in range(width)})
    try:
        return read(True)
    except pa.ArrowInvalid as error:
        first = str(error)
    try:
        read(False)
    except pa.ArrowInvalid as error:
        first = str(error)
    if ragged:
        # Arrow counts records from the first line it was given: the header stands before it.
        places = [
            Place(
                row.number + 1, "", (row.text or "")[:60],
                say(
                    f"这一行有 {row.actual_columns} 格，表头有 {row.expected_columns} 格。",
                    f"This row has {row.actual_columns} cells, the header {row.expected_columns}.",
                ),
            )
            for row in ragged
        ]  # fmt: skip
        raise BadTable(
            say(
                f"{len(ragged)} 行的格数与表头不一致。含分隔符的答案须加引号；请改正后重新上传。",
                f"{len(ragged)} rows have another number of cells than the header. Quote answers that contain the "
                "delimiter, or export the file again.",
            ),
            places,
        )
    raise BadTable(
        say(
            "文件不能按 CSV 读取：引号不成对，或某个答案太长。请重新导出为“CSV UTF-8”。",
            f"The file cannot be read as CSV ({first.splitlines()[0][:160]}). Export it again as “CSV UTF-8”.",
        )
    )


def _header_bytes(data: bytes, delimiter: str) -> int:
    lines = io.StringIO(data[: 4 * 1024 * 1024].decode("utf-8", "ignore"), newline="")
    with contextlib.suppress(csv.Error):
        next(csv.reader(iter(lines.readline, ""), delimiter=delimiter), None)
    return len(lines.getvalue()[: lines.tell()].encode())


def _column(name: str, chunked: pa.ChunkedArray) -> RawColumn:
    kind = chunked.type
    if pa.types.is_null(kind):
        return RawColumn(name, "number", np.full(len(chunked), np.nan))
    if pa.types.is_integer(kind):
        ends = pc.min_max(chunked).as_py()
        if max(abs(ends["min"] or 0), abs(ends["max"] or 0)) > _WHOLE:
            return RawColumn(name, "text", _texts(chunked.cast(pa.string())))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return RawColumn(name, "number", np.ascontiguousarray(chunked.cast(pa.float64()).to_numpy()))
    if pa.types.is_temporal(kind):
        return RawColumn(name, "date", _texts(chunked.cast(pa.string())))
    values = _texts(chunked if pa.types.is_string(kind) else chunked.cast(pa.string()))
    return number_column(name, values) or RawColumn(name, "text", values)


def _texts(chunked: pa.ChunkedArray) -> NDArray[Any]:
    found: NDArray[Any] = chunked.fill_null("").to_numpy(zero_copy_only=False).astype(object)
    return found


def number_column(name: str, values: NDArray[Any]) -> RawColumn | None:
    """A column of texts that all read as numbers once blanks and full-width digits are seen to; None if they do not."""
    coded = pa.array(values, pa.string()).dictionary_encode()
    numbers = []
    for text in coded.dictionary.to_pylist():
        plain = unicodedata.normalize("NFKC", text).strip()
        if plain in NOTHING:
            numbers.append(np.nan)
            continue
        # A reference with zeros in front is none, and "inf" is a word.
        if not plain.lstrip("+-")[:1].isdigit() or (len(plain) > 1 and plain[0] == "0" and plain[1].isdigit()):
            return None
        try:
            number = float(plain if "_" not in plain else "x")
        except ValueError:
            return None
        if abs(number) > _WHOLE:
            return None
        numbers.append(number)
    if not numbers or np.isnan(numbers).all():
        return None
    return RawColumn(name, "number", np.array(numbers)[np.asarray(coded.indices)])


def _without_empty_end(columns: list[RawColumn], n: int) -> tuple[list[RawColumn], int]:
    if n == 0:
        return columns, 0
    # Most tables end in a row with an answer: that is seen without going through all of it.
    if not all(_is_nothing(column.values[-1]) for column in columns):
        return columns, n
    empty = np.logical_and.reduce([column.empty for column in columns])
    filled = np.flatnonzero(~empty)
    last = int(filled[-1]) + 1 if filled.size else 0
    return [RawColumn(column.name, column.kind, column.values[:last]) for column in columns], last


def _is_nothing(value: Any) -> bool:
    return value == "" or value != value
