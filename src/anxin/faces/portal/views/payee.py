"""Where the money goes: the account of this claim, begun from the one the customer has with us."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from anxin.access import clock
from anxin.access.errors import IllegalMove, Invalid, Stale
from anxin.faces.portal.actions import drop_draft, keep_draft, read_draft
from anxin.faces.portal.entrance import actor_of, customer
from anxin.faces.portal.stories import current_payee, person_of
from anxin.faces.portal.views.own import expected_of, my_claim, myself
from anxin.journeys.claims.actions.parties import set_payee
from anxin.registers.customers.queries import payment_account

FIELDS = ("name", "bank", "account_number")


@require_http_methods(["GET", "POST"])
@customer
def payee(request: HttpRequest, public_id: str) -> HttpResponse:
    page = my_claim(request, public_id)
    actor, kind = actor_of(request), f"payee:{public_id}"
    me = myself(request)
    known = payment_account(me)
    errors: dict[str, str] = {}
    status, refused_words = 200, ""
    typed = {name: str(read_draft(kind=kind, actor=actor).get(name, "")) for name in FIELDS}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "")[:100] for name in FIELDS}
        if "known" in request.POST and known is not None:
            typed = {"name": known.holder, "bank": known.bank, "account_number": known.number}
        else:
            # A card number is kept nowhere but where it belongs: the draft holds the rest.
            keep_draft(kind=kind, values={"name": typed["name"], "bank": typed["bank"]}, actor=actor, now=clock.now())
        try:
            set_payee(
                claim=public_id, name=typed["name"], bank=typed["bank"], account_number=typed["account_number"],
                expected=expected_of(request, page), actor=actor, now=clock.now(),
            )  # fmt: skip
        except (Invalid, Stale, IllegalMove) as refused:
            errors, status, refused_words = refused.fields, refused.status, refused.message
            page = my_claim(request, public_id)
        else:
            drop_draft(kind=kind, actor=actor)
            messages.success(
                request,
                _("Thank you. We pay to the account ending in %(last_four)s.")
                % {"last_four": typed["account_number"].strip()[-4:]},
            )
            return redirect("portal:claim", public_id)
    typed["name"] = typed["name"] or me.spoken_name
    return render(
        request, "portal/claim/payee.html",
        {
            "page": page, "case": page.case, "typed": typed, "errors": errors, "refused": refused_words,
            "known": known, "current": current_payee(page), "person": person_of(page),
        },
        status=status,
    )  # fmt: skip
