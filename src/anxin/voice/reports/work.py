"""Making reports: by the worker, under a lease, with progress; killed at any point, another worker begins it again."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from anxin.access import clock
from anxin.access.actors import actor_of, system
from anxin.access.errors import Refused
from anxin.journal.background import Background
from anxin.journal.leasing import Held, Leases
from anxin.journal.telling import Teller
from anxin.voice.comments.queries import current_model
from anxin.voice.reports import sources
from anxin.voice.reports.actions import LANGUAGES
from anxin.voice.reports.content import SECTIONS, compose, prepare
from anxin.voice.reports.models import Report

log = logging.getLogger(__name__)

State = Report.State
leases = Leases(
    Report, Q(state__in=[State.WAITING, State.RUNNING]), length=timedelta(minutes=5), along=("asked_by",), tries=3
)


def run_waiting() -> int:
    """Make every report that waits, or whose worker died, the oldest first; returns how many."""
    return leases.work(_make, state=State.RUNNING)


def _make(held: Held[Report]) -> None:
    """By the right of whoever asked, as it is now. What fails is told; nothing is tried for ever."""
    row = held.row
    with translation.override("zh-hans" if row.language == "zh" else "en"):
        try:
            if held.is_worn_out:
                raise Refused(
                    _("The report could not be made; it was begun three times. Tell whoever runs this system.")
                )
            made = _content(held)
        except Refused as refused:
            made = {"state": State.FAILED, "why": str(refused.message)[:400]}
        except Exception:
            log.exception("report %s failed", row.public_id)
            made = {"state": State.FAILED, "why": _("Something went wrong on our side. Ask for the report again.")}
    held.end(**made, ended_at=clock.now())


def _content(held: Held[Report]) -> dict[str, Any]:
    row, tell = held.row, Teller(held)
    actor = system() if row.asked_by is None else actor_of(row.asked_by, channel="desk")
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


in_background = Background("reports", waits=lambda: leases.due().exists(), work=run_waiting)
