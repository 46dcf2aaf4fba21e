"""Customers, products and policies from files: all of a file or nothing, and what was imported before."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from anxin.access.actors import Actor
from anxin.access.formats import moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.errands import ask_import
from anxin.faces.desk.forms_admin.base import Sheet, attempt
from anxin.faces.desk.permissions import SEE_ADMINISTRATION
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.registers.policies.models import ImportBatch
from anxin.registers.policies.permissions import IMPORT

HOME = "/desk/admin/imports/"


class ImportSheet(Sheet):
    kind = forms.ChoiceField(label=gettext_lazy("What it holds"), choices=ImportBatch.Kind.choices)
    system = forms.CharField(
        label=gettext_lazy("From which system"), max_length=30, initial="core",
        help_text=gettext_lazy("The numbers in the file are that system's: the same name each time."),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("CSV (UTF-8 or GB18030) or Parquet."),
        widget=forms.FileInput(attrs={"accept": ".csv,.parquet,text/csv"}),
    )  # fmt: skip
    dry_run = forms.BooleanField(label=gettext_lazy("Only check it, import nothing"), required=False)
    whole = frozenset({"file", "dry_run"})


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("/desk/admin/", _("Administration")), *more]


def visible(actor: Actor) -> Any:
    """Batches by people of the branches this person may see; a batch may touch every branch, so head office sees all."""
    rows = ImportBatch.objects.select_related("imported_by")
    return rows if actor.branch_ids is None else rows.filter(imported_by__branch__in=actor.branch_ids)


@require_GET
@staff(SEE_ADMINISTRATION)
def imports(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    filters = Filters(chips=[Chip.of(request, "kind", _("Kind"), ImportBatch.Kind.choices)])
    rows = visible(actor)
    if filters.chosen("kind"):
        rows = rows.filter(kind=filters.chosen("kind"))
    found = window(rows, request)
    return list_page(
        request, heading=_("Imports"), crumbs=crumbs(), filters=filters, window=found,
        acts=[
            Act("/desk/admin/errands/", _("Background work")),
            *([Act(f"{HOME}add/", _("Import a file"), main=True)] if actor.may(IMPORT) else []),
        ],
        under=_("A file is imported whole or not at all, and the same file again changes nothing."),
        nothing=_("Nothing was imported"), nothing_why=_("Begin with customers, then products, then policies."),
        table=Table(
            _("Imports"),
            [
                (_("When"), ""), (_("Kind"), ""), (_("File"), ""), (_("System"), ""), (_("Rows"), "num"), (_("New"), "num"),
                (_("Changed"), "num"), (_("Unchanged"), "num"), (_("By"), ""),
            ],
            [
                Row([
                    Cell(moment(row.imported_at), css="nowrap"), Cell(str(row.get_kind_display())),
                    Cell(row.file_name or _("by the API"), small=row.sha256[:12]), Cell(row.source), num(f"{row.rows:,}"),
                    num(f"{row.created:,}"), num(f"{row.updated:,}"), num(f"{row.unchanged:,}"),
                    Cell(str(row.imported_by or "")),
                ])
                for row in found.rows
            ],
        ),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_ADMINISTRATION, IMPORT)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    posted = request.method == "POST"
    form = ImportSheet(request.POST if posted else None, request.FILES if posted else None)
    page = FormPage(
        _("Import a file"), _("Import"), HOME, crumbs((HOME, _("Imports"))),
        _("One bad row and nothing is imported; every fault is named by line and column."), template="desk/admin/upload.html",
    )  # fmt: skip
    if posted:
        errand = attempt(
            form,
            lambda given: ask_import(
                kind=given["kind"], upload=given["file"], file_name=given["file"].name, system=given["system"],
                dry_run=given["dry_run"], actor=actor, now=now,
            ),
        )  # fmt: skip
        if errand is not None:
            return redirect("desk:errand", public_id=errand.public_id)
    return page.show(request, form)
