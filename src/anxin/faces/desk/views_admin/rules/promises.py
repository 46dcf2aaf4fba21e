"""Time limits and company standards: all in one table, each on a page of its own where it is changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from anxin.access.errors import Missing
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import Sheet, attempt, note
from anxin.faces.desk.forms_admin.rules.promises import AddStandard, ChangeRule
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.rules.editions import crumbs, newest_body, tabs, under
from anxin.faces.desk.views_admin.rules.words import (
    AUDIENCES,
    CONFIDENCES,
    FORCES,
    KLASSES,
    activity_word,
    department_word,
    limit_words,
)
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table
from anxin.journal.promises.rules import Rule
from anxin.rulebook.actions import add_rule, change_rule, drop_rule
from anxin.rulebook.families.promises import is_standard
from anxin.rulebook.models import Family
from anxin.rulebook.permissions import PUBLISH_RULES, REDATE_PROMISES, SEE_RULES
from anxin.rulebook.queries import may_change

HOME = "/desk/admin/rules/promises/"


def _rules(request: HttpRequest) -> tuple[int, list[Rule], Any]:
    number, body, row = newest_body(Family.PROMISES, request)
    return number, [Rule.from_data(item) for item in body["rules"]], row


@require_GET
@staff(SEE_RULES)
def rules(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    _number, found, row = _rules(request)
    filters = Filters(
        chips=[
            Chip.of(request, "force", _("Force"), list(FORCES.items())),
            Chip.of(request, "use", _("In use"), [("on", _("yes")), ("off", _("no"))]),
        ],
        text=request.GET.get("text", "").strip()[:60], text_label=_("Number, wording or source"),
    )  # fmt: skip
    shown = [
        rule for rule in found
        if (not filters.chosen("force") or rule.force == filters.chosen("force"))
        and (not filters.chosen("use") or rule.enabled == (filters.chosen("use") == "on"))
        and filters.text.lower() in f"{rule.id} {rule.what_zh} {rule.what_en} {rule.source_zh} {rule.source_en}".lower()
    ]  # fmt: skip
    acts = [Act(f"{HOME}add/", _("Add a company standard"), main=True)] if actor.may(PUBLISH_RULES) else []
    return list_page(
        request, heading=str(Family.PROMISES.label), under=under(row), crumbs=crumbs(), acts=acts, filters=filters,
        tabs=tabs("promises", "content"), nothing=_("No rules here"),
        table=Table(
            str(Family.PROMISES.label),
            [
                (_("Number"), ""), (_("What is promised"), ""), (_("Limit"), ""), (_("Department"), ""),
                (_("In use"), ""), (_("Force"), ""), (_("Where it is written"), ""), (_("Confidence"), ""),
            ],
            [_row(rule) for rule in shown],
        ),
    )  # fmt: skip


def _row(rule: Rule) -> Row:
    on = (
        Cell(_("in use"), tone="kept", icon="circle-check")
        if rule.enabled
        else Cell(_("off"), tone="paused", icon="circle-minus")
    )
    return Row(
        [
            Cell(rule.id, f"{HOME}{rule.id}/", css="nowrap"), Cell(rule.what, small="" if rule.has_clock else str(KLASSES[rule.klass])),
            Cell(limit_words(rule), css="nowrap"), Cell(department_word(rule.department)), on, Cell(str(FORCES[rule.force])),
            Cell(rule.source), Cell(f"{rule.confidence} · {CONFIDENCES[rule.confidence]}"),
        ],
        css="" if rule.enabled else "is-off",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_RULES)
def one(request: HttpRequest, rule_id: str) -> HttpResponse:
    actor, now = who(request)
    number, found, _edition = _rules(request)
    rule = next((item for item in found if item.id == rule_id), None)
    if rule is None:
        raise Missing(_("There is no such rule."))
    if request.method == "POST":
        actor.must(PUBLISH_RULES)
    form = ChangeRule(
        request.POST if request.method == "POST" else None, rule=rule, editable=may_change(rule_id), expected=number
    )
    if request.method == "POST":
        made = attempt(
            form,
            lambda given: change_rule(
                rule_id=rule_id, changes=form.changes(), note=given["note"], actor=actor, now=now,
                expected=given["expected"] or None, valid_from=given["valid_from"],
            ),
        )  # fmt: skip
        if made is not None:
            messages.success(
                request,
                _(
                    "Edition %(number)d is published. Promises that run already keep their dates until they are dated anew."
                )
                % {"number": made.number},
            )
            return redirect("desk:rule", rule_id=rule_id)
    return render(
        request, "desk/admin/rules/rule.html",
        {
            "rule": rule, "form": form, "crumbs": crumbs("promises"), "facts": _facts(rule),
            "may_publish": actor.may(PUBLISH_RULES), "may_redate": actor.may(REDATE_PROMISES) and rule.has_clock,
            "may_drop": actor.may(PUBLISH_RULES) and is_standard(rule),
            "law_words": _("The law allows this limit to be shortened, never lengthened.") if rule.force == "statutory" and rule.klass == "deadline" else "",
        },
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


def _facts(rule: Rule) -> list[tuple[str, str, str]]:
    join = _(", ").join
    facts = [
        (_("Kind"), str(KLASSES[rule.klass]), ""), (_("Limit"), limit_words(rule), ""),
        (_("Force"), str(FORCES[rule.force]), ""), (_("Where it is written"), rule.source, ""),
        (_("Confidence"), f"{rule.confidence} · {CONFIDENCES[rule.confidence]}", ""),
        (_("In use"), _("yes") if rule.enabled else _("no"), ""),
        (_("Department"), department_word(rule.department) or _("whoever holds the case"), ""),
        (_("Who sees it"), str(AUDIENCES[rule.audience]), ""),
        (_("What starts it"), join(activity_word(name) for name in rule.starts_on), ""),
        (_("What fulfils it"), join(activity_word(name) for name in rule.kept_by), ""),
        (_("What stops it"), join(activity_word(name) for name in rule.paused_by), ""),
        (_("What lets it go on"), join(activity_word(name) for name in rule.resumed_by), ""),
        (_("What ends it without blame"), join(activity_word(name) for name in rule.voided_by), ""),
        (_("Follows from"), join(rule.follows), ""),
    ]  # fmt: skip
    return [fact for fact in facts if fact[1]]


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_RULES, PUBLISH_RULES)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    form = AddStandard(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = attempt(form, lambda given: add_rule(rule=form.given(), note=given["note"], actor=actor, now=now))
        if made is not None:
            messages.success(request, _("Edition %(number)d is published.") % {"number": made.number})
            return redirect("desk:rules-promises")
    page = FormPage(_("Add a company standard"), _("Publish"), HOME, crumbs("promises"))
    return page.show(request, form)


class Drop(Sheet):
    note = note()


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_RULES, PUBLISH_RULES)
def drop(request: HttpRequest, rule_id: str) -> HttpResponse:
    actor, now = who(request)
    form = Drop(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = attempt(form, lambda given: drop_rule(rule_id=rule_id, note=given["note"], actor=actor, now=now))
        if made is not None:
            messages.success(request, _("Edition %(number)d is published.") % {"number": made.number})
            return redirect("desk:rules-promises")
    page = FormPage(
        _("Take %(rule)s out") % {"rule": rule_id}, _("Take it out"), f"{HOME}{rule_id}/", crumbs("promises"),
        _("No new promise of it begins; clocks that run go on under the edition they began with."), danger=True,
    )  # fmt: skip
    return page.show(request, form)
