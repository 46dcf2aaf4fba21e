"""All cases that the reader may see, of every kind, open and closed; imported logs are among them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.access.actors import Actor
from anxin.access.formats import duration, fen, full_day
from anxin.access.models import spoken
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.people import branches
from anxin.faces.desk.views_admin.pages import list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.journal.models import Case
from anxin.journeys.claims.lifecycle import STATES
from anxin.journeys.claims.models import Claim, ClaimPolicy, Party
from anxin.journeys.imported.actions import KIND as IMPORTED
from anxin.journeys.imported.models import Log
from anxin.registers.customers.masking import plate_key
from anxin.registers.customers.models import Customer
from anxin.registers.policies.models import Policy
from anxin.registers.policies.queries import search_condition_for_policies
from anxin.registers.products.models import Line


@require_GET
@staff()
def cases(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    filters = _filters(request, actor)
    found = window(_narrowed(actor, filters, request.GET.get("log", "")), request)
    return list_page(
        request, heading=_("Cases"), under=_("Every case you may see, the newest first."), filters=filters,
        window=found, table=_table(found.rows), nothing=_("No cases here"),
        nothing_why=_("A case appears as soon as a loss is reported or a log is imported."),
    )  # fmt: skip


def _filters(request: HttpRequest, actor: Actor) -> Filters:
    states = [("open", _("All that are open")), ("ended", _("All that have ended")), *STATES.items()]
    chips = [
        Chip.of(request, "kind", _("Kind"), kinds()),
        Chip.of(request, "state", _("State"), states),
        Chip.of(request, "line", _("Line"), Line.choices),
        Chip.of(request, "branch", _("Branch"), [(str(item.pk), item.short) for item in branches(actor)]),
    ]
    if chips[0].value == IMPORTED:
        logs = Log.objects.visible_to(actor).values_list("public_id", "name")[:100]
        chips.append(Chip.of(request, "log", _("Log"), list(logs)))
    days = [
        ("from", _("Opened from"), request.GET.get("from", "")[:10]),
        ("until", _("until"), request.GET.get("until", "")[:10]),
    ]
    return Filters(
        chips=chips, days=days, text=request.GET.get("text", "").strip()[:60],
        text_label=_("Number, customer, phone, plate or policy"),
    )  # fmt: skip


def kinds() -> list[tuple[str, str]]:
    return [("claim", _("Claim")), (IMPORTED, _("Imported log"))]


def _narrowed(actor: Actor, filters: Filters, log: str) -> Any:
    rows = Case.objects.visible_to(actor).select_related("branch", "department", "person")
    if filters.chosen("kind"):
        rows = rows.filter(kind=filters.chosen("kind"))
    if filters.chosen("kind") == IMPORTED and filters.chosen("log"):
        rows = rows.filter(subject_kind="log", subject_id=log)
    if filters.chosen("state") == "open":
        rows = rows.filter(closed_at=None)
    elif filters.chosen("state") == "ended":
        rows = rows.filter(closed_at__isnull=False)
    elif filters.chosen("state"):
        rows = rows.filter(state=filters.chosen("state"))
    if filters.chosen("line"):
        rows = rows.filter(claim__line=filters.chosen("line"))
    if filters.chosen("branch"):
        rows = rows.filter(branch=int(filters.chosen("branch")))
    for (_name, _label, value), after in zip(filters.days, (True, False), strict=True):
        moment = midnight(value, next_day=not after)
        if moment is not None:
            rows = rows.filter(**{"opened_at__gte" if after else "opened_at__lt": moment})
    return rows.filter(meaning(filters.text, actor)) if filters.text else rows


def midnight(value: str, *, next_day: bool) -> datetime | None:
    """00:00 of the day, or of the day after it, on the insurer's clock; None for what is no day."""
    try:
        day = parse_date(value)
    except ValueError:
        return None
    if day is None or day.year < 1900 or day.year > 9000:
        return None
    return datetime.combine(day + timedelta(days=int(next_day)), time(), timezone.get_default_timezone())


def meaning(text: str, actor: Actor) -> Q:
    """Cases that `text` may mean: number, words of the title, customer, policy, plate of either side."""
    condition = Q(number__icontains=text) | Q(title_zh__icontains=text) | Q(title_en__icontains=text)
    customers = Customer.objects.visible_to(actor).search(text)
    condition |= Q(subject_kind="customer", subject_id__in=customers.values("public_id"))
    asked = search_condition_for_policies(text)
    if asked is not None:
        # Not `visible_to`: a claim of one's own branch is found under whichever branch's policy it stands.
        covers = ClaimPolicy.objects.filter(policy__in=Policy.objects.filter(asked))
        condition |= Q(pk__in=Claim.objects.filter(pk__in=covers.values("claim")).values("case"))
    key = plate_key(text)
    if 5 <= len(key) <= 8 and not key.isdigit():
        condition |= Q(pk__in=Party.objects.filter(plate__in={key, text}).values("claim__case"))
    return condition


def _table(rows: Sequence[Case]) -> Table:
    """Two more queries, whatever the rows: the customers' names and the claims' lines."""
    names = {
        customer.public_id: customer.masked_name
        for customer in Customer.objects.filter(
            public_id__in={case.subject_id for case in rows if case.subject_kind == "customer"}
        )
    }
    lines = dict(Claim.objects.filter(case__in=[case.pk for case in rows]).values_list("case_id", "line"))
    return Table(
        _("Cases"),
        [
            (_("Number"), ""), (_("About"), ""), (_("Customer"), ""), (_("Line"), ""), (_("Branch"), ""),
            (_("State"), ""), (_("Held by"), ""), (_("Opened"), ""), (_("Took"), "num"), (_("Amount (CNY)"), "num"),
        ],
        [_row(case, names.get(case.subject_id, ""), lines.get(case.pk, "")) for case in rows],
    )  # fmt: skip


def _row(case: Case, customer: str, line: str) -> Row:
    holder = case.person.display_name if case.person else str(case.department or "")
    took = duration(case.closed_at - case.opened_at) if case.closed_at else ""
    return Row(
        [
            Cell(case.number, f"/desk/cases/{case.public_id}/"),
            Cell(spoken(case.title_zh, case.title_en) or dict(kinds()).get(case.kind, case.kind)),
            Cell(customer), Cell(str(Line(line).label) if line in Line.values else ""), Cell(case.branch.short),
            state_cell(case), Cell("" if case.closed_at else holder), Cell(full_day(case.opened_at), css="nowrap"),
            num(took), num(fen(case.amount_fen) if case.kind != IMPORTED else ""),
        ],
    )  # fmt: skip


def state_cell(case: Case) -> Cell:
    if case.kind == IMPORTED:
        return Cell(_("Imported"), tone="paused", icon="history")
    words = str(STATES.get(case.state, case.state))
    if case.closed_at is not None:
        return Cell(words, tone="paused", icon="circle-minus")
    return Cell(words, tone="running", icon="clock")
