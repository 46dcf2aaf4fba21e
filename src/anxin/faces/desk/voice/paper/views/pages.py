"""One page as it came in, its picture, and pictures cut out of it. Personal data: only for those who check."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.errors import Missing
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import who
from anxin.faces.desk.voice.paper.forms import NameSheet
from anxin.faces.desk.voice.paper.views.batches import HOME, crumbs
from anxin.voice.paper.actions import name_page, set_aside
from anxin.voice.paper.models import Batch, Cutout, Page
from anxin.voice.paper.permissions import READ_PAPER, SEE_PAPER
from anxin.voice.paper.pictures import picture_of
from anxin.voice.paper.wording import problem_in_words


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_PAPER, READ_PAPER)
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    """A page at full size; where its code could not be read, what it is can be typed in."""
    actor, now = who(request)
    row = _of(request, public_id)
    posted = request.method == "POST"
    form = NameSheet(request.POST if posted else None, initial={"serial": row.serial, "number": row.page})
    if posted:
        again = attempt(
            form,
            lambda given: name_page(
                page=public_id, serial=given["serial"], number=given["number"], actor=actor, now=now
            ),
        )
        if again is not None:
            words = problem_in_words(again.problem) if again.problem else _("The page was read.")
            messages.warning(request, words) if again.problem else messages.success(request, words)
            return redirect("desk:paper_batch", public_id=row.file.batch.public_id)
    back = f"{HOME}batches/{row.file.batch.public_id}/"
    return render(
        request, "desk/voice/paper/page.html",
        {
            "page": row, "form": form, "back": back, "problem": problem_in_words(row.problem) if row.problem else "",
            "nameable": bool(row.problem and row.copy_id is None and row.file.path),
            "crumbs": crumbs((HOME, _("Paper forms")), (back, _("Batch"))),
        },
        status=422 if posted and form.errors else 200,
    )  # fmt: skip


@require_GET
@staff(SEE_PAPER, READ_PAPER)
def picture(request: HttpRequest, public_id: str) -> HttpResponse:
    return _image(picture_of(_of(request, public_id)))


@require_GET
@staff(SEE_PAPER, READ_PAPER)
def cutout(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, _now = who(request)
    row = Cutout.objects.filter(public_id=public_id, page__file__batch__in=Batch.objects.visible_to(actor)).first()
    if row is None:
        raise Missing(_("There is no such picture."))
    return _image(bytes(row.picture))


@require_POST
@staff(SEE_PAPER, READ_PAPER)
def aside(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    row = set_aside(page=public_id, actor=actor, now=now)
    messages.success(request, _("The page is set aside and does not count."))
    return redirect("desk:paper_batch", public_id=row.file.batch.public_id)


def _image(content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type="image/jpeg")
    answer["Content-Disposition"] = "inline"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _of(request: HttpRequest, public_id: str) -> Page:
    actor, _now = who(request)
    row = (
        Page.objects.select_related("file__batch", "copy")
        .filter(public_id=public_id, file__batch__in=Batch.objects.visible_to(actor))
        .first()
    )
    if row is None:
        raise Missing(_("There is no such page."))
    return row
