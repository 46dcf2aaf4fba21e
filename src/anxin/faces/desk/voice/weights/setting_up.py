"""A panel is set up: its words and what it weighs, from an instrument's dimensions or by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from anxin.engines.measure.instruments import instrument
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import FormPage, who
from anxin.faces.desk.voice.weights.forms import PanelSheet
from anxin.faces.desk.voice.weights.views import HOME, crumbs
from anxin.voice.weights import actions
from anxin.voice.weights.actions import MOST, Weighed
from anxin.voice.weights.models import Panel
from anxin.voice.weights.permissions import RUN_PANELS, SEE_WEIGHTS
from anxin.voice.weights.queries import panel_of

_PARTS = ("code", "name_zh", "name_en", "about_zh", "about_en")


def presets() -> dict[str, tuple[str, list[Weighed]]]:
    """What a panel may begin with: the dimensions of instruments that ship with the product, and the stages."""
    found = {}
    for name in ("servperf-insurance", "servperf"):
        whole = instrument(name)
        found[name] = (
            whole.title.text(get_language() or "zh"),
            [
                Weighed(one.code, one.name.zh, one.name.en, one.definition.zh, one.definition.en) for one in whole.dimensions
            ],
        )  # fmt: skip
    stages = [Weighed(one.code, one.name.zh, one.name.en) for one in instrument("servperf-insurance").stages]
    return {**found, "stages": (_("Stages of the service"), stages)}


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_WEIGHTS, RUN_PANELS)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    begin = presets().get(request.GET.get("from", "servperf-insurance"), ("", []))[1]
    about = "stages" if request.GET.get("from") == "stages" else "dimensions" if begin else "other"
    form = PanelSheet(request.POST or None, initial={"about": about})
    rows = _given(request.POST) if request.method == "POST" else begin
    if request.method == "POST" and request.POST.get("press") != "more":
        made = attempt(form, lambda given: actions.create_panel(**given, criteria=rows, actor=actor, now=now))
        if made is not None:
            messages.success(request, _("The panel is set up. Name its experts next."))
            return redirect("desk:panel", public_id=made.public_id)
    page = FormPage(
        _("Set up a panel"), pgettext("panel", "Set up"), HOME, crumbs((HOME, _("Weights by experts"))),
        _("Experts compare the criteria two at a time; their weights come out of that."),
        template="desk/voice/weights/panel_form.html",
        more={"rows": _boxes(rows), "presets": [(code, words) for code, (words, _rows) in presets().items()], "is_new": True},
    )  # fmt: skip
    return page.show(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_WEIGHTS, RUN_PANELS)
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = panel_of(public_id, actor)
    form = PanelSheet(request.POST or None, initial={name: getattr(row, name) for name in PanelSheet.base_fields})
    rows: Sequence[Any] = _given(request.POST) if request.method == "POST" else list(row.criteria.all())
    if request.method == "POST" and request.POST.get("press") != "more":
        done = attempt(
            form, lambda given: actions.change_panel(panel=public_id, **given, criteria=rows, actor=actor, now=now)
        )
        if done is not None:
            messages.success(request, _("The panel is changed."))
            return redirect("desk:panel", public_id=public_id)
    page = FormPage(
        _("Change the panel"), _("Save"), f"{HOME}{public_id}/", panel_crumbs(row),
        template="desk/voice/weights/panel_form.html", more={"rows": _boxes(rows)},
    )  # fmt: skip
    return page.show(request, form)


def panel_crumbs(row: Panel) -> list[tuple[str, str]]:
    return crumbs((HOME, _("Weights by experts")), (f"{HOME}{row.public_id}/", str(row)))


def _given(post: Mapping[str, Any]) -> list[Weighed]:
    """The rows of criteria that have anything in them, in their order."""
    found = []
    for place in range(MOST + 1):
        cells = {part: str(post.get(f"r{place}-{part}", "")).strip() for part in _PARTS}
        if any(cells.values()):
            found.append(Weighed(**cells))
    return found


def _boxes(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows of boxes: those filled, and two more."""
    wanted = min(MOST, max(len(rows) + 2, 3))
    filled = [{part: getattr(row, part) for part in _PARTS} for row in rows]
    filled += [dict.fromkeys(_PARTS, "") for _place in range(wanted - len(filled))]
    return [{"place": place, **cells} for place, cells in enumerate(filled)]
