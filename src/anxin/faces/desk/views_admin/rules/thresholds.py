"""Single numbers that rules turn on: a table, and a small form for each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from anxin.access.errors import Missing
from anxin.access.formats import fen, fen_plain
from anxin.access.models import spoken
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import Sheet, Yuan, attempt, note
from anxin.faces.desk.views_admin.pages import FormPage, list_page, who
from anxin.faces.desk.views_admin.rules.editions import crumbs, newest_body, tabs, under
from anxin.faces.desk.views_admin.tables import Cell, Row, Table, num
from anxin.rulebook.actions import change_threshold
from anxin.rulebook.models import Family
from anxin.rulebook.permissions import PUBLISH_RULES, SEE_RULES

UNITS: dict[str, Any] = {
    "fen": gettext_lazy("CNY"), "days": gettext_lazy("days"), "count": gettext_lazy("times"),
    "permille": gettext_lazy("per mille"),
}  # fmt: skip


class ThresholdSheet(Sheet):
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = note()
    field_order = ("value", "note", "expected")

    def __init__(self, data: Any, *, row: dict[str, Any], number: int):
        super().__init__(data)
        is_money = row["unit"] == "fen"
        label = f"{spoken(row['title_zh'], row['title_en'])} ({UNITS[row['unit']]})"
        self.fields["value"] = Yuan(label=label) if is_money else forms.IntegerField(label=label, min_value=0)
        self.order_fields(self.field_order)
        self.initial = {"value": fen_plain(row["value"]) if is_money else row["value"], "expected": number}


@require_GET
@staff(SEE_RULES)
def thresholds(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    _number, body, edition = newest_body(Family.THRESHOLDS, request)
    may = actor.may(PUBLISH_RULES)
    return list_page(
        request, heading=str(Family.THRESHOLDS.label), under=under(edition), crumbs=crumbs(),
        tabs=tabs("thresholds", "content"), nothing="",
        table=Table(
            str(Family.THRESHOLDS.label),
            [(_("What it decides"), ""), (pgettext("threshold", "Value"), "num"), (_("Unit"), ""), (_("Where it is written"), "")],
            [
                Row([
                    Cell(spoken(row["title_zh"], row["title_en"]), f"/desk/admin/rules/thresholds/{row['name']}/" if may else ""),
                    num(fen(row["value"]) if row["unit"] == "fen" else str(row["value"])), Cell(str(UNITS[row["unit"]])),
                    Cell(spoken(row["source_zh"], row["source_en"])),
                ])
                for row in body["values"]
            ],
        ),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_RULES, PUBLISH_RULES)
def one(request: HttpRequest, name: str) -> HttpResponse:
    actor, now = who(request)
    number, body, _edition = newest_body(Family.THRESHOLDS, request)
    row = next((item for item in body["values"] if item["name"] == name), None)
    if row is None:
        raise Missing(_("There is no such entry: %(name)s.") % {"name": name})
    form = ThresholdSheet(request.POST if request.method == "POST" else None, row=row, number=number)
    if request.method == "POST":
        made = attempt(form, lambda given: change_threshold(name=name, **given, actor=actor, now=now))
        if made is not None:
            messages.success(request, _("Edition %(number)d is published.") % {"number": made.number})
            return redirect("desk:rules-thresholds")
    page = FormPage(
        spoken(row["title_zh"], row["title_en"]), _("Publish"), "/desk/admin/rules/thresholds/", crumbs("thresholds"),
        spoken(row["source_zh"], row["source_en"]),
    )  # fmt: skip
    return page.show(request, form)
