"""The queue: one's own cases by their strict last day, with views, filters, selection."""

from __future__ import annotations

import csv
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from anxin.access import clock
from anxin.access.errors import Invalid, Refused
from anxin.access.formats import fen_plain
from anxin.faces.desk.actions import Outcome, hand_over_many, nudge_many, remove_view, save_view
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.models import SavedView
from anxin.faces.desk.people import HAND_OVER_REASONS, branches, department_choices, people, person_choices
from anxin.faces.desk.queries import queue as reads
from anxin.faces.desk.queries.approvals import waiting_for
from anxin.faces.desk.queries.queue import AMOUNTS, LAST_EVENTS, Filters
from anxin.faces.desk.queries.watch import strip, strip_words
from anxin.journal.activities import activity
from anxin.journal.permissions import HAND_OVER, NOTE
from anxin.journeys.claims.lifecycle import STATES
from anxin.journeys.claims.models import Claim

VIEW_NAMES = {
    "overdue": gettext_lazy("Overdue"),
    "today": gettext_lazy("Due today"),
    "all": gettext_lazy("All in hand"),
    "near": gettext_lazy("Nearly due"),
    "paused": gettext_lazy("Paused"),
    "unassigned": gettext_lazy("Nobody's yet"),
    "disputed": gettext_lazy("Customer disputes"),
    "papers": gettext_lazy("Papers just in"),
}
TONES = {"overdue": "t-broken", "today": "t-near", "near": "t-near", "paused": "t-paused"}
AMOUNT_NAMES = {
    "0-10000": gettext_lazy("below 10,000"),
    "10000-50000": gettext_lazy("10,000 to 50,000"),
    "50000-100000": gettext_lazy("50,000 to 100,000"),
    "100000-": gettext_lazy("100,000 and more"),
}


@require_GET
@staff()
def queue(request: HttpRequest) -> HttpResponse:
    actor, now = request.actor, clock.now()  # type: ignore[attr-defined]
    filters = Filters.of(request.GET, actor)
    found = reads.queue(actor, filters, now)
    watches = strip(actor, now)
    return render(
        request,
        "desk/queue/page.html",
        {
            "queue": found,
            "filters": filters,
            "heading": _heading(found.counts, filters),
            "under_heading": _under_heading(found.counts),
            "strip": watches,
            "strip_words": strip_words(watches),
            "views": _views(found.counts, filters),
            "approvals": waiting_for(actor).count(),
            "saved": list(SavedView.objects.filter(user_id=actor.user_id)),
            "saved_query": filters.query(),
            "choices": _choices(actor, filters),
            "whose": _whose(actor, filters),
            "may_hand_over": actor.may(HAND_OVER),
            "may_note": actor.may(NOTE),
            "open_view": request.GET.get("save") == "1",
        },
    )


def _views(counts: dict[str, int], filters: Filters) -> list[dict[str, Any]]:
    return [
        {
            "href": f"?{filters.query(view=name)}", "label": label, "count": counts[name],
            "tone": TONES.get(name, "") if counts[name] else "", "current": filters.view == name,
        }
        for name, label in VIEW_NAMES.items()
    ]  # fmt: skip


def _heading(counts: dict[str, int], filters: Filters) -> str:
    overdue, today, near, every = counts["overdue"], counts["today"], counts["near"], counts["all"]
    if not every:
        return _("No cases are waiting here")
    late = ngettext("%(number)d is overdue", "%(number)d are overdue", overdue) % {"number": overdue}
    due = ngettext("%(number)d is due today by 24:00", "%(number)d are due today by 24:00", today) % {"number": today}
    if overdue and today:
        return _("%(first)s, %(second)s") % {"first": late, "second": due}
    if overdue:
        return late
    if today:
        return _("None is overdue, %(second)s") % {"second": due}
    if near:
        return ngettext(
            "None is overdue, %(number)d is nearly due", "None is overdue, %(number)d are nearly due", near
        ) % {"number": near}
    return ngettext("%(number)d in hand, within its time", "%(number)d in hand, all within their time", every) % {
        "number": every
    }


