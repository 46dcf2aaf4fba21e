"""Answering the assessment line by line: all on one page, or one after the other in elder mode. Drafts are kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from anxin.access import clock
from anxin.access.errors import IllegalMove, Invalid, Missing, Stale
from anxin.access.formats import fen
from anxin.faces.portal.actions import drop_draft, keep_draft, read_draft
from anxin.faces.portal.entrance import actor_of, customer
from anxin.faces.portal.forms.answers import NO, OK, read_answers, typed_of
from anxin.faces.portal.stories import offered_lines, term_of
from anxin.faces.portal.views.claim import context_of, item_of, show, sums_of
from anxin.faces.portal.views.own import expected_of, my_claim, news_since
from anxin.journeys.claims.actions.assessment import answer_assessment
from anxin.journeys.claims.actions.papers import add_photos
from anxin.journeys.claims.models import AssessmentLine
from anxin.journeys.claims.queries import ClaimPage


def kind_of(public_id: str) -> str:
    return f"answer:{public_id}"


@require_POST
@customer
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep the answers, then their pictures; then, unless it is to wait, give the answer."""
    page = my_claim(request, public_id)
    lines = offered_lines(page)
    if not lines:
        return _nothing(request, public_id)
    typed = _keep(request, public_id, lines)
    expected = expected_of(request, page)
    wrong, added = _keep_photos(request, public_id, lines)
    if added and expected is not None:
        page = my_claim(request, public_id)
        expected += added
    if wrong:
        return show(request, page, 422, typed=typed, errors=wrong)
    if "submit" not in request.POST:
        messages.success(request, _("Saved. You can go on whenever you like; there is no time limit."))
        return redirect("portal:claim", public_id)
    return _give(request, page, lines, typed, expected)


