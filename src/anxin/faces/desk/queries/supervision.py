"""Promises near or broken, one by one, by department and person: what a supervisor acts on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import F, Q

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.faces.desk.people import departments
from anxin.faces.desk.queries.queue import Row, open_promises, row_of
from anxin.journal.models import Case
from anxin.journal.queries import promise_row

PAGE = 100


@dataclass(frozen=True, slots=True)
class Attention:
    rows: list[Row]
    pages: Page


def attention(
    actor: Actor, now: datetime, *, department: str = "", person: str = "", branch: Branch | None = None, page: int = 1
) -> Attention:
    """Promises broken or nearly due by their own warning moment, as the strip counts them; the latest first of all.

    `person` is a user id, or "none". Two queries.
    """
    cases = Case.objects.visible_to(actor).open()
    if branch is not None:
        cases = cases.filter(branch=branch)
    rows = open_promises().filter(case__in=cases, near_at__lte=now)
    if department:
        rows = rows.filter(Q(department=department) | Q(department="", case__department=department))
    if person == "none":
        rows = rows.filter(person=None, case__person=None)
    elif person.isdigit():
        holds = Q(person=None, case__person=int(person))
        rows = rows.filter(Q(person=int(person)) | holds & (Q(department="") | Q(department=F("case__department"))))
    pages = Paginator(range(rows.count()), PAGE).get_page(page)
    # Names are looked up for the page alone, not for all that is put in order to find it.
    on_page = rows.order_by("due_at", "pk")[max(0, pages.start_index() - 1) : pages.end_index()]
    shown = (
        open_promises()
        .filter(pk__in=on_page.values("pk"))
        .select_related("person", "case__branch", "case__department", "case__person", "case__claim__customer")
        .order_by("due_at", "pk")
    )
    named = departments()
    return Attention([row_of(item.case, promise_row(item, item.case, named, now)) for item in shown], pages)
