"""From a campaign's audience to people: who they are, by which channel they are reached, and who is left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from anxin.access.models import User
from anxin.journal.models import Case, Event
from anxin.registers.customers.models import ContactPoint, Customer
from anxin.registers.policies.models import Policy
from anxin.voice.campaigns.audience import Audience, read_audience
from anxin.voice.campaigns.models import Campaign, Invitation, Recipient
from anxin.voice.campaigns.optout import contact_kind, contacts_out, customers_out

BATCH = 500
# Why somebody is not asked, in the order in which it is looked for.
REASONS = ("asked", "opted_out", "quiet", "no_contact")
PAID, CLOSED = "claims.fully_paid", "claims.closed"


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody the audience holds. `place` orders targets, so that filling goes on where it stopped."""

    place: int
    customer: int | None = None
    contact: str = ""
    case: int | None = None
    branch: int | None = None
    person: int | None = None
    facts: dict[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Reached:
    target: Target
    channel: str
    language: str


def targets(campaign: Campaign, now: datetime, *, after: int = 0) -> Iterator[list[Target]]:
    """Batches of those the audience holds, by rising place."""
    audience = read_audience(campaign.audience)
    find = {"segment": _of_segment, "claims": _of_claims, "upload": _of_upload}[audience.kind]
    while batch := find(campaign, audience, now, after):
        yield batch
        after = batch[-1].place


def segment_of(audience: Audience, on: date) -> QuerySet[Customer]:
    """Customers of a segment, each once."""
    found: QuerySet[Customer] = Customer.objects.all()
    if audience.branches:
        found = found.filter(branch__code__in=audience.branches)
    if audience.regions:
        words = Q()
        for region in audience.regions:
            words |= Q(normalised__contains=region)
        found = found.filter(
            Exists(ContactPoint.objects.filter(words, customer=OuterRef("pk"), kind=ContactPoint.Kind.ADDRESS))
        )
    if audience.asks_policies:
        found = found.filter(Exists(_policies_of(audience, on)))
    return found


def _policies_of(audience: Audience, on: date) -> QuerySet[Policy]:
    """The outer customer's policies in force that the audience's conditions hold for."""
    found = Policy.objects.in_force_on(on).filter(policyholder=OuterRef("pk"))
    if audience.lines:
        found = found.filter(product__line__in=audience.lines)
    if audience.least_days is not None:
        found = found.filter(starts_on__lte=on - timedelta(days=audience.least_days))
    if audience.most_days is not None:
        found = found.filter(starts_on__gte=on - timedelta(days=audience.most_days))
    return found


def _of_segment(campaign: Campaign, audience: Audience, now: datetime, after: int) -> list[Target]:
    on = timezone.localdate(now)
    found = segment_of(audience, on).filter(pk__gt=after)
    if campaign.branch_id is not None:
        found = found.filter(branch_id=campaign.branch_id)
    line = Subquery(_policies_of(audience, on).order_by("-starts_on", "id").values("product__line")[:1])
    rows = found.annotate(of_line=line).order_by("pk").values_list("pk", "branch_id", "of_line")[:BATCH]
    return [Target(pk, customer=pk, branch=branch, facts={"line": line} if line else {}) for pk, branch, line in rows]


def _of_claims(campaign: Campaign, audience: Audience, now: datetime, after: int) -> list[Target]:
    since = now - timedelta(days=audience.days)
    activity = PAID if audience.happened == "paid" else CLOSED
    happened = Event.objects.filter(case=OuterRef("pk"), activity=activity, occurred_at__gte=since)
    found = Case.objects.filter(Exists(happened), kind="claim", touched_at__gte=since, pk__gt=after)
    if audience.branches:
        found = found.filter(branch__code__in=audience.branches)
    if campaign.branch_id is not None:
        found = found.filter(branch_id=campaign.branch_id)
    cases = list(found.order_by("pk")[:BATCH])
    return of_cases(cases, audience.lines) if cases else []


def of_cases(cases: Sequence[Case], lines: Sequence[str] = ()) -> list[Target]:
    """The customers of these cases, of these lines; the last target always stands at the last case."""
    customers = dict(
        Customer.objects.filter(public_id__in={case.subject_id for case in cases}).values_list("public_id", "pk")
    )
    line_of: dict[int, str] = {}
    # The event that opened it says what it is about; journeys are not asked (they and the voice meet in events alone).
    for event in Event.objects.filter(case_id__in=[case.pk for case in cases], seq__lte=3).order_by("case_id", "seq"):
        if event.facts.get("line"):
            line_of.setdefault(event.case_id, str(event.facts["line"]))
    found = [
        Target(
            case.pk, customer=customers.get(case.subject_id), case=case.pk, branch=case.branch_id,
            person=case.person_id, facts={"line": line_of[case.pk]} if case.pk in line_of else {},
        )
        for case in cases
        if not lines or line_of.get(case.pk) in lines
    ]  # fmt: skip
    if not found or found[-1].place != cases[-1].pk:
        found.append(Target(cases[-1].pk))  # nobody: it only says how far we looked
    return found


def _of_upload(campaign: Campaign, audience: Audience, now: datetime, after: int) -> list[Target]:
    rows = Recipient.objects.filter(campaign=campaign, pk__gt=after).select_related("customer").order_by("pk")[:BATCH]
    return [
        Target(
            row.pk, customer=row.customer_id, contact=row.contact,
            branch=row.customer.branch_id if row.customer else campaign.branch_id,
        )
        for row in rows
    ]  # fmt: skip


def sort_out(campaign: Campaign, batch: Sequence[Target], now: datetime) -> tuple[list[Reached], Counter[str]]:
    """Whom of these to ask and how, and how many are left out for which reason. At most nine queries."""
    people = {target.customer for target in batch if target.customer is not None}
    contacts = {target.contact for target in batch if target.contact}
    asked = Invitation.objects.filter(campaign=campaign)
    # By person where the asking is about nobody's case; a list asks nobody twice either.
    had = set(asked.filter(customer_id__in=people).values_list("customer_id", "case_id")) if people else set()
    had_contacts = set(asked.filter(contact__in=contacts).values_list("contact", flat=True)) if contacts else set()
    out, out_contacts = customers_out(people), contacts_out(contacts) if contacts else set()
    quiet = quiet_people(people, contacts, campaign, now)
    ways = _Ways(people)
    reached: list[Reached] = []
    left: Counter[str] = Counter()
    for target in batch:
        if target.customer is None and not target.contact:
            if target.case is not None:
                left["no_contact"] += 1
            continue
        whom: int | str = target.customer if target.customer is not None else target.contact
        if (target.customer, target.case) in had or target.contact in had_contacts:
            left["asked"] += 1
        elif target.customer in out or target.contact in out_contacts:
            left["opted_out"] += 1
        elif whom in quiet:
            left["quiet"] += 1
        elif not (channel := ways.channel(target, campaign.channels)):
            left["no_contact"] += 1
        else:
            reached.append(Reached(target, channel, ways.language(target)))
            if campaign.quiet_days:
                quiet.add(whom)  # two claims in one batch: one question
    return reached, left


def quiet_people(people: set[int], contacts: set[str], campaign: Campaign, now: datetime) -> set[int | str]:
    """Those whom some campaign asked within the quiet time. Paper and what never left does not count."""
    if not campaign.quiet_days:
        return set()
    recent = Invitation.objects.filter(due_at__gt=now - timedelta(days=campaign.quiet_days)).exclude(
        state__in=[Invitation.State.FAILED, Invitation.State.REFUSED]
    )
    recent = recent.exclude(channel=Campaign.Channel.PAPER).filter(campaign__is_pretest=campaign.is_pretest)
    found: set[int | str] = set()
    if people:
        found |= set(recent.filter(customer_id__in=people).values_list("customer_id", flat=True))  # type: ignore[arg-type]
    if contacts:
        found |= set(recent.filter(contact__in=contacts).values_list("contact", flat=True))
    return found


class _Ways:
    """How these customers can be reached."""

    def __init__(self, people: set[int]):
        self._has: dict[int, set[str]] = {}
        self._prefers: dict[int, str] = {}
        self._english: set[int] = set()
        if not people:
            return
        points = ContactPoint.objects.filter(customer_id__in=people, kind__in=["mobile", "email"])
        for customer, kind in points.values_list("customer_id", "kind"):
            self._has.setdefault(customer, set()).add("sms" if kind == "mobile" else "email")
        for pk, prefers in Customer.objects.filter(pk__in=people).values_list("pk", "preferred_contact"):
            self._prefers[pk] = {"mobile": "sms", "email": "email"}.get(prefers, "")
        sign_ins = User.objects.filter(kind=User.Kind.CUSTOMER, is_active=True).filter(
            customer_public_id__in=Customer.objects.filter(pk__in=people).values("public_id")
        )
        languages = dict(sign_ins.values_list("customer_public_id", "language"))
        for pk, public_id in Customer.objects.filter(public_id__in=languages).values_list("pk", "public_id"):
            self._has.setdefault(pk, set()).add("portal")
            if languages[public_id] == "en":
                self._english.add(pk)

    def channel(self, target: Target, offered: Sequence[str]) -> str:
        """The one they prefer if the campaign offers it, else the campaign's first that reaches them; "" for none."""
        if target.customer is None:
            kind = "email" if contact_kind(target.contact) == "email" else "sms"
            return kind if kind in offered else ""
        has = self._has.get(target.customer, set())
        prefers = self._prefers.get(target.customer, "")
        if prefers in offered and prefers in has:
            return prefers
        return next((channel for channel in offered if channel in has), "")

    def language(self, target: Target) -> str:
        return "en" if target.customer in self._english else "zh"


@dataclass(frozen=True, slots=True)
class Preview:
    """How many would be asked now, by channel, and why others would not."""

    asked: int
    by_channel: dict[str, int]
    left_out: dict[str, int]
    whole: bool = True  # False: the audience is larger than was looked at

    @property
    def held(self) -> int:
        return self.asked + sum(self.left_out.values())


def preview(campaign: Campaign, now: datetime, *, most: int | None = None) -> Preview:
    """What starting the campaign now would do. Writes nothing; looks at about `most` people where that is given."""
    channels: Counter[str] = Counter()
    left: Counter[str] = Counter()
    met: set[int | str] = set()  # across batches: nothing is written that would tell the next one
    seen, whole = 0, True
    for batch in targets(campaign, now):
        if most is not None and seen >= most:
            whole = False
            break
        seen += len(batch)
        reached, out = sort_out(campaign, batch, now)
        left += out
        for one in reached:
            whom: int | str = one.target.customer if one.target.customer is not None else one.target.contact
            if campaign.quiet_days and whom in met:
                left["quiet"] += 1
                continue
            met.add(whom)
            channels[one.channel] += 1
    return Preview(channels.total(), dict(channels), {name: left[name] for name in REASONS if left[name]}, whole)
