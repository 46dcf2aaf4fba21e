"""The scorecards of the sample insurer: a published plan, cards of the last months, objections and a reward."""

from __future__ import annotations

from datetime import datetime, timedelta

from anxin.access.actors import actor_of, system
from anxin.access.models import User
from anxin.insight.scorecards import actions, work
from anxin.insight.scorecards.models import Card, Plan
from anxin.insight.scorecards.periods import month_of
from anxin.journal.lake.sync import sync

_REASONS = ("客户出差一周，这一步等的是客户，不是我。", "系统升级当天无法操作，超时不该算在本人名下。")


def add_scorecards(*, as_of: datetime) -> None:
    """Needs the lake: takes the journal in first. Cards of the month before; the worker goes on from there."""
    if Plan.objects.exists():
        return
    sync()
    admin = User.objects.filter(username="guanli").first()
    head = actor_of(admin) if admin else system()
    begun = as_of - timedelta(days=120)
    draft = actions.draft_plan(lines=actions.first_lines(), actor=head, now=begun)
    plan = actions.publish_plan(
        reason="年度服务质量考核方案：服务质量占85%，保费占15%", edit=draft.edit, actor=head, now=begun
    )
    # This month and the earlier ones the worker orders by itself.
    work.order(month_of(as_of, 1), plan, as_of)
    work.run_waiting()
    adjudicator = User.objects.filter(username="shenmin").first()
    supervisor = User.objects.filter(username="luyan").first()
    period = month_of(as_of, 1)
    card = Card.objects.filter(run__period=period, person=adjudicator).order_by("-run").first()
    if adjudicator is None or supervisor is None or card is None:
        return
    broken = [case for case, value, _duty in card.rows("kept") if not value]
    code = "kept" if broken else "hours"
    broken = broken or [case for case, _value, _none in card.rows("hours")]
    own, boss = actor_of(adjudicator), actor_of(supervisor)
    cases = list(dict.fromkeys(broken))[:2]
    made = [
        actions.object_to_case(
            card=card.public_id, indicator=code, case=case, reason=reason, actor=own, now=as_of - timedelta(days=4 - place)
        )
        for place, (case, reason) in enumerate(zip(cases, _REASONS, strict=False))
    ]  # fmt: skip
    if len(made) == 2:
        actions.answer_objection(
            objection=made[0].public_id, exclude=True, answer="通话记录证实客户在外，剔除。", actor=boss,
            now=as_of - timedelta(days=2),
        )  # fmt: skip
    actions.add_note(
        card=card.public_id,
        kind="reward",
        reason="连续三个月无退回，月度服务之星。",
        actor=boss,
        now=as_of - timedelta(days=1),
    )