def _under_heading(counts: dict[str, int]) -> str:
    if not counts["all"]:
        return _("What is handed to you comes here by itself.")
    parts = [ngettext("%(number)d in hand", "%(number)d in hand", counts["all"]) % {"number": counts["all"]}]
    parts.append(_("ordered by the strict last day"))
    if counts["near"]:
        parts.append(
            ngettext("%(number)d nearly due", "%(number)d nearly due", counts["near"]) % {"number": counts["near"]}
        )
    if counts["paused"]:
        parts.append(
            ngettext("%(number)d paused", "%(number)d paused", counts["paused"]) % {"number": counts["paused"]}
        )
    return pgettext("sentence", ", ").join(parts) + pgettext("sentence", ".")


def _choices(actor: Any, filters: Filters) -> list[dict[str, Any]]:
    """The chips: each a select with what it filters by as its first word."""
    who = [("me", actor.name), ("team", _("My department")), ("all", _("Everyone"))]
    own = people(actor, department=actor.department, branch_id=actor.branch_id)
    who += [(str(person.id), person.name) for person in own if person.id != actor.user_id]
    if filters.who.isdigit() and filters.who not in dict(who):
        who += [(str(person.id), person.name) for person in people(actor) if str(person.id) == filters.who]
    kinds = [(value, str(label)) for value, label in Claim.Type.choices]
    kinds += [(f"cause:{value}", str(label)) for value, label in Claim.Cause.choices]
    places = [(str(branch.pk), branch.short) for branch in branches(actor)]
    return [
        _chip("who", _("Holder"), who, filters.who, always=True),
        _chip("kind", _("Line"), kinds, filters.kind),
        *([_chip("branch", _("Branch"), places, str(filters.branch or ""))] if len(places) > 1 else []),
        _chip("amount", _("Amount"), [(name, str(AMOUNT_NAMES[name])) for name in AMOUNTS], filters.amount),
        _chip("rule", _("Rule"), reads.rules_with_clocks(), filters.rule),
        _chip("last", _("Last event"), [(name, str(activity(name).title)) for name in LAST_EVENTS], filters.last),
    ]


def _chip(name: str, label: str, options: list[tuple[str, str]], value: str, *, always: bool = False) -> dict[str, Any]:
    return {"name": name, "label": label, "options": options, "value": value, "always": always}


def _whose(actor: Any, filters: Filters) -> str:
    """For the table's caption: whose cases these are."""
    if filters.who == "me":
        return actor.name
    if filters.who == "team":
        return dict(department_choices()).get(actor.department, "")
    if filters.who == "all":
        return _("Everyone")
    return next((person.name for person in people(actor) if str(person.id) == filters.who), "")


# -- views of one's own --------------------------------------------------------------------------------------------


@require_POST
@staff()
def keep_view(request: HttpRequest) -> HttpResponse:
    query = Filters.of(_pairs(request.POST.get("query", "")), request.actor).query()  # type: ignore[attr-defined]
    try:
        view = save_view(name=request.POST.get("name", ""), query=query, actor=request.actor)  # type: ignore[attr-defined]
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return redirect(f"/desk/?{query}")


@require_POST
@staff()
def drop_view(request: HttpRequest, view_id: int) -> HttpResponse:
    remove_view(view_id=view_id, actor=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("The view is removed."))
    return redirect("/desk/")


def _pairs(query: str) -> dict[str, str]:
    return dict(parse_qsl(query[:400]))


# -- the same act on several cases ---------------------------------------------------------------------------------


