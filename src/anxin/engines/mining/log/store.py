"""A log on disk: immutable segments of Parquet under a manifest that is replaced as a whole.

A case that gains events is written whole into a new segment, and masked in the old one. Files are written and forced to
the disk first, the manifest last and by one rename: a process that dies in between leaves files nobody refers to, which
the next writer removes. The store is the same for a lake of hundreds of millions of events: questions read it row group
by row group, only the columns they need. The schema is in `segments.py`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from anxin.engines.mining.errors import BadLog, BadQuestion, listed
from anxin.engines.mining.log.choosing import Chosen, Where
from anxin.engines.mining.log.columns import Codes, Column, Ints, Names
from anxin.engines.mining.log.joining import joined
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.log.pieces import Pieces
from anxin.engines.mining.log.segments import (
    PREFIX,
    ROLES,
    file_part,
    neighbours,
    numbers,
    settled,
    write_segment,
)
from anxin.engines.mining.working import WorkingTime

FORMAT = 1
MANIFEST = "manifest.json"
_UTC = ZoneInfo("UTC")


class Store(Pieces):
    """A log in a folder. Reading sees the manifest as it was when the Store was opened; `refresh` opens it anew."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.refresh()

    def refresh(self) -> None:
        """Raises BadLog for a folder without a manifest, or with one of another format."""
        path = self.folder / MANIFEST
        if not path.exists():
            raise BadLog(
                f"{self.folder} holds no log: there is no {MANIFEST}. `Store.create` makes one.",
                code="no-store",
                about=[str(self.folder)],
            )
        self.manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if self.manifest.get("format") != FORMAT:
            raise BadLog(
                f"{self.folder}: its format is {self.manifest.get('format')!r}; this release reads {FORMAT}.",
                code="store-format",
            )
        self._names: dict[str, Names] = {}
        self._masks: dict[str, Ints] = {}
        self._kinds: dict[str, bool] = {}

    @classmethod
    def create(cls, folder: Path | str, *, name: str = "", zone: ZoneInfo = _UTC, version: int = 0) -> Store:
        """A new, empty store whose months are those of `zone`. `version` to count from: results stored for an earlier store of the
        same place must not pass for this one's. Raises BadLog where one is already."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / MANIFEST).exists():
            raise BadLog(f"{folder} holds a log already.", code="store-exists", about=[str(folder)])
        _replace(
            folder,
            {
                "format": FORMAT,
                "version": version,
                "name": name or folder.name,
                "zone": zone.key,
                "next_case": 0,
                "next_segment": 0,
                "names": {},
                "numbers": [],
                "segments": [],
                "extra": {},
            },
        )
        return cls(folder)

    def __repr__(self) -> str:
        return f"<Store {self.name}: {len(self):,} events, {self.cases:,} cases, version {self.version}>"

    # What it is

    @property
    def version(self) -> int:
        """Grows with every change; what a stored result is computed for."""
        return int(self.manifest["version"])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.manifest["zone"])

    @property
    def extra(self) -> Mapping[str, Any]:
        """What the writer put beside the log, such as how far it has read its source."""
        extra: Mapping[str, Any] = self.manifest["extra"]
        return extra

    def __len__(self) -> int:
        return sum(one["events"] - one["masked_events"] for one in self.segments)

    @property
    def cases(self) -> int:
        return sum(one["cases"] - one["masked_cases"] for one in self.segments)

    def names(self, column: str) -> Names:
        """The names behind a column's codes; empty for a column without codes."""
        if column not in self._names:
            file = self.manifest["names"].get(column)
            self._names[column] = Names(pq.read_table(self.folder / file)["name"]) if file else Names(())
        return self._names[column]

    def activity_code(self, name: str) -> int:
        code = self.activities.code(name)
        if code < 0:
            raise BadQuestion(
                f"There is no activity “{name}” in {self.name}. It has: {listed(self.activities)}.",
                code="unknown-activity",
                about=[name],
            )
        return code

    # Reading

    def log(self, where: Where | None = None) -> Log:
        """The whole log in memory, its cases in the order of their numbers; with `where` the cases that it marks in each piece, so
        that no more than these stand in memory. Raises BadLog when it holds no events, or none of such a case."""
        pieces = self.chunks("time", "started", "id", *ROLES, *self.attribute_kinds())
        chosen: list[NDArray[np.bool_]] = []
        parts = []
        for piece in pieces:
            if where is None:
                parts.append(piece)
                continue
            chosen.append(where(piece))
            if chosen[-1].any():
                parts.append(piece.select_cases(chosen[-1]))
        if not parts:
            raise BadLog(f"{self.name} holds no events yet.", code="no-events", about=[self.name])
        whole = joined(self.name, parts)
        codes = self._case_codes() if where is None else self._case_codes()[np.concatenate(chosen)]
        order = np.argsort(codes, kind="stable")
        return whole if bool(np.all(order == np.arange(len(order)))) else whole.select_cases(order)

    def case_table(self, *attributes: str) -> pa.Table:
        """One row per case: `id`, `events`, and case attributes as they are stored (codes for names), without any event being read.
        An attribute that a segment lacks is null there."""
        parts = []
        for segment in self.segments:
            path = self.folder / segment["cases_file"]
            there = set(pq.read_schema(path).names)
            wanted = ["case", "id", "events", *(PREFIX + name for name in attributes if PREFIX + name in there)]
            table = pq.read_table(path, columns=wanted)
            masked = self._masked(segment)
            if len(masked):
                table = table.filter(pa.array(~np.isin(numbers(table["case"], -1), masked)))
            parts.append(table.drop(["case"]))
        if not parts:
            return pa.table({"id": pa.array([], pa.string()), "events": pa.array([], pa.int32())})
        whole = pa.concat_tables(parts, promote_options="permissive")
        return whole.rename_columns([name.removeprefix(PREFIX) for name in whole.column_names])

    def _case_codes(self) -> Ints:
        """The numbers of all cases, in the order in which `chunks` gives them."""
        return np.concatenate([np.zeros(0, np.int64), *map(self.case_numbers, self.pieces())])

    def chosen(self, where: Where | None = None) -> Chosen:
        """The cases that `where` marks in each piece, for `write`: in the order of `log`, without all of them in memory. Raises
        BadLog when there are none."""
        return Chosen(self, where)

    def verify(self) -> list[str]:
        """The files of the manifest that are missing or whose content is no longer what was written."""
        digests = dict(self.manifest.get("sha256", {}))
        for segment in self.segments:
            digests |= {segment[f"{kind}_file"]: segment[f"{kind}_sha256"] for kind in ("events", "cases")}
        paths = {name: self.folder / name for name in sorted(self._used()) if name in digests}
        return [name for name, path in paths.items() if not path.exists() or settled(path) != digests[name]]

    # Writing

    def append(self, log: Log, *, working: WorkingTime | None = None, extra: Mapping[str, Any] | None = None) -> int:
        """Adds a log of whole cases and returns the new version. A case whose id the store has is replaced: its old rows
        are masked. `extra` is merged into what stands beside the log, in the same step."""
        with self._locked():
            manifest = self._copied()
            version = self.version + 1
            ids, numbered = self._known_ids()
            found = pc.index_in(log.case_ids.array, value_set=ids).fill_null(-1).to_numpy()
            known = found >= 0
            following = manifest["next_case"] + int((~known).sum())
            codes = np.empty(log.cases, np.int64)
            codes[known] = numbered[found[known]]
            codes[~known] = np.arange(manifest["next_case"], following)
            if known.any():
                self._mask(manifest, codes[known], version)
            order = np.argsort(codes, kind="stable")
            recoded = self._recoded(log, manifest, version)
            if not bool(np.all(order == np.arange(len(order)))):
                recoded = recoded.select_cases(order)
            entry = write_segment(self.folder, manifest["next_segment"], recoded, codes[order], working, zone=self.zone)
            manifest["segments"].append(entry)
            self._commit(manifest, version, extra, next_case=following, next_segment=manifest["next_segment"] + 1)
            return version

    def remove(self, ids: Iterable[str], *, extra: Mapping[str, Any] | None = None) -> int:
        """Takes cases out, as retention and erasure ask, and returns the new version. Their rows are masked at once and
        gone from the disk after the next `compact`. Unknown ids are passed over."""
        with self._locked():
            manifest = self._copied()
            version = self.version + 1
            known, numbered = self._known_ids()
            wanted = pc.is_in(known, value_set=pa.array(list(ids), pa.large_string())).to_numpy(zero_copy_only=False)
            codes = numbered[wanted]
            self._mask(manifest, codes, version)
            self._commit(manifest, version, extra)
            return version

    def note(self, extra: Mapping[str, Any]) -> None:
        """Merges `extra` into what stands beside the log. The version stays: nothing that a question reads has changed."""
        with self._locked():
            manifest = self._copied()
            self._commit(manifest, self.version, extra)

    def compact(self, *, most: int = 20_000_000, masked_share: float = 0.0, working: WorkingTime | None = None) -> int:
        """Writes neighbouring segments of up to `most` events together into one, without masked rows, and removes the old
        files. A segment that stands alone is written anew when more than `masked_share` of its events are masked. Office waits are
        kept only where `working` is given anew. Returns the new version."""
        with self._locked():
            manifest = self._copied()
            version = self.version + 1
            written = []
            for group in neighbours(manifest["segments"], most):
                if len(group) == 1 and group[0]["masked_events"] <= masked_share * group[0]["events"]:
                    written.append(group[0])
                    continue
                part = Store.__new__(Store)
                part.folder, part.manifest, part._names, part._masks, part._kinds = (
                    self.folder,
                    {**self.manifest, "segments": group},
                    self._names,
                    self._masks,
                    {},
                )
                log, codes = part.log(), np.sort(part._case_codes())
                written.append(
                    write_segment(self.folder, manifest["next_segment"], log, codes, working, zone=self.zone)
                )
                manifest["next_segment"] += 1
            manifest["segments"] = written
            self._commit(manifest, version, None)
            self._sweep()
            return version

    def _known_ids(self) -> tuple[pa.Array, Ints]:
        """The ids of all cases and their numbers."""
        ids, codes = [pa.array([], pa.large_string())], [np.zeros(0, np.int64)]
        for segment in self.segments:
            table = pq.read_table(self.folder / segment["cases_file"], columns=["id", "case"])
            stays = ~np.isin(numbers(table["case"], -1), self._masked(segment))
            ids.append(table["id"].combine_chunks().cast(pa.large_string()).filter(pa.array(stays)))
            codes.append(numbers(table["case"], -1)[stays].astype(np.int64))
        return pa.concat_arrays(ids), np.concatenate(codes)

    def _mask(self, manifest: dict[str, Any], codes: Ints, version: int) -> None:
        for segment in manifest["segments"]:
            table = pq.read_table(self.folder / segment["cases_file"], columns=["case", "events"])
            case, events = numbers(table["case"], -1).astype(np.int64), numbers(table["events"], 0)
            old = self._masked(segment)
            fresh = np.isin(case, codes) & ~np.isin(case, old)
            if not fresh.any():
                continue
            masked = np.sort(np.concatenate((old, case[fresh])))
            path = self.folder / f"masked-{segment['number']:05}-{version:05}.parquet"
            kinds = pa.schema([("segment", pa.int32()), ("case", pa.int32())])
            pq.write_table(
                pa.table([np.full(len(masked), segment["number"], np.int32), masked.astype(np.int32)], schema=kinds),
                path,
            )
            manifest.setdefault("sha256", {})[path.name] = settled(path)
            segment["masked_file"] = path.name
            segment["masked_cases"] = len(masked)
            segment["masked_events"] += int(events[fresh].sum())

    def _recoded(self, log: Log, manifest: dict[str, Any], version: int) -> Log:
        """The log with the store's codes; names the store does not know are added to it."""

        def codes(column: Column, stored: str) -> Column:
            if column.names is None:
                if manifest["names"].get(stored):  # the store has it as names: numbers join them as text
                    from anxin.engines.mining.log.columns import coded

                    return codes(coded(column.name, column.texts()), stored)
                return column
            every = list(self.names(stored))
            place = {name: code for code, name in enumerate(every)}
            new = [name for name in column.names if name not in place]
            place.update({name: len(every) + code for code, name in enumerate(new)})
            table = np.array([place[name] for name in column.names] + [-1], np.int32)
            if new or stored not in manifest["names"]:
                file = f"names-{file_part(stored)}-{version:05}.parquet"
                names = Names([*every, *new])
                pq.write_table(
                    pa.table({"code": np.arange(len(names), dtype=np.int32), "name": names.array}), self.folder / file
                )
                manifest.setdefault("sha256", {})[file] = settled(self.folder / file)
                manifest["names"][stored] = file
                self._names[stored] = names
            return Column(column.name, table[column.values], column.names)

        def attributes(columns: Mapping[str, Column]) -> dict[str, Column]:
            result = {}
            for name, one in columns.items():
                stored = PREFIX + name
                if one.is_coded and stored in manifest["numbers"]:
                    name, stored = f"{name} (text)", f"{stored} (text)"  # numbers so far: both are kept
                result[name] = codes(one, stored)
                if not result[name].is_coded and stored not in manifest["numbers"]:
                    manifest["numbers"].append(stored)
            return result

        activity = codes(Column("activity", log.activity, log.activities), "activity")
        roles = {role: None if (one := getattr(log, role)) is None else codes(one, role) for role in ROLES}
        return dataclasses.replace(
            log,
            activity=_codes(activity.values),
            attributes=attributes(log.attributes),
            case_attributes=attributes(log.case_attributes),
            resource=roles["resource"],
            department=roles["department"],
            lifecycle=roles["lifecycle"],
        )

    def _copied(self) -> dict[str, Any]:
        self.refresh()
        copy: dict[str, Any] = json.loads(json.dumps(self.manifest))
        self._sweep()
        return copy

    def _commit(self, manifest: dict[str, Any], version: int, extra: Mapping[str, Any] | None, **more: int) -> None:
        manifest.update(more, version=version, extra={**manifest["extra"], **(extra or {})})
        referred = {*manifest["names"].values(), *(one["masked_file"] for one in manifest["segments"])}
        manifest["sha256"] = {name: one for name, one in manifest.get("sha256", {}).items() if name in referred}
        _replace(self.folder, manifest)
        self.refresh()

    def _sweep(self) -> None:
        """Removes files that no manifest refers to: what a writer that died has left, and what was compacted away."""
        used = self._used()
        for path in self.folder.iterdir():
            if path.suffix in (".parquet", ".new") and path.name not in used:
                path.unlink()

    def _used(self) -> set[str]:
        """The names of the files that the manifest refers to, and its own."""
        used = {MANIFEST, *self.manifest["names"].values()}
        for segment in self.segments:
            used |= {segment["events_file"], segment["cases_file"], segment["masked_file"] or MANIFEST}
        return used

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time; a second one is told at once. The lock goes with the process that holds it."""
        with (self.folder / "lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BadLog(
                    f"{self.name} is being written by another process; try again.", code="store-busy", about=[self.name]
                ) from error
            yield


def _replace(folder: Path, manifest: Mapping[str, Any]) -> None:
    path = folder / f"{MANIFEST}.new"
    with path.open("w", encoding="utf-8") as handle:
        json.dump(manifest, handle, ensure_ascii=False, indent=1)
        handle.flush()
        os.fsync(handle.fileno())
    path.replace(folder / MANIFEST)
    # The rename itself must reach the disk too.
    entry = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)


def _codes(values: NDArray[Any]) -> Codes:
    return values.astype(np.int32)
