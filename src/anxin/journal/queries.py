"""What pages ask of the journal: a person's queue, the supervisor's strip, a case's promises and its timeline.

Every read begins at what the reader may see. Each function makes a fixed number of queries, whatever the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case as Choose
from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from anxin.access.actors import Actor
from anxin.access.models import Department, spoken
from anxin.journal.activities import activity
from anxin.journal.models import Case, CaseQuerySet, Event, Promise, Text
from anxin.journal.permissions import SUPERVISE
from anxin.journal.promises.line import PromiseLine, line_of
from anxin.journal.promises.rules import Rule
from anxin.journal.promises.source import source

PAGE = 50
AHEAD = timedelta(hours=48)
BEHIND = timedelta(hours=24)
MARKS = 60
VIEWS = ("all", "overdue", "today", "near", "paused", "unassigned")


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise with its rule and its line (drawn at the moment asked for)."""

    promise: Promise
    rule: Rule
    line: PromiseLine


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case of a queue: the case (branch, department and person are loaded) and the promise that orders it."""

    case: Case
    promise: Promise | None
    rule: Rule | None
    line: PromiseLine | None
    title: str
    mine: bool
    """The reader holds the case, or only the promise shown."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases in the reader's queue, for the saved views."""

    all: int = 0
    overdue: int = 0
    today: int = 0
    near: int = 0
    paused: int = 0
    unassigned: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    rows: list[QueueRow]
    counts: Counts
    view: str
    page: int
    pages: int
    total: int


def queue_of(
    actor: Actor, now: datetime, *, view: str = "all", with_unassigned: bool = True, kinds: Iterable[str] = (),
    states: Iterable[str] = (), text: str = "", page: int = 1, size: int = PAGE,
) -> Queue:  # fmt: skip
    """The reader's open cases, the tightest promise first: those they hold, those on which a promise is theirs, and with
    `with_unassigned` those nobody holds yet in their department and branch.

    `text` looks in numbers and titles. Counts are of the whole queue under the same filters, whatever the view.
    An unknown view raises ValueError. Four queries.
    """
    if view not in VIEWS:
        raise ValueError(f"view must be one of {', '.join(VIEWS)}")
    if actor.user_id is None or not actor.is_staff:
        return Queue([], Counts(), view, 1, 1, 0)
    rows = _in_queue(actor, with_unassigned=with_unassigned)
    if kinds := tuple(kinds):
        rows = rows.filter(kind__in=kinds)
    if states := tuple(states):
        rows = rows.filter(state__in=states)
    if text := text.strip():
        rows = rows.filter(Q(number__icontains=text) | Q(title_zh__icontains=text) | Q(title_en__icontains=text))
    where = _views(now)
    counts = Counts(**rows.aggregate(**{name: Count("pk", filter=condition) for name, condition in where.items()}))
    total = getattr(counts, view)
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    shown = (
        rows.filter(where[view])
        .select_related("branch", "department", "person")
        .order_by(F("queue_due").asc(nulls_last=True), "pk")[(page - 1) * size : page * size]
    )
    return Queue(_with_promises(list(shown), actor.user_id, now), counts, view, page, pages, total)


def _in_queue(actor: Actor, *, with_unassigned: bool) -> CaseQuerySet:
    """Open cases of the queue, with `queue_due` and `queue_near`: of the reader's own promise on a case that another
    person holds, else of the case's tightest."""
    open_cases = Case.objects.visible_to(actor).open()
    theirs = _open_promises().filter(person=actor.user_id)
    # What the reader may see is asked of the result alone: asked here too, it would be looked for by branch, not by holder.
    wanted = Case.objects.open().filter(person=actor.user_id).values("pk")
    others = [theirs.values("case")]
    if with_unassigned and actor.branch_id is not None and actor.department:
        others.append(open_cases.filter(branch=actor.branch_id, department=actor.department, person=None).values("pk"))
    own = theirs.filter(case=OuterRef("pk")).order_by(F("due_at").asc(nulls_last=True))
    return open_cases.filter(pk__in=wanted.union(*others)).annotate(
        queue_due=_own_or_case(actor, own.values("due_at")[:1], "due_at"),
        queue_near=_own_or_case(actor, own.values("near_at")[:1], "near_at"),
    )


