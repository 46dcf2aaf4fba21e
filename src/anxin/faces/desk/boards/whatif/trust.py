"""How far a model is to be trusted, in words: what replaying the past gave, what the model rests on, what it leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.faces.desk.boards.frame import behind_address
from anxin.faces.desk.boards.whatif.wording import days, in_days, promise_name, share
from anxin.insight.whatif.stages import WHOLE

VERDICTS: Mapping[str, tuple[str, str, Any]] = {
    "close": ("kept", "circle-check", gettext_lazy("Close to what happened")),
    "fair": ("near", "alert-triangle", gettext_lazy("Roughly right")),
    "off": ("broken", "alert-octagon", gettext_lazy("Do not trust it")),
    "none": ("paused", "alert-triangle", gettext_lazy("Not checked: too few cases")),
}  # fmt: skip


def validation(found: Mapping[str, Any], scope: Mapping[str, str]) -> dict[str, Any]:
    """The validation in words, with the cases it was compared with."""
    tone, icon, words = VERDICTS[found["verdict"]]
    told: dict[str, Any] = {"tone": tone, "icon": icon, "verdict": words, "why": found.get("why", ""), "parts": []}
    if found["verdict"] == "none":
        told["title"] = _("There is too little to check the model with")
        return told
    first, last = date.fromisoformat(found["split"]), date.fromisoformat(found["last"])
    median = found["checks"][0]
    about = {"was": in_days(median["was"]), "had": in_days(median["simulated"]), "off": f"{abs(median['off']):.0%}"}
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
            "days": days(begin, end), "cases": found["storm_cases"], "was": in_days(worst["was"]), "had": in_days(worst["simulated"]),
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
        cells = [in_days(one[key]) for key in ("was", "simulated", "low", "high")]
        off = "–" if one["off"] is None else f"{one['off']:+.1%}"
    elif name == "progress":
        title = _("Cases in progress")
        cells = ["–" if one[key] is None else f"{one[key]:.1f}" for key in ("was", "simulated", "low", "high")]
        off = "–" if one["off"] is None else f"{one['off']:+.1%}"
    else:
        code = name.removeprefix("kept:")
        title = _("Whole claim in time") if code == WHOLE else _("Kept: %(code)s") % {"code": promise_name(code, 10)}
        cells = [share(one[key]) for key in ("was", "simulated", "low", "high")]
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
