"""The files of a store: what stands in them, and how pieces of a log are written and read.

`events-NNNNN.parquet`, one row per event, sorted by case and case_seq; a row group holds whole cases:

    segment          int32       the number NNNNN, so that masked rows of one file can be told apart in a scan of all
    case             int32       number of the case, the same in every segment
    case_seq         int32       0, 1, … within the case
    activity         int32       code, see names
    time             timestamp   microseconds of UTC
    started          timestamp   null where the log does not say when work began
    resource, department, lifecycle      int32 codes, null where unknown
    next_activity, next_resource, next_department, next_time      of the next event of the case, null on its last
    wait             int64       microseconds from this event to the (start of the) next one, not below 0
    working_wait     int32       the same in whole seconds of office time; null where no calendar was given
    a:NAME           int32 code, int64 or double: a further attribute

`cases-NNNNN.parquet`, one row per case, in the same row groups as its events:

    segment, case    int32
    id               string
    events           int32
    begins, ends     timestamp   first start and last event
    duration         int64       microseconds in between
    begin_month, end_month       int32, as 202403, in the store's zone: months differ by zone, and engines by how they cut them
    working_time     int32       seconds of office time in between, or null
    a:NAME           as above

`names-COLUMN-VVVVV.parquet` (code int32, name string) holds the names of a column of codes; codes never change.
`masked-NNNNN-VVVVV.parquet` (segment, case) lists the cases of a segment that were moved on or taken out.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from anxin.engines.mining.log.columns import Column, Ints, Names
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.working import WorkingTime, months

ROWS = 1_000_000
"""Events in a row group, about: as many as make whole cases."""
ROLES = ("resource", "department", "lifecycle")
_TIME = pa.timestamp("us", "UTC")
PREFIX = "a:"


def row_groups(offsets: Ints, rows: int = ROWS) -> Iterator[tuple[int, int]]:
    """Ranges of cases with about `rows` events each; a longer case is a group by itself."""
    first, cases = 0, len(offsets) - 1
    while first < cases:
        last = int(np.searchsorted(offsets, offsets[first] + rows, side="right")) - 1
        last = min(max(last, first + 1), cases)
        yield first, last
        first = last


def write_segment(
    folder: Path,
    number: int,
    log: Log,
    case_codes: Ints,
    working: WorkingTime | None,
    *,
    zone: tzinfo,
    rows: int = ROWS,
) -> dict[str, object]:
    """Writes the log as segment `number`; `case_codes` are the numbers of its cases, ascending. Returns its manifest entry."""
    events_path, cases_path = folder / f"events-{number:05}.parquet", folder / f"cases-{number:05}.parquet"
    coded = ["activity", *ROLES, "next_activity", "next_resource", "next_department", "case", "segment"]
    events_writer = cases_writer = None
    try:
        for first, last in row_groups(log.offsets, rows):
            part = log.select_cases(np.arange(first, last))
            codes = case_codes[first:last]
            events = _events(part, codes, number, working)
            cases = _cases(part, codes, number, working, zone)
            if events_writer is None or cases_writer is None:
                extra = [
                    name
                    for name in events.column_names
                    if name.startswith(PREFIX) and pa.types.is_int32(events.schema.field(name).type)
                ]
                events_writer = pq.ParquetWriter(
                    events_path, events.schema, compression="zstd", use_dictionary=[*coded, *extra]
                )
                cases_writer = pq.ParquetWriter(
                    cases_path, cases.schema, compression="zstd", use_dictionary=["segment"]
                )
            events_writer.write_table(events, row_group_size=max(len(events), 1))
            cases_writer.write_table(cases, row_group_size=max(len(cases), 1))
    finally:
        for writer in (events_writer, cases_writer):
            if writer is not None:
                writer.close()
    return {
        "number": number,
        "events_file": events_path.name,
        "cases_file": cases_path.name,
        "events": len(log),
        "cases": log.cases,
        "first": int(log.begins().min()),
        "last": int(log.time.max()),
        "events_sha256": settled(events_path),
        "cases_sha256": settled(cases_path),
        "masked_file": None,
        "masked_cases": 0,
        "masked_events": 0,
    }


def settled(path: Path) -> str:
    """Forces a file to the disk and returns its SHA-256."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
        while block := handle.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _events(part: Log, codes: Ints, number: int, working: WorkingTime | None) -> pa.Table:
    n = len(part)
    counts = part.events_per_case()
    ends = np.zeros(n, bool)
    ends[part.offsets[1:] - 1] = True
    started = part.time if part.started is None else part.started

    def following(values: NDArray[np.generic], kind: pa.DataType, missing: NDArray[np.bool_] | None = None) -> pa.Array:
        moved = np.concatenate((values[1:], values[:1]))
        mask = ends if missing is None else ends | np.concatenate((missing[1:], missing[:1]))
        return pa.array(moved, kind, mask=mask)

    next_start = np.concatenate((started[1:], started[:1]))
    wait = np.maximum(next_start - part.time, 0)
    columns: dict[str, pa.Array] = {
        "segment": pa.array(np.full(n, number, np.int32)),
        "case": pa.array(np.repeat(codes.astype(np.int32), counts)),
        "case_seq": pa.array((np.arange(n) - np.repeat(part.offsets[:-1], counts)).astype(np.int32)),
        "activity": pa.array(part.activity.astype(np.int32)),
        "time": pa.array(part.time, _TIME),
        "started": pa.array(started, _TIME, mask=part.start_unknown)
        if part.started is not None
        else pa.nulls(n, _TIME),
    }
    for role in ROLES:
        columns[role] = _codes(getattr(part, role), n)
    columns["next_activity"] = following(part.activity.astype(np.int32), pa.int32())
    for role in ("resource", "department"):
        column: Column | None = getattr(part, role)
        columns[f"next_{role}"] = (
            pa.nulls(n, pa.int32())
            if column is None
            else following(column.values.astype(np.int32), pa.int32(), column.values < 0)
        )
    columns["next_time"] = following(part.time, _TIME)
    columns["wait"] = pa.array(wait, mask=ends)
    columns["working_wait"] = pa.nulls(n, pa.int32())
    if working is not None:
        seconds = working.seconds(part.time, np.maximum(next_start, part.time))
        columns["working_wait"] = pa.array(seconds, mask=ends)
    for name, one in part.attributes.items():
        columns[PREFIX + name] = _plain(one)
    return pa.table(columns)


