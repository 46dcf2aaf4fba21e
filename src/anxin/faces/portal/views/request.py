"""Asking for payment: the claim request, filled in already, sent with one press."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from anxin.access import clock
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.faces.portal.actions import drop_draft, keep_draft, read_draft
from anxin.faces.portal.documents.request import facts_of, request_pdf, statement
from anxin.faces.portal.entrance import actor_of, customer
from anxin.faces.portal.stories import current_payee, person_of
from anxin.faces.portal.views.own import my_claim, myself
from anxin.journeys.claims.actions.papers import receive_paper


@require_http_methods(["GET", "POST"])
@customer
def request_form(request: HttpRequest, public_id: str) -> HttpResponse:
    page = my_claim(request, public_id)
    actor, kind = actor_of(request), f"request:{public_id}"
    asked = next((view.paper for view in page.papers if view.paper.is_request), None)
    if asked is None:
        raise Missing(_("No claim request is asked for here."))
    if asked.is_there:
        messages.info(request, _("Your claim request is here already."))
        return redirect("portal:claim", public_id)
    me = myself(request)
    payee = current_payee(page)
    typed = {"note": str(read_draft(kind=kind, actor=actor).get("note", ""))}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = {"note": request.POST.get("note", "")[:3_000]}
        keep_draft(kind=kind, values=typed, actor=actor, now=clock.now())
        if request.POST.get("true") != "1":
            errors["true"] = _("Please confirm this sentence first.")
        if len(typed["note"]) > 1_000:
            errors["note"] = _("At most %(many)d characters.") % {"many": 1_000}
        if not errors:
            content = request_pdf(page, me, payee, note=typed["note"].strip(), now=clock.now())
            try:
                receive_paper(
                    claim=public_id, paper_code=asked.code, party=asked.party.code if asked.party else "",
                    files=[(content, f"{asked.title_zh}.pdf")], actor=actor, now=clock.now(),
                )  # fmt: skip
            except (Invalid, IllegalMove) as refused:
                errors["true"] = refused.message
            else:
                drop_draft(kind=kind, actor=actor)
                messages.success(
                    request,
                    _("Your claim request has arrived. Our time limits run from when one more paper is here too."),
                )
                return redirect("portal:claim", public_id)
    return render(
        request, "portal/claim/request.html",
        {
            "page": page, "case": page.case, "facts": facts_of(page, me, payee, note=""), "statement": statement(),
            "typed": typed, "errors": errors, "payee": payee, "person": person_of(page),
        },
        status=422 if errors else 200,
    )  # fmt: skip
