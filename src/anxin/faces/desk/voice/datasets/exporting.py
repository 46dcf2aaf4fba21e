"""Answers as files for elsewhere, and who took which."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from anxin.access.formats import moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.faces.desk.voice.datasets.forms import ExportSheet
from anxin.faces.desk.voice.datasets.views import HOME, crumbs
from anxin.voice.datasets import actions
from anxin.voice.datasets.models import Export
from anxin.voice.datasets.permissions import EXPORT_PERSONAL, SEE_DATASETS
from anxin.voice.datasets.queries import exportable
from anxin.voice.responses.permissions import EXPORT_RESPONSES


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_DATASETS)
def export(request: HttpRequest) -> HttpResponse:
    """A form; sent, it answers with the file."""
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
        made = attempt(form, lambda given: actions.export_answers(**given, actor=actor, now=now))
        if made is not None:
            answer = HttpResponse(made.content, content_type=made.content_type)
            answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(made.name)}"
            answer["X-Content-Type-Options"] = "nosniff"
            return answer
    explain = _("Who exported what and when is kept on record.")
    if not actor.may(EXPORT_RESPONSES):
        explain = _("Your roles do not include exporting answers: an analyst does it for you.")
    elif not sources:
        explain = _("There is nothing to export yet: no campaign has answers, and no table is ready.")
    page = FormPage(_("Export answers"), _("Export"), HOME, crumbs((HOME, _("Tables of answers"))), explain)
    return page.show(request, form)


@require_GET
@staff(SEE_DATASETS)
def exports(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    filters = Filters(chips=[Chip.of(request, "form", _("Kind of file"), Export.Form.choices)])
    rows = Export.objects.visible_to(actor).select_related("by")
    if filters.chosen("form"):
        rows = rows.filter(form=filters.chosen("form"))
    found = window(rows, request)
    return list_page(
        request, heading=_("Exports so far"), crumbs=crumbs((HOME, _("Tables of answers"))), filters=filters, window=found,
        acts=[Act(f"{HOME}export/", _("Export answers"), main=True)] if actor.may(EXPORT_RESPONSES) else [],
        nothing=_("Nothing was exported"), nothing_why=_("Every export of answers stands here, for ever."),
        table=Table(
            _("Exports so far"),
            [(_("When"), ""), (_("By"), ""), (_("What"), ""), (_("Kind of file"), ""), (_("Rows"), "num"), (_("Columns"), "num"), (_("Personal columns"), "")],
            [
                Row([
                    Cell(moment(row.at), css="nowrap"), Cell(str(row.by or "")), Cell(row.source_name),
                    Cell(str(row.get_form_display())), num(f"{row.rows:,}"), num(f"{row.columns:,}"),
                    Cell(_("yes"), tone="near", icon="alert-triangle") if row.with_personal else Cell(_("no")),
                ])
                for row in found.rows
            ],
        ),
    )  # fmt: skip
