"""The queue with its filters: which cases, in what order, how many in each view.

The journal orders and counts; what the filters ask of claims is added here, where rooms meet. The number of queries is
fixed, whatever the rows: counts, rows, their promises, what was kept today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Case as Choose
from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import pgettext

from anxin.access.actors import Actor
from anxin.access.models import spoken
from anxin.faces.desk.people import departments
from anxin.journal.models import Case, CaseQuerySet, Event, Promise
from anxin.journal.permissions import SUPERVISE
from anxin.journal.promises.source import source
from anxin.journal.queries import PromiseRow, promise_row
from anxin.journeys.claims import lifecycle
from anxin.journeys.claims.models import Claim, RequiredPaper
from anxin.registers.products.models import Line

PAGE = 50
KEPT_SHOWN = 10
VIEWS = ("all", "overdue", "today", "near", "paused", "unassigned", "disputed", "papers")
# Lower and upper bound in yuan; the upper one is not included.
AMOUNTS: dict[str, tuple[int, int | None]] = {
    "0-10000": (0, 10_000), "10000-50000": (10_000, 50_000), "50000-100000": (50_000, 100_000), "100000-": (100_000, None),
}  # fmt: skip
LAST_EVENTS = (
    "claims.paper_received", "messages.received", "claims.assessment_answered", "claims.surveyed",
    "claims.assessment_issued", "claims.line_reviewed", "case.handed_over", "claims.payment_confirmed",
    "claims.payment_failed", "promise.broken",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """What the page's query string asks for; anything it does not know is taken for "no filter"."""

    who: str = "me"
    """me, team, all, or a person's user id."""
    view: str = "all"
    kind: str = ""
    """A claim's type or cause: "motor", "cause:water"."""
    branch: int | None = None
    amount: str = ""
    rule: str = ""
    last: str = ""
    text: str = ""
    page: int = 1

    @classmethod
    def of(cls, given: Mapping[str, str], actor: Actor) -> Filters:
        default = "me" if _holds_cases(actor) else "all"
        who = given.get("who", default)
        branch, page = given.get("branch", ""), given.get("page", "1")
        kind, last = given.get("kind", ""), given.get("last", "")
        known_kind = kind in Claim.Type.values or kind.removeprefix("cause:") in Claim.Cause.values
        return cls(
            who=who if who in ("me", "team", "all") or who.isdigit() else default,
            view=given.get("view", "") if given.get("view", "") in VIEWS else "all",
            kind=kind if known_kind else "",
            branch=int(branch) if branch.isdigit() else None,
            amount=given.get("amount", "") if given.get("amount", "") in AMOUNTS else "",
            rule=given.get("rule", "")[:24],
            last=last if last in LAST_EVENTS else "",
            text=given.get("text", "").strip()[:60],
            page=int(page) if page.isdigit() else 1,
        )

    def query(self, **changes: Any) -> str:
        """The query string of these filters with `changes`, without what is empty; page 1 unless `changes` says."""
        values = {
            "who": self.who, "view": self.view, "kind": self.kind, "branch": self.branch, "amount": self.amount,
            "rule": self.rule, "last": self.last, "text": self.text,
        } | changes  # fmt: skip
        return urlencode(
            {
                name: value
                for name, value in values.items()
                if value not in ("", None) and (name, value) != ("view", "all")
            }
        )

    @property
    def is_narrowed(self) -> bool:
        return any((self.kind, self.branch, self.amount, self.rule, self.last, self.text))


@dataclass(frozen=True, slots=True)
class Row:
    """One case with the promise that orders it (None: nothing is promised at present)."""

    case: Case
    claim: Claim | None
    customer: str
    """Masked."""
    title: str
    kind: str
    """In two words: “Motor · injury”."""
    promised: PromiseRow | None


@dataclass(frozen=True, slots=True)
class Queue:
    rows: list[Row]
    counts: dict[str, int]
    kept: list[Row]
    """Kept today by the reader."""
    pages: Page