@require_POST
@customer
def draft(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the page sends by itself while one answers."""
    _keep(request, public_id, offered_lines(my_claim(request, public_id)))
    return HttpResponse(status=204)


def _nothing(request: HttpRequest, public_id: str) -> HttpResponse:
    messages.info(request, _("No assessment waits for your answer now. Here is how it stands."))
    return redirect("portal:claim", public_id)


def _give(
    request: HttpRequest, page: ClaimPage, lines: list[AssessmentLine], typed: dict[str, str], expected: int | None
) -> HttpResponse:
    public_id = page.case.public_id
    answers, wrong = read_answers(typed, lines)
    if wrong:
        return show(request, page, 422, typed=typed, errors=wrong)
    try:
        answer_assessment(claim=public_id, answers=answers, expected=expected, actor=actor_of(request), now=clock.now())
    except Invalid as refused:
        fields = {_field(name): words for name, words in refused.fields.items()}
        return show(request, page, 422, typed=typed, errors=fields, refused=refused.message)
    except (Stale, IllegalMove, Missing) as refused:
        # Nothing was overwritten and nothing typed is lost: show what is new, and the answers beside it.
        page = my_claim(request, public_id)
        seen = int(request.POST["expected"]) if request.POST.get("expected", "").isdigit() else page.case.event_count
        return show(request, page, 409, typed=typed, refused=refused.message, news=news_since(request, page, seen))
    drop_draft(kind=kind_of(public_id), actor=actor_of(request))
    agreed = sum(line.amount_fen for line in lines if answers[line.public_id].verdict == "accepted")
    disputed = sum(item.verdict == "disputed" for item in answers.values())
    if disputed:
        messages.success(
            request,
            _(
                "Thank you. %(amount)s yuan is agreed; %(many)d items go to another assessor, who answers within %(term)s."
            )
            % {"amount": fen(agreed), "many": disputed, "term": term_of("CS-07")},
        )
    else:
        messages.success(
            request,
            _("Thank you. You agreed to %(amount)s yuan; we decide on the claim now.") % {"amount": fen(agreed)},
        )
    return redirect("portal:claim", public_id)


def _keep(request: HttpRequest, public_id: str, lines: list[AssessmentLine]) -> dict[str, str]:
    """What was typed, over what was kept before: a page that shows one line sends only that one."""
    actor = actor_of(request)
    typed = read_draft(kind=kind_of(public_id), actor=actor) | typed_of(request.POST, lines)
    if lines:
        keep_draft(kind=kind_of(public_id), values=typed, actor=actor, now=clock.now())
    return typed


def _keep_photos(request: HttpRequest, public_id: str, lines: list[AssessmentLine]) -> tuple[dict[str, str], int]:
    """Pictures of disputed lines go to the case at once: (what is wrong by field, how many events they made)."""
    wrong: dict[str, str] = {}
    added = 0
    for line in lines:
        files = request.FILES.getlist(f"photos-{line.public_id}")
        if not files:
            continue
        try:
            add_photos(
                claim=public_id, files=files, purpose="dispute", reference=line.public_id, actor=actor_of(request),
                now=clock.now(),
            )  # fmt: skip
            added += 1
        except Invalid as refused:
            wrong[f"photos-{line.public_id}"] = refused.message
    return wrong, added


def _field(name: str) -> str:
    """answers.<line>.quote_fen → quote-<line>."""
    _answers, line, *part = name.split(".")
    return f"{ {'reason': 'reason', 'quote_fen': 'quote'}.get(part[0], 'verdict') if part else 'verdict' }-{line}"


# -- one by one ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET"])
@customer
def first_item(request: HttpRequest, public_id: str) -> HttpResponse:
    """On to the first item without an answer; past the last one to the summary."""
    lines, typed = _open(request, public_id)[1:]
    if not lines:
        return _nothing(request, public_id)
    for number, line in enumerate(lines, 1):
        if not _is_answered(line, typed):
            return redirect("portal:item", public_id, number)
    return redirect("portal:items-all", public_id)


@require_http_methods(["GET", "POST"])
@customer
def item(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """One item, two big buttons."""
    page, lines, typed = _open(request, public_id)
    if not lines:
        return _nothing(request, public_id)
    line = _line(lines, number)
    if request.method == "POST":
        verdict = request.POST.get("verdict", "")
        if verdict not in (OK, NO):
            raise Invalid(_("Choose: agree or disagree."))
        typed[f"verdict-{line.public_id}"] = verdict
        keep_draft(kind=kind_of(public_id), values=typed, actor=actor_of(request), now=clock.now())
        if verdict == NO:
            return redirect("portal:item-why", public_id, number)
        return _onward(public_id, number, lines)
    return render(request, "portal/claim/item.html", _item_context(page, lines, typed, number))


@require_http_methods(["GET", "POST"])
@customer
def why(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """Why one disagrees: a few words, one's own or one of three, and a photo if one has it."""
    page, lines, typed = _open(request, public_id)
    if not lines:
        return _nothing(request, public_id)
    line = _line(lines, number)
    errors: dict[str, str] = {}
    if request.method == "POST":
        own = request.POST.get("words", "").strip()[:2_000]
        reason = own or request.POST.get("reason", "").strip()[:200]
        typed[f"reason-{line.public_id}"] = reason
        keep_draft(kind=kind_of(public_id), values=typed, actor=actor_of(request), now=clock.now())
        errors = _keep_photos(request, public_id, [line])[0]
        if not reason:
            errors[f"reason-{line.public_id}"] = _("Choose one of these, or say it in a few words.")
        if not errors:
            return _onward(public_id, number, lines)
        page = my_claim(request, public_id)
    reasons = [_("The amount is too low"), _("I want a new part"), _("The repair shop says otherwise")]
    context = _item_context(page, lines, typed, number, errors) | {"reasons": reasons}
    chosen = typed.get(f"reason-{line.public_id}", "")
    context |= {"chosen_reason": chosen if chosen in reasons else "", "words": "" if chosen in reasons else chosen}
    return render(request, "portal/claim/why.html", context, status=422 if errors else 200)


@require_http_methods(["GET"])
@customer
def all_items(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was answered, what it adds up to, and one button to send it."""
    page, lines, typed = _open(request, public_id)
    if not lines:
        return _nothing(request, public_id)
    context = context_of(request, page) | sums_of(lines, typed, {}, page)
    return render(request, "portal/claim/items.html", context)


def _open(request: HttpRequest, public_id: str) -> tuple[ClaimPage, list[AssessmentLine], dict[str, str]]:
    page = my_claim(request, public_id)
    lines = offered_lines(page)
    typed: dict[str, str] = read_draft(kind=kind_of(public_id), actor=actor_of(request))
    return page, lines, typed


def _line(lines: list[AssessmentLine], number: int) -> AssessmentLine:
    if not 1 <= number <= len(lines):
        raise Missing(_("There is no such line in this assessment."))
    return lines[number - 1]


def _is_answered(line: AssessmentLine, typed: dict[str, str]) -> bool:
    verdict = typed.get(f"verdict-{line.public_id}", "")
    return verdict == OK or (verdict == NO and bool(typed.get(f"reason-{line.public_id}")))


def _onward(public_id: str, number: int, lines: list[AssessmentLine]) -> HttpResponse:
    if number < len(lines):
        return redirect("portal:item", public_id, number + 1)
    return redirect("portal:items-all", public_id)


def _item_context(
    page: ClaimPage, lines: list[AssessmentLine], typed: dict[str, str], number: int,
    errors: dict[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    line = _line(lines, number)
    return {
        "page": page, "case": page.case, "item": item_of(line, typed, errors or {}, page), "number": number,
        "many": len(lines), "before": number - 1,
    }  # fmt: skip
