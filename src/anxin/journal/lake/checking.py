"""Is the lake what the journal says? Its files against their digests, its cases against the heads of their chains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from anxin.engines.mining import Log, Store
from anxin.journal.chain import snapshot
from anxin.journal.lake.store import BOOKKEEPING, writing
from anxin.journal.lake.sync import first_bytes, forgotten_before, log_of, place_of_lake, refuse_another_journal
from anxin.journal.models import Case, Event
from anxin.journal.reading import beyond

SAMPLE = 200
"""Cases whose events are compared where not all are asked for."""
_CHUNK = 900


@dataclass(slots=True)
class Report:
    """What a check found. `wrong` names files and cases, in words; `behind` counts cases that have moved on since the last sync,
    `compared` those whose events were read anew."""

    cases: int = 0
    events: int = 0
    behind: int = 0
    compared: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.wrong


def check(store: Store, *, deep: bool = False, progress: Callable[[int], None] | None = None, most: int = 20) -> Report:
    """Compare the lake with the journal: files, then every case's count and head, then the events of a sample of cases; `deep`:
    of all. Raises `WrongLake` for the lake of another journal, BadLog ("store-busy") while it is being written."""
    with writing(), snapshot():
        store.refresh()
        refuse_another_journal(store)
        report = Report(wrong=[f"{name}: the file is missing or was changed" for name in store.verify()])
        if report.sound:
            _check(store, report, deep, progress)
        del report.wrong[most:]
        return report


def _check(store: Store, report: Report, deep: bool, progress: Callable[[int], None] | None) -> None:
    table = store.case_table("count", "head") if len(store) else None
    lake = {} if table is None else {
        public_id: (count, head)
        for public_id, count, head in zip(table["id"].to_pylist(), table["count"].to_pylist(), table["head"].to_pylist(), strict=True)
    }  # fmt: skip
    report.cases, report.events = len(lake), len(store)
    newer = set(beyond(place_of_lake(store)).values_list("case_id", flat=True))
    forgotten = forgotten_before(store)
    seen, same = 0, []
    rows = Case.objects.order_by("pk").values_list("pk", "public_id", "event_count", "head_hash", "closed_at")
    for pk, public_id, count, head, closed_at in rows.iterator(_CHUNK):
        there = lake.pop(public_id, None)
        was_forgotten = forgotten is not None and closed_at is not None and closed_at < forgotten
        if pk in newer:
            report.behind += 1
        elif there is None:
            if not was_forgotten and _belongs(pk):
                report.wrong.append(f"case {public_id}: missing in the lake")
        elif there != (count, first_bytes(head)):
            report.wrong.append(
                f"case {public_id}: the lake has it with {there[0]} events, the journal with {count} or another head"
            )
        else:
            same.append(pk)
        seen += count
        if progress is not None:
            progress(seen)
    report.wrong += [f"case {public_id}: the journal does not know it" for public_id in lake]
    if report.sound and same:
        # Evenly from the first case to the last: faults come in runs.
        report.compared = len(same) if deep else min(SAMPLE, len(same))
        report.wrong += _compared(
            store, [same[place * len(same) // report.compared] for place in range(report.compared)]
        )


def _belongs(case: int) -> bool:
    names = Event.objects.filter(case=case).values_list("activity", flat=True)
    return any(not name.startswith(BOOKKEEPING) for name in names)


def _compared(store: Store, cases: list[int]) -> list[str]:
    """Cases of the lake beside the same cases made anew from the journal."""
    whole = store.log()
    places = {public_id: place for place, public_id in enumerate(whole.case_ids)}
    wrong = []
    for start in range(0, len(cases), _CHUNK):
        anew = log_of(cases[start : start + _CHUNK])
        if anew is None:
            continue
        for place, public_id in enumerate(anew.case_ids):
            there = places.get(public_id)
            if there is None or _told(anew, place) != _told(whole, there):
                wrong.append(f"case {public_id}: its events in the lake are not those of the journal")
    return wrong


def _told(log: Log, case: int) -> tuple[Any, ...]:
    """All that the log says of a case; what it has no value for is left out, since a piece of a log may lack the column."""
    first, last = int(log.offsets[case]), int(log.offsets[case + 1])
    columns = {"resource": log.resource, "department": log.department, **log.attributes}
    of_case = {name: value for name, one in log.case_attributes.items() if (value := one.value(case)) is not None}
    return of_case, [
        (
            log.activities[log.activity[i]],
            int(log.time[i]),
            {name: value for name, one in columns.items() if one is not None and (value := one.value(i)) is not None},
        )
        for i in range(first, last)
    ]