@require_POST
@staff()
def bulk(request: HttpRequest) -> HttpResponse:
    """Selected cases: hand over (asks to whom first), nudge (asks what about first), or download as a table."""
    actor = request.actor  # type: ignore[attr-defined]
    picked = dict(_picked(value) for value in request.POST.getlist("case"))
    cases = reads.chosen(actor, list(picked)) if picked else []
    back = request.POST.get("back", "")
    back = back if back.startswith("/desk/") else "/desk/"
    if not cases:
        messages.warning(request, _("Select cases first: tick the boxes in front of them."))
        return redirect(back)
    wanted = request.POST.get("do", "")
    if wanted == "export":
        return _table(cases)
    rows = [(reads.row_of(case), picked[case.public_id]) for case in cases]
    page = {"rows": rows, "back": back, "typed": request.POST, "errors": {}, "do": wanted}
    try:
        if wanted == "hand_over":
            actor.must(HAND_OVER)
            page |= {
                "departments": department_choices(),
                "people": person_choices(actor),
                "reasons": [(code, str(words)) for code, words in HAND_OVER_REASONS.items()],
            }
            if request.POST.get("sure"):
                return _hand_over(request, [(case.public_id, picked[case.public_id]) for case in cases], back)
        elif wanted == "nudge":
            actor.must(NOTE)
            if request.POST.get("sure"):
                return _nudge(request, [case.public_id for case in cases], back)
        else:
            return redirect(back)
    except Refused as refused:
        if not refused.fields:
            raise
        page["errors"] = refused.fields
    return render(request, "desk/queue/bulk.html", page, status=422 if page["errors"] else 200)


def _picked(value: str) -> tuple[str, int]:
    """A checkbox carries the case and the number of events as the page showed it: `id.count`."""
    case, _dot, count = value.partition(".")
    return case, int(count) if count.isdigit() else 0


def _hand_over(request: HttpRequest, cases: list[tuple[str, int]], back: str) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    person = request.POST.get("person", "")
    department, reason = request.POST.get("department", ""), request.POST.get("reason", "")
    found = next((item for item in people(actor) if str(item.id) == person), None)
    if found is not None:
        department = found.department
    if not department:
        message = _("Choose a department or a person.")
        raise Invalid(message, fields={"department": message})
    outcome = hand_over_many(
        cases=cases, department=department, person_id=found.id if found else None,
        reason=reason if reason in HAND_OVER_REASONS else "", actor=actor, now=clock.now(),
    )  # fmt: skip
    done = len(outcome.done)
    return _told(
        request, outcome, ngettext("%(number)d case handed over.", "%(number)d cases handed over.", done) % {"number": done},
        back,
    )  # fmt: skip


def _nudge(request: HttpRequest, cases: list[str], back: str) -> HttpResponse:
    words = request.POST.get("text", "").strip() or _("Please see to this case: its time is running out.")
    text = _("Reminder: %(words)s") % {"words": words[:500]}
    outcome = nudge_many(cases=cases, text=text, actor=request.actor, now=clock.now())  # type: ignore[attr-defined]
    done = len(outcome.done)
    return _told(
        request, outcome, ngettext("Reminder left on %(number)d case.", "Reminders left on %(number)d cases.", done)
        % {"number": done}, back,
    )  # fmt: skip


def _told(request: HttpRequest, outcome: Outcome, words: str, back: str) -> HttpResponse:
    if outcome.done:
        messages.success(request, words)
    for _case, why in outcome.refused[:5]:
        messages.warning(request, why)
    return redirect(back)


def _table(cases: list[Any]) -> HttpResponse:
    """CSV with a byte-order mark, so that spreadsheets read the Chinese. Names stay masked."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="cases.csv"'
    answer.write("\ufeff")
    table = csv.writer(answer)
    table.writerow(
        [
            _("Branch"),
            _("Number"),
            _("Title"),
            _("Customer"),
            _("State"),
            _("Department"),
            _("Holder"),
            _("Due"),
            _("Amount (CNY)"),
        ]
    )
    for case in cases:
        row = reads.row_of(case)
        table.writerow(
            [
                _harmless(str(value))
                for value in (
                    case.branch.short, case.number, row.title, row.customer, state_word(case), case.department or "",
                    case.person.display_name if case.person else "", f"{timezone.localtime(case.due_at):%Y-%m-%d %H:%M}" if case.due_at else "",
                    fen_plain(case.amount_fen),
                )
            ]
        )  # fmt: skip
    return answer


def _harmless(value: str) -> str:
    """A cell that a spreadsheet would take for a formula is shown as text."""
    return f"'{value}" if value[:1] in "=+-@\t\r" else value


def state_word(case: Any) -> str:
    return str(STATES.get(case.state, case.state))
