"""Words and drawings for what a scenario found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.access.models import spoken
from anxin.faces.desk.boards.frame import behind_address
from anxin.insight.whatif.models import Scenario
from anxin.insight.whatif.running import SURGE_AFTER, WARM
from anxin.insight.whatif.stages import STAGE_WORDS, WHOLE, promises

DAY = 24.0
_SMALL_HOURS, _SMALL_SHARE = 1.0, 0.005
"""Differences below an hour or half a point are told as none, however sure."""
STAGES: Mapping[str, Any] = {
    "learning": gettext_lazy("Learning the process from the lake"), "validating": gettext_lazy("Replaying the past to check it"),
    "base": gettext_lazy("Simulating it as it is"), "scenario": gettext_lazy("Simulating it with the change"),
    "short": gettext_lazy("Looking for who is short"),
}  # fmt: skip
VERDICTS: Mapping[str, tuple[str, str, Any]] = {
    "close": ("kept", "circle-check", gettext_lazy("Close to what happened")),
    "fair": ("near", "alert-triangle", gettext_lazy("Roughly right")),
    "off": ("broken", "alert-octagon", gettext_lazy("Do not trust it")),
    "none": ("paused", "alert-triangle", gettext_lazy("Not checked: too few cases")),
}  # fmt: skip


def days(first: date, last: date) -> str:
    return f"{day(first)} – {day(last)}"


def day(one: date) -> str:
    return spoken(f"{one.year}年{one.month}月{one.day}日", f"{one.day} {one:%b %Y}")


def short_day(one: date) -> str:
    return spoken(f"{one.month}月{one.day}日", f"{one.day} {one:%b}")


def _in_days(hours: float | None) -> str:
    return "–" if hours is None else f"{hours / DAY:.1f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _is_none(one: Sequence[float | None], small: float) -> bool:
    """Whether a difference is none: its interval holds 0, or it is too small to matter."""
    value, low, high = one
    return value is None or low is None or high is None or low <= 0 <= high or abs(value) < small


# -- findings ---------------------------------------------------------------------------------------------------------


def finding(row: Scenario, departments: Mapping[str, str]) -> str:
    """The finding as a sentence: the page's title."""
    found = row.found
    if row.kind == Scenario.Kind.STORM:
        storm = found["storm"]
        if not storm["person_days"]:
            return _("Nobody is short in this storm: %(share)s of the promise is kept with those who are there") % {
                "share": _share(storm["kept_now"][0])
            }
        by_day: dict[tuple[int, str], int] = {}
        for department, _place, at, _there, short in storm["short"]:
            by_day[at, department] = by_day.get((at, department), 0) + short
        at, department = max(by_day, key=lambda one: by_day[one])
        first = date.fromisoformat(found["first_day"]) + timedelta(days=WARM + SURGE_AFTER)
        return _("%(days)s person-days are short, most on %(day)s (%(people)s in %(department)s): with them %(with)s of the promise is kept instead of %(now)s") % {
            "days": storm["person_days"], "day": short_day(first + timedelta(days=at)), "people": by_day[at, department],
            "department": departments.get(department, department), "with": _share(storm["kept_with"][0]), "now": _share(storm["kept_now"][0]),
        }  # fmt: skip
    base, scenario, change = found["base"], found["scenario"], found["difference"]["median"]
    about = {"name": row.name, "before": _in_days(base["median"][0]), "after": _in_days(scenario["median"][0])}
    if _is_none(change, _SMALL_HOURS):
        return _("“%(name)s” hardly changes the median: %(before)s days before, %(after)s after") % about
    if change[0] < 0:
        return _("“%(name)s” brings the median from %(before)s down to %(after)s days") % about
    return _("“%(name)s” raises the median from %(before)s to %(after)s days") % about


def is_shorter(row: Scenario) -> bool:
    """Whether a change makes the median shorter beyond chance."""
    one = row.found["difference"]["median"]
    return not _is_none(one, _SMALL_HOURS) and one[0] < 0


def in_short(row: Scenario) -> str:
    """For the list."""
    if row.state != Scenario.State.DONE:
        return row.why or "–"
    found = row.found
    if row.kind == Scenario.Kind.STORM:
        return _("%(days)s person-days short") % {"days": found["storm"]["person_days"]}
    change = found["difference"]["median"]
    if _is_none(change, _SMALL_HOURS):
        return _("no change of the median")
    about = {"days": f"{abs(change[0]) / DAY:.1f}"}
    return _("median %(days)s days shorter") % about if change[0] < 0 else _("median %(days)s days longer") % about