def _own_or_case(actor: Actor, own: Any, of_case: str) -> Choose:
    return Choose(
        When(person=actor.user_id, then=F(of_case)),
        default=Coalesce(Subquery(own), F(of_case)),
        output_field=DateTimeField(),
    )


def _views(now: datetime) -> dict[str, Q]:
    local = timezone.localtime(now)
    tonight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return {
        "all": Q(pk__isnull=False),
        "overdue": Q(queue_due__lte=now),
        "today": Q(queue_due__gt=now, queue_due__lte=tonight),
        "near": Q(queue_due__gt=now, queue_near__lte=now),
        # In this order: few have no date, and only those are looked into.
        "paused": Q(queue_due=None) & Q(Exists(Promise.objects.filter(case=OuterRef("pk"), state="paused"))),
        "unassigned": Q(person=None),
    }


def _open_promises() -> Any:
    """Promises that still bind us: limitations run against the customer and stand in no queue."""
    rules = source().rules(source().current().rules)
    quiet = [rule.id for rule in rules if rule.klass == "limitation"]
    rows = Promise.objects.filter(settled_at=None)
    return rows.exclude(rule__in=quiet) if quiet else rows


def _with_promises(cases: Sequence[Case], user_id: int, now: datetime) -> list[QueueRow]:
    by_case: dict[int, list[Promise]] = {case.pk: [] for case in cases}
    for promise in _open_promises().filter(case__in=list(by_case)).select_related("person"):
        by_case[promise.case_id].append(promise)
    departments = _departments()
    rows = []
    for case in cases:
        mine = case.person_id == user_id
        held = [promise for promise in by_case[case.pk] if promise.person_id == user_id]
        promise = min(by_case[case.pk] if mine or not held else held, key=_tightness, default=None)
        row = promise_row(promise, case, departments, now) if promise else None
        rows.append(
            QueueRow(
                case,
                promise,
                row.rule if row else None,
                row.line if row else None,
                spoken(case.title_zh, case.title_en),
                mine,
            )
        )
    return rows


def _tightness(promise: Promise) -> tuple[bool, datetime, int]:
    return promise.due_at is None, promise.due_at or promise.started_at, promise.pk


def _departments() -> dict[str, Department]:
    return {department.code: department for department in Department.objects.all()}


def promise_row(promise: Promise, case: Case, departments: dict[str, Department], now: datetime) -> PromiseRow:
    """A promise with its rule and line; whoever holds the case holds a promise that names nobody else."""
    rule = source().rules(promise.rules_edition)[promise.rule]
    code = promise.department or case.department_id or ""
    person = promise.person
    if person is None and code == case.department_id:
        person = case.person
    line = line_of(
        promise, rule, source().calendar(promise.calendar_edition), now,
        department=str(departments.get(code, "")), person=person.display_name if person else "",
    )  # fmt: skip
    return PromiseRow(promise, rule, line)


def promises_of(case: Case, now: datetime) -> list[PromiseRow]:
    """All promises of a case: open ones by due moment, then what is paused, then how the others ended. Two queries,
    when the case's person is loaded."""
    departments = _departments()
    rows = Promise.objects.filter(case=case).select_related("person")
    ordered = sorted(rows, key=lambda promise: (promise.settled_at is not None, *_tightness(promise)))
    return [promise_row(promise, case, departments, now) for promise in ordered]


# -- the supervisor's strip ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """One promise on the strip. `x` is its place from 0 (a day late or more) to 100 (48 hours ahead or more), in percent."""

    promise_id: int
    case_public_id: str
    case_number: str
    rule: str
    state: str
    due_at: datetime
    person: str
    x: str


@dataclass(slots=True)
class Watch:
    """A department: how many promises are broken or nearly due, and by whom they are held.

    Nearly due is one rule everywhere: the promise's own warning moment (`near_at`) has passed, which is when its holder was
    told, and what rows, queues and the portal call near.
    """

    department: str
    name: str
    broken: int = 0
    near: int = 0
    people: dict[tuple[int | None, str], list[int]] = field(default_factory=dict)
    """(User id, name) -> [broken, near]; (None, "") for nobody yet. Names alone may be two people's."""
    marks: list[Mark] = field(default_factory=list)


