"""Variants: the ways in which cases went, compared to the most frequent one."""

from __future__ import annotations

import csv
from difflib import SequenceMatcher
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from anxin.access.errors import Missing
from anxin.faces.desk.boards.frame import activity_words
from anxin.faces.desk.boards.process.page import asked, behind, page
from anxin.faces.desk.boards.process.words import share, span
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.views_admin.pages import query_without
from anxin.insight.process.ways import APART
from anxin.insight.results.answers import Found
from anxin.insight.results.permissions import SEE_BOARDS

PAGE: Final = 20
_FIND: Final = ("has", "first", "next")


@require_GET
@staff(SEE_BOARDS)
def variants(request: HttpRequest) -> HttpResponse:
    found, body = _asked(request)
    if not body["cases"] and not body.get("of"):
        return page(request, "desk/boards/process/nothing.html", found)
    words = [activity_words(name) for name in body["activities"]]
    rows = body.get("rows", [])
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    usual = rows[0]["path"] if rows else []
    activities = sorted(zip(body["activities"], words, strict=True), key=lambda one: one[1])
    top = rows[min(10, len(rows)) - 1]["covered"] / body["cases"] if rows else 0.0
    return page(
        request, "desk/boards/process/variants.html", found, body=body, shown=shown, activities=activities,
        rest=query_without(request, "page"), searched=any(request.GET.get(name) for name in _FIND),
        asked={name: request.GET.get(name, "") for name in (*_FIND, "runs")}, apart=APART, top=share(top), first=min(10, len(rows)),
        behind_all=behind(found, "all", _("Cases found")),
        rows=[_row(found, body, one, rank, words, usual) for rank, one in enumerate(shown.object_list, shown.start_index())],
    )  # fmt: skip


@require_GET
@staff(SEE_BOARDS)
def download(request: HttpRequest) -> HttpResponse:
    """All variants that are stored, as CSV with a mark by which spreadsheets know UTF-8."""
    found, body = _asked(request)
    if found.body is None:
        return page(request, "desk/boards/process/nothing.html", found)
    words = [activity_words(name) for name in body["activities"]]
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="variants.csv"'
    sheet = csv.writer(response)
    sheet.writerow(
        [
            pgettext("process", "Rank"),
            _("Cases"),
            _("Share"),
            pgettext("process", "Share so far"),
            pgettext("process", "Median hours"),
            pgettext("process", "Steps"),
            pgettext("process", "Path"),
        ]
    )
    for rank, one in enumerate(body.get("rows", []), 1):
        path = " → ".join(words[code] for code in one["path"])
        sheet.writerow(
            _plain(cell)
            for cell in [
                rank,
                one["cases"],
                f"{one['cases'] / body['cases']:.5f}",
                f"{one['covered'] / body['cases']:.5f}",
                one["median"],
                one["steps"],
                path,
            ]
        )
    return response


def _plain(cell: Any) -> Any:
    """A word of an imported log is no formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip()[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _asked(request: HttpRequest) -> tuple[Found, dict[str, Any]]:
    found = asked(request, "process-ways")
    if found.why:
        raise Missing(_("There is no such step in these cases."))
    return found, found.body or {"cases": 0, "of": 0, "activities": []}


def _row(
    found: Found, body: dict[str, Any], one: dict[str, Any], rank: int, words: list[str], usual: list[int]
) -> dict[str, Any]:
    path = one["path"]
    extra, missing, steps = compared(usual, path)
    names = [words[code] for code in path]
    title = pgettext("process", "Variant %(rank)s") % {"rank": rank}
    return {
        "rank": rank,
        "cases": f"{one['cases']:,}",
        "href": behind(found, f"variant:{one['key']}", title),
        "share": share(one["cases"] / body["cases"]),
        "covered": share(one["covered"] / body["cases"]),
        "bar": one["cases"] / body["rows"][0]["cases"],
        "median": span(one["median"]),
        "steps": [
            {"gap": True, "words": words[code], "short": ""}
            if gone
            else {
                "words": words[code],
                "short": _short(words[code], whole=place in extra),
                "extra": place in extra,
            }
            for place, code, gone in steps
        ],
        "names": names,
        "cut": one["steps"] - len(path),
        "more": [words[path[place]] for place in sorted(extra)],
        "less": [words[code] for code in missing],
    }


def compared(usual: list[int], path: list[int]) -> tuple[set[int], list[int], list[tuple[int, int, bool]]]:
    """Against the most frequent way: places of steps that it has not, steps of it that are not done, and the path to be
    drawn as (place, step, whether it is only a gap)."""
    extra: set[int] = set()
    missing: list[int] = []
    drawn: list[tuple[int, int, bool]] = []
    for what, a, b, c, d in SequenceMatcher(None, usual, path, autojunk=False).get_opcodes():
        if what in ("delete", "replace"):
            missing += usual[a:b]
            drawn += [(-1, code, True) for code in usual[a:b]]
        if what in ("insert", "replace"):
            extra |= set(range(c, d))
        drawn += [(place, path[place], False) for place in range(c, d)]
    return extra, missing, drawn


def _short(words: str, *, whole: bool) -> str:
    """What a step is called in its row: the first two characters of Chinese, the first word of others; all of what is not usual."""
    if ord(words[0]) > 0x2E7F:
        return words[:2]
    return words if whole else words.split(" ", 1)[0]
