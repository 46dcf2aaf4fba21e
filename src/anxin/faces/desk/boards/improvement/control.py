"""Control charts: what an indicator does by itself, and the points at which something else happened."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from anxin.access.formats import full_day
from anxin.faces.desk.boards.frame import Choice, behind_address, board_page, choice, department_words
from anxin.faces.desk.boards.improvement.frame import parts
from anxin.faces.desk.boards.improvement.planning import indicator_choices
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.views_admin.pages import who
from anxin.insight.improvement import wording
from anxin.insight.improvement.boards import begun, mark_of
from anxin.insight.improvement.indicators import INDICATORS, PERIOD_DAYS
from anxin.insight.results.answers import find
from anxin.insight.results.permissions import SEE_BOARDS

BOARD = "improvement"


def rule_names() -> dict[str, str]:
    return {
        "nelson_1": _("beyond three sigma"), "nelson_2": _("nine in a row on one side"),
        "nelson_3": _("six in a row rising or falling"), "nelson_5": _("two of three beyond two sigma"),
    }  # fmt: skip


@require_GET
@staff(SEE_BOARDS)
def control(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    name = request.GET.get("indicator", "") or "kept"
    if not wording.known_indicator(name):
        name = "kept"
    options = [(code, words) for _group, listed in indicator_choices(now) for code, words in listed]
    if name not in dict(options):
        options.append((name, wording.indicator_words(name)))
    chosen = [
        Choice("indicator", _("What is measured"), options, name),
        choice(request, "by", _("Period"), [("month", _("By four weeks")), ("week", _("By week"))]),
        choice(request, "group", _("Apart by"), [("branch", _("By branch")), ("department", _("By department"))]),
    ]
    started = begun(name)
    asked = {one.name: one.value for one in chosen} | {"kind": "claim", "phases": mark_of(name)}
    found = find(BOARD, actor, asked, now)
    if found.body is None:
        return board_page(request, "", found=found, choices=chosen, tabs=parts(request))
    body = found.body
    group = chosen[2].value
    words = department_words() if group == "department" else wording.branch_names()
    charts = [_chart(one, body, words, group, started) for one in body["groups"]]
    signals = [signal for one in charts for signal in one["signals"]]
    if not charts:
        heading = _("%(what)s: too few cases to chart") % {"what": wording.indicator_words(name)}
    elif signals:
        heading = ngettext("%(what)s: %(count)d signal", "%(what)s: %(count)d signals", len(signals)) % {
            "what": wording.indicator_words(name), "count": len(signals),
        }  # fmt: skip
    else:
        heading = _("%(what)s: nothing but chance") % {"what": wording.indicator_words(name)}
    few = [words.get(one["group"], one["group"] or "–") for one in body.get("few", [])]
    return board_page(
        request, "desk/boards/improvement/control.html", found=found, choices=chosen, tabs=parts(request), heading=heading,
        charts=charts, signals=sorted(signals, key=lambda one: one["on"], reverse=True)[:40], few=_(", ").join(few), indicator=name,
        started=[(full_day(day), title) for day, title, _places in started],
    )  # fmt: skip


def _chart(
    one: dict[str, Any],
    body: dict[str, Any],
    words: dict[str, str],
    group: str,
    started: list[tuple[date, str, list[str]]],
) -> dict[str, Any]:
    unit, name = body["unit"], body["indicator"]
    days = PERIOD_DAYS[body["by"]]
    begins = [date.fromisoformat(day) for day in body["begins"]][-len(one["values"]) :]
    title = words.get(one["group"], one["group"]) if one["group"] else _("Everything together")
    place = one["group"]

    def href(begin: date, which: str = "") -> str:
        what = f"{name}|{begin.isoformat()}|{(begin + timedelta(days=days)).isoformat()}|{which}"
        if group == "department" and place:
            what += f"|{place}"
        branch = place if group == "branch" else ""
        return behind_address(
            BOARD, what, {"kind": "claim", "branch": branch}, f"{wording.indicator_words(name)} · {title}"
        )

    def real(values: list[float | None]) -> list[float | None]:
        import math

        return [None if value is None else math.exp(min(value, 9.0)) if unit == "log" else value for value in values]

    names = rule_names()
    points = [f"{begin:%y-%m-%d}" for begin in begins]
    hrefs = [href(begin) for begin in begins]
    values, centre, low, high = (real(one[key]) for key in ("values", "centre", "low", "high"))
    signals = [
        {
            "on": begin, "when": full_day(begin), "where": title, "value": wording.level(unit, one["values"][at], name),
            "centre": wording.level(unit, one["centre"][at], name), "href": hrefs[at], "why": _("; ").join(names.get(rule, rule) for rule in rules),
            "is_good": (one["values"][at] > one["centre"][at]) == (body["good"] == "up"),
        }
        for at, (begin, rules) in enumerate(zip(begins, one["rules"], strict=True))
        if rules
    ]  # fmt: skip
    form = "share" if unit == "share" else "days" if name == "cycle_time" else "hours" if unit == "log" else ""
    # Two labels side by side would run into one another: the numbers of the list above stand for them.
    marks = []
    for at in one["phases"]:
        numbers = [
            str(number)
            for number, (day, _title, places) in enumerate(started, 1)
            if at
            and begins[at - 1] < day <= begins[at]
            and (group != "branch" or not place or not places or place in places)
        ]
        if numbers:
            label = _(", ").join(numbers) if len(started) > 1 else _("Start of the action")
            marks.append({"at": points[at], "label": label})
    return {
        "title": title, "id": place or "all", "kind": one["kind"], "n": sum(one["n"]), "signals": signals,
        "data": {
            "points": points, "form": form, "marks": marks,
            "series": [
                {"name": "", "values": centre, "low": low, "high": high, "context": True, "dashed": True},
                {"name": "", "values": values, "hrefs": hrefs, "signals": [bool(rules) for rules in one["rules"]]},
            ],
        },
        "table": [
            {
                "when": points[at], "href": hrefs[at], "value": wording.level(unit, one["values"][at], name), "n": f"{one['n'][at]:.0f}",
                "low": wording.level(unit, one["low"][at], name), "centre": wording.level(unit, one["centre"][at], name),
                "high": wording.level(unit, one["high"][at], name), "why": _("; ").join(names.get(rule, rule) for rule in one["rules"][at]),
            }
            for at in reversed(range(len(points)))
        ],
    }  # fmt: skip


__all__ = ["INDICATORS", "control"]
