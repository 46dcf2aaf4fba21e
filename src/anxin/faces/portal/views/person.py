"""One key to a person: call us, or ask to be called; and questions that belong to no case."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from anxin.access import clock
from anxin.access.errors import Invalid, Missing
from anxin.faces.portal.actions import drop_draft, keep_draft, read_draft
from anxin.faces.portal.entrance import actor_of, customer
from anxin.faces.portal.views.own import myself
from anxin.journeys.claims.queries import claims_of
from anxin.messages.actions import mark_read, receive_message
from anxin.messages.queries import messages_for
from anxin.registers.customers.queries import primary_contact

KIND = "person"


@require_http_methods(["GET", "POST"])
@customer
def person(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    row = myself(request)
    open_claims = [claim for claim in claims_of(actor) if claim.case.closed_at is None]
    mobile = primary_contact(row, "mobile")
    whens = {
        "soon": _("As soon as you can"),
        "morning": _("Mornings"),
        "afternoon": _("Afternoons"),
        "evening": _("Evenings"),
    }
    typed = {"about": request.GET.get("claim", ""), "when": "soon", "text": ""} | {
        name: str(value) for name, value in read_draft(kind=KIND, actor=actor).items()
    }
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "")[:2_000] for name in ("about", "when", "text")}
        keep_draft(kind=KIND, values=typed, actor=actor, now=now)
        if typed["about"] and typed["about"] not in {claim.case.public_id for claim in open_claims}:
            raise Missing(_("There is no such case."))
        when = whens.get(typed["when"], whens["soon"])
        words = (
            _("Please call me back at %(number)s: %(when)s") % {"number": mobile.value, "when": when}
            if mobile is not None
            else _("Please call me back: %(when)s") % {"when": when}
        )
        text = typed["text"].strip()
        try:
            receive_message(case=typed["about"] or None, text=f"{words}\n{text}".strip(), actor=actor, now=now)
        except Invalid as refused:
            errors = refused.fields
        else:
            drop_draft(kind=KIND, actor=actor)
            messages.success(request, _("We call you back. You need not wait by the phone: we try more than once."))
            return redirect("portal:messages", typed["about"]) if typed["about"] else redirect("portal:person")
    thread = list(reversed(messages_for(actor).filter(case=None)[:50]))
    new = {item.public_id for item in thread if item.direction == "out" and item.read_at is None}
    if new:
        mark_read(messages=sorted(new), actor=actor, now=now)
    claims = [(claim.case.public_id, f"{claim.case.branch.short} {claim.case.number}") for claim in open_claims]
    context = {
        "claims": [*claims, ("", _("Something else"))] if claims else [], "whens": list(whens.items()), "mobile": mobile,
        "typed": typed, "errors": errors, "thread": thread, "new": new,
    }  # fmt: skip
    return render(request, "portal/person.html", context, status=422 if errors else 200)
