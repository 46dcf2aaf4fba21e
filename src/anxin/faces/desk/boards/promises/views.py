"""How each duty is kept; and a limit between any two activities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from anxin.faces.desk.boards.cockpit.choosing import ask, choices, values_of
from anxin.faces.desk.boards.cockpit.figures import Cell, Figure, Row, between, percent
from anxin.faces.desk.boards.cockpit.words import trend
from anxin.faces.desk.boards.frame import Choice, behind_address, board_page, branch_words, month_words
from anxin.faces.desk.boards.promises import pairs
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.people import departments
from anxin.insight.cockpit.promises import FEWEST, deadlines
from anxin.insight.results.asking import ALL
from anxin.insight.results.permissions import SEE_BOARDS
from anxin.journal.promises.rules import Rule

BOARD = "promises"


def force_words(force: str) -> str:
    return {"statutory": _("Law"), "advisory": _("Guidance"), "company": _("Own standard")}.get(force, force)


@require_GET
@staff(SEE_BOARDS)
def promises(request: HttpRequest) -> HttpResponse:
    rules = deadlines()
    values = values_of(request, "force", "department", "rule", may_be_all=True)
    named = {code: str(row) for code, row in departments().items()}
    options = {"force": {"statutory", "advisory", "company"}, "department": set(named), "rule": set(rules)}
    values = {name: value for name, value in values.items() if value in options.get(name, {value})}
    found = ask(request, BOARD, values)
    body = found.body
    there = [rule for rule in rules.values() if body is not None and (rule.id == values.get("rule") or any(row["rule"] == rule.id for row in body["rules"]))]  # fmt: skip
    chosen = [
        *choices(request, body, values, may_be_all=True),
        Choice("force", _("Rests on"), [("", _("Law and own standards")), *((one, force_words(one)) for one in ("statutory", "advisory", "company"))], values.get("force", "")),
        Choice("department", _("Department"), [("", _("All departments")), *named.items()], values.get("department", "")),
        Choice("rule", _("Duty"), [("", _("All duties")), *((rule.id, rule.what) for rule in there)], values.get("rule", "")),
    ]  # fmt: skip
    more = {} if body is None else _filled(body, values, rules, named)
    return board_page(request, "desk/boards/promises/page.html", found=found, choices=chosen, **more)


@dataclass(frozen=True, slots=True)
class Spark:
    """A year of months on 96 by 24: points of the line (broken where there is nothing), the target's height, the last point."""

    lines: Sequence[str]
    target: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Duty:
    name: str
    source: str
    force: str
    numbers: Sequence[tuple[str, Cell]]
    """Each under its column's head."""
    rate: str
    between: str
    few: bool
    short: bool
    used: str
    spark: Spark | None


def _filled(
    body: dict[str, Any], values: dict[str, str], rules: Mapping[str, Rule], named: Mapping[str, str]
) -> dict[str, Any]:
    month = _("all months") if body["month"] == ALL else month_words(body["month"])

    def address(what: str, **more: str) -> str:
        return behind_address(BOARD, what, {**values, "month": body["month"], **more})

    whole = body["whole"]
    duties = [_duty(row, rules[row["rule"]], address) for row in body["rules"] if row["rule"] in rules]
    branches = branch_words() if len(body["branches"]) > 1 else {}
    return {
        "heading": _heading(body, rules),
        "month": month,
        "whole": {name: f"{whole[name]:,}" for name in ("due", "kept", "broken", "running", "paused", "late")},
        "hrefs": {name: address(name) for name in ("due", "kept", "broken", "running", "paused", "late")},
        "duties": duties,
        "trend": trend(body | {"month": body["months"][-1] if body["month"] == ALL and body["months"] else body["month"]}, address) if body["months"] else None,
        "branches": _compared("branches", body["branches"], lambda code: branches.get(code, code), lambda code: address("broken", branch=code), body) if branches else None,
        "departments": _compared("departments", body["departments"], lambda code: named.get(code, _("none")), lambda code: address("broken", department=code), body) if len(body["departments"]) > 1 else None,
        "pair_href": reverse("desk:board-promises-pair"),
    }  # fmt: skip


def _heading(body: Mapping[str, Any], rules: Mapping[str, Rule]) -> str:
    judged = [row for row in body["rules"] if row["due"] >= FEWEST and row["rate"] is not None and row["rule"] in rules]
    if not judged:
        return _("Too few promises fell due to judge")
    worst = judged[0]
    values = {
        "what": rules[worst["rule"]].what,
        "rate": percent(worst["rate"], 0),
        "whole": percent(body["whole"]["rate"]),
    }
    if len(judged) == 1:
        return _("“%(what)s” was kept in %(rate)s") % values
    return _("“%(what)s” is kept least, in %(rate)s; all duties together in %(whole)s") % values


