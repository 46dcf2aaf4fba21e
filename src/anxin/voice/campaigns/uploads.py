"""Reading an uploaded list of people: a CSV with customer numbers, phone numbers or e-mail addresses.

Every row is checked before anything is kept: with one bad row the whole list is turned back, each bad row named.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Invalid
from anxin.registers.customers.masking import mask_contact
from anxin.registers.customers.models import ContactPoint, Customer
from anxin.registers.importing.cells import text
from anxin.registers.importing.columns import Sheet, column
from anxin.registers.importing.report import Report
from anxin.registers.importing.tables import open_table
from anxin.voice.campaigns.optout import contact_kind, normalised

MOST_ROWS = 200_000
CHUNK = 500


def _contact(value: Any) -> str:
    return normalised(text(200)(value))


def _masked(value: str) -> str:
    return mask_contact(contact_kind(value), value)


SHEET = Sheet(
    (
        column("customer|customer_number|external_id|customer_id|id|客户编号|客户号", text(60)),
        column("contact|mobile|phone|联系方式|手机|手机号|手机号码|电话", _contact, mask=_masked),
        column("email|e_mail|邮箱|电子邮箱|电子邮件", _contact, mask=_masked),
    )
)


@dataclass(frozen=True, slots=True)
class Listed:
    """Customers (primary keys) and contacts in no register, each once, in the file's order."""

    customers: tuple[int, ...]
    contacts: tuple[str, ...]


def read_list(content: bytes, *, actor: Actor) -> tuple[Listed, Report]:
    """Who is on the list; nothing is kept when the report is not `ok`. Raises `Invalid` for what is no such table.

    A contact that a customer of the register has stands for that customer. People of other branches are not found.
    """
    report = Report("recipients")
    if not content.strip():
        raise Invalid(_("The file is empty."), fields={"file": _("The file is empty.")})
    table = open_table(io.BytesIO(content), SHEET)
    if not table.headings:
        wrong = _("The file needs a heading: “customer”, “contact” or “email”.")
        raise Invalid(wrong, fields={"file": wrong})
    rows = [(line, SHEET.read(line, cells, table.headings, report), cells) for line, cells in table.rows]
    if len(rows) > MOST_ROWS:
        wrong = _("The list has more than %(many)d lines. Split it.") % {"many": MOST_ROWS}
        raise Invalid(wrong, fields={"file": wrong})
    seen = Customer.objects.visible_to(actor)
    numbers = {values["customer"] for _line, values, _cells in rows if values.get("customer")}
    by_number = _among(
        numbers,
        lambda some: [
            (number, pk)
            for pk, external, public in seen.filter(Q(external_id__in=some) | Q(public_id__in=some)).values_list(
                "pk", "external_id", "public_id"
            )
            for number in (external, public)
        ],
    )
    contacts = {values[name] for _line, values, _cells in rows for name in ("contact", "email") if values.get(name)}
    by_contact = _among(
        contacts,
        lambda some: list(
            ContactPoint.objects.filter(normalised__in=some).order_by("-id").values_list("normalised", "customer_id")
        ),
    )
    own = set(seen.filter(pk__in=set(by_contact.values())).values_list("pk", flat=True)) if by_contact else set()
    customers: dict[int, None] = {}
    strangers: dict[str, None] = {}
    for line, values, cells in rows:
        report.rows += 1
        number = values.get("customer", "")
        ways = [values[name] for name in ("contact", "email") if values.get(name)]
        if number:
            if number not in by_number:
                heading = table.headings.get("customer", "customer")
                report.refuse(
                    line, heading, number, _("There is no customer with this number, or not in your branches.")
                )
            else:
                customers[by_number[number]] = None
        elif ways:
            known = next((by_contact[way] for way in ways if way in by_contact), None)
            if known is None:
                strangers[ways[0]] = None
            elif known in own:
                customers[known] = None
            else:
                heading = next(iter(table.headings.values()))
                report.refuse(
                    line, heading, _masked(ways[0]), _("This customer belongs to a branch that is not yours.")
                )
        elif not any(str(cell or "").strip() for cell in cells.values()):
            report.refuse(line, next(iter(table.headings.values())), "", _("This line names nobody."))
    if not report.rows:
        raise Invalid(_("The list has no lines."), fields={"file": _("The list has no lines.")})
    report.created = len(customers) + len(strangers)
    return Listed(tuple(customers), tuple(strangers)), report


def _among(keys: set[str], find: Callable[[list[str]], list[tuple[str, int]]]) -> dict[str, int]:
    listed, found = sorted(keys), {}
    for begin in range(0, len(listed), CHUNK):
        found.update({key: pk for key, pk in find(listed[begin : begin + CHUNK]) if key in keys})
    return found
