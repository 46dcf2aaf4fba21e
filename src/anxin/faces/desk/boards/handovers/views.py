"""Who passes cases to whom, and how long they lie in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.access.actors import Actor
from anxin.access.permissions import SEE_PEOPLE
from anxin.faces.desk.boards.cockpit.choosing import ask, choices, values_of
from anxin.faces.desk.boards.cockpit.figures import Cell, Figure, Row, hours, percent
from anxin.faces.desk.boards.cockpit.matrix import heat_map, worst_words
from anxin.faces.desk.boards.frame import Choice, behind_address, board_page, month_words, months_short
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.people import departments, names
from anxin.faces.desk.views_admin.pages import who
from anxin.insight.results.asking import ALL
from anxin.insight.results.permissions import SEE_BOARDS
from anxin.journal.models import Case

BOARD = "handovers"
SHOWN = 15
"""Pairs listed without opening the rest."""


@require_GET
@staff(SEE_BOARDS)
def handovers(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    values = values_of(request, "between", "time", may_be_all=True)
    values = {name: value for name, value in values.items() if (name, value) not in (("between", "department"), ("time", "calendar"))}  # fmt: skip
    found = ask(request, BOARD, values)
    body = found.body
    between = [("", _("Between departments")), ("person", _("Between people"))]
    office = [("", _("Calendar time")), ("office", _("Office time"))]
    chosen = [
        *choices(request, body, values, may_be_all=True),
        Choice("between", _("Between"), between, values.get("between", "")),
        Choice("time", _("Time"), office, values.get("time", "")),
    ]
    more = {} if body is None else _filled(actor, body, values)
    return board_page(request, "desk/boards/handovers/page.html", found=found, choices=chosen, **more)


def _filled(actor: Actor, body: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    words = _names(actor, body)
    month = _("all months") if body["month"] == ALL else month_words(body["month"])

    def address(what: str) -> str:
        return behind_address(BOARD, what, {**values, "month": body["month"]})

    pairs = body["pairs"]
    heads = {"month": month, "count": f"{body['count']:,}", "total": hours(body["total"])}
    order = body["names"]
    if body["between"] == "department":
        house = list(departments())
        order = sorted(order, key=lambda name: (house.index(name) if name in house else len(house), name))
    return {
        "heading": _heading(body, words),
        "how": (_("%(month)s: %(count)s hand-overs, %(total)s office hours of waiting in all") if body["time"] == "office" else _("%(month)s: %(count)s hand-overs, %(total)s hours of waiting in all")) % heads,
        "month": month,
        "heat": heat_map(pairs, order, words, lambda giver, taker: address(f"pair:{giver}:{taker}")) if pairs else None,
        "heat_title": worst_words(pairs, words),
        "pairs": _pairs(pairs, words, address, body), "sides": _sides(body["sides"], words, address), "trend": _trend(body, words),
        "waiting": _waiting(actor, body["waiting"]), "few_people": len(body["sides"]) > len(body["names"]),
        "hidden_names": body["between"] == "person" and not actor.may(SEE_PEOPLE),
    }  # fmt: skip


def _names(actor: Actor, body: Mapping[str, Any]) -> Callable[[str], str]:
    """Departments by name. People by name for those who may see staff; for others by their place on this board."""
    if body["between"] == "department":
        known = {code: str(row) for code, row in departments().items()}
        return lambda code: known.get(code, code)
    if actor.may(SEE_PEOPLE):
        people = names()
        return lambda key: people.get(int(key), key) if key.isdigit() else key
    places = {side["name"]: place for place, side in enumerate(body["sides"], 1)}
    return lambda key: _("Person %(number)s") % {"number": places.get(key, "?")}


def _heading(body: Mapping[str, Any], words: Callable[[str], str]) -> str:
    pairs = body["pairs"]
    if not pairs:
        return _("No case was handed over")
    first = pairs[0]
    values = {"giver": words(first["giver"]), "taker": words(first["taker"]), "hours": hours(first["total"])}
    if body["total"]:
        share = {"share": percent(first["total"] / body["total"], 0)}
        return _("Most waiting lies between %(giver)s and %(taker)s: %(hours)s hours, %(share)s of it all") % (
            values | share
        )
    return _("Hand-overs cost no waiting")


def _pairs(
    pairs: Sequence[Mapping[str, Any]], words: Callable[[str], str], address: Callable[[str], str], body: Mapping[str, Any]
) -> Figure:  # fmt: skip
    rows = [
        Row(Cell(_("%(giver)s → %(taker)s") % {"giver": words(one["giver"]), "taker": words(one["taker"])}), [
            Cell(f"{one['n']:,}", address(f"pair:{one['giver']}:{one['taker']}")), Cell(hours(one["median"])), Cell(hours(one["p90"])),
            Cell(hours(one["total"])), Cell(percent(one["total"] / body["total"], 0) if body["total"] else "–"),
        ], "is-few" if one["n"] < 5 else "")
        for one in pairs[:SHOWN]
    ]  # fmt: skip
    left = len(pairs) - len(rows) + body.get("more", 0)
    return Figure(
        "pairs", _("All pairs, most waiting first"), heads=[_("From and to"), _("Number of hand-overs"), _("Median hours"), _("Slowest tenth"), _("Hours in all"), _("Share of the waiting")],
        rows=rows, more=_("The table"), none=_("No case went from one hand to another."),
        note=_("%(count)s pairs with less waiting are not listed.") % {"count": f"{left:,}"} if left > 0 else "",
    )  # fmt: skip


def _sides(sides: Sequence[Mapping[str, Any]], words: Callable[[str], str], address: Callable[[str], str]) -> Figure:
    rows = [
        Row(Cell(words(one["name"])), [
            Cell(f"{one['gave']:,}", address(f"gave:{one['name']}")), Cell(f"{one['took']:,}", address(f"took:{one['name']}")), Cell(hours(one["waited"])),
        ])
        for one in sides[:SHOWN]
    ]  # fmt: skip
    title = _("Nobody handed anything over")
    if sides:
        gives = max(sides, key=lambda one: one["gave"])
        takes = max(sides, key=lambda one: one["took"])
        title = _("%(giver)s gives most, %(taker)s takes most") % {
            "giver": words(gives["name"]),
            "taker": words(takes["name"]),
        }
    return Figure(
        "sides",
        title,
        heads=["", _("Times handed over"), _("Times taken over"), _("Hours that waited for it")],
        rows=rows,
        more=_("The table"),
    )


def _trend(body: Mapping[str, Any], words: Callable[[str], str]) -> Figure | None:
    if not body["trend_of"] or len(body["trend"]) < 2:
        return None
    rows = body["trend"]
    giver, taker = (words(name) for name in body["trend_of"])
    judged = [row for row in rows if row["full"] and row["n"] >= 5]
    values = {"giver": giver, "taker": taker}
    if len(judged) > 1:
        first, last = judged[0], judged[-1]
        values |= {"first": hours(first["median"]), "last": hours(last["median"]), "month": month_words(first["month"])}
        title = _("From %(giver)s to %(taker)s: %(last)s hours in the last full month, %(first)s in %(month)s") % values
    else:
        title = _("From %(giver)s to %(taker)s by month") % values
    partial = next((place for place, row in enumerate(rows) if not row["full"]), None)
    data = {
        "points": [month_words(row["month"]) for row in rows], "axis": months_short([row["month"] for row in rows]), "form": "hours", "low": 0, "partial": partial, "partialLabel": _("not a full month"),
        "series": [
            {"name": _("Median"), "values": [row["median"] for row in rows]},
            {"name": _("Slowest tenth"), "values": [row["p90"] for row in rows], "context": True},
        ],
    }  # fmt: skip
    table = [
        Row(
            Cell(month_words(row["month"])),
            [Cell(f"{row['n']:,}"), Cell(hours(row["median"])), Cell(hours(row["p90"]))],
        )
        for row in reversed(rows)
    ]
    label = ", ".join(f"{month_words(row['month'])} {hours(row['median'])}" for row in rows[-3:])
    return Figure(
        "trend", title, _("Hours of waiting by the month in which the case was taken up"), "trend", data, label,
        [_("Month"), _("Number of hand-overs"), _("Median hours"), _("Slowest tenth")], table, more=_("See the data"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    case: Case
    since: datetime
    hours: str


def _waiting(actor: Actor, rows: Sequence[Mapping[str, Any]]) -> list[Waiting]:
    """The cases among them that the reader may see, as the lake knew them."""
    found = {
        case.public_id: case
        for case in Case.objects.visible_to(actor).filter(public_id__in=[row["case"] for row in rows]).select_related("branch", "department", "person")
    }  # fmt: skip
    return [
        Waiting(found[row["case"]], datetime.fromtimestamp(row["since"], UTC), hours(row["hours"]))
        for row in rows
        if row["case"] in found
    ]
