"""Handing invitations and reminders to the carrier, expiring them, ending campaigns. Run by the worker.

A batch is leased, handed over, then marked. Killed in between, it is handed over again after the lease, and the carrier
knows each message by its key: it goes out once.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from anxin.messages.ports import Outgoing, carrier
from anxin.registers.customers.models import ContactPoint
from anxin.voice.campaigns.actions import close_invitations
from anxin.voice.campaigns.models import Campaign, Invitation
from anxin.voice.campaigns.optout import contacts_out, customers_out
from anxin.voice.campaigns.wording import invitation_words
from anxin.voice.questionnaires.loading import definition_of

log = logging.getLogger(__name__)

BATCH = 200
LEASE = timedelta(seconds=60)
SENT_BY_CARRIER = (Campaign.Channel.SMS, Campaign.Channel.EMAIL)
State = Invitation.State


def send_waiting(now: datetime) -> int:
    """Send what is due of running campaigns; how many left or failed for good."""
    due = Invitation.objects.filter(
        state=State.WAITING, due_at__lte=now, expires_at__gt=now, campaign__state=Campaign.State.RUNNING
    ).exclude(channel=Campaign.Channel.PAPER)
    return _send(due, now)


def send_reminders(now: datetime) -> int:
    """Remind those who did not answer, each time once: the days count from the first message."""
    sent = 0
    for campaign in Campaign.objects.filter(state=Campaign.State.RUNNING).exclude(remind_after_days=[]):
        for number, days in enumerate(campaign.remind_after_days):
            due = Invitation.objects.filter(
                campaign=campaign, state__in=[State.SENT, State.OPENED], reminders_sent=number,
                sent_at__lte=now - timedelta(days=days), expires_at__gt=now, channel__in=SENT_BY_CARRIER,
            )  # fmt: skip
            sent += _send(due, now, reminding=True)
    return sent


def expire(now: datetime) -> int:
    """Close what is over: invitations past their day, campaigns past their end."""
    over = Invitation.objects.filter(state__in=[State.WAITING, State.SENT, State.OPENED], expires_at__lte=now)
    count = over.filter(campaign__state__in=[Campaign.State.RUNNING, Campaign.State.PAUSED]).update(state=State.EXPIRED)
    ended = Campaign.objects.filter(state__in=[Campaign.State.RUNNING, Campaign.State.PAUSED], ends_at__lte=now)
    for pk in list(ended.values_list("pk", flat=True)):
        with transaction.atomic():
            row = Campaign.objects.select_for_update().get(pk=pk)
            if row.state in (Campaign.State.RUNNING, Campaign.State.PAUSED):
                row.state = Campaign.State.ENDED
                row.save(update_fields=["state"])
                count += close_invitations(row)
    return count


def _send(due: object, now: datetime, *, reminding: bool = False) -> int:
    rows = _leased(due)
    if not rows:
        return 0
    out = customers_out({row.customer_id for row in rows if row.customer_id is not None})
    out_contacts = contacts_out({row.contact for row in rows if row.contact})
    refusing = [row.pk for row in rows if row.customer_id in out or row.contact in out_contacts]
    Invitation.objects.filter(pk__in=refusing).update(state=State.REFUSED, lease_until=None)
    rows = [row for row in rows if row.pk not in set(refusing)]
    addresses = _addresses(rows)
    leaving: dict[str, tuple[Invitation, Outgoing]] = {}
    failed: dict[int, str] = {}
    left = [row.pk for row in rows if row.channel not in SENT_BY_CARRIER]  # the portal shows it by itself
    for row in rows:
        if row.channel not in SENT_BY_CARRIER:
            continue
        to = row.contact or addresses.get((row.customer_id, row.channel), "")
        if not to:
            failed[row.pk] = "no contact"
            continue
        if reminding:
            row.reminders_sent += 1
        title = definition_of(row.campaign.version).title.get(row.language)
        words = invitation_words(row, title, (row.expires_at - now).days)
        key = message_key(row)
        leaving[key] = (row, Outgoing(key, row.channel, to, words))
    port = carrier()
    if leaving and port is not None:
        try:
            receipts = port.send([outgoing for _row, outgoing in leaving.values()], now)
        except Exception:
            log.exception("the carrier took no invitations; %d wait for the next round", len(leaving))
            receipts = []
        for receipt in receipts:
            row, _outgoing = leaving[receipt.public_id]
            if receipt.error:
                failed[row.pk] = receipt.error
            else:
                left.append(row.pk)
    _mark(left, failed, [row.pk for row in rows], now, reminding)
    return len(left) + len(failed) + len(refusing)


def _leased(due: object) -> list[Invitation]:
    moment = timezone.now()
    free = due.filter(Q(lease_until=None) | Q(lease_until__lt=moment))  # type: ignore[attr-defined]
    with transaction.atomic():
        wanted = list(free.order_by("due_at", "pk").values_list("pk", flat=True)[:BATCH])
        if not wanted:
            return []
        rows = list(
            Invitation.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(Q(lease_until=None) | Q(lease_until__lt=moment), pk__in=wanted)
            .select_related("campaign__version")
            .defer("campaign__version__body")
        )
        Invitation.objects.filter(pk__in=[row.pk for row in rows]).update(lease_until=moment + LEASE)
    return rows


def _addresses(rows: Iterable[Invitation]) -> dict[tuple[int | None, str], str]:
    points = ContactPoint.objects.filter(
        customer_id__in={row.customer_id for row in rows if row.customer_id}, kind__in=["mobile", "email"]
    ).order_by("is_primary", "-id")  # the primary one comes last and stays
    return {
        (customer, "sms" if kind == "mobile" else "email"): value
        for customer, kind, value in points.values_list("customer_id", "kind", "normalised")
    }


def message_key(row: Invitation) -> str:
    """The carrier's key of this message: the same for every try, another for each reminder."""
    return hashlib.sha256(f"{row.public_id}/{row.reminders_sent}".encode()).hexdigest()[:24]


def _mark(left: list[int], failed: dict[int, str], all_of: list[int], now: datetime, reminding: bool) -> None:
    if reminding:
        Invitation.objects.filter(pk__in=left).update(reminders_sent=F("reminders_sent") + 1, lease_until=None)
        # A reminder that cannot be sent is not tried for ever; the first message was sent, so the link still counts.
        Invitation.objects.filter(pk__in=failed).update(reminders_sent=F("reminders_sent") + 1, lease_until=None)
    else:
        Invitation.objects.filter(pk__in=left).update(sent_at=now)
        Invitation.objects.filter(pk__in=left, state=State.WAITING).update(state=State.SENT)
        for pk, error in failed.items():
            Invitation.objects.filter(pk=pk, state=State.WAITING).update(state=State.FAILED, error=error[:120])
    Invitation.objects.filter(pk__in=all_of).update(lease_until=None)
