"""What slow cases have in common, when the process changed, how long open cases will still take."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from anxin.access.formats import moment
from anxin.engines.results import p_value
from anxin.faces.desk.boards.frame import activity_words
from anxin.faces.desk.boards.process.page import asked, behind, page
from anxin.faces.desk.boards.process.words import engine_words, share, span, trait_words
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.people import departments
from anxin.faces.desk.queries.queue import open_promises
from anxin.faces.desk.views_admin.pages import query_without, who
from anxin.insight.results.answers import Found
from anxin.insight.results.permissions import SEE_BOARDS
from anxin.journal.models import Case
from anxin.journal.queries import promise_row

PAGE = 20


@require_GET
@staff(SEE_BOARDS)
def slow(request: HttpRequest) -> HttpResponse:
    found = asked(request, "process-findings")
    body = found.body or {}
    if found.body is not None and not body["slow"] and not body["open"]["count"]:
        return page(request, "desk/boards/process/nothing.html", found)
    if found.body is None:
        return page(request, "desk/boards/process/slow.html", found)
    told = body["open"]
    shown = Paginator(told["rows"], PAGE).get_page(request.GET.get("page"))
    return page(
        request, "desk/boards/process/slow.html", found, slow=_slow(found, body["slow"]), drift=_drift(found, body["drift"]), told=told, more_open=told["count"] - len(told["rows"]), listed=len(told["rows"]),
        shown=shown, rest=query_without(request, "page"), open_rows=_open(request, shown.object_list),
        open_href=behind(found, "open", pgettext("process", "Open cases")), level=f"{told.get('level', 0):.0%}",
        as_of=moment(datetime.fromtimestamp(told["as_of"], UTC)) if "as_of" in told else "",
        covered=share(told["covered"]) if told.get("covered") is not None else "",
        endings=" / ".join(activity_words(one) for one in told.get("endings", [])),
    )  # fmt: skip


def _slow(found: Found, body: dict[str, Any] | None) -> dict[str, Any] | None:
    if body is None:
        return None
    usual = body["slow"] / body["cases"]
    rows = []
    for one in body["traits"]:
        what = "&".join(f"{name}={value}" for name, value in one["of"])
        words = trait_words(one["of"])
        rows.append({
            "words": words, "slow": f"{one['slow']:,}", "cases": f"{one['cases']:,}", "share": share(one["slow"] / one["cases"]),
            "bar": one["slow"] / one["cases"], "lift": f"{one['lift']:.1f}" if one["lift"] is not None else "–", "p": p_value(one["p"]),
            "median": span(one["median"]), "pair": len(one["of"]) > 1,
            "slow_href": behind(found, f"trait:{what}", words), "href": behind(found, f"has:{what}", words),
        })  # fmt: skip
    return {
        "rows": rows, "first": _first(rows, body), "over": span(body["over"]), "slow": f"{body['slow']:,}", "cases": f"{body['cases']:,}", "usual": share(usual),
        "tested": f"{body['tested']:,}", "few": body["few"], "href": behind(found, "slow", pgettext("process", "Slow cases")),
    }  # fmt: skip


def _first(rows: list[dict[str, Any]], body: dict[str, Any]) -> dict[str, Any] | None:
    """What the page's title names: a trait of at most half of the cases, as one that nearly all have explains little."""
    rare = (row for row, one in zip(rows, body["traits"], strict=True) if 2 * one["cases"] <= body["cases"])
    return next(rare, next(iter(rows), None))


def _drift(found: Found, body: dict[str, Any]) -> dict[str, Any]:
    kinds = {
        "next step": _("What comes after “%(step)s”"), "first step": _("How cases begin"), "wait": _("The wait after “%(step)s”"),
        "duration": _("How long cases take"),
    }  # fmt: skip
    rows = [
        {
            "at": moment(datetime.fromisoformat(one["at"])), "what": kinds[one["what"]] % {"step": activity_words(one["activity"])},
            "before": engine_words(one["before"]), "after": engine_words(one["after"]),
            "cases_before": _compared(found, one["cases_before"]), "cases_after": _compared(found, one["cases_after"]), "size": f"{one['size']:.2f}", "p": p_value(one["p"]),
        }
        for one in body["changes"] or []
    ]  # fmt: skip
    return body | {"rows": rows, "moments": len({row["at"] for row in rows}), "too_few": body["changes"] is None}


def _compared(found: Found, stretch: list[int]) -> dict[str, str]:
    first, last, count = stretch
    days = [moment(datetime.fromtimestamp(at / 1e6, UTC)) for at in (first, last)]
    title = _("Cases begun from %(first)s to %(last)s") % {"first": days[0], "last": days[1]}
    return {"count": f"{count:,}", "href": behind(found, f"began:{first}-{last}", title)}


def _open(request: HttpRequest, rows: Any) -> list[dict[str, Any]]:
    """With the promises as they stand now; a case that the reader may not see, or that has closed since, is left out."""
    actor, now = who(request)
    ids = [one["id"] for one in rows]
    visible = {
        case.public_id: case
        for case in Case.objects.visible_to(actor)
        .filter(public_id__in=ids)
        .select_related("branch", "department", "person")
    }
    promised: dict[int, Any] = {}
    visible_by_pk = {case.pk: case for case in visible.values()}
    named = departments()
    running = open_promises().select_related("person").filter(case__in=[case.pk for case in visible.values()])
    for promise in running.order_by("due_at"):
        promised.setdefault(promise.case_id, promise_row(promise, visible_by_pk[promise.case_id], named, now))
    latest = max((one["high"] or one["expected"] for one in rows), default=0) or 1
    shown = []
    for one in rows:
        case = visible.get(one["id"])
        if case is None:
            continue
        shown.append({
            "case": case, "activity": activity_words(one["activity"]), "since": span(one["since"]), "expected": span(one["expected"]),
            "low": span(one["low"]), "high": span(one["high"]) if one["high"] is not None else pgettext("process", "open end"),
            "at": one["expected"] / latest, "from": one["low"] / latest, "wide": ((one["high"] or latest) - one["low"]) / latest,
            "holder": str(case.person or case.department or "–"), "promise": promised.get(case.pk), "closed": case.closed_at is not None,
        })  # fmt: skip
    return shown
