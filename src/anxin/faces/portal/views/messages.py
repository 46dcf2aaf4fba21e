"""Words between the customer and us about one case."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from anxin.access import clock
from anxin.access.errors import Invalid
from anxin.faces.portal.actions import drop_draft, keep_draft, read_draft
from anxin.faces.portal.entrance import actor_of, customer
from anxin.faces.portal.stories import person_of
from anxin.faces.portal.views.own import my_claim
from anxin.messages.actions import mark_read, receive_message


@require_http_methods(["GET", "POST"])
@customer
def thread(request: HttpRequest, public_id: str) -> HttpResponse:
    page = my_claim(request, public_id)
    actor, kind = actor_of(request), f"message:{public_id}"
    typed = {"text": str(read_draft(kind=kind, actor=actor).get("text", ""))}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = {"text": request.POST.get("text", "")[:5_000]}
        keep_draft(kind=kind, values=typed, actor=actor, now=clock.now())
        try:
            receive_message(case=public_id, text=typed["text"], actor=actor, now=clock.now())
        except Invalid as refused:
            errors = refused.fields
        else:
            drop_draft(kind=kind, actor=actor)
            messages.success(request, _("Your message has arrived."))
            return redirect("portal:messages", public_id)
    new = {item.public_id for item in page.messages if item.direction == "out" and item.read_at is None}
    if new:
        # Read before they are marked, so that this page still shows which are new.
        mark_read(case=public_id, messages=sorted(new), actor=actor, now=clock.now())
    context = {
        "page": page, "case": page.case, "thread": page.messages, "new": new, "typed": typed, "errors": errors,
        "person": person_of(page), "number": f"{page.case.branch.short} {page.case.number}",
    }  # fmt: skip
    return render(request, "portal/claim/messages.html", context, status=422 if errors else 200)
