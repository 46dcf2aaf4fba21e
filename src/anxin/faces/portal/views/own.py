"""What several pages share: one's own claim, the moment, a stale form, a flash."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from anxin.access import clock
from anxin.access.errors import Missing
from anxin.faces.portal.entrance import actor_of
from anxin.journal.models import Event
from anxin.journal.queries import title_of
from anxin.journeys.claims.queries import ClaimPage, claim_page
from anxin.registers.customers.models import Customer

# What happens to a case by itself, or beside it: no reason to ask the customer to read the page again.
_QUIET = ("promise.", "messages.")


def my_claim(request: HttpRequest, public_id: str) -> ClaimPage:
    """The reader's own claim; anyone else's does not exist."""
    return claim_page(public_id, actor_of(request), now=clock.now())


def myself(request: HttpRequest) -> Customer:
    row = Customer.objects.visible_to(actor_of(request)).select_related("branch").first()
    if row is None:
        raise Missing(_("There is no such customer."))
    return row


def expected_of(request: HttpRequest, page: ClaimPage) -> int | None:
    """The sequence the reader saw — or today's, when only clocks and messages moved since, or the reader alone."""
    try:
        seen = int(request.POST.get("expected", ""))
    except ValueError:
        return page.case.event_count
    return page.case.event_count if not news_since(request, page, seen) else seen


def news_since(request: HttpRequest, page: ClaimPage, seen: int) -> list[tuple[datetime, str]]:
    """What others did to the case since the reader looked: (when, what)."""
    if seen >= page.case.event_count:
        return []
    rows = Event.objects.filter(case=page.case, seq__gt=seen).exclude(actor_id=actor_of(request).user_id)
    return [
        (event.occurred_at, title_of(event.activity, event.facts))
        for event in rows.order_by("seq")
        if not event.activity.startswith(_QUIET)
    ]
