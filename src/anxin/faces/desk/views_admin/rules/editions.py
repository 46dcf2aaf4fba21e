"""Families of rules, their editions, what changed between two, and publishing an older one again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from anxin.access.errors import Missing
from anxin.access.formats import full_day, moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.errands import ask_redating
from anxin.faces.desk.forms_admin.base import Sheet, attempt, note, number_of
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.rules.words import place_words, value_words
from anxin.faces.desk.views_admin.tables import Cell, Row, Table
from anxin.journal.models import Promise
from anxin.rulebook.actions import publish_again, redating_outlook
from anxin.rulebook.models import Family, RuleEdition
from anxin.rulebook.permissions import PUBLISH_RULES, REDATE_PROMISES, SEE_RULES
from anxin.rulebook.queries import changes, edition, editions, in_force, rule

ABOUT: dict[str, Any] = {
    Family.PROMISES: gettext_lazy("What is promised, by when, and where it is written"),
    Family.PAPERS: gettext_lazy("Which papers a claim needs"),
    Family.CHECKLISTS: gettext_lazy("What a survey must answer"),
    Family.AUTHORITY: gettext_lazy("Who may decide how much"),
    Family.PRICES: gettext_lazy("What parts and labour cost"),
    Family.THRESHOLDS: gettext_lazy("Single numbers that rules turn on"),
    Family.CALENDAR: gettext_lazy("Working days, holidays, office hours"),
}
MOST_CHANGES = 400
AT_ONCE = 2_000


def crumbs(family: str = "", *more: tuple[str, str]) -> list[tuple[str, str]]:
    way = [("/desk/admin/", _("Administration")), ("/desk/admin/rules/", _("Rules and standards"))]
    return [*way, (f"/desk/admin/rules/{family}/", str(Family(family).label)), *more] if family else way


def known(family: str) -> Family:
    if family not in Family.values:
        raise Missing(_("There are no such rules."))
    return Family(family)


def newest_body(family: Family, request: HttpRequest) -> tuple[int, Any, RuleEdition]:
    """The newest edition's number and body, a planned one included: what a change builds on."""
    row = edition(family, actor=request.actor)  # type: ignore[attr-defined]
    return row.number, row.data, row


def tabs(family: str, here: str) -> list[tuple[str, str, bool]]:
    return [
        (f"/desk/admin/rules/{family}/", _("Content"), here == "content"),
        (f"/desk/admin/rules/{family}/history/", _("Editions"), here == "history"),
    ]


def under(row: RuleEdition) -> str:
    """“Edition 3, in force from 2 May 2025: why”."""
    return _("Edition %(number)d, in force from %(day)s: %(note)s") % {
        "number": row.number, "day": full_day(row.valid_from), "note": row.said_note,
    }  # fmt: skip


