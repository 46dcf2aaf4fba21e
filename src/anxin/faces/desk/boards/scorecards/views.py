"""Cards: the overview of a level, one card, the rows behind its numbers, objections and notes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.actors import Actor
from anxin.access.errors import Missing, Refused
from anxin.access.formats import moment
from anxin.faces.desk.boards.frame import Choice, board_page, branch_choice, choice
from anxin.faces.desk.boards.scorecards.forms import AnswerSheet, NoteSheet, ObjectionSheet
from anxin.faces.desk.boards.scorecards.wording import (
    period_words,
    place_words,
    plan_words,
    points,
    range_words,
    row_words,
    score_words,
    value_words,
)
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import query_without, who
from anxin.insight.cockpit.promises import deadlines
from anxin.insight.scorecards import actions, queries
from anxin.insight.scorecards.indicators import BY_CODE, FEWEST, PREMIUM, counts_for
from anxin.insight.scorecards.models import Card, Note, Objection, Run
from anxin.insight.scorecards.permissions import ANSWER, OBJECT, PLAN, SEE_CARDS, SEE_OWN_CARD
from anxin.insight.scorecards.work import current_plan, plan_for
from anxin.journal.models import Case
from anxin.registers.policies.models import Policy
from anxin.voice.campaigns.permissions import SEE_CAMPAIGNS
from anxin.voice.responses.models import Response

HOME = "/desk/boards/scorecards/"
CLEAR = 0.9
"""A unit counts as apart from its peers when it is in the best or last quarter with at least so much probability."""


def period_choice(request: HttpRequest) -> Choice:
    return choice(request, "period", _("Period"), [(one, period_words(one)) for one in queries.periods()])


@require_GET
@staff(SEE_CARDS)
def overview(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    levels = [("branch", _("Branches")), ("team", _("Teams")), ("person", _("People"))]
    level, period, branch = choice(request, "level", _("Level"), levels), period_choice(request), branch_choice(request)
    run = queries.newest_run(period.value) if period.value else None
    waiting = queries.waiting_objections(actor)
    page: dict[str, Any] = {
        "choices": [level, period, branch] if run else [], "run": run, "waiting": len(waiting), "may_plan": actor.may(PLAN),
        "has_own": queries.own_card(actor) is not None, "level": level.value,
    }  # fmt: skip
    if run is None:
        return board_page(request, "desk/boards/scorecards/overview.html", heading=_("No scorecards yet"), **page)
    cards = [card for card in queries.cards_of(actor, run, level.value) if not branch.value or (card.branch and card.branch.code == branch.value)]  # fmt: skip
    before = queries.scores_before(actor, run, level.value)
    heading = _heading(cards)
    return board_page(
        request, "desk/boards/scorecards/overview.html", heading=heading, rows=[_row(card, before) for card in cards],
        being_made=queries.is_being_made(period.value), made=moment(run.made_at), judged_by=_judged_by(run, actor), column=dict(levels)[level.value], **page,
    )  # fmt: skip


def _heading(cards: list[Card]) -> str:
    """How many stand clearly apart from their peers, and on which side; nobody is named in a title."""
    places = [place for card in cards if (place := card.body["standing"])]
    best, last = (sum(place[side] >= CLEAR for place in places) for side in ("top", "bottom"))
    told = {"best": best, "last": last, "all": len(cards)}
    if best and last:
        return (
            _("Of %(all)s cards, clearly among their peers: %(best)s in the best quarter, %(last)s in the last") % told
        )
    if best:
        return ngettext(
            "%(best)s of %(all)s cards is clearly in the best quarter of its peers, none in the last",
            "%(best)s of %(all)s cards are clearly in the best quarter of their peers, none in the last", best,
        ) % told  # fmt: skip
    if last:
        return ngettext(
            "%(last)s of %(all)s cards is clearly in the last quarter of its peers, none in the best",
            "%(last)s of %(all)s cards are clearly in the last quarter of their peers, none in the best", last,
        ) % told  # fmt: skip
    return ngettext(
        "%(all)s card, not clearly in the best or last quarter of its peers",
        "None of %(all)s cards is clearly in the best or last quarter of its peers", len(cards),
    ) % told  # fmt: skip


def _judged_by(run: Run, actor: Actor) -> dict[str, Any]:
    """The plan these cards were judged by; `newest`: a later one that is not for this period."""
    newest = current_plan()
    later = newest is not None and newest.pk != run.plan_id and plan_for(run.period) == run.plan
    return {
        "words": plan_words(run.plan), "href": f"{HOME}plan/?number={run.plan.number}#force" if actor.may(SEE_CARDS) else "",
        "newest": plan_words(newest) if later and newest is not None else "",
    }  # fmt: skip


def _row(card: Card, before: dict[str, float | None]) -> dict[str, Any]:
    found, standing = card.body["score"], card.body["standing"]
    last = before.get(card.key)
    verdict = ""
    if standing and standing["top"] >= CLEAR:
        verdict = _("clearly among the best quarter")
    elif standing and standing["bottom"] >= CLEAR:
        verdict = _("clearly among the last quarter")
    return {
        "card": card, "name": card.name, "department": card.department if card.level == "person" else "",
        "branch": card.branch.short if card.branch and card.level == "person" else "",
        "score": score_words(card.body), "drawn": _drawn(found, card.body["group"]),
        "range": range_words(points(found["low"]), points(found["high"])) if found else "",
        "n": card.body.get("cases", max((one["n"] for one in card.body["estimates"].values()), default=0)), "place": place_words(standing),
        "trend": f"{found['value'] - last:+.1f}".replace("-", "−") if found and last is not None else "–", "verdict": verdict,
    }  # fmt: skip


def _drawn(found: dict[str, float] | None, group: float | None) -> dict[str, str] | None:
    """The rail of 0 to 100: interval, value, and where the group is."""
    if found is None:
        return None
    return {
        "low": f"{found['low']:.1f}", "width": f"{max(found['high'] - found['low'], 0.6):.1f}", "value": f"{found['value']:.1f}",
        "group": f"{group:.1f}" if group is not None else "",
    }  # fmt: skip


@require_GET
@staff(SEE_OWN_CARD)
def mine(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    found = queries.own_card(actor, request.GET.get("period", ""))
    if found is not None:
        return redirect("desk:scorecard", public_id=found.public_id)
    other = queries.own_card(actor) if request.GET.get("period") else None
    return board_page(request, "desk/boards/scorecards/none.html", other=other)


@require_GET
@staff(SEE_OWN_CARD)
def card(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, _now = who(request)
    return _show(request, queries.card_of(public_id, actor))


def _show(request: HttpRequest, row: Card, *, form: NoteSheet | None = None, status: int = 200) -> HttpResponse:
    actor, _now = who(request)
    own = row.level == "person" and row.person_id == actor.user_id
    found, standing = row.body["score"], row.body["standing"]
    if found is None:
        heading = _("%(name)s: too few cases to judge") % {"name": row.name}
    else:
        group = row.body["group"] or 0.0
        gap = found["value"] - group
        # A difference that the range does not bear out is not told as one.
        words = (
            _("%(name)s: %(score)s points, no clear difference from the peers") if found["low"] <= group <= found["high"] or abs(gap) < 0.5
            else _("%(name)s: %(score)s points, %(gap)s above the mean of the peers") if gap > 0
            else _("%(name)s: %(score)s points, %(gap)s below the mean of the peers")
        )  # fmt: skip
        heading = words % {"name": row.name, "score": points(found["value"]), "gap": points(abs(gap))}
    indicators = _indicators(row)
    shares = {
        block: sum(one["share_value"] for one in indicators if one["kind"].block == block)
        for block in ("service", "premium")
    }
    may_note = actor.may(ANSWER) and row.level == "person" and not own
    return board_page(
        request, "desk/boards/scorecards/card.html", status=status, card=row, own=own, heading=heading, indicators=indicators,
        service=f"{shares['service']:.0%}", premium=f"{shares['premium']:.0%}" if shares["premium"] else "",
        has_score=found is not None, score=score_words(row.body), drawn=_drawn(found, row.body["group"]),
        range=range_words(points(found["low"]), points(found["high"])) if found and points(found["low"]) != points(found["high"]) else "",
        place=place_words(standing), standing=standing, top=f"{standing['top']:.0%}" if standing else "",
        bottom=f"{standing['bottom']:.0%}" if standing else "", period=period_words(row.run.period), made=moment(row.run.made_at),
        group=points(row.body["group"]) if row.body["group"] is not None else "–", past=_past(row, actor),
        objections=_told(row),
        notes=queries.notes_of(row.person_id, row.run.period) if row.person_id else [],
        form=(form or NoteSheet()) if may_note else None, few=FEWEST, may_see_all=actor.may(SEE_CARDS),
        being_made=queries.is_being_made(row.run.period), judged_by=_judged_by(row.run, actor),
    )  # fmt: skip


def _told(row: Card) -> list[dict[str, Any]]:
    found = queries.objections_of(row.person_id, row.run.period) if row.person_id else []
    cases = dict(Case.objects.filter(public_id__in=[one.case for one in found]).values_list("public_id", "number"))
    cases |= dict(Policy.objects.filter(public_id__in=[one.case for one in found]).values_list("public_id", "number"))
    return [
        {"name": BY_CODE[one.indicator].name, "row": one, "number": cases.get(one.case, one.case),
         "made": moment(one.made_at), "href": reverse("desk:scorecard-rows", args=[row.public_id, one.indicator])}
        for one in found
    ]  # fmt: skip


def _indicators(row: Card) -> list[dict[str, Any]]:
    found, lines = row.body["score"] or {"points": {}, "share": {}}, row.run.plan.lines
    made = []
    for code, line in lines.items():
        kind, estimate = BY_CODE[code], row.body["estimates"].get(code)
        if not line["weight"] or not counts_for(kind, row.level, row.department_id or ""):
            continue
        n = estimate["n"] if estimate else 0
        counts = code in found["points"]
        fewest = max(line["fewest"], FEWEST)
        own = estimate["own"] if estimate else 0.0
        about = ""
        if estimate and kind.family != "amount":
            about = _("Own data count %(own)s, the group's experience %(rest)s.") % {
                "own": f"{own:.0%}",
                "rest": f"{1 - own:.0%}",
            }
        elif estimate:
            about = _("A sum is known, not estimated: it has no range and borrows nothing.")
        if n < fewest:
            about = _("Too few to judge: %(n)s of the %(fewest)s needed.") % {"n": n, "fewest": fewest}
        made.append({
            "kind": kind, "code": code, "n": n, "counts": counts, "about": about, "weight": line["weight"],
            "raw": value_words(kind, estimate["raw"] if estimate else None),
            "value": value_words(kind, estimate["value"]) if estimate and n >= fewest else "–",
            "range": range_words(value_words(kind, estimate["low"]), value_words(kind, estimate["high"])) if estimate and n >= fewest else "–",
            "group": value_words(kind, estimate["group"]) if estimate else "–",
            "target": value_words(kind, line["limits"][row.level]["target"]), "floor": value_words(kind, line["limits"][row.level]["floor"]),
            "points": points(found["points"][code]) if counts else "–",
            "share_value": found["share"].get(code, 0.0), "share": f"{found['share'][code]:.0%}" if counts else "–",
            "part": points(found["points"][code] * found["share"][code]) if counts else "–",
        })  # fmt: skip
    return sorted(made, key=lambda one: one["kind"].block == PREMIUM)


def _past(row: Card, actor: Actor) -> list[dict[str, Any]]:
    """The months, the newest first, then the quarters: score, range and where the peers were."""
    return [
        {"card": card, "period": period_words(card.run.period), "score": score_words(card.body) or _("too few to judge"),
         "drawn": _drawn(card.body["score"], card.body["group"]), "current": card.run.period == row.run.period, "plan": card.run.plan.number,
         "range": range_words(points(card.body["score"]["low"]), points(card.body["score"]["high"])) if card.body["score"] else "",
         "group": points(card.body["group"]) if card.body["score"] and card.body["group"] is not None else "–"}
        for card in queries.past_of(row.key, actor)
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
@staff(SEE_OWN_CARD)
def rows(request: HttpRequest, public_id: str, indicator: str) -> HttpResponse:
    """The cases behind one number; on their own card a person objects here (POST)."""
    actor, now = who(request)
    row, kind = queries.card_of(public_id, actor), BY_CODE.get(indicator)
    if kind is None:
        raise Missing(_("There is no such number on the card."))
    own = row.level == "person" and row.person_id == actor.user_id
    form = ObjectionSheet(request.POST or None)
    if request.method == "POST":
        actor.must(OBJECT)

        def act(given: dict[str, Any]) -> Objection:
            return actions.object_to_case(card=row.public_id, indicator=indicator, actor=actor, now=now, **given)

        if attempt(form, act) is not None:
            messages.success(request, _("Your objection is with the supervisor of the branch."))
            return redirect("desk:scorecard", public_id=row.public_id)
    duties = deadlines()
    behind: dict[str, list[tuple[float, str]]] = {}
    for about, value, detail in sorted(row.rows(indicator), key=lambda one: one[1], reverse=not kind.up):
        behind.setdefault(about, []).append((value, duties[detail].what if detail in duties else ""))
    page = Paginator(list(behind.items()), 50).get_page(request.GET.get("page"))
    known = _named(indicator, [about for about, _values in page.object_list], actor)
    objected = {}
    if row.person_id:
        objected = {
            one.case: one for one in queries.objections_of(row.person_id, row.run.period) if one.indicator == indicator
        }
    return board_page(
        request, "desk/boards/scorecards/rows.html", status=422 if form.is_bound else 200, card=row, kind=kind, page=page,
        query=query_without(request, "page"), form=form, may_object=own and actor.may(OBJECT), period=period_words(row.run.period),
        typed=request.POST.get("case", ""), typed_reason=request.POST.get("reason", ""),
        count=sum(len(values) for values in behind.values()),
        rows=[
            {"id": about, "number": known.get(about, (_("One answer"), ""))[0], "href": known.get(about, ("", ""))[1],
             "values": [(row_words(kind, value), words) for value, words in values], "objection": objected.get(about)}
            for about, values in page.object_list
        ],
    )  # fmt: skip


def _named(indicator: str, ids: list[str], actor: Actor) -> dict[str, tuple[str, str]]:
    """The number of what a row is about, and its address where the reader may open it."""
    if indicator == "premium":
        visible = set(Policy.objects.visible_to(actor).filter(public_id__in=ids).values_list("public_id", flat=True))
        numbers = Policy.objects.filter(public_id__in=ids).values_list("public_id", "number")
        return {one: (number, f"/desk/policies/{one}/" if one in visible else "") for one, number in numbers}
    if indicator == "servperf":
        if not actor.may(SEE_CAMPAIGNS):
            return {}
        answers = Response.objects.visible_to(actor).filter(public_id__in=ids)
        return {
            one: (_("One answer"), reverse("desk:campaign-answer", args=[campaign, one]))
            for one, campaign in answers.values_list("public_id", "campaign__public_id")
        }
    visible = set(Case.objects.visible_to(actor).filter(public_id__in=ids).values_list("public_id", flat=True))
    listed = Case.objects.filter(public_id__in=ids).values_list("public_id", "number")
    return {one: (number, f"/desk/cases/{one}/" if one in visible else "") for one, number in listed}


@require_POST
@staff(SEE_OWN_CARD, ANSWER)
def note(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row, form = queries.card_of(public_id, actor), NoteSheet(request.POST)

    def act(given: dict[str, Any]) -> Note:
        return actions.add_note(card=row.public_id, actor=actor, now=now, **given)

    if attempt(form, act) is None:
        return _show(request, row, form=form, status=422)
    messages.success(request, _("It is on the card; the person sees it."))
    return redirect("desk:scorecard", public_id=row.public_id)


@require_GET
@staff(SEE_CARDS)
def objections(request: HttpRequest) -> HttpResponse:
    return _objections(request)


def _objections(request: HttpRequest, typed: str = "", form: AnswerSheet | None = None) -> HttpResponse:
    actor, _now = who(request)
    found = queries.waiting_objections(actor)
    cases = dict(Case.objects.filter(public_id__in=[one.case for one in found]).values_list("public_id", "number"))
    of = Card.objects.visible_to(actor).filter(person__in=[one.person_id for one in found], run__state="done")
    cards = {
        (person, period): card
        for person, period, card in of.order_by("run").values_list("person_id", "run__period", "public_id")
    }
    return board_page(
        request, "desk/boards/scorecards/objections.html", status=422 if form is not None else 200, may=actor.may(ANSWER),
        rows=[
            {"objection": one, "kind": BY_CODE[one.indicator], "card": cards.get((one.person_id, one.period), ""), "period": period_words(one.period), "made": moment(one.made_at),
             "number": cases.get(one.case, one.case), "form": form if one.public_id == typed else None}
            for one in found
        ],
    )  # fmt: skip


@require_POST
@staff(SEE_CARDS, ANSWER)
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """`press` is exclude or keep."""
    actor, now = who(request)
    form = AnswerSheet(request.POST)
    exclude = request.POST.get("press") == "exclude"

    def act(given: dict[str, Any]) -> Objection:
        return actions.answer_objection(objection=public_id, exclude=exclude, actor=actor, now=now, **given)

    try:
        done = attempt(form, act)
    except Refused as refused:
        if refused.status != 409:
            raise
        messages.error(request, str(refused.message))
        return redirect("desk:scorecard-objections")
    if done is None:
        # Whether there is such an objection comes before what was typed.
        if not any(one.public_id == public_id for one in queries.waiting_objections(actor)):
            raise Missing(_("There is no such objection."))
        return _objections(request, public_id, form)
    words = _("The case does not count any more; the card is computed anew.") if exclude else _("The case goes on counting; the person sees why.")  # fmt: skip
    messages.success(request, words)
    return redirect("desk:scorecard-objections")
