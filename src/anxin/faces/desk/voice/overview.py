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
from anxin.voice.questionnaires.permissions import SEE_QUESTIONNAIRES
from anxin.voice.responses.permissions import SEE_RESPONSES


class Part(NamedTuple):
    href: str
    icon: str
    title: str | Promise
    about: str | Promise
    needs: Permission


# A part is listed once its pages are there.
PARTS: tuple[Part, ...] = (
    Part(
        "/desk/voice/campaigns/", "send", _("Campaigns"), _("Whom we ask, when and by which way; what came back"),
        SEE_CAMPAIGNS,
    ),
    Part(
        "/desk/voice/campaigns/ratings/", "star", _("Ratings"), _("One to five after each service, by branch and person"),
        SEE_RESPONSES,
    ),
    Part(
        "/desk/voice/studio/", "clipboard-check", _("Questionnaires"),
        _("Write, translate, try out and publish what is asked"), SEE_QUESTIONNAIRES,
    ),
)  # fmt: skip

ENTRANCE: tuple[Permission, ...] = (SEE_QUESTIONNAIRES,)


def parts_for(actor: Actor) -> list[Part]:
    return [part for part in PARTS if actor.may(part.needs)]


@require_GET
@staff(SEE_QUESTIONNAIRES)
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/voice/overview.html", {"parts": parts_for(request.actor)})  # type: ignore[attr-defined]
