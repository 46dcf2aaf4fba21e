"""Batches of files that were sent in: the list, sending, one batch with what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.access.formats import moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Row, Table, num, window
from anxin.faces.desk.voice.paper.forms import SendSheet
from anxin.voice.campaigns.models import Campaign
from anxin.voice.campaigns.permissions import SEE_CAMPAIGNS
from anxin.voice.paper.actions import erase, send_files
from anxin.voice.paper.models import Batch, Page, Returned
from anxin.voice.paper.permissions import PRINT_PAPER, READ_PAPER, SEE_PAPER
from anxin.voice.paper.queries import Counts, came_in, counts_of, forms_of, told_of, with_pages_of
from anxin.voice.paper.wording import problem_in_words
from anxin.voice.responses.models import Response
from anxin.voice.responses.permissions import SEE_RESPONSES

HOME = "/desk/voice/paper/"
State = Returned.State


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("/desk/voice/", _("Customer voice")), *more]


@require_GET
@staff(SEE_PAPER)
def batches(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    asked = campaign_of(request)
    rows = Batch.objects.visible_to(actor).select_related("sent_by")
    found = window(with_pages_of(rows, asked) if asked else rows, request)
    counts = counts_of(found.rows)
    rest = f"?campaign={asked.public_id}" if asked else ""
    acts = [Act(HOME, _("All batches"))] if asked else []
    acts.append(Act(f"{HOME}prints/{rest}", _("Printed forms")))
    if actor.may(PRINT_PAPER):
        acts.append(Act(f"{HOME}prints/add/{rest}", _("Print forms")))
    if actor.may(READ_PAPER):
        acts.append(Act(f"{HOME}send/", _("Read forms in"), main=True))
    return list_page(
        request, heading=_("Paper forms"), crumbs=crumbs(), window=found, acts=acts,
        under=str(asked) if asked else _("Scans and photographs of filled-in forms: read by the worker, checked here where a mark is in doubt."),
        nothing=_("Nothing was sent in yet"), nothing_why=_("Print forms, have them filled in, and send scans or photographs here."),
        table=Table(
            _("Paper forms"),
            [
                (_("Sent at"), ""), (_("By"), ""), (_("Pages read"), "num"), (_("State"), ""), (_("Counted"), "num"),
                (_("To check"), "num"), (_("Incomplete"), "num"), (_("Pages that do not count"), "num"),
            ],
            [_row(batch, counts[batch.pk]) for batch in found.rows],
        ),
    )  # fmt: skip


def campaign_of(request: HttpRequest) -> Campaign | None:
    """The campaign that a list is narrowed to by `?campaign=`; None for all."""
    public_id = request.GET.get("campaign", "")
    if not public_id:
        return None
    row = Campaign.objects.visible_to(who(request)[0]).filter(public_id=public_id).first()
    if row is None:
        raise Missing(_("There is no such campaign."))
    return row


def answers_seen(forms: Iterable[Returned], actor: Actor) -> dict[int, str]:
    """Form → the address of the response it became, where this person may see responses and the campaign."""
    if not (actor.may(SEE_CAMPAIGNS) and actor.may(SEE_RESPONSES)):
        return {}
    of = {one.response_id: one.pk for one in forms if one.response_id}
    seen = Response.objects.visible_to(actor).filter(pk__in=of, campaign__in=Campaign.objects.visible_to(actor))
    return {
        of[pk]: f"/desk/voice/campaigns/{campaign}/answers/{response}/"
        for pk, campaign, response in seen.values_list("pk", "campaign__public_id", "public_id")
    }


def _row(batch: Batch, counts: Counts) -> Row:
    tone, icon = (
        ("running", "clock")
        if batch.is_open
        else ("near", "eye")
        if counts.check or counts.lacking
        else ("kept", "circle-check")
    )
    words = str(batch.get_state_display())
    if not batch.is_open and counts.check + counts.lacking:
        words = _("Waits for you")
    return Row([
        Cell(moment(batch.sent_at), f"{HOME}batches/{batch.public_id}/", css="nowrap"),
        Cell(str(batch.sent_by or "")), num(f"{batch.done:,} / {batch.whole:,}"), Cell(words, tone=tone, icon=icon),
        num(f"{counts.taken:,}"), num(f"{counts.check:,}"), num(f"{counts.lacking:,}"), num(f"{counts.problems:,}"),
    ])  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_PAPER, READ_PAPER)
def send(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    form = SendSheet(request.POST, request.FILES) if request.method == "POST" else SendSheet()
    page = FormPage(
        _("Read forms in"), _("Start reading"), HOME, crumbs((HOME, _("Paper forms"))),
        _("One picture a page, the whole page in it. What cannot be read is named; nothing is counted twice."),
    )  # fmt: skip
    if request.method == "POST":
        batch = attempt(form, lambda given: send_files(uploads=given["upload"], actor=actor, now=now))
        if batch is not None:
            return redirect("desk:paper_batch", public_id=batch.public_id)
    return page.show(request, form)


@require_GET
@staff(SEE_PAPER)
def batch(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far it is while it is read (the page looks again by itself), then what came of it."""
    actor, _now = who(request)
    row = batch_of(request, public_id)
    forms = forms_of(row)
    counts = counts_of([row])[row.pk]
    reads = actor.may(READ_PAPER)
    links = answers_seen(forms, actor)
    return render(
        request, "desk/voice/paper/batch.html",
        {
            "batch": row, "crumbs": crumbs((HOME, _("Paper forms"))), "counts": counts, "reads": reads,
            "lacking": [_lacking(one) for one in forms if one.state == State.INCOMPLETE],
            "refused": [one for one in forms if one.state == State.REFUSED],
            "waiting": [one for one in forms if one.state == State.CHECK],
            "taken": [
                (one, " ".join(problem_in_words(problem) for problem in one.problems), links.get(one.pk, ""))
                for one in forms
                if one.state == State.TAKEN
            ],
            "left": [one for one in forms if one.state == State.LEFT],
            "told": [(one, problem_in_words(one.problem)) for one in told_of(row)],
            "came": [
                (one, problem_in_words(one.page.problem) if one.page.problem else "") for one in came_in(row)
            ],
            "cautions": cautions_of(row), "heading": _heading(row, counts),
        },
    )  # fmt: skip


