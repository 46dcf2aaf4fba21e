"""The price standard: search it, change an item, take one out, read prices from a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from anxin.access.errors import Invalid, Missing
from anxin.access.formats import fen
from anxin.access.models import spoken
from anxin.faces.desk import pricetable
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import Sheet, attempt, note
from anxin.faces.desk.forms_admin.rules.prices import PriceFile, PriceSheet
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, query_without, who
from anxin.faces.desk.views_admin.rules.editions import crumbs, newest_body, tabs, under
from anxin.faces.desk.views_admin.rules.words import CLAIM_TYPES
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num
from anxin.rulebook.actions import publish
from anxin.rulebook.families.prices import CLAIM_TYPES as PRICED
from anxin.rulebook.families.prices import GROUPS, Prices
from anxin.rulebook.models import Family
from anxin.rulebook.permissions import PUBLISH_RULES, SEE_RULES

HOME = "/desk/admin/rules/prices/"
PAGE = 100


@require_GET
@staff(SEE_RULES)
def prices(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    number, body, row = newest_body(Family.PRICES, request)
    filters = Filters(
        chips=[
            Chip.of(request, "type", _("Claim type"), [(name, CLAIM_TYPES[name]) for name in PRICED]),
            Chip.of(request, "group", _("Group"), list(GROUPS.items())),
        ],
        text=request.GET.get("text", "").strip()[:60], text_label=_("Name or code"),
    )  # fmt: skip
    words = filters.text.lower().split()
    found = [
        item for item in Prices(body, number).items
        if (not filters.chosen("type") or item.claim_type == filters.chosen("type"))
        and (not filters.chosen("group") or item.group == filters.chosen("group"))
        and all(word in f"{item.code} {item.name_zh} {item.name_en}".lower() for word in words)
    ]  # fmt: skip
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    may = actor.may(PUBLISH_RULES)
    acts = [Act(f"{HOME}prices.csv", _("Download as CSV"))]
    if may:
        acts += [Act(f"{HOME}file/", _("Read a file")), Act(f"{HOME}add/", _("Add an item"), main=True)]
    return list_page(
        request, heading=str(Family.PRICES.label), under=under(row), crumbs=crumbs(), acts=acts, filters=filters,
        tabs=tabs("prices", "content"), page=page, query=query_without(request, "page"), nothing=_("No prices here"),
        table=Table(
            str(Family.PRICES.label),
            [
                (_("Item"), ""), (_("Claim type"), ""), (_("Group"), ""), (_("Method"), ""), (_("For one"), ""),
                (_("Parts (CNY)"), "num"), (_("Labour (CNY)"), "num"), (_("Together (CNY)"), "num"),
            ],
            [
                Row([
                    Cell(item.name, f"{HOME}{item.code}/" if may else "", small=item.code), Cell(str(CLAIM_TYPES[item.claim_type])),
                    Cell(item.group_title), Cell(item.method_title), Cell(item.unit_title), num(fen(item.parts_fen)),
                    num(fen(item.labour_fen)), num(fen(item.total_fen)),
                ])
                for item in page
            ],
        ),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_RULES, PUBLISH_RULES)
def item(request: HttpRequest, code: str = "") -> HttpResponse:
    """Change an item, or add one where `code` is empty."""
    actor, now = who(request)
    number, body, _row = newest_body(Family.PRICES, request)
    known = _find(body, code) if code else {}
    form = PriceSheet(request.POST if request.method == "POST" else None, item=known, number=number)
    if request.method == "POST":

        def save(given: dict[str, Any]) -> Any:
            made = form.item()
            if not known and any(row["code"] == made["code"] for row in body["items"]):
                wrong = _("An item with this code is there already.")
                raise Invalid(wrong, fields={"code": wrong})
            rows = [made if row["code"] == code else row for row in body["items"]] if known else [*body["items"], made]
            return publish(
                family=Family.PRICES, body={**body, "items": rows}, note=given["note"], expected=given["expected"],
                actor=actor, now=now,
            )  # fmt: skip

        made = attempt(form, save)
        if made is not None:
            messages.success(request, _("Edition %(number)d is published.") % {"number": made.number})
            return redirect("desk:rules-prices")
    page = FormPage(
        spoken(known["name_zh"], known["name_en"]) if known else _("Add an item"), _("Publish"), HOME, crumbs("prices"),
        _("Assessments made before keep the prices of their day."), template="desk/admin/rules/price.html",
        more={"drop": f"{HOME}{code}/drop/" if code else ""},
    )  # fmt: skip
    return page.show(request, form)


def _find(body: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] | None = next((row for row in body["items"] if row["code"] == code), None)
    if found is None:
        raise Missing(_("There is no such entry: %(name)s.") % {"name": code})
    return found


class DropPrice(Sheet):
    note = note()


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_RULES, PUBLISH_RULES)
def drop(request: HttpRequest, code: str) -> HttpResponse:
    actor, now = who(request)
    number, body, _row = newest_body(Family.PRICES, request)
    known = _find(body, code)
    form = DropPrice(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        rest = [row for row in body["items"] if row["code"] != code]
        made = attempt(
            form,
            lambda given: publish(
                family=Family.PRICES,
                body={**body, "items": rest},
                note=given["note"],
                expected=number,
                actor=actor,
                now=now,
            ),
        )
        if made is not None:
            messages.success(request, _("Edition %(number)d is published.") % {"number": made.number})
            return redirect("desk:rules-prices")
    page = FormPage(
        _("Take %(rule)s out") % {"rule": spoken(known["name_zh"], known["name_en"])}, _("Take it out"), f"{HOME}{code}/",
        crumbs("prices"), _("New assessments no longer find it; those made before keep it."), danger=True,
    )  # fmt: skip
    return page.show(request, form)


@require_GET
@staff(SEE_RULES)
def download(request: HttpRequest) -> HttpResponse:
    _number, body, _row = newest_body(Family.PRICES, request)
    answer = HttpResponse(pricetable.written(body), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="prices.csv"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_RULES, PUBLISH_RULES)
def upload(request: HttpRequest) -> HttpResponse:
    """All lines or none: what is wrong is listed by line, column and reason."""
    actor, now = who(request)
    number, body, _row = newest_body(Family.PRICES, request)
    posted = request.method == "POST"
    form = PriceFile(request.POST if posted else None, request.FILES if posted else None, initial={"expected": number})
    more: dict[str, Any] = {"bad": [], "file_name": ""}
    if posted:

        def save(given: dict[str, Any]) -> Any:
            more["file_name"] = given["file"].name
            after, bad, _lines = pricetable.merged(given["file"].read(), body)
            if bad:
                more["bad"] = bad[:500]
                more["bad_count"] = len(bad)
                wrong = _("Nothing was published: the file has faults.")
                raise Invalid(wrong, fields={"file": wrong})
            return publish(
                family=Family.PRICES, body=after, note=given["note"], expected=given["expected"], actor=actor, now=now
            )

        made = attempt(form, save)
        if made is not None:
            messages.success(request, _("Edition %(number)d is published.") % {"number": made.number})
            return redirect("desk:edition", family="prices", number=made.number)
    page = FormPage(
        _("Prices from a file"), _("Publish"), HOME, crumbs("prices"),
        _("A line sets the price of one item by one method, in yuan; items that are not in the file stay as they are."),
        template="desk/admin/upload.html", more=more,
    )  # fmt: skip
    return page.show(request, form)
