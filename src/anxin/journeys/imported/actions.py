"""The only writer: a whole event log, all or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Invalid
from anxin.access.models import Branch
from anxin.journal.history import History
from anxin.journeys.imported.activities import IMPORTED_EVENT
from anxin.journeys.imported.logs import BadLog, Columns, LogEvent, read_log
from anxin.journeys.imported.models import Log, Resource
from anxin.journeys.imported.permissions import IMPORT_LOGS

KIND = "imported"
CLOSED = "closed"
_CASES_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Imported:
    log: Log
    is_new: bool
    """False when this very file was imported into this branch before: nothing was written."""


def import_log(
    *, path: Path, branch: Branch, columns: Columns | None = None, name: str = "", actor: Actor, now: datetime,
    progress: Callable[[str, int, int | None], None] | None = None,
) -> Imported:  # fmt: skip
    """Import an event log (XES or CSV, also gzipped) as closed cases of kind `imported` with their events.

    `progress` takes the phase ("read" or "write"), how many events are done and how many there are (None: not known).
    Raises `Invalid`, whose fact `rows` lists the bad rows, and then nothing is written.
    """
    actor.must(IMPORT_LOGS)
    tell = progress or (lambda phase, done, total: None)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    known = Log.objects.filter(branch=branch, sha256=digest).first()
    if known is not None:
        return Imported(known, False)
    try:
        events = read_log(
            path, columns=columns, zone=timezone.get_current_timezone(), now=now,
            progress=lambda done: tell("read", done, None),
        )  # fmt: skip
    except BadLog as error:
        raise Invalid(
            _("The log was not imported: %(count)d rows cannot be used.") % {"count": len(error.rows) + error.more},
            rows=error.rows,
            more=error.more,
        ) from error
    cases: dict[str, list[LogEvent]] = {}
    for event in events:
        cases.setdefault(event.case, []).append(event)
    with transaction.atomic():
        log = Log.objects.create(
            name=(name or _plain_name(path))[:80], sha256=digest, branch=branch, cases=len(cases), events=len(events),
            imported_by_id=actor.user_id, imported_at=now,
        )  # fmt: skip
        codes = _write_resources(log, events)
        _write_cases(log, cases, codes, actor, now, tell)
    return Imported(log, True)


def _plain_name(path: Path) -> str:
    name = path.name.removesuffix(".gz")
    return name.removesuffix(".xes").removesuffix(".csv")


def _write_resources(log: Log, events: Iterable[LogEvent]) -> dict[str, str]:
    names = dict.fromkeys(event.resource for event in events if event.resource)
    codes = {name: f"r{number}" for number, name in enumerate(names, 1)}
    Resource.objects.bulk_create(
        (Resource(log=log, code=code, name=name) for name, code in codes.items()), batch_size=1_000
    )
    return codes


def _write_cases(
    log: Log, cases: dict[str, list[LogEvent]], codes: dict[str, str], actor: Actor, now: datetime,
    tell: Callable[[str, int, int | None], None],
) -> None:  # fmt: skip
    done = 0
    rest = iter(cases.items())
    while some := list(islice(rest, _CASES_AT_A_TIME)):
        history = History(recorded_at=now)
        for case, events in some:
            # Python's sort is stable: events of one moment stay as the file has them.
            events.sort(key=lambda event: event.at)
            chain = history.open(
                kind=KIND, branch=log.branch, subject=("log", log.public_id), state=CLOSED, opened_at=events[0].at,
                number=_number(log, case), title_zh=f"{log.name} {case}"[:120], title_en=f"{log.name} {case}"[:160],
            )  # fmt: skip
            for event in events:
                chain.say(IMPORTED_EVENT, _data(event, codes), at=event.at, actor=actor)
            # Closed at its last event, so that it burdens no queue.
            chain.set(closed_at=events[-1].at)
        done += history.write()
        tell("write", done, log.events)


def _number(log: Log, case: str) -> str:
    """The log's own case id behind the log's number, so that two logs may both have a case 1."""
    number = f"L{log.pk}-{case}"
    if len(number) > 40:
        number = f"{number[:31]}~{hashlib.sha256(case.encode()).hexdigest()[:8]}"
    return number


def _data(event: LogEvent, codes: dict[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {"activity": event.activity}
    if event.resource:
        data["resource"] = codes[event.resource]
    if event.transition:
        data["transition"] = event.transition
    if event.kept:
        data["kept"] = event.kept
    return data
