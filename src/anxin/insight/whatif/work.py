"""Simulating scenarios: by the worker, under a lease, with progress; killed at any point, another worker begins it again."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access import clock
from anxin.access.errors import Refused
from anxin.insight.results.asking import Ask
from anxin.insight.whatif import running
from anxin.insight.whatif.models import Scenario
from anxin.journal.background import Background
from anxin.journal.lake.store import exists
from anxin.journal.worker import worker_name

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 3  # a scenario that ends the worker each time is not begun for ever
State = Scenario.State


def run_waiting() -> int:
    """Simulate every scenario that waits, or whose worker died, the oldest first; returns how many."""
    me, ran = worker_name(), 0
    while row := _claim(me):
        _make(row, me)
        ran += 1
    return ran


def _due() -> Any:
    free = Q(lease_until=None) | Q(lease_until__lt=timezone.now())
    return Scenario.objects.filter(free, state__in=[State.WAITING, State.RUNNING]).order_by("pk")


def _claim(me: str) -> Scenario | None:
    for row in _due().select_related("branch")[:20]:
        given = {"lease_until": timezone.now() + LEASE, "lease_by": me, "state": State.RUNNING}
        if _due().filter(pk=row.pk).update(**given, attempts=F("attempts") + 1):
            row.attempts += 1
            return row  # type: ignore[no-any-return]
    return None


def ask_of_scenario(row: Scenario) -> Ask:
    """The lake as a scenario sees it: its branch's claims, or all."""
    return Ask(frozenset({row.branch.code}) if row.branch else None, {"kind": "claim"}, clock.now())


def _make(row: Scenario, me: str) -> None:
    mine = Scenario.objects.filter(pk=row.pk, lease_by=me)

    def tell(stage: str, done: int, whole: int) -> None:
        mine.update(stage=stage, done=done, whole=whole, lease_until=timezone.now() + LEASE)

    made: dict[str, Any]
    try:
        if row.attempts > MAX_ATTEMPTS:
            raise Refused(
                _("The scenario could not be simulated; it was begun three times. Tell whoever runs this system.")
            )
        ask = ask_of_scenario(row)
        if ask.log is None:
            raise Refused(_("The lake holds no claims of this scope yet."))
        found = running.run(row, ask.log, tell)
        made = {"state": State.DONE, "result": json.dumps(found, allow_nan=False), "lake": ask.version, "why": ""}
    except Refused as refused:
        made = {"state": State.FAILED, "why": str(refused.message)[:400]}
    except Exception:
        log.exception("scenario %s failed", row.public_id)
        made = {"state": State.FAILED, "why": _("Something went wrong on our side. Simulate the scenario again.")}
    mine.update(**made, ended_at=clock.now(), lease_until=None, lease_by="")


in_background = Background("whatif", waits=lambda: exists() and _due().exists(), work=run_waiting)
