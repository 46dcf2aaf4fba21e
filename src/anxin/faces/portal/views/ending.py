"""Agreeing or objecting to a decision, withdrawing, rating: each a page of its own with one question."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from anxin.access import clock
from anxin.access.errors import Refused, Stale
from anxin.faces.portal.actions import drop_draft, keep_draft, read_draft
from anxin.faces.portal.entrance import actor_of, customer
from anxin.faces.portal.stories import term_of
from anxin.faces.portal.views.claim import context_of
from anxin.faces.portal.views.own import expected_of, my_claim, news_since
from anxin.journeys.claims.actions.adjudication import agree as agree_to
from anxin.journeys.claims.actions.closing import WITHDRAWAL_REASONS
from anxin.journeys.claims.actions.closing import rate as rate_service
from anxin.journeys.claims.actions.closing import withdraw as withdraw_claim
from anxin.journeys.claims.actions.objection import object_to_decision


@require_http_methods(["GET", "POST"])
@customer
def agree(request: HttpRequest, public_id: str) -> HttpResponse:
    page = my_claim(request, public_id)
    more: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        try:
            agree_to(claim=public_id, expected=expected_of(request, page), actor=actor_of(request), now=clock.now())
        except Refused as refused:
            more, status = _told(request, public_id, refused), refused.status
            page = my_claim(request, public_id)
        else:
            messages.success(request, _("Thank you. We pay within %(term)s.") % {"term": term_of("CL-05")})
            return redirect("portal:claim", public_id)
    context = context_of(request, page) | {"view": page.decision, "term": term_of("CL-05")}
    return render(request, "portal/claim/agree.html", context | more, status=status)


@require_http_methods(["GET", "POST"])
@customer
def object_to(request: HttpRequest, public_id: str) -> HttpResponse:
    """Seeing a decision or a refusal differently: one's reasons go to somebody who had no part in it, on a promise."""
    page = my_claim(request, public_id)
    actor, kind = actor_of(request), f"object:{public_id}"
    typed = {"text": str(read_draft(kind=kind, actor=actor).get("text", ""))}
    more: dict[str, Any] = {"errors": {}}
    status = 200
    if request.method == "POST":
        typed = {"text": request.POST.get("text", "")[:5_000]}
        keep_draft(kind=kind, values=typed, actor=actor, now=clock.now())
        try:
            object_to_decision(
                claim=public_id, text=typed["text"], expected=expected_of(request, page), actor=actor, now=clock.now()
            )
        except Refused as refused:
            more, status = _told(request, public_id, refused), refused.status
            page = my_claim(request, public_id)
        else:
            drop_draft(kind=kind, actor=actor)
            words = _(
                "Your objection is with us. Someone who had no part in the decision answers you here within %(term)s."
            )
            messages.success(request, words % {"term": term_of("CS-20")})
            return redirect("portal:claim", public_id)
    context = context_of(request, page) | {"typed": typed, "term": term_of("CS-20")}
    return render(request, "portal/claim/object.html", context | more, status=status)


@require_http_methods(["GET", "POST"])
@customer
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    page = my_claim(request, public_id)
    typed: dict[str, str] = {}
    more: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        typed = {"reason": request.POST.get("reason", ""), "text": request.POST.get("text", "")[:2_000]}
        try:
            withdraw_claim(
                claim=public_id, reason=typed["reason"], text=typed["text"], expected=expected_of(request, page),
                actor=actor_of(request), now=clock.now(),
            )  # fmt: skip
        except Refused as refused:
            more, status = _told(request, public_id, refused), refused.status
            page = my_claim(request, public_id)
        else:
            messages.success(request, _("Your claim is withdrawn. You can ask us to open it again."))
            return redirect("portal:claim", public_id)
    reasons = [(code, str(words)) for code, words in WITHDRAWAL_REASONS.items()]
    context = context_of(request, page) | {"typed": typed, "reasons": reasons, "errors": {}}
    return render(request, "portal/claim/withdraw.html", context | more, status=status)


@require_http_methods(["GET", "POST"])
@customer
def rate(request: HttpRequest, public_id: str) -> HttpResponse:
    page = my_claim(request, public_id)
    typed: dict[str, str] = {}
    more: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        typed = {"score": request.POST.get("score", ""), "comment": request.POST.get("comment", "")[:2_000]}
        score = int(typed["score"]) if typed["score"].isdigit() else 0
        try:
            rate_service(
                claim=public_id, score=score, comment=typed["comment"], actor=actor_of(request), now=clock.now()
            )
        except Refused as refused:
            more, status = _told(request, public_id, refused), refused.status
        else:
            messages.success(request, _("Thank you. We read every word, and what was wrong we put right."))
            return redirect("portal:claim", public_id)
    words = [(1, _("Very bad")), (2, _("Bad")), (3, _("So-so")), (4, _("Good")), (5, _("Very good"))]
    context = context_of(request, page) | {"typed": typed, "scores": words, "errors": {}}
    return render(request, "portal/claim/rate.html", context | more, status=status)


def _told(request: HttpRequest, public_id: str, refused: Refused) -> dict[str, Any]:
    """What a refusal says, for the page that shows it: with what is new, where somebody else was quicker."""
    told: dict[str, Any] = {"refused": refused.message, "errors": refused.fields}
    if isinstance(refused, Stale) and request.POST.get("expected", "").isdigit():
        told["news"] = news_since(request, my_claim(request, public_id), int(request.POST["expected"]))
    return told
