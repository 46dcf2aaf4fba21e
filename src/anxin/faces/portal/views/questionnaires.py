"""Questionnaires that wait for the signed-in customer, and whether they want any."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from anxin.access import clock
from anxin.faces.portal.entrance import actor_of, customer
from anxin.faces.portal.queries.questionnaires import open_questionnaires
from anxin.faces.portal.views.own import myself
from anxin.voice.campaigns.actions import opt_in, opt_out
from anxin.voice.campaigns.optout import customers_out


@require_http_methods(["GET", "POST"])
@customer
def questionnaires(request: HttpRequest) -> HttpResponse:
    row, actor, now = myself(request), actor_of(request), clock.now()
    if request.method == "POST":
        if "again" in request.POST:
            opt_in(customer=row, actor=actor, now=now)
            messages.success(request, _("We may ask you again."))
        else:
            opt_out(customer=row, actor=actor, now=now)
            messages.success(request, _("You receive no more questionnaires."))
        return redirect("portal:questionnaires")
    context = {
        "waiting": open_questionnaires(actor, now, language=get_language() or ""),
        "out": bool(customers_out([row.pk])),
    }
    return render(request, "portal/me/questionnaires.html", context)
