"""The first page — what needs me now — and the list of my claims."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from anxin.access import clock
from anxin.faces.portal.actions import read_draft
from anxin.faces.portal.entrance import actor_of, customer
from anxin.faces.portal.queries.mine import my_claims
from anxin.faces.portal.queries.policies import my_policies
from anxin.faces.portal.queries.questionnaires import open_questionnaires
from anxin.messages.queries import messages_for


@require_GET
@customer
def home(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    claims = my_claims(actor, now)
    policies = my_policies(actor, timezone.localdate(now))
    unread = messages_for(actor).filter(direction="out", read_at=None, case=None).count()
    return render(
        request, "portal/home.html",
        {
            "needing": [row for row in claims if row.needs and row.is_open],
            "claims": [row for row in claims if row.is_open],
            "past": sum(not row.is_open for row in claims),
            "to_rate": [row for row in claims if "rate" in row.needs][:1],
            "policies": [row for row in policies if row.standing in ("in_force", "not_begun", "suspended")],
            "unread": unread,
            "questionnaires": open_questionnaires(actor, now, language=get_language() or ""),
            "begun": bool(read_draft(kind="report", actor=actor)),
        },
    )  # fmt: skip


@require_GET
@customer
def claims(request: HttpRequest) -> HttpResponse:
    rows = my_claims(actor_of(request), clock.now())
    return render(
        request, "portal/claims.html",
        {"open": [row for row in rows if row.is_open], "past": [row for row in rows if not row.is_open]},
    )  # fmt: skip
