"""The hash chain of a case's events, and its check.

Version 1: SHA-256 over the UTF-8 of a JSON array (no spaces, characters as they are) of
`[1, previous hash, case public id, seq, activity, version, actor kind, actor id, department, channel, occurred (µs since
1970), recorded (µs), data text, cause's event id or null, depth, rules edition, calendar edition]`.
The data stands in it as the very text that is stored, so no second serialisation can differ.
"""

from __future__ import annotations

import bisect
import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from anxin.journal.models import Case, Checkpoint, Event

CHAIN_VERSION = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def canonical(data: dict[str, Any]) -> str:
    """Canonical JSON text. Raises TypeError for floats: money is integer fen and measures are integers or text."""
    _refuse_floats(data, "data")
    return _canonical(data)


def _refuse_floats(value: Any, path: str) -> None:
    if value is None or isinstance(value, str | int):
        return
    if isinstance(value, dict):
        for name, item in value.items():
            _refuse_floats(item, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            _refuse_floats(item, f"{path}[{number}]")
    else:
        raise TypeError(f"{path} is a {type(value).__name__}; an event holds text, whole numbers, true/false and lists")


def microseconds(moment: datetime) -> int:
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def hash_of(event: Event, previous: str, case_public_id: str) -> str:
    return _digest(
        previous, case_public_id, event.seq, event.activity, event.version, event.actor_kind, event.actor_id,
        event.department, event.channel, microseconds(event.occurred_at), microseconds(event.recorded_at), event.data,
        event.cause_id, event.depth, event.rules_edition, event.calendar_edition,
    )  # fmt: skip


def _digest(*parts: Any) -> str:
    return hashlib.sha256(_compact([CHAIN_VERSION, *parts]).encode()).hexdigest()


@dataclass(slots=True)
class Report:
    """What `verify` found. `broken` is the first broken event or case in words, empty when all is well."""

    cases: int = 0
    events: int = 0
    checkpoints: int = 0
    broken: list[dict[str, Any]] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.broken


_COLUMNS = (
    "id", "case_id", "seq", "activity", "version", "actor_kind", "actor_id", "department", "channel", "occurred_at",
    "recorded_at", "data", "cause_id", "depth", "rules_edition", "calendar_edition", "hash",
)  # fmt: skip


def verify(*, progress: Callable[[int], None] | None = None, case: Case | None = None, limit: int = 20) -> Report:
    """Check every chain against its events, every head against its case, every checkpoint against the heads.

    Reads events in (case, seq) order in one pass over one snapshot, while others write on; `progress` is called with
    the number of events read so far. Finds: a changed field, a changed hash, a missing or doubled event, a cut tail, a
    case without its events, and — against checkpoints — a case or tail that disappeared together with its head.
    """
    with snapshot():
        return _verify(progress, case, limit)


@contextlib.contextmanager
def snapshot() -> Iterator[None]:
    """One unchanging view for several queries, without holding up anyone who writes."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # Django's own transactions are IMMEDIATE and would lock the writers out
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _verify(progress: Callable[[int], None] | None, case: Case | None, limit: int) -> Report:
    report = Report()
    marks = [] if case is not None else list(Checkpoint.objects.order_by("pk"))
    positions = [mark.position for mark in marks]
    # Which head each case had at which checkpoint; only where it differs from the checkpoint before.
    heads: dict[str, dict[int, str]] = {}
    cases = Case.objects.order_by("pk")
    events = Event.objects.order_by("case_id", "seq")
    if case is not None:
        cases, events = cases.filter(pk=case.pk), events.filter(case=case)
    rows = events.values_list(*_COLUMNS).iterator(chunk_size=5_000)
    current = next(rows, None)
    for pk, public_id, number, head, count in cases.values_list(
        "pk", "public_id", "number", "head_hash", "event_count"
    ).iterator(chunk_size=5_000):
        report.cases += 1
        previous, seq, sound = "", 0, True
        while current is not None and current[1] < pk:
            _found(report, limit, "", "", current[2], current[3], "no-case")
            current = next(rows, None)
        while current is not None and current[1] == pk:
            report.events += 1
            seq += 1
            if sound and (current[2] != seq or _row_hash(current, previous, public_id) != current[16]):
                sound = False
                what = "changed" if current[2] == seq else "missing" if current[2] > seq else "doubled"
                _found(report, limit, number, public_id, current[2], current[3], what)
            previous = current[16]
            if marks:
                index = bisect.bisect_left(positions, current[0])
                if index < len(marks):
                    heads.setdefault(public_id, {})[index] = previous
            current = next(rows, None)
            if progress is not None and report.events % 1_000 == 0:
                progress(report.events)
        if sound and (seq != count or previous != head):
            _found(report, limit, number, public_id, seq, "", "tail")
    while current is not None:
        _found(report, limit, "", "", current[2], current[3], "no-case")
        current = next(rows, None)
    _verify_marks(report, limit, marks, heads)
    if progress is not None:
        progress(report.events)
    return report


def _verify_marks(report: Report, limit: int, marks: list[Checkpoint], heads: dict[str, dict[int, str]]) -> None:
    standing: dict[str, str] = {}
    previous = ""
    for index, mark in enumerate(marks):
        report.checkpoints += 1
        standing.update({public_id: changed[index] for public_id, changed in heads.items() if index in changed})
        digest = checkpoint_digest(iter(standing.items()), previous)
        if mark.previous != previous or mark.digest != digest or mark.cases != len(standing):
            _found(report, limit, "", "", mark.position, f"checkpoint {mark.pk}", "checkpoint")
        previous = mark.digest


def _row_hash(row: tuple[Any, ...], previous: str, public_id: str) -> str:
    return _digest(
        previous, public_id, *row[2:9], microseconds(row[9]), microseconds(row[10]), *row[11:16]
    )  # fmt: skip


def _found(report: Report, limit: int, number: str, public_id: str, seq: int, activity: str, what: str) -> None:
    if len(report.broken) < limit:
        report.broken.append({"case": number, "public_id": public_id, "seq": seq, "activity": activity, "what": what})


def checkpoint_digest(heads: Iterator[tuple[str, str]], previous: str) -> str:
    """SHA-256 over the previous checkpoint and every (case public id, head hash), sorted by public id."""
    digest = hashlib.sha256(previous.encode())
    for public_id, head in sorted(heads):
        digest.update(f"\n{public_id} {head}".encode())
    return digest.hexdigest()
