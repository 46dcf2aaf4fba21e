"""Computing the cards that were ordered: the worker's part."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from anxin.access import clock
from anxin.access.models import User
from anxin.insight.scorecards.cards import estimate, judged, ranked, units_of
from anxin.insight.scorecards.facts import facts_of
from anxin.insight.scorecards.models import Card, Objection, Plan, Run
from anxin.insight.scorecards.periods import last_month, month_of, overlapping, quarter_of, span
from anxin.journal.background import Background
from anxin.journal.lake.store import open_store
from anxin.journal.leasing import Held, Leases

log = logging.getLogger(__name__)
leases = Leases(Run, Q(state=Run.State.WAITING), length=timedelta(minutes=10), along=("plan",), tries=3)
KEPT_RUNS = 3
"""Of a period: the present one and what it was before, so that the effect of an objection can be seen."""


def current_plan() -> Plan | None:
    return Plan.objects.filter(state=Plan.State.PUBLISHED).order_by("-number").first()


def plan_for(period: str) -> Plan | None:
    """The plan in force for a period: the newest of those that are for it."""
    published = Plan.objects.filter(state=Plan.State.PUBLISHED, valid_from__lte=last_month(period))
    return published.order_by("-number").first()


def order_by_plan(period: str, now: datetime) -> Run | None:
    """Have a period that has cards computed anew, by the plan in force for it; None where nobody judged it yet."""
    plan = plan_for(period)
    if plan is None or not Run.objects.filter(period=period).exists():
        return None
    return order(period, plan, now)


@transaction.atomic
def order(period: str, plan: Plan, now: datetime) -> Run:
    """Have a period's cards computed; one that waits already is enough."""
    span(period)
    waiting = Run.objects.filter(period=period, plan=plan, state=Run.State.WAITING, lease_until=None)
    # Locked: a worker that began it before this transaction ends would not see what it was ordered for.
    return waiting.select_for_update().first() or Run.objects.create(period=period, plan=plan, ordered_at=now)


def order_due(now: datetime) -> int:
    """Order this month, the two before and this quarter: what nobody has computed, and once a day what the lake knows more of."""
    store = open_store()
    if store is None:
        return 0
    ordered = 0
    for period in (month_of(now, 2), month_of(now, 1), month_of(now), quarter_of(now)):
        last = Run.objects.filter(period=period).order_by("-pk").first()
        plan = plan_for(period)
        if plan is None:
            continue
        if last is not None and (last.state == Run.State.WAITING or last.lake == store.version):
            continue
        closed = span(period)[1] + timedelta(days=1)
        seen = None if last is None else last.made_at or last.ordered_at
        if seen is None or (seen < closed and now - seen >= timedelta(days=1)):
            order(period, plan, now)
            ordered += 1
    return ordered


def run_waiting() -> int:
    """Make every run that waits, or whose worker died; returns how many."""
    return leases.work(make)


def make(held: Held[Run]) -> None:
    """Compute and keep all cards of the run. What fails is told in the row and logged."""
    if held.is_worn_out:
        held.end(state=Run.State.FAILED, why="begun three times")
        return
    try:
        lake, cards = _made(held.row)
        with transaction.atomic():  # only now: counting takes long, and SQLite has one writer
            _keep(held.row, cards)
            if not held.end(state=Run.State.DONE, lake=lake, why="", made_at=clock.now()):
                transaction.set_rollback(True)  # another worker has it by now, and makes the same cards
    except Exception as error:
        log.exception("scorecards %s failed", held.row)
        held.end(state=Run.State.FAILED, why=f"{type(error).__name__}: {error}"[:400], made_at=clock.now())


def _made(run: Run) -> tuple[int, list[Card]]:
    """The version of the lake, and all cards of the run by it (not saved)."""
    store = open_store()
    if store is None:
        raise LookupError("the lake is empty")
    homes = {
        pk: (department or "", branch)
        for pk, department, branch in User.objects.filter(kind=User.Kind.STAFF).values_list(
            "pk", "department", "branch"
        )
    }
    granted = Objection.objects.filter(period__in=overlapping(run.period), state=Objection.State.EXCLUDED)
    left_out = frozenset(granted.values_list("person_id", "indicator", "case"))
    units = units_of(facts_of(run.period, store), homes, left_out)
    estimate(units, span(run.period)[2])
    kept = ranked(judged(key, one.level, one.department, one.estimates, run.plan.lines) for key, one in units.items())
    cards = [
        Card(
            run=run, level=one.level, person_id=one.person, branch_id=one.branch, department_id=one.department or None, key=key,
            score=kept[key]["score"]["value"] if kept[key]["score"] else None,
            body={**kept[key], "estimates": one.estimates, "cases": one.cases}, cases=dict(one.rows),
        )
        for key, one in sorted(units.items())
    ]  # fmt: skip
    return store.version, cards


def _keep(run: Run, cards: list[Card]) -> None:
    """In place of the oldest run of the period."""
    Card.objects.bulk_create(cards)
    old = Run.objects.filter(period=run.period, state=Run.State.DONE).exclude(pk=run.pk).order_by("-pk")
    for one in old[KEPT_RUNS - 1 :]:
        one.delete()


in_background = Background("scorecards", waits=lambda: leases.due().exists(), work=run_waiting)
