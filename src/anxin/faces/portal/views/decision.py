"""The decision, clause by clause, to read and as a letter."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.access import clock
from anxin.access.errors import Missing
from anxin.access.models import spoken
from anxin.faces.portal.entrance import actor_of, customer
from anxin.faces.portal.paperwork import party_words
from anxin.faces.portal.views.claim import context_of
from anxin.faces.portal.views.own import my_claim
from anxin.faces.portal.views.policies import pdf
from anxin.journeys.claims.documents import letter as letters
from anxin.journeys.claims.models import Claim, Decision, DecisionLine
from anxin.journeys.claims.queries import ClaimPage
from anxin.papers.storage import open_file
from anxin.registers.products.terms import article_in_english


@require_GET
@customer
def decision(request: HttpRequest, public_id: str) -> HttpResponse:
    page = my_claim(request, public_id)
    if page.decision is None:
        raise Missing(_("This claim is not decided yet."))
    context = context_of(request, page) | {
        "view": page.decision, "rows": rows_of(page),
        "parts": parts_of(page),
    }  # fmt: skip
    return render(request, "portal/claim/decision.html", context)


@require_GET
@customer
def letter(request: HttpRequest, public_id: str) -> HttpResponse:
    """The decision as a letter; of a refusal the notice as it was sent, word for word."""
    actor = actor_of(request)
    claim = Claim.objects.visible_to(actor).filter(case__public_id=public_id).select_related(
        "case__branch", "customer"
    ).first()  # fmt: skip
    if claim is None:
        raise Missing(_("There is no such case."))
    row = (
        Decision.objects.filter(claim=claim, state=Decision.State.APPROVED).select_related("notice")
        .prefetch_related("lines").order_by("-pk").first()
    )  # fmt: skip
    if row is None:
        raise Missing(_("This claim is not decided yet."))
    wanted = request.GET.get("lang", "") or (get_language() or "")
    language = "en" if wanted.startswith("en") else "zh-hans"
    if row.outcome == Decision.Outcome.REFUSE:
        if row.notice is not None and language != "en":
            with open_file(row.notice) as handle:
                return pdf(handle.read(), f"notice-{claim.case.number}")
        content = letters.refusal_notice(claim, row, whole_names=True, language=language, now=clock.now())
        return pdf(content, f"notice-{claim.case.number}")
    content = letters.decision_letter(claim, row, whole_names=True, language=language, now=clock.now())
    return pdf(content, f"decision-{claim.case.number}")


TONES = {"met": "kept", "not_triggered": "kept", "reduced": "near", "excluded": "broken", "waiting": "paused"}


def rows_of(page: ClaimPage) -> list[dict[str, Any]]:
    """The decision's lines: the clause, what was looked at, what it rests on, the finding, the amount."""
    if page.decision is None:
        return []
    return [
        {
            "line": line, "tone": TONES.get(line.verdict, ""), "clause": clause_of(line),
            "whose": party_words(line.party) if line.party and line.party.code != "own" else "",
        }
        for line in page.decision.lines
    ]  # fmt: skip


def clause_of(line: DecisionLine) -> str:
    return spoken(line.clause, article_in_english(line.clause) if line.clause else "")


def parts_of(page: ClaimPage) -> list[tuple[str, int]]:
    """Whose the amount is, when it is not all the customer's."""
    if page.decision is None:
        return []
    parties = {party.code: party for party in page.parties}
    parts = page.decision.decision.parts
    if set(parts) <= {"own"}:
        return []
    return [(_("You") if code == "own" else party_words(parties.get(code)), fen) for code, fen in parts.items()]
