"""The worker's part: files of facts that were uploaded, one after another, each by the right of whoever asked."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
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
from anxin.journal.telling import Teller

log = logging.getLogger(__name__)

State = FactBatch.State
leases = Leases(
    FactBatch, Q(state__in=[State.WAITING, State.RUNNING]), length=timedelta(minutes=10), along=("asked_by",)
)
_TOLD = ("sha256", "rows", "created", "changed", "unchanged", "report")
"""What `take_in` notes in a batch."""


def run_waiting() -> int:
    """Take in every file that waits, or whose worker died; returns how many."""
    return leases.work(_run, state=State.RUNNING)


def _run(held: Held[FactBatch]) -> None:
    """What is refused is told in the batch; nothing is tried for ever, and a file taken in twice changes nothing."""
    batch = held.row
    file, asked_by = batch.file, batch.asked_by
    language = asked_by.language if asked_by is not None else settings.LANGUAGE_CODE
    with translation.override(language), Teller(held, in_one_transaction=True) as tell:
        try:
            assert asked_by is not None, "files that wait were sent by people"
            actor = actor_of(asked_by, channel="desk")
            actor.must(IMPORT_FACTS)
            with default_storage.open(file, "rb") as handle:
                content = handle.read()
            with transaction.atomic():
                settle(batch, content, actor=actor, now=clock.now(), tell=tell)
                is_ours = held.end()
                if not is_ours:  # another worker has it by now, and takes in the same
                    transaction.set_rollback(True)
        except Refused as refused:
            is_ours = _refuse(held, str(refused.message))
        except Exception:
            log.exception("facts %s failed", batch.public_id)
            why = _("Something went wrong on our side. Ask again: what was done already is not done twice.")
            is_ours = _refuse(held, why)
    if file and is_ours:
        default_storage.delete(file)


def settle(batch: FactBatch, content: bytes, *, actor: Actor, now: datetime, tell: Any = None) -> Any:
    """Take the file in and write down what came of it, both or neither."""
    with transaction.atomic():
        report = take_in(batch, content, actor=actor, now=now, tell=tell)
        batch.state = State.DONE if report.ok else State.REFUSED
        batch.why = (
            "" if report.ok else _("One bad row and nothing is imported; every fault is named by line and column.")
        )
        batch.ended_at, batch.file = now, ""
        # Without the lease: a worker asks for itself whether the batch is still its own.
        batch.save(update_fields=[*_TOLD, "state", "why", "ended_at", "file"])
    return report


def _refuse(held: Held[FactBatch], why: str) -> bool:
    return held.end(state=State.REFUSED, why=why[:400], ended_at=clock.now(), file="")


in_background = Background("facts", waits=lambda: leases.due().exists(), work=run_waiting)
