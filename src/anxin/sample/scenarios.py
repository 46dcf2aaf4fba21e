"""Scenarios for the what-if pages: changes and a storm plan, asked for by the analyst; the build simulates them once the lake
is there. The same claims and the same seed give the same findings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from anxin.access.actors import actor_of
from anxin.insight.whatif.actions import plan_scenario
from anxin.insight.whatif.models import Scenario
from anxin.sample.insurer import Insurer

SEED = 20_250_317
_PEOPLE: dict[str, Any] = {"what": "people", "department": "survey", "weekend": False}

SCENARIOS: tuple[dict[str, Any], ...] = (
    {
        "name": "材料审核并入定损",
        "changes": [{"what": "merge", "stage": "paper_check", "into": "assessment", "kept": 50}],
    },
    {
        "name": "苏州晚间加两名查勘员",
        "changes": [_PEOPLE | {"people": 2, "branch": "3205", "begin": 18.0, "end": 22.0}], "arrivals": "replay",
    },
    {
        "name": "台风预案：三天十二倍报案", "kind": Scenario.Kind.STORM, "level": 550, "promise_days": 15,
        "changes": [{"what": "surge", "factor": 12.0, "days": 3, "branch": "", "type": ""}],
    },
)  # fmt: skip


def add_scenarios(insurer: Insurer, *, as_of: datetime) -> None:
    """Learned from the last year; they wait to be simulated like any that a person asks for."""
    actor = actor_of(insurer.staff["ruanqing"], channel="desk")
    today = timezone.localdate(as_of)
    for one in SCENARIOS:
        plan_scenario(
            base_from=today - timedelta(days=365), base_to=today - timedelta(days=1), seed=SEED, actor=actor, now=as_of, **one
        )  # fmt: skip
