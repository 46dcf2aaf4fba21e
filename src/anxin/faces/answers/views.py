"""What a respondent sees. Every page works without a script; nobody signs in, so no cookie opens anything and none is needed.

The key in the address is what a visitor holds, and a form of another site does not know it: there is nothing for a forged
request to use, and the pages carry no CSRF token (in-app browsers that keep no cookies could not send one back).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from anxin.access import clock
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.faces.answers import drawing, pace
from anxin.faces.answers.walking import (
    CATALOGUES,
    ELDER_COOKIE,
    LANGUAGE_COOKIE,
    Visit,
    given_of,
    key_of,
    language_of,
    place_of,
)
from anxin.voice.campaigns.actions import opt_in_by_link, opt_out_by_link, opt_out_contact
from anxin.voice.campaigns.models import new_key
from anxin.voice.campaigns.optout import is_out
from anxin.voice.questionnaires.form import Fault, Page, missing_required, next_page, previous_page, shown_pages
from anxin.voice.responses.actions import Asking, find_asking, note_opened, save_page
from anxin.voice.responses.models import Response

YEAR = 365 * 24 * 3600
MONTH = 30 * 24 * 3600
View = Callable[[Visit], HttpResponse]


def _visit(view: Callable[..., HttpResponse], *, closed_too: bool = False) -> Callable[..., HttpResponse]:
    """Find what the key asks, in the visitor's language; what is closed, paused or unknown becomes a page in plain words."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @functools.wraps(view)
    def guarded(request: HttpRequest, key: str, **more: str) -> HttpResponse:
        answer = _answer(request, key, more)
        add_never_cache_headers(answer)
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        answer.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
        return answer

    def _answer(request: HttpRequest, key: str, more: dict[str, str]) -> HttpResponse:
        try:
            asking = find_asking(key=key, now=clock.now())
        except Missing as missing:
            if not pace.may_miss(request.META.get("REMOTE_ADDR", "")):
                return _said(request, None, _("Too many tries"), _("Please wait a minute and try again."), 429)
            with override(_cookie_language(request)):
                return _said(request, None, _("There is no such questionnaire"), str(missing.message), 404)
        except IllegalMove as refused:
            found: Asking = refused.facts["asking"]
            visit = Visit(request, key, found, language_of(request, found))
            with override(CATALOGUES[visit.language]):
                if closed_too:
                    return view(visit, **more)
                return _not_now(visit, refused.code)
        visit = Visit(request, key, asking, language_of(request, asking))
        with override(CATALOGUES[visit.language]):
            try:
                return view(visit, **more)
            except IllegalMove:  # answered meanwhile, in another window
                return HttpResponseRedirect(visit.address("done"))
            except Missing as missing:
                return _said(request, visit, _("There is no such page"), str(missing.message), 404)

    return guarded


