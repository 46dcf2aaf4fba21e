"""A store read piece by piece: a row group of events with its cases, only the columns that are asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from anxin.engines.mining.log.columns import Column, Ints, Names
from anxin.engines.mining.log.joining import by_event
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.log.segments import PREFIX, ROLES, numbers, read_column

Piece = tuple[int, int]
T = TypeVar("T")


class Pieces:
    """What a Store reads with; the manifest says which files."""

    folder: Path
    manifest: dict[str, Any]
    _masks: dict[str, Ints]
    _kinds: dict[str, bool]

    @property
    def name(self) -> str:
        return str(self.manifest["name"])

    @property
    def segments(self) -> list[dict[str, Any]]:
        segments: list[dict[str, Any]] = self.manifest["segments"]
        return segments

    @property
    def activities(self) -> Names:
        return self.names("activity")

    def names(self, column: str) -> Names:
        raise NotImplementedError

    def chunks(self, *columns: str) -> Iterator[Log]:
        """Row group by row group; see `Log.chunks`. Case numbers of a chunk count from 0 within it."""
        for piece in self.pieces():
            if (part := self.piece(piece, *columns)) is not None:
                yield part

    def map(self, work: Callable[[Log], T], *columns: str) -> Iterator[T]:
        """What `work` makes of each row group, in order; see `Source.map`."""
        return map(work, self.chunks(*columns))

    def pieces(self) -> list[Piece]:
        """(place of the segment, row group) of all pieces, in order."""
        return [
            (place, group)
            for place, segment in enumerate(self.segments)
            for group in range(pq.read_metadata(self.folder / segment["events_file"]).num_row_groups)
        ]

    def piece(self, piece: Piece, *columns: str) -> Log | None:
        """One row group; None where all its cases are masked."""
        segment, group = self.segments[piece[0]], piece[1]
        events = pq.ParquetFile(self.folder / segment["events_file"], memory_map=True)
        cases = pq.ParquetFile(self.folder / segment["cases_file"], memory_map=True)
        wanted, of_case = self._wanted(events.schema_arrow.names, cases.schema_arrow.names, columns)
        filled = [name for name in wanted if name != "started" or not _is_blank(events, group, name)]
        table = events.read_row_group(group, columns=filled, use_threads=False)
        per_case = cases.read_row_group(group, columns=["case", "events", *of_case], use_threads=False)
        part = self._completed(self._part(table, per_case), columns)
        masked = self._masked(segment)
        if len(masked):
            stays = ~np.isin(numbers(per_case["case"], -1), masked)
            if not stays.any():
                return None
            part = part if stays.all() else part.select_cases(stays)
        return part

    def case_numbers(self, piece: Piece) -> Ints:
        """The numbers of the cases that `piece` gives, ascending."""
        segment, group = self.segments[piece[0]], piece[1]
        file = pq.ParquetFile(self.folder / segment["cases_file"])
        codes = numbers(file.read_row_group(group, columns=["case"], use_threads=False)["case"], -1).astype(np.int64)
        masked = self._masked(segment)
        return codes[~np.isin(codes, masked)] if len(masked) else codes

    def attribute_kinds(self) -> dict[str, bool]:
        """The attributes of all segments, and whether each has a value per case (else per event, in any segment)."""
        if not self._kinds:
            by_file = {False: "events_file", True: "cases_file"}
            for per_case, kind in by_file.items():
                for segment in self.segments:
                    for name in pq.read_schema(self.folder / segment[kind]).names:
                        if name.startswith(PREFIX):
                            self._kinds.setdefault(name.removeprefix(PREFIX), per_case)
        return self._kinds

    def _completed(self, part: Log, columns: Iterable[str]) -> Log:
        """A piece with what was asked for and other segments have: missing here, and per event where it is so there."""
        columns = [name for name in columns if name not in ("time", "started", "id", *ROLES)]
        kinds = self.attribute_kinds() if columns else {}
        asked = [name for name in columns if name in kinds]
        more: dict[bool, dict[str, Column]] = {True: dict(part.case_attributes), False: dict(part.attributes)}
        for name in asked:
            if name in part.attributes or name in part.case_attributes:
                continue
            size = part.cases if kinds[name] else len(part)
            if PREFIX + name in self.manifest["names"]:
                blank = Column(name, np.full(size, -1, np.int32), self.names(PREFIX + name))
            else:
                blank = Column(name, np.full(size, np.nan))
            more[kinds[name]][name] = blank
        whole = dataclasses.replace(part, case_attributes=more[True], attributes=more[False])
        return by_event(whole, {name for name in asked if not kinds[name] and name in more[True]})

    def _wanted(self, events: list[str], cases: list[str], columns: Iterable[str]) -> tuple[list[str], list[str]]:
        columns = list(columns)
        wanted, of_case = ["activity"], []
        for column in columns:
            if column == "started" and "time" not in columns:
                wanted.append("time")  # stands for starts that are not known
            if column == "id":
                of_case.append("id")
            elif column in events:
                wanted.append(column)
            elif PREFIX + column in cases:
                of_case.append(PREFIX + column)
            elif PREFIX + column in events:
                wanted.append(PREFIX + column)
        return wanted, of_case

    def _part(self, table: pa.Table, per_case: pa.Table) -> Log:
        # A row group of cases has those of the row group of events beside it, in the same order.
        offsets = np.concatenate(([0], np.cumsum(numbers(per_case["events"], 0)))).astype(np.int64)
        stored = {name: self.names(name) for name in table.column_names if name in self.manifest["names"]}
        found = {
            name: read_column(table, name, name.removeprefix(PREFIX), stored)
            for name in table.column_names
            if name in ROLES or name.startswith(PREFIX)
        }
        stored_cases = {name: self.names(name) for name in per_case.column_names if name in self.manifest["names"]}
        of_case = {
            name.removeprefix(PREFIX): read_column(per_case, name, name.removeprefix(PREFIX), stored_cases)
            for name in per_case.column_names
            if name.startswith(PREFIX)
        }
        has_time = "time" in table.column_names
        time: Any = numbers(table["time"], 0) if has_time else np.zeros(0, np.int64)
        started: Any = None
        start_unknown = None
        if "started" in table.column_names and table["started"].null_count < len(table):
            started = numbers(table["started"], 0)
            if table["started"].null_count:
                start_unknown = table["started"].is_null().to_numpy()
                started = np.where(start_unknown, time, started)
        return Log(
            name=self.name,
            case_ids=Names(per_case["id"]) if "id" in per_case.column_names else Names(pa.nulls(len(offsets) - 1, pa.large_string())),
            offsets=offsets,
            activity=numbers(table["activity"], -1),  # type: ignore[arg-type]
            activities=self.activities,
            time=time,
            started=started,
            start_unknown=start_unknown,
            resource=found.get("resource"),
            department=found.get("department"),
            lifecycle=found.get("lifecycle"),
            attributes={name.removeprefix(PREFIX): one for name, one in found.items() if one is not None and name not in ROLES},
            case_attributes={name: one for name, one in of_case.items() if one is not None},
        )  # fmt: skip

    def _masked(self, segment: Mapping[str, Any]) -> Ints:
        file = segment["masked_file"]
        if not file:
            return np.zeros(0, np.int64)
        if file not in self._masks:
            self._masks[file] = numbers(pq.read_table(self.folder / file, columns=["case"])["case"], -1).astype(
                np.int64
            )
        return self._masks[file]


def _is_blank(file: pq.ParquetFile, group: int, column: str) -> bool:
    """Whether a row group has nothing but null in a column, as its statistics say: then it need not be read."""
    place = file.schema_arrow.names.index(column)
    statistics = file.metadata.row_group(group).column(place).statistics
    return statistics is not None and statistics.null_count == file.metadata.row_group(group).num_rows
