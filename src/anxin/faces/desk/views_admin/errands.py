"""Background work: what was asked for, how far it is, and what came of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from anxin.access.errors import Missing
from anxin.access.formats import moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.models import Errand
from anxin.faces.desk.permissions import SEE_ADMINISTRATION
from anxin.faces.desk.views_admin.pages import list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, window
from anxin.journal.telling import progress_of
from anxin.registers.policies.models import ImportBatch
from anxin.rulebook.queries import rule

HOME = "/desk/admin/errands/"
SHOWN = 500
STAGES = {"read": gettext_lazy("Reading"), "check": gettext_lazy("Checking"), "write": gettext_lazy("Writing")}
_TONES = {
    Errand.State.WAITING: ("running", "clock"),
    Errand.State.RUNNING: ("running", "clock"),
    Errand.State.DONE: ("kept", "circle-check"),
    Errand.State.REFUSED: ("broken", "alert-octagon"),
}


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("/desk/admin/", _("Administration")), *more]


@require_GET
@staff(SEE_ADMINISTRATION)
def errands(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    filters = Filters(
        chips=[
            Chip.of(request, "kind", _("Kind"), Errand.Kind.choices),
            Chip.of(request, "state", _("State"), Errand.State.choices),
        ]
    )
    rows = Errand.objects.visible_to(actor).select_related("asked_by")
    for name in ("kind", "state"):
        if filters.chosen(name):
            rows = rows.filter(**{name: filters.chosen(name)})
    found = window(rows, request)
    return list_page(
        request, heading=_("Background work"), crumbs=crumbs(), filters=filters, window=found,
        under=_("What takes longer than a page may: done by the worker, with its result kept for three months."),
        nothing=_("Nothing was asked for"),
        nothing_why=_("Imports and dating promises anew are done in the background and stand here."),
        table=Table(
            _("Background work"),
            [(_("Asked at"), ""), (_("What"), ""), (_("About"), ""), (_("By"), ""), (_("State"), ""), (_("Ended"), "")],
            [
                Row([
                    Cell(moment(row.asked_at), f"{HOME}{row.public_id}/", css="nowrap"), Cell(str(row.get_kind_display())),
                    Cell(about(row)), Cell(str(row.asked_by)), _state(row), Cell(moment(row.ended_at) or "–", css="nowrap"),
                ])
                for row in found.rows
            ],
        ),
    )  # fmt: skip


def _state(row: Errand) -> Cell:
    tone, icon = _TONES[Errand.State(row.state)]
    return Cell(str(row.get_state_display()), tone=tone, icon=icon)


def about(row: Errand) -> str:
    """The file's name, or the rule's."""
    if row.kind == Errand.Kind.IMPORT:
        return str(row.given["file_name"])
    found = rule(row.given["rule"]) if row.given["rule"] else None
    words = f"{found.id} {found.what}" if found else str(row.given["rule"] or _("Every rule"))
    return _("%(rule)s, worked out only") % {"rule": words} if row.given["dry_run"] else words


@require_GET
@staff(SEE_ADMINISTRATION)
def errand(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far it is while it runs (the page looks again by itself), then what came of it."""
    actor, _now = who(request)
    row = Errand.objects.visible_to(actor).select_related("asked_by").filter(public_id=public_id).first()
    if row is None:
        raise Missing(_("There is no such errand."))
    way = crumbs((HOME, _("Background work")))
    if row.state == Errand.State.DONE and row.kind == Errand.Kind.IMPORT:
        return render(request, "desk/admin/import_report.html", _report(row) | {"crumbs": way})
    stage, done, whole = progress_of(row)
    result = row.result
    facts = [
        (_("About"), about(row), ""), (_("Asked at"), moment(row.asked_at), ""), (_("By"), str(row.asked_by), ""),
    ]  # fmt: skip
    if row.state == Errand.State.DONE:
        facts = [
            (_("Promises looked at"), f"{result['looked_at']:,}", ""), (_("Due earlier"), f"{result['earlier']:,}", ""),
            (_("Due later"), f"{result['later']:,}", ""),
            (_("The same day, by the new edition"), f"{result['same_day']:,}", ""),
            (_("Nothing changes"), f"{result['unchanged']:,}", ""),
            (_("Left alone: the new day has passed"), f"{result['too_late']:,}", ""), *facts,
        ]  # fmt: skip
    return render(
        request, "desk/admin/errand.html",
        {
            "errand": row, "crumbs": way, "facts": facts, "stage": STAGES.get(stage, ""), "done": done, "whole": whole,
            "done_words": f"{done:,}", "whole_words": f"{whole:,}",
            "redated": result.get("redated", 0), "again": _again(row),
        },
    )  # fmt: skip


def _again(row: Errand) -> str:
    """Where the same thing is asked for once more."""
    if row.kind == Errand.Kind.IMPORT:
        return "/desk/admin/imports/add/"
    return "/desk/admin/rules/redate/" + (f"?rule={row.given['rule']}" if row.given["rule"] else "")


def _report(row: Errand) -> dict[str, Any]:
    report = row.result
    left_alone = report["left_alone"]
    return {
        "report": report, "file_name": row.given["file_name"], "bad": report["bad"][:SHOWN],
        "bad_count": report["bad_count"], "left_out": max(0, report["bad_count"] - SHOWN),
        "kind": ImportBatch.Kind(report["kind"]).label,
        "facts": [
            (_("Rows"), f"{report['rows']:,}", ""), (_("New"), f"{report['created']:,}", ""),
            (_("Changed"), f"{report['updated']:,}", ""), (_("Unchanged"), f"{report['unchanged']:,}", ""),
            (_("Left alone: changed here since"), f"{left_alone:,}" if left_alone else "", ""),
            (_("Columns not used"), ", ".join(report["ignored_columns"]), ""),
        ],
    }  # fmt: skip
