"""The cases behind a number of a board."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.access.errors import Missing
from anxin.access.formats import moment
from anxin.faces.desk.boards.frame import HOME, PLACES
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.views_admin.pages import list_page, query_without, who
from anxin.faces.desk.views_admin.tables import PAGE, Cell, Row, Table
from anxin.insight.results.asking import Board, ask_of, board_of
from anxin.insight.results.permissions import SEE_BOARDS
from anxin.journal.models import Case

MOST = 5_000
"""Cases listed at most; the number says how many there are."""


_PAGES = {
    "promise-pair": "promises/pair", "process-ways": "process/variants", "process-waiting": "process/waits",
    "process-findings": "process/slow", "process-following": "process/prescribed",
}  # fmt: skip
"""Where a board's numbers stand, if not on the page of its own name."""


def _board_crumb(board: Board, request: HttpRequest) -> list[tuple[str, str]]:
    """The way back to the board's page, as it was asked."""
    noun = _PAGES.get(board.name, board.name.partition("-")[0])
    href = HOME if noun == "cockpit" else f"{HOME}{noun}/"
    place = next((one for one in PLACES if one.href == href or (one.href != HOME and href.startswith(one.href))), None)
    if place is None:
        return []
    asked = {name: value for name in board.takes if (value := request.GET.get(name, "").strip())}
    return [(f"{href}?{urlencode(asked)}" if asked else href, str(place.title))]


def refuse_unreadable(board: Board, request: HttpRequest) -> None:
    """A list of other cases than those asked for would be taken for them."""
    for name in board.takes:
        value = request.GET.get(name, "").strip()
        if value and not board.fits(name, value):
            raise Missing(
                _("“%(value)s” cannot be read: a month is written 2025-03, a quarter 2025Q1. Go back to the board.")
                % {"value": value[:60]}
            )


@require_GET
@staff(SEE_BOARDS)
def cases(request: HttpRequest) -> HttpResponse:
    """Found by the board, shown only as far as the reader may see them."""
    actor, now = who(request)
    actor.must(SEE_BOARDS)
    try:
        board = board_of(request.GET.get("board", ""))
        refuse_unreadable(board, request)
        ids = list(board.behind(ask_of(board, actor, request.GET.dict(), now), request.GET.get("what", "")))  # type: ignore[arg-type]
    except (LookupError, ValueError):
        raise Missing(
            _("There is no such number on the boards; it may be of an older version. Go back to the board.")
        ) from None
    shown = ids[:MOST]
    visible: dict[str, Case] = {}
    for start in range(0, len(shown), 900):
        visible |= {case.public_id: case for case in Case.objects.visible_to(actor).filter(public_id__in=shown[start : start + 900]).select_related("branch", "department", "person")}  # fmt: skip
    found = [visible[one] for one in shown if one in visible]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    heading = request.GET.get("title", "")[:120] or _("Cases behind the number")
    return list_page(
        request, heading=heading, crumbs=[(HOME, _("Boards")), *_board_crumb(board, request)], page=page, query=query_without(request, "page"),
        under=_("%(count)s cases") % {"count": f"{len(ids):,}"} + (_("; the first %(most)s are listed") % {"most": f"{MOST:,}"} if len(ids) > MOST else ""),
        nothing=_("No cases"), nothing_why=_("No case is behind this number, or none that you may see."),
        table=Table(
            _("Cases"),
            [(_("Case"), ""), (_("About"), ""), (_("Branch"), ""), (_("Held by"), ""), (_("Opened"), ""), (_("Closed"), "")],
            [
                Row([
                    Cell(case.number, f"/desk/cases/{case.public_id}/", css="nowrap"), Cell(case.title_zh if not (request.LANGUAGE_CODE or "").startswith("en") else case.title_en or case.title_zh),  # type: ignore[attr-defined]
                    Cell(case.branch.short), Cell(str(case.person or case.department or "–")),
                    Cell(moment(case.opened_at), css="nowrap"), Cell(moment(case.closed_at) if case.closed_at else "–", css="nowrap"),
                ])
                for case in page.object_list
            ],
        ),
    )  # fmt: skip
