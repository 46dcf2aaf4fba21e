"""The regulator's indicators: the board, one indicator, the file for the form."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from anxin.access.errors import Missing
from anxin.access.formats import moment
from anxin.faces.desk.boards.frame import (
    Choice,
    board_page,
    branch_choice,
    branch_words,
    choice,
    month_words,
    months_short,
)
from anxin.faces.desk.boards.indicators import wording
from anxin.faces.desk.boards.indicators.shown import (
    BOARD,
    Shown,
    address,
    behind,
    fraction,
    headline,
    one_shown,
    shown,
    totals,
)
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.views_admin.pages import who
from anxin.faces.desk.views_admin.tables import Cell
from anxin.insight.indicators import queries
from anxin.insight.indicators.definitions import BY_ID
from anxin.insight.indicators.kinds import KINDS
from anxin.insight.indicators.models import Reported
from anxin.insight.indicators.periods import Period, choices
from anxin.insight.indicators.permissions import IMPORT_FACTS, REPORT_VALUES
from anxin.insight.results.answers import Found, find
from anxin.insight.results.permissions import SEE_BOARDS


def _asked(request: HttpRequest) -> tuple[Found, list[Choice], dict[str, str]]:
    """The board's answer, its filters, and what was chosen (only what may be chosen)."""
    actor, now = who(request)
    periods = choices(now)
    given = request.GET.get("period", "")
    try:
        named = Period.parse(given) if given else periods[0]
    except ValueError:
        named = periods[0]
    offered = [(one.name, wording.period_words(one.name)) for one in periods]
    if named.name not in dict(offered):
        offered.append((named.name, wording.period_words(named.name)))
    filters = [
        Choice("period", _("Period"), offered, named.name), branch_choice(request),
        choice(request, "business", _("Line of business"), [(value, str(words)) for value, words in Reported.Business.choices]),
    ]  # fmt: skip
    chosen = {one.name: one.value for one in filters}
    return find(BOARD, actor, chosen, now), filters, chosen


