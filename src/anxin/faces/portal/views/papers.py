"""Sending papers and photos: by camera or file, several at once; what is good is kept even where another is not."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from anxin.access import clock
from anxin.access.errors import Invalid
from anxin.faces.portal.entrance import actor_of, customer
from anxin.faces.portal.views.claim import context_of
from anxin.faces.portal.views.own import my_claim
from anxin.journeys.claims.actions.papers import PaperInput, add_photos, receive_papers
from anxin.papers.content import MAX_BYTES, examine


@require_http_methods(["GET", "POST"])
@customer
def papers(request: HttpRequest, public_id: str) -> HttpResponse:
    page = my_claim(request, public_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        given = []
        for view in page.papers:
            files = request.FILES.getlist(f"files-{view.paper.key}")
            good, wrong = usable(files)
            if wrong:
                errors[view.paper.key] = wrong
            if good:
                given.append(PaperInput(view.paper.code, view.paper.party.code if view.paper.party else "", good))
        if given:
            # No expected count: papers collide with nobody's work.
            receive_papers(claim=public_id, papers=given, actor=actor_of(request), now=clock.now())
            many = len(given)
            messages.success(
                request, ngettext("%(many)d paper has arrived.", "%(many)d papers have arrived.", many) % {"many": many}
            )
            page = my_claim(request, public_id)
        elif not errors:
            errors["all"] = _("Take a photo of a paper first, or choose a file.")
        if not errors:
            return redirect("portal:claim", public_id)
    context = context_of(request, page)
    rows = [row for row in context["papers"] if row.state != "in" and not row.is_payee and not row.is_request]
    mine = [row for row in rows if row.state != "wait"]
    chosen = request.GET.get("paper", "")
    one = next((row for row in mine if row.key == chosen), mine[0] if mine else None)
    context |= {"to_send": rows, "mine": mine, "one": one, "errors": errors}
    return render(request, "portal/claim/papers.html", context, status=422 if errors else 200)


@require_http_methods(["GET", "POST"])
@customer
def photos(request: HttpRequest, public_id: str) -> HttpResponse:
    """The account of what happened and the photos of the damage; more can be added."""
    page = my_claim(request, public_id)
    error = ""
    if request.method == "POST":
        good, error = usable(request.FILES.getlist("files"))
        if good:
            add_photos(claim=public_id, files=good, purpose="loss_photo", actor=actor_of(request), now=clock.now())
            messages.success(request, _("The photos are with your case."))
        elif not error:
            error = _("Take a photo first, or choose one.")
        if not error:
            return redirect("portal:photos", public_id)
        page = my_claim(request, public_id)
    return render(
        request, "portal/claim/photos.html", context_of(request, page) | {"error": error}, status=422 if error else 200
    )


def usable(files: list[UploadedFile]) -> tuple[list[tuple[bytes, str]], str]:
    """(what can be used, what is wrong with the rest in plain words)."""
    good: list[tuple[bytes, str]] = []
    wrong: list[str] = []
    for file in files:
        content = file.read(MAX_BYTES + 1)
        name = file.name or ""
        try:
            examine(content, name=name)
        except Invalid as refused:
            wrong.append(refused.message)
        else:
            good.append((content, name))
    return good, " ".join(wrong)
