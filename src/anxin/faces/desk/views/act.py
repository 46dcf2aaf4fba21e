"""One act on one claim as a page of its own: shown by GET, done by POST, works without a script."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from anxin.access import clock
from anxin.access.actors import Actor
from anxin.access.errors import NotAllowed, Refused, Stale
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms import acts  # noqa: F401  (registers them)
from anxin.faces.desk.forms.base import Act, Context, find
from anxin.faces.desk.queries.history import since
from anxin.journal.actions import add_note
from anxin.journeys.claims.queries import claim_page
from anxin.messages.actions import receive_message, write_to_customer


@require_http_methods(["GET", "HEAD", "POST"])
@staff()
def act(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kind = find(name)
    now = clock.now()
    page = claim_page(public_id, actor, now=now)
    actor.must(kind.permission)
    context = Context(page, actor, request.GET, now)
    if request.method != "POST":
        return _show(request, kind(context))
    form = kind(context, request.POST, request.FILES)
    if form.press(request):
        return _show(request, form)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        form.run(claim=public_id, expected=form.cleaned_data["expected"], actor=actor, now=now)
    except Stale as stale:
        return _show_anew(request, form, stale)
    except Refused as refused:
        form.take_refusal(refused)
        return _show(request, form, status=refused.status)
    messages.success(request, form.words_done)
    return redirect("desk:case", public_id=public_id)


def _show(request: HttpRequest, form: Act, *, status: int = 200) -> HttpResponse:
    page = form.context.page
    return render(
        request, form.template,
        {"form": form, "page": page, "case": page.case, "news": [], **form.extra()},
        status=status,
    )  # fmt: skip


def _show_anew(request: HttpRequest, form: Act, stale: Stale) -> HttpResponse:
    """Somebody was here before: what is new, what was typed, and "send again" with the count of now."""
    seen = form.cleaned_data["expected"] or 0
    form.retype("expected", str(form.context.page.case.event_count))
    page = form.context.page
    return render(
        request, form.template,
        {
            "form": form, "page": page, "case": page.case, "stale": str(stale.message) or _("This changed in the meantime."),
            "news": since(page, seen), "has_files": bool(request.FILES), **form.extra(),
        },
        status=409,
    )  # fmt: skip


@require_POST
@staff()
def say(request: HttpRequest, public_id: str) -> HttpResponse:
    """The box above the history: a note for us, a message to the customer, or what the customer said on the phone."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    text, to = request.POST.get("text", ""), request.POST.get("to", "note")
    now = clock.now()
    try:
        if to == "note":
            add_note(case=public_id, text=text, actor=actor, now=now)
            done = _("Noted.")
        elif to in ("portal", "sms"):
            channels = ("portal",) if to == "portal" else ("portal", "sms")
            write_to_customer(case=public_id, text=text, channels=channels, actor=actor, now=now)
            done = _("The message is on its way.")
        else:
            receive_message(case=public_id, text=text, channel="phone", actor=actor, now=now)
            done = _("What the customer said is kept.")
    except NotAllowed:
        raise
    except Refused as refused:
        if refused.status == 404:
            raise
        messages.error(request, str(refused.message))
    else:
        messages.success(request, done)
    return redirect("desk:case", public_id=public_id)
