"""Making reports: by the worker, under a lease, with progress; killed at any point, another worker begins it again."""

from __future__ import annotations

import json
import logging
import time
from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from anxin.access import clock
from anxin.access.actors import actor_of, system
from anxin.access.errors import Refused
from anxin.journal.background import Background
from anxin.journal.worker import worker_name
from anxin.voice.comments.queries import current_model
from anxin.voice.reports import sources
from anxin.voice.reports.actions import LANGUAGES
from anxin.voice.reports.content import SECTIONS, compose, prepare
from anxin.voice.reports.models import Report

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 3  # a report that ends the worker each time is not begun for ever
EVERY_SECONDS = 0.5
State = Report.State


def run_waiting() -> int:
    """Make every report that waits, or whose worker died, the oldest first; returns how many."""
    me, ran = worker_name(), 0
    while row := _claim(me):
        _make(row, me)
        ran += 1
    return ran


def _due() -> Any:
    free = Q(lease_until=None) | Q(lease_until__lt=timezone.now())
    return Report.objects.filter(free, state__in=[State.WAITING, State.RUNNING]).order_by("pk")


def _claim(me: str) -> Report | None:
    for row in _due().select_related("asked_by"):
        given = {"lease_until": timezone.now() + LEASE, "lease_by": me, "state": State.RUNNING}
        if _due().filter(pk=row.pk).update(**given, attempts=F("attempts") + 1):
            row.attempts += 1
            return row  # type: ignore[no-any-return]
    return None


def _make(row: Report, me: str) -> None:
    """By the right of whoever asked, as it is now. What fails is told; nothing is tried for ever."""
    mine = Report.objects.filter(pk=row.pk, lease_by=me)
    with translation.override("zh-hans" if row.language == "zh" else "en"):
        try:
            if row.attempts > MAX_ATTEMPTS:
                raise Refused(
                    _("The report could not be made; it was begun three times. Tell whoever runs this system.")
                )
            made = _content(row, me)
        except Refused as refused:
            made = {"state": State.FAILED, "why": str(refused.message)[:400]}
        except Exception:
            log.exception("report %s failed", row.public_id)
            made = {"state": State.FAILED, "why": _("Something went wrong on our side. Ask for the report again.")}
    mine.update(**made, ended_at=clock.now(), lease_until=None, lease_by="")


def _content(row: Report, me: str) -> dict[str, Any]:
    actor = system() if row.asked_by is None else actor_of(row.asked_by, channel="desk")
    tell = _Teller(row, me)
    source = sources.find(row.kind, row.source, actor)
    upto = source.newest()
    study = source.study(upto)
    last = sources.find(row.previous_kind, row.previous, actor).study(None) if row.previous else None
    model = current_model() if study.of_role("open") else None
    weights, ahp = sources.experts(study, actor)
    told = sources.conversations(source, study, actor, row.asked_at)
    ground = prepare(study, previous=last, model=model, weights=weights, ahp=ahp, interviews=told)
    # The reader's language first: its sections are what is told of; the other is written from the same results.
    found = {}
    for language in sorted(LANGUAGES, key=lambda one: one != row.language):
        content = compose(ground, language, progress=tell if language == row.language else None)
        found[language] = content.to_dict()
    return {
        "state": State.DONE, "result": json.dumps(found, ensure_ascii=False), "upto": upto, "counted": study.n, "done": len(SECTIONS),
        "whole": len(SECTIONS), "why": "",
    }  # fmt: skip


class _Teller:
    """Writes down how far a report is, and holds its lease meanwhile."""

    def __init__(self, row: Report, me: str):
        self._row, self._me, self._last = row, me, 0.0

    def __call__(self, stage: str, done: int, of: int) -> None:
        if time.monotonic() - self._last < EVERY_SECONDS and done < of:
            return
        self._last = time.monotonic()
        Report.objects.filter(pk=self._row.pk, lease_by=self._me).update(
            stage=stage[:80], done=done, whole=of, lease_until=timezone.now() + LEASE
        )


in_background = Background("reports", waits=lambda: _due().exists(), work=run_waiting)
