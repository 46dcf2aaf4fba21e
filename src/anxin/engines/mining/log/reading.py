"""`read`: a log from whatever holds one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from anxin.engines.mining.errors import BadLog
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.log.mapping import Columns
from anxin.engines.mining.log.ocel import read_ocel_database, read_ocel_json
from anxin.engines.mining.log.store import Store
from anxin.engines.mining.log.tables import from_table, read_csv, read_parquet

ENDINGS = (".xes", ".xes.gz", ".csv", ".csv.gz", ".parquet", ".json", ".jsonocel", ".sqlite")
_UTC = ZoneInfo("UTC")


def read(
    source: Any,
    *,
    case: str = "",
    activity: str = "",
    time: str = "",
    started: str = "",
    resource: str = "",
    department: str = "",
    lifecycle: str = "",
    zone: tzinfo = _UTC,
    time_format: str = "",
    object_type: str = "",
    partial: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Log:
    """An event log from a file (XES, CSV, Parquet, OCEL 2.0 JSON), a folder written by `Store`, an open connection to an
    OCEL 2.0 SQLite file, or a table in memory (Arrow, pandas, Polars, DuckDB).

    Roles name columns; what is not named is guessed from the usual names, and `log.reading` says what was guessed. `zone`
    is where moments without an offset are read; `time_format` as for strptime, where ISO 8601 does not do. `object_type`
    chooses the cases of an OCEL. `partial`: take the whole cases of an XES file that is cut short.
    Raises BadLog, which says what is wrong and how to mend it.
    """
    columns = Columns(case, activity, time, started, resource, department, lifecycle)
    if hasattr(source, "execute") and hasattr(source, "cursor") and not hasattr(source, "arrow"):
        return read_ocel_database(source, object_type=object_type, columns=columns, zone=zone)
    if not isinstance(source, (str, Path)):
        return from_table(source, columns=columns, zone=zone, time_format=time_format)
    path = Path(source)
    if not path.exists():
        raise BadLog(f"There is no file {path}.", code="no-file", about=[str(path)])
    if path.is_dir():
        return Store(path).log()
    name = path.name.lower()
    if path.stat().st_size == 0:
        raise BadLog(f"{path.name} is empty.", code="empty", about=[path.name])
    if name.endswith((".xes", ".xes.gz")):
        from anxin.engines.mining.log.xes import read_xes  # lxml only for who needs it

        return read_xes(path, columns=columns, zone=zone, time_format=time_format, partial=partial, progress=progress)
    if name.endswith((".csv", ".csv.gz")):
        return read_csv(path, columns=columns, zone=zone, time_format=time_format)
    if name.endswith((".parquet", ".pq")):
        return read_parquet(path, columns=columns, zone=zone, time_format=time_format)
    if name.endswith((".json", ".jsonocel")):
        return read_ocel_json(path, object_type=object_type, columns=columns, zone=zone)
    if name.endswith((".sqlite", ".sqlite3", ".db")):
        raise BadLog(
            f"{path.name}: open it first, and pass the connection: read(sqlite3.connect(path)).",
            code="open-first",
            about=[path.name],
        )
    raise BadLog(
        f"{path.name}: its name tells no form. Known are {', '.join(ENDINGS)}.", code="unknown-form", about=[path.name]
    )