def about(row: Scenario) -> dict[str, Any]:
    """What the promise is called, for how long the process was measured."""
    name = promise_name(row.found["promise"], row.promise_days)
    return {"promise": name, "days": row.days, "replications": row.found.get("replications")}


def promise_name(code: str, whole_days: int) -> str:
    if code == WHOLE:
        return _("Whole claim within %(days)s days") % {"days": whole_days}
    known = {one.code: one.what for one in promises(whole_days)}
    return f"{code} {known.get(code, '')}".strip()


# -- a change ---------------------------------------------------------------------------------------------------------


def change(row: Scenario, departments: Mapping[str, str]) -> dict[str, Any]:
    found = row.found
    base, scenario, difference = found["base"], found["scenario"], found["difference"]
    lengths = [
        _row(name, base[code], scenario[code], difference[code], hours=True)
        for code, name in (("median", _("Median")), ("p90", _("Nine in ten within")), ("mean", _("Mean")))
    ]
    shaky = {one["name"] for one in found["validation"].get("checks", ()) if not one["trusted"]}
    kept = [
        _row(promise_name(code, row.promise_days), base["kept"][code], scenario["kept"][code], difference[f"kept:{code}"], hours=False, mine=code == found["promise"], shaky=f"kept:{code}" in shaky)
        for code in found["promises"] if base["kept"].get(code, [None])[0] is not None
    ]  # fmt: skip
    busy = [
        _row(departments.get(one["department"], one["department"]), one["busy"], other["busy"], difference[f"busy:{one['department']}"], hours=False)
        for one, other in zip(base["departments"], scenario["departments"], strict=True) if one["busy"][0] is not None
    ]  # fmt: skip
    waits = [
        {
            "name": departments.get(one["department"], one["department"]), "queue_before": _number(one["queue"][0]),
            "queue": _number(other["queue"][0]), "wait_before": _number(one["wait"][0]), "wait": _number(other["wait"][0]),
        }
        for one, other in zip(base["departments"], scenario["departments"], strict=True)
    ]  # fmt: skip
    first = date.fromisoformat(found["first_day"]) + timedelta(days=found["warm"])
    points = [short_day(first + timedelta(days=place)) for place in range(len(base["by_day"]))]
    progress = {
        "points": points, "form": "count", "low": 0,
        "series": [
            {"name": _("As it is"), "values": [one[1] for one in base["by_day"]], "context": True},
            {
                "name": _("With the change"), "values": [one[1] for one in scenario["by_day"]],
                "low": [one[0] for one in scenario["by_day"]], "high": [one[2] for one in scenario["by_day"]],
            },
        ],
    }  # fmt: skip
    inside = difference["progress"]
    return {
        "whys": _whys(row, departments), "really": _really(found, points_end=first + timedelta(days=len(base["by_day"]) - 1)), "both_sides": found.get("both_sides", False),
        "lengths": lengths, "kept": kept, "busy": busy, "waits": waits,
        "lengths_chart": _ranges(lengths, "days"), "kept_chart": _ranges(kept, "share"), "busy_chart": _ranges(busy, "share"),
        "lengths_title": _lengths_title(lengths), "kept_title": _kept_title(kept), "busy_title": _busy_title(busy),
        "progress_title": _progress_title(base["progress"], scenario["progress"], inside), "progress_chart": progress,
        "by_day": [
            {"day": name, "before": f"{one[1]:.0f}", "after": f"{other[1]:.0f}", "range": f"{other[0]:.0f} – {other[2]:.0f}"}
            for name, one, other in zip(points, base["by_day"], scenario["by_day"], strict=True)
        ],
        "hours": _hours_table(scenario["departments"], departments), "clock": [f"{hour:02d}" for hour in range(24)],
    }  # fmt: skip


def _really(found: Mapping[str, Any], points_end: date) -> str:
    """What the cases learned from took, since the days simulated are not theirs; "" for scenarios simulated before this was kept."""
    if not found.get("really"):
        return ""
    first = date.fromisoformat(found["first_day"]) + timedelta(days=found["warm"])
    return _("In the time it was learned from, half of the %(cases)s cases that came really took %(really)s days or less. The days simulated, %(days)s, have their own holidays and number of cases: compare the two sides with each other, not with the past.") % {
        "cases": f"{found['cases_learned']:,}", "really": _in_days(found["really"]), "days": days(first, points_end),
    }  # fmt: skip


IDLE = 0.5
"""Below this share of their hours at work, people are not what a department's cases wait for."""
SELDOM = 0.1
"""A stage that fewer of the cases come to cannot move the median."""


