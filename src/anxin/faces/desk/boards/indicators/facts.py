"""Imports of facts: what came in, a new file, how far it is and what came of it, taking one back."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.errors import Missing
from anxin.access.formats import moment
from anxin.faces.desk.boards.frame import HOME
from anxin.faces.desk.boards.indicators.forms import FactSheet
from anxin.faces.desk.boards.indicators.shown import PLACE
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.insight.indicators import actions
from anxin.insight.indicators.kinds import KINDS
from anxin.insight.indicators.models import Fact, FactBatch, FactKind
from anxin.insight.indicators.permissions import IMPORT_FACTS
from anxin.insight.results.permissions import SEE_BOARDS
from anxin.journal.telling import progress_of

FACTS = f"{PLACE}facts/"
SHOWN = 500
State = FactBatch.State
TONES = {
    State.WAITING: ("running", "clock"), State.RUNNING: ("running", "clock"), State.DONE: ("kept", "circle-check"),
    State.REFUSED: ("broken", "alert-octagon"), State.REMOVED: ("paused", "circle-minus"),
}  # fmt: skip


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(HOME, _("Boards")), (PLACE, _("Regulator indicators")), *more]


@require_GET
@staff(SEE_BOARDS)
def batches(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    filters = Filters(
        chips=[
            Chip.of(request, "kind", _("Kind"), FactKind.choices),
            Chip.of(request, "state", _("State"), State.choices),
        ]
    )
    found = FactBatch.objects.visible_to(actor).select_related("asked_by")
    for name in ("kind", "state"):
        if filters.chosen(name):
            found = found.filter(**{name: filters.chosen(name)})
    listed = window(found, request)
    return list_page(
        request, heading=_("Imported facts"), crumbs=crumbs(), filters=filters, window=listed,
        under=_("Calls, complaints, deliveries and the rest that no journey of this system records. A file comes in whole or not at all."),
        acts=[Act(f"{FACTS}add/", _("Import facts"), main=True)] if actor.may(IMPORT_FACTS) else [],
        nothing=_("Nothing was imported"), nothing_why=_("Each kind has an example to fill in; begin with calls or complaints."),
        table=Table(
            _("Imported facts"),
            [(_("When"), ""), (_("Kind"), ""), (_("File"), ""), (_("System"), ""), (_("State"), ""), (_("Rows"), "num"), (_("New"), "num"), (_("Changed"), "num"), (_("Unchanged"), "num"), (_("By"), "")],
            [
                Row([
                    Cell(moment(row.asked_at), f"{FACTS}{row.public_id}/", css="nowrap"), Cell(str(row.get_kind_display())),
                    Cell(row.file_name or "–"), Cell(row.source), _state(row), num(f"{row.rows:,}"), num(f"{row.created:,}"),
                    num(f"{row.changed:,}"), num(f"{row.unchanged:,}"), Cell(str(row.asked_by or "–")),
                ])
                for row in listed.rows
            ],
        ),
    )  # fmt: skip


def _state(row: FactBatch) -> Cell:
    tone, icon = TONES[State(row.state)]
    words = str(row.get_state_display())
    return Cell(_("Only checked") if row.dry_run and row.state == State.DONE else words, tone=tone, icon=icon)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_BOARDS, IMPORT_FACTS)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    posted = request.method == "POST"
    form = FactSheet(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial={"kind": request.GET.get("kind", "")},
    )
    kinds = [
        {
            "label": kind.code.label, "code": name, "required": ", ".join(kind.required),
            "others": ", ".join(item for item in kind.sheet.columns if item not in kind.required),
        }
        for name, kind in KINDS.items()
    ]  # fmt: skip
    page = FormPage(
        _("Import facts"), _("Import"), FACTS, crumbs((FACTS, _("Imported facts"))),
        _("One bad row and nothing is imported; every fault is named by line and column."),
        template="desk/boards/indicators/import.html", more={"kinds": kinds},
    )  # fmt: skip
    if posted:
        row = attempt(
            form,
            lambda given: actions.ask_import(
                upload=given["file"], file_name=given["file"].name, kind=given["kind"], source=given["source"],
                dry_run=given["dry_run"], actor=actor, now=now,
            ),
        )  # fmt: skip
        if row is not None:
            return redirect("desk:fact-batch", public_id=row.public_id)
    return page.show(request, form)


@require_GET
@staff(SEE_BOARDS)
def example(request: HttpRequest, kind: str) -> HttpResponse:
    """The columns of a kind with one line filled in."""
    found = KINDS.get(kind)
    if found is None:
        raise Missing(_("There is no such kind of facts."))
    out = io.StringIO()
    names = list(found.sheet.columns)
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerow({name: value for name, value in found.example.items() if name in names})
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return answer


@require_GET
@staff(SEE_BOARDS)
def batch(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far it is while it runs (the page looks again by itself), then what came of it."""
    actor, _now = who(request)
    row = FactBatch.objects.visible_to(actor).select_related("asked_by").filter(public_id=public_id).first()
    if row is None:
        raise Missing(_("There is no such import."))
    _stage, done, whole = progress_of(row) if row.is_open else ("", 0, 0)
    report: dict[str, Any] = row.report or {}
    held = Fact.objects.filter(batch=row).count() if row.state == State.DONE and not row.dry_run else 0
    facts = [
        (_("Kind"), str(row.get_kind_display()), ""), (_("File"), row.file_name, ""), (_("System"), row.source, ""),
        (_("Rows"), f"{row.rows:,}" if row.ended_at else "", ""), (_("New"), f"{row.created:,}" if row.ended_at else "", ""),
        (_("Changed"), f"{row.changed:,}" if row.ended_at else "", ""), (_("Unchanged"), f"{row.unchanged:,}" if row.ended_at else "", ""),
        (_("Rows that stand as this file left them"), f"{held:,}" if held else "", ""),
        (_("Columns not used"), ", ".join(report.get("ignored", [])), ""),
        (_("Columns dropped, since they look personal"), ", ".join(report.get("personal", [])), ""),
        (_("Asked at"), moment(row.asked_at), ""), (_("By"), str(row.asked_by or ""), ""),
    ]  # fmt: skip
    return render(
        request, "desk/boards/indicators/batch.html",
        {
            "row": row, "crumbs": crumbs((FACTS, _("Imported facts"))), "facts": [fact for fact in facts if fact[1]],
            "done": done, "whole": whole, "done_words": f"{done:,}", "whole_words": f"{whole:,}",
            "bad": report.get("bad", [])[:SHOWN], "bad_count": report.get("bad_count", 0),
            "left_out": max(0, report.get("bad_count", 0) - SHOWN),
            "may_remove": actor.may(IMPORT_FACTS) and row.state == State.DONE and not row.dry_run, "may_import": actor.may(IMPORT_FACTS),
            "held": held, "again": f"{FACTS}add/?kind={row.kind}", "board": PLACE,
        },
    )  # fmt: skip


@require_POST
@staff(SEE_BOARDS, IMPORT_FACTS)
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    held = Fact.objects.filter(batch__public_id=public_id).count()
    actions.take_back(batch=public_id, actor=actor, now=now)
    messages.success(
        request,
        ngettext("%(count)s row was taken back.", "%(count)s rows were taken back.", held) % {"count": f"{held:,}"},
    )
    return redirect("desk:fact-batch", public_id=public_id)
