"""What a scenario changes, as it is stored and in plain words.

{"what": "people", "department": "survey", "people": 2, "branch": "3205", "begin": 18, "end": 22, "weekend": false}
{"what": "hours", "department": "assessment", "people": 1, "branch": "", "begin": 13, "end": 21}
{"what": "lane", "limit_fen": 500000}
{"what": "merge", "stage": "paper_check", "into": "assessment", "kept": 50}
{"what": "surge", "factor": 10, "days": 3, "branch": "", "type": "motor"}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anxin.engines import dispatch
from anxin.insight.whatif.stages import STAGE_WORDS

WEEKDAYS, ALL_DAYS = (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6)


def engine_change(one: Mapping[str, Any], surge_day: int) -> dispatch.Change:
    """The engine's change; `surge_day` is the day of the simulated time on which a rush begins."""
    what = one["what"]
    days = ALL_DAYS if one.get("weekend") else WEEKDAYS
    if what == "people":
        begin, end = one.get("begin"), one.get("end")
        return dispatch.People(one["department"], int(one["people"]), one.get("branch", ""), begin, end, days)
    if what == "hours":
        return dispatch.Hours(
            one["department"], int(one["people"]), one["begin"], one["end"], one.get("branch", ""), days
        )
    if what == "lane":
        return dispatch.FastLane(float(one["limit_fen"]))
    if what == "merge":
        return dispatch.Merge(one["stage"], one.get("into", ""), one.get("kept", 50) / 100)
    if what == "surge":
        classes = (one["type"],) if one.get("type") else ()
        return dispatch.Surge(float(one["factor"]), surge_day, int(one["days"]), one.get("branch", ""), classes)
    raise LookupError(f"no change called {what!r}")


def words(one: Mapping[str, Any], departments: Mapping[str, str], branches: Mapping[str, str], home: str = "") -> str:
    """In the reader's language: “2 more in Survey, Suzhou, from 18:00 to 22:00”."""
    what = one["what"]
    about = {
        "department": departments.get(one.get("department", ""), one.get("department", "")),
        "branch": branches.get(one.get("branch", ""), "") or home or _("each branch"),
        "begin": _clock(one.get("begin")), "end": _clock(one.get("end")),
    }  # fmt: skip
    if what == "people":
        people = int(one["people"])
        if people < 0:
            return ngettext("%(people)s fewer in %(department)s (%(branch)s)", "%(people)s fewer in %(department)s (%(branch)s)", -people) % (about | {"people": -people})  # fmt: skip
        if one.get("begin") is None:
            return _("%(people)s more in %(department)s (%(branch)s)") % (about | {"people": people})
        return _("%(people)s more in %(department)s (%(branch)s) from %(begin)s to %(end)s") % (
            about | {"people": people}
        )
    if what == "hours":
        return _("%(people)s of %(department)s (%(branch)s) work from %(begin)s to %(end)s instead") % (
            about | {"people": one["people"]}
        )
    if what == "lane":
        return _("Claims up to %(limit)s yuan go the fast way, without a survey") % {
            "limit": f"{one['limit_fen'] / 100:,.0f}"
        }
    if what == "merge":
        stage, into = str(STAGE_WORDS.get(one["stage"], one["stage"])), str(STAGE_WORDS.get(one.get("into", ""), ""))
        if not into:
            return _("“%(stage)s” is dropped") % {"stage": stage}
        return _("“%(stage)s” is done together with “%(into)s”") % {"stage": stage, "into": into}
    kind = {"motor": _("motor claims"), "home": _("home claims"), "other": _("other claims")}.get(
        one.get("type", ""), _("claims")
    )
    return _("%(factor)s times as many %(kind)s for %(days)s days (%(branch)s)") % (
        about | {"factor": f"{one['factor']:g}", "kind": kind, "days": one["days"]}
    )


def all_words(
    changes: Sequence[Mapping[str, Any]], departments: Mapping[str, str], branches: Mapping[str, str], home: str = ""
) -> str:
    """`home`: the branch whose process is simulated, where it is one."""
    return _("; ").join(words(one, departments, branches, home) for one in changes)


def _clock(hour: Any) -> str:
    return "" if hour is None else f"{int(hour):02d}:{round(hour % 1 * 60):02d}"
