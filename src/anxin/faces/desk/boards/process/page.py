"""The frame of the process pages: their sub-tabs and filters."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from anxin.access.errors import Missing
from anxin.access.models import spoken
from anxin.faces.desk.boards.frame import Choice, behind_address, board_page, branch_choice, choice, month_words
from anxin.faces.desk.boards.process.words import field_words, value_words
from anxin.faces.desk.views_admin.pages import who
from anxin.insight.process.narrowing import FACTS, SHOWN, TAKES, USUAL
from anxin.insight.results.answers import Found, find

HOME = "/desk/boards/process/"
TABS = (
    (HOME, gettext_lazy("Process map")),
    (f"{HOME}variants/", pgettext_lazy("process", "Variants")),
    (f"{HOME}waits/", gettext_lazy("Where it waits")),
    (f"{HOME}slow/", gettext_lazy("Slow and open")),
    (f"{HOME}prescribed/", gettext_lazy("As prescribed")),
)
_ALL = {
    "line": pgettext_lazy("process", "All lines"),
    "month": pgettext_lazy("process", "All months"),
    "small": pgettext_lazy("process", "Small or not"),
    "injury": pgettext_lazy("process", "Injury or not"),
    "outcome": pgettext_lazy("process", "However it ended"),
}


def asked(request: HttpRequest, board: str, **more: str) -> Found:
    """The board's answer to what the page's address asks, and to what the page itself adds. Missing for what is no question."""
    if not re.fullmatch(r"(\d{4}-(0[1-9]|1[0-2]))?", request.GET.get("month", "").strip()):
        raise Missing(pgettext("process", "There is no such month."))
    actor, now = who(request)
    return find(board, actor, {**request.GET.dict(), **more}, now)  # type: ignore[dict-item]


def kind_asked(request: HttpRequest) -> str:
    """The kind of case that the page shows: the one in the address, else the usual one."""
    there = asked(request, "process-choices").body
    return str(there["kind"]) if there else request.GET.get("kind", "").strip()[:60] or USUAL


def _kept(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in TAKES if request.GET.get(name)}


def address(request: HttpRequest, place: str) -> str:
    """Another page of the process, of the same cases."""
    kept = _kept(request)
    return f"{HOME}{place}{f'?{urlencode(kept)}' if kept else ''}"


def page(request: HttpRequest, template: str, found: Found, **more: Any) -> HttpResponse:
    kept = _kept(request)
    tabs = [
        {"href": address(request, href.removeprefix(HOME)), "title": title, "current": request.path == href}
        for href, title in TABS
    ]
    return board_page(
        request,
        template,
        found=found,
        choices=filters(request, hand=more.pop("hand", False)),
        tabs=tabs,
        kept=kept,
        **more,
    )


def filters(request: HttpRequest, *, hand: bool = False) -> list[Choice]:
    """Kind (where there are several), branch, line, month, facts of the case; the hand-over step where the page draws it."""
    there: dict[str, Any] = asked(request, "process-choices").body or {
        "kind": "",
        "kinds": [],
        "months": [],
        "values": {},
    }
    chosen: list[Choice] = []
    if len(there["kinds"]) > 1:
        options = [(kind, f"{value_words('kind', kind)} · {count:,}") for kind, count in there["kinds"]]
        one = choice(request, "kind", field_words("kind"), options)
        chosen.append(one._replace(value=there["kind"]))
    chosen.append(branch_choice(request))
    months = [(month, month_words(month)) for month in reversed(there["months"])]
    chosen.append(choice(request, "month", _("Month"), [("", _ALL["month"]), *months]))  # type: ignore[list-item]
    for name in ("line", *FACTS):
        values = there["values"].get(name, [])
        if len(values) > 1:
            options = [("", str(_ALL[name]))]
            options += [(one, value_words(name, one) if name == "line" else _fact(name, one)) for one in values]
            chosen.append(choice(request, name, field_words(name), options))
    if hand:
        options = [("", _("Without hand-over steps")), (SHOWN, _("With hand-over steps"))]
        chosen.append(choice(request, "hand", _("Hand-over steps"), options))
    return chosen


def _fact(name: str, value: str) -> str:
    return spoken(
        f"{field_words(name)}：{value_words(name, value)}", f"{field_words(name)}: {value_words(name, value)}"
    )


def behind(found: Found, what: str, title: str = "") -> str:
    """The address of the cases behind a number of this answer."""
    return behind_address(found.board.name, what, found.ask.values, title)
