"""Imported tables: the list, sending a file, one table, erasing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.errors import Refused
from anxin.access.formats import moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.faces.desk.voice.datasets.forms import AddDataset, ChangeDataset
from anxin.voice.datasets import actions
from anxin.voice.datasets.models import Dataset
from anxin.voice.datasets.permissions import IMPORT_DATASETS, SEE_DATASETS
from anxin.voice.datasets.queries import dataset_of, questionnaires
from anxin.voice.datasets.table.reading import MOST_BYTES
from anxin.voice.datasets.wording import data_in_words, places_in_words
from anxin.voice.reports.models import Report
from anxin.voice.reports.permissions import REQUEST_REPORTS
from anxin.voice.reports.queries import newest_of
from anxin.voice.responses.permissions import EXPORT_RESPONSES

HOME = "/desk/voice/datasets/"
_TONES = {
    Dataset.State.WAITING: ("running", "clock"),
    Dataset.State.CHECKING: ("running", "clock"),
    Dataset.State.READ: ("near", "alert-triangle"),
    Dataset.State.READY: ("kept", "circle-check"),
    Dataset.State.REFUSED: ("broken", "alert-octagon"),
}


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("/desk/voice/", _("Customer voice")), *more]


def of(row: Dataset) -> list[tuple[str, str]]:
    return crumbs((HOME, _("Tables of answers")), (f"{HOME}{row.public_id}/", row.name))


@require_GET
@staff(SEE_DATASETS)
def datasets(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    states = [choice for choice in Dataset.State.choices if choice[0] != Dataset.State.ERASED]
    filters = Filters(
        chips=[Chip.of(request, "state", _("State"), states)], text=request.GET.get("text", "").strip()[:80],
        text_label=_("Name, file or wave"),
    )  # fmt: skip
    rows = Dataset.objects.visible_to(actor).select_related("imported_by")
    if filters.chosen("state"):
        rows = rows.filter(state=filters.chosen("state"))
    if filters.text:
        rows = rows.filter(name__icontains=filters.text) | rows.filter(file_name__icontains=filters.text) | rows.filter(
            wave__iexact=filters.text
        )  # fmt: skip
    found = window(rows, request)
    acts = [Act(f"{HOME}exports/", _("Exports so far"))]
    if actor.may(EXPORT_RESPONSES):
        acts.append(Act(f"{HOME}export/", _("Export answers")))
    if actor.may(IMPORT_DATASETS):
        acts.append(Act(f"{HOME}add/", _("Import a table"), main=True))
    return list_page(
        request, heading=_("Tables of answers"), crumbs=crumbs(), filters=filters, window=found, acts=acts,
        under=_("Answers from elsewhere: a file is guessed at, confirmed by you, and then reported like our own."),
        nothing=_("No table was imported"), nothing_why=_("Send a CSV, Excel or SPSS file to begin."),
        table=Table(
            _("Tables of answers"),
            [(_("Name of the table"), ""), (_("State"), ""), (_("Rows"), "num"), (_("Columns"), "num"), (_("Wave"), ""), (_("When"), ""), (_("By"), "")],
            [
                Row([
                    Cell(row.name, f"{HOME}{row.public_id}/", small=row.file_name), state_cell(row), num(f"{row.rows:,}"),
                    num(f"{row.width:,}"), Cell(row.wave or "–"), Cell(moment(row.imported_at), css="nowrap"),
                    Cell(str(row.imported_by or "")),
                ])
                for row in found.rows
            ],
        ),
    )  # fmt: skip


def state_cell(row: Dataset) -> Cell:
    tone, icon = _TONES[Dataset.State(row.state)]
    return Cell(str(row.get_state_display()), tone=tone, icon=icon)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_DATASETS, IMPORT_DATASETS)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    posted = request.method == "POST"
    form = AddDataset(
        request.POST if posted else None, request.FILES if posted else None, questionnaires=questionnaires(actor)
    )
    page = FormPage(
        _("Import a table"), _("Import"), HOME, crumbs((HOME, _("Tables of answers"))),
        _("The next page shows what each column was taken for; you correct it there. Nothing counts before you confirm."),
        template="desk/admin/upload.html",
    )  # fmt: skip
    if posted:
        bad: dict[str, Any] = {}

        def take(given: dict[str, Any]) -> Dataset:
            upload = given.pop("file")
            try:
                return actions.import_dataset(
                    content=upload.read(MOST_BYTES + 1), file_name=upload.name, **given, actor=actor, now=now
                )
            except Refused as refused:
                bad.update(refused.facts, file_name=upload.name)
                raise

        row = attempt(form, take)
        if row is not None:
            return redirect("desk:dataset" if row.is_open else "desk:dataset-columns", public_id=row.public_id)
        page.more.update(bad)
    return page.show(request, form)


@require_GET
@staff(SEE_DATASETS)
def dataset(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far it is while the worker reads it (the page looks again by itself), then what it holds."""
    actor, _now = who(request)
    row = dataset_of(public_id, actor)
    tone, icon = _TONES[Dataset.State(row.state)]
    report = newest_of(Report.Kind.DATASET, public_id, actor)
    roles: dict[str, int] = {}
    for column in row.draft_data()["columns"].values():
        roles[column["role"]] = roles.get(column["role"], 0) + 1
    from anxin.faces.desk.voice.datasets.mapping import ROLE_WORDS

    facts = [
        (_("File"), f"{row.file_name} · {row.size / 1024:,.0f} KB", ""), (_("Kind"), row.form.upper(), ""),
        (_("Encoding"), str(row.facts.get("encoding", "")), ""), (_("Sheet"), row.sheet, ""),
        (_("Rows"), f"{row.rows:,}", ""), (_("Columns"), f"{row.width:,}", ""), (_("Wave"), row.wave, ""),
        (_("Questionnaire"), str(row.questionnaire or ""), ""), (_("Imported at"), moment(row.imported_at), ""),
        (_("By"), str(row.imported_by or ""), ""),
    ]  # fmt: skip
    return render(
        request, "desk/voice/datasets/dataset.html",
        {
            "row": row, "crumbs": crumbs((HOME, _("Tables of answers"))), "facts": [fact for fact in facts if fact[1]],
            "tone": tone, "icon": icon, "may_change": actor.may(IMPORT_DATASETS),
            "may_export": actor.may(EXPORT_RESPONSES) and bool(row.mapping),
            "roles": [(ROLE_WORDS[role], count) for role, count in roles.items()],
            "may_report": actor.may(REQUEST_REPORTS) and row.state == Dataset.State.READY,
            "report": report, "when": moment(report.asked_at) if report else "",
            "why": data_in_words(row.faults.get("why")) if row.faults else "",
            "bad": places_in_words(row.faults), "bad_count": row.faults.get("count", 0),
            "said": [data_in_words(text) for text in [*row.facts.get("notes", []), *row.facts.get("said", [])]],
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_DATASETS, IMPORT_DATASETS)
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = dataset_of(public_id, actor)
    known = {
        "name": row.name, "wave": row.wave, "questionnaire": row.questionnaire.public_id if row.questionnaire else ""
    }  # fmt: skip
    form = ChangeDataset(request.POST or None, questionnaires=questionnaires(actor), initial=known)
    if request.method == "POST":
        done = attempt(form, lambda given: actions.describe_dataset(dataset=public_id, **given, actor=actor, now=now))
        if done is not None:
            messages.success(request, _("The table's name and wave are kept."))
            return redirect("desk:dataset", public_id=public_id)
    return FormPage(_("Name and wave"), _("Save"), f"{HOME}{public_id}/", of(row)).show(request, form)


@require_POST
@staff(SEE_DATASETS, IMPORT_DATASETS)
def erase(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    actions.erase_dataset(dataset=public_id, actor=actor, now=now)
    messages.success(request, _("The table is erased."))
    return redirect("desk:datasets")
