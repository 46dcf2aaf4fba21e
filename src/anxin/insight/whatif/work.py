"""Simulating scenarios: by the worker, under a lease, with progress; killed at any point, another worker begins it again."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from anxin.access import clock
from anxin.access.errors import Refused
from anxin.insight.results.asking import Ask
from anxin.insight.whatif import running
from anxin.insight.whatif.models import Scenario
from anxin.journal.background import Background
from anxin.journal.lake.store import exists
from anxin.journal.leasing import Held, Leases

log = logging.getLogger(__name__)

State = Scenario.State
leases = Leases(
    Scenario, Q(state__in=[State.WAITING, State.RUNNING]), length=timedelta(minutes=10), along=("branch",), tries=3
)


def run_waiting() -> int:
    """Simulate every scenario that waits, or whose worker died, the oldest first; returns how many."""
    return leases.work(_make, state=State.RUNNING)


def ask_of_scenario(row: Scenario) -> Ask:
    """The lake as a scenario sees it: its branch's claims, or all."""
    return Ask(frozenset({row.branch.code}) if row.branch else None, {"kind": "claim"}, clock.now())


def _make(held: Held[Scenario]) -> None:
    row = held.row

    def tell(stage: str, done: int, whole: int) -> None:
        held.keep(stage=stage, done=done, whole=whole)

    made: dict[str, Any]
    try:
        if held.is_worn_out:
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
    held.end(**made, ended_at=clock.now())


in_background = Background("whatif", waits=lambda: exists() and leases.due().exists(), work=run_waiting)