@require_GET
@staff(SEE_BOARDS)
def board(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    found, filters, chosen = _asked(request)
    more: dict[str, Any] = {}
    if found.body is not None:
        lines = _shown(request, found, chosen)
        more = {
            "heading": headline(lines, found.body), "shown": lines, "totals": totals(found.body),
            "period_words": wording.period_words(found.body["period"]), "over": found.body["over"],
            "before_words": wording.period_words(found.body["before"]),
            "csv": address("file.csv", chosen), "json": address("file.json", chosen),
            "may_import": actor.may(IMPORT_FACTS), "may_report": actor.may(REPORT_VALUES),
            "lacking": [one for one in lines if one.missing],
        }  # fmt: skip
    return board_page(request, "desk/boards/indicators/board.html", found=found, choices=filters, **more)


def _shown(request: HttpRequest, found: Found, chosen: dict[str, str]) -> list[Shown]:
    actor, _now = who(request)
    assert found.body is not None
    reported = queries.reported_for(
        actor, period=found.body["period"], business=chosen["business"], branch=chosen["branch"]
    )
    return shown(found.body, chosen, reported)


@require_GET
@staff(SEE_BOARDS)
def detail(request: HttpRequest, indicator: str) -> HttpResponse:
    actor, _now = who(request)
    definition = BY_ID.get(indicator)
    if definition is None:
        raise Missing(_("There is no such indicator: write IN-01 to IN-14."))
    found, filters, chosen = _asked(request)
    if definition.business != "both":
        filters = [one for one in filters if one.name != "business"]
        chosen["business"] = ""
        found = find(BOARD, actor, chosen, found.ask.now)
    more: dict[str, Any] = {"definition": definition}
    if found.body is not None:
        body = found.body
        told = body["indicators"][indicator]
        reported = queries.reported_for(
            actor, period=body["period"], business=chosen["business"], branch=chosen["branch"]
        )
        one = one_shown(definition, told, body, chosen, reported)
        formula = definition.formula(Period.parse(body["period"]).first)
        values = (
            Reported.objects.visible_to(actor).filter(indicator=indicator).select_related("entered_by", "branch")[:20]
        )
        more |= {
            "one": one, "heading": _detail_heading(one, body), "formula": formula, "back": address("", chosen),
            "figures": [figure for line in one.lines for figure in _figures(line, told, body, chosen)] if told["parts"] else [],
            "needs": _needs(one), "values": [_reported_row(row, definition) for row in values],
            "basis": wording.basis_words(one.lines[0].basis), "weights": wording.weight_words(definition, ""),
            "lacks": [wording.spoken(zh, en) for zh, en in definition.lacks],
            "may_import": actor.may(IMPORT_FACTS), "may_report": actor.may(REPORT_VALUES),
        }  # fmt: skip
    return board_page(request, "desk/boards/indicators/detail.html", found=found, choices=filters, **more)


def _detail_heading(one: Shown, body: dict[str, Any]) -> str:
    line, period = one.lines[0], wording.period_words(body["period"])
    about = {"period": period, "name": str(one.definition), "value": line.value, "before": line.change}
    if line.value == "–":
        if one.missing:
            return _("%(name)s cannot be computed yet: its source is not imported") % about
        return _("%(period)s: nothing to compute “%(name)s” from") % about
    if one.definition.is_composite:
        return _("%(period)s: three of the seven numbers of “%(name)s” can be computed, no total") % about
    if not line.change:
        return _("%(period)s: %(name)s %(value)s") % about
    if line.clear:
        words = _("%(period)s: %(name)s %(value)s, clearly worse than before (%(before)s)") if line.worse else _("%(period)s: %(name)s %(value)s, clearly better than before (%(before)s)")  # fmt: skip
        return words % about
    return _("%(period)s: %(name)s %(value)s, no clear change from before (%(before)s)") % about


def _figures(line: Any, told: dict[str, Any], body: dict[str, Any], chosen: dict[str, str]) -> list[dict[str, Any]]:
    """The trend by month and the branches of one number, each as a chart with its table."""
    part, name = line.part, f"{line.definition.id}-{line.part.id}"
    numbers = told["parts"][part.id]
    months = numbers["months"]
    if not any(months):
        return []
    target = {"value": part.target, "label": part.target_words} if part.target is not None else None
    hrefs = [behind(line.definition, part, "all", line.basis, chosen, month) for month in body["months"]]
    form = {"share": "share", "days": "days", "rate": "number"}[part.unit]
    found = [{
        "id": f"t-{name}", "chart": "trend", "title": _trend_title(line, body, months), "under": _("By month, 95% interval"), "form": form,
        "data": {
            "points": [month_words(month) for month in body["months"]], "axis": months_short(body["months"]), "form": form, "target": target,
            "series": [{
                "name": str(part), "values": [one[0] if one else None for one in months], "low": [one[1] if one else None for one in months],
                "high": [one[2] if one else None for one in months], "hrefs": hrefs,
            }],
        },
        "heads": [_("Month"), pgettext("indicator", "Value"), _("95% interval"), _("Numerator"), _("Denominator")],
        "rows": [
            [
                Cell(month_words(month)), Cell(wording.value_words(part, one[0] if one else None)),
                Cell(wording.interval_words(part, {"low": one[1], "high": one[2]} if one else None)),
                *_fraction(line, _as_summary(one), chosen, month),
            ]
            for month, one in zip(body["months"], months, strict=True)
        ],
    }]  # fmt: skip
    branches = numbers["branches"]
    if len(branches) > 1:
        words = branch_words()
        order = sorted(branches, key=lambda code: branches[code]["value"], reverse=not part.up)
        enough = [code for code in order if branches[code]["low"] is not None]
        links = {code: behind(line.definition, part, "all", line.basis, {**chosen, "branch": code}) for code in order}
        found.append({
            "id": f"b-{name}", "chart": "ranges" if enough else "", "title": _branch_title(line, branches, enough, words),
            "under": _("By branch, 95% interval; branches of fewer than five rows only in the table"), "form": form,
            "data": {
                "form": form, "target": target,
                "rows": [
                    {"name": words.get(code, code), "note": f"n={branches[code]['n']:,}", "value": branches[code]["value"], "low": branches[code]["low"], "high": branches[code]["high"], "href": links[code]}
                    for code in enough
                ],
            },
            "heads": [_("Branch"), pgettext("indicator", "Value"), _("95% interval"), _("Numerator"), _("Denominator")],
            "rows": [
                [
                    Cell(words.get(code, code)), Cell(wording.value_words(part, branches[code]["value"])),
                    Cell(wording.interval_words(part, branches[code])), *_fraction(line, branches[code], {**chosen, "branch": code}),
                ]
                for code in order
            ],
        })  # fmt: skip
    return found


def _as_summary(month: list[float | None] | None) -> dict[str, Any] | None:
    if month is None:
        return None
    return {"n": month[3], "numerator": month[4], "denominator": month[5]}


def _fraction(line: Any, summary: dict[str, Any] | None, chosen: dict[str, str], month: str = "") -> list[Cell]:
    """Numerator and denominator, each with the rows it is made of."""
    return [
        Cell(words, href) for words, href in fraction(line.definition, line.part, summary, line.basis, chosen, month)
    ]


def _trend_title(line: Any, body: dict[str, Any], months: list[Any]) -> str:
    known = [(month, one) for month, one in zip(body["months"], months, strict=True) if one]
    (first, begin), (last, end) = known[0], known[-1]
    about = {
        "name": str(line.part), "first": month_words(first), "last": month_words(last),
        "begin": wording.value_words(line.part, begin[0]), "end": wording.value_words(line.part, end[0]),
    }  # fmt: skip
    if first == last:
        return _("%(name)s in %(last)s: %(end)s") % about
    return _("%(name)s: from %(begin)s in %(first)s to %(end)s in %(last)s") % about


def _branch_title(line: Any, branches: dict[str, Any], enough: list[str], words: dict[str, str]) -> str:
    if not enough:
        return _("%(name)s: every branch has too few rows to compare") % {"name": str(line.part)}
    worst, best = enough[0], enough[-1]
    about = {
        "name": str(line.part), "worst": words.get(worst, worst), "best": words.get(best, best),
        "low": wording.value_words(line.part, branches[worst]["value"]), "high": wording.value_words(line.part, branches[best]["value"]),
    }  # fmt: skip
    if wording.clearly_apart(branches[worst], branches[best]):
        return _("%(worst)s lies behind with %(low)s, %(best)s ahead with %(high)s") % about
    return _("%(name)s: no branch clearly apart; %(worst)s %(low)s, %(best)s %(high)s") % about


def _needs(one: Shown) -> list[dict[str, Any]]:
    lacking = {need["kind"] for need in one.needs}
    return [
        {
            "kind": KINDS[kind].code.label, "code": kind, "fields": ", ".join(fields), "is_missing": kind in lacking,
            "command": f"anxin import facts FILE --kind {kind}",
        }
        for kind, fields in one.definition.needs
    ]  # fmt: skip


def _reported_row(row: Reported, definition: Any) -> dict[str, Any]:
    part = definition.part(row.part)
    return {
        "period": wording.period_words(row.period), "part": str(part), "where": row.branch.short if row.branch else _("All branches"),
        "business": row.get_business_display(), "value": f"{row.value:.{row.places}f}" + ("%" if part.unit == "share" else ""),
        "by": str(row.entered_by or ""), "at": moment(row.entered_at), "current": row.is_current,
        "href": address(f"{definition.id}/", {"period": row.period, "business": row.business, "branch": row.branch.code if row.branch else ""}),
    }  # fmt: skip


# -- the file ---------------------------------------------------------------------------------------------------------


@require_GET
@staff(SEE_BOARDS)
def download(request: HttpRequest, form: str) -> HttpResponse:
    """Every number with formula version, interval and what was reported, for the regulator's form."""
    if form not in ("csv", "json"):
        raise Missing(_("Take the file as csv or json."))
    found, _filters, chosen = _asked(request)
    if found.body is None:
        return redirect(address("", chosen))  # still being worked out: that page says so and looks again
    listed = [
        _file_row(one, line, found.body, chosen) for one in _shown(request, found, chosen) for line in one.lines
    ]  # fmt: skip
    name = f"indicators-{found.body['period']}" + (f"-{chosen['branch']}" if chosen["branch"] else "")
    if form == "json":
        answer = HttpResponse(json.dumps({"period": found.body["period"], **chosen, "indicators": listed}, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8")  # fmt: skip
    else:
        out = io.StringIO()
        writer = csv.DictWriter(out, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
        # With a byte order mark, so that Excel takes the Chinese for what it is.
        answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def _file_row(one: Shown, line: Any, body: dict[str, Any], chosen: dict[str, str]) -> dict[str, Any]:
    told = body["indicators"][one.definition.id]["parts"].get(line.part.id)
    now = (told["now"] if told else None) or {}
    scale = 100 if line.part.unit == "share" else 1
    unit = {"share": "%", "days": "days", "rate": "per unit"}[line.part.unit]

    def number(name: str) -> float | None:
        return None if now.get(name) is None else round(now[name] * scale, 6)

    return {
        "indicator": one.definition.id, "name": one.definition.name_zh, "part": line.part.id, "part_name": line.part.name_zh,
        "period": body["period"], "business": chosen["business"], "branch": chosen["branch"], "value": number("value"), "unit": unit,
        "numerator": now.get("numerator"), "denominator": now.get("denominator"), "n": now.get("n"), "low": number("low"), "high": number("high"),
        "formula_version": one.version, "source": one.definition.source, "reported": line.match.reported if line.match else None,
        "matches": None if line.match is None else line.match.fits, "difference": str(line.match.difference.normalize()) if line.match else None,
        "missing": one.missing,
    }  # fmt: skip