def _duty(row: Mapping[str, Any], rule: Rule, address: Callable[..., str]) -> Duty:
    heads = {
        "due": _("Fell due"), "kept": _("Kept"), "broken": _("Broken"), "overdue": _("Past and not done"), "running": _("Running"), "paused": _("Paused"),
    }  # fmt: skip

    def number(name: str) -> tuple[str, Cell]:
        return heads[name], Cell(f"{row[name]:,}", address(name, rule=rule.id))

    return Duty(
        rule.what, rule.source, force_words(rule.force), [number(name) for name in heads],
        percent(row["rate"]), between(row), row["due"] < FEWEST, row["rate"] is not None and row["high"] < 0.95, percent(row["used"], 0), spark(row["trend"]),
    )  # fmt: skip


def spark(shares: Sequence[float | None], target: float = 0.95) -> Spark | None:
    known = [share for share in shares if share is not None]
    if len(known) < 2:
        return None
    low = min(*known, target)
    height = max(1.0 - low, 0.02)

    def y(share: float) -> float:
        return 2 + 20 * (1.0 - share) / height

    step = 96 / (len(shares) - 1)
    lines: list[list[str]] = [[]]
    last = (0.0, 0.0)
    for place, share in enumerate(shares):
        if share is None:
            lines.append([])
            continue
        last = (place * step, y(share))
        lines[-1].append(f"{last[0]:.1f},{last[1]:.1f}")
    return Spark([" ".join(line) for line in lines if line], f"{y(target):.1f}", f"{last[0]:.1f}", f"{last[1]:.1f}")


def _compared(
    name: str, rows: Sequence[Mapping[str, Any]], words: Callable[[str], str], address: Callable[[str], str], body: Mapping[str, Any]
) -> Figure:  # fmt: skip
    """Branches or departments beside the target, worst first."""
    judged = [row for row in rows if row["due"] >= FEWEST]
    short = [row for row in judged if row["high"] < body["target"]]
    values = {
        "count": len(short),
        "of": len(judged),
        "target": percent(body["target"], 0),
        "worst": words(judged[0]["name"]) if judged else "",
    }
    if not judged:
        title = _("Too few promises to compare")
    elif name == "branches":
        told = ngettext("%(count)s of %(of)s branches is surely below %(target)s; %(worst)s is lowest", "%(count)s of %(of)s branches are surely below %(target)s; %(worst)s is lowest", len(short))  # fmt: skip
        title = (told if short else _("No branch is surely below %(target)s; %(worst)s is lowest")) % values
    else:
        told = ngettext("%(count)s of %(of)s departments is surely below %(target)s; %(worst)s is lowest", "%(count)s of %(of)s departments are surely below %(target)s; %(worst)s is lowest", len(short))  # fmt: skip
        title = (told if short else _("No department is surely below %(target)s; %(worst)s is lowest")) % values
    data: dict[str, Any] = {
        "rows": [
            {"name": words(row["name"]), "note": _("%(count)s due") % {"count": f"{row['due']:,}"}, "value": row["rate"], "low": row["low"], "high": row["high"], "href": address(row["name"])}
            for row in judged
        ],
        "form": "share", "high": 1, "target": {"value": body["target"], "label": _("Target %(share)s") % {"share": percent(body["target"], 0)}},
    }  # fmt: skip
    table = [
        Row(Cell(words(row["name"])), [
            Cell(f"{row['due']:,}"), Cell(f"{row['broken']:,}", address(row["name"])), Cell(percent(row["rate"])), Cell(between(row)),
        ], "is-few" if row["due"] < FEWEST else "")
        for row in rows
    ]  # fmt: skip
    label = ", ".join(f"{one['name']} {percent(one['value'])}" for one in data["rows"])
    return Figure(
        name, title, _("Share kept with 95% interval"), "ranges", data, label, [_("Branch") if name == "branches" else _("Department"), _("Fell due"), _("Broken"), _("Share kept"), _("95% interval")], table,
        css="fig--tall" if name == "branches" else "",
    )  # fmt: skip


@require_GET
@staff(SEE_BOARDS)
def pair(request: HttpRequest) -> HttpResponse:
    """A limit between any two activities, held against every case in the lake."""
    values = values_of(request, "from", "to", "limit", "unit")
    values.pop("month", None)
    known = ask(request, BOARD, {name: value for name, value in values.items() if name in ("branch", "kind", "line")})
    form = pairs.form_of(request, known.body)
    found = ask(request, "promise-pair", values) if form.is_whole else None
    chosen = [one for one in choices(request, known.body, values) if one.name != "month"]
    more: dict[str, Any] = {} if found is None or found.body is None else pairs.filled(found.body, form, values)
    if known.body is None:
        return board_page(request, "desk/boards/promises/pair.html", found=known)
    return board_page(
        request, "desk/boards/promises/pair.html", found=None, choices=chosen, form=form, asked=found, status=422 if form.errors else 200, **more,
    )  # fmt: skip
