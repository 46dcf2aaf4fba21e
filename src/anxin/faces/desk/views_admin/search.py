"""One box over everything: cases, customers, policies. A single exact hit opens at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.access.formats import full_day
from anxin.access.models import spoken
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.views_admin.cases import meaning, state_cell
from anxin.faces.desk.views_admin.pages import who
from anxin.faces.desk.views_admin.tables import Cell, Row, Table
from anxin.faces.desk.views_admin.wording import policy_row
from anxin.journal.models import Case
from anxin.registers.customers.models import Customer
from anxin.registers.customers.permissions import SEE_CUSTOMERS
from anxin.registers.customers.queries import primary_contact, with_details
from anxin.registers.policies.permissions import SEE_POLICIES
from anxin.registers.policies.queries import number_key, search_everything

MOST = 20


@require_GET
@staff()
def search(request: HttpRequest) -> HttpResponse:
    """Case number, policy number, plate, VIN, name, identity number, phone whole or its last four digits."""
    actor, now = who(request)
    text = request.GET.get("q", "").strip()[:60]
    page: dict[str, object] = {"q": text, "groups": [], "more": False}
    if text:
        found = search_everything(text, actor, limit=MOST)
        rows = Case.objects.visible_to(actor).filter(meaning(text, actor)).select_related("branch").order_by("-pk")
        cases = list(rows[: MOST + 1])
        exact = [f"/desk/cases/{case.public_id}/" for case in cases if case.number.lower() == text.lower()]
        exact += [
            f"/desk/policies/{policy.public_id}/" for policy in found.policies if policy.number_key == number_key(text)
        ]
        if len(exact) == 1:
            return redirect(exact[0])
        only = [f"/desk/cases/{case.public_id}/" for case in cases]
        only += [f"/desk/customers/{customer.public_id}/" for customer in found.customers]
        only += [f"/desk/policies/{policy.public_id}/" for policy in found.policies]
        if len(only) == 1:
            return redirect(only[0])
        groups = [
            (_("Cases"), _cases(cases[:MOST])),
        ]
        if actor.may(SEE_CUSTOMERS):
            customers = with_details(Customer.objects.filter(pk__in=[item.pk for item in found.customers]))
            groups.append((_("Customers"), customers_table(list(customers) if found.customers else [])))
        if actor.may(SEE_POLICIES):
            groups.append((_("Policies"), policies_table([policy_row(policy, now) for policy in found.policies])))
        page |= {"groups": [(words, table) for words, table in groups if table.rows]}
        page["more"] = found.more or len(cases) > MOST
        page["count"] = sum(len(table.rows) for _words, table in groups)
    return render(request, "desk/registers/search.html", page)


def _cases(rows: list[Case]) -> Table:
    names = {
        customer.public_id: customer.masked_name
        for customer in Customer.objects.filter(public_id__in={case.subject_id for case in rows})
    }
    return Table(
        _("Cases"),
        [(_("Number"), ""), (_("About"), ""), (_("Customer"), ""), (_("Branch"), ""), (_("State"), ""), (_("Opened"), "")],
        [
            Row([
                Cell(case.number, f"/desk/cases/{case.public_id}/"), Cell(spoken(case.title_zh, case.title_en)),
                Cell(names.get(case.subject_id, "")), Cell(case.branch.short), state_cell(case),
                Cell(full_day(case.opened_at), css="nowrap"),
            ])
            for case in rows
        ],
    )  # fmt: skip


def customers_table(rows: list[Customer]) -> Table:
    """Rows with details (`with_details`)."""
    return Table(
        _("Customers"),
        [
            (_("Name"), ""), (_("Kind"), ""), (_("Document number"), ""), (_("Mobile phone"), ""), (_("Branch"), ""),
            (_("In the register since"), ""),
        ],
        [
            Row([
                Cell(row.masked_name, f"/desk/customers/{row.public_id}/"), Cell(str(row.get_kind_display())),
                Cell(row.masked_id_number), Cell(point.masked if (point := primary_contact(row, "mobile")) else ""),
                Cell(row.branch.short), Cell(full_day(row.created_at), css="nowrap"),
            ])
            for row in rows
        ],
    )  # fmt: skip


def policies_table(rows: list[Row]) -> Table:
    return Table(
        _("Policies"),
        [
            (_("Number"), ""), (_("Product"), ""), (_("Policyholder"), ""), (_("What is insured"), ""),
            (_("Branch"), ""), (_("Cover from"), ""), (_("until"), ""), (_("Standing"), ""), (_("Premium (CNY)"), "num"),
        ],
        rows,
    )  # fmt: skip