def _heading(row: Batch, counts: Counts) -> str:
    if row.state == Batch.State.WAITING:
        return _("Waits for the worker")
    if row.is_open:
        return _("Being read")
    return ngettext("%(number)s form is counted", "%(number)s forms are counted", counts.taken) % {
        "number": f"{counts.taken:,}"
    }


def _lacking(form: Returned) -> dict[str, Any]:
    pages = Page.objects.filter(copy=form.copy, is_aside=False).order_by("page", "pk")
    return {
        "form": form,
        "problems": [problem_in_words(one) for one in form.problems],
        "pages": list(pages),
        "readable": bool(form.answers or form.open_fields),
    }


def cautions_of(row: Batch) -> list[str]:
    """What to mend next time, each once."""
    found = {
        one["code"]
        for cautions in Page.objects.filter(file__batch=row).values_list("cautions", flat=True)
        for one in cautions
    }
    return [problem_in_words({"code": code, "about": {}}) for code in sorted(found)]


def batch_of(request: HttpRequest, public_id: str) -> Batch:
    actor, _now = who(request)
    row = Batch.objects.visible_to(actor).select_related("sent_by").filter(public_id=public_id).first()
    if row is None:
        raise Missing(_("There is no such batch."))
    return row


@require_POST
@staff(SEE_PAPER, READ_PAPER)
def erase_batch(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    erase(batch=public_id, actor=actor, now=now)
    messages.success(request, _("The pictures are erased. What was counted stays."))
    return redirect("desk:paper_batch", public_id=public_id)
