"""The filters that cockpit, hand-overs and promises share, and what they ask: only values that can be, so that nobody fills the
stored answers with questions about nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from anxin.faces.desk.boards.frame import Choice, month_words
from anxin.faces.desk.people import branches
from anxin.faces.desk.views_admin.cases import kinds
from anxin.faces.desk.views_admin.pages import who
from anxin.insight.results.answers import Found, find
from anxin.insight.results.asking import ALL, is_month
from anxin.registers.products.models import Line

_CODE = re.compile(r"[\w.:-]{1,60}")


def values_of(request: HttpRequest, *more: str, may_be_all: bool = False) -> dict[str, str]:
    """What the address asks, without what cannot be: an unknown month, branch, kind or line is "no choice"."""
    actor, _now = who(request)
    given = {name: request.GET.get(name, "").strip() for name in ("month", "branch", "kind", "line", *more)}
    known = {
        "branch": {row.code for row in branches(actor)},
        "kind": {code for code, _words in kinds()},
        "line": set(Line.values),
    }
    kept = {}
    for name, value in given.items():
        if name == "month":
            fits = is_month(value) or (may_be_all and value == ALL)
        else:
            fits = value in known[name] if name in known else _CODE.fullmatch(value) is not None
        if fits:
            kept[name] = value
    return kept


def ask(request: HttpRequest, board: str, values: Mapping[str, str]) -> Found:
    actor, now = who(request)
    return find(board, actor, values, now)


def choices(
    request: HttpRequest, body: Mapping[str, Any] | None, values: Mapping[str, str], *, may_be_all: bool = False
) -> list[Choice]:
    """Month, branch, line and (where there is more than one) kind. A filter with one possible value is left out."""
    actor, _now = who(request)
    body = body or {}
    found = [_months(body, values, may_be_all)] if body.get("months") else []
    rows = branches(actor)
    if len(rows) > 1:
        options = [("", _("All branches")), *((row.code, row.short) for row in rows)]
        found.append(Choice("branch", _("Branch"), options, values.get("branch", "")))
    there = set(body.get("lines", ())) | {values.get("line", "")}
    lines = [(code, str(words)) for code, words in Line.choices if code in there]
    if len(lines) > 1:
        found.append(
            Choice("line", _("Line of business"), [("", _("All lines")), *lines], values.get("line", ""))
        )  # fmt: skip
    there = set(body.get("kinds", ())) | {values.get("kind", "")}
    names = [(code, words) for code, words in kinds() if code in there]
    if len(names) > 1:
        found.append(Choice("kind", _("Kind"), [("", _("All kinds")), *names], values.get("kind", "")))
    return found


def _months(body: Mapping[str, Any], values: Mapping[str, str], may_be_all: bool) -> Choice:
    """Newest first. The month that is shown without any choice has the empty value, so that its address stays the plain one."""
    known: Sequence[str] = body["months"]
    default = body["default"]
    options = [("" if month == default else month, _not_full(month, body["present"])) for month in reversed(known)]
    if may_be_all:
        options.insert(0, (ALL, _("All months")))
    value = values.get("month", "")
    return Choice("month", _("Month"), options, "" if value == default else value)


def _not_full(month: str, present: str) -> str:
    words = month_words(month)
    return _("%(month)s so far") % {"month": words} if month == present else words
