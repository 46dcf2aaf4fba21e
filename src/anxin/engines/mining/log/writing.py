"""A log as a file: as a flat table (CSV, Parquet), one row per event, or as XES or OCEL; a part at a time where it comes in parts."""

from __future__ import annotations

import contextlib
import gzip
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from anxin.engines.mining.errors import BadLog
from anxin.engines.mining.log import arrow
from anxin.engines.mining.log.choosing import Chosen
from anxin.engines.mining.log.columns import Column
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.log.ocel import write_ocel_json

_ROWS = 1_000_000
"""Events in a row group of Parquet, about."""
_LINES = 50_000
"""Events put into words at a time."""


def to_table(log: Log, *, first: int = 0, last: int | None = None) -> pa.Table:
    """Cases `first` up to `last` (excluded) as an Arrow table; case attributes are repeated on each event of the case."""
    part = (
        log if first == 0 and last is None else log.select_cases(np.arange(first, log.cases if last is None else last))
    )
    of_case = part.case_of_event()
    columns = {
        "case": part.case_ids.take(of_case).array,
        "activity": Column("activity", part.activity, part.activities).arrow(),
        "time": arrow.array(part.time, kind=pa.timestamp("us", "UTC")),
    }
    if part.started is not None:
        columns["started"] = arrow.array(part.started, part.start_unknown, pa.timestamp("us", "UTC"))
    for role, column in (("resource", part.resource), ("department", part.department), ("lifecycle", part.lifecycle)):
        if column is not None:
            columns[role] = column.arrow()
    for name, column in part.case_attributes.items():
        columns[_free(name, columns)] = column.take(of_case).arrow()
    for name, column in part.attributes.items():
        columns[_free(name, columns)] = column.arrow()
    return pa.table(columns)


def write(log: Log | Chosen, path: Path | str, *, object_type: str = "case") -> None:
    """The log in the form the name says: .xes, .xes.gz, .csv, .csv.gz, .parquet, .json (OCEL 2.0). Raises BadLog for others.

    `log` may be what `Store.chosen` gives, which comes a part at a time. A file of that name is replaced when all is written:
    until then, and after an error, it is what it was.
    """
    path = Path(path)
    name = path.name.lower()
    packed = name.endswith(".gz")
    if not name.endswith((".xes", ".xes.gz", ".csv", ".csv.gz", ".parquet", ".json", ".jsonocel")):
        raise BadLog(
            f"{path.name}: give a name that ends in .xes, .xes.gz, .csv, .csv.gz, .parquet or .json.",
            code="unknown-form",
            about=[path.name],
        )
    with _in_place(path) as raw:
        if name.endswith(".parquet"):
            _write_parquet(log, raw)
        elif name.endswith((".json", ".jsonocel")):
            write_ocel_json(log, raw, object_type=object_type)
        else:
            from anxin.engines.mining.log.xes import write_xes  # lxml only for who needs it

            write_form = _write_csv if name.removesuffix(".gz").endswith(".csv") else write_xes
            # The name stands in what gzip writes: that of the file, not of the temporary one.
            with gzip.GzipFile(path.name, "wb", fileobj=raw) if packed else contextlib.nullcontext(raw) as out:
                write_form(log, cast("BinaryIO", out))


@contextlib.contextmanager
def _in_place(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of `path` when all went well, and is gone otherwise."""
    if path.exists() and not path.is_file():  # a pipe or a device
        with path.open("wb") as out:
            yield out
        return
    path = path.resolve()  # of a link the file that it names
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _tables(log: Log | Chosen, rows: int) -> Iterator[pa.Table]:
    for part in log.chunks():
        step = max(1, int(rows * part.cases / max(len(part), 1)))
        for first in range(0, part.cases, step):
            yield to_table(part, first=first, last=min(first + step, part.cases))


def _write_csv(log: Log | Chosen, out: BinaryIO) -> None:
    writer = None
    for table in _tables(log, _LINES):
        plain = _plain(table)
        if writer is None:
            writer = pa_csv.CSVWriter(out, plain.schema)
        writer.write_table(plain)
    if writer is not None:
        writer.close()


def _write_parquet(log: Log | Chosen, out: BinaryIO) -> None:
    writer = None
    for table in _tables(log, _ROWS):
        if writer is None:
            writer = pq.ParquetWriter(out, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=max(len(table), 1))
    if writer is not None:
        writer.close()


def _plain(table: pa.Table) -> pa.Table:
    """Codes as text and moments as ISO 8601, which CSV has no types for."""
    columns = []
    for name in table.column_names:
        column = table[name]
        if pa.types.is_dictionary(column.type):
            column = column.cast(pa.large_string())
        elif pa.types.is_timestamp(column.type):
            column = pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
        columns.append(column)
    return pa.table(columns, names=table.column_names)


def _free(name: str, taken: dict[str, object]) -> str:
    while name in taken:
        name += "_"
    return name
