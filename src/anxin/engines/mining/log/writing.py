"""A log as a flat table, CSV or Parquet: one row per event, as other tools read it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from anxin.engines.mining.errors import BadLog
from anxin.engines.mining.log.columns import Column
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.log.ocel import write_ocel_json
from anxin.engines.mining.log.xes import write_xes

_ROWS = 1_000_000


def to_table(log: Log, *, first: int = 0, last: int | None = None) -> pa.Table:
    """Cases `first` up to `last` (excluded) as an Arrow table; case attributes are repeated on each event of the case."""
    part = (
        log if first == 0 and last is None else log.select_cases(np.arange(first, log.cases if last is None else last))
    )
    of_case = part.case_of_event()
    columns = {
        "case": part.case_ids.array.take(pa.array(of_case)),
        "activity": Column("activity", part.activity, part.activities).arrow(),
        "time": pa.array(part.time, pa.timestamp("us", "UTC")),
    }
    if part.started is not None:
        columns["started"] = pa.array(part.started, pa.timestamp("us", "UTC"), mask=part.start_unknown)
    for role, column in (("resource", part.resource), ("department", part.department), ("lifecycle", part.lifecycle)):
        if column is not None:
            columns[role] = column.arrow()
    for name, column in part.case_attributes.items():
        columns[_free(name, columns)] = column.take(of_case).arrow()
    for name, column in part.attributes.items():
        columns[_free(name, columns)] = column.arrow()
    return pa.table(columns)


def write(log: Log, path: Path | str, *, object_type: str = "case") -> None:
    """The log in the form the name says: .xes, .xes.gz, .csv, .csv.gz, .parquet, .json (OCEL 2.0). Raises BadLog for others."""
    path = Path(path)
    name = path.name.lower()
    if name.endswith((".xes", ".xes.gz")):
        write_xes(log, path)
    elif name.endswith((".json", ".jsonocel")):
        write_ocel_json(log, path, object_type=object_type)
    elif name.endswith((".csv", ".csv.gz")):
        with pa.output_stream(path, compression="gzip" if name.endswith(".gz") else None) as out:
            _write_csv(log, out)
    elif name.endswith(".parquet"):
        pq.write_table(to_table(log), path, compression="zstd", row_group_size=_ROWS)
    else:
        raise BadLog(
            f"{path.name}: give a name that ends in .xes, .xes.gz, .csv, .csv.gz, .parquet or .json.",
            code="unknown-form",
            about=[path.name],
        )


def _write_csv(log: Log, out: pa.NativeFile) -> None:
    writer = None
    step = max(1, int(_ROWS * log.cases / max(len(log), 1)))
    for first in range(0, log.cases, step):
        table = _plain(to_table(log, first=first, last=min(first + step, log.cases)))
        if writer is None:
            writer = pa_csv.CSVWriter(out, table.schema)
        writer.write_table(table)
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
