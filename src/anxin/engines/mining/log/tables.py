"""Logs in tables: CSV, Parquet, an Arrow table, or anything with Arrow's C interface (pandas, Polars, DuckDB)."""

from __future__ import annotations

import csv
import dataclasses
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from anxin.engines.mining.errors import BadLog
from anxin.engines.mining.log import arrow
from anxin.engines.mining.log.building import build
from anxin.engines.mining.log.columns import Column, Ints, Names, coded, smallest
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.log.mapping import Columns, map_columns
from anxin.engines.mining.log.moments import check_years, moments
from anxin.engines.mining.log.report import Reading
from anxin.engines.results import Caution

_UTC = ZoneInfo("UTC")
_SAMPLE = 1 << 16
_BATCH = 1 << 14
_BUFFER = 1 << 16


def from_table(
    table: Any,
    *,
    columns: Columns | None = None,
    zone: tzinfo = _UTC,
    time_format: str = "",
    keep: Sequence[str] | None = None,
    name: str = "",
    source: str = "",
    form: str = "table",
) -> Log:
    """A log from a table with one row per event; `keep` names the further columns to hold (None: all of them).

    Raises BadLog: see `map_columns`, `moments` and `build`.
    """
    table = table if isinstance(table, (pa.Table, _Parquet)) else pa.table(table)
    mapped = map_columns(table.column_names, columns or Columns(), source=source or "The table")
    roles = mapped.columns
    if table.num_rows == 0:
        raise BadLog(f"{source or 'The table'} holds no events: it has columns, but no rows.", code="no-events")
    at = moments(table[roles["time"]], zone=zone, time_format=time_format, column=roles["time"])
    cautions = [*at.cautions, *check_years(at.micros, roles["time"])]
    if at.unread:
        cautions.append(_unread(at.unread, at.examples, roles["time"]))
    time = [at.micros]
    del at
    started = None
    if "started" in roles:
        start = moments(table[roles["started"]], zone=zone, time_format=time_format, column=roles["started"])
        started = start.micros
        cautions += [one for one in start.cautions if one.code != "no-zone"]
    rest = [one for one in table.column_names if one not in roles.values()]

    def attribute(column: str) -> Callable[[], Column]:
        return lambda: _attribute(column, table[column])

    def names_of(role: str) -> Callable[[], Column]:
        return lambda: coded(role, _texts(table[roles[role]]))

    attributes = {one: attribute(one) for one in rest if keep is None or one in keep}
    named = {role: names_of(role) for role in ("resource", "department", "lifecycle") if role in roles}
    return build(
        case=_case(table[roles["case"]]),
        activity=coded("activity", _texts(table[roles["activity"]])),
        time=time.pop(),  # nobody but `build` holds it on
        started=started,
        resource=named.get("resource"),
        department=named.get("department"),
        lifecycle=named.get("lifecycle"),
        attributes=attributes,
        name=name,
        reading=Reading(
            source=source,
            form=form,
            rows=table.num_rows,
            mapping=roles,
            guessed=mapped.guessed,
            cautions=tuple(cautions),
        ),
        lift=True,
    )


class _Parquet:
    """A Parquet file that is read column by column, so that never two forms of the whole log are in memory."""

    def __init__(self, path: Path) -> None:
        self._file = pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False)
        self.column_names: list[str] = self._file.schema_arrow.names
        self.num_rows: int = self._file.metadata.num_rows

    def __getitem__(self, name: str) -> _FileColumn:
        return _FileColumn(self._file, name)


class _FileColumn:
    """One column, read batch by batch."""

    def __init__(self, file: pq.ParquetFile, name: str) -> None:
        self._file, self._name = file, name
        self.type: pa.DataType = file.schema_arrow.field(name).type

    def __len__(self) -> int:
        return int(self._file.metadata.num_rows)

    def iterchunks(self) -> Iterator[pa.Array]:
        for batch in self._file.iter_batches(_BATCH, columns=[self._name], use_threads=False):
            yield batch.column(0)
            # Arrow keeps what it freed and takes new memory first: 20 MB for a column of a million small codes.
            pa.default_memory_pool().release_unused()


