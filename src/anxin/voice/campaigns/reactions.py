"""Asking after something happened: an event makes an invitation for the case's customer, due some hours later."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Q

from anxin.journal.models import Event
from anxin.journal.reacting import reaction
from anxin.registers.customers.models import Customer
from anxin.voice.campaigns.filling import invite
from anxin.voice.campaigns.models import Campaign
from anxin.voice.campaigns.occasions import ACTIVITIES
from anxin.voice.campaigns.reaching import of_cases, sort_out


@reaction("campaigns.ask_after", to=tuple(ACTIVITIES))
def ask_after(event: Event, now: datetime) -> None:
    """Once for each case and campaign, whatever is delivered twice; the quiet time and opt-outs are looked at here."""
    running = Campaign.objects.filter(
        Q(starts_at=None) | Q(starts_at__lte=event.occurred_at), Q(ends_at=None) | Q(ends_at__gt=now),
        state=Campaign.State.RUNNING, occasion=Campaign.Occasion.EVENT,
    )  # fmt: skip
    for pk, trigger in list(running.order_by("pk").values_list("pk", "trigger")):
        if trigger.get("activity") != event.activity:
            continue
        campaign = Campaign.objects.select_for_update().get(pk=pk)
        if campaign.branch_id not in (None, event.case.branch_id):
            continue
        (target,) = of_cases([event.case])
        # Two events of one person at the same moment: the second waits here, and finds the first one's invitation.
        list(Customer.objects.select_for_update().filter(pk__in=[target.customer or 0]).values_list("pk"))
        reached, left = sort_out(campaign, [target], now)
        due = event.occurred_at + timedelta(hours=int(trigger.get("after_hours", 24)))
        invite(campaign, reached, now, due_at=due)
        if left and not left["asked"]:
            campaign.left_out = dict(Counter(campaign.left_out) + left)
            campaign.save(update_fields=["left_out"])
