"""The plan: what is in force, its versions, the draft with who would move, and publishing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.errors import Missing, Refused
from anxin.access.formats import moment
from anxin.faces.desk.boards.frame import board_page
from anxin.faces.desk.boards.scorecards.forms import PlanSheet, PublishSheet
from anxin.faces.desk.boards.scorecards.wording import level_words, period_words, points, typed, value_words
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import who
from anxin.insight.scorecards import actions, queries
from anxin.insight.scorecards.indicators import BY_CODE, PREMIUM, SERVICE, Kind
from anxin.insight.scorecards.models import Deed, Plan, Run
from anxin.insight.scorecards.permissions import PLAN, SEE_CARDS
from anxin.insight.scorecards.work import current_plan

SHOWN = 15


@require_GET
@staff(SEE_CARDS)
def plan(request: HttpRequest) -> HttpResponse:
    return _show(request)


def _draft() -> Plan | None:
    return Plan.objects.filter(state=Plan.State.DRAFT).first()


def _show(request: HttpRequest, form: PublishSheet | None = None, status: int = 200) -> HttpResponse:
    actor, moment_now = who(request)
    now, draft = current_plan(), _draft()
    asked = request.GET.get("number", "")
    shown_plan = Plan.objects.filter(number=int(asked)).first() if asked.isdecimal() and len(asked) < 6 else None
    if asked and shown_plan is None:
        raise Missing(_("There is no such plan."))
    shown = queries.preview(draft.lines, actor) if draft is not None else None
    may = actor.may(PLAN)
    months = actions.first_months(moment_now)
    shares = _blocks(now.lines) if now else {}
    heading = _("No plan is in force yet")
    if now is not None:
        heading = _("Service quality weighs %(service)s, premium %(premium)s") % shares
    moving = [] if shown is None else [
        {"title": level_words(level), "rows": [_move(one, shown.cards[one.name]) for one in found[:SHOWN]], "all": len(found),
         "beyond": sum(one.beyond for one in found)}
        for level, found in shown.moves.items() if found
    ]  # fmt: skip
    return board_page(
        request, "desk/boards/scorecards/plan.html", status=status, heading=heading, now_plan=now, draft=draft, may=may, has_cards=bool(months),
        shown_plan=shown_plan or now, lines=_lines((shown_plan or now).lines if now else {}), plans=_plans(), draft_lines=_lines(draft.lines, now.lines if now else {}) if draft else [],
        draft_shares=_blocks(draft.lines) if draft else {}, moving=moving,
        preview_period=period_words(shown.run.period) if shown else "",
        form=(form or PublishSheet(initial={"edit": draft.edit, "valid_from": actions.newest_judged()}, months=months)) if may and draft is not None else None,
        deeds=[
            {"deed": deed, "at": moment(deed.at), "what": _("published") if deed.what == "published" else _("draft changed"),
             "changes": _changes(deed)}
            for deed in Deed.objects.select_related("by", "plan")[:40]
        ],
    )  # fmt: skip


def _plans() -> list[dict[str, Any]]:
    """Every published plan, the newest first, with how many months were judged by it as they stand."""
    judged: dict[int, set[str]] = {}
    newest = {run.period: run.plan_id for run in Run.objects.filter(state=Run.State.DONE).order_by("pk")}
    for period, plan in newest.items():
        judged.setdefault(plan, set()).add(period)
    return [
        {"plan": one, "from": period_words(one.valid_from) if one.valid_from else _("the beginning"), "at": moment(one.published_at),
         "periods": len(judged.get(one.pk, ()))}
        for one in Plan.objects.filter(state=Plan.State.PUBLISHED).select_related("published_by").order_by("-number")
    ]  # fmt: skip


def _blocks(lines: dict[str, Any]) -> dict[str, str]:
    return {
        block: f"{sum(line['weight'] for code, line in lines.items() if BY_CODE[code].block == block)}%"
        for block in (SERVICE, PREMIUM)
    }


def _lines(lines: dict[str, Any], before: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    found = []
    for code, line in lines.items():
        kind, was = BY_CODE[code], (before or {}).get(code)
        found.append({
            "kind": kind, "weight": line["weight"], "fewest": line["fewest"], "limits": _limits(kind, line["limits"]),
            "was": was["weight"] if was and was["weight"] != line["weight"] else None,
            "changed": was is not None and {**was, "weight": 0} != {**line, "weight": 0},
        })  # fmt: skip
    return sorted(found, key=lambda one: one["kind"].block == PREMIUM)


def _limits(kind: Kind, limits: dict[str, dict[str, float]]) -> list[dict[str, str]]:
    """Floor and target, the levels that have the same in one line."""
    found: dict[tuple[str, str], list[str]] = {}
    for level, one in limits.items():
        found.setdefault((value_words(kind, one["floor"]), value_words(kind, one["target"])), []).append(
            level_words(level)
        )
    return [
        {"levels": _(", ").join(levels), "floor": floor, "target": target} for (floor, target), levels in found.items()
    ]


def _move(move: Any, card: Any) -> dict[str, Any]:
    few = _("too few to judge")
    return {
        "card": card, "name": card.name, "department": card.department if card.level == "person" else "",
        "before": points(move.before) if move.before is not None else few, "after": points(move.after) if move.after is not None else few,
        "change": f"{move.change:+.1f}".replace("-", "−") if move.change is not None else "–", "rank_before": move.rank_before or "–",
        "rank_after": move.rank_after or "–", "beyond": move.beyond,
    }  # fmt: skip


def _changes(deed: Deed) -> list[str]:
    """From what to what, a line each."""
    words = {"weight": _("weight"), "fewest": _("fewest cases")}
    limits = {"floor": _("floor"), "target": _("target")}
    found = []
    for code, line in deed.after.items():
        was = deed.before.get(code)
        if was is None or code not in BY_CODE:
            continue
        kind = BY_CODE[code]
        found += [
            f"{kind.name}: {word} {was[part]} → {line[part]}" for part, word in words.items() if was[part] != line[part]
        ]
        for level, one in line["limits"].items():
            for part, word in limits.items():
                old = was["limits"].get(level, {}).get(part)
                if old is not None and old != one[part]:
                    steps = f"{typed(kind, old)} → {typed(kind, one[part])}"
                    found.append(f"{kind.name} ({level_words(level)}): {word} {steps}")
    return found


@require_http_methods(["GET", "POST"])
@staff(SEE_CARDS, PLAN)
def edit(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    draft, force = _draft(), current_plan()
    lines = draft.lines if draft else force.lines if force else actions.first_lines()
    form = PlanSheet(request.POST or None, lines=lines, initial={"edit": draft.edit if draft else ""})
    if request.method == "POST":

        def act(_given: dict[str, Any]) -> Plan:
            return actions.draft_plan(lines=form.lines(), edit=form.cleaned_data["edit"], actor=actor, now=now)

        if attempt(form, act) is not None:
            messages.success(
                request, _("The draft is kept. Below is who would move; nothing counts before it is published.")
            )
            return redirect("desk:scorecard-plan")
    return board_page(request, "desk/boards/scorecards/plan_edit.html", status=422 if form.is_bound else 200, form=form)


@require_POST
@staff(SEE_CARDS, PLAN)
def publish(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    form = PublishSheet(request.POST, months=actions.first_months(now))

    def act(given: dict[str, Any]) -> Plan:
        return actions.publish_plan(actor=actor, now=now, **given)

    if attempt(form, act) is None:
        return _show(request, form, 422)
    messages.success(request, _("The plan is published; the cards it is for are computed anew."))
    return redirect("desk:scorecard-plan")


@require_POST
@staff(SEE_CARDS, PLAN)
def drop(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    try:
        actions.drop_draft(actor=actor, now=now)
    except Refused as refused:
        if refused.status != 409:
            raise
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The draft is thrown away."))
    return redirect("desk:scorecard-plan")
