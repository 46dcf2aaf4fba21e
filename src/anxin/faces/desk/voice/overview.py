"""Where the voice begins: its parts, cut to what the reader may do."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from anxin.access.actors import Actor
from anxin.access.permissions import Permission
from anxin.faces.desk.entrance import staff
from anxin.voice.campaigns.permissions import SEE_CAMPAIGNS
from anxin.voice.comments.permissions import SEE_COMMENTS
from anxin.voice.datasets.permissions import SEE_DATASETS
from anxin.voice.interviews.permissions import SEE_INTERVIEWS
from anxin.voice.paper.permissions import SEE_PAPER
from anxin.voice.questionnaires.permissions import SEE_QUESTIONNAIRES
from anxin.voice.reports.permissions import SEE_REPORTS
from anxin.voice.responses.permissions import SEE_RESPONSES
from anxin.voice.weights.permissions import SEE_WEIGHTS


class Part(NamedTuple):
    href: str
    icon: str
    title: str | Promise
    about: str | Promise
    needs: Permission


# A part is listed once its pages are there.
PARTS: tuple[Part, ...] = (
    Part(
        "/desk/voice/studio/", "clipboard-check", _("Questionnaires"),
        _("Write, translate, try out and publish what is asked"), SEE_QUESTIONNAIRES,
    ),
    Part(
        "/desk/voice/campaigns/", "send", _("Campaigns"), _("Whom we ask, when and by which way; what came back"),
        SEE_CAMPAIGNS,
    ),
    Part(
        "/desk/voice/campaigns/ratings/", "star", _("Ratings"), _("One to five after each service, by branch and person"),
        SEE_RESPONSES,
    ),
    Part(
        "/desk/voice/comments/", "message", _("Comments"),
        _("What customers say in their own words: topics, sentiment, quotes, and labels to correct"), SEE_COMMENTS,
    ),
    Part(
        "/desk/voice/paper/", "file-text", _("Paper forms"),
        _("Print questionnaires, read scans and photographs back, check what is in doubt"), SEE_PAPER,
    ),
    Part(
        "/desk/voice/reports/", "report", _("Reports"), _("What the answers say, with what to do first"), SEE_REPORTS,
    ),
    Part(
        "/desk/voice/datasets/", "file-plus", _("Tables of answers"), _("CSV, Excel and SPSS files in; answers out"),
        SEE_DATASETS,
    ),
    Part(
        "/desk/voice/interviews/", "writing", _("Interviews"), _("Notes, a code book, quotes counted by problem and stage"),
        SEE_INTERVIEWS,
    ),
    Part(
        "/desk/voice/weights/", "target", _("Weights by experts"), _("What matters more, judged pair by pair (AHP)"),
        SEE_WEIGHTS,
    ),
)  # fmt: skip

ENTRANCE: tuple[Permission, ...] = (SEE_QUESTIONNAIRES, SEE_REPORTS)


def parts_for(actor: Actor) -> list[Part]:
    return [part for part in PARTS if actor.may(part.needs)]


@require_GET
@staff(SEE_QUESTIONNAIRES)
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/voice/overview.html", {"parts": parts_for(request.actor)})  # type: ignore[attr-defined]
