"""Logs in tables: CSV, Parquet, an Arrow table, or anything with Arrow's C interface (pandas, Polars, DuckDB)."""

from __future__ import annotations

import csv
import dataclasses
import gzip
import io
import zlib
from collections.abc import Callable, Sequence
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
from anxin.engines.mining.log.building import build
from anxin.engines.mining.log.columns import Column, Names, coded, smallest
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.log.mapping import Columns, map_columns
from anxin.engines.mining.log.moments import check_years, moments
from anxin.engines.mining.log.report import Reading
from anxin.engines.results import Caution

_UTC = ZoneInfo("UTC")
_SAMPLE = 1 << 16


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
        time=at.micros,
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
        self._file = pq.ParquetFile(path)
        self.column_names: list[str] = self._file.schema_arrow.names
        self.num_rows: int = self._file.metadata.num_rows

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        return self._file.read(columns=[name], use_threads=False)[name]


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


def _texts(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text, with blank as null."""
    if pa.types.is_dictionary(array.type):
        if pa.types.is_string(array.type.value_type) or pa.types.is_large_string(array.type.value_type):
            return array
        array = array.cast(array.type.value_type)
    if pa.types.is_floating(array.type) and pc.all(pc.equal(array, pc.floor(array))).as_py():
        array = array.cast(pa.int64())  # "17.0" was 17 before a missing value made it a float
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        return array.cast(pa.large_string())
    blank = pc.equal(pc.utf8_trim_whitespace(array), "")
    if pc.any(blank).as_py():
        return pc.if_else(blank, pa.scalar(None, array.type), array)
    return array


def _case(array: pa.ChunkedArray) -> Column:
    """Whole numbers from a narrow range, as most systems number their cases, need no dictionary of text to be coded."""
    if pa.types.is_integer(array.type) and not array.null_count and len(array):
        values = array.to_numpy().astype(np.int64, copy=False)
        low, high = int(values.min()), int(values.max())
        if high - low < 4 * len(values) + 1000:
            used = np.zeros(high - low + 1, bool)
            used[values - low] = True
            numbers = np.flatnonzero(used)
            codes = values - low
            if len(numbers) < high - low + 1:
                code_of = np.cumsum(used, dtype=np.int64) - 1
                codes = code_of[codes]
            return Column("case", codes.astype(np.int32), Names(pa.array(numbers + low).cast(pa.large_string())))
    column = coded("case", _texts(array))
    return dataclasses.replace(column, values=column.values.astype(np.int32))


def _attribute(name: str, array: pa.ChunkedArray) -> Column:
    kind = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
    if pa.types.is_null(kind) or array.null_count == len(array):
        return Column(name, smallest(np.full(len(array), -1), 0), Names(()))
    if pa.types.is_boolean(kind):
        return coded(name, pc.if_else(array, "true", "false"))
    if pa.types.is_integer(kind) and not array.null_count:
        return Column(name, array.to_numpy().astype(np.int64, copy=False))
    if pa.types.is_floating(kind):
        return Column(name, array.cast(pa.float64()).fill_null(np.nan).to_numpy())
    if pa.types.is_integer(kind) and pc.max(pc.abs(array)).as_py() < 2**53:
        return Column(name, array.cast(pa.float64()).fill_null(np.nan).to_numpy())
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind) or pa.types.is_nested(kind):
        array = pa.chunked_array(
            [pa.array([None if one is None else str(one) for one in array.to_pylist()], pa.large_string())]
        )
    return coded(name, array if pa.types.is_dictionary(array.type) else array.cast(pa.large_string()))


def _unread(count: int, examples: Sequence[str], column: str) -> Caution:
    shown = ", ".join(f"“{one}”" for one in examples)
    return Caution(
        "unread-moments",
        f"{count:,} values in “{column}” could not be read as a moment, such as {shown}; their rows are set aside. "
        "Say how times are written with time_format (--time-format).",
        (column,),
    )
