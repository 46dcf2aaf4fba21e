"""Where cases wait, what is done again, how long cases take."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from anxin.faces.desk.boards.frame import activity_words, choice, month_words, months_short
from anxin.faces.desk.boards.process.page import asked, behind, kind_asked, page
from anxin.faces.desk.boards.process.words import TURNS, field_words, in_hours, share, span, value_words
from anxin.faces.desk.entrance import staff
from anxin.insight.process.queries import prescribed
from anxin.insight.results.answers import Found
from anxin.insight.results.permissions import SEE_BOARDS

FEW: Final = 5
"""Under so many cases a group is not judged."""


@require_GET
@staff(SEE_BOARDS)
def waits(request: HttpRequest) -> HttpResponse:
    newest = prescribed(kind_asked(request))
    found = asked(
        request, "process-waiting", edition=str(newest.number) if newest is not None and newest.number else ""
    )
    body = found.body or {"cases": 0}
    if not body["cases"]:
        return page(request, "desk/boards/process/nothing.html", found, hand=True)
    names = body["activities"]
    words = [activity_words(name) for name in names]
    edges = _edges(found, body, names, words)
    ours = [one for one in edges if not one["turn_code"]]
    top = ours[:3]
    by = choice(
        request,
        "by",
        pgettext("process", "Compare by"),
        [(name, field_words(name)) for name in _ordered(body["groups"])],
    )
    return page(
        request, "desk/boards/process/waits.html", found, hand=True, body=body, prescribed=newest is not None, edges=edges, ours=f"{body['ours']:,.0f}",
        theirs=f"{body['theirs']:,.0f}", top=share(sum(one["hours"] for one in top) / (body["ours"] or 1)), top_count=len(top),
        again=_again(found, body, names, words), again_hours=f"{body['rework']['hours']:,.0f}", again_cases=f"{body['rework']['cases']:,}",
        again_share=share(body["rework"]["cases"] / body["cases"]), again_href=behind(found, "rework", _("Cases that do something again")),
        ended=f"{body['ended']:,}", ended_href=behind(found, "ended", pgettext("process", "Ended cases")),
        any_due=any(one["due"] for one in body["rework"]["rows"]), median=span(body.get("median")), p90=span(body.get("p90")), months=_months(found, body), trend=_trend(found, body),
        by=by, groups=_groups(found, body, by.value) if by.value else [],
        has_office=any("office_median" in one for one in body["edges"]),
    )  # fmt: skip


def _edges(found: Found, body: dict[str, Any], names: list[str], words: list[str]) -> list[dict[str, Any]]:
    most = max((one["hours"] for one in body["edges"]), default=0) or 1
    rows = []
    for one in body["edges"]:
        title = f"{words[one['from']]} → {words[one['to']]}"
        rows.append({
            "first": words[one["from"]], "second": words[one["to"]], "hours": one["hours"], "told": f"{one['hours']:,.0f}",
            "bar": one["hours"] / most, "share": share(one["hours"] / (body["ours"] or 1)) if not one["turn"] else "–",
            "count": f"{one['count']:,}", "cases": f"{one['cases']:,}" if one["cases"] is not None else "–",
            "median": span(one["median"]), "p90": span(one["p90"]), "turn_code": one["turn"], "turn": TURNS[one["turn"]],
            "office_median": in_hours(one.get("office_median")), "office_p90": in_hours(one.get("office_p90")),
            "href": behind(found, f"edge:{names[one['from']]}>{names[one['to']]}", title),
        })  # fmt: skip
    return rows


def _again(found: Found, body: dict[str, Any], names: list[str], words: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "words": words[one["activity"]], "cases": f"{one['cases']:,}", "share": share(one["cases"] / body["cases"]),
            "repeats": f"{one['repeats']:,}", "loops": f"{one['loops']:,}", "hours": f"{one['hours']:,.0f}",
            "each": span(one["hours"] / one["repeats"]), "due": one["due"],
            "href": behind(found, f"rework:{names[one['activity']]}", words[one["activity"]]),
        }
        for one in body["rework"]["rows"]
    ]  # fmt: skip


def _ordered(groups: dict[str, Any]) -> list[str]:
    """What the reader knows best first."""
    known = [name for name in ("line", "branch", "cause", "injury", "small", "outcome") if name in groups]
    return [*known, *(name for name in groups if name not in known)]


def _months(found: Found, body: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "words": month_words(month), "count": f"{count:,}", "median": span(median), "p90": span(p90), "few": count < FEW,
            "href": behind(found, f"month:{month}", month_words(month)),
        }
        for month, count, median, p90 in reversed(body["months"])
    ]  # fmt: skip


def _trend(found: Found, body: dict[str, Any]) -> dict[str, Any]:
    """Months with too few cases are left out of the line; the table tells them."""
    rows = body["months"]

    def days(place: int) -> list[float | None]:
        return [round(row[place] / 24, 3) if row[1] >= FEW else None for row in rows]

    hrefs = [behind(found, f"month:{row[0]}", month_words(row[0])) for row in rows]
    return {
        "points": months_short([row[0] for row in rows]), "form": "days", "low": 0,
        "series": [
            {"name": pgettext("process", "nine of ten take at most (days)"), "values": days(3), "hrefs": hrefs, "context": True},
            {"name": pgettext("process", "half take at most (days)"), "values": days(2), "hrefs": hrefs},
        ],
    }  # fmt: skip


def _groups(found: Found, body: dict[str, Any], by: str) -> list[dict[str, Any]]:
    rows = body["groups"].get(by, [])
    most = max((row[3] for row in rows if row[1] >= FEW), default=0) or 1
    return [
        {
            "words": value_words(by, label), "count": f"{count:,}", "median": span(median), "p90": span(p90), "few": count < FEW,
            "bar": median / most, "bar90": p90 / most,
            "href": behind(found, f"group:{by}={label}", f"{field_words(by)}: {value_words(by, label)}"),
        }
        for label, count, median, p90 in rows
    ]  # fmt: skip