def read_parquet(path: Path, **options: Any) -> Log:
    """A Parquet file with one row per event. Only the columns in use are read. Raises BadLog."""
    try:
        return from_table(_Parquet(path), name=path.stem, source=path.name, form="Parquet", **options)
    except BadLog:
        raise
    except (pa.ArrowInvalid, OSError) as error:
        raise BadLog(
            f"{path.name} is no Parquet file, or is cut short: {error}", code="not-parquet", about=[path.name]
        ) from error


def read_csv(path: Path, *, delimiter: str = "", encoding: str = "", **options: Any) -> Log:
    """A CSV file (.csv, .csv.gz); delimiter and encoding (UTF-8, else GB 18030) are found out unless given. Raises BadLog."""
    data = _unpacked(path)
    if not data.strip():
        raise BadLog(f"{path.name} is empty.", code="empty", about=[path.name])
    encoding = encoding or _encoding(data)
    try:
        head = data[:_SAMPLE].decode(encoding, errors="ignore")
    except LookupError as error:
        raise BadLog(f"encoding: {encoding} is not known.", code="unknown-encoding", about=["encoding"]) from error
    delimiter = delimiter or _delimiter(head)
    header = next(csv.reader(io.StringIO(head.lstrip("\ufeff")), delimiter=delimiter), [])
    # Ids such as "0017" stay as they are written: what has a role is text, the rest is numbers where it can be.
    mapped = map_columns(header, options.get("columns") or Columns(), source=path.name)
    table = _parsed(path, data, encoding, delimiter, set(mapped.columns.values()))
    return from_table(
        table, name=path.name.removesuffix(".gz").removesuffix(".csv"), source=path.name, form="CSV", **options
    )


def _unpacked(path: Path) -> bytes:
    if path.suffix.lower() != ".gz":
        return path.read_bytes()
    try:
        with gzip.open(path) as handle:
            return handle.read()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadLog(
            f"{path.name} is cut short or damaged ({error}). Fetch it again; nothing was read.",
            code="truncated",
            about=[path.name],
        ) from error


def _encoding(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _delimiter(head: str) -> str:
    first = head.split("\n", 1)[0]
    return max(",;\t|", key=first.count)


def _parsed(path: Path, data: bytes, encoding: str, delimiter: str, as_text: set[str]) -> pa.Table:
    if encoding.lower().replace("-", "") != "utf8":
        data = data.decode(encoding, errors="replace").encode()
    wrong: list[str] = []

    def odd_row(row: Any) -> str:
        wrong.append(f"{row.actual_columns} fields instead of {row.expected_columns}: {(row.text or '')[:80]}")
        return "skip"

    def parse(types: dict[str, pa.DataType] | None) -> pa.Table:
        wrong.clear()
        return pa_csv.read_csv(
            io.BytesIO(data),
            read_options=pa_csv.ReadOptions(block_size=1 << 22, use_threads=False),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=odd_row
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=types, strings_can_be_null=True, quoted_strings_can_be_null=False
            ),
        )

    names = next(
        csv.reader(io.StringIO(data[:_SAMPLE].decode("utf-8", "ignore").lstrip("\ufeff")), delimiter=delimiter), []
    )
    try:
        table = parse({name: pa.string() for name in as_text})
    except pa.ArrowInvalid:  # a column that began with numbers and went on with text
        try:
            table = parse({name: pa.string() for name in names})
        except pa.ArrowInvalid as error:
            raise BadLog(f"{path.name} cannot be read as CSV: {error}", code="not-csv", about=[path.name]) from error
    if wrong:
        raise BadLog(
            f"{path.name}: {len(wrong):,} rows do not have as many fields as the header, the first: {wrong[0]}. "
            "Mend them (a text that holds the delimiter needs quotes); nothing was read.",
            code="ragged-rows",
            about=[path.name],
        )
    return table


