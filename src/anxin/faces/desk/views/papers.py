"""All papers and photographs of a claim with a viewer."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.access import clock
from anxin.access.models import spoken
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.wording import paper_title
from anxin.journeys.claims.lifecycle import CLAIM
from anxin.journeys.claims.models import RequiredPaper
from anxin.journeys.claims.permissions import CHECK_PAPERS, GIVE_PAPERS
from anxin.journeys.claims.queries import ClaimPage, claim_page
from anxin.papers.models import StoredFile


@dataclass(frozen=True, slots=True)
class Shown:
    file: StoredFile
    title: str
    note: str
    key: str
    """The listed paper it belongs to, while that waits to be checked."""
    groups: frozenset[str]


@require_GET
@staff()
def papers(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    page = claim_page(public_id, actor, now=clock.now())
    files = _files(page)
    wanted = {request.GET.get(name, "") for name in ("file", "paper", "survey")} - {""}
    shown = next((item for item in files if wanted & item.groups), files[0] if files else None)
    return render(
        request, "desk/case/papers.html",
        {"page": page, "case": page.case, "files": files, "shown": shown, "may_check": actor.may(CHECK_PAPERS),
         "may_add": actor.may(GIVE_PAPERS) and CLAIM.allows(page.case.state, "add_paper")},
    )  # fmt: skip


def _files(page: ClaimPage) -> list[Shown]:
    found = [
        Shown(
            file, paper_title(view.paper), str(view.paper.get_state_display()),
            view.paper.key if view.paper.state == RequiredPaper.State.RECEIVED else "",
            frozenset({file.public_id, view.paper.key}),
        )
        for view in page.papers
        for file in view.files
    ]  # fmt: skip
    titles = {
        "loss_photo": _("Photo of the loss"), "survey_photo": _("Survey photo"), "dispute": _("Photo of a disputed item"),
    }  # fmt: skip
    items = {
        (view.survey.public_id, item["code"]): spoken(item["title_zh"], item["title_en"])
        for view in page.surveys
        for item in view.survey.checklist
    }
    for photo in page.photos:
        title = items.get((photo.reference, photo.item)) or titles.get(photo.purpose, _("Photo"))
        note = titles["survey_photo"] if photo.purpose == "survey_photo" and photo.item else ""
        found.append(Shown(photo.file, title, note, "", frozenset({photo.file.public_id, photo.reference})))
    return found
