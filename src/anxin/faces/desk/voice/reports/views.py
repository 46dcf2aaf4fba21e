"""Reports: the list, asking for one, how far it is, reading it, opening a number, taking it away as a file."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.errors import IllegalMove, Missing
from anxin.access.formats import moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt, number_of
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.faces.desk.voice.reports.forms import Ask
from anxin.voice.reports import actions, queries, sources
from anxin.voice.reports.content import DEFINITIONS, Number, ReportContent, interval, written
from anxin.voice.reports.models import Report
from anxin.voice.reports.permissions import REQUEST_REPORTS, SEE_REPORTS
from anxin.voice.reports.render.docx import docx
from anxin.voice.reports.render.html import page, section_html
from anxin.voice.reports.render.pdf import pdf
from anxin.voice.responses.permissions import SEE_RESPONSES

HOME = "/desk/voice/reports/"
_TONES = {
    Report.State.WAITING: ("running", "clock"), Report.State.RUNNING: ("running", "clock"), Report.State.DONE: ("kept", "circle-check"),
    Report.State.FAILED: ("broken", "alert-octagon"),
}  # fmt: skip
_TYPES = {
    "pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8", "json": "application/json",
}  # fmt: skip


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("/desk/voice/", _("Customer voice")), *more]


@require_GET
@staff(SEE_REPORTS)
def reports(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    text = request.GET.get("q", "").strip()
    filters = Filters(
        chips=[
            Chip.of(request, "kind", _("Made of"), Report.Kind.choices),
            Chip.of(request, "state", _("State"), Report.State.choices),
        ],
        text=text, text_label=_("Report name"),
    )  # fmt: skip
    rows = Report.objects.visible_to(actor).select_related("asked_by").defer("result")
    for name in ("kind", "state"):
        if filters.chosen(name):
            rows = rows.filter(**{name: filters.chosen(name)})
    if text:
        rows = rows.filter(name_zh__icontains=text) | rows.filter(name_en__icontains=text)
    found = window(rows, request)
    known = queries.source_addresses(found.rows, actor)
    return list_page(
        request, heading=_("Reports"), crumbs=crumbs(), filters=filters, window=found,
        acts=[Act(f"{HOME}add/", _("Ask for a report"), main=True)] if actor.may(REQUEST_REPORTS) else [],
        under=_("Made from a campaign's answers or an imported table, in Chinese and English."),
        nothing=_("No reports yet"), nothing_why=_("Ask for the first one when answers have come in."),
        table=Table(
            _("Reports"),
            [(_("Report name"), ""), (_("Made of"), ""), (_("Answers used"), "num"), (_("State"), ""), (_("Asked at"), ""), (_("Asked by"), "")],
            [
                Row([
                    Cell(str(row), f"{HOME}{row.public_id}/"), _source(row, row.pk in known),
                    num(f"{row.counted:,}" if row.state == Report.State.DONE else "–"), _state(row),
                    Cell(moment(row.asked_at), css="nowrap"), Cell(str(row.asked_by or "–")),
                ])
                for row in found.rows
            ],
        ),
    )  # fmt: skip


def _source(row: Report, visible: bool) -> Cell:
    """What it was made of, with the way there for who may see it."""
    place = {Report.Kind.CAMPAIGN: "campaigns", Report.Kind.DATASET: "datasets"}[Report.Kind(row.kind)]
    return Cell(str(row.get_kind_display()), f"/desk/voice/{place}/{row.source}/" if visible else "")


def _state(row: Report) -> Cell:
    tone, icon = _TONES[Report.State(row.state)]
    return Cell(str(row.get_state_display()), tone=tone, icon=icon)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_REPORTS, REQUEST_REPORTS)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    given = request.POST if request.method == "POST" else None
    initial = {"source": request.GET.get("source", ""), "language": "en" if get_language() == "en" else "zh"}
    form = Ask(given, initial=initial, sources=sources.listed(actor))
    if request.method == "POST":
        made = attempt(form, lambda _cleaned: actions.request_report(**form.given, actor=actor, now=now))
        if made is not None:
            return redirect("desk:voice-report", public_id=made.public_id)
    sheet = FormPage(
        _("Ask for a report"), _("Make the report"), HOME, crumbs((HOME, _("Reports"))),
        _("Screening, scores, reliability, drivers, comments and what to do first. It takes seconds to a minute."),
    )  # fmt: skip
    return sheet.show(request, form)


@require_GET
@staff(SEE_REPORTS)
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far it is while it is made (the page looks again by itself), then the report."""
    actor, _now = who(request)
    row = queries.report_of(public_id, actor)
    shared = {
        "report": row,
        "crumbs": crumbs((HOME, _("Reports"))),
        "state": _state(row),
        "source": _source(row, bool(queries.source_addresses([row], actor))),
        "may_ask": actor.may(REQUEST_REPORTS),
    }
    if row.state != Report.State.DONE:
        return render(request, "desk/voice/reports/progress.html", shared | {"again": _again(row)})
    content = row.content(_language(request, row))
    newer = queries.answers_since(row)
    return render(
        request, "desk/voice/reports/report.html",
        shared | {
            "content": content, "sections": _sections(row, content), "newer": newer, "again": _again(row),
            "other": "en" if content.language == "zh" else "zh", "kinds": ("pdf", "docx", "html", "json"),
        },
    )  # fmt: skip


