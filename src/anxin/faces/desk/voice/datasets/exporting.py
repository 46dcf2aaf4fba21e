"""Answers as files for elsewhere, and who took which."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.formats import moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.faces.desk.voice.datasets.forms import ExportSheet
from anxin.faces.desk.voice.datasets.views import HOME, crumbs
from anxin.voice.datasets import actions, orders
from anxin.voice.datasets.export import Exported
from anxin.voice.datasets.models import Export, Order
from anxin.voice.datasets.permissions import EXPORT_PERSONAL, SEE_DATASETS
from anxin.voice.datasets.queries import exportable
from anxin.voice.responses.permissions import EXPORT_RESPONSES


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_DATASETS)
def export(request: HttpRequest) -> HttpResponse:
    """A form; sent, it answers with the file, or for a large one with the page on which it will be."""
    actor, now = who(request)
    sources = exportable(actor)
    begin = {
        "source": request.GET.get("source", ""), "language": "en" if (get_language() or "").startswith("en") else "zh",
    }  # fmt: skip
    form = ExportSheet(
        request.POST if request.method == "POST" else None, sources=sources, may_personal=actor.may(EXPORT_PERSONAL),
        initial=begin,
    )  # fmt: skip
    if request.method == "POST":

        def take(given: dict[str, Any]) -> Exported | Order:
            is_large = orders.is_large(given["source"], given["form"], actor=actor)
            return (orders.order_export if is_large else actions.export_answers)(**given, actor=actor, now=now)

        made = attempt(form, take)
        if isinstance(made, Order):
            return redirect("desk:export-order", public_id=made.public_id)
        if made is not None:
            return _download(made.content, made.name, made.content_type)
    explain = _("Who exported what and when is kept on record.")
    if not actor.may(EXPORT_RESPONSES):
        explain = _("Your roles do not include exporting answers: an analyst does it for you.")
    elif not sources:
        explain = _("There is nothing to export yet: no campaign has answers, and no table is ready.")
    page = FormPage(_("Export answers"), _("Export"), HOME, crumbs((HOME, _("Tables of answers"))), explain)
    return page.show(request, form)


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_GET
@staff(SEE_DATASETS, EXPORT_RESPONSES)
def order(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far a large export is (the page looks again by itself), then its file."""
    actor, _now = who(request)
    row = orders.order_of(public_id, actor)
    rows, columns = (row.export.rows, row.export.columns) if row.export else (0, 0)
    facts = [
        (_("What"), row.source_name, ""), (_("Kind of file"), str(row.get_form_display()), ""),
        (_("Rows"), f"{rows:,}" if rows else "", ""), (_("Columns"), f"{columns:,}" if columns else "", ""),
        (_("Size"), filesizeformat(row.size) if row.size else "", ""), (_("Personal columns"), _("yes") if row.with_personal else _("no"), ""),
        (_("Asked at"), moment(row.asked_at), ""),
        (_("Kept until"), moment(row.ended_at + orders.KEPT) if row.ended_at and row.file else "", ""),
    ]  # fmt: skip
    way = crumbs((HOME, _("Tables of answers")), (f"{HOME}exports/", _("Exports so far")))
    return render(
        request, "desk/voice/datasets/order.html",
        {"row": row, "crumbs": way, "facts": [fact for fact in facts if fact[1]], "again": f"{HOME}export/?source={row.source}"},
    )  # fmt: skip


@require_GET
@staff(SEE_DATASETS, EXPORT_RESPONSES)
def file(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, _now = who(request)
    row = orders.order_of(public_id, actor)
    return _download(orders.content_of(row, actor), row.file_name, "application/octet-stream")


@require_POST
@staff(SEE_DATASETS, EXPORT_RESPONSES)
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    orders.remove_order(order=public_id, actor=actor, now=now)
    messages.success(request, _("The file is gone. What was exported stays on record."))
    return redirect("desk:answers-exports")


@require_GET
@staff(SEE_DATASETS)
def exports(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    filters = Filters(chips=[Chip.of(request, "form", _("Kind of file"), Export.Form.choices)])
    rows = Export.objects.visible_to(actor).select_related("by")
    if filters.chosen("form"):
        rows = rows.filter(form=filters.chosen("form"))
    found = window(rows, request)
    mine = Order.objects.visible_to(actor)
    acts = [
        Act(f"{HOME}exports/{one.public_id}/", _("Being made: %(name)s") % {"name": one.source_name})
        for one in mine.filter(ended_at=None)[:3]
    ]
    files = dict(mine.filter(export__in=[row.pk for row in found.rows]).values_list("export_id", "public_id"))
    return list_page(
        request, heading=_("Exports so far"), crumbs=crumbs((HOME, _("Tables of answers"))), filters=filters, window=found,
        acts=[*acts, Act(f"{HOME}export/", _("Export answers"), main=True)] if actor.may(EXPORT_RESPONSES) else [],
        nothing=_("Nothing was exported"), nothing_why=_("Every export of answers stands here, for ever."),
        table=Table(
            _("Exports so far"),
            [(_("When"), ""), (_("By"), ""), (_("What"), ""), (_("Kind of file"), ""), (_("Rows"), "num"), (_("Columns"), "num"), (_("Personal columns"), "")],
            [
                Row([
                    Cell(moment(row.at), css="nowrap"), Cell(str(row.by or "")), Cell(row.source_name, f"{HOME}exports/{files[row.pk]}/" if row.pk in files else ""),
                    Cell(str(row.get_form_display())), num(f"{row.rows:,}"), num(f"{row.columns:,}"),
                    Cell(_("yes"), tone="near", icon="alert-triangle") if row.with_personal else Cell(_("no")),
                ])
                for row in found.rows
            ],
        ),
    )  # fmt: skip