def _cookie_language(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in {"zh-hans", "en"} else "zh-hans"


def _start(visit: Visit) -> HttpResponse:
    """Welcome: what it is about, who asks, what becomes of the answers; then on, or on from where one stopped."""
    if visit.request.method == "POST":
        return _switched(visit, HttpResponseRedirect(visit.request.get_full_path()))
    if visit.asking.is_answered:
        return _answered(visit)
    if visit.asking.invitation is not None:
        note_opened(invitation=visit.asking.invitation, now=clock.now())
    begun = _begun_here(visit)
    if begun is not None and begun.state != Response.State.STARTED:
        done = True
        begun = None
    else:
        done = False
    response = visit.asking.response or begun
    answers = response.given if response else {}
    going_on = place_of(visit.definition, answers, response.page) if response else None
    first = next_page(visit.definition, {})
    query = visit.request.META.get("QUERY_STRING", "")
    go_key = begun.key if begun is not None else visit.key
    return drawing.answer(
        "answers/start.html", visit,
        {
            "first": _with(visit.address("page", page=first.code), query) if first else "",
            "going_on": visit.address("page", page=going_on.code).replace(visit.key, go_key, 1) if going_on else "",
            "done_before": done, "is_open": visit.is_open,
        },
    )  # fmt: skip


def _begun_here(visit: Visit) -> Response | None:
    """What this browser began by the same open link, if it may go on."""
    key = key_of(visit.request.COOKIES.get(visit.cookie, "")) if visit.is_open else ""
    if not key:
        return None
    return Response.objects.filter(key=key, campaign=visit.asking.campaign, invitation=None).first()


def _page(visit: Visit, page: str) -> HttpResponse:
    """One page of questions: shown by GET; sent by POST with the button that says what to do."""
    if visit.asking.is_answered:
        return HttpResponseRedirect(visit.address("done"))
    here = next((one for one in visit.definition.pages if one.code == page), None)
    if here is None:
        raise Missing(_("The questionnaire has no such page."))
    if visit.request.method == "POST":
        return _sent(visit, here)
    if visit.asking.invitation is not None:
        note_opened(invitation=visit.asking.invitation, now=clock.now())
    if here not in shown_pages(visit.definition, visit.answers):
        onward = place_of(visit.definition, visit.answers, "")
        return HttpResponseRedirect(visit.address("page", page=onward.code) if onward else visit.address("start"))
    faults: Sequence[Fault] = ()
    if "missing" in visit.request.GET:
        lacking = set(missing_required(visit.definition, visit.answers))
        faults = [Fault(one.code, "required", {}) for one in here.questions if one.code in lacking]
    return _show(visit, here, visit.answers, faults, key=new_key() if visit.is_open else "")


def _sent(visit: Visit, here: Page) -> HttpResponse:
    form = visit.request.POST
    given = given_of(here, form)
    key = key_of(form.get("response", "")) if visit.is_open else ""
    if visit.is_open and not key:
        key = new_key()
    typed = {**visit.answers, **{one.code: given.get(one.code) for one in here.questions}, **given}
    if not pace.may_send(key or visit.key):
        return _show(visit, here, typed, (), key=key, status=429, note=_("That was too fast. Please press again."))
    keeping = next((name for name in ("back", "language", "elder", "autosave") if name in form), "")
    language = form["language"] if form.get("language") in visit.definition.languages else visit.language
    facts, branch = visit.where() if visit.asking.response is None else ({}, None)
    saved = save_page(
        asking=visit.asking, page=here.code, given=given, language=language, source=visit.source(), now=clock.now(),
        forward=not keeping, key=key, facts=facts, branch=branch,
    )  # fmt: skip
    if keeping == "autosave":
        answer = HttpResponse(status=204)
        return _remembered(visit, answer, saved.response)
    if saved.faults and saved.following is here:
        return _remembered(
            visit, _show(visit, here, typed, saved.faults, key=saved.response.key if key else "", status=422),
            saved.response,
        )  # fmt: skip
    own = Visit(visit.request, saved.response.key if visit.is_open else visit.key, visit.asking, visit.language)
    if keeping == "back":
        before = previous_page(visit.definition, saved.response.given, here.code)
        onward = own.address("page", page=before.code) if before else own.address("start")
    elif keeping:
        onward = own.address("page", page=here.code)
    elif saved.following is None:
        onward = own.address("done")
    elif saved.faults:
        onward = own.address("page", page=saved.following.code) + "?missing=1"
    else:
        onward = own.address("page", page=saved.following.code)
    return _switched(visit, _remembered(visit, HttpResponseRedirect(onward, status=303), saved.response))


def _show(
    visit: Visit, here: Page, answers: dict[str, Any], faults: Sequence[Fault], *, key: str = "", status: int = 200,
    note: str = "",
) -> HttpResponse:  # fmt: skip
    pages = [one.code for one in shown_pages(visit.definition, visit.answers)]
    number = pages.index(here.code) + 1 if here.code in pages else 1
    return drawing.answer(
        "answers/page.html", visit,
        {
            "questions": drawing.questions(visit.asking.campaign.version, visit.definition, here, answers,
                                           visit.language, visit.seed or key, faults),
            "number": number, "of": len(pages), "percent": round(100 * (number - 1) / len(pages)) if pages else 0,
            "is_last": number == len(pages), "key": key, "wrong": bool(faults), "note": note,
        },
        status=status,
    )  # fmt: skip


def _remembered(visit: Visit, answer: HttpResponse, row: Response) -> HttpResponse:
    if visit.is_open:
        answer.set_cookie(visit.cookie, row.key, max_age=MONTH, path="/q/", samesite="Lax", httponly=True)
    return answer


def _switched(visit: Visit, answer: HttpResponse) -> HttpResponse:
    """Language and elder mode, as the pressed button says; kept in this browser."""
    form = visit.request.POST
    if form.get("language") in visit.definition.languages:
        answer.set_cookie(LANGUAGE_COOKIE, CATALOGUES[form["language"]], max_age=YEAR, samesite="Lax", httponly=True)
    if form.get("elder") in ("0", "1"):
        answer.set_cookie(ELDER_COOKIE, form["elder"], max_age=YEAR, samesite="Lax", httponly=True)
    return answer


def _done(visit: Visit) -> HttpResponse:
    if not visit.asking.is_answered:
        return HttpResponseRedirect(visit.address("start"))
    if visit.request.method == "POST":
        return _switched(visit, HttpResponseRedirect(visit.address("done")))
    return _answered(visit)


def _answered(visit: Visit) -> HttpResponse:
    row = visit.asking.response
    full = row is not None and row.state == Response.State.FULL
    return drawing.answer("answers/done.html", visit, {"full": full, "is_open": visit.asking.invitation is None})


def _stop(visit: Visit) -> HttpResponse:
    """No more questionnaires, and back. By a personal link for whom it was sent to; by an open one for a contact one types."""
    invitation, now, form = visit.asking.invitation, clock.now(), visit.request.POST
    error = typed = ""
    stopped = invitation is not None and is_out(invitation)
    if visit.request.method == "POST":
        if "language" in form or "elder" in form:
            return _switched(visit, HttpResponseRedirect(visit.address("stop")))
        if not pace.may_send(visit.key):
            error = _("That was too fast. Please press again.")
        elif invitation is not None:
            if "again" in form:
                opt_in_by_link(invitation=invitation, now=now)
            else:
                opt_out_by_link(invitation=invitation, now=now)
            return HttpResponseRedirect(visit.address("stop"), status=303)
        else:
            typed = form.get("contact", "")[:200]
            try:
                opt_out_contact(contact=typed, now=now)
                stopped = True
            except Invalid as refused:
                error = refused.fields.get("contact", str(refused.message))
    return drawing.answer(
        "answers/stop.html", visit,
        {"stopped": stopped, "personal": invitation is not None, "error": error, "typed": typed},
        status=422 if error else 200,
    )  # fmt: skip


def _not_now(visit: Visit, code: str) -> HttpResponse:
    if code == "paused":
        words = (
            _("This questionnaire takes a break"),
            _("Please come back later: the link stays good, and what you said is kept."),
        )
        return _said(visit.request, visit, *words, 409)
    if code == "refused":
        words = (
            _("You asked for no more questionnaires"),
            _("So this one is closed. If you change your mind, you can say so below."),
        )
        return _said(visit.request, visit, *words, 410, again=visit.address("stop"))
    words = (
        _("This questionnaire is closed"),
        _("Thank you for wanting to answer. If something is on your mind, call us at any time."),
    )
    return _said(visit.request, visit, *words, 410)


def _said(
    request: HttpRequest, visit: Visit | None, title: str, words: str, status: int, again: str = ""
) -> HttpResponse:
    return drawing.answer(
        "answers/said.html", visit, {"title": title, "words": words, "again": again}, status=status, request=request
    )


def _with(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address


start = _visit(_start)
page = _visit(_page)
done = _visit(_done)
stop = _visit(_stop, closed_too=True)