def _again(row: Report) -> str:
    return f"{HOME}add/?source={row.kind}:{row.source}"


def _language(request: HttpRequest, row: Report) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in row.contents else row.language


def _sections(row: Report, content: ReportContent) -> list[tuple[str, str, Any]]:
    def opens(number: Number) -> str:
        address = reverse("desk:voice-report-number", kwargs={"public_id": row.public_id, "number": number.id})
        return f"{address}?language={content.language}"

    # Everything in it was escaped where it was put together.
    return [(one.key, one.title, mark_safe(section_html(one, content.language, opens))) for one in content.sections]


@require_GET
@staff(SEE_REPORTS)
def number(request: HttpRequest, public_id: str, number: str) -> HttpResponse:
    """One number: what it is, how it is worked out, and whose answers are behind it."""
    actor, _now = who(request)
    row = queries.report_of(public_id, actor)
    content = _content(request, row)
    found = content.number(number)
    if found is None:
        raise Missing(_("The report has no such number."))
    definition = DEFINITIONS[found.definition]
    language = content.language
    section = content.section(found.id.partition(".")[0])
    may_read = actor.may(SEE_RESPONSES)
    behind = None
    if may_read:
        behind = queries.rows_behind(row, found, number_of(request.GET.get("page", "")) or 1, actor, language)
    facts = [
        (_("What it is"), definition.name.get(language), ""), (_("How it is worked out"), definition.formula.get(language), ""),
        (_("Who defined it so"), definition.source if definition.source != "–" else "", ""),
        (_("Answers behind it"), "" if found.n is None else f"{found.n:,}", ""),
        (_("Interval"), interval(found) and f"{interval(found)} ({found.level:.0%})", ""),
    ]  # fmt: skip
    return render(
        request, "desk/voice/reports/number.html",
        {
            "report": row, "crumbs": crumbs((HOME, _("Reports")), (f"{HOME}{row.public_id}/?language={language}#{section.key}", str(row))),
            "number": found, "value": written(found.value, found.form), "heading": found.about or definition.name.get(language),
            "section": section, "facts": [fact for fact in facts if fact[1]], "may_read": may_read, "behind": behind, "language": language,
            "count_words": "" if behind is None else f"{behind.count:,}",
            "heads": [] if behind is None else [head.text.get(language) or head.name for head in behind.heads],
        },
    )  # fmt: skip


def _content(request: HttpRequest, row: Report) -> ReportContent:
    if row.state != Report.State.DONE:
        raise Missing(_("There is no such report."))
    return row.content(_language(request, row))


@require_GET
@staff(SEE_REPORTS)
def download(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """The report as a file; `kind` is pdf, docx, html or json."""
    actor, _now = who(request)
    row = queries.report_of(public_id, actor)
    if kind not in _TYPES:
        raise Missing(_("There is no such page."))
    content = _content(request, row)
    stamp = int((row.ended_at or row.asked_at).timestamp())
    if kind == "pdf":
        body: bytes | str = pdf(content, timestamp=stamp)
    elif kind == "docx":
        body = docx(content, timestamp=stamp)
    elif kind == "html":
        body = page(content)
    else:
        body = json.dumps(content.to_dict(), ensure_ascii=False, indent=1)
    answer = HttpResponse(body, content_type=_TYPES[kind])
    # Never shown on our own address: the HTML file has scripts of its own.
    answer["Content-Disposition"] = f'attachment; filename="report-{row.public_id}-{content.language}.{kind}"'
    return answer


@require_POST
@staff(SEE_REPORTS, REQUEST_REPORTS)
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    try:
        actions.remove_report(report=public_id, actor=actor, now=now)
    except IllegalMove as refused:
        messages.error(request, str(refused.message))
        return redirect("desk:voice-report", public_id=public_id)
    messages.success(request, _("The report is removed; the answers are untouched."))
    return redirect("desk:voice-reports")
