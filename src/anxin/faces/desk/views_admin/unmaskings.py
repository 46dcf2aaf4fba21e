"""The record of who looked at which personal value in full, and why."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.access.actors import Actor
from anxin.access.formats import moment
from anxin.access.models import Unmasking
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.permissions import SEE_UNMASKINGS
from anxin.faces.desk.views_admin.cases import midnight
from anxin.faces.desk.views_admin.pages import list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Filters, Row, Table, window
from anxin.journal.models import Case
from anxin.registers.customers.models import Customer
from anxin.registers.policies.models import Policy


def visible(actor: Actor) -> Any:
    """Looks by people of the branches this person may see."""
    rows = Unmasking.objects.all()
    return rows if actor.branch_ids is None else rows.filter(actor__branch__in=actor.branch_ids)


@require_GET
@staff(SEE_UNMASKINGS)
def unmaskings(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    filters = Filters(
        days=[
            ("from", _("From"), request.GET.get("from", "")[:10]), ("until", _("until"), request.GET.get("until", "")[:10]),
        ],
        text=request.GET.get("text", "").strip()[:80], text_label=_("Person, customer, case or policy, reason"),
    )  # fmt: skip
    rows = visible(actor).select_related("actor__branch")
    for (_name, _label, value), after in zip(filters.days, (True, False), strict=True):
        bound = midnight(value, next_day=not after)
        if bound is not None:
            rows = rows.filter(**{"at__gte" if after else "at__lt": bound})
    if filters.text:
        rows = rows.filter(_meaning(filters.text, actor))
    found = window(rows, request)
    return list_page(
        request, heading=_("Unmaskings"), filters=filters, window=found, crumbs=[("/desk/admin/", _("Administration"))],
        under=_("Every look at a personal number, name or contact in full. Nobody can change or delete this record."),
        nothing=_("Nobody looked"), nothing_why=_("Nothing personal was shown in full so far."),
        table=Table(
            _("Unmaskings"),
            [(_("Who"), ""), (_("When"), ""), (_("Whose"), ""), (_("What"), ""), (_("Why"), "")],
            _rows(found.rows),
        ),
    )  # fmt: skip


def _meaning(text: str, actor: Actor) -> Q:
    condition = Q(actor__display_name__icontains=text) | Q(actor__username__icontains=text) | Q(reason__icontains=text)
    condition |= Q(subject_id__in=Customer.objects.visible_to(actor).search(text).values("public_id"))
    condition |= Q(subject_id__in=Policy.objects.visible_to(actor).filter(number__icontains=text).values("public_id"))
    return condition | Q(
        subject_id__in=Case.objects.visible_to(actor).filter(number__icontains=text).values("public_id")
    )


def _rows(rows: list[Unmasking]) -> list[Row]:
    """Three queries for all subjects, whatever the rows."""
    asked = {
        kind: {row.subject_id for row in rows if row.subject_kind == kind} for kind in ("customer", "policy", "party")
    }
    names = {row.public_id: row.masked_name for row in Customer.objects.filter(public_id__in=asked["customer"])}
    policies = dict(Policy.objects.filter(public_id__in=asked["policy"]).values_list("public_id", "number"))
    cases = dict(Case.objects.filter(public_id__in=asked["party"]).values_list("public_id", "number"))
    return [
        Row([
            Cell(str(row.actor), small=row.actor.branch.short if row.actor.branch else ""),
            Cell(moment(row.at), css="nowrap"), _subject(row, names, policies, cases), Cell(_field(row)),
            Cell(row.reason),
        ])
        for row in rows
    ]  # fmt: skip


def _subject(row: Unmasking, names: dict[str, str], policies: dict[str, str], cases: dict[str, str]) -> Cell:
    if row.subject_kind == "customer" and row.subject_id in names:
        return Cell(names[row.subject_id], f"/desk/customers/{row.subject_id}/", small=_("Customer"))
    if row.subject_kind == "policy" and row.subject_id in policies:
        return Cell(policies[row.subject_id], f"/desk/policies/{row.subject_id}/", small=_("Policy"))
    if row.subject_id in cases:
        return Cell(cases[row.subject_id], f"/desk/cases/{row.subject_id}/", small=_("Another party of a claim"))
    return Cell(row.subject_id)


def _field(row: Unmasking) -> str:
    if row.subject_kind == "party":
        return _("Name and phone (%(party)s)") % {"party": row.field}
    words = {
        "name": _("Name"), "id_number": _("Document number"), "mobile": _("Mobile phone"), "email": _("E-mail"),
        "address": _("Address"), "wechat": _("WeChat"), "account": _("Bank account"), "plate": _("Plate"), "vin": _("VIN"),
        "sign_in": _("Sign-in to the portal"),
    }  # fmt: skip
    return words.get(row.field, row.field)