@require_GET
@staff(SEE_RULES)
def families(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    listed: dict[str, list[RuleEdition]] = {}
    for row in RuleEdition.objects.visible_to(actor).select_related("published_by").defer("body", "shipped"):
        listed.setdefault(row.family, []).append(row)
    rows = []
    for family in Family:
        number, of_family = in_force(family), listed.get(family.value, [])
        standing = next((row for row in of_family if row.number == number), None)
        planned = of_family[0] if of_family and of_family[0].number != number else None
        rows.append(
            Row([
                Cell(str(family.label), f"/desk/admin/rules/{family.value}/", small=str(ABOUT[family])),
                Cell(_("Edition %(number)d") % {"number": number}, css="nowrap") if number else Cell("–"),
                Cell(full_day(standing.valid_from) if standing else "", css="nowrap"),
                Cell(_("Edition %(number)d from %(day)s") % {"number": planned.number, "day": full_day(planned.valid_from)}
                     if planned else ""),
                Cell(standing.said_note if standing else ""), Cell(_by(standing) if standing else ""),
            ])
        )  # fmt: skip
    acts = [Act("/desk/admin/rules/redate/", _("Date open promises anew"))] if actor.may(REDATE_PROMISES) else []
    return list_page(
        request, heading=_("Rules and standards"), crumbs=crumbs()[:1], acts=acts, nothing="",
        under=_("Rules are published in editions: nothing is overwritten, and everything can be taken back."),
        table=Table(
            _("Rules and standards"),
            [
                (_("Rules"), ""), (_("In force"), ""), (_("since"), ""), (_("Planned"), ""), (_("Why"), ""),
                (_("Published by"), ""),
            ],
            rows,
        ),
    )  # fmt: skip


def _by(row: RuleEdition) -> str:
    return str(row.published_by) if row.published_by else _("a release")


@require_GET
@staff(SEE_RULES)
def history(request: HttpRequest, family: str) -> HttpResponse:
    actor, _now = who(request)
    kind = known(family)
    now_in_force = in_force(kind)
    rows = [
        Row([
            Cell(_("Edition %(number)d") % {"number": row.number}, f"/desk/admin/rules/{family}/history/{row.number}/"),
            Cell(full_day(row.valid_from), css="nowrap"),
            Cell(_("in force"), tone="kept", icon="circle-check") if row.number == now_in_force
            else Cell(_("planned"), tone="running", icon="clock") if row.number > now_in_force else Cell(_("earlier")),
            Cell(row.said_note), Cell(moment(row.published_at), css="nowrap"), Cell(_by(row)),
        ])
        for row in editions(kind, actor=actor)
    ]  # fmt: skip
    return list_page(
        request, heading=str(kind.label), crumbs=crumbs(), tabs=tabs(family, "history"), nothing=_("Nothing is published"),
        table=Table(
            _("Editions"),
            [
                (_("Edition"), ""), (_("In force from"), ""), (_("Standing"), ""), (_("Why"), ""), (_("Published"), ""),
                (_("Published by"), ""),
            ],
            rows,
        ),
    )  # fmt: skip


@require_GET
@staff(SEE_RULES)
def one(request: HttpRequest, family: str, number: int) -> HttpResponse:
    """What an edition changed against the one before it, or against `?from=`."""
    actor, _now = who(request)
    kind = known(family)
    row = edition(kind, number, actor=actor)
    numbers = [item.number for item in editions(kind, actor=actor)]
    asked = number_of(request.GET.get("from", ""))
    before = asked if asked in numbers else number - 1
    # Everything in the first edition is new: a list of it all would say nothing.
    found = changes(kind, before, number, actor=actor) if before and before != number else []
    words = {"added": _("added"), "removed": _("taken out"), "changed": _("changed")}
    icons = {"added": "plus", "removed": "trash", "changed": "edit"}
    table = Table(
        _("What changed"),
        [(_("Where"), ""), (_("How"), ""), (_("Before"), ""), (_("After"), "")],
        [
            Row([
                Cell(place_words(item.where, item.field)), Cell(words[item.kind], tone="running", icon=icons[item.kind]),
                Cell("" if item.before is None else value_words(item.field, item.before)),
                Cell("" if item.after is None else value_words(item.field, item.after)),
            ])
            for item in found[:MOST_CHANGES]
        ],
    )  # fmt: skip
    acts = []
    if actor.may(PUBLISH_RULES) and number != numbers[0]:
        acts.append(Act(f"/desk/admin/rules/{family}/history/{number}/again/", _("Publish this edition again")))
    return render(
        request, "desk/admin/rules/edition.html",
        {
            "heading": _("%(family)s, edition %(number)d") % {"family": kind.label, "number": number}, "acts": acts,
            "crumbs": crumbs(family, (f"/desk/admin/rules/{family}/history/", _("Editions"))), "table": table,
            "row": row, "by": _by(row), "before": before, "many": len(found), "left_out": max(0, len(found) - MOST_CHANGES),
            "choices": [(item, _("Edition %(number)d") % {"number": item}) for item in numbers if item != number],
            "is_first": not before,
        },
    )  # fmt: skip


class Again(Sheet):
    note = note()


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_RULES, PUBLISH_RULES)
def again(request: HttpRequest, family: str, number: int) -> HttpResponse:
    """Undo: the older content becomes the newest edition, in force from today."""
    actor, now = who(request)
    kind = known(family)
    edition(kind, number, actor=actor)
    form = Again(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = attempt(
            form, lambda given: publish_again(family=kind, number=number, note=given["note"], actor=actor, now=now)
        )
        if made is not None:
            messages.success(request, _("Edition %(number)d is published.") % {"number": made.number})
            return redirect("desk:edition", family=family, number=made.number)
    back = f"/desk/admin/rules/{family}/history/{number}/"
    page = FormPage(
        _("Publish edition %(number)d again") % {"number": number}, _("Publish again"), back,
        crumbs(family, (back, _("Edition %(number)d") % {"number": number})),
        _("It becomes the newest edition, in force from today. Editions in between stay on record; promises that run keep the edition they began with."),
    )  # fmt: skip
    return page.show(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_RULES, REDATE_PROMISES)
def redate(request: HttpRequest) -> HttpResponse:
    """What dating running promises anew would do; doing it in the background, when confirmed."""
    actor, now = who(request)
    rule_id = request.POST.get("rule", "") or request.GET.get("rule", "") or None
    if rule_id is not None and rule(rule_id) is None:
        raise Missing(_("There is no such rule."))
    if request.method == "POST":
        errand = ask_redating(rule=rule_id, dry_run=request.POST.get("dry_run") == "1", actor=actor, now=now)
        return redirect("desk:errand", public_id=errand.public_id)
    running = Promise.objects.filter(settled_at=None, broken_at=None)
    choices = [
        (name, f"{name} {found.what}")
        for name in sorted(running.values_list("rule", flat=True).distinct())
        if (found := rule(name)) is not None
    ]
    many = (running.filter(rule=rule_id) if rule_id else running).count()
    return render(
        request, "desk/admin/rules/redate.html",
        {
            "crumbs": crumbs(), "rule": rule(rule_id) if rule_id else None, "choices": choices, "many": many,
            # So many can be worked out while one waits for the page; more are worked out in the background.
            "outlook": redating_outlook(rule_id=rule_id, actor=actor, now=now) if many <= AT_ONCE else None,
        },
    )  # fmt: skip
