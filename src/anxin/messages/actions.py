"""The only writers of messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from anxin.access.actors import Actor, system
from anxin.access.errors import Invalid, Missing
from anxin.access.prepared import insert_all
from anxin.journal.models import Case
from anxin.journal.writing import on_case
from anxin.messages import activities
from anxin.messages.models import Message
from anxin.messages.permissions import ERASE, SEND, WRITE
from anxin.messages.templates import TEMPLATES, Fact, word
from anxin.registers.customers.models import Customer

MAX_LETTERS = 2_000
PORTAL, SMS, PHONE = Message.Channel.PORTAL, Message.Channel.SMS, Message.Channel.PHONE


def queue_message(
    *, customer_id: int, case: Case | None, template: str, facts: Mapping[str, Fact], channels: Sequence[str] = (PORTAL,),
    reference: str = "", now: datetime,
) -> list[Message]:  # fmt: skip
    """Write a templated message, one row per channel, in one insert. For reactions: the event they react to is its record.

    A portal message is there at once; others wait for the carrier.
    """
    body_zh, body_en = word(template, facts)
    rows = [
        Message(
            case=case, customer_id=customer_id, direction=Message.Direction.OUT, channel=channel, template=template,
            reference=reference, body_zh=body_zh, body_en=body_en, created_at=now, **_departure(channel, now),
        )
        for channel in channels
    ]  # fmt: skip
    insert_all(rows)
    return rows


def write_to_customer(
    *, case: str, text: str, channels: Sequence[str] = (PORTAL,), actor: Actor, now: datetime
) -> list[Message]:
    """A person's own words to the customer of a case. No expected count: words never collide with others' work."""
    actor.must(SEND)
    body = _checked(text)
    if not channels or not set(channels) <= {PORTAL, SMS}:
        raise Invalid(
            _("Choose how to send it."), fields={"channels": _("Choose the portal, a text message, or both.")}
        )
    with on_case(case, actor=actor, now=now) as work:
        customer_id = _customer_of(work.case)
        rows = Message.objects.bulk_create(
            Message(
                case=work.case, customer_id=customer_id, direction=Message.Direction.OUT, channel=channel,
                body_zh=body, author_id=actor.user_id, created_at=now, **_departure(channel, now),
            )
            for channel in dict.fromkeys(channels)
        )  # fmt: skip
        for row in rows:
            work.record(activities.SENT, {"message": row.public_id, "channel": row.channel})
        return rows


def receive_message(
    *, case: str | None, text: str, customer: Customer | None = None, channel: str = PORTAL, actor: Actor, now: datetime
) -> Message:
    """What a customer writes in the portal, or says on the phone to a member of staff who writes it down.

    Without a case it is a question to the insurer at large (`customer` is then needed from staff).
    """
    actor.must(WRITE if actor.is_customer else SEND)
    body = _checked(text)
    row = Message(
        direction=Message.Direction.IN, channel=channel if not actor.is_customer else PORTAL, body_zh=body,
        author_id=actor.user_id, state=Message.State.RECEIVED, created_at=now, arrived_at=now,
    )  # fmt: skip
    if case is None:
        whose = Customer.objects.visible_to(actor)
        found = (
            whose.filter(pk=customer.pk).first()
            if customer is not None
            else whose.first()
            if actor.is_customer
            else None
        )
        if found is None:
            raise Missing(_("There is no such customer."))
        row.customer = found
        row.save(force_insert=True)
        return row
    with on_case(case, actor=actor, now=now) as work:
        row.case, row.customer_id = work.case, _customer_of(work.case)
        row.save(force_insert=True)
        work.record(activities.RECEIVED, {"message": row.public_id, "channel": row.channel})
    return row


def mark_read(*, actor: Actor, now: datetime, case: str | None = None, messages: Iterable[str] | None = None) -> int:
    """Note that messages were read: a customer reads ours, staff read the customer's. Returns how many were new."""
    direction = Message.Direction.OUT if actor.is_customer else Message.Direction.IN
    rows: QuerySet[Message] = Message.objects.visible_to(actor).filter(direction=direction, read_at=None)
    if case is not None:
        rows = rows.filter(case__public_id=case)
    if messages is not None:
        rows = rows.filter(public_id__in=list(messages))
    elif case is None and not actor.is_customer:
        return 0  # never every customer's messages at once
    return rows.update(read_at=now)


def note_departures(*, sent: Sequence[int], failed: Mapping[int, str], now: datetime) -> None:
    """What the carrier took over (message ids), and what it never will, with the reason."""
    if sent:
        Message.objects.filter(pk__in=sent, state=Message.State.QUEUED).update(state=Message.State.SENT, sent_at=now)
    for pk, error in failed.items():
        Message.objects.filter(pk=pk, state=Message.State.QUEUED).update(state=Message.State.FAILED, error=error[:200])


def note_arrivals(*, messages: Sequence[str], at: datetime) -> int:
    """The carrier says these reached the customer (public ids). Where a clock depends on it, the case is told by an event.

    Returns how many arrived for the first time. Told twice, written once.
    """
    tracked = [name for name, template in TEMPLATES.items() if template.tracked]
    waiting = Message.objects.filter(public_id__in=messages, arrived_at=None)
    watched = waiting.filter(template__in=tracked).exclude(case=None).select_related("case")
    arrived = 0
    for row in watched:
        assert row.case is not None
        with transaction.atomic(), on_case(row.case.public_id, actor=system(), now=at) as work:
            if Message.objects.filter(pk=row.pk, arrived_at=None).update(arrived_at=at):
                arrived += 1
                work.record(
                    activities.ARRIVED,
                    {
                        "message": row.public_id, "template": row.template, "reference": row.reference,
                        "channel": row.channel,
                    },
                )  # fmt: skip
    return arrived + waiting.exclude(template__in=tracked).update(arrived_at=at)


def erase_words(*, public_id: str, actor: Actor, now: datetime) -> None:
    """Erase what a message says; that it was sent stays."""
    actor.must(ERASE)
    if not Message.objects.visible_to(actor).filter(public_id=public_id).update(body_zh="", body_en=""):
        raise Missing(_("There is no such message."))


def _departure(channel: str, now: datetime) -> dict[str, object]:
    if channel == PORTAL:
        return {"state": Message.State.SENT, "sent_at": now, "arrived_at": now}
    return {"state": Message.State.QUEUED}


def _checked(text: str) -> str:
    body = text.strip()
    if not body:
        raise Invalid(_("The message is empty."), fields={"text": _("Write your message first.")})
    if len(body) > MAX_LETTERS:
        message = _("The message is too long: at most %(many)d characters.") % {"many": MAX_LETTERS}
        raise Invalid(message, fields={"text": message})
    return body


def _customer_of(case: Case) -> int:
    pk = Customer.objects.filter(public_id=case.subject_id).values_list("pk", flat=True).first()
    if case.subject_kind != "customer" or pk is None:
        raise Missing(_("This case has no customer to write to."))
    return pk
