"""The code book: which problems quotes are counted under."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from anxin.access.errors import Missing
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Row, Table, num
from anxin.faces.desk.voice.interviews.forms import ChangeCode, CodeSheet
from anxin.faces.desk.voice.interviews.views import HOME, crumbs
from anxin.voice.interviews import actions
from anxin.voice.interviews.models import Code
from anxin.voice.interviews.permissions import SEE_INTERVIEWS, WRITE_INTERVIEWS

BOOK = f"{HOME}codes/"


@require_GET
@staff(SEE_INTERVIEWS)
def codes(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    may = actor.may(WRITE_INTERVIEWS)
    return list_page(
        request, heading=_("Code book"), crumbs=crumbs((HOME, _("Interviews"))),
        acts=[Act(f"{BOOK}add/", _("Add a code"), main=True)] if may else [],
        nothing=_("No codes yet"), nothing_why=_("A code names a problem, such as: told twice what to hand in."),
        table=Table(
            _("Code book"),
            [(_("Problem code"), ""), (_("Stage"), ""), (_("When it applies"), ""), (_("Quotes"), "num"), (_("State"), "")],
            [
                Row([
                    Cell(str(code), f"{BOOK}{code.public_id}/" if may else ""), Cell(str(code.get_stage_display() or "–")),
                    Cell(code.meaning), num(str(code.many)),
                    Cell(_("Retired"), tone="paused", icon="player-pause") if code.is_retired else Cell(_("In use")),
                ])
                for code in Code.objects.annotate(many=Count("quotes"))
            ],
        ),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_INTERVIEWS, WRITE_INTERVIEWS)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    form = CodeSheet(request.POST or None)
    if request.method == "POST":
        made = attempt(form, lambda given: actions.add_code(**given, actor=actor, now=now))
        if made is not None:
            messages.success(request, _("The code is in the code book."))
            return redirect("desk:codes")
    return FormPage(_("Add a code"), _("Add"), BOOK, crumbs((HOME, _("Interviews")), (BOOK, _("Code book")))).show(
        request, form
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_INTERVIEWS, WRITE_INTERVIEWS)
def change(request: HttpRequest, code: str) -> HttpResponse:
    actor, now = who(request)
    row = Code.objects.filter(public_id=code).first()
    if row is None:
        raise Missing(_("There is no such code."))
    form = ChangeCode(request.POST or None, initial={name: getattr(row, name) for name in ChangeCode.base_fields})
    if request.method == "POST":
        done = attempt(form, lambda given: actions.change_code(code=code, **given, actor=actor, now=now))
        if done is not None:
            messages.success(request, _("The code is changed."))
            return redirect("desk:codes")
    return FormPage(
        _("Change the code"), _("Save"), BOOK, crumbs((HOME, _("Interviews")), (BOOK, _("Code book")))
    ).show(request, form)
