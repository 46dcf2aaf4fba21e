"""The working calendar: a year at a glance, overrides for official notices, office hours."""

from __future__ import annotations

import calendar as months
from datetime import date, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.errors import Missing
from anxin.access.formats import full_day, weekday
from anxin.engines.calendar import Calendar
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import Day, Sheet, attempt, note, number_of
from anxin.faces.desk.views_admin.pages import FormPage, who
from anxin.faces.desk.views_admin.rules.editions import crumbs, newest_body, tabs, under
from anxin.rulebook.actions import (
    refresh_calendar,
    remove_calendar_override,
    set_calendar_override,
    set_office_hours,
)
from anxin.rulebook.models import Family
from anxin.rulebook.permissions import PUBLISH_RULES, SEE_RULES

HOME = "/desk/admin/rules/calendar/"


class Override(Sheet):
    on = Day(label=gettext_lazy("Day"))
    working = forms.ChoiceField(
        label=gettext_lazy("It becomes"),
        choices=[("no", gettext_lazy("a day off")), ("yes", gettext_lazy("a working day"))],
    )
    reason = forms.CharField(
        label=gettext_lazy("The official notice it rests on"), max_length=120,
        help_text=gettext_lazy("Customers read it as the reason a limit moved."),
    )  # fmt: skip
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)


class Hours(Sheet):
    """Up to three spans of office time a day; an empty pair is left out."""

    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = note()

    def __init__(self, data: Any, *, spans: list[Any], number: int):
        super().__init__(data)
        self.initial = {"expected": number}
        for place in range(3):
            opens, closes = spans[place] if place < len(spans) else ("", "")
            for name, label, value in (("opens", _("From"), opens), ("closes", _("until"), closes)):
                self.fields[f"{name}_{place}"] = forms.TimeField(
                    label=f"{label} {place + 1}",
                    required=False,
                    widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                )
                self.initial[f"{name}_{place}"] = value
        self.order_fields([f"{name}_{place}" for place in range(3) for name in ("opens", "closes")])

    def box_of(self, place: str) -> str:
        return "closes_0" if place.endswith("office_hours") else super().box_of(place)

    def spans(self) -> list[tuple[time, time]]:
        pairs = [(self.cleaned_data[f"opens_{place}"], self.cleaned_data[f"closes_{place}"]) for place in range(3)]
        return [(opens, closes) for opens, closes in pairs if opens and closes]


@require_GET
@staff(SEE_RULES)
def calendar(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    _number, body, row = newest_body(Family.CALENDAR, request)
    book = Calendar.from_data(body)
    today = timezone.localdate(now)
    year = number_of(request.GET.get("year", "")) or today.year
    if not 2000 <= year <= 2100:
        year = today.year
    overrides = [
        {"on": day, "working": item["working"], "reason": item["reason"], "iso": item["on"]}
        for item in body["overrides"] if (day := parse_date(item["on"])) is not None
    ]  # fmt: skip
    return render(
        request, "desk/admin/rules/calendar.html",
        {
            "heading": str(Family.CALENDAR.label), "under": under(row), "crumbs": crumbs(),
            "tabs": tabs("calendar", "content"), "year": year, "months": _months(book, year, today, {item["on"] for item in overrides}),
            "published": book.is_published(year), "overrides": overrides, "may_publish": actor.may(PUBLISH_RULES),
            "hours": body["office_hours"], "working_days": sum(
                book.is_working_day(date.fromordinal(day))
                for day in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
            ),
        },
    )  # fmt: skip


def _months(book: Calendar, year: int, today: date, changed: set[date]) -> list[dict[str, Any]]:
    """Twelve months of weeks of days; a day outside its month is None."""
    layout = months.Calendar()
    found = []
    for number in range(1, 13):
        weeks = [
            [_day(book, day, today, changed) if day.month == number else None for day in week]
            for week in layout.monthdatescalendar(year, number)
        ]
        found.append({"number": number, "first": date(year, number, 1), "weeks": weeks})
    return found


def _day(book: Calendar, day: date, today: date, changed: set[date]) -> dict[str, Any]:
    works, name = book.is_working_day(day), book.holiday_name(day)
    is_weekend = day.weekday() >= 5
    css = "is-holiday" if not works and name else "is-rest" if not works else "is-makeup" if is_weekend else ""
    said = name if not works else _("worked in exchange") if is_weekend else ""
    mark = "" if not said else _("off") if not works else _("work")
    return {
        "number": day.day, "css": f"{css}{' is-today' if day == today else ''}{' is-changed' if day in changed else ''}",
        "mark": mark, "words": f"{full_day(day)} {weekday(day)} {said}".strip(),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_RULES, PUBLISH_RULES)
def override(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    number, _body, _row = newest_body(Family.CALENDAR, request)
    form = Override(request.POST if request.method == "POST" else None, initial={"expected": number})
    if request.method == "POST":
        made = attempt(
            form,
            lambda given: set_calendar_override(
                on=given["on"], working=given["working"] == "yes", reason=given["reason"], expected=given["expected"],
                actor=actor, now=now,
            ),
        )  # fmt: skip
        if made is not None:
            messages.success(request, _("Edition %(number)d is published.") % {"number": made.number})
            return redirect(f"{HOME}?year={form.cleaned_data['on'].year}")
    page = FormPage(
        _("Change a day"), _("Publish"), HOME, crumbs("calendar"),
        _("For official notices only, such as a State Council announcement. The calendar also dates the limits set by law, and the law knows no company outing: a day off entered here moves statutory working-day limits too."),
    )  # fmt: skip
    return page.show(request, form)


@require_POST
@staff(SEE_RULES, PUBLISH_RULES)
def remove(request: HttpRequest, day: str) -> HttpResponse:
    actor, now = who(request)
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise Missing(_("There is no override of this day.")) from None
    made = remove_calendar_override(on=on, actor=actor, now=now)
    messages.success(request, _("Edition %(number)d is published.") % {"number": made.number})
    return redirect(f"{HOME}?year={on.year}")


@require_POST
@staff(SEE_RULES, PUBLISH_RULES)
def refresh(request: HttpRequest) -> HttpResponse:
    """Take in the years that became known since."""
    actor, now = who(request)
    made = refresh_calendar(actor=actor, now=now)
    if made is None:
        messages.info(request, _("Nothing new: every year that is known is in the calendar."))
    else:
        messages.success(request, _("Edition %(number)d is published.") % {"number": made.number})
    return redirect(HOME)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_RULES, PUBLISH_RULES)
def hours(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    number, body, _row = newest_body(Family.CALENDAR, request)
    form = Hours(request.POST if request.method == "POST" else None, spans=body["office_hours"], number=number)
    if request.method == "POST":
        made = attempt(
            form,
            lambda given: set_office_hours(
                spans=form.spans(), note=given["note"], expected=given["expected"], actor=actor, now=now
            ),
        )
        if made is not None:
            messages.success(request, _("Edition %(number)d is published.") % {"number": made.number})
            return redirect(HOME)
    page = FormPage(
        _("Office hours"),
        _("Publish"),
        HOME,
        crumbs("calendar"),
        _("Limits counted in minutes of office time run by them."),
    )
    return page.show(request, form)
