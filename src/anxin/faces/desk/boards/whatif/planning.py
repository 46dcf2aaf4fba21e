"""Planning: a new scenario, a storm plan, the phone line's agents; simulating again and removing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.errors import IllegalMove, Refused
from anxin.access.models import Branch
from anxin.engines import dispatch
from anxin.faces.desk.boards.frame import board_page, department_words
from anxin.faces.desk.boards.whatif import phoning
from anxin.faces.desk.boards.whatif.forms import Basis, Choices, PhoneSheet, ScenarioSheet, StormSheet
from anxin.faces.desk.boards.whatif.views import HOME, tabs
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import who
from anxin.insight.results.asking import Ask, branches_of
from anxin.insight.results.permissions import SEE_BOARDS
from anxin.insight.whatif import actions
from anxin.insight.whatif import phone as line
from anxin.insight.whatif.models import Scenario
from anxin.insight.whatif.permissions import PLAN_SCENARIOS


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_BOARDS, PLAN_SCENARIOS)
def add(request: HttpRequest) -> HttpResponse:
    return _planned(request, ScenarioSheet, Scenario.Kind.CHANGE, _("Try out a change"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_BOARDS, PLAN_SCENARIOS)
def storm(request: HttpRequest) -> HttpResponse:
    return _planned(request, StormSheet, Scenario.Kind.STORM, _("Plan for a storm"))


def _planned(request: HttpRequest, sheet: type[Basis], kind: str, heading: str) -> HttpResponse:
    actor, now = who(request)
    form: Any = sheet(
        request.POST if request.method == "POST" else None, branches=_branches(request), departments=department_words(),
        today=timezone.localdate(now), initial={"name": request.GET.get("name", "")},
    )  # fmt: skip

    def plan(_given: dict[str, Any]) -> Scenario:
        return actions.plan_scenario(kind=kind, changes=form.changes(), actor=actor, now=now, **form.basics())

    if request.method == "POST":
        made = attempt(form, plan)
        if made is not None:
            return redirect("desk:whatif-scenario", public_id=made.public_id)
    return board_page(
        request, "desk/boards/whatif/form.html", heading=heading, form=form, back=HOME, tabs=tabs(request),
        status=422 if form.is_bound else 200,
    )  # fmt: skip


def _branches(request: HttpRequest) -> Choices:
    actor, _now = who(request)
    if actor.branch_ids is None:
        return [("", _("The whole insurer")), *((row.code, row.short) for row in Branch.objects.all())]
    return [(row.code, row.short) for row in Branch.objects.filter(pk__in=actor.branch_ids)]


@require_POST
@staff(SEE_BOARDS, PLAN_SCENARIOS)
def again(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    try:
        actions.simulate_again(scenario=public_id, actor=actor, now=now)
    except IllegalMove as refused:
        messages.error(request, str(refused.message))
    return redirect("desk:whatif-scenario", public_id=public_id)


@require_POST
@staff(SEE_BOARDS, PLAN_SCENARIOS)
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    try:
        actions.remove_scenario(scenario=public_id, actor=actor, now=now)
    except IllegalMove as refused:
        messages.error(request, str(refused.message))
        return redirect("desk:whatif-scenario", public_id=public_id)
    messages.success(request, _("The scenario is removed."))
    return redirect("desk:whatif")


EXAMPLE = "\n".join(
    f"{hour:02d}:{minute:02d} {calls}"
    for (hour, minute), calls in zip(
        [(8 + place // 2, place % 2 * 30) for place in range(20)],
        (12, 24, 38, 46, 52, 55, 50, 44, 30, 28, 36, 44, 48, 47, 42, 38, 33, 27, 18, 11),
        strict=True,
    )
)


@require_GET
@staff(SEE_BOARDS)
def phone(request: HttpRequest) -> HttpResponse:
    """Reckoned from the address alone, so that a result can be sent to somebody."""
    actor, now = who(request)
    heard = line.heard(Ask(branches_of(actor), {}, now))
    begin: dict[str, Any] = {
        "volumes": EXAMPLE,
        "handling": 240,
        "target": 80,
        "within": 20,
        "patience": None,
        "shrinkage": 25,
    }
    if heard is not None:
        begin |= {
            "volumes": "\n".join(f"{name} {calls:g}" for name, calls in heard.volumes), "handling": round(heard.handling),
            "patience": heard.patience and round(heard.patience),
        }  # fmt: skip
    asked = "volumes" in request.GET
    form = PhoneSheet(request.GET if asked else None, initial=begin)
    made = attempt(form, _rostered) if asked else _rostered(begin)
    given = form.cleaned_data if asked and made else begin
    # What happened is beside the reckoning only where the volumes are those of the calls.
    own = heard is not None and made is not None and line.volumes_of(given["volumes"]) == heard.volumes
    seen = None
    if heard is not None and own:
        seen = line.compared(heard, handling=given["handling"], within=given["within"], patience=given["patience"])
    return board_page(
        request, "desk/boards/whatif/phone.html", form=form, made=made and phoning.needed(made),
        seen=made and seen and phoning.beside(seen, made, given["within"]), calls=heard and phoning.imported(heard), own=own,
        partial=actor.branch_ids is not None,
        is_example=heard is None and not asked, tabs=tabs(request), status=422 if asked and made is None else 200,
    )  # fmt: skip


def _rostered(given: dict[str, Any]) -> dispatch.Roster:
    try:
        return dispatch.roster(
            line.volumes_of(given["volumes"]), handling=given["handling"], target=given["target"] / 100, within=given["within"],
            patience=given["patience"], shrinkage=(given["shrinkage"] or 0) / 100,
        )  # fmt: skip
    except dispatch.BadLine as bad:
        raise Refused(str(bad)) from None