def queue(actor: Actor, filters: Filters, now: datetime) -> Queue:
    """A page of the queue. Four queries; one less when the reader looks at others' cases."""
    rows = _filtered(_held(actor, filters.who), filters)
    where = _views(now)
    counts: dict[str, int] = rows.aggregate(
        **{name: Count("pk", filter=condition) for name, condition in where.items()}
    )
    pages = Paginator(range(counts[filters.view]), PAGE).get_page(filters.page)
    order = (F("queue_due").asc(nulls_last=True), "pk")
    # Names are looked up for the page alone, not for all that is put in order to find it.
    on_page = rows.filter(where[filters.view]).order_by(*order)[max(0, pages.start_index() - 1) : pages.end_index()]
    found = _dated(Case.objects.filter(pk__in=on_page.values("pk")), actor, filters.who)
    shown = list(_with_names(found).order_by(*order))
    kept = []
    if filters.who == "me" and filters.view == "all" and not filters.is_narrowed and pages.number == 1:
        kept = _kept_today(actor, now)
    return Queue(_with_promises(shown, actor, filters, now), counts, kept, pages)


def chosen(actor: Actor, public_ids: Sequence[str]) -> list[Case]:
    """The cases of a selection that the reader may see. One query."""
    return list(_with_names(Case.objects.visible_to(actor).filter(public_id__in=public_ids)).order_by("due_at", "pk"))


def rules_with_clocks() -> list[tuple[str, str]]:
    """(rule id, where it stands and what it promises) of every rule that can order a queue."""
    rules = source().rules(source().current().rules)
    return [(rule.id, f"{rule.source} · {rule.what}") for rule in rules if rule.klass == "deadline" and rule.enabled]


def row_of(case: Case, promised: PromiseRow | None = None) -> Row:
    """A row of any list of cases, masked. The case must come with its claim's customer."""
    claim: Claim | None = getattr(case, "claim", None)
    return Row(
        case=case, claim=claim, customer=claim.customer.masked_name if claim else "",
        title=spoken(case.title_zh, case.title_en), kind=_kind(claim) if claim else "", promised=promised,
    )  # fmt: skip


def _kind(claim: Claim) -> str:
    """The line, and what weighs most in it."""
    line = Line(claim.line).label if claim.type == Claim.Type.OTHER else claim.get_type_display()
    what = claim.get_cause_display()
    if claim.has_injury:
        what = pgettext("claim", "injury")
    elif claim.has_third_party:
        what = pgettext("claim", "third party")
    return f"{line} · {what}"


def open_promises() -> Any:
    """Promises that still bind us: limitations run against the customer and stand in no queue."""
    quiet = [rule.id for rule in source().rules(source().current().rules) if rule.klass == "limitation"]
    return Promise.objects.filter(settled_at=None).exclude(rule__in=quiet)


def _holds_cases(actor: Actor) -> bool:
    return not actor.may(SUPERVISE)


def _held(actor: Actor, who: str) -> CaseQuerySet:
    """Open cases by holder, with `queue_due` and `queue_near`: of the reader's own promise on another's case, else of
    the case's tightest."""
    open_cases = Case.objects.visible_to(actor).open()
    if who != "me":
        if who == "team":
            open_cases = open_cases.filter(department=actor.department or None)
            if actor.branch_id is not None:
                open_cases = open_cases.filter(branch=actor.branch_id)
        elif who.isdigit():
            open_cases = open_cases.filter(person=int(who))
        return _dated(open_cases, actor, who)
    # What the reader may see is asked of the result alone: asked here too, it would be looked for by branch, not by holder.
    theirs = open_promises().filter(person=actor.user_id)
    wanted = Case.objects.open().filter(person=actor.user_id).values("pk")
    others = [theirs.values("case")]
    if actor.branch_id is not None and actor.department:
        others.append(open_cases.filter(branch=actor.branch_id, department=actor.department, person=None).values("pk"))
    return _dated(open_cases.filter(pk__in=wanted.union(*others)), actor, who)


def _dated(rows: CaseQuerySet, actor: Actor, who: str) -> CaseQuerySet:
    """With `queue_due` and `queue_near`."""
    if who != "me":
        return rows.annotate(queue_due=F("due_at"), queue_near=F("near_at"))
    theirs = open_promises().filter(person=actor.user_id, case=OuterRef("pk"))
    own = theirs.order_by(F("due_at").asc(nulls_last=True))
    return rows.annotate(
        queue_due=_own_or_case(actor, own.values("due_at")[:1], "due_at"),
        queue_near=_own_or_case(actor, own.values("near_at")[:1], "near_at"),
    )


