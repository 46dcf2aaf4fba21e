"""Print runs: asking for copies, how far they are, the finished PDFs."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.errors import Missing, Refused
from anxin.access.formats import moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, who
from anxin.faces.desk.views_admin.tables import Cell, Row, Table, num, window
from anxin.faces.desk.voice.paper.forms import LANGUAGES, InviteSheet, PrintSheet
from anxin.faces.desk.voice.paper.views.batches import HOME, campaign_of, crumbs
from anxin.voice.paper.actions import ask_print, invite_on_paper
from anxin.voice.paper.addresses import address_list
from anxin.voice.paper.models import PrintRun, Returned
from anxin.voice.paper.permissions import PRINT_PAPER, SEE_PAPER
from anxin.voice.paper.printing import PART

_TONES = {
    PrintRun.State.WAITING: ("running", "clock"),
    PrintRun.State.RUNNING: ("running", "clock"),
    PrintRun.State.DONE: ("kept", "circle-check"),
    PrintRun.State.REFUSED: ("broken", "alert-octagon"),
}
_WAY = f"{HOME}prints/"


@require_GET
@staff(SEE_PAPER)
def prints(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    asked = campaign_of(request)
    rows = PrintRun.objects.visible_to(actor).select_related("campaign", "asked_by")
    found = window(rows.filter(campaign=asked) if asked else rows, request)
    acts = [Act(_WAY, _("All printed forms"))] if asked else []
    if actor.may(PRINT_PAPER):
        rest = f"?campaign={asked.public_id}" if asked else ""
        acts += [
            Act(f"{_WAY}invite/{rest}", _("Invite on paper")), Act(f"{_WAY}add/{rest}", _("Print forms"), main=True),
        ]  # fmt: skip
    return list_page(
        request, heading=_("Printed forms"), under=str(asked or ""), crumbs=crumbs((HOME, _("Paper forms"))), window=found, acts=acts,
        nothing=_("Nothing was printed yet"), nothing_why=_("Choose a campaign that is running, and how many copies."),
        table=Table(
            _("Printed forms"),
            [
                (_("Asked at"), ""), (_("Campaign"), ""), (_("Language"), ""), (_("For whom"), ""), (_("Copies"), "num"),
                (_("State"), ""), (_("By"), ""),
            ],
            [
                Row([
                    Cell(moment(row.asked_at), f"{_WAY}{row.public_id}/", css="nowrap"), Cell(str(row.campaign)),
                    Cell(str(dict(LANGUAGES)[row.language])), Cell(_("Personal") if row.is_personal else _("Anonymous")),
                    num(f"{row.whole:,}"),
                    Cell(str(row.get_state_display()), tone=_TONES[PrintRun.State(row.state)][0], icon=_TONES[PrintRun.State(row.state)][1]),
                    Cell(str(row.asked_by or "")),
                ])
                for row in found.rows
            ],
        ),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_PAPER, PRINT_PAPER)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    posted = request.method == "POST"
    form = PrintSheet(
        request.POST if posted else None,
        actor=actor,
        initial={"campaign": request.GET.get("campaign", ""), "personal": request.GET.get("personal", "")},
    )
    page = FormPage(
        _("Print forms"), _("Print"), _WAY, crumbs((HOME, _("Paper forms")), (_WAY, _("Printed forms"))),
        _("A4, black on white, one-sided or two-sided. Every page has corner marks and a code: leave them free."),
    )  # fmt: skip
    if posted:
        run = attempt(
            form,
            lambda given: ask_print(
                campaign=given["campaign"], language=given["language"], copies=given["copies"],
                personal=bool(given["personal"]), actor=actor, now=now,
            ),
        )  # fmt: skip
        if run is not None:
            return redirect("desk:paper_run", public_id=run.public_id)
    return page.show(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_PAPER, PRINT_PAPER)
def invite(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    posted = request.method == "POST"
    form = InviteSheet(
        request.POST if posted else None, actor=actor, initial={"campaign": request.GET.get("campaign", "")}
    )
    page = FormPage(
        _("Invite on paper"), _("Make invitations"), _WAY, crumbs((HOME, _("Paper forms")), (_WAY, _("Printed forms"))),
        _("Everybody in the campaign's audience who has an address, was not invited yet and did not opt out gets an invitation on paper. Print personal copies next."),
    )  # fmt: skip
    if posted:
        made = attempt(form, lambda given: invite_on_paper(campaign=given["campaign"], actor=actor, now=now))
        if made is not None:
            number, left = made
            messages.success(
                request,
                _("%(made)s invitations on paper were made; %(left)s people were left out.")
                % {"made": f"{number:,}", "left": f"{sum(left.values()):,}"},
            )
            return redirect(f"{_WAY}add/?campaign={form.cleaned_data['campaign']}&personal=1")
    return page.show(request, form)


@require_GET
@staff(SEE_PAPER)
def run(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far it is while it is printed (the page looks again by itself), then its files."""
    actor, _now = who(request)
    row = _of(request, public_id)
    parts = [
        (number, (number - 1) * PART + 1, min(number * PART, row.whole)) for number in range(1, len(row.files) + 1)
    ]
    back = Returned.objects.filter(copy__run=row, state=Returned.State.TAKEN).count()
    pages = len(row.layout.layout.pages) if row.layout else 0
    return render(
        request, "desk/voice/paper/run.html",
        {
            "run": row, "parts": parts, "pages": pages, "sheets": pages * row.whole, "back": back, "prints": actor.may(PRINT_PAPER),
            "language": dict(LANGUAGES)[row.language],
            "crumbs": crumbs((HOME, _("Paper forms")), (_WAY, _("Printed forms"))),
        },
    )  # fmt: skip


@require_GET
@staff(SEE_PAPER, PRINT_PAPER)
def part(request: HttpRequest, public_id: str, part: int) -> HttpResponse | FileResponse:
    row = _of(request, public_id)
    if not 1 <= part <= len(row.files):
        raise Missing(_("There is no such file."))
    try:
        handle = default_storage.open(row.files[part - 1], "rb")
    except FileNotFoundError:
        raise Missing(_("This file was erased.")) from None
    return FileResponse(handle, content_type="application/pdf", filename=f"forms-{row.pk:04d}-{part}.pdf")


@require_POST
@staff(SEE_PAPER, PRINT_PAPER)
def addresses(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = _of(request, public_id)
    try:
        content = address_list(run=row, reason=request.POST.get("reason", ""), actor=actor, now=now)
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        messages.error(request, str(refused.message))
        return redirect("desk:paper_run", public_id=public_id)
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="addresses-{row.pk:04d}.csv"'
    return answer


def _of(request: HttpRequest, public_id: str) -> PrintRun:
    actor, _now = who(request)
    row = (
        PrintRun.objects.visible_to(actor)
        .select_related("campaign", "layout", "asked_by")
        .filter(public_id=public_id)
        .first()
    )
    if row is None:
        raise Missing(_("There is no such print run."))
    return row
