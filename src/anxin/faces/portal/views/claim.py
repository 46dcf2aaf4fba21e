"""A claim's page: one screen with one thing to do. And the page that answers a report at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from anxin.access.models import spoken
from anxin.faces.portal import paperwork, stories
from anxin.faces.portal.actions import read_draft
from anxin.faces.portal.entrance import actor_of, customer
from anxin.faces.portal.forms import answers
from anxin.faces.portal.steps import short_steps_of, steps_of
from anxin.faces.portal.views.own import my_claim
from anxin.journeys.claims import lifecycle
from anxin.journeys.claims.lifecycle import BEFORE_DECISION
from anxin.journeys.claims.models import AssessmentLine, Decision, Payment
from anxin.journeys.claims.queries import ClaimPage
from anxin.registers.products.terms import article_in_english
from anxin.rulebook.families.prices import METHODS


@require_GET
@customer
def claim(request: HttpRequest, public_id: str) -> HttpResponse:
    return show(request, my_claim(request, public_id))


@require_GET
@customer
def reported(request: HttpRequest, public_id: str) -> HttpResponse:
    """What one learns the moment a report is in: the number, who calls by when, and every paper, once."""
    page = my_claim(request, public_id)
    context = context_of(request, page)
    calls = next((row for row in page.promises if row.rule.id == "CS-01"), None)
    return render(request, "portal/report/done.html", context | {"promise": calls or context["story"].promise})


def show(request: HttpRequest, page: ClaimPage, status: int = 200, **more: Any) -> HttpResponse:
    """The claim's page, also with what could not be used of a form that was sent (`typed`, `errors`, `news`)."""
    context = context_of(request, page) | more
    if "typed" not in more and context["offered"]:
        context["typed"] = read_draft(kind=f"answer:{page.case.public_id}", actor=actor_of(request))
    if context["offered"]:
        context |= sums_of(context["offered"], context.get("typed", {}), context.get("errors", {}), page)
    elder = request.COOKIES.get("elder") == "1" or bool(getattr(request.user, "elder_mode", False))
    return render(request, "portal/claim/elder.html" if elder else "portal/claim/claim.html", context, status=status)


def context_of(request: HttpRequest, page: ClaimPage) -> dict[str, Any]:
    story = stories.story_of(page)
    state = page.case.state
    offer = stories.standing_offer(page)
    unread = sum(item.direction == "out" and item.read_at is None for item in page.messages)
    return {
        "page": page, "case": page.case, "claim": page.claim, "story": story,
        "number": f"{page.case.branch.short} {page.case.number}",
        "offer": offer,
        "offered": stories.offered_lines(page),
        "answered": answered_lines(page),
        "steps": steps_of(page), "short_steps": short_steps_of(page),
        "papers": paperwork.papers_of(page),
        "told": paperwork.told_of(page),
        "supplement": paperwork.supplement_of(page),
        "payments": payments_of(page),
        "payee": stories.current_payee(page),
        "wants_payee": stories.wants_payee(page), "knows_account": stories.knows_account(page),
        "may_pay_to": state in lifecycle.OPEN_STATES and state not in (lifecycle.PAID, lifecycle.REFUSED),
        "decision": page.decision.decision if page.decision else None,
        "reasons": reasons_of(page.decision.decision) if page.decision else [],
        "objections": page.objections, "may_object": stories.may_object(page),
        "may_withdraw": state in BEFORE_DECISION,
        "may_add": state in lifecycle.OPEN_STATES,
        "may_rate": stories.may_rate(page),
        "waits_for_agreement": stories.waits_for_agreement(page),
        "rating": page.ratings[-1] if page.ratings else None,
        "unread": unread,
        "last_message": page.messages[-1] if page.messages else None,
        "loss_photos": [photo for photo in page.photos if photo.purpose == "loss_photo"],
        "other_promises": other_promises(page, story),
    }  # fmt: skip


def other_promises(page: ClaimPage, story: stories.Story) -> list[Any]:
    """The rest of what we promised and how it went: kept and broken ones too, nothing is hidden."""
    return [
        row for row in page.promises
        if row.rule.klass == "deadline" and row is not story.promise and row.line.state != "void"
    ]  # fmt: skip


