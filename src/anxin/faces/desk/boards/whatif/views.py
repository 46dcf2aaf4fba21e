"""Reading: the list of scenarios, one scenario with what it found, and the model behind them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.access.actors import Actor
from anxin.access.formats import moment
from anxin.faces.desk.boards.frame import asked_of, board_page, branch_choice, branch_words, department_words
from anxin.faces.desk.boards.whatif import storms, telling, trust
from anxin.faces.desk.boards.whatif.wording import days
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.views_admin.pages import who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, window
from anxin.insight.results.permissions import SEE_BOARDS
from anxin.insight.whatif.changes import all_words
from anxin.insight.whatif.models import Scenario
from anxin.insight.whatif.permissions import PLAN_SCENARIOS
from anxin.insight.whatif.queries import scenario_of
from anxin.insight.whatif.running import SURGE_AFTER, WARM

HOME = "/desk/boards/whatif/"
LATELY = 20
_TONES = {
    Scenario.State.WAITING: ("running", "clock"), Scenario.State.RUNNING: ("running", "clock"),
    Scenario.State.DONE: ("kept", "circle-check"), Scenario.State.FAILED: ("broken", "alert-octagon"),
}  # fmt: skip


def tabs(request: HttpRequest) -> list[tuple[str, str, bool]]:
    return [
        (address, words, request.path == address)
        for address, words in (
            (HOME, _("Scenarios")), (f"{HOME}model/", _("How far to trust it")), (f"{HOME}phone/", _("Phone line")),
        )
    ]  # fmt: skip


@require_GET
@staff(SEE_BOARDS)
def scenarios(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    filters = Filters(
        chips=[
            Chip.of(request, "kind", _("Kind"), Scenario.Kind.choices),
            Chip.of(request, "state", _("State"), Scenario.State.choices),
        ],
        text=request.GET.get("text", "").strip()[:80], text_label=_("Name of the scenario"),
    )  # fmt: skip
    rows = Scenario.objects.visible_to(actor).select_related("branch", "asked_by")
    for name in ("kind", "state"):
        if filters.chosen(name):
            rows = rows.filter(**{name: filters.chosen(name)})
    if filters.text:
        rows = rows.filter(name__icontains=filters.text)
    found = window(rows, request)
    departments, branches = department_words(), branch_words()

    def cells(row: Scenario) -> Row:
        tone, icon = _TONES[Scenario.State(row.state)]
        return Row([
            Cell(row.name, f"{HOME}{row.public_id}/", small=all_words(row.changed, departments, branches, _home(row))),
            Cell(telling.in_short(row)), Cell(row.branch.short if row.branch else _("The whole insurer")),
            Cell(str(row.get_state_display()), tone=tone, icon=icon), Cell(moment(row.asked_at), css="nowrap"),
            Cell(str(row.asked_by or "–")),
        ])  # fmt: skip

    table = Table(
        _("Scenarios"),
        [(_("Scenario"), ""), (_("Finding"), ""), (_("Process of"), ""), (_("State"), ""), (_("Asked at"), ""), (_("Asked by"), "")],
        [cells(row) for row in found.rows],
    )  # fmt: skip
    return board_page(
        request, "desk/boards/whatif/list.html", filters=filters, window=found, table=table, tabs=tabs(request),
        may=actor.may(PLAN_SCENARIOS), heading=_heading(actor),
    )  # fmt: skip


def _heading(actor: Actor) -> str:
    """How many of the newest changes help, however the list is narrowed."""
    done = Scenario.objects.visible_to(actor).filter(kind=Scenario.Kind.CHANGE, state=Scenario.State.DONE)[:LATELY]
    told = [telling.is_shorter(row) for row in done]
    if not told:
        return _("What would happen if")
    return _("Changes tried out lately that make claims shorter: %(count)s of %(all)s") % {
        "all": len(told), "count": sum(told),
    }  # fmt: skip


@require_GET
@staff(SEE_BOARDS)
def scenario(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far it is while it is simulated (the page looks again by itself), then what it found."""
    actor, _now = who(request)
    row = scenario_of(public_id, actor)
    departments, branches = department_words(), branch_words()
    tone, icon = _TONES[Scenario.State(row.state)]
    page: dict[str, Any] = {
        "row": row, "tone": tone, "icon": icon, "tabs": tabs(request), "may": actor.may(PLAN_SCENARIOS),
        "changes": all_words(row.changed, departments, branches, _home(row)), "asked": moment(row.asked_at),
        "ended": moment(row.ended_at) if row.ended_at else "", "stage": telling.STAGES.get(row.stage, ""),
        "base": days(row.base_from, row.base_to),
    }  # fmt: skip
    if row.state != Scenario.State.DONE:
        return board_page(request, "desk/boards/whatif/progress.html", **page)
    found = row.found
    page |= {
        "heading": telling.finding(row, departments), "about": telling.about(row), "trust": trust.validation(found["validation"], _scope(row)),
        "served": trust.served(found["served"], departments), "cautions": trust.cautions(found["cautions"], departments),
        "rushes": trust.rush(
            found.get("rush"), departments, max((one["factor"] for one in row.changed if one["what"] == "surge"), default=0.0)
        ),
    }  # fmt: skip
    if row.kind == Scenario.Kind.STORM:
        rush = date.fromisoformat(found["first_day"]) + timedelta(days=WARM + SURGE_AFTER)
        return board_page(
            request, "desk/boards/whatif/storm.html", **page, **storms.storm(found["storm"], rush, departments, branches)
        )  # fmt: skip
    return board_page(request, "desk/boards/whatif/scenario.html", **page, **telling.change(row, departments))


def _home(row: Scenario) -> str:
    return row.branch.short if row.branch else ""


def _scope(row: Scenario) -> dict[str, str]:
    return {"branch": row.branch.code if row.branch else ""}


@require_GET
@staff(SEE_BOARDS)
def model(request: HttpRequest) -> HttpResponse:
    found = asked_of(request, "whatif")
    page: dict[str, Any] = {"found": found, "choices": [branch_choice(request)], "tabs": tabs(request)}
    if found.body is not None:
        departments = department_words()
        page |= {
            "trust": trust.validation(found.body["validation"], {"branch": request.GET.get("branch", "")}),
            "served": trust.served(found.body["served"], departments),
            "cautions": trust.cautions(found.body["cautions"], departments),
            "rushes": trust.rush(found.body.get("rush"), departments),
        }  # fmt: skip
    return board_page(request, "desk/boards/whatif/model.html", **page)
