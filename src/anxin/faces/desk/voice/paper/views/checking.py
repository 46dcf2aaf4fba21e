"""A form that needs a person: its pictures beside the choices, one form after the other."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.actors import Actor
from anxin.access.errors import Missing, Refused
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import number_of
from anxin.faces.desk.views_admin.pages import who
from anxin.faces.desk.voice.paper.views.batches import HOME, answers_seen, batch_of, crumbs
from anxin.voice.paper.actions import check_form, hold, leave_form, take_as_it_is
from anxin.voice.paper.models import Batch, Returned
from anxin.voice.paper.permissions import READ_PAPER, SEE_PAPER
from anxin.voice.paper.queries import Open, Sheet, next_to_check, sheet_of

NOTHING = "__nothing__"


@require_GET
@staff(SEE_PAPER, READ_PAPER)
def next_form(request: HttpRequest, public_id: str) -> HttpResponse:
    """The next form of a batch that waits and that nobody else looks at; the batch itself when there is none."""
    actor, now = who(request)
    batch = batch_of(request, public_id)
    found = next_to_check(batch, actor, now, after=number_of(request.GET.get("after", "")) or 0)
    if found is None:
        return redirect("desk:paper_batch", public_id=public_id)
    return redirect("desk:paper_form", public_id=found.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_PAPER, READ_PAPER)
def form(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = _of(request, public_id)
    if row.state == Returned.State.TAKEN and request.method != "POST":
        return _settled(request, row, actor)
    if row.state != Returned.State.CHECK:
        messages.info(request, _("There is nothing to check on this form any more."))
        return redirect("desk:paper_batch", public_id=row.batch.public_id)
    sheet = sheet_of(row)
    wrong: dict[str, str] = {}
    refused: Refused | None = None
    if request.method == "POST":
        expected = number_of(request.POST.get("expected", "")) or 0
        try:
            done = check_form(
                form=public_id, decisions=_decisions(request, sheet), expected=expected, actor=actor, now=now
            )
        except Refused as error:
            if error.status in (403, 404):
                raise
            refused, wrong = error, error.fields
        else:
            if done.state == Returned.State.TAKEN:
                messages.success(request, _("%(serial)s is counted.") % {"serial": row.copy.serial})
            else:
                messages.warning(request, _("%(serial)s: %(why)s") % {"serial": row.copy.serial, "why": done.why})
            return redirect(f"{HOME}batches/{row.batch.public_id}/check/?after={row.pk}")
    held = (
        row.held_by if row.held_by_id not in (None, actor.user_id) and row.held_until and row.held_until > now else None
    )
    hold(form=row, actor=actor, now=now)
    waiting = Returned.objects.filter(batch=row.batch, state=Returned.State.CHECK).count()
    return render(
        request, "desk/voice/paper/form.html",
        {
            "row": row, "items": [_item(one, request, wrong) for one in sheet.opens], "pages": sheet.pages, "held": held,
            "crumbs": crumbs((HOME, _("Paper forms")), (f"{HOME}batches/{row.batch.public_id}/", _("Batch"))),
            "refused": refused.message if refused else "", "waiting": waiting, "nothing": NOTHING,
        },
        status=refused.status if refused else 200,
    )  # fmt: skip


def _settled(request: HttpRequest, row: Returned, actor: Actor) -> HttpResponse:
    """A form that is counted: what became of it."""
    answer = answers_seen([row], actor).get(row.pk, "")
    back = f"{HOME}batches/{row.batch.public_id}/"
    return render(
        request, "desk/voice/paper/settled.html",
        {
            "row": row, "crumbs": crumbs((HOME, _("Paper forms")), (back, _("Batch"))), "answer": answer,
            "facts": [
                (_("Campaign"), str(row.copy.run.campaign), ""), (_("State"), str(row.get_state_display()), ""),
                (_("By"), str(row.checked_by or ""), ""), (pgettext("of a person", "Answer"), _("Look at it") if answer else "", answer),
            ],
        },
    )  # fmt: skip


def _decisions(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    """What was said, of fields that something was said of: an untouched doubtful question is not decided."""
    found: dict[str, Any] = {}
    for one in sheet.opens:
        if one.choices:
            given = request.POST.getlist(one.field)
            if given:
                found[one.field] = [value for value in given if value != NOTHING]
        elif one.field in request.POST:
            found[one.field] = request.POST[one.field]
    return found


def _item(one: Open, request: HttpRequest, wrong: dict[str, str]) -> dict[str, Any]:
    """One open field as the page draws it, with what was typed kept."""
    posted = request.POST if request.method == "POST" else None
    chosen = (
        posted.getlist(one.field) if posted is not None else [choice.value for choice in one.choices if choice.chosen]
    )
    options = [(choice.value, choice.words, choice.value in chosen) for choice in one.choices]
    if one.choices:
        options.append((NOTHING, _("Nothing is marked"), NOTHING in chosen))
    return {
        "open": one, "options": options, "error": wrong.get(one.field, ""),
        "value": posted.get(one.field, "") if posted is not None else one.value,
    }  # fmt: skip


@require_POST
@staff(SEE_PAPER, READ_PAPER)
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = _of(request, public_id)
    try:
        done = take_as_it_is(
            form=public_id, expected=number_of(request.POST.get("expected", "")) or 0, actor=actor, now=now
        )
    except Refused as error:
        if error.status in (403, 404):
            raise
        messages.error(request, str(error.message))
        return redirect("desk:paper_batch", public_id=row.batch.public_id)
    if done.state == Returned.State.CHECK:
        return redirect("desk:paper_form", public_id=public_id)
    words = _("%(serial)s is counted.") if done.state == Returned.State.TAKEN else _("%(serial)s is not counted.")
    messages.success(request, words % {"serial": row.copy.serial})
    return redirect("desk:paper_batch", public_id=row.batch.public_id)


@require_POST
@staff(SEE_PAPER, READ_PAPER)
def leave(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = leave_form(form=public_id, actor=actor, now=now)
    messages.success(request, _("The form is set aside. A page of it sent later brings it back."))
    return redirect("desk:paper_batch", public_id=row.batch.public_id)


def _of(request: HttpRequest, public_id: str) -> Returned:
    actor, _now = who(request)
    row = (
        Returned.objects.select_related(
            "copy__run__layout__version", "copy__run__campaign", "batch", "held_by", "checked_by"
        )
        .filter(public_id=public_id, batch__in=Batch.objects.visible_to(actor))
        .first()
    )
    if row is None:
        raise Missing(_("There is no such form."))
    return row
