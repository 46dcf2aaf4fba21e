"""The form for a limit between two activities, and its answer in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from anxin.faces.desk.boards.cockpit.figures import Cell, Figure, Row, between, hours, percent
from anxin.faces.desk.boards.frame import activity_words, behind_address, month_words, months_short
from anxin.insight.cockpit.promise_board import MOST_LIMIT, UNITS

BOARD = "promise-pair"


def unit_words() -> list[tuple[str, str]]:
    return [("days", _("days")), ("hours", _("hours")), ("office", _("office hours"))]


@dataclass(frozen=True, slots=True)
class PairForm:
    """What was typed, what is wrong with it by field, and the activities to choose from."""

    typed: Mapping[str, str]
    activities: Sequence[tuple[str, str]]
    units: Sequence[tuple[str, str]]
    errors: Mapping[str, str] = field(default_factory=dict)
    is_asked: bool = False

    @property
    def is_whole(self) -> bool:
        return self.is_asked and not self.errors

    @property
    def sentence(self) -> str:
        names = dict(self.activities)
        return _("From “%(start)s” to “%(stop)s” within %(limit)s %(unit)s") % {
            "start": names[self.typed["from"]], "stop": names[self.typed["to"]], "limit": self.typed["limit"], "unit": dict(self.units)[self.typed["unit"]],
        }  # fmt: skip


def form_of(request: HttpRequest, body: Mapping[str, Any] | None) -> PairForm:
    activities = sorted(
        ((name, activity_words(name)) for name in (body or {}).get("activities", ())), key=lambda one: one[1]
    )
    typed = {name: request.GET.get(name, "").strip()[:60] for name in ("from", "to", "limit", "unit")}
    asked = any(typed[name] for name in ("from", "to", "limit"))
    typed["unit"] = typed["unit"] if typed["unit"] in UNITS else "days"
    errors = {}
    if asked:
        known = dict(activities)
        for name in ("from", "to"):
            if typed[name] not in known:
                errors[name] = _("Choose an activity of the list.")
        if typed["from"] in known and typed["from"] == typed["to"]:
            errors["to"] = _("Choose another activity than the one it begins with.")
        if not (typed["limit"].isascii() and typed["limit"].isdigit() and 0 < int(typed["limit"]) <= MOST_LIMIT):
            errors["limit"] = _("A whole number from 1 to %(most)s.") % {"most": f"{MOST_LIMIT:,}"}
    return PairForm(typed, activities, unit_words(), errors, asked)


def filled(body: Mapping[str, Any], form: PairForm, values: Mapping[str, str]) -> dict[str, Any]:
    if not body["found"]:
        return {"nothing": True}

    def address(what: str, month: str = "") -> str:
        return behind_address(BOARD, what, {**values, "month": month}, form.sentence)

    names = {"kept": _("Kept"), "broken": _("Broken"), "overdue": _("Overdue"), "running": _("Running")}
    rows = body["trend"]
    judged = [row for row in rows if row["rate"] is not None]
    title = _("%(rate)s would have been kept (%(between)s)") % {"rate": percent(body["rate"]), "between": between(body)} if body["rate"] is not None else _("None has come to its end yet")  # fmt: skip
    data = {
        "points": [month_words(row["month"]) for row in rows], "axis": months_short([row["month"] for row in rows]), "form": "share",
        "partial": next((place for place, row in enumerate(rows) if row["month"] == body["present"]), None), "partialLabel": _("not a full month"),
        "series": [{"name": "", "values": [row["rate"] for row in rows], "low": [row["low"] for row in rows], "high": [row["high"] for row in rows], "hrefs": [address("due", row["month"]) for row in rows]}],
    }  # fmt: skip
    table = [
        Row(Cell(month_words(row["month"])), [
            *(Cell(f"{row[name]:,}", address(name, row["month"])) for name in names), Cell(percent(row["rate"])), Cell(between(row)),
        ])
        for row in reversed(rows)
    ]  # fmt: skip
    figure = Figure(
        "pair", title, _("Share kept of the cases in which the time is over, by the month in which it began, with 95% interval"), "trend", data,
        ", ".join(f"{month_words(row['month'])} {percent(row['rate'])}" for row in judged[-3:]),
        [_("Month"), *names.values(), _("Share kept"), _("95% interval")], table,
        note=_("A case that ended otherwise, such as a withdrawn claim, never comes to the second activity and counts as overdue."),
    )  # fmt: skip
    return {
        "figure": figure, "counts": [(words, f"{body[name]:,}", address(name)) for name, words in names.items()],
        "median": hours(body["median"]), "p90": hours(body["p90"]),
    }  # fmt: skip
