"""Customers: the list, one customer, and what those who may can change. Everything personal is masked until asked for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.actors import Actor
from anxin.access.errors import Missing, Refused
from anxin.access.formats import fen, full_day, moment
from anxin.access.models import Branch, spoken
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.forms_admin.customers import AddContact, AddCustomer, ChangeCustomer, GiveConsent, GiveSignIn
from anxin.faces.desk.people import branches
from anxin.faces.desk.views_admin.cases import state_cell
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.people import new_password, show_password
from anxin.faces.desk.views_admin.search import customers_table, policies_table
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.faces.desk.views_admin.wording import policy_row
from anxin.journeys.claims.queries.lists import claims_of
from anxin.messages.models import Message
from anxin.registers.customers import actions
from anxin.registers.customers.models import Customer
from anxin.registers.customers.permissions import EDIT_CUSTOMERS, GIVE_SIGN_IN, REVEAL, SEE_CUSTOMERS
from anxin.registers.customers.queries import payment_account, primary_contact, user_of, with_details
from anxin.registers.policies.models import Policy
from anxin.registers.policies.queries import policies_of
from anxin.voice.campaigns.permissions import OPT_OUT

MOST = 50


def crumbs(customer: Customer | None = None) -> list[tuple[str, str]]:
    way = [("/desk/customers/", _("Customers"))]
    return [*way, (f"/desk/customers/{customer.public_id}/", customer.masked_name)] if customer else way


@require_GET
@staff(SEE_CUSTOMERS)
def customers(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    filters = Filters(
        chips=[
            Chip.of(request, "kind", _("Kind"), Customer.Kind.choices),
            Chip.of(request, "branch", _("Branch"), _places(actor)),
        ],
        text=request.GET.get("text", "").strip()[:80],
        text_label=_("Name, phone or its last four digits, whole document number"),
    )  # fmt: skip
    rows = with_details(Customer.objects.visible_to(actor))
    if filters.chosen("kind"):
        rows = rows.filter(kind=filters.chosen("kind"))
    if filters.chosen("branch"):
        rows = rows.filter(branch=int(filters.chosen("branch")))
    if filters.text:
        rows = rows.search(filters.text)
    found = window(rows, request)
    acts = [Act("/desk/customers/add/", _("Add a customer"), main=True)] if actor.may(EDIT_CUSTOMERS) else []
    return list_page(
        request, heading=_("Customers"), under=_("Names and numbers are masked; showing one in full is put on record."),
        filters=filters, window=found, table=customers_table(found.rows), acts=acts, nothing=_("No customers here"),
        nothing_why=_("Customers are imported from the core system, or added by hand."),
    )  # fmt: skip


def _places(actor: Actor) -> list[tuple[str, str]]:
    return [(str(item.pk), item.short) for item in branches(actor)]


def find(public_id: str, actor: Actor) -> Customer:
    found = with_details(Customer.objects.visible_to(actor)).filter(public_id=public_id).first()
    if found is None:
        raise Missing(_("There is no such customer."))
    return found


@require_GET
@staff(SEE_CUSTOMERS)
def customer(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, _now = who(request)
    return _show(request, find(public_id, actor))


def _show(request: HttpRequest, row: Customer, *, status: int = 200, **more: Any) -> HttpResponse:
    actor, now = who(request)
    held = (
        policies_of(row).filter(pk__in=Policy.objects.visible_to(actor).values("pk"))
        .select_related("product", "branch", "policyholder").prefetch_related("vehicles", "homes", "suspensions")
    )  # fmt: skip
    said = Message.objects.visible_to(actor).filter(customer=row).select_related("case", "author").order_by("-pk")
    account = payment_account(row)
    return render(
        request, "desk/registers/customer.html",
        {
            "customer": row, "crumbs": crumbs(), "facts": _facts(row), "contacts": list(row.contacts.all()),
            "account": account, "consents": list(row.consents.all()),
            "policies": policies_table([policy_row(policy, now) for policy in held[:MOST]]),
            "claims": _claims(claims_of(actor, customer=row)[:MOST]), "messages_with": _messages(list(said[:20])),
            "sign_in": user_of(row), "may_sign_in": actor.may(GIVE_SIGN_IN), "may_edit": actor.may(EDIT_CUSTOMERS), "may_opt_out": actor.may(OPT_OUT), "may_reveal": actor.may(REVEAL), "revealed": {},
            "reveals": _reveals(row), "reveal_error": "", "reveal_field": "", "typed_reason": "",
            "contact_form": AddContact(auto_id="contact_%s"), "consent_form": GiveConsent(auto_id="consent_%s"),
        } | more,
        status=status,
    )  # fmt: skip


def _facts(row: Customer) -> list[tuple[str, str, str]]:
    return [
        (_("Kind"), str(row.get_kind_display()), ""),
        (_("Branch"), str(row.branch), ""),
        (_("Date of birth"), full_day(row.born_on), ""),
        (_("Sex"), str(row.get_sex_display()), ""),
        (_("Reach by"), str(row.get_preferred_contact_display()), ""),
        (_("In the register since"), full_day(row.created_at), ""),
        (_("Number in the core system"), row.external_id, ""),
    ]


def _reveals(row: Customer) -> list[tuple[str, str]]:
    """What may be asked for in full: only what the register has."""
    choices = [("name", _("Name"))]
    if row.id_number:
        choices.append(("id_number", _("Document number")))
    labels = {"mobile": _("Mobile phone"), "email": _("E-mail"), "address": _("Address"), "wechat": _("WeChat")}
    choices += [(kind, words) for kind, words in labels.items() if primary_contact(row, kind)]
    return [*choices, ("account", _("Bank account"))] if payment_account(row) else choices


def _claims(rows: list[Any]) -> Table:
    return Table(
        _("Claims"),
        [(_("Number"), ""), (_("About"), ""), (_("State"), ""), (_("Opened"), ""), (_("Amount (CNY)"), "num")],
        [
            Row([
                Cell(claim.case.number, f"/desk/cases/{claim.case.public_id}/"),
                Cell(spoken(claim.case.title_zh, claim.case.title_en)), state_cell(claim.case),
                Cell(full_day(claim.case.opened_at), css="nowrap"), num(fen(claim.case.amount_fen)),
            ])
            for claim in rows
        ],
    )  # fmt: skip


def _messages(rows: list[Message]) -> Table:
    return Table(
        _("Messages"),
        [(_("When"), ""), (_("Direction"), ""), (_("Words"), ""), (_("State"), ""), (_("Case"), "")],
        [
            Row([
                Cell(moment(item.created_at), css="nowrap"),
                Cell(f"{item.get_direction_display()} · {item.get_channel_display()}"),
                Cell(spoken(item.body_zh, item.body_en)[:160]), Cell(str(item.get_state_display())),
                Cell(item.case.number, f"/desk/cases/{item.case.public_id}/") if item.case else Cell(""),
            ])
            for item in rows
        ],
    )  # fmt: skip


@require_POST
@staff(SEE_CUSTOMERS, REVEAL)
def reveal(request: HttpRequest, public_id: str) -> HttpResponse:
    """A masked value in full, on this one page, after it was put on record who asked and why."""
    actor, now = who(request)
    row = find(public_id, actor)
    field, reason = request.POST.get("field", ""), request.POST.get("reason", "")
    try:
        value = actions.reveal(customer=row, field=field, reason=reason, actor=actor, now=now)
    except Refused as refused:
        if refused.status != 422:
            raise
        words = refused.fields.get("reason", str(refused.message))
        return _show(request, row, status=422, reveal_error=words, reveal_field=field, typed_reason=reason)
    return _show(request, row, revealed={field: value or _("The register has none.")})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_CUSTOMERS, EDIT_CUSTOMERS)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    form = AddCustomer(request.POST or None, branches=_places(actor), initial={"branch": str(actor.branch_id or "")})
    if request.method == "POST":
        made = attempt(
            form,
            lambda given: actions.add_customer(
                **(given | {"branch": Branch.objects.get(pk=given["branch"])}), actor=actor, now=now
            ),
        )
        if made is not None:
            messages.success(request, _("The customer is in the register."))
            return redirect("desk:customer", public_id=made.public_id)
    page = FormPage(_("Add a customer"), _("Add"), "/desk/customers/", crumbs())
    return page.show(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_CUSTOMERS, EDIT_CUSTOMERS)
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = find(public_id, actor)
    known = {
        "born_on": row.born_on, "sex": row.sex, "preferred_contact": row.preferred_contact,
        "branch": str(row.branch_id), "id_kind": row.id_kind,
    }  # fmt: skip
    form = ChangeCustomer(request.POST or None, branches=_places(actor), initial=known)
    if request.method == "POST":

        def save(given: dict[str, Any]) -> Customer:
            return actions.change_customer(
                public_id=public_id, name=given["name"] or None, name_en=given["name_en"] or None,
                id_kind=given["id_kind"] or None, id_number=given["id_number"] or None, born_on=given["born_on"],
                sex=given["sex"], preferred_contact=given["preferred_contact"],
                branch=Branch.objects.get(pk=given["branch"]), actor=actor, now=now,
            )  # fmt: skip

        if attempt(form, save) is not None:
            messages.success(request, _("The customer's data are changed."))
            return redirect("desk:customer", public_id=public_id)
    page = FormPage(
        _("Change customer %(name)s") % {"name": row.masked_name}, _("Save"), f"/desk/customers/{public_id}/",
        crumbs(row), _("A name or number is changed on proof: look at the paper first."),
    )  # fmt: skip
    return page.show(request, form)


@require_POST
@staff(SEE_CUSTOMERS, EDIT_CUSTOMERS)
def add_contact(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = find(public_id, actor)
    form = AddContact(request.POST, auto_id="contact_%s")
    done = attempt(form, lambda given: actions.put_contact(public_id=public_id, **given, actor=actor, now=now))
    if done is None:
        return _show(request, row, status=422, contact_form=form)
    messages.success(request, _("The contact is kept."))
    return redirect("desk:customer", public_id=public_id)


@require_POST
@staff(SEE_CUSTOMERS, EDIT_CUSTOMERS)
def contact(request: HttpRequest, public_id: str, contact_id: int, do: str) -> HttpResponse:
    """`do` is remove or verify."""
    actor, now = who(request)
    if do == "remove":
        actions.remove_contact(public_id=public_id, contact_id=contact_id, actor=actor, now=now)
        messages.success(request, _("The contact is removed."))
    elif do == "verify":
        actions.verify_contact(public_id=public_id, contact_id=contact_id, actor=actor, now=now)
        messages.success(request, _("It is on record that the customer was reached there."))
    else:
        raise Missing(_("There is no such page."))
    return redirect("desk:customer", public_id=public_id)


@require_POST
@staff(SEE_CUSTOMERS, EDIT_CUSTOMERS)
def give_consent(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = find(public_id, actor)
    form = GiveConsent(request.POST, auto_id="consent_%s")
    done = attempt(form, lambda given: actions.give_consent(public_id=public_id, **given, actor=actor, now=now))
    if done is None:
        return _show(request, row, status=422, consent_form=form)
    messages.success(request, _("The consent is recorded."))
    return redirect("desk:customer", public_id=public_id)


@require_POST
@staff(SEE_CUSTOMERS, EDIT_CUSTOMERS)
def withdraw_consent(request: HttpRequest, public_id: str, purpose: str) -> HttpResponse:
    actor, now = who(request)
    actions.withdraw_consent(public_id=public_id, purpose=purpose, actor=actor, now=now)
    messages.success(request, _("The consent is withdrawn."))
    return redirect("desk:customer", public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_CUSTOMERS, GIVE_SIGN_IN)
def sign_in(request: HttpRequest, public_id: str) -> HttpResponse:
    """A user name and a password for the portal, shown once."""
    actor, now = who(request)
    row = find(public_id, actor)
    standing = user_of(row)
    form = GiveSignIn(request.POST or None, initial={"username": standing.username if standing else ""})
    if request.method == "POST":
        password = new_password()
        user = attempt(
            form,
            lambda given: actions.give_sign_in(public_id=public_id, **given, password=password, actor=actor, now=now),
        )
        if user is not None:
            back = f"/desk/customers/{public_id}/"
            return show_password(request, user, password, crumbs(row), back, name=row.masked_name)
    page = FormPage(
        _("Sign-in to the portal"), _("Make a password"), f"/desk/customers/{public_id}/", crumbs(row),
        explain=_("A password is made and shown to you once; the customer chooses another at the first sign-in.")
        + (" " + _("The present password stops working at once.") if standing else ""),
    )  # fmt: skip
    return page.show(request, form)


@require_POST
@staff(SEE_CUSTOMERS, GIVE_SIGN_IN)
def end_sign_in(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    actions.end_sign_in(public_id=public_id, actor=actor, now=now)
    messages.success(request, _("The customer can sign in no more."))
    return redirect("desk:customer", public_id=public_id)
