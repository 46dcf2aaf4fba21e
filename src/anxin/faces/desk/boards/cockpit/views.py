"""The service-quality cockpit: the month at one look, and the three promises that are tightest at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.access.actors import Actor
from anxin.faces.desk.boards.cockpit import words
from anxin.faces.desk.boards.cockpit.choosing import ask, choices, values_of
from anxin.faces.desk.boards.cockpit.matrix import heat_map, worst_words
from anxin.faces.desk.boards.frame import HOME, behind_address, board_page, month_words
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.people import departments
from anxin.faces.desk.views_admin.pages import who
from anxin.insight.cockpit.queries import tightest
from anxin.insight.results.permissions import SEE_BOARDS
from anxin.voice.responses.permissions import SEE_RESPONSES

BOARD = "cockpit"


@require_GET
@staff(SEE_BOARDS)
def cockpit(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    values = values_of(request)
    found = ask(request, BOARD, values)
    body = found.body
    named = departments()
    more: dict[str, Any] = {"chooses": choices(request, body, values)}
    if body is not None:
        more |= _filled(request, actor, body, values, {code: str(row) for code, row in named.items()})
        more["hot"] = [
            {"line": replace(row.line, what=f"{row.line.what} · {case.branch.short} {case.number}"), "href": f"/desk/cases/{case.public_id}/"}
            for case, row in tightest(actor, now, departments=named, branch=values.get("branch", ""), kind=values.get("kind", ""), line=values.get("line", ""))
        ]  # fmt: skip
        more["improvements"] = improvements(actor)
    return board_page(request, "desk/boards/cockpit/page.html", found=found, choices=more.pop("chooses"), **more)


def _filled(
    request: HttpRequest, actor: Actor, body: dict[str, Any], values: dict[str, str], named: dict[str, str]
) -> dict[str, Any]:  # fmt: skip
    month = body["month"]

    def department(code: str) -> str:
        return named.get(code, code)

    def address(what: str, *, month: str = month, title: str = "") -> str:
        return behind_address(BOARD, what, {**values, "month": month}, title)

    voice = body["voice"]["now"]
    answers = f"/desk/voice/campaigns/{voice['id']}/answers/" if voice and actor.may(SEE_RESPONSES) else ""
    steps = body["broke"]["steps"]
    matrix = body["handovers"]
    return {
        "heading": words.headline(body, department),
        "how": {
            "month": month_words(month), "due": f"{body['kept']['due']:,}", "kept": f"{body['kept']['kept']:,}", "broken": f"{body['kept']['broken']:,}",
            "due_href": address("due"), "kept_href": address("kept"), "broken_href": address("broken"),
            "step": f"{steps[0]['n']:,}" if steps else "",
            "step_href": address(f"broke:{steps[0]['giver']}:{steps[0]['taker']}") if steps else "",
        },
        "figures": {
            "stages": words.stages(body, answers), "kept": words.trend(body, address), "cycle": words.cycle(body, address),
            "paid": words.paid(body, address), "complaints": words.complained(body, values),
        },
        "heat": heat_map(
            matrix["cells"], _order(matrix["names"], list(named)), department,
            lambda giver, taker: address(f"handover:{giver}:{taker}"),
        ) if matrix["cells"] else None,
        "heat_title": worst_words(matrix["cells"], department),
        "heat_how": _("Median wait from department to department (hours), %(month)s; open a cell for its cases") % {"month": month_words(month)},
        "handovers_href": f"{HOME}handovers/", "promises_href": f"{HOME}promises/",
        "review_href": "" if values.get("month") else f"{request.path}?{urlencode({**values, 'month': month})}",
    }  # fmt: skip


def _order(names: Sequence[str], house: Sequence[str]) -> list[str]:
    """Departments in the house's order, as a claim goes through them."""
    return sorted(names, key=lambda name: (house.index(name) if name in house else len(house), name))


# -- findings, improvements, measured effect -------------------------------------------------------------------------------

_VERDICTS = {
    "helped": ("t-kept", "circle-check"), "no_sign": ("t-paused", "circle-minus"), "hurt": ("t-broken", "alert-octagon"),
    "too_early": ("t-paused", "hourglass"), "none": ("t-paused", "hourglass"),
}  # fmt: skip


CLOSE = 36
"""Per cent of the line below which the words of an effect and of "no change" would run into one another."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Places on a line of 100 %, with "no change" at `zero`; where the two stand close, their words lean away from one another."""

    low: str
    high: str
    at: str
    zero: str
    text: str
    label: str
    is_open: bool
    leans: str = "middle"
    zero_leans: str = "middle"


def improvements(actor: Actor) -> list[dict[str, Any]]:
    """The newest findings with what was done and what it did, from the room of improvements; none while that is not there."""
    try:
        queries = import_module("anxin.insight.improvement.queries")
    except ModuleNotFoundError:
        return []
    rows = []
    for shown in queries.newest_with_effect(actor, limit=3):
        css, icon = _VERDICTS.get(shown.verdict, _VERDICTS["none"])
        word = getattr(shown, "verdict_word", "")
        rows.append({
            "shown": shown, "css": css, "icon": icon, "effect": drawn(shown.effect, shown.verdict), "word": word or shown.verdict_text,
            "why": shown.verdict_text if word else "", "action_href": getattr(shown, "action_href", ""),
        })  # fmt: skip
    return rows


def drawn(effect: Any, verdict: str) -> Effect | None:
    """An effect with its interval beside "no change"; None where nothing is measured yet."""
    if effect is None or effect.estimate is None:
        return None
    low = effect.estimate if effect.low is None else effect.low
    high = effect.estimate if effect.high is None else effect.high
    least, most = min(low, high, 0.0), max(low, high, 0.0)
    width = (most - least) or 1.0

    def at(value: float) -> float:
        return 12 + 76 * (value - least) / width

    def place(value: float) -> str:
        return f"{at(value):.1f}%"

    apart = at(effect.estimate) - at(0.0)
    leaning = ("middle", "middle") if abs(apart) > CLOSE else ("end", "start") if apart < 0 else ("start", "end")

    sign = "−" if effect.estimate < 0 else "+"
    text = getattr(effect, "text", "") or f"{sign}{abs(effect.estimate):.1f} {effect.unit}".strip()
    label = _("Effect %(effect)s, 95%% interval %(low)s to %(high)s") % {"effect": text, "low": f"{low:.1f}", "high": f"{high:.1f}"}  # fmt: skip
    return Effect(place(low), place(high), place(effect.estimate), place(0.0), text, label, verdict not in ("helped", "hurt"), *leaning)  # fmt: skip