def supervision(
    actor: Actor, now: datetime, *, branch_id: int | None = None, per_department: int = MARKS
) -> list[Watch]:
    """Promises broken or nearly due, by department in the house's order; only departments that have any.

    Empty for those who may not supervise. `branch_id` narrows to one branch. Two queries. The worst comes out as
    `max(watches, key=lambda watch: (watch.broken, watch.near))`.
    """
    if not actor.may(SUPERVISE):
        return []
    cases = Case.objects.visible_to(actor).open()
    if branch_id is not None:
        cases = cases.filter(branch=branch_id)
    rows = _open_promises().filter(near_at__lte=now, case__in=cases)
    departments = _departments()
    watches: dict[str, Watch] = {}
    found: dict[str, list[tuple[Any, ...]]] = {}
    for pk, rule, due_at, promise_code, case_code, public_id, number, own_id, own, holder_id, holder in rows.order_by("due_at", "pk").values_list(
        "pk", "rule", "due_at", "department", "case__department", "case__public_id", "case__number",
        "person", "person__display_name", "case__person", "case__person__display_name",
    ):  # fmt: skip
        code = promise_code or case_code or ""
        if code not in watches:
            watches[code], found[code] = Watch(code, str(departments.get(code, ""))), []
        watch = watches[code]
        holds = (own_id, own) if own_id else (holder_id, holder) if holder_id and code == case_code else (None, "")
        is_broken = due_at <= now
        watch.broken += is_broken
        watch.near += not is_broken
        watch.people.setdefault(holds, [0, 0])[0 if is_broken else 1] += 1
        found[code].append((pk, public_id, number, rule, due_at, holds[1]))
    for code, watch in watches.items():
        # The nearest to now are drawn, on both sides of it; the rest are in the numbers.
        late = watch.broken
        watch.marks = [
            Mark(pk, public_id, number, rule, "broken" if due <= now else "near", due, person, _place(due, now))
            for pk, public_id, number, rule, due, person in found[code][
                max(0, late - per_department // 3) : late + per_department * 2 // 3
            ]
        ]
    order = {code: position for position, code in enumerate(departments)}
    return sorted(watches.values(), key=lambda watch: order.get(watch.department, len(order)))


def _place(due_at: datetime, now: datetime) -> str:
    share = (due_at - (now - BEHIND)) / (AHEAD + BEHIND)
    return f"{100 * min(1.0, max(0.0, share)):.1f}%"


# -- the timeline --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One event in words. `since` is the time from the event before it in the case's order; None for the first."""

    event: Event
    title: str
    facts: dict[str, Any]
    actor: str
    words: str | None
    """The free text it speaks of; None when there is none, empty when it was erased."""
    since: timedelta | None


@dataclass(frozen=True, slots=True)
class Timeline:
    rows: list[TimelineRow]
    page: int
    pages: int
    total: int


def timeline(case: Case, *, page: int = 1, size: int = PAGE, newest_first: bool = True) -> Timeline:
    """A page of a case's events with their words and the time between them. At most two queries."""
    pages = max(1, -(-case.event_count // size))
    page = min(max(1, page), pages)
    if newest_first:
        last = case.event_count - (page - 1) * size
        first = max(1, last - size + 1)
    else:
        first = (page - 1) * size + 1
        last = min(case.event_count, first + size - 1)
    # One more in front, to tell how long the first of the page took.
    events = list(
        Event.objects.filter(case=case, seq__gte=first - 1, seq__lte=last).select_related("actor").order_by("seq")
    )
    facts = {event.seq: event.facts for event in events}
    wanted = {str(data["text"]) for data in facts.values() if data.get("text")}
    words = dict(Text.objects.filter(case=case, public_id__in=wanted).values_list("public_id", "body"))
    rows = []
    before: Event | None = None
    for event in events:
        if event.seq >= first:
            data = facts[event.seq]
            reference = data.get("text")
            rows.append(
                TimelineRow(
                    event,
                    title_of(event.activity, data),
                    data,
                    event.actor.display_name if event.actor else "",
                    words.get(str(reference), "") if reference else None,
                    event.occurred_at - before.occurred_at if before else None,
                )
            )
        before = event
    if newest_first:
        rows.reverse()
    return Timeline(rows, page, pages, case.event_count)


def title_of(name: str, facts: dict[str, Any]) -> str:
    """What happened, in the reader's language; names of the data in the title are filled in."""
    title = str(activity(name).title)
    if "%(" not in title:
        return title
    try:
        return title % facts
    except KeyError:
        return title
