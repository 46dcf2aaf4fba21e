"""Interviews: the list with its counts, one interview with its quotes, writing, taking back, erasing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.errors import Refused
from anxin.access.formats import full_day, moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Chip, Filters, Row, Table, num, window
from anxin.faces.desk.voice.interviews.forms import InterviewSheet, QuoteSheet
from anxin.voice.interviews import actions, queries
from anxin.voice.interviews.masking import mask
from anxin.voice.interviews.models import Code, Interview, Stage
from anxin.voice.interviews.permissions import SEE_INTERVIEWS, WRITE_INTERVIEWS

HOME = "/desk/voice/interviews/"


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("/desk/voice/", _("Customer voice")), *more]


@require_GET
@staff(SEE_INTERVIEWS)
def interviews(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    codes = [(code.public_id, str(code)) for code in Code.objects.all()]
    filters = Filters(
        chips=[
            Chip.of(request, "stage", _("Stage"), Stage.choices), Chip.of(request, "code", _("Problem code"), codes),
            Chip.of(request, "consent", _("Consent"), Interview.Consent.choices),
        ],
        text=request.GET.get("text", "").strip()[:80], text_label=_("Words in the notes"),
    )  # fmt: skip
    rows = queries.found(
        actor,
        text=filters.text,
        stage=filters.chosen("stage"),
        code=filters.chosen("code"),
        consent=filters.chosen("consent"),
    )
    found = window(rows, request)
    quoted = queries.quotes_in(found.rows)
    acts = [Act(f"{HOME}codes/", _("Code book"))]
    if actor.may(WRITE_INTERVIEWS):
        acts.append(Act(f"{HOME}add/", _("Write down an interview"), main=True))
    return list_page(
        request, heading=_("Interviews"), crumbs=crumbs(), filters=filters, window=found, acts=acts,
        under=_("What people said when asked at length: coded, counted, quoted without names."),
        nothing=_("No interview here"), nothing_why=_("Write one down, then mark quotes in it."),
        template="desk/voice/interviews/list.html", counts=_counts(request),
        table=Table(
            _("Interviews"),
            [(_("Held on"), ""), (_("Who it was"), ""), (_("Stage"), ""), (_("Consent"), ""), (_("Quotes"), "num"), (_("Interviewer"), ""), (_("Beginning"), "")],
            [
                Row([
                    Cell(full_day(row.held_on), f"{HOME}{row.public_id}/", css="nowrap"),
                    Cell(mask(row.who) or _("customer of the register")), Cell(str(row.get_stage_display() or "–")),
                    _consent(row), num(str(quoted[row.pk])), Cell(str(row.interviewer or "")), Cell(mask(row.notes[:160])[:80]),
                ])
                for row in found.rows
            ],
        ),
    )  # fmt: skip


def _consent(row: Interview) -> Cell:
    tone, icon = {"quote": ("kept", "circle-check"), "count": ("near", "eye-off"), "none": ("paused", "circle-minus")}[
        row.consent
    ]
    return Cell(str(row.get_consent_display()), tone=tone, icon=icon)


def _counts(request: HttpRequest) -> list[dict[str, Any]]:
    """The most named problems, with a bar each."""
    actor, _now = who(request)
    found = queries.counts(actor)[:12]
    most = max((one.interviews for one in found), default=1)
    stages = dict(Stage.choices)
    return [
        {
            "code": one.code, "stage": stages.get(one.stage, ""), "quotes": one.quotes, "interviews": one.interviews, "most": most,
        }
        for one in found
    ]  # fmt: skip


@require_GET
@staff(SEE_INTERVIEWS)
def interview(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, _now = who(request)
    return _show(request, queries.interview_of(public_id, actor))


def _show(request: HttpRequest, row: Interview, *, form: QuoteSheet | None = None, status: int = 200) -> HttpResponse:
    actor, _now = who(request)
    may = actor.may(WRITE_INTERVIEWS)
    names = [row.customer.name] if row.customer else []
    codes = [(code.public_id, _code_words(code)) for code in Code.objects.filter(is_retired=False)]
    facts = [
        (_("Who it was"), row.customer.masked_name if row.customer else mask(row.who), f"/desk/customers/{row.customer.public_id}/" if row.customer else ""),
        (_("Held on"), full_day(row.held_on), ""), (_("Stage"), str(row.get_stage_display() or ""), ""),
        (_("Consent"), str(row.get_consent_display()), ""), (_("Interviewer"), str(row.interviewer or ""), ""),
        (_("Changed"), f"{moment(row.changed_at)} · {row.changed_by or ''}", ""),
    ]  # fmt: skip
    quotes = [
        {
            "row": quote, "words": mask(quote.words, names=names), "codes": list(quote.codes.all()),
            "tone": {"bad": "near", "good": "kept", "neutral": "paused"}[quote.tone],
        }
        for quote in row.quotes.prefetch_related("codes")
    ]  # fmt: skip
    return render(
        request, "desk/voice/interviews/interview.html",
        {
            "row": row, "crumbs": crumbs((HOME, _("Interviews"))), "facts": facts, "may": may,
            "notes": mask(row.notes, names=names), "quotes": quotes, "codes": codes,
            "revisions": [{"edit": one.edit, "at": moment(one.at), "by": one.by} for one in row.revisions.select_related("by")],
            "form": (form or QuoteSheet(codes=codes, initial={"stage": row.stage})) if may else None,
        },
        status=status,
    )  # fmt: skip


def _code_words(code: Code) -> str:
    return f"{code} · {code.get_stage_display()}" if code.stage else str(code)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_INTERVIEWS, WRITE_INTERVIEWS)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    form = InterviewSheet(
        request.POST or None, initial={"held_on": now.date(), "customer": request.GET.get("customer", "")[:24]}
    )
    if request.method == "POST":
        made = attempt(form, lambda given: actions.add_interview(**given, actor=actor, now=now))
        if made is not None:
            messages.success(request, _("The interview is kept. Mark quotes in it now."))
            return redirect("desk:interview", public_id=made.public_id)
    return FormPage(_("Write down an interview"), _("Keep"), HOME, crumbs((HOME, _("Interviews")))).show(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_INTERVIEWS, WRITE_INTERVIEWS)
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    """The notes as they were written, unmasked: whoever may write them down may mend them."""
    actor, now = who(request)
    row = queries.interview_of(public_id, actor)
    known = {
        "held_on": row.held_on, "stage": row.stage, "customer": row.customer.public_id if row.customer else "",
        "who": row.who, "consent": row.consent, "notes": row.notes,
    }  # fmt: skip
    form = InterviewSheet(request.POST or None, initial=known)
    if request.method == "POST":
        try:
            expected = int(request.POST.get("expected", ""))
        except ValueError:
            expected = -1
        done = attempt(
            form,
            lambda given: actions.change_interview(
                interview=public_id, expected=expected, **given, actor=actor, now=now
            ),
        )
        if done is not None:
            messages.success(request, _("The change is kept; it can be taken back."))
            return redirect("desk:interview", public_id=public_id)
    page = FormPage(
        _("Change the interview"), _("Save"), f"{HOME}{public_id}/",
        crumbs((HOME, _("Interviews")), (f"{HOME}{public_id}/", full_day(row.held_on))),
        template="desk/voice/interviews/form.html", more={"expected": row.edit},
    )  # fmt: skip
    return page.show(request, form)


@require_POST
@staff(SEE_INTERVIEWS, WRITE_INTERVIEWS)
def mark(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = queries.interview_of(public_id, actor)
    codes = [(code.public_id, _code_words(code)) for code in Code.objects.filter(is_retired=False)]
    form = QuoteSheet(request.POST, codes=codes)
    done = attempt(form, lambda given: actions.mark_quote(interview=public_id, **given, actor=actor, now=now))
    if done is None:
        return _show(request, row, form=form, status=422)
    messages.success(request, _("The quote is marked."))
    return redirect("desk:interview", public_id=public_id)


@require_POST
@staff(SEE_INTERVIEWS, WRITE_INTERVIEWS)
def remove(request: HttpRequest, public_id: str, quote: str) -> HttpResponse:
    actor, now = who(request)
    queries.interview_of(public_id, actor)
    actions.remove_quote(quote=quote, actor=actor, now=now)
    messages.success(request, _("The quote is no longer marked."))
    return redirect("desk:interview", public_id=public_id)


@require_POST
@staff(SEE_INTERVIEWS, WRITE_INTERVIEWS)
def restore(request: HttpRequest, public_id: str, edit: int) -> HttpResponse:
    actor, now = who(request)
    try:
        actions.restore_notes(interview=public_id, edit=edit, actor=actor, now=now)
    except Refused as refused:
        if refused.status != 422:
            raise
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The notes read as before again."))
    return redirect("desk:interview", public_id=public_id)


@require_POST
@staff(SEE_INTERVIEWS, WRITE_INTERVIEWS)
def erase(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    actions.erase_interview(interview=public_id, actor=actor, now=now)
    messages.success(request, _("The interview is erased."))
    return redirect("desk:interviews")
