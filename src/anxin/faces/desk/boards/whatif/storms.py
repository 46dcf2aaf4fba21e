"""Words and drawings for a storm's peak: who is short, where and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from anxin.faces.desk.boards.whatif.wording import days, share, short_day


def storm(
    found: Mapping[str, Any], rush: date, departments: Mapping[str, str], branches: Mapping[str, str]
) -> dict[str, Any]:
    """Who is short: by department and day, by branch, by hour; and how the promise fares."""
    last = max((one[2] for one in found["short"]), default=0)
    dates = [rush + timedelta(days=place) for place in range(last + 1)]
    by_department: dict[str, list[int]] = {}
    by_branch: dict[str, int] = {}
    for department, place, at, _there, short in found["short"]:
        by_department.setdefault(department, [0] * len(dates))[at] += short
        by_branch[place] = by_branch.get(place, 0) + short
    most = max((value for row in by_department.values() for value in row), default=0)
    heat = [
        {
            "name": departments.get(name, name), "total": sum(row),
            "cells": [{"text": value or "", "step": 0 if not value else min(5, 1 + value * 4 // max(most, 1))} for value in row],
        }
        for name, row in sorted(by_department.items(), key=lambda pair: -sum(pair[1]))
    ]  # fmt: skip
    totals = [sum(row[place] for row in by_department.values()) for place in range(len(dates))]
    worst = max(range(len(totals)), key=lambda place: totals[place]) if totals else 0
    most_there = max(by_department, key=lambda name: by_department[name][worst], default="")
    who = departments.get(most_there, most_there)
    shares = {"now": share(found["kept_now"][0]), "with": share(found["kept_with"][0])}
    hours = []
    for place, name in enumerate(found["departments"]):
        need, there = found["by_hour"][place], found["there_by_hour"][place]
        ratios = [one / here if here else 0.0 for one, here in zip(need, there, strict=True)]
        top = ratios.index(max(ratios))
        hours.append(
            {
                "name": departments.get(name, name), "hour": f"{top:02d}:00", "ratio": ratios[top], "need": f"{need[top]:.0f}", "there": f"{there[top]:.0f}",
                "cells": [{"text": f"{one:.0f}" if one else "", "step": _step(one, here)} for one, here in zip(need, there, strict=True)],
            }
        )  # fmt: skip
    tight = max(hours, key=lambda one: one["ratio"], default=None)
    ranked = sorted(by_branch.items(), key=lambda pair: -pair[1])
    return {
        "hours_title": _("%(name)s is stretched most at %(hour)s: %(need)s at work, %(there)s there now") % tight if tight else _("Nobody serves"),
        "promise_title": _("Kept %(now)s with those who are there, %(with)s with the people added") % shares,
        "where_title": _("%(branch)s is short most: %(days)s person-days") % {"branch": branches.get(ranked[0][0], ranked[0][0]), "days": ranked[0][1]} if ranked else _("Nobody is short"),
        "dates": [short_day(one) for one in dates], "heat": heat, "totals": totals,
        "heat_title": _("Most are short on %(day)s: %(people)s people, %(department)s before all") % {"day": short_day(dates[worst]), "people": totals[worst], "department": who} if totals else _("Nobody is short"),
        "branches": [
            {"name": branches.get(code, code) or code, "days": count}
            for code, count in ranked
        ],
        "rows": [
            {"department": departments.get(department, department), "branch": branches.get(place, place), "day": short_day(rush + timedelta(days=at)), "there": there, "needed": there + short, "short": short}
            for department, place, at, there, short in found["short"]
        ],
        "hours": hours, "clock": [f"{hour:02d}" for hour in range(24)],
        "chart": {
            "points": [short_day(one) for one in dates], "form": "count", "low": 0,
            "series": [{"name": "", "values": totals}],
        },
        "promise_rows": [
            {"name": name, "share": share(one[0]), "interval": f"{share(one[1])} – {share(one[2])}"}
            for name, one in ((_("With those who are there"), found["kept_now"]), (_("With the people added"), found["kept_with"]), (_("If nobody were short anywhere"), found["kept_at_most"]))
        ],
        "promise_chart": {
            "form": "share", "target": {"value": found["level"], "label": _("wanted")},
            "rows": [
                {"name": name, "note": "", "value": one[0], "low": one[1], "high": one[2], "before": None}
                for name, one in ((_("With those who are there"), found["kept_now"]), (_("With the people added"), found["kept_with"]), (_("If nobody were short anywhere"), found["kept_at_most"]))
            ],
        },
        "unreachable": "people-do-not-help" in found["kinds"], "level": share(found["level"]), "at_most": share(found["kept_at_most"][0]),
        "target": share(found["target"]), "cases": f"{found['cases']:.0f}", "rush": days(rush, rush + timedelta(days=found["rush_days"] - 1)),
    }  # fmt: skip


def _step(need: float, there: float) -> int:
    """Shade: 0 nobody works, 1 to 4 by how much of those there are busy, 5 more than there are."""
    if not need:
        return 0
    return 5 if need > there else min(4, 1 + int(3.99 * need / there))
