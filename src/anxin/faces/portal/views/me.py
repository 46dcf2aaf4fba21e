"""My details: contacts, language, elder mode, the account we pay to, what I agreed to, and how I sign in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access import clock
from anxin.access.errors import Invalid
from anxin.faces.portal.entrance import actor_of, customer
from anxin.faces.portal.views.own import myself
from anxin.registers.customers.actions import (
    give_consent,
    put_contact,
    remove_contact,
    set_payment_account,
    withdraw_consent,
)
from anxin.registers.customers.models import Consent, ContactPoint, Customer
from anxin.registers.customers.queries import payment_account

# The wording a consent given on this page refers to; a new wording gets a new number.
WORDING = "portal-1"
ICONS = {"mobile": "phone", "email": "send", "address": "map-pin", "wechat": "message"}


@require_GET
@customer
def me(request: HttpRequest) -> HttpResponse:
    row = myself(request)
    return render(
        request, "portal/me/me.html",
        {"customer": row, "contacts": list(row.contacts.all()), "account": payment_account(row), "icons": ICONS,
         "consents": len(list(row.consents.filter(withdrawn_at=None)))},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@customer
def contacts(request: HttpRequest) -> HttpResponse:
    row, actor, now = myself(request), actor_of(request), clock.now()
    typed: dict[str, str] = {"kind": ContactPoint.Kind.MOBILE, "value": ""}
    errors: dict[str, str] = {}
    if request.method == "POST":
        if "remove" in request.POST:
            if row.contacts.count() < 2:
                messages.error(request, _("This is the only way to reach you. Add another one first."))
            else:
                wanted = request.POST["remove"]
                remove_contact(
                    public_id=row.public_id, contact_id=int(wanted) if wanted.isdigit() else 0, actor=actor, now=now
                )
                messages.success(request, _("Removed."))
            return redirect("portal:contacts")
        if "first" in request.POST:
            point = row.contacts.filter(pk=request.POST["first"] if request.POST["first"].isdigit() else 0).first()
            if point is not None:
                put_contact(
                    public_id=row.public_id, kind=point.kind, value=point.value, primary=True, actor=actor, now=now
                )
                messages.success(request, _("We use this one first from now on."))
            return redirect("portal:contacts")
        typed = {"kind": request.POST.get("kind", ""), "value": request.POST.get("value", "")[:200]}
        try:
            put_contact(public_id=row.public_id, kind=typed["kind"], value=typed["value"], actor=actor, now=now)
        except Invalid as refused:
            errors = refused.fields or {"value": refused.message}
        else:
            messages.success(request, _("Added."))
            return redirect("portal:contacts")
    kinds = [(kind.value, str(kind.label)) for kind in ContactPoint.Kind]
    context = {"contacts": list(row.contacts.all()), "kinds": kinds, "typed": typed, "errors": errors, "icons": ICONS}
    return render(request, "portal/me/contacts.html", context, status=422 if errors else 200)


@require_http_methods(["GET", "POST"])
@customer
def account(request: HttpRequest) -> HttpResponse:
    row = myself(request)
    typed = {"holder": row.spoken_name, "bank": "", "number": ""}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "")[:80] for name in typed}
        try:
            set_payment_account(public_id=row.public_id, actor=actor_of(request), now=clock.now(), **typed)
        except Invalid as refused:
            errors = refused.fields
        else:
            messages.success(request, _("Saved. Claims that are already under way keep the account you gave there."))
            return redirect("portal:me")
    context = {"typed": typed, "errors": errors, "current": payment_account(row)}
    return render(request, "portal/me/account.html", context, status=422 if errors else 200)


@require_http_methods(["GET", "POST"])
@customer
def consents(request: HttpRequest) -> HttpResponse:
    row = myself(request)
    if request.method == "POST":
        return _change_consent(request, row)
    standing = {item.purpose: item for item in row.consents.filter(withdrawn_at=None)}
    rows: list[dict[str, Any]] = [
        {"purpose": purpose.value, "words": str(purpose.label), "given": standing.get(purpose.value)}
        for purpose in Consent.Purpose
    ]
    return render(request, "portal/me/consents.html", {"rows": rows})


@require_POST
def _change_consent(request: HttpRequest, row: Customer) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    if "withdraw" in request.POST:
        withdraw_consent(public_id=row.public_id, purpose=request.POST["withdraw"], actor=actor, now=now)
        messages.success(request, _("Withdrawn. What was done before stays valid."))
    else:
        give_consent(
            public_id=row.public_id, purpose=request.POST.get("give", ""), wording_version=WORDING, actor=actor, now=now
        )
        messages.success(request, _("Thank you, your consent is noted."))
    return redirect("portal:consents")