def sums_of(
    lines: list[AssessmentLine], typed: dict[str, str], errors: dict[str, str], page: ClaimPage
) -> dict[str, Any]:
    """The items to answer, with what was chosen so far, and what that adds up to."""
    items = [item_of(line, typed, errors, page) for line in lines]
    agreed = [line for line in lines if typed.get(f"verdict-{line.public_id}") == answers.OK]
    disputed = [line for line in lines if typed.get(f"verdict-{line.public_id}") == answers.NO]
    offer = stories.standing_offer(page)
    reviewer = page.claim.reviewer
    return {
        "items": items,
        "total_fen": sum(line.amount_fen for line in lines),
        "agreed_count": len(agreed), "agreed_fen": sum(line.amount_fen for line in agreed),
        "disputed_count": len(disputed), "disputed_fen": sum(line.amount_fen for line in disputed),
        "unanswered": sum(not item["chosen"] for item in items),
        "prices": offer.assessment.price_edition if offer else 0,
        "from_papers": [line for line in offer.lines if line.state == AssessmentLine.State.FIXED] if offer else [],
        "reviewer": reviewer,
        "review_term": stories.term_of("CS-07"),
    }  # fmt: skip


def item_of(line: AssessmentLine, typed: dict[str, str], errors: dict[str, str], page: ClaimPage) -> dict[str, Any]:
    key = line.public_id
    return {
        "line": line, "key": key, "how": method_words(line),
        "chosen": typed.get(f"verdict-{key}", ""), "reason": typed.get(f"reason-{key}", ""),
        "quote": typed.get(f"quote-{key}", ""),
        "error": errors.get(f"verdict-{key}", ""), "reason_error": errors.get(f"reason-{key}", ""),
        "quote_error": errors.get(f"quote-{key}", ""), "photo_error": errors.get(f"photos-{key}", ""),
        "photos": [photo for photo in page.photos if photo.purpose == "dispute" and photo.reference == key],
    }  # fmt: skip


def method_words(line: AssessmentLine) -> str:
    """“Replace”; an invoice is no way of repairing and is said in its own words."""
    if line.method in METHODS:
        return str(METHODS[line.method])
    return pgettext("price", "By invoice") if line.method == "invoice" else ""


def reasons_of(row: Decision) -> list[dict[str, str]]:
    """Why it was refused or reduced: the clause in full and what it rests on."""
    return [
        {
            "clause": spoken(reason["clause"], article_in_english(reason["clause"]) if reason["clause"] else ""),
            "title": spoken(reason["title_zh"], reason["title_en"]),
            "text": spoken(reason["text_zh"], reason["text_en"]),
            "basis": spoken(reason["basis_zh"], reason["basis_en"]),
        }
        for reason in row.reasons
    ]


def answered_lines(page: ClaimPage) -> list[dict[str, Any]]:
    """The items of the assessment once answered: agreed, disputed, decided anew, with the reasons in words."""
    view = page.assessment
    if view is None or stories.standing_offer(page) is not None:
        return []
    shown = [line for line in view.lines if line.state != AssessmentLine.State.FIXED]
    return [
        {
            "line": line, "how": method_words(line),
            "photos": [item for item in page.photos if item.purpose == "dispute" and item.reference == line.public_id],
            "tone": {"accepted": "kept", "disputed": "near", "reviewed": "running"}.get(line.state, ""),
            "words": {
                "accepted": _("You agreed"), "disputed": _("You disagreed: being looked at again"),
                "reviewed": _("Looked at again"),
            }.get(line.state, str(line.get_state_display())),
        }
        for line in shown
    ]  # fmt: skip


def payments_of(page: ClaimPage) -> list[dict[str, Any]]:
    """Money that moved or moves, to whomever it goes; an attempt that failed and was repeated is left out."""
    repeated = {payment.retry_of_id for payment in page.payments}
    parties = {party.code: party for party in page.parties}
    tones = {Payment.State.PAID: "kept", Payment.State.FAILED: "broken"}
    return [
        {
            "payment": payment, "tone": tones.get(Payment.State(payment.state), "running"),
            "whose": "" if payment.for_party == "own" else paperwork.party_words(parties.get(payment.for_party)),
            "at": payment.paid_at or payment.sent_at or payment.instructed_at,
        }
        for payment in page.payments
        if payment.pk not in repeated
    ]  # fmt: skip