def _texts(pieces: arrow.Pieces) -> pa.Array | arrow.Pieces:
    """Text, with blank as null; a dictionary of texts as it is."""
    if pa.types.is_dictionary(pieces.type) and _is_text(pieces.type.value_type):
        return pieces
    array = arrow.whole(pieces)
    if pa.types.is_floating(array.type):
        values = arrow.filled(array, np.float64, 0.0)
        if (values == np.floor(values)).all():
            array = array.cast(pa.int64())  # "17.0" was 17 before a missing value made it a float
    if not _is_text(array.type):
        return array.cast(pa.large_string())
    return arrow.without(array, arrow.numbers(pc.binary_length(pc.utf8_trim_whitespace(array))) == 0)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _case(pieces: arrow.Pieces) -> Column:
    """Whole numbers from a narrow range, as most systems number their cases, need no dictionary of text to be coded."""
    if pa.types.is_integer(pieces.type) and len(pieces):
        numbers = _whole_numbers(pieces)
        low, high = (int(numbers.min()), int(numbers.max())) if numbers is not None else (0, 2**62)
        if numbers is not None and high - low < 4 * len(numbers) + 1000:
            numbers -= low
            used = np.zeros(high - low + 1, bool)
            used[numbers] = True
            known = np.flatnonzero(used) + low
            if len(known) < high - low + 1:
                code_of = np.cumsum(used, dtype=np.int32) - 1
                return Column("case", code_of[numbers], Names(arrow.array(known).cast(pa.large_string())))
            return Column("case", numbers.astype(np.int32), Names(arrow.array(known).cast(pa.large_string())))
    column = coded("case", _texts(pieces))
    return dataclasses.replace(column, values=column.values.astype(np.int32, copy=False))


def _whole_numbers(pieces: arrow.Pieces) -> Ints | None:
    """All of them as an array of our own; None where one is missing or past 64 bits."""
    result = np.empty(len(pieces), np.int64)
    place = 0
    for piece in pieces.iterchunks():
        if piece.null_count:
            return None
        values = arrow.numbers(piece)
        if values.dtype == np.uint64 and len(values) and values.max() >= 2**63:
            return None
        result[place : place + len(piece)] = values
        place += len(piece)
    return result


def _attribute(name: str, pieces: arrow.Pieces) -> Column:
    kind = pieces.type.value_type if pa.types.is_dictionary(pieces.type) else pieces.type
    if pa.types.is_null(kind):
        return _absent(name, len(pieces))
    if pa.types.is_dictionary(pieces.type) and _is_text(kind):
        column = coded(name, pieces)
        return column if len(column.names or ()) else _absent(name, len(pieces))
    if not pa.types.is_dictionary(pieces.type):
        if pa.types.is_integer(kind) and (whole := _whole_numbers(pieces)) is not None:
            return Column(name, whole)
        if pa.types.is_floating(kind):
            numbers = arrow.filled(pieces, np.float64, np.nan)
            return (
                _absent(name, len(pieces)) if np.isnan(numbers).all() and _is_blank(pieces) else Column(name, numbers)
            )
    array = arrow.whole(pieces)
    if array.null_count == len(array):
        return _absent(name, len(array))
    if pa.types.is_floating(kind) or (pa.types.is_integer(kind) and pc.max(pc.abs(array)).as_py() < 2**53):
        return Column(name, arrow.filled(array, np.float64, np.nan))
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind) or pa.types.is_nested(kind):
        array = arrow.texts(None if one is None else str(one) for one in array.to_pylist())
    return coded(name, array.cast(pa.large_string()))


def _is_blank(pieces: arrow.Pieces) -> bool:
    return all(piece.null_count == len(piece) for piece in pieces.iterchunks())


def _absent(name: str, rows: int) -> Column:
    return Column(name, smallest(np.full(rows, -1), 0), Names(()))


def _unread(count: int, examples: Sequence[str], column: str) -> Caution:
    shown = ", ".join(f"“{one}”" for one in examples)
    return Caution(
        "unread-moments",
        f"{count:,} values in “{column}” could not be read as a moment, such as {shown}; their rows are set aside. "
        "Say how times are written with time_format (--time-format).",
        (column,),
    )
