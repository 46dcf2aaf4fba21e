"""The only writers of plans, objections and notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed, Stale
from anxin.insight.scorecards.indicators import BY_CODE, FEWEST, KINDS
from anxin.insight.scorecards.models import Card, Deed, Note, Objection, Plan, Run
from anxin.insight.scorecards.periods import last_month, month_of, next_month, overlapping
from anxin.insight.scorecards.permissions import ANSWER, OBJECT, PLAN
from anxin.insight.scorecards.work import current_plan, order_by_plan

State = Objection.State
MOST_MONTHS = 12
"""So far back a plan may begin."""


def first_lines() -> dict[str, dict[str, Any]]:
    """What a plan begins with."""
    return {
        kind.code: {"weight": kind.weight, "fewest": FEWEST, "limits": kind.limits} for kind in KINDS
    }  # fmt: skip


@transaction.atomic
def draft_plan(*, lines: Mapping[str, Mapping[str, Any]], edit: int | None = None, actor: Actor, now: datetime) -> Plan:
    """Keep the draft of the next version; begun from nothing the first time. `edit`: the draft's count that was seen."""
    actor.must(PLAN)
    kept = _checked(lines)
    row = Plan.objects.select_for_update().filter(state=Plan.State.DRAFT).first()
    before = row.lines if row else (current.lines if (current := current_plan()) else {})
    if row is not None and edit is not None and row.edit != edit:
        raise Stale(_("Somebody else changed the draft meanwhile. Look at it again; nothing was overwritten."))
    if row is None:
        row = Plan(created_at=now, created_by_id=actor.user_id)
    row.lines, row.edit = kept, row.edit + 1
    row.save()
    if before != kept:
        Deed.objects.create(plan=row, what="changed", before=before, after=kept, by_id=actor.user_id, at=now)
    return row


def first_months(now: datetime) -> list[str]:
    """The months a new plan may begin with, the latest first: the next one, this one, and those that have cards. Empty before any
    has: the first plan is for every month."""
    done = Run.objects.filter(state=Run.State.DONE).exclude(period__contains="Q").values_list("period", flat=True)
    judged, present = sorted(set(done), reverse=True)[:MOST_MONTHS], month_of(now)
    return sorted({*judged, present, next_month(present)}, reverse=True) if judged else []


def newest_judged() -> str:
    """The newest month that has cards, "" where none has: what a plan begins with where nobody says otherwise."""
    done = Run.objects.filter(state=Run.State.DONE).exclude(period__contains="Q")
    return done.aggregate(newest=Max("period"))["newest"] or ""


@transaction.atomic
def publish_plan(*, reason: str, edit: int, valid_from: str = "", actor: Actor, now: datetime) -> Plan:
    """The draft counts from a month on (else from the newest that has cards), and the cards of this month and later ones are
    computed anew by it, with the quarters that end in them. Earlier cards and earlier versions are kept."""
    actor.must(PLAN)
    row = Plan.objects.select_for_update().filter(state=Plan.State.DRAFT).first()
    if row is None:
        raise IllegalMove(_("There is no draft to publish."))
    if row.edit != edit:
        raise Stale(_("Somebody else changed the draft meanwhile. Look at it again; nothing was overwritten."))
    words = _reason(reason)
    before = current_plan()
    if before is not None and before.lines == row.lines:
        raise Invalid(_("The draft is the same as the plan in force."), fields={"reason": _("Change something first.")})
    months = first_months(now)
    if valid_from and valid_from not in months:
        wrong = _("Choose one of the months offered.")
        raise Invalid(wrong, fields={"valid_from": wrong})
    row.valid_from = valid_from or newest_judged()
    row.number = (Plan.objects.aggregate(most=Max("number"))["most"] or 0) + 1
    row.state, row.reason, row.published_at, row.published_by_id = Plan.State.PUBLISHED, words, now, actor.user_id
    row.save()
    Deed.objects.create(
        plan=row, what="published", before=before.lines if before else {}, after=row.lines, reason=words, by_id=actor.user_id,
        at=now,
    )  # fmt: skip
    for period in sorted(set(Run.objects.filter(state=Run.State.DONE).values_list("period", flat=True))):
        if last_month(period) >= row.valid_from:
            order_by_plan(period, now)
    return row


@transaction.atomic
def drop_draft(*, actor: Actor, now: datetime) -> None:
    actor.must(PLAN)
    if not Plan.objects.filter(state=Plan.State.DRAFT).delete()[0]:
        raise IllegalMove(_("There is no draft."))


