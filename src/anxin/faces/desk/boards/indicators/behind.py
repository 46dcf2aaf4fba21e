"""The facts (or policies) behind a number of an indicator: a list a page at a time, and the same as a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.access.formats import full_day, moment
from anxin.faces.desk.boards.cases import refuse_unreadable
from anxin.faces.desk.boards.frame import HOME, behind_address, branch_choice
from anxin.faces.desk.boards.indicators import wording
from anxin.faces.desk.boards.indicators.shown import BOARD, PLACE, address
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.views_admin.pages import Act, list_page, query_without, who
from anxin.faces.desk.views_admin.tables import PAGE, Cell, Chip, Filters, Row, Table
from anxin.insight.indicators.computing.values import Behind
from anxin.insight.indicators.kinds import KINDS, masked
from anxin.insight.indicators.models import Fact, FactBatch, Reported
from anxin.insight.indicators.periods import choices
from anxin.insight.results.asking import ask_of, board_of
from anxin.insight.results.permissions import SEE_BOARDS
from anxin.journal.models import Case
from anxin.registers.policies.models import Policy

AT_A_TIME: Final = 500
_NUMBER: Final = re.compile(r"-[\d,]+(\.\d+)?")
"""Rows of the file fetched at a time."""
_KEPT: Final = ("period", "branch", "business")


def _behind(request: HttpRequest) -> Behind:
    actor, now = who(request)
    board = board_of(BOARD)
    try:
        refuse_unreadable(board, request)
        return Behind(ask_of(board, actor, request.GET.dict(), now), request.GET.get("what", ""))  # type: ignore[arg-type]
    except (LookupError, ValueError):
        raise Missing(
            _("There is no such number on the boards; it may be of an older version. Go back to the board.")
        ) from None


@require_GET
@staff(SEE_BOARDS)
def rows(request: HttpRequest) -> HttpResponse:
    """Found by the formula itself, shown only as far as the reader may see them."""
    actor, _now = who(request)
    found = _behind(request)
    what, chosen = request.GET.get("what", ""), {name: request.GET.get(name, "") for name in _KEPT}
    keys, cases = found.facts(), len(found.cases())
    title = f"{found.definition.id} {found.part}"
    if cases and not keys:  # nothing but claims of ours: they have a page of their own
        return redirect(behind_address(BOARD, what, chosen, title))
    page = Paginator(keys, PAGE).get_page(request.GET.get("page"))
    listing = _Listing.of(actor, found, list(page.object_list))
    return list_page(
        request, heading=_heading(found, len(keys)), under=_under(found),
        crumbs=[(HOME, _("Boards")), (address("", chosen), _("Regulator indicators")), (address(f"{found.definition.id}/", chosen), str(found.definition))],
        page=page, query=query_without(request, "page"), table=_table(listing), filters=_filters(request, found, what), tabs=_tabs(request, found, what),
        acts=[Act(f"{PLACE}rows.csv?{query_without(request, 'page')}", _("These rows as CSV"))] if keys else [],
        nothing=_("No rows"), nothing_why=_("No row is behind this number, or none that you may see."), template="desk/boards/indicators/rows.html",
        cases=cases, cases_href=behind_address(BOARD, what, chosen, title),
    )  # fmt: skip


@require_GET
@staff(SEE_BOARDS)
def file(request: HttpRequest) -> HttpResponseBase:
    """The same rows, all of them, sent as they are fetched."""
    actor, _now = who(request)
    found = _behind(request)
    name = f"{request.GET.get('what', '').replace(':', '-').replace('@', '-')}-{found.period.name}.csv"
    answer = StreamingHttpResponse(
        _lines(actor, found, get_language() or "zh-hans"), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _lines(actor: Actor, found: Behind, language: str) -> Iterator[str]:
    keys = found.facts()
    # With a byte order mark, so that Excel takes the Chinese for what it is.
    head = "\ufeff"
    for start in range(0, max(len(keys), 1), AT_A_TIME):
        with override(language):
            listing = _Listing.of(actor, found, keys[start : start + AT_A_TIME], every_field=True)
            out = io.StringIO()
            sheet = csv.writer(out)
            if start == 0:
                sheet.writerow(listing.heads)
            sheet.writerows([_plain(cell.text) for cell in row] for row in listing.rows)
        yield head + out.getvalue()
        head = ""


def _plain(words: str) -> str:
    """A code of an outside system is no formula of a spreadsheet; a negative number is a number."""
    return (
        f"'{words}"
        if words.lstrip()[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.fullmatch(words)
        else words
    )


# -- around the list --------------------------------------------------------------------------------------------------


def _heading(found: Behind, count: int) -> str:
    about = {"name": f"{found.definition.id} {found.part}", "count": f"{count:,}"}
    return {
        "all": _("%(name)s: %(count)s rows"), "hit": _("%(name)s: %(count)s rows in the numerator"),
        "miss": _("%(name)s: %(count)s rows not in the numerator"), "per": _("%(name)s: the %(count)s rows of the denominator"),
    }[found.which] % about  # fmt: skip


def _under(found: Behind) -> str:
    version = found.definition.formula(found.period.first)
    return f"{wording.period_words(found.period.name)} · {version} · " + _("version %(version)s") % {
        "version": version.version
    }


def _filters(request: HttpRequest, found: Behind, what: str) -> Filters:
    chips = [Chip.of(request, "branch", _("Branch"), [one for one in branch_choice(request).options if one[0]])]
    if found.definition.business == "both":
        chips.append(
            Chip.of(request, "business", _("Line of business"), [one for one in Reported.Business.choices if one[0]])
        )
    kept = {"what": what}
    if "@" not in what:
        _actor, now = who(request)
        offered = list(dict.fromkeys([*(one.name for one in choices(now)), found.period.name]))
        words = [(one, wording.period_words(one)) for one in offered]
        chips.insert(0, Chip("period", _("Period"), words, found.period.name))
    elif request.GET.get("period"):
        kept["period"] = request.GET["period"]
    return Filters(chips=chips, kept=kept, clear=f"?{urlencode(kept)}")


def _tabs(request: HttpRequest, found: Behind, what: str) -> list[tuple[str, str, bool]]:
    """What else there is to see of the same number."""
    offered = {
        "share": (("all", _("All rows")), ("hit", _("In the numerator")), ("miss", _("Not in it"))),
        "rate": (("all", _("Numerator")), ("per", _("Denominator"))),
    }.get(found.part.unit, ())  # fmt: skip
    _name, at, month = what.partition("@")
    rest = query_without(request, "page", "what")
    return [
        (f"?{urlencode({'what': f'{found.definition.id}:{found.part.id}:{which}{at}{month}'})}" + (f"&{rest}" if rest else ""), words, which == found.which)
        for which, words in offered
    ]  # fmt: skip


# -- the rows ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Listing:
    """Some of the rows, with the heads of their columns."""

    caption: str
    heads: list[str]
    rows: list[list[Cell]]

    @classmethod
    def of(cls, actor: Actor, found: Behind, keys: Sequence[int], *, every_field: bool = False) -> _Listing:
        """`every_field`: the same columns whatever these rows have."""
        worth = found.worth(keys)
        counted = {key: _worth(found, value) for key, value in worth.items()}
        if found.rows.of == "policies":
            return _policies(actor, keys, counted)
        return _facts(actor, found, keys, counted, every_field=every_field)


def _table(listing: _Listing) -> Table:
    return Table(listing.caption, [(head, "") for head in listing.heads], [Row(cells) for cells in listing.rows])


def _worth(found: Behind, value: float) -> str:
    """What a row counts as: yes or no of a share, days of a time, one of a rate; of a denominator its amount."""
    if found.which == "per":
        return f"¥{value:,.2f}" if found.part.id == "main" else f"{value:,.0f}"
    if found.part.unit == "share":
        return _("yes") if value == 1 else _("no")
    return f"{value:.2f}" if found.part.unit == "days" else "1"


def _facts(actor: Actor, found: Behind, keys: Sequence[int], counted: dict[int, str], *, every_field: bool) -> _Listing:
    visible = Fact.objects.visible_to(actor).filter(pk__in=keys).select_related("branch", "batch")
    known = {row.pk: row for row in visible}
    listed = [known[key] for key in keys if key in known]
    cases = {
        case.pk: case
        for case in Case.objects.visible_to(actor).filter(pk__in={row.case_id for row in listed if row.case_id})
    }
    kinds = (
        [need for need, _fields in found.definition.needs]
        if every_field
        else list(dict.fromkeys(row.kind for row in listed))
    )
    if every_field and found.definition.id == "IN-11":  # complaints over premium: one or the other
        kinds = ["premiums"] if found.which == "per" else ["complaints"]
    fields = [
        name
        for name in dict.fromkeys(name for kind in kinds for name in KINDS[kind].fields)
        if every_field or any(name in row.data for row in listed)
    ]
    has_case = every_field or any(row.case_id for row in listed)
    files = dict(
        FactBatch.objects.visible_to(actor).filter(pk__in={row.batch_id for row in listed}).values_list("pk", "public_id")
    )  # fmt: skip
    heads = [_("Number in its system"), _("System"), _("Counted as"), *fields, _("Branch"), *([_("Case")] if has_case else []), _("Import")]  # fmt: skip
    rows = [
        [
            Cell(masked(row.external_id), css="nowrap"), Cell(row.source), Cell(counted[row.pk]),
            *(Cell(_cell(name, row.data.get(name)), css="nowrap") for name in fields),
            Cell(row.branch.short if row.branch else "–"),
            *([Cell(cases[row.case_id].number, f"/desk/cases/{cases[row.case_id].public_id}/", css="nowrap") if row.case_id in cases else Cell("–")] if has_case else []),
            Cell(row.batch.file_name or _("file"), f"{PLACE}facts/{files[row.batch_id]}/" if row.batch_id in files else "", small=moment(row.batch.asked_at), css="nowrap"),
        ]
        for row in listed
    ]  # fmt: skip
    return _Listing(_("Facts"), heads, rows)


def _cell(name: str, value: Any) -> str:
    """As the regulator's lists write it: moments on the insurer's clock, 01 and 00. No phone or identity number in full."""
    if value is None:
        return "–"
    if name == "line" and value:
        return wording.business_words(value)
    if name == "premium":
        return f"¥{value / 100:,.2f}"
    if isinstance(value, bool):
        return "01" if value else "00"
    if isinstance(value, str) and len(value) == 19 and value[10] == "T":
        return f"{timezone.localtime(datetime.fromisoformat(value).replace(tzinfo=UTC)):%Y-%m-%d %H:%M:%S}"
    return f"{value:g}" if isinstance(value, float) else masked(str(value))


def _policies(actor: Actor, keys: Sequence[int], counted: dict[int, str]) -> _Listing:
    known = {row.pk: row for row in Policy.objects.visible_to(actor).filter(pk__in=keys).select_related("branch")}
    heads = [_("Policy"), _("Counted as"), _("Branch"), _("State"), _("Begins"), _("Ends")]
    rows = [
        [
            Cell(row.number, f"/desk/policies/{row.public_id}/", css="nowrap"), Cell(counted[key]), Cell(row.branch.short), Cell(str(row.get_status_display())),
            Cell(full_day(row.starts_on), css="nowrap"), Cell(full_day(row.terminated_on or row.ends_on) or "–", css="nowrap"),
        ]
        for key in keys
        if (row := known.get(key)) is not None
    ]  # fmt: skip
    return _Listing(_("Policies"), heads, rows)
