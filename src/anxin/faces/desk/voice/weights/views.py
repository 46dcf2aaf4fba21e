"""Panels: the list, one panel with its weights and experts, and what may be done with either."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anxin.access.errors import Missing, Refused
from anxin.access.formats import moment
from anxin.access.models import User
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import Act, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.faces.desk.voice.weights.forms import ExpertSheet
from anxin.voice.weights import actions
from anxin.voice.weights.judging import LIMIT, Moved
from anxin.voice.weights.models import Panel
from anxin.voice.weights.permissions import RUN_PANELS, SEE_WEIGHTS
from anxin.voice.weights.queries import Judge, Latest, latest, panel_of

HOME = "/desk/voice/weights/"
_TONES = {
    Panel.State.DRAFT: ("paused", "writing"), Panel.State.OPEN: ("running", "clock"),
    Panel.State.CLOSED: ("kept", "circle-check"),
}  # fmt: skip


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("/desk/voice/", _("Customer voice")), *more]


@require_GET
@staff(SEE_WEIGHTS)
def panels(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    filters = Filters(
        chips=[Chip.of(request, "state", _("State"), Panel.State.choices)],
        text=request.GET.get("text", "").strip()[:80], text_label=_("Name of the panel"),
    )  # fmt: skip
    rows = Panel.objects.visible_to(actor).prefetch_related("experts", "criteria")
    if filters.chosen("state"):
        rows = rows.filter(state=filters.chosen("state"))
    if filters.text:
        rows = rows.filter(name_zh__icontains=filters.text) | rows.filter(name_en__icontains=filters.text)
    found = window(rows, request)

    def cells(row: Panel) -> Row:
        tone, icon = _TONES[Panel.State(row.state)]
        experts = list(row.experts.all())
        done = sum(expert.done_at is not None for expert in experts)
        return Row([
            Cell(str(row), f"{HOME}{row.public_id}/"), Cell(str(row.get_state_display()), tone=tone, icon=icon),
            Cell(str(row.get_about_display())), num(str(len(row.criteria.all()))), num(f"{done} / {len(experts)}"),
            Cell(moment(row.created_at), css="nowrap"),
        ])  # fmt: skip

    return list_page(
        request, heading=_("Weights by experts"), crumbs=crumbs(), filters=filters, window=found,
        under=_("What matters more, judged pair by pair (AHP); reports weigh the dimensions with it."),
        acts=[Act(f"{HOME}add/", _("Set up a panel"), main=True)] if actor.may(RUN_PANELS) else [],
        nothing=_("No panel yet"), nothing_why=_("Set one up, name its experts and send them their links."),
        table=Table(
            _("Weights by experts"),
            [(_("Panel"), ""), (_("State"), ""), (_("What is weighed"), ""), (_("Criteria"), "num"), (_("Experts done"), "num"), (_("Since"), "")],
            [cells(row) for row in found.rows],
        ),
    )  # fmt: skip


@require_GET
@staff(SEE_WEIGHTS)
def panel(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, _now = who(request)
    return _show(request, panel_of(public_id, actor))


@require_POST
@staff(SEE_WEIGHTS, RUN_PANELS)
def do(request: HttpRequest, public_id: str, do: str) -> HttpResponse:
    """`do` is open, close or erase."""
    actor, now = who(request)
    if do == "erase":
        actions.erase_panel(panel=public_id, actor=actor, now=now)
        messages.success(request, _("The panel is erased."))
        return redirect("desk:panels")
    acts = {
        "open": (actions.open_panel, _("Experts can judge now.")),
        "close": (actions.close_panel, _("The panel is closed.")),
    }
    if do not in acts:
        raise Missing(_("There is no such page."))
    act, words = acts[do]
    try:
        act(panel=public_id, actor=actor, now=now)
    except Refused as refused:
        if refused.status != 409:
            raise
        messages.error(request, str(refused.message))
    else:
        messages.success(request, words)
    return redirect("desk:panel", public_id=public_id)


@require_POST
@staff(SEE_WEIGHTS, RUN_PANELS)
def add_expert(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = panel_of(public_id, actor)
    form = ExpertSheet(request.POST, people=_people(request))

    def add(given: dict[str, Any]) -> Any:
        user = given.pop("user")
        return actions.add_expert(panel=public_id, user=int(user) if user else None, **given, actor=actor, now=now)

    if attempt(form, add) is None:
        return _show(request, row, form=form, status=422)
    messages.success(request, _("The expert is on the panel."))
    return redirect("desk:panel", public_id=public_id)


@require_POST
@staff(SEE_WEIGHTS, RUN_PANELS)
def do_expert(request: HttpRequest, public_id: str, expert: str, do: str) -> HttpResponse:
    """`do` is remove, renew, exclude or include."""
    actor, now = who(request)
    row = panel_of(public_id, actor)
    if not row.experts.filter(public_id=expert).exists():
        raise Missing(_("There is no such expert."))
    try:
        if do == "remove":
            actions.remove_expert(expert=expert, actor=actor, now=now)
        elif do == "renew":
            actions.renew_key(expert=expert, actor=actor, now=now)
        elif do == "exclude":
            actions.exclude_expert(expert=expert, reason=request.POST.get("reason", ""), actor=actor, now=now)
        elif do == "include":
            actions.include_expert(expert=expert, actor=actor, now=now)
        else:
            raise Missing(_("There is no such page."))
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        messages.error(request, " ".join(refused.fields.values()) or str(refused.message))
    else:
        messages.success(request, _("Done."))
    return redirect("desk:panel", public_id=public_id)


def _people(request: HttpRequest) -> list[tuple[str, str]]:
    actor, _now = who(request)
    rows = User.objects.filter(kind=User.Kind.STAFF, is_active=True).order_by("display_name")
    if actor.branch_ids is not None:
        rows = rows.filter(branch__in=actor.branch_ids)
    return [(str(row.pk), str(row)) for row in rows[:2_000]]


def _show(request: HttpRequest, row: Panel, *, form: ExpertSheet | None = None, status: int = 200) -> HttpResponse:
    actor, _now = who(request)
    now = latest(row, with_sensitivity=True)
    may = actor.may(RUN_PANELS)
    result = now.result
    tone, icon = _TONES[Panel.State(row.state)]
    spread = dict(zip(result.names, result.sd, strict=True)) if result is not None else {}
    weights = sorted(now.weights.items(), key=lambda pair: -pair[1])
    return render(
        request, "desk/voice/weights/panel.html",
        {
            "row": row, "crumbs": crumbs((HOME, _("Weights by experts"))), "tone": tone, "icon": icon, "may": may,
            "weights": [
                {
                    "name": now.name(code), "percent": f"{weight:.1%}", "value": f"{weight:.4f}", "rank": place,
                    "sd": "–" if spread[code] != spread[code] else f"{spread[code]:.3f}",
                }
                for place, (code, weight) in enumerate(weights, 1)
            ],
            "cr": None if result is None or result.aggregated is None else f"{result.aggregated.cr:.3f}",
            "consensus": None if result is None or result.consensus != result.consensus else f"{result.consensus:.0%}",
            "counted": len(now.counted), "limit": LIMIT, "judges": [_judge(now, one, request) for one in now.judges],
            "moved": [_moved(now, one) for one in now.moved[:6]],
            "without": [(name, " › ".join(now.name(code) for code in ranking)) for name, ranking in now.without],
            "form": form or ExpertSheet(people=_people(request)) if may else None,
        },
        status=status,
    )  # fmt: skip


def _judge(now: Latest, one: Judge, request: HttpRequest) -> dict[str, Any]:
    expert, standing = one.expert, one.standing
    worst = ""
    if standing.worst and not standing.consistent:
        worst = _("Least in line: %(pair)s") % {"pair": " – ".join(now.name(code) for code in standing.worst)}
    return {
        "expert": expert, "judged": f"{standing.judged} / {standing.pairs}", "cr": None if standing.cr is None else f"{standing.cr:.3f}",
        "over": standing.cr is not None and standing.cr > LIMIT, "worst": worst,
        "done": moment(expert.done_at) if expert.done_at else "", "link": request.build_absolute_uri(f"/w/{expert.key}/"),
        "excluded_at": moment(expert.excluded_at) if expert.excluded_at else "",
    }  # fmt: skip


def _moved(now: Latest, one: Moved) -> str:
    parts = [
        _("%(name)s comes first at %(value)s") % {"name": now.name(name), "value": _times(end)}
        for end, name in ((one.low, one.becomes_low), (one.high, one.becomes_high)) if end is not None and name
    ]  # fmt: skip
    return _("%(pair)s, now %(value)s: %(what)s") % {
        "pair": f"{now.name(one.first)} – {now.name(one.second)}", "value": _times(one.judged), "what": "; ".join(parts)
    }  # fmt: skip


def _times(value: float) -> str:
    return f"{value:.2g}" if value >= 1 else f"1/{1 / value:.2g}"
