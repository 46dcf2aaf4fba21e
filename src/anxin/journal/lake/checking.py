"""Is the lake what the journal says? Its files against their digests, its cases against the heads of their chains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from anxin.engines.mining import Store
from anxin.journal.lake.store import BOOKKEEPING
from anxin.journal.lake.sync import first_bytes, log_of, place_of_lake, refuse_another_journal
from anxin.journal.models import Case, Event
from anxin.journal.reading import unread

_CHUNK = 900


@dataclass(slots=True)
class Report:
    """What a check found. `wrong` names files and cases, in words; `behind` counts cases that have moved on since the last sync."""

    cases: int = 0
    events: int = 0
    behind: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.wrong


def check(store: Store, *, deep: bool = False, progress: Callable[[int], None] | None = None, most: int = 20) -> Report:
    """Compare the lake with the journal; `deep` works every case out anew and compares event by event. Raises `WrongLake`."""
    refuse_another_journal(store)
    report = Report()
    for name in store.verify():
        report.wrong.append(f"{name}: the file is missing or was changed")
    if report.wrong:
        return report
    table = store.case_table("count", "head")
    lake = {
        public_id: (count, head)
        for public_id, count, head in zip(table["id"].to_pylist(), table["count"].to_pylist(), table["head"].to_pylist(), strict=True)
    }  # fmt: skip
    report.cases, report.events = len(lake), len(store)
    newer = set(unread(place_of_lake(store)).values_list("case_id", flat=True))
    forgotten = store.extra.get("forgotten_before", "")
    seen = 0
    rows = Case.objects.order_by("pk").values_list("pk", "public_id", "event_count", "head_hash", "closed_at")
    for pk, public_id, count, head, closed_at in rows.iterator(_CHUNK):
        there = lake.pop(public_id, None)
        if pk in newer:
            report.behind += 1
        elif there is None:
            was_forgotten = bool(forgotten) and closed_at is not None and closed_at < datetime.fromisoformat(forgotten)
            if not was_forgotten and _belongs(pk):
                report.wrong.append(f"case {public_id}: missing in the lake")
        elif there != (count, first_bytes(head)):
            report.wrong.append(
                f"case {public_id}: {there[0]} events in the lake's words, {count} in the journal, or another head"
            )
        seen += count
        if progress is not None:
            progress(seen)
    report.wrong += [f"case {public_id}: the journal does not know it" for public_id in lake]
    if deep and report.sound:
        report.wrong += _deeply(store, newer)
    del report.wrong[most:]
    return report


def _belongs(case: int) -> bool:
    names = Event.objects.filter(case=case).values_list("activity", flat=True)
    return any(not name.startswith(BOOKKEEPING) for name in names)


def _deeply(store: Store, newer: set[int]) -> list[str]:
    """Every case of the lake beside the same case made anew from the journal."""
    whole = store.log()
    places = {public_id: place for place, public_id in enumerate(whole.case_ids)}
    wrong = []
    keys = [pk for pk in Case.objects.order_by("pk").values_list("pk", flat=True) if pk not in newer]
    for start in range(0, len(keys), _CHUNK):
        anew = log_of(keys[start : start + _CHUNK])
        if anew is None:
            continue
        for place, public_id in enumerate(anew.case_ids):
            if public_id in places and _told(anew, place) != _told(whole, places[public_id]):
                wrong.append(f"case {public_id}: its events in the lake are not those of the journal")
    return wrong


def _told(log: Any, case: int) -> list[tuple[Any, ...]]:
    first, last = int(log.offsets[case]), int(log.offsets[case + 1])
    columns = [log.resource, log.department, *(log.attributes[name] for name in ("actor_kind", "channel", "seq"))]
    return [
        (log.activities[log.activity[i]], int(np.int64(log.time[i])), *(column.value(i) if column is not None else None for column in columns))
        for i in range(first, last)
    ]  # fmt: skip
