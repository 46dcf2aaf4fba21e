"""A store's files as Ibis tables."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ibis  # type: ignore[import-untyped,unused-ignore]
from ibis.expr.types import BooleanValue, Table  # type: ignore[import-untyped,unused-ignore]

from anxin.engines.mining.errors import BadLog
from anxin.engines.mining.lake.spark import read_parquet
from anxin.engines.mining.log.columns import Names
from anxin.engines.mining.log.store import Store


@dataclass(frozen=True, slots=True, eq=False)
class Lake:
    """`events` and `cases` with the columns told of in `log/segments.py`, without masked rows; `names` gives the names
    behind the codes of a column. The tables may be of any Ibis backend."""

    name: str
    events: Table
    cases: Table
    names: Callable[[str], Names]

    def where(self, condition: Callable[[Table], BooleanValue]) -> Lake:
        """The lake of the cases that meet a condition on the table of cases, such as a reader's scope."""
        cases = self.cases.filter(condition(self.cases))
        return dataclasses.replace(self, cases=cases, events=self.events.semi_join(cases, "case"))


def open_lake(store: Store, connection: Any = None) -> Lake:
    """A store's tables on an Ibis connection: of DuckDB (default: one in memory) or of Spark (`connect` in `spark.py`).
    Raises BadLog while the store is empty."""
    if not store.segments:
        raise BadLog(f"{store.name} holds no events yet.", code="no-events", about=[store.name])
    connection = ibis.duckdb.connect() if connection is None else connection
    tables = {}
    masks = [one["masked_file"] for one in store.segments if one["masked_file"]]
    for kind in ("events", "cases"):
        table = _read(store, connection, kind, [one[f"{kind}_file"] for one in store.segments])
        if masks:
            table = table.anti_join(_read(store, connection, "masked", masks), ["segment", "case"])
        tables[kind] = table
    return Lake(store.name, tables["events"], tables["cases"], store.names)


def _read(store: Store, connection: Any, kind: str, files: list[str]) -> Table:
    """Segments may differ in their attributes: what one lacks is null in it."""
    paths = [str(store.folder.absolute() / file) for file in files]
    if connection.name == "duckdb":
        return connection.read_parquet(paths, union_by_name=True)
    # Spark keeps views by name: one per state of the store.
    of = hashlib.sha256(f"{store.folder.absolute()} {store.version}".encode()).hexdigest()[:16]
    return read_parquet(connection, paths, f"anxin_{of}_{kind}")