def _whys(row: Scenario, departments: Mapping[str, str]) -> list[str]:
    """Why more people, people at other hours or a stage less do not move the median where they do not."""
    found = row.found
    moved = found["difference"]
    if not _is_none(moved["median"], _SMALL_HOURS):
        return []
    told = [
        _("Why so little: only %(cases)s of the %(all)s cases learned from ever came to “%(stage)s”.") % {
            "cases": f"{cases:,}", "all": f"{found['cases_learned']:,}", "stage": STAGE_WORDS.get(stage, stage),
        }
        for stage, cases in found.get("merged", ()) if cases < SELDOM * found["cases_learned"]
    ]  # fmt: skip
    named = dict.fromkeys(one["department"] for one in row.changed if one["what"] in ("people", "hours"))
    before = {one["department"]: one for one in found["base"]["departments"]}
    guessed = {one["department"] for one in found.get("served", ()) if not one["seen"]}
    for name in named:
        one = before.get(name)
        if one is None or one["busy"][0] is None or one["busy"][0] >= IDLE:
            continue
        about = {
            "department": departments.get(name, name), "busy": _share(one["busy"][0]),
            "wait": "0.0" if one["wait"][0] is None else f"{one['wait'][0]:.1f}",
        }  # fmt: skip
        told.append(
            _("Why so little: the people of %(department)s work on cases %(busy)s of the time they are there, and a case waits %(wait)s hours on average until one of them is free. The rest of the waiting is there however little is to do (appointments, customers, work put off), so people added do not shorten it. They count where much comes at once: try the same change together with a rush of cases.") % about
        )  # fmt: skip
        if name in guessed:
            told.append(
                _("How long a visit takes in %(department)s is only guessed low, so they may really be busier and people may count for more.") % about
            )  # fmt: skip
    return told


def _row(
    name: str, before: Sequence[float | None], after: Sequence[float | None], moved: Sequence[float | None], *, hours: bool, mine: bool = False, shaky: bool = False
) -> dict[str, Any]:  # fmt: skip
    divide = DAY if hours else 1.0
    words = _in_days if hours else _share

    def interval(one: Sequence[float | None]) -> str:
        return "–" if one[1] is None else f"{words(one[1])} – {words(one[2])}"

    value = moved[0]
    signed = "–" if value is None else f"{value / DAY:+z.2f}" if hours else f"{100 * value:+z.1f}"
    bounds = "–" if moved[1] is None or moved[2] is None else f"{moved[1] / DAY:+.2f} – {moved[2] / DAY:+.2f}" if hours else f"{100 * moved[1]:+.1f} – {100 * moved[2]:+.1f}"  # fmt: skip
    return {
        "name": name, "mine": mine, "shaky": shaky, "before": words(before[0]), "before_interval": interval(before), "after": words(after[0]),
        "after_interval": interval(after), "moved": signed, "moved_interval": bounds,
        "none": _is_none(moved, _SMALL_HOURS if hours else _SMALL_SHARE), "raw": moved[0],
        "values": [None if one is None else one / divide for one in (*after, before[0])],
    }  # fmt: skip


def _ranges(rows: Sequence[dict[str, Any]], form: str) -> dict[str, Any]:
    return {
        "form": form,
        "rows": [
            {
                "name": one["name"], "note": one["moved"], "value": one["values"][0], "low": one["values"][1],
                "high": one["values"][2], "before": one["values"][3],
            }
            for one in rows
        ],
    }  # fmt: skip


def _lengths_title(rows: Sequence[dict[str, Any]]) -> str:
    late = rows[1]
    if late["none"] or late["before"] == late["after"]:
        return _("The slow tenth stays where it is: nine in ten within %(days)s days") % {"days": late["after"]}
    return _("Nine in ten are done within %(after)s days instead of %(before)s") % late


def _kept_title(rows: Sequence[dict[str, Any]]) -> str:
    sure = [one for one in rows if not one["none"] and not one["shaky"]]
    if not sure:
        return _("No promise is kept noticeably more or less often")
    most = max(sure, key=lambda one: abs(one["raw"]))
    return _("%(name)s: kept %(after)s instead of %(before)s") % most


