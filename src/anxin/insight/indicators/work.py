"""The worker's part: files of facts that were uploaded, one after another, each by the right of whoever asked."""

from __future__ import annotations

import json
import logging
import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from anxin.access import clock
from anxin.access.actors import Actor, actor_of
from anxin.access.errors import Refused
from anxin.insight.indicators.importing import take_in
from anxin.insight.indicators.models import FactBatch
from anxin.insight.indicators.permissions import IMPORT_FACTS
from anxin.journal.background import Background
from anxin.journal.leasing import Held, Leases

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.5
State = FactBatch.State
leases = Leases(
    FactBatch, Q(state__in=[State.WAITING, State.RUNNING]), length=timedelta(minutes=10), along=("asked_by",)
)


def run_waiting() -> int:
    """Take in every file that waits, or whose worker died; returns how many."""
    return leases.work(_run, state=State.RUNNING)


def progress_of(batch: FactBatch) -> tuple[str, int, int]:
    """(stage, rows done, of) as last told; of is 0 while it is not known."""
    try:
        kept = json.loads(_note_of(batch).read_text())
        return str(kept["stage"]), int(kept["done"]), int(kept["of"])
    except (OSError, ValueError, KeyError):
        return batch.stage, batch.done, batch.whole


def _run(held: Held[FactBatch]) -> None:
    """What is refused is told in the batch; nothing is tried for ever, and a file taken in twice changes nothing."""
    batch = held.row
    file, asked_by = batch.file, batch.asked_by
    with translation.override(asked_by.language if asked_by is not None else settings.LANGUAGE_CODE):
        try:
            assert asked_by is not None, "files that wait were sent by people"
            actor = actor_of(asked_by, channel="desk")
            actor.must(IMPORT_FACTS)
            with default_storage.open(file, "rb") as handle:
                content = handle.read()
            settle(batch, content, actor=actor, now=clock.now(), tell=_Teller(batch))
        except Refused as refused:
            _refuse(held, str(refused.message))
        except Exception:
            log.exception("facts %s failed", batch.public_id)
            _refuse(held, _("Something went wrong on our side. Ask again: what was done already is not done twice."))
    if file:
        default_storage.delete(file)
    _note_of(batch).unlink(missing_ok=True)


def settle(batch: FactBatch, content: bytes, *, actor: Actor, now: datetime, tell: Any = None) -> Any:
    """Take the file in and write down what came of it, both or neither."""
    with transaction.atomic():
        report = take_in(batch, content, actor=actor, now=now, tell=tell)
        batch.state = State.DONE if report.ok else State.REFUSED
        batch.why = (
            "" if report.ok else _("One bad row and nothing is imported; every fault is named by line and column.")
        )
        batch.ended_at, batch.lease_until, batch.file = now, None, ""
        batch.save()
    return report


def _refuse(held: Held[FactBatch], why: str) -> None:
    held.end(state=State.REFUSED, why=why[:400], ended_at=clock.now(), file="")


class _Teller:
    """Writes how far a file is into a small note in the home folder, since the import itself is one transaction."""

    def __init__(self, batch: FactBatch):
        self._batch, self._last = batch, 0.0

    def __call__(self, stage: str, done: int, of: int) -> None:
        if time.monotonic() - self._last < EVERY_SECONDS and done < of:
            return
        self._last = time.monotonic()
        note = _note_of(self._batch)
        note.parent.mkdir(exist_ok=True)
        fresh = note.with_suffix(".new")
        fresh.write_text(json.dumps({"stage": stage, "done": done, "of": of}))
        os.replace(fresh, note)


def _note_of(batch: FactBatch) -> Path:
    return Path(settings.HOME) / "errands" / f"facts-{batch.public_id}.json"


in_background = Background("facts", waits=lambda: leases.due().exists(), work=run_waiting)
