"""Words and drawings for the phone line: who is needed, and what happened beside what Erlang says."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.engines import dispatch
from anxin.engines.results import Interval
from anxin.faces.desk.boards.whatif.wording import days
from anxin.insight.whatif.phone import Compared, Heard

_FACTS = "/desk/boards/indicators/IN-01/"
_TRUST = {
    "agrees": ("kept", "circle-check", gettext_lazy("Erlang agrees with what happened")),
    "near": ("near", "alert-triangle", gettext_lazy("Roughly right")),
    "off": ("broken", "alert-octagon", gettext_lazy("Do not trust it")),
}  # fmt: skip


def needed(made: dispatch.Roster) -> dict[str, Any]:
    """The roster that holds the target."""
    most = max(range(len(made.needed)), key=lambda place: (made.needed[place], made.lines[place].calls))
    return {
        "peak": made.needed[most], "peak_at": made.intervals[most], "hours": f"{sum(made.on_roster) * made.minutes / 60:g}",
        "level": f"{made.level:.1%}", "abandoned": f"{made.abandoned:.1%}",
        "rows": [
            {
                "at": name, "calls": f"{one.calls * made.minutes / 60:g}", "agents": need, "roster": there, "level": f"{one.level:.1%}",
                "speed": f"{one.speed:.0f}", "waiting": f"{one.waiting:.1%}", "abandoned": f"{one.abandoned:.1%}",
                "occupancy": f"{one.occupancy:.0%}",
            }
            for name, one, need, there in zip(made.intervals, made.lines, made.needed, made.on_roster, strict=True)
        ],
        "chart": {
            "points": list(made.intervals), "form": "count", "low": 0,
            "series": [
                {"name": _("Calls in the half-hour"), "values": [one.calls * made.minutes / 60 for one in made.lines], "context": True},
                {"name": _("Agents needed"), "values": list(made.needed)},
            ],
        },
    }  # fmt: skip


def imported(found: Heard) -> dict[str, Any]:
    """From how many calls the volumes, the handling time and the patience are."""
    last = found.last
    return {
        "calls": f"{found.calls:,}", "days": f"{found.days:,}", "gone": f"{found.hung_up:,}", "period": days(found.first, last),
        "answered": f"{found.calls - found.hung_up:,}", "href": f"{_FACTS}?{urlencode({'period': f'{last:%Y-%m}'})}",
    }  # fmt: skip


def beside(found: Compared, made: dispatch.Roster, within: float) -> dict[str, Any]:
    """How the calls went, what Erlang says of them, and what the roster needed would bring."""
    need = dict(zip(made.intervals, made.needed, strict=True))
    lines = dict(zip(made.intervals, made.lines, strict=True))
    worst = max(found.rows, key=lambda one: one.hung_up * one.calls)
    # Half-hours in which the agents seen at work would have served more in time than were.
    slower = [one for one in found.rows if not one.inside and one.line.level > one.in_time + 0.05]
    about = {
        "within": f"{within:g}", "in_time": f"{found.in_time:.1%}", "hung_up": f"{found.hung_up:.1%}", "level": f"{made.level:.1%}",
        "abandoned": f"{made.abandoned:.1%}", "erlang_in_time": f"{found.erlang_in_time:.1%}", "erlang_hung_up": f"{found.erlang_hung_up:.1%}",
        "off_in_time": f"{100 * found.off_in_time:+.1f}", "off_hung_up": f"{100 * found.off_hung_up:+.1f}",
        "in_time_interval": _interval(found.in_time_interval), "hung_up_interval": _interval(found.hung_up_interval),
    }  # fmt: skip
    return about | {
        "title": _("%(in_time)s were answered within %(within)s seconds; the roster needed would bring %(level)s") % about,
        "worst": _("Most hung up at %(at)s: %(share)s of %(calls)s calls.") % {"at": worst.name, "share": f"{worst.hung_up:.1%}", "calls": f"{worst.calls:,}"},
        "trust": _TRUST["agrees" if found.agrees else "near" if found.trusted else "off"], "slower": len(slower), "all": len(found.rows),
        "inside": sum(one.inside for one in found.rows),
        "rows": [
            {
                "at": one.name, "calls": f"{one.calls:,}", "in_time": f"{one.in_time:.1%}", "interval": _interval(one.interval),
                "hung_up": f"{one.hung_up:.1%}", "agents": one.agents, "erlang_in_time": f"{one.line.level:.1%}", "outside": not one.inside,
                "erlang_hung_up": f"{one.line.abandoned:.1%}", "need": need.get(one.name, "–"),
                "level": f"{lines[one.name].level:.1%}" if one.name in lines else "–",
            }
            for one in found.rows
        ],
        "chart": {
            "points": [one.name for one in found.rows], "form": "share", "low": 0,
            "series": [
                {"name": _("Erlang, with the agents needed"), "values": [lines[one.name].level if one.name in lines else None for one in found.rows], "context": True},
                {"name": _("As it was"), "values": [one.in_time for one in found.rows]},
            ],
        },
    }  # fmt: skip


def _interval(one: Interval) -> str:
    return f"{one.low:.1%} – {one.high:.1%}"