def _busy_title(rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return _("Nobody serves")
    most = max(rows, key=lambda one: one["values"][0] or 0.0)
    return _("%(name)s is busiest: %(after)s of its hours") % most


def _progress_title(before: Sequence[Any], after: Sequence[Any], moved: Sequence[Any]) -> str:
    about = {"before": f"{before[0]:.0f}", "after": f"{after[0]:.0f}"}
    if _is_none(moved, 0.5):
        return _("Work in progress stays at about %(after)s cases") % about
    return _("Work in progress goes from %(before)s to %(after)s cases") % about


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _hours_table(rows: Sequence[dict[str, Any]], departments: Mapping[str, str]) -> list[dict[str, Any]]:
    """Utilisation by hour of a weekday: a heat map, shaded in five steps."""
    return [
        {
            "name": departments.get(one["department"], one["department"]),
            "cells": [
                {"text": "" if value is None else f"{value:.0%}", "step": 0 if value is None else min(5, int(value * 5) + 1)}
                for value in one["by_hour"]
            ],
        }
        for one in rows
    ]  # fmt: skip


# -- trust ------------------------------------------------------------------------------------------------------------


def trust(found: Mapping[str, Any], scope: Mapping[str, str]) -> dict[str, Any]:
    """The validation in words, with the cases it was compared with."""
    tone, icon, words = VERDICTS[found["verdict"]]
    told: dict[str, Any] = {"tone": tone, "icon": icon, "verdict": words, "why": found.get("why", ""), "parts": []}
    if found["verdict"] == "none":
        told["title"] = _("There is too little to check the model with")
        return told
    first, last = date.fromisoformat(found["split"]), date.fromisoformat(found["last"])
    median = found["checks"][0]
    about = {"was": _in_days(median["was"]), "had": _in_days(median["simulated"]), "off": f"{abs(median['off']):.0%}"}
    told["title"] = {
        "close": _("Replaying the past, the model had a median of %(had)s days; it was %(was)s (%(off)s off)"),
        "fair": _("Replaying the past, the model had a median of %(had)s days; it was %(was)s (%(off)s off): take small differences with care"),
        "off": _("Replaying the past, the model had a median of %(had)s days; it was %(was)s (%(off)s off): do not build on it"),
    }[found["verdict"]] % about  # fmt: skip
    told["parts"].append(
        {
            "title": _("From %(days)s") % {"days": days(first, last)}, "cases": f"{found['cases']:,}",
            "href": behind_address("whatif", f"came:{found['split']}:{found['last']}", scope, _("Cases the model was compared with")),
            "rows": [_check(one) for one in found["checks"]],
        }
    )  # fmt: skip
    if found.get("windows"):
        inside, of = found["inside"]
        told["windows_title"] = _("%(count)s pieces of the past, each replayed by a model that knew only what came before: %(error)s off on average, and %(inside)s of %(of)s numbers in the range simulated") % {
            "count": len(found["windows"]), "error": f"{found['error']:.1%}", "inside": inside, "of": of,
        }  # fmt: skip
        told["windows"] = [_window(one, scope) for one in found["windows"]]
    if found["storm"]:
        begin = date.fromisoformat(found["storm_first"])
        end = begin + timedelta(days=2)
        worst = found["storm"][0]
        told["storm"] = _("In the rush of %(days)s (%(cases)s cases) the median was %(was)s days, the model had %(had)s.") % {
            "days": days(begin, end), "cases": found["storm_cases"], "was": _in_days(worst["was"]), "had": _in_days(worst["simulated"]),
        }  # fmt: skip
        told["storm_off"] = worst["off"] is None or abs(worst["off"]) > 0.15
        told["hopeful"] = worst["off"] is None or worst["off"] < -0.15
        told["parts"].append(
            {
                "title": _("In the rush of %(days)s") % {"days": days(begin, end)}, "cases": f"{found['storm_cases']:,}",
                "href": behind_address("whatif", f"came:{begin}:{end}", scope, _("Cases of the rush")),
                "rows": [_check(one) for one in found["storm"]],
            }
        )  # fmt: skip
    return told


def _window(one: Mapping[str, Any], scope: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": days(date.fromisoformat(one["first"]), date.fromisoformat(one["last"])), "cases": f"{one['cases']:,}",
        "href": behind_address("whatif", f"came:{one['first']}:{one['last']}", scope, _("Cases the model was compared with")),
        "rushed": f"{one['rushed']:,}", "median": _check(one["median"]), "p90": _check(one["p90"]),
        "median_inside": one["median"]["inside"], "p90_inside": one["p90"]["inside"],
    }  # fmt: skip


def rush(found: Mapping[str, Any] | None, departments: Mapping[str, str], factor: float = 0.0) -> list[str]:
    """What past rushes did to waits beyond queues, in sentences; `factor`: how many times the usual a planned one brings."""
    if not found or not found["factors"]:
        return []
    told = [
        _("In past rushes (%(cases)s cases, up to %(largest)s times the usual) waits were longer beyond what queues explain: %(factors)s. The model makes them so in any rush; people added do not shorten that part.")
        % {
            "cases": f"{found['cases']:,}", "largest": f"{found['largest']:.1f}",
            "factors": _(", ").join(
                _("%(department)s %(times)s ×") % {"department": departments.get(name, name) if name else _("customers and banks"), "times": f"{times:.1f}"}
                for name, times in found["factors"]
            )
        }
    ]  # fmt: skip
    if factor > found["largest"]:
        told.append(
            _(
                "No rush of the past was as large as this one: waits are taken to be as in the largest that was seen, and may be longer."
            )
        )
    return told


def _check(one: Mapping[str, Any]) -> dict[str, Any]:
    name = one["name"]
    if name in ("median", "p90"):
        title = {"median": _("Median, days"), "p90": _("Nine in ten within, days")}[name]
        cells = [_in_days(one[key]) for key in ("was", "simulated", "low", "high")]
        off = "–" if one["off"] is None else f"{one['off']:+.1%}"
    elif name == "progress":
        title = _("Cases in progress")
        cells = ["–" if one[key] is None else f"{one[key]:.1f}" for key in ("was", "simulated", "low", "high")]
        off = "–" if one["off"] is None else f"{one['off']:+.1%}"
    else:
        code = name.removeprefix("kept:")
        title = _("Whole claim in time") if code == WHOLE else _("Kept: %(code)s") % {"code": promise_name(code, 10)}
        cells = [_share(one[key]) for key in ("was", "simulated", "low", "high")]
        off = "–" if one["off"] is None else _("%(points)s points") % {"points": f"{100 * one['off']:+.1f}"}
    return {"name": title, "was": cells[0], "had": cells[1], "range": f"{cells[2]} – {cells[3]}", "off": off, "shaky": not one["trusted"] and one["off"] is not None}  # fmt: skip


def served(rows: Sequence[Mapping[str, Any]], departments: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": departments.get(one["department"], one["department"]), "people": one["people"],
            "week_hours": f"{one['week_hours']:.0f}", "visits": f"{one['visits']:,}",
            "hours": "–" if one["hours"] is None else f"{one['hours']:.1f}", "seen": one["seen"], "outside": f"{one['outside']:.0%}",
        }
        for one in rows
    ]  # fmt: skip


