"""The only writers people use: findings dismissed and taken up again, actions planned, changed, stopped, decided on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed, Stale
from anxin.access.models import Branch, User
from anxin.insight.improvement.indicators import INDICATORS
from anxin.insight.improvement.models import Finding, Improvement, Place, Step
from anxin.insight.improvement.permissions import PLAN_IMPROVEMENTS
from anxin.insight.results.asking import branches_of

State = Improvement.State
DECISIONS = {"keep": State.KEPT, "extend": State.EXTENDED, "stop": State.STOPPED}
UNDECIDED = (State.PLANNED, State.RUNNING, State.MEASURED)


@transaction.atomic
def dismiss_finding(*, finding: str, why: str, actor: Actor, now: datetime) -> Finding:
    """Say that nothing is to be done about it, and why. It stays on record and does not come up again while it lasts."""
    row = _finding(finding, actor)
    actor.must(PLAN_IMPROVEMENTS)
    if row.state != Finding.State.OPEN:
        raise IllegalMove(_("This finding is not open any more."))
    row.why = _reason(why)
    row.state, row.decided_by_id, row.decided_at = Finding.State.DISMISSED, actor.user_id, now
    row.save()
    return row


@transaction.atomic
def reopen_finding(*, finding: str, actor: Actor, now: datetime) -> Finding:
    row = _finding(finding, actor)
    actor.must(PLAN_IMPROVEMENTS)
    if row.state != Finding.State.DISMISSED:
        raise IllegalMove(_("Only a dismissed finding can be opened again."))
    row.state, row.why, row.decided_by_id, row.decided_at = Finding.State.OPEN, "", actor.user_id, now
    row.save()
    return row


@transaction.atomic
def plan_improvement(
    *, title: str, change: str, owner: str, starts_on: date, review_on: date, indicator: str, expected: float,
    branches: Sequence[str] = (), finding: str = "", actor: Actor, now: datetime,
) -> Improvement:  # fmt: skip
    """Plan an action. `branches`: codes, none for everywhere; `owner` a user name; `expected` as a share or in points."""
    about = _finding(finding, actor) if finding else None
    actor.must(PLAN_IMPROVEMENTS)
    values, places = _checked(title, change, owner, starts_on, review_on, indicator, expected, branches, actor)
    row = Improvement.objects.create(
        **values, finding=about, made_at=now, made_by_id=actor.user_id,  # type: ignore[misc]
        state=State.RUNNING if starts_on <= timezone.localdate(now) else State.PLANNED,
    )  # fmt: skip
    _place(row, places)
    Step.objects.create(improvement=row, what="planned", at=now, by_id=actor.user_id)
    if row.state == State.RUNNING:
        Step.objects.create(improvement=row, what=State.RUNNING, at=now)
    if about is not None and about.state in (Finding.State.OPEN, Finding.State.DISMISSED):
        about.state, about.decided_by_id, about.decided_at = Finding.State.ACTED, actor.user_id, now
        about.save()
    return row


@transaction.atomic
def change_improvement(
    *, improvement: str, expected_edit: int, title: str, change: str, owner: str, starts_on: date, review_on: date,
    indicator: str, expected: float, branches: Sequence[str] = (), actor: Actor, now: datetime,
) -> Improvement:  # fmt: skip
    """Change an action that nobody has decided on; what it said before is kept. It is measured anew."""
    row = _own(improvement, actor)
    if row.edit != expected_edit:
        raise Stale(
            _("Somebody else changed this action meanwhile. What you typed is still on your page: save it again.")
        )
    if row.state not in UNDECIDED:
        raise IllegalMove(_("This action has been decided on and is not changed any more."))
    values, places = _checked(title, change, owner, starts_on, review_on, indicator, expected, branches, actor)
    before: dict[str, Any] = {"branches": row.branches}
    for name, value in values.items():
        old = getattr(row, name)
        if old != value:
            before[name] = old if isinstance(old, (str, float, int)) else str(old)
            setattr(row, name, value)
    row.edit += 1
    row.state = State.RUNNING if starts_on <= timezone.localdate(now) else State.PLANNED
    row.save()
    row.places.all().delete()
    _place(row, places)
    Step.objects.create(improvement=row, what="changed", at=now, by_id=actor.user_id, data={"before": before})
    return row


@transaction.atomic
def decide_improvement(*, improvement: str, decision: str, why: str, actor: Actor, now: datetime) -> Improvement:
    """keep as it is, extend to all branches, or stop; with the reason, and the verdict it was taken on."""
    row = _own(improvement, actor)
    if decision not in DECISIONS:
        raise Invalid(_("Choose what is decided."), fields={"decision": _("Choose one.")})
    if row.state not in UNDECIDED:
        raise IllegalMove(_("This action has been decided on already."))
    if decision != "stop" and row.state == State.PLANNED:
        raise IllegalMove(_("It has not begun yet: it can be stopped, not kept."))
    if decision == "extend":
        if not row.branches:
            raise Invalid(_("It is made everywhere already."), fields={"decision": _("It is made everywhere already.")})
        if actor.branch_ids is not None:
            raise NotAllowed(_("Only somebody who answers for every branch can extend it to all."))
    last = row.measurements.filter(edit=row.edit).first()
    data = {} if last is None else {"word": last.word, "estimate": last.estimate, "low": last.low, "high": last.high}
    row.state = DECISIONS[decision]
    row.save(update_fields=["state"])
    Step.objects.create(improvement=row, what=row.state, at=now, by_id=actor.user_id, why=_reason(why), data=data)
    return row


def _finding(public_id: str, actor: Actor) -> Finding:
    row = Finding.objects.visible_to(actor).filter(public_id=public_id).select_for_update().first()
    if row is None:
        raise Missing(_("There is no such finding."))
    return row


def _own(public_id: str, actor: Actor) -> Improvement:
    """An action the actor may change: their branches hold all of it."""
    seen = Improvement.objects.visible_to(actor).filter(public_id=public_id).values("pk")
    row = Improvement.objects.filter(pk__in=seen).select_for_update().first()
    if row is None:
        raise Missing(_("There is no such action."))
    actor.must(PLAN_IMPROVEMENTS)
    _must_hold(row.branches, actor)
    return row


def _must_hold(branches: Sequence[str], actor: Actor) -> None:
    mine = branches_of(actor)
    if mine is not None and (not branches or not set(branches) <= mine):
        raise NotAllowed(_("You plan for your own branches; this one reaches further."))


def _reason(why: str) -> str:
    why = why.strip()
    if len(why) < 2:
        raise Invalid(_("Say why, in a few words."), fields={"why": _("Say why, in a few words.")})
    return why[:400]


def _checked(
    title: str, change: str, owner: str, starts_on: date, review_on: date, indicator: str, expected: float,
    branches: Sequence[str], actor: Actor,
) -> tuple[dict[str, Any], list[str]]:  # fmt: skip
    wrong: dict[str, str] = {}
    if not title.strip():
        wrong["title"] = _("Give it a name.")
    if not change.strip():
        wrong["change"] = _("Say what is done differently.")
    person = User.objects.filter(username=owner, kind=User.Kind.STAFF, is_active=True).first()
    if person is None:
        wrong["owner"] = _("There is no such member of staff; choose somebody from the list.")
    if review_on <= starts_on:
        wrong["review_on"] = _("The review comes after the start.")
    code, _colon, rest = indicator.partition(":")
    if code not in INDICATORS:
        wrong["indicator"] = _("Choose what is measured.")
    elif INDICATORS[code].takes == "edge" and not rest:
        wrong["indicator"] = _("Choose which hand-over is measured.")
    elif INDICATORS[code].unit != "mean" and not 0 <= expected < 1:
        wrong["expected"] = _("Between 0 and 99 per cent.")
    elif expected < 0:
        wrong["expected"] = _("How far in the good direction: not below 0.")
    known = set(Branch.objects.filter(code__in=branches).values_list("code", flat=True))
    if unknown := sorted(set(branches) - known):
        wrong["branches"] = _("There is no branch %(code)s.") % {"code": unknown[0]}
    if wrong:
        raise Invalid(_("Some boxes need another look."), fields=wrong)
    _must_hold(list(branches), actor)
    assert person is not None
    values = {
        "title": title.strip()[:80], "change": change.strip()[:1000], "owner": person, "starts_on": starts_on,
        "review_on": review_on, "indicator": indicator, "expected": float(expected),
    }  # fmt: skip
    return values, sorted(known)


def _place(row: Improvement, branches: Sequence[str]) -> None:
    Place.objects.bulk_create(Place(improvement=row, branch=code) for code in branches)
