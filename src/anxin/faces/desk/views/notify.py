"""Phone notification: find the customer or policy while they speak, fill in one form, and the case is there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from anxin.access import clock
from anxin.access.actors import Actor
from anxin.access.errors import Missing, Refused
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms.notify import Notify
from anxin.faces.desk.queries.callers import callers, policies_of
from anxin.journeys.claims.permissions import NOTIFY
from anxin.registers.customers.models import Customer


@require_GET
@staff(NOTIFY)
def find(request: HttpRequest) -> HttpResponse:
    """By phone, name, number plate, policy number or identity number."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    text = request.GET.get("text", "").strip()[:60]
    found = callers(actor, text, on=timezone.localdate(clock.now())) if text else []
    return render(request, "desk/notify/find.html", {"text": text, "found": found})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(NOTIFY)
def report(request: HttpRequest, customer_id: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = clock.now()
    customer = Customer.objects.visible_to(actor).filter(public_id=customer_id).first()
    if customer is None:
        raise Missing(_("There is no such customer."))
    policies = policies_of(customer, actor, on=timezone.localdate(now))
    form = Notify(customer, policies, now, request.POST or None, initial=_first(request, now))
    page: dict[str, Any] = {"form": form, "customer": customer, "policies": policies}
    if request.method != "POST":
        return render(request, "desk/notify/report.html", page)
    if form.press(request) or not form.is_valid():
        return render(request, "desk/notify/report.html", page, status=200 if not form.is_bound else 422)
    try:
        claim = form.run(actor=actor.through("phone"), now=now)
    except Refused as refused:
        form.take_refusal(refused)
        return render(request, "desk/notify/report.html", page, status=refused.status)
    messages.success(
        request,
        _("The loss is notified: %(number)s. The customer has been sent the list of papers.")
        % {"number": claim.case.number},
    )
    return redirect("desk:case", public_id=claim.case.public_id)


def _first(request: HttpRequest, now: Any) -> dict[str, Any]:
    policy = request.GET.get("policy", "")
    return {"loss_at": now, "policies": [policy] if policy else []}
