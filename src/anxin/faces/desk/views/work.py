"""Lists beside the queue: approvals, supervision, appointments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from anxin.access import clock
from anxin.access.actors import Actor
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.people import branches, people
from anxin.faces.desk.queries.approvals import waiting_for
from anxin.faces.desk.queries.queue import row_of
from anxin.faces.desk.queries.supervision import attention
from anxin.faces.desk.queries.watch import strip, strip_words
from anxin.journal.permissions import HAND_OVER, NOTE, SUPERVISE
from anxin.journal.queries import Watch
from anxin.journeys.claims.models import Claim, Survey
from anxin.journeys.claims.permissions import APPROVE

DAYS = 5


@require_GET
@staff()
def approvals(request: HttpRequest) -> HttpResponse:
    """Proposals this person can sign, the largest authority first, then the oldest."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = list(
        waiting_for(actor)
        .select_related(
            "adjudicator", "claim__customer", "claim__case__branch", "claim__case__department", "claim__case__person"
        )
        .order_by("-level", "made_at")[:200]
    )
    return render(
        request, "desk/work/approvals.html",
        {"rows": [{"decision": row, "case": row.claim.case, "customer": row.claim.customer.masked_name} for row in rows],
         "level": actor.authority_level, "may": actor.may(APPROVE)},
    )  # fmt: skip


@require_GET
@staff(SUPERVISE)
def supervision(request: HttpRequest) -> HttpResponse:
    """Promises near or broken by department and person; select them to hand them over."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = clock.now()
    drawn = strip(actor, now)
    department, person = request.GET.get("department", ""), request.GET.get("person", "")
    number = request.GET.get("page", "1")
    branch = next((row for row in branches(actor) if str(row.pk) == request.GET.get("branch", "")), None)
    found = attention(
        actor, now, department=department, person=person, branch=branch, page=int(number) if number.isdigit() else 1
    )
    query = "&".join(
        f"{name}={request.GET[name]}" for name in ("department", "person", "branch") if request.GET.get(name)
    )
    return render(
        request, "desk/work/supervision.html",
        {
            "strip": drawn,
            "strip_words": strip_words(drawn),
            "departments": [_department(item.watch, department, person) for item in drawn],
            "found": found,
            "heading": _heading([item.watch for item in drawn]),
            "query": query,
            "filtered": bool(department or person or branch),
            "may_hand_over": actor.may(HAND_OVER),
            "may_note": actor.may(NOTE),
        },
    )  # fmt: skip


def _heading(watches: Iterable[Watch]) -> str:
    watches = list(watches)
    broken, near = sum(item.broken for item in watches), sum(item.near for item in watches)
    if not broken and not near:
        return _("No promise is broken or nearly due")
    due = ngettext("%(number)d is nearly due", "%(number)d are nearly due", near) % {"number": near}
    if not broken:
        return _("None is overdue, %(second)s") % {"second": due}
    late = ngettext("%(number)d promise is broken", "%(number)d promises are broken", broken) % {"number": broken}
    return _("%(first)s, %(second)s") % {"first": late, "second": due}


def _department(watch: Watch, department: str, person: str) -> dict[str, Any]:
    rows = sorted(watch.people.items(), key=lambda item: (-item[1][0], -item[1][1]))
    here = watch.department == department
    return {
        "watch": watch, "current": here and not person,
        "people": [
            {
                "name": name or _("nobody yet"), "broken": numbers[0], "near": numbers[1], "id": user_id or "none",
                "current": here and person == str(user_id or "none"),
            }
            for (user_id, name), numbers in rows
        ],
    }  # fmt: skip


@require_GET
@staff()
def appointments(request: HttpRequest) -> HttpResponse:
    """Surveys by day and surveyor: five days from the day asked for (default today)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    today = timezone.localdate(clock.now())
    asked = request.GET.get("from", "")
    first = _day(asked) or today
    days = [first + timedelta(days=number) for number in range(DAYS)]
    zone = timezone.get_default_timezone()
    begin = datetime.combine(first, time(), zone)
    rows = Survey.objects.filter(
        claim__in=Claim.objects.visible_to(actor), at__gte=begin, at__lt=begin + timedelta(days=DAYS)
    ).exclude(state=Survey.State.CANCELLED)
    who = request.GET.get("who", "")
    if who.isdigit():
        rows = rows.filter(surveyor=int(who))
    rows = rows.select_related("surveyor", "claim__customer", "claim__case__branch").order_by("at")
    by_day: dict[date, list[dict[str, Any]]] = {day: [] for day in days}
    count = 0
    for survey in rows[:500]:
        count += 1
        by_day[timezone.localdate(survey.at)].append({"survey": survey, "row": row_of(survey.claim.case)})
    return render(
        request, "desk/work/appointments.html",
        {
            "days": [{"on": day, "rows": by_day[day], "is_today": day == today} for day in days],
            "count": count, "before": first - timedelta(days=DAYS), "after": first + timedelta(days=DAYS),
            "surveyors": [(str(row.id), row.name) for row in people(actor, department="survey")],
            "who": who, "first": first, "today": today,
        },
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