def _own_or_case(actor: Actor, own: Any, of_case: str) -> Choose:
    return Choose(
        When(person=actor.user_id, then=F(of_case)),
        default=Coalesce(Subquery(own), F(of_case)),
        output_field=DateTimeField(),
    )


def _filtered(rows: CaseQuerySet, filters: Filters) -> CaseQuerySet:
    if filters.kind.startswith("cause:"):
        rows = rows.filter(claim__cause=filters.kind.removeprefix("cause:"))
    elif filters.kind:
        rows = rows.filter(claim__type=filters.kind)
    if filters.branch is not None:
        rows = rows.filter(branch=filters.branch)
    if filters.amount:
        low, high = AMOUNTS[filters.amount]
        rows = rows.filter(amount_fen__gte=low * 100)
        if high is not None:
            rows = rows.filter(amount_fen__lt=high * 100)
    if filters.rule:
        rows = rows.filter(due_promise__rule=filters.rule)
    if filters.last:
        last = Event.objects.filter(case=OuterRef("pk"), seq=OuterRef("event_count"), activity=filters.last)
        rows = rows.filter(Exists(last))
    if filters.text:
        rows = rows.filter(
            Q(number__icontains=filters.text)
            | Q(title_zh__icontains=filters.text)
            | Q(title_en__icontains=filters.text)
        )
    return rows


def _views(now: datetime) -> dict[str, Q]:
    tonight = _midnight(now) + timedelta(days=1)
    paused = Exists(Promise.objects.filter(case=OuterRef("pk"), state="paused"))
    unchecked = RequiredPaper.objects.filter(claim__case=OuterRef("pk"), state=RequiredPaper.State.RECEIVED)
    return {
        "all": Q(pk__isnull=False),
        "overdue": Q(queue_due__lte=now),
        "today": Q(queue_due__gt=now, queue_due__lte=tonight),
        "near": Q(queue_due__gt=now, queue_near__lte=now),
        "paused": Q(queue_due=None) & Q(paused),  # in this order: few have no date, and only those are looked into
        "unassigned": Q(person=None),
        "disputed": Q(state=lifecycle.REVIEWING),
        "papers": Q(Exists(unchecked)),
    }


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def _with_names(rows: CaseQuerySet) -> CaseQuerySet:
    return rows.select_related("branch", "department", "person", "claim__customer")


def _with_promises(cases: Sequence[Case], actor: Actor, filters: Filters, now: datetime) -> list[Row]:
    by_case: dict[int, list[Promise]] = {case.pk: [] for case in cases}
    for promise in open_promises().filter(case__in=list(by_case)).select_related("person"):
        by_case[promise.case_id].append(promise)
    named = departments()
    rows = []
    for case in cases:
        candidates = by_case[case.pk]
        if filters.who == "me" and case.person_id != actor.user_id:
            candidates = [item for item in candidates if item.person_id == actor.user_id] or candidates
        if filters.rule:
            candidates = [item for item in candidates if item.rule == filters.rule] or candidates
        promise = min(candidates, key=_tightness, default=None)
        rows.append(row_of(case, promise_row(promise, case, named, now) if promise else None))
    return rows


def _tightness(promise: Promise) -> tuple[bool, datetime, int]:
    return promise.due_at is None, promise.due_at or promise.started_at, promise.pk


def _kept_today(actor: Actor, now: datetime) -> list[Row]:
    """What the reader kept since midnight: by name, or because they hold the case whose promise named nobody."""
    holder = Choose(
        When(person__isnull=False, then=F("person")), When(department=F("case__department"), then=F("case__person"))
    )
    # By the day first: what was kept today is little, what one person ever kept is much.
    kept = (
        Promise.objects.alias(holder=holder)
        .filter(
            Exists(Case.objects.visible_to(actor).filter(pk=OuterRef("case"))),
            state="kept",
            settled_at__gte=_midnight(now),
            holder=actor.user_id,
        )
        .select_related("person", "case__branch", "case__department", "case__person", "case__claim__customer")
        .order_by("-settled_at")[:KEPT_SHOWN]
    )
    named = departments()
    return [row_of(item.case, promise_row(item, item.case, named, now)) for item in kept]
