"""Words and drawings for the phone line: who is needed, and what happened beside what Erlang says."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from anxin.engines import dispatch
from anxin.faces.desk.boards.whatif.telling import days
from anxin.insight.whatif.phone import Compared, Heard

_FACTS = "/desk/boards/indicators/IN-01/"


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
    # Half-hours in which a single agent would have served more in time than were.
    idle = [one for one in found.rows if one.agents == 1 and one.line.level > one.in_time + 0.05]
    about = {
        "within": f"{within:g}", "in_time": f"{found.in_time:.1%}", "hung_up": f"{found.hung_up:.1%}", "level": f"{made.level:.1%}",
        "abandoned": f"{made.abandoned:.1%}", "fitted": f"{found.fitted_hung_up:.1%}", "off": f"{100 * found.off:+.1f}",
        "fitted_in_time": f"{found.fitted_in_time:.1%}",
    }  # fmt: skip
    return about | {
        "title": _("%(in_time)s were answered within %(within)s seconds; the roster needed would bring %(level)s") % about,
        "worst": _("Most hung up at %(at)s: %(share)s of %(calls)s calls.") % {"at": worst.name, "share": f"{worst.hung_up:.1%}", "calls": f"{worst.calls:,}"},
        "trusted": found.trusted, "idle": len(idle), "all": len(found.rows),
        "rows": [
            {
                "at": one.name, "calls": f"{one.calls:,}", "in_time": f"{one.in_time:.1%}", "hung_up": f"{one.hung_up:.1%}",
                "agents": one.agents, "fitted_in_time": f"{one.line.level:.1%}", "fitted": f"{one.line.abandoned:.1%}",
                "need": need.get(one.name, "–"), "level": f"{lines[one.name].level:.1%}" if one.name in lines else "–",
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
