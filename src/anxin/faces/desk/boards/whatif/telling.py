"""Words and drawings for what a scenario found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.faces.desk.boards.whatif.wording import DAY, days, in_days, promise_name, share, short_day
from anxin.insight.whatif.models import Scenario
from anxin.insight.whatif.running import SURGE_AFTER, WARM
from anxin.insight.whatif.stages import STAGE_WORDS

_SMALL_HOURS, _SMALL_SHARE = 1.0, 0.005
"""Differences below an hour or half a point are told as none, however sure."""
STAGES: Mapping[str, Any] = {
    "learning": gettext_lazy("Learning the process from the lake"), "validating": gettext_lazy("Replaying the past to check it"),
    "base": gettext_lazy("Simulating it as it is"), "scenario": gettext_lazy("Simulating it with the change"),
    "short": gettext_lazy("Looking for who is short"),
}  # fmt: skip


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
                "share": share(storm["kept_now"][0])
            }
        by_day: dict[tuple[int, str], int] = {}
        for department, _place, at, _there, short in storm["short"]:
            by_day[at, department] = by_day.get((at, department), 0) + short
        at, department = max(by_day, key=lambda one: by_day[one])
        first = date.fromisoformat(found["first_day"]) + timedelta(days=WARM + SURGE_AFTER)
        return _("%(days)s person-days are short, most on %(day)s (%(people)s in %(department)s): with them %(with)s of the promise is kept instead of %(now)s") % {
            "days": storm["person_days"], "day": short_day(first + timedelta(days=at)), "people": by_day[at, department],
            "department": departments.get(department, department), "with": share(storm["kept_with"][0]), "now": share(storm["kept_now"][0]),
        }  # fmt: skip
    base, scenario, change = found["base"], found["scenario"], found["difference"]["median"]
    about = {"name": row.name, "before": in_days(base["median"][0]), "after": in_days(scenario["median"][0])}
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
        "cases": f"{found['cases_learned']:,}", "really": in_days(found["really"]), "days": days(first, points_end),
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
            "department": departments.get(name, name), "busy": share(one["busy"][0]),
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
    words = in_days if hours else share

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
