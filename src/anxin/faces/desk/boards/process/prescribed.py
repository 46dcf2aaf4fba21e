"""Whether cases went as prescribed, and the prescribed process with its editions."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from anxin.access.errors import Missing
from anxin.access.formats import moment
from anxin.faces.desk.boards.frame import activity_words
from anxin.faces.desk.boards.process.forms import PrescribeSheet
from anxin.faces.desk.boards.process.page import HOME, asked, behind, kind_asked, page
from anxin.faces.desk.boards.process.words import share, value_words
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import FormPage, who
from anxin.insight.process import actions, queries
from anxin.insight.process.permissions import PRESCRIBE_PROCESSES
from anxin.insight.process.queries import Prescribed
from anxin.insight.results.answers import Found
from anxin.insight.results.permissions import SEE_BOARDS

PAGE = f"{HOME}prescribed/"


@require_GET
@staff(SEE_BOARDS)
def prescribed(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    kind = kind_asked(request)
    every = queries.editions(kind, actor)
    wanted = request.GET.get("edition", "")
    model = next((one for one in every if str(one.number) == wanted), None) if wanted else next(iter(every), None)
    if wanted and model is None:
        raise Missing(_("There is no such edition."))
    found = asked(request, "process-following", edition=str(model.number) if model else "")
    body = found.body or {}
    return page(
        request, "desk/boards/process/prescribed.html", found, model=model, body=body, kind_words=value_words("kind", kind),
        ended=body.get("cases", 0), conforming=f"{body.get('conforming', 0):,}", fits=share(body.get("conforming", 0) / (body.get("cases") or 1)),
        followed=share(body.get("followed", 0)), rows=_rows(found, body),
        fits_href=behind(found, "fits", _("Cases as prescribed")), deviates_href=behind(found, "deviates", _("Cases that deviate")),
        open_href=behind(found, "open_left", _("Open cases that have left the prescribed way")),
        deviating=f"{body.get('cases', 0) - body.get('conforming', 0):,}",
        never=[activity_words(one) for one in body.get("never", [])],
        ignored=[activity_words(one) for one in model.ignored] if model else [], editions=[_edition(request, one, model) for one in every],
        may_write=actor.may(PRESCRIBE_PROCESSES), edit=f"{PAGE}edit/?{urlencode({'kind': kind})}",
    )  # fmt: skip


def _rows(found: Found, body: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for one in body.get("deviations", []):
        activity, after = (
            activity_words(one["activity"]) if one["activity"] else "",
            activity_words(one["after"]) if one["after"] else "",
        )
        if one["kind"] == "unfinished":
            words = _("ends after “%(after)s”") % {"after": after}
        elif after:
            words = _("“%(step)s” after “%(after)s”") % {"step": activity, "after": after}
        else:
            words = _("begins with “%(step)s”") % {"step": activity}
        due = pgettext("process", " or ").join(f"“{activity_words(name)}”" for name in one["due"]) or _("nothing more")
        rows.append({
            "words": words, "due": due, "unknown": one["kind"] == "unknown", "cases": f"{one['cases']:,}",
            "share": share(one["cases"] / body["cases"]), "bar": one["cases"] / body["deviations"][0]["cases"],
            "href": behind(found, f"deviation:{one['activity']}>{one['after']}", words),
        })  # fmt: skip
    return rows


def _edition(request: HttpRequest, one: Prescribed, shown: Prescribed | None) -> dict[str, Any]:
    rest = request.GET.copy()
    rest["edition"] = str(one.number)
    return {
        "number": one.number, "why": one.why or _("as shipped"), "by": one.made_by, "at": moment(one.made_at) if one.made_at else "",
        "href": f"{PAGE}?{rest.urlencode()}", "shown": shown is not None and one.number == shown.number,
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_BOARDS, PRESCRIBE_PROCESSES)
def edit(request: HttpRequest) -> HttpResponse:
    """Text or a file; what is wrong stands beside the box and nothing typed is lost."""
    actor, now = who(request)
    kind = kind_asked(request)
    newest = queries.prescribed(kind)
    first: dict[str, Any] = {"expected": "" if newest is None else newest.number}
    if newest is not None:
        first |= {"tree": newest.text, "ignored": "\n".join(newest.ignored)}
    posted = request.method == "POST"
    form = PrescribeSheet(request.POST if posted else None, request.FILES if posted else None, initial=first)
    if posted:
        row = attempt(form, lambda given: actions.prescribe(kind=kind, **given, actor=actor, now=now))
        if row is not None:
            messages.success(request, _("Edition %(number)s is prescribed.") % {"number": row.number})
            return redirect(f"{PAGE}?{urlencode({'kind': kind})}")
    sheet = FormPage(
        _("Prescribe the process: %(kind)s") % {"kind": value_words("kind", kind)}, _("Prescribe"), f"{PAGE}?{urlencode({'kind': kind})}",
        [(PAGE, _("As prescribed"))], _("A new edition; the ones before stay and can be compared."), template="desk/boards/process/edit.html",
    )  # fmt: skip
    return sheet.show(request, form)