def _cases(part: Log, codes: Ints, number: int, working: WorkingTime | None, zone: tzinfo) -> pa.Table:
    begins, ends = part.begins(), part.ends()
    columns = {
        "segment": pa.array(np.full(part.cases, number, np.int32)),
        "case": pa.array(codes.astype(np.int32)),
        "id": part.case_ids.array,
        "events": pa.array(part.events_per_case().astype(np.int32)),
        "begins": pa.array(begins, _TIME),
        "ends": pa.array(ends, _TIME),
        "duration": pa.array(ends - begins),
        "begin_month": pa.array(_month(begins, zone)),
        "end_month": pa.array(_month(ends, zone)),
        "working_time": pa.nulls(part.cases, pa.int32())
        if working is None
        else pa.array(working.seconds(begins, ends)),
    }
    for name, one in part.case_attributes.items():
        columns[PREFIX + name] = _plain(one)
    return pa.table(columns)


def _month(micros: Ints, zone: tzinfo) -> NDArray[np.int32]:
    since_1970 = months(micros, zone).astype(np.int64)
    return ((since_1970 // 12 + 1970) * 100 + since_1970 % 12 + 1).astype(np.int32)


def _codes(column: Column | None, rows: int) -> pa.Array:
    if column is None:
        return pa.nulls(rows, pa.int32())
    return pa.array(column.values.astype(np.int32), mask=column.values < 0)


def _plain(column: Column) -> pa.Array:
    return _codes(column, len(column)) if column.is_coded else column.arrow()


def read_column(table: pa.Table, stored: str, name: str, names: Mapping[str, Names]) -> Column | None:
    """A column out of a piece of a segment; None where it holds nothing."""
    if stored not in table.column_names:
        return None
    array = table[stored]
    if stored in ROLES and stored not in names:
        return None
    if stored in names:
        return Column(name, numbers(array, -1), names[stored])
    if pa.types.is_floating(array.type) or array.null_count:
        return Column(name, array.cast(pa.float64()).fill_null(np.nan).to_numpy())
    return Column(name, array.to_numpy())


def numbers(array: pa.ChunkedArray, missing: int) -> NDArray[np.generic]:
    """Whole numbers or moments as NumPy, with `missing` for null; without a copy where none is null."""
    if pa.types.is_timestamp(array.type):
        array = array.cast(pa.int64())
    if array.null_count:
        array = pc.fill_null(array, missing)
    result: NDArray[np.generic] = (array.chunk(0) if array.num_chunks == 1 else array.combine_chunks()).to_numpy(
        zero_copy_only=False
    )
    return result


def neighbours(segments: Iterable[dict[str, Any]], most: int) -> list[list[dict[str, Any]]]:
    """Segments in groups that follow one another and have up to `most` events together; those without any are left out."""
    groups: list[list[dict[str, Any]]] = []
    size = 0
    for segment in segments:
        live = segment["events"] - segment["masked_events"]
        if live and groups and size + live <= most:
            groups[-1].append(segment)
            size += live
        elif live:
            groups.append([segment])
            size = live
    return groups


def file_part(column: str) -> str:
    """A column's name as part of a file name."""
    plain = "".join(char if char.isascii() and char.isalnum() else "_" for char in column)[:40]
    return plain if plain == column else f"{plain}-{hashlib.sha256(column.encode()).hexdigest()[:8]}"
