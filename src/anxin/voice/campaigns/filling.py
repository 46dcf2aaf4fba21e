"""Making the invitations of a campaign that asks once: batch by batch in the worker, each batch and its place in one transaction.

Killed at any point, the next worker goes on at `filled_to`; a batch that was made twice makes nothing (the database
holds one invitation a person).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from anxin.journal.leasing import Held, Leases
from anxin.journal.worker import worker_name
from anxin.voice.campaigns.models import Campaign, Invitation
from anxin.voice.campaigns.reaching import Reached, sort_out, targets

BATCHES = 20  # in one round: other jobs of the worker wait meanwhile
leases = Leases(
    Campaign,
    Q(state=Campaign.State.RUNNING, occasion=Campaign.Occasion.ONCE, filled_at=None),
    length=timedelta(seconds=60),
)


def fill_waiting(now: datetime) -> int:
    """Go on with every campaign that was started and is not filled; how many invitations were made."""
    begun = leases.due().filter(Q(starts_at=None) | Q(starts_at__lte=now))
    me, made = worker_name(), 0
    for pk in list(begun.values_list("pk", flat=True)):
        if held := leases.take(pk, me):
            try:
                made += _fill(held, now)
            finally:
                held.end()
    return made


def _fill(held: Held[Campaign], now: datetime) -> int:
    made = 0
    for _number in range(BATCHES):
        with transaction.atomic():
            row = Campaign.objects.select_for_update().get(pk=held.row.pk)
            if row.state != Campaign.State.RUNNING or row.filled_at is not None:
                return made
            batch = next(targets(row, now, after=row.filled_to), None)
            if batch is None:
                row.filled_at = now
                row.save(update_fields=["filled_at"])
                return made
            reached, left = sort_out(row, batch, now)
            made += invite(row, reached, now)
            row.filled_to = batch[-1].place
            row.left_out = dict(Counter(row.left_out) + left)
            row.save(update_fields=["filled_to", "left_out"])
            held.keep()
    return made


def invite(campaign: Campaign, reached: Sequence[Reached], now: datetime, *, due_at: datetime | None = None) -> int:
    """Write invitations for these, to be sent when due. The caller holds the campaign's row."""
    due = max(due_at or now, campaign.starts_at or now)
    rows = [
        Invitation(
            campaign=campaign, customer_id=one.target.customer, contact=one.target.contact, channel=one.channel,
            language=one.language, case_id=one.target.case, branch_id=one.target.branch, person_id=one.target.person,
            facts={**one.target.facts, "channel": one.channel}, due_at=due,
            expires_at=expiry(campaign, due),
        )
        for one in reached
    ]  # fmt: skip
    before = Invitation.objects.filter(campaign=campaign).count()
    Invitation.objects.bulk_create(rows, 200, ignore_conflicts=True)
    return Invitation.objects.filter(campaign=campaign).count() - before


def expiry(campaign: Campaign, due: datetime) -> datetime:
    ends = due + timedelta(days=campaign.expires_after_days)
    return min(ends, campaign.ends_at) if campaign.ends_at else ends