def cautions(rows: Sequence[Sequence[Any]], departments: Mapping[str, str]) -> list[str]:
    told = []
    unseen = [departments.get(name, name) for code, names in rows if code == "load-not-seen" for name in names]
    if unseen:
        told.append(
            _("Waiting does not grow with the work in: %(departments)s. How long a visit takes there is not known, only guessed low; people added there will seem to help little, and a storm will seem to hurt little.")
            % {"departments": _(", ").join(unseen)}
        )  # fmt: skip
    outside = [departments.get(name, name) for code, names in rows if code == "outside-hours" for name in names]
    if outside:
        told.append(
            _("Much of the work of %(departments)s is done outside the hours taken as worked.")
            % {"departments": _(", ").join(outside)}
        )
    return told


# -- a storm ----------------------------------------------------------------------------------------------------------


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
    shares = {"now": _share(found["kept_now"][0]), "with": _share(found["kept_with"][0])}
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
            {"name": name, "share": _share(one[0]), "interval": f"{_share(one[1])} – {_share(one[2])}"}
            for name, one in ((_("With those who are there"), found["kept_now"]), (_("With the people added"), found["kept_with"]), (_("If nobody were short anywhere"), found["kept_at_most"]))
        ],
        "promise_chart": {
            "form": "share", "target": {"value": found["level"], "label": _("wanted")},
            "rows": [
                {"name": name, "note": "", "value": one[0], "low": one[1], "high": one[2], "before": None}
                for name, one in ((_("With those who are there"), found["kept_now"]), (_("With the people added"), found["kept_with"]), (_("If nobody were short anywhere"), found["kept_at_most"]))
            ],
        },
        "unreachable": "people-do-not-help" in found["kinds"], "level": _share(found["level"]), "at_most": _share(found["kept_at_most"][0]),
        "target": _share(found["target"]), "cases": f"{found['cases']:.0f}", "rush": days(rush, rush + timedelta(days=found["rush_days"] - 1)),
    }  # fmt: skip


def _step(need: float, there: float) -> int:
    """Shade: 0 nobody works, 1 to 4 by how much of those there are busy, 5 more than there are."""
    if not need:
        return 0
    return 5 if need > there else min(4, 1 + int(3.99 * need / there))