@transaction.atomic
def object_to_case(*, card: str, indicator: str, case: str, reason: str, actor: Actor, now: datetime) -> Objection:
    """A person says that a case should not count in their own card."""
    actor.must(OBJECT)
    row = Card.objects.visible_to(actor).select_related("run").filter(public_id=card).first()
    if row is None:
        raise Missing(_("There is no such card."))
    if row.level != "person" or row.person_id is None or row.person_id != actor.user_id:
        raise NotAllowed(_("Only the person whose card it is can object."))
    words = _reason(reason)
    if case not in {about for about, _value, _detail in row.rows(indicator)}:
        raise Missing(_("This case is not in the card."))
    try:
        with transaction.atomic():
            return Objection.objects.create(
                person_id=row.person_id, branch_id=row.branch_id, period=row.run.period, indicator=indicator, case=case,
                reason=words, made_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise IllegalMove(_("You have objected to this case already.")) from None


@transaction.atomic
def answer_objection(*, objection: str, exclude: bool, answer: str, actor: Actor, now: datetime) -> Objection:
    """A supervisor answers with a reason; an excluded case has the cards of its month and quarter computed anew without it, by the plan
    in force for them."""
    actor.must(ANSWER)
    rows = Objection.objects.select_for_update().filter(public_id=objection)
    if actor.branch_ids is not None:
        rows = rows.filter(branch_id__in=actor.branch_ids)
    row = rows.first()
    if row is None:
        raise Missing(_("There is no such objection."))
    if row.person_id == actor.user_id:
        raise NotAllowed(_("Nobody answers their own objection."))
    if row.state != State.OPEN:
        raise IllegalMove(_("This objection is answered already."))
    row.answer = _reason(answer, "answer")
    row.state = State.EXCLUDED if exclude else State.KEPT
    row.answered_by_id, row.answered_at = actor.user_id, now
    row.save()
    if exclude:
        for period in overlapping(row.period):
            order_by_plan(period, now)
    return row


@transaction.atomic
def add_note(*, card: str, kind: str, reason: str, actor: Actor, now: datetime) -> Note:
    """A reward or a sanction on a person's card, with its reason."""
    actor.must(ANSWER)
    row = Card.objects.visible_to(actor).select_related("run").filter(public_id=card, level="person").first()
    if row is None or row.person_id is None:
        raise Missing(_("There is no such card."))
    if row.person_id == actor.user_id:
        raise NotAllowed(_("Nobody rewards or sanctions themselves."))
    if kind not in Note.Kind.values:
        raise Invalid(_("Choose a reward or a sanction."), fields={"kind": _("Choose one.")})
    return Note.objects.create(
        person_id=row.person_id, period=row.run.period, kind=kind, reason=_reason(reason), by_id=actor.user_id, at=now
    )


def _reason(words: str, field: str = "reason") -> str:
    kept = " ".join(words.split())
    if not 4 <= len(kept) <= 400:
        raise Invalid(_("A reason is needed."), fields={field: _("Give the reason in 4 to 400 characters.")})
    return kept


def _checked(lines: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    wrong: dict[str, str] = {}
    kept: dict[str, dict[str, Any]] = {}
    for code, line in lines.items():
        kind = BY_CODE.get(code)
        if kind is None:
            raise Invalid(_("There is no such indicator."), fields={code: _("There is no such indicator.")})
        weight, fewest = line["weight"], int(line["fewest"])
        if not 0 <= weight <= 100 or weight != int(weight):
            wrong[f"{code}.weight"] = _("A whole number from 0 to 100.")
        limits = {
            level: {part: float(line["limits"][level][part]) for part in ("floor", "target")} for level in kind.levels
        }
        for level, one in limits.items():
            floor, target = one["floor"], one["target"]
            if not -1e9 < floor < 1e9 or not -1e9 < target < 1e9 or floor == target or (target > floor) != kind.up:
                wrong[f"{code}.{level}.target"] = (
                    _("More is better here: the target must be above the floor.") if kind.up
                    else _("Less is better here: the target must be below the floor.")
                )  # fmt: skip
        if fewest < FEWEST:
            wrong[f"{code}.fewest"] = _("At least %(few)s: nobody is judged on fewer.") % {"few": FEWEST}
        kept[code] = {"weight": int(weight), "fewest": fewest, "limits": limits}
    whole = sum(line["weight"] for line in kept.values())
    if not wrong and whole != 100:
        wrong["lines"] = _("The weights come to %(sum)s; they must come to 100.") % {"sum": whole}
    if wrong:
        raise Invalid(next(iter(wrong.values())), fields=wrong)
    return kept
