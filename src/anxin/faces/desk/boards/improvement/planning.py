"""Planning, changing, deciding, dismissing: the pages that write."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from anxin.access.models import Branch, User
from anxin.faces.desk.boards.improvement.forms import DecisionSheet, ImprovementSheet, WhySheet
from anxin.faces.desk.boards.improvement.frame import HOME
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import FormPage, who
from anxin.insight.improvement import actions, queries, wording
from anxin.insight.improvement.indicators import INDICATORS, edges
from anxin.insight.improvement.looking import whole
from anxin.insight.improvement.models import Improvement
from anxin.insight.improvement.permissions import PLAN_IMPROVEMENTS
from anxin.insight.results.asking import branches_of
from anxin.insight.results.permissions import SEE_BOARDS


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("/desk/boards/", _("Boards")), (HOME, _("Findings")), *more]


def indicator_choices(now: Any) -> list[tuple[str, Any]]:
    """What can be measured, by kind: single ones, promises by rule, hand-overs."""
    from anxin.journal.models import Promise

    single = [(code, wording.indicator_words(code)) for code, one in INDICATORS.items() if one.takes != "edge"]
    rules = sorted(set(Promise.objects.filter(state__in=("kept", "broken")).values_list("rule", flat=True)))
    return [
        (_("Whole claims"), single),
        (_("Promises"), [(f"kept:{rule}", f"{rule} {wording.rule_words(rule)}"[:70]) for rule in rules]),
        (_("Hand-overs"), [(f"hand_over:{edge}", wording.edge_words(edge)) for edge in edges(whole(now))]),
    ]  # fmt: skip


def _sheet(request: HttpRequest, initial: dict[str, Any]) -> ImprovementSheet:
    actor, now = who(request)
    mine = branches_of(actor)
    branches = [(row.code, row.short) for row in Branch.objects.all() if mine is None or row.code in mine]
    people = User.objects.filter(kind=User.Kind.STAFF, is_active=True).order_by("display_name")
    if actor.branch_ids is not None:
        people = people.filter(branch_id__in=actor.branch_ids)
    indicators = indicator_choices(now)
    known = {code for _group, options in indicators for code, _words in options}
    if initial.get("indicator") and initial["indicator"] not in known:
        indicators.append((_("So far"), [(initial["indicator"], wording.indicator_words(initial["indicator"]))]))
    return ImprovementSheet(
        request.POST or None, owners=[(one.username, str(one)) for one in people], indicators=indicators, branches=branches,
        initial=initial,
    )  # fmt: skip


def _given(values: dict[str, Any]) -> dict[str, Any]:
    """A share or a share of the time is typed in per cent, points as they are."""
    expected: Decimal = values.pop("expected")
    code = values["indicator"].partition(":")[0]
    unit = INDICATORS[code].unit if code in INDICATORS else "share"
    return {**values, "expected": float(expected) if unit == "mean" else float(expected) / 100}


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_BOARDS, PLAN_IMPROVEMENTS)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    about = request.GET.get("finding", "") or request.POST.get("finding", "")
    row = queries.finding_of(about, actor) if about else None
    today = timezone.localdate(now)
    initial: dict[str, Any] = {"starts_on": today + timedelta(days=1), "review_on": today + timedelta(days=91)}
    if row is not None:
        initial |= {"indicator": row.subject if wording.known_indicator(row.subject) else ""}
        initial |= {"branches": [row.branch] if row.branch else []}
    elif wording.known_indicator(request.GET.get("indicator", "")):
        initial["indicator"] = request.GET["indicator"]
    form = _sheet(request, initial)
    if request.method == "POST":
        made = attempt(
            form, lambda given: actions.plan_improvement(**_given(dict(given)), finding=about, actor=actor, now=now)
        )
        if made is not None:
            messages.success(request, _("The action is planned. It is measured as soon as there is enough to see."))
            return redirect("desk:improvement-action", public_id=made.public_id)
    back = f"{HOME}findings/{about}/" if row is not None else f"{HOME}actions/"
    return FormPage(
        _("Plan an action"), _("Plan"), back, _crumbs(*([(back, wording.finding_title(row))] if row is not None else [])),
        explain=wording.finding_title(row) if row is not None else "",
    ).show(request, form)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_BOARDS, PLAN_IMPROVEMENTS)
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row: Improvement = queries.improvement_of(public_id, actor)
    unit = INDICATORS[row.indicator.partition(":")[0]].unit
    initial = {
        "title": row.title, "change": row.change, "owner": row.owner.username, "starts_on": row.starts_on, "review_on": row.review_on,
        "indicator": row.indicator, "expected": round(row.expected * (1 if unit == "mean" else 100), 1), "branches": row.branches,
    }  # fmt: skip
    form = _sheet(request, initial)
    if request.method == "POST":
        edit = request.POST.get("expected_edit", "")
        done = attempt(
            form,
            lambda given: actions.change_improvement(
                improvement=public_id, expected_edit=int(edit) if edit.isdecimal() else -1, **_given(dict(given)), actor=actor, now=now
            ),
        )  # fmt: skip
        if done is not None:
            messages.success(request, _("The change is kept; the effect is measured anew."))
            return redirect("desk:improvement-action", public_id=public_id)
    page = FormPage(
        _("Change the action"), _("Save"), f"{HOME}actions/{public_id}/", _crumbs((f"{HOME}actions/{public_id}/", row.title)),
        template="desk/boards/improvement/form.html", more={"edit": row.edit},
    )  # fmt: skip
    return page.show(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_BOARDS, PLAN_IMPROVEMENTS)
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = queries.improvement_of(public_id, actor)
    one = queries.shown(row, actor, wording.branch_names())
    form = DecisionSheet(request.POST or None)
    if request.method == "POST":
        done = attempt(
            form, lambda given: actions.decide_improvement(improvement=public_id, **given, actor=actor, now=now)
        )
        if done is not None:
            messages.success(request, _("The decision is on record."))
            return redirect("desk:improvement-action", public_id=public_id)
    explain = _("%(verdict)s: %(why)s") % {"verdict": one.verdict_word, "why": one.verdict_text}
    return FormPage(
        _("Decide on the action"), pgettext("action", "Decide"), f"{HOME}actions/{public_id}/", _crumbs((f"{HOME}actions/{public_id}/", row.title)), explain=explain
    ).show(request, form)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_BOARDS, PLAN_IMPROVEMENTS)
def dismiss(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = queries.finding_of(public_id, actor)
    form = WhySheet(request.POST or None)
    if request.method == "POST":
        done = attempt(form, lambda given: actions.dismiss_finding(finding=public_id, **given, actor=actor, now=now))
        if done is not None:
            messages.success(request, _("The finding is dismissed; it can be opened again."))
            return redirect("desk:improvement-finding", public_id=public_id)
    back = f"{HOME}findings/{public_id}/"
    return FormPage(
        _("Dismiss the finding"), _("Dismiss"), back, _crumbs((back, wording.finding_title(row))),
        explain=wording.finding_title(row),
    ).show(request, form)  # fmt: skip


@require_POST
@staff(SEE_BOARDS, PLAN_IMPROVEMENTS)
def reopen(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    actions.reopen_finding(finding=public_id, actor=actor, now=now)
    messages.success(request, _("The finding is open again."))
    return redirect("desk:improvement-finding", public_id=public_id)
