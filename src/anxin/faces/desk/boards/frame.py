"""What all boards share: their places in the menu, the filters, the answer that is still being made, and words for codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.access.models import Branch, Department, spoken
from anxin.access.permissions import Permission
from anxin.faces.desk.views_admin.pages import who
from anxin.insight.results.answers import Found, find
from anxin.insight.results.permissions import SEE_BOARDS
from anxin.insight.scorecards.permissions import SEE_CARDS
from anxin.journal.activities import activity

HOME = "/desk/boards/"


class Place(NamedTuple):
    href: str
    title: str | Promise
    needs: Permission


# A board is listed once its pages are there. The first one that a reader may see is where the menu's "Boards" leads.
PLACES: tuple[Place, ...] = (
    Place(HOME, gettext_lazy("Cockpit"), SEE_BOARDS),
    Place(f"{HOME}process/", gettext_lazy("Process"), SEE_BOARDS),
    Place(f"{HOME}handovers/", gettext_lazy("Hand-overs"), SEE_BOARDS),
    Place(f"{HOME}promises/", gettext_lazy("Promises"), SEE_BOARDS),
    Place(f"{HOME}indicators/", gettext_lazy("Regulator indicators"), SEE_BOARDS),
    Place(f"{HOME}scorecards/", gettext_lazy("Scorecards"), SEE_CARDS),
    Place(f"{HOME}improvement/", gettext_lazy("Improvement"), SEE_BOARDS),
    Place(f"{HOME}whatif/", gettext_lazy("What if"), SEE_BOARDS),
)  # fmt: skip

ENTRANCE: tuple[Permission, ...] = tuple(dict.fromkeys((SEE_BOARDS, *(place.needs for place in PLACES))))


class Choice(NamedTuple):
    """A filter of a board: its name in the query string, words, and what may be chosen (the first: no choice)."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    value: str


def places_for(request: HttpRequest) -> list[dict[str, Any]]:
    actor, _now = who(request)
    return [
        {"href": place.href, "title": place.title, "current": request.path.startswith(place.href) and (place.href != HOME or request.path == HOME)}
        for place in PLACES
        if actor.may(place.needs)
    ]  # fmt: skip


def board_page(
    request: HttpRequest,
    template: str,
    *,
    found: Found | None = None,
    choices: Sequence[Choice] = (),
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """A board's page. With `found` and nothing to show yet, the page says why and looks again by itself."""
    page = {"places": places_for(request), "found": found, "choices": choices, "query": request.GET.urlencode(), **more}
    if found is not None and found.body is None:
        return render(request, "desk/boards/coming.html", page)
    return render(request, template, page, status=status)


def asked_of(request: HttpRequest, board: str) -> Found:
    """The board's answer to what the page's address asks."""
    actor, now = who(request)
    return find(board, actor, request.GET.dict(), now)  # type: ignore[arg-type]


def branch_choice(request: HttpRequest) -> Choice:
    actor, _now = who(request)
    rows = Branch.objects.all() if actor.branch_ids is None else Branch.objects.filter(pk__in=actor.branch_ids)
    options = [(row.code, row.short) for row in rows]
    if len(options) == 1:  # nothing to choose: the page leaves the filter out
        return choice(request, "branch", _("Branch"), [("", options[0][1])])
    return choice(request, "branch", _("Branch"), [("", _("All branches")), *options])


def choice(request: HttpRequest, name: str, label: str, options: Sequence[tuple[str, str]]) -> Choice:
    """A filter whose value is one of the options, else the first."""
    asked = request.GET.get(name, "")
    return Choice(name, label, options, asked if asked in dict(options) else options[0][0] if options else "")


def behind_address(board: str, what: str, values: Mapping[str, str], title: str = "") -> str:
    """The address of the cases behind a number of a board."""
    rest = {name: value for name, value in values.items() if value}
    return (
        f"{HOME}cases/?{urlencode({'board': board, 'what': what, **rest, **({'title': title[:120]} if title else {})})}"
    )


# -- words for codes --------------------------------------------------------------------------------------------------


def activity_words(name: str) -> str:
    """An activity of the lake in the reader's language; of an imported log its own word."""
    if name.startswith("imported:"):
        return name.removeprefix("imported:") or name
    try:
        return str(activity(name).title)
    except LookupError:
        return name


def department_words() -> dict[str, str]:
    return {row.code: str(row) for row in Department.objects.all()}


def branch_words() -> dict[str, str]:
    return {row.code: row.short for row in Branch.objects.all()}


def month_words(month: str) -> str:
    """2025-03 → 2025年3月, Mar 2025."""
    from datetime import date

    year, number = map(int, month.split("-"))
    return spoken(f"{year}年{number}月", f"{date(year, number, 1):%b %Y}")


def months_short(months: Sequence[str]) -> list[str]:
    """The months under a chart: the year stands with the first one and with each January."""
    from datetime import date

    found = []
    for place, month in enumerate(months):
        year, number = map(int, month.split("-"))
        short = spoken(f"{number}月", f"{date(year, number, 1):%b}")
        found.append(f"{short}\n{year}" if place == 0 or number == 1 else short)
    return found


TITLE = gettext_lazy("Boards")
