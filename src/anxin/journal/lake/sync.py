"""Taking what is new in the journal into the lake.

The lake remembers in its own manifest how far it has read (`reading.Place`), and moves on in the same step in which the
cases are written: killed at any point, the next sync goes on from there and writes nothing twice.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone

from anxin.access.models import Branch
from anxin.engines.mining import BadLog, Column, Log, Names, Store, WorkingTime, build, coded
from anxin.journal.activities import CASE_HANDED_OVER, activity
from anxin.journal.chain import microseconds, snapshot
from anxin.journal.lake import facts
from anxin.journal.lake.store import BOOKKEEPING, exists, folder, open_store, writing
from anxin.journal.models import Case, Event
from anxin.journal.promises.source import source
from anxin.journal.reading import Place, unread

MOST_EVENTS = 500_000
"""New events taken in one step, about: what a step holds in memory."""
IMPORTED = "imported.event"
_CHUNK = 900  # ids in one statement: SQLite takes no more than 999 by default


class WrongLake(BadLog):
    """The lake's folder belongs to another journal."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did: events read from the journal, cases written, and the lake's version after it."""

    events: int
    cases: int
    version: int


def sync(*, progress: Callable[[int], None] | None = None, most: int = MOST_EVENTS) -> Synced:
    """Take in everything that is committed. `progress` is called with the number of events read so far; `most` new events are
    taken in one step.

    Raises `anxin.engines.mining.BadLog`: code "store-busy" while another process writes the lake, "other-journal" (`WrongLake`)
    where it was made from another journal.
    """
    with writing():
        if not exists() and (aside := _beside("old")).exists():
            aside.rename(folder())  # a rebuild died between its two renames
        return _take_in(Store(folder()) if exists() else _created(folder()), progress, most)


def rebuild(*, progress: Callable[[int], None] | None = None) -> Synced:
    """Make the lake anew from the journal, beside the old one, which answers until the new one takes its place. What was
    forgotten stays forgotten. Raises BadLog as `sync` does, and for a folder that holds something else."""
    with writing():
        if folder().exists() and not exists() and any(folder().iterdir()):
            raise BadLog(
                f"{folder()} holds files but no lake: they are not removed. Set ANXIN_LAKE to a folder of its own.",
                code="not-a-lake",
                about=[str(folder())],
            )
        try:
            before = open_store()
            version, told = (0, {}) if before is None else (before.version, dict(before.extra))
        except (ValueError, KeyError):  # its manifest cannot be read
            version, told = 0, {}
        fresh, aside = _beside("new"), _beside("old")
        for left in (fresh, aside):
            shutil.rmtree(left, ignore_errors=True)
        store = _created(fresh, version + 1)
        if "forgotten_before" in told:
            store.note({"forgotten_before": told["forgotten_before"]})
        done = _take_in(store, progress, MOST_EVENTS)
        if folder().exists():
            folder().rename(aside)
        fresh.rename(folder())
        shutil.rmtree(aside, ignore_errors=True)
        return done


def _beside(what: str) -> Path:
    return folder().with_name(f"{folder().name}.{what}")


def _created(place: Path, version: int = 0) -> Store:
    # Versions go on from the present second: one that was used before the folder was removed must not come again, since answers
    # are stored by it.
    return Store.create(
        place, name="journal", zone=timezone.get_default_timezone(), version=max(version, int(time.time()))
    )


def _take_in(store: Store, progress: Callable[[int], None] | None, most: int) -> Synced:
    refuse_another_journal(store)
    events = cases = 0
    while True:
        # One view: a case's count and head are those of the very events that are read with it.
        with snapshot():
            new = list(unread(place_of_lake(store)).values_list("transaction", "pk", "case_id")[:most])
            if not new:
                return Synced(events, cases, store.version)
            last = Place(new[-1][0], new[-1][1])
            touched = _changed(store, sorted({case for _transaction, _pk, case in new}))
            log = log_of(touched, forgotten_before(store))
            digest = Event.objects.values_list("hash", flat=True).get(pk=last.event)
        told = {"place": str(last), "hash": digest}
        if log is None:  # bookkeeping alone, or cases that an earlier step has taken in whole
            store.note(told)
        else:
            store.append(log, working=working_between(int(log.begins().min()), int(log.time.max())), extra=told)
            cases += log.cases
        events += len(new)
        if progress is not None:
            progress(events)


def place_of_lake(store: Store) -> Place:
    return Place.parse(store.extra.get("place", "0-0"))


def forgotten_before(store: Store) -> datetime | None:
    """Cases closed before this moment stay out of the lake (`keeping.forget_before`)."""
    told = store.extra.get("forgotten_before", "")
    return datetime.fromisoformat(told) if told else None


def is_behind() -> bool:
    """Whether anything happened since the last sync."""
    store = open_store()
    return unread(place_of_lake(store) if store is not None else Place()).exists()


def refuse_another_journal(store: Store) -> None:
    """Raises `WrongLake` where the last event that the lake has read is not the one that stands in the journal."""
    place, digest = place_of_lake(store), store.extra.get("hash", "")
    if place == Place():
        return
    there = Event.objects.filter(pk=place.event).values_list("hash", flat=True).first()
    if there != digest:
        raise WrongLake(
            f"The lake in {store.folder} was made from another journal: event {place.event} is not the one it has read."
            " `anxin lake rebuild` makes it anew from this journal.",
            code="other-journal",
            about=[str(store.folder)],
        )


def _changed(store: Store, cases: list[int]) -> list[int]:
    """Those of the cases that do not stand in the lake as they are now."""
    if not len(store):
        return cases
    rows = [
        row
        for chunk in _chunks(cases)
        for row in Case.objects.filter(pk__in=chunk).values_list("pk", "public_id", "event_count", "head_hash")
    ]
    known = store.case_table("count", "head")
    ids = pa.array([row[1] for row in rows], known["id"].type)
    # The few that changed are looked for among the many that are there, not the other way round: no table of a million ids.
    places = pc.index_in(known["id"], value_set=ids)
    found = pc.is_valid(places)
    same = {
        rows[place][0]
        for place, count, head in zip(
            places.filter(found).to_pylist(),
            known["count"].filter(found).to_pylist(),
            known["head"].filter(found).to_pylist(),
            strict=True,
        )
        if (count, head) == (rows[place][2], first_bytes(rows[place][3]))
    }
    return [pk for pk in cases if pk not in same]


def log_of(cases: list[int], forgotten: datetime | None = None) -> Log | None:
    """The log of some cases, by primary key, but for those closed before `forgotten`; None when nothing of them belongs into the
    lake."""
    branches, telling = dict(Branch.objects.values_list("pk", "code")), facts.telling()
    columns: dict[str, list[Any]] = {
        name: [] for name in ("case", "activity", "time", "resource", "department", "actor_kind", "channel", "seq")
    }
    of_case: dict[str, list[Any]] = {name: [] for name in ("id", "kind", "branch", "state", "closed", "count", "head")}
    words = {name: [] for fields in facts.words().values() for name in fields}  # type: ignore[var-annotated]
    amounts = {name: [] for fields in facts.amounts().values() for name in fields}  # type: ignore[var-annotated]
    for chunk in _chunks(cases):
        rows = {
            pk: (public_id, kind, branches[branch], state, closed, count, head)
            for pk, public_id, kind, branch, state, closed, count, head in Case.objects.filter(
                pk__in=chunk
            ).values_list("pk", "public_id", "kind", "branch_id", "state", "closed_at", "event_count", "head_hash")
            if forgotten is None or closed is None or closed >= forgotten
        }
        found = Event.objects.filter(case__in=list(rows)).order_by("case", "seq").values_list(
            "case_id", "seq", "activity", "version", "actor_kind", "actor_id", "department", "channel", "occurred_at", "data"
        )  # fmt: skip
        before: int | None = None
        number = len(of_case["id"]) - 1
        for case, seq, name, version, actor_kind, actor, department, channel, occurred_at, data in found:
            if name.startswith(BOOKKEEPING):
                continue
            if case != before:
                before, number = case, number + 1
                public_id, kind, branch, state, closed, count, head = rows[case]
                for key, value in (
                    ("id", public_id), ("kind", kind), ("branch", branch), ("state", state),
                    ("closed", "yes" if closed else "no"), ("count", count), ("head", first_bytes(head)),
                ):  # fmt: skip
                    of_case[key].append(value)
                for kept in (*words.values(), *amounts.values()):
                    kept.append(None)
            if name in telling or name == CASE_HANDED_OVER:
                told = activity(name).current(json.loads(data), version)
                for field in facts.words().get(name, ()):
                    if told.get(field) is not None:
                        words[field][number] = _word(told[field])
                for field in facts.amounts().get(name, ()):
                    if told.get(field) is not None:
                        amounts[field][number] = int(told[field])
                if name == CASE_HANDED_OVER:
                    department = told.get("from", "") or department
            elif name == IMPORTED:
                name = f"imported:{json.loads(data).get('activity', '')}"
            columns["case"].append(number)
            columns["activity"].append(name)
            columns["time"].append(microseconds(occurred_at))
            columns["resource"].append(str(actor) if actor and actor_kind == "staff" else None)
            columns["department"].append(department or None)
            columns["actor_kind"].append(actor_kind)
            columns["channel"].append(channel)
            columns["seq"].append(seq)
    if not of_case["id"]:
        return None

    def texts(name: str, values: list[Any]) -> Column:
        return coded(name, pa.array(values, pa.large_string()))

    case_attributes = {name: texts(name, of_case[name]) for name in ("kind", "branch", "state", "closed")}
    case_attributes |= {name: Column(name, np.array(of_case[name], np.int64)) for name in ("count", "head")}
    case_attributes |= {name: texts(name, values) for name, values in words.items()}
    case_attributes |= {
        name: Column(name, np.array([np.nan if one is None else one for one in values], np.float64))
        for name, values in amounts.items()
    }
    return build(
        case=Column("case", np.array(columns["case"], np.int32), Names(of_case["id"])),
        activity=texts("activity", columns["activity"]),
        time=np.array(columns["time"], np.int64),
        resource=texts("resource", columns["resource"]),
        department=texts("department", columns["department"]),
        attributes={
            "actor_kind": texts("actor_kind", columns["actor_kind"]), "channel": texts("channel", columns["channel"]),
            "seq": Column("seq", np.array(columns["seq"], np.int64)),
        },
        case_attributes=case_attributes,
        name="journal",
    )  # fmt: skip


def _word(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def first_bytes(head: str) -> int:
    return int.from_bytes(bytes.fromhex(head[:16] or "0" * 16), "big", signed=True)


def working_between(first: int, last: int) -> WorkingTime | None:
    """Office time by the insurer's calendar as it is now; None before there is one. Moments in microseconds of UTC."""
    editions = source().current()
    if not editions.calendar:
        return None
    return WorkingTime.of(source().calendar(editions.calendar), first, last)


def _chunks(keys: list[int]) -> Iterator[list[int]]:
    rest = iter(keys)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
