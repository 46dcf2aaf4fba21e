"""What was reported to the regulator: listed, entered, imported."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from anxin.access.formats import moment
from anxin.access.models import Branch
from anxin.faces.desk.boards.frame import branch_choice
from anxin.faces.desk.boards.indicators import wording
from anxin.faces.desk.boards.indicators.facts import crumbs
from anxin.faces.desk.boards.indicators.forms import ReportedFile, ReportedSheet
from anxin.faces.desk.boards.indicators.shown import PLACE, address
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.insight.indicators import actions
from anxin.insight.indicators.definitions import BY_ID, INDICATORS
from anxin.insight.indicators.models import Reported
from anxin.insight.indicators.periods import last_quarter
from anxin.insight.indicators.permissions import REPORT_VALUES
from anxin.insight.results.permissions import SEE_BOARDS
from anxin.registers.importing.report import Report

REPORTED = f"{PLACE}reported/"


@require_GET
@staff(SEE_BOARDS)
def values(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    filters = Filters(
        chips=[Chip.of(request, "indicator", _("Indicator"), [(one.id, f"{one.id} {one}") for one in INDICATORS])]
    )
    found = Reported.objects.visible_to(actor).select_related("entered_by", "branch")
    if filters.chosen("indicator"):
        found = found.filter(indicator=filters.chosen("indicator"))
    listed = window(found, request)
    return list_page(
        request, heading=_("Values as reported"), crumbs=crumbs(), filters=filters, window=listed,
        under=_("A correction is a new line; what it replaces stays on record."),
        acts=[Act(f"{REPORTED}file/", _("Import a file")), Act(f"{REPORTED}add/", _("Enter a value"), main=True)] if actor.may(REPORT_VALUES) else [],
        nothing=_("Nothing was entered"), nothing_why=_("Enter what was told to the regulator; the board then sets it beside the recomputed value."),
        table=Table(
            _("Values as reported"),
            [(_("Indicator"), ""), (_("Period"), ""), (_("Line of business"), ""), (_("Branch"), ""), (_("Value as reported"), "num"), (_("By"), ""), (_("When"), "")],
            [_row(row) for row in listed.rows],
        ),
    )  # fmt: skip


def _row(row: Reported) -> Row:
    definition = BY_ID[row.indicator]
    part = definition.part(row.part)
    where = {"period": row.period, "business": row.business, "branch": row.branch.code if row.branch else ""}
    return Row(
        [
            Cell(f"{row.indicator} {definition}", address(f"{row.indicator}/", where), small="" if len(definition.parts) == 1 else str(part)),
            Cell(wording.period_words(row.period), css="nowrap"), Cell(str(row.get_business_display())),
            Cell(row.branch.short if row.branch else _("All branches")),
            num(f"{row.value:.{row.places}f}" + ("%" if part.unit == "share" else "")) if row.is_current
            else Cell(f"{row.value:.{row.places}f}", small=_("replaced"), css="num"),
            Cell(str(row.entered_by or "–")), Cell(moment(row.entered_at), css="nowrap"),
        ],
        css="" if row.is_current else "is-off",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_BOARDS, REPORT_VALUES)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    rows = Branch.objects.all() if actor.branch_ids is None else Branch.objects.filter(pk__in=actor.branch_ids)
    branches = [(row.code, row.short) for row in rows]
    if actor.branch_ids is None:
        branches = [("", _("All branches")), *branches]
    begin = {
        "number": request.GET.get("number", ""), "period": request.GET.get("period", "") or last_quarter(now).name,
        "business": request.GET.get("business", ""), "branch": branch_choice(request).value,
    }  # fmt: skip
    form = ReportedSheet(request.POST if request.method == "POST" else None, branches=branches, initial=begin)
    if request.method == "POST":
        row = attempt(
            form,
            lambda given: actions.report_value(
                indicator=given["number"].partition(":")[0], part=given["number"].partition(":")[2], period=given["period"],
                value=given["value"], business=given["business"], branch=given["branch"], actor=actor, now=now,
            ),
        )  # fmt: skip
        if row is not None:
            messages.success(request, _("The value is kept beside the recomputed one."))
            where = {"period": row.period, "business": row.business, "branch": row.branch.code if row.branch else ""}
            return redirect(address(f"{row.indicator}/", where))
    page = FormPage(
        _("Enter a reported value"), _("Keep"), REPORTED, crumbs((REPORTED, _("Values as reported"))),
        _("With as many decimals as it was reported: it fits when the recomputed value rounds to it (within half of the last decimal)."),
    )  # fmt: skip
    return page.show(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_BOARDS, REPORT_VALUES)
def upload(request: HttpRequest) -> HttpResponse:
    posted = request.method == "POST"
    form = ReportedFile(request.POST if posted else None, request.FILES if posted else None)
    more: dict[str, object] = {}
    if posted:
        done = attempt(form, lambda given: _take(given, request))
        if done is not None and done.ok:
            messages.success(
                request,
                ngettext("%(count)s value is new or corrected.", "%(count)s values are new or corrected.", done.created) % {"count": done.created},
            )  # fmt: skip
            return redirect("desk:reported-values")
        if done is not None:
            form.add_error("file", _("Nothing was imported: mend the cells below and send the file again."))
            more = {"bad": done.bad, "bad_count": done.bad_count, "file_name": str(form.cleaned_data["file"].name)}
    page = FormPage(
        _("Import reported values"), _("Import"), REPORTED, crumbs((REPORTED, _("Values as reported"))),
        _("One bad row and nothing is imported; every fault is named by line and column."), template="desk/admin/upload.html", more=more,
    )  # fmt: skip
    return page.show(request, form)


def _take(given: dict[str, object], request: HttpRequest) -> Report:
    actor, now = who(request)
    file = given["file"]
    return actions.import_reported(
        content=actions.read_upload(file), file_name=str(getattr(file, "name", "")), actor=actor, now=now
    )
