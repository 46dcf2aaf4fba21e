"""The only writers of scenarios."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.access.models import Branch
from anxin.insight.whatif.models import Scenario
from anxin.insight.whatif.permissions import PLAN_SCENARIOS
from anxin.insight.whatif.stages import STAGE_WORDS, WHOLE, promises

DEPARTMENTS = ("call_centre", "survey", "assessment", "adjudication", "finance")
SHORTEST_BASE = timedelta(days=60)
MOST_CHANGES = 12


@transaction.atomic
def plan_scenario(
    *, name: str, changes: Sequence[Mapping[str, Any]], base_from: date, base_to: date, actor: Actor, now: datetime, branch: str = "",
    kind: str = Scenario.Kind.CHANGE, arrivals: str = Scenario.Arrivals.DRAWN, days: int = 60, promise: str = "",
    promise_days: int = 10, level: int = 900, seed: int = 1,
) -> Scenario:  # fmt: skip
    """Have a scenario simulated by the worker. `branch`: a code, empty for the whole insurer.

    Raises `NotAllowed`, `Missing` for a branch that is not theirs, `Invalid` naming the field that is wrong.
    """
    actor.must(PLAN_SCENARIOS)
    wrong: dict[str, str] = {}
    place = _branch(branch, actor, wrong)
    name = " ".join(name.split())
    if not name:
        wrong["name"] = _("Give the scenario a name.")
    if base_to - base_from < SHORTEST_BASE:
        wrong["base_from"] = _(
            "The base period must be at least %(days)s days, so that there is enough to learn from."
        ) % {"days": SHORTEST_BASE.days}
    if base_to > timezone.localdate(now):
        wrong["base_to"] = _("The base period must not lie in the future.")
    if not 14 <= days <= 180:
        wrong["days"] = _("Measure 14 to 180 days.")
    if not 1 <= promise_days <= 365:
        wrong["promise_days"] = _("Enter 1 to 365 days.")
    if not 1 <= level <= 1000:
        wrong["level"] = _("Enter a share above 0 and up to 100 %.")
    if promise and promise not in {one.code for one in promises(promise_days) if one.code != WHOLE}:
        wrong["promise"] = _("This promise is not in force, or its clock does not run through the simulated stages.")
    if not changes:
        wrong["changes"] = _("Change something: fill in at least one line.")
    elif len(changes) > MOST_CHANGES:
        wrong["changes"] = _("At most %(most)s changes in one scenario.") % {"most": MOST_CHANGES}
    for one in changes:
        wrong |= _wrong_with(one, actor)
    if wrong:
        raise Invalid(next(iter(wrong.values())), fields=wrong)
    return Scenario.objects.create(
        name=name[:120], kind=kind, branch=place, base_from=base_from, base_to=base_to, arrivals=arrivals, days=days,
        promise=promise, promise_days=promise_days, level=level, changes=json.dumps(list(changes)), seed=seed, asked_at=now,
        asked_by_id=actor.user_id,
    )  # fmt: skip


@transaction.atomic
def simulate_again(*, scenario: str, actor: Actor, now: datetime) -> Scenario:
    """The same scenario on the lake as it is now. Raises `IllegalMove` while it is being simulated."""
    actor.must(PLAN_SCENARIOS)
    row = _locked(scenario, actor)
    if row.is_open:
        raise IllegalMove(_("This scenario is being simulated already."), code="running")
    row.state, row.stage, row.done, row.whole, row.attempts = Scenario.State.WAITING, "", 0, 0, 0
    row.why, row.asked_at, row.ended_at, row.lease_until, row.lease_by = "", now, None, None, ""
    row.save()
    return row


@transaction.atomic
def remove_scenario(*, scenario: str, actor: Actor, now: datetime) -> None:
    """Drop a scenario that nobody needs. Raises `IllegalMove` while it is being simulated."""
    actor.must(PLAN_SCENARIOS)
    row = _locked(scenario, actor)
    if row.state == Scenario.State.RUNNING:
        raise IllegalMove(_("This scenario is being simulated; remove it when it is done."), code="running")
    row.delete()


def _locked(public_id: str, actor: Actor) -> Scenario:
    row = Scenario.objects.visible_to(actor).select_for_update().filter(public_id=public_id).first()
    if row is None:
        raise Missing(_("There is no such scenario."))
    return row


def _branch(code: str, actor: Actor, wrong: dict[str, str]) -> Branch | None:
    if not code:
        if actor.branch_ids is not None:
            wrong["branch"] = _("Choose your branch: the whole insurer is for those who see all of it.")
        return None
    row = Branch.objects.filter(code=code).first()
    if row is None or (actor.branch_ids is not None and row.pk not in actor.branch_ids):
        wrong["branch"] = _("There is no such branch.")
        return None
    return row


def _wrong_with(one: Mapping[str, Any], actor: Actor) -> dict[str, str]:
    what = one.get("what", "")
    wrong: dict[str, str] = {}
    if what in ("people", "hours"):
        people = int(one.get("people") or 0)
        if one.get("department") not in DEPARTMENTS:
            wrong[f"{what}_department"] = _("Choose the department.")
        if not people or abs(people) > 200 or (what == "hours" and people < 0):
            wrong[f"{what}_people"] = _("Enter a number of people, up to 200.")
        begin, end = one.get("begin"), one.get("end")
        if (begin is None) != (end is None) or (what == "hours" and begin is None):
            wrong[f"{what}_begin"] = _("Enter both: from when and until when.")
        elif begin is not None and end is not None and (not 0 <= begin <= 24 or not 0 <= end <= 24 or begin == end):
            wrong[f"{what}_begin"] = _("Hours lie between 0 and 24, and the end differs from the beginning.")
    elif what == "lane":
        if int(one.get("limit_fen") or 0) <= 0:
            wrong["lane_limit"] = _("Enter an amount above 0.")
    elif what == "merge":
        if one.get("stage") not in STAGE_WORDS or (one.get("into") and one["into"] not in STAGE_WORDS):
            wrong["merge_stage"] = _("Choose the stage.")
        elif one.get("stage") == one.get("into"):
            wrong["merge_into"] = _("Choose another stage than the one that falls away.")
        if not 0 <= float(one.get("kept", 50)) <= 100:
            wrong["merge_kept"] = _("Enter 0 to 100 percent.")
    elif what == "surge":
        if not 0 < float(one.get("factor") or 0) <= 100:
            wrong["surge_factor"] = _("Enter a factor above 0 and up to 100.")
        if not 1 <= int(one.get("days") or 0) <= 30:
            wrong["surge_days"] = _("Enter 1 to 30 days.")
    else:
        wrong["changes"] = _("Unknown change: %(what)s.") % {"what": str(what)[:40]}
    return wrong
