"""One visit: what is asked, in which language, where the visitor stands, and what their form gave."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from anxin.access.models import Branch
from anxin.voice.campaigns.models import Campaign
from anxin.voice.questionnaires.form import (
    OTHER,
    Definition,
    Page,
    missing_required,
    next_page,
    shown_pages,
    shown_questions,
)
from anxin.voice.responses.actions import Asking
from anxin.voice.responses.models import Response

LANGUAGE_COOKIE, ELDER_COOKIE = "language", "elder"
CATALOGUES = {"zh": "zh-hans", "en": "en"}
_KEY = re.compile(r"[2-9a-z]{16}\Z")
# By which way an open link was come upon, as its address says (`campaigns.links.open_link`).
WAYS = frozenset(Campaign.Channel.values)


@dataclass(frozen=True, slots=True)
class Visit:
    """`key` is the link's; `language` one of the questionnaire's."""

    request: HttpRequest
    key: str
    asking: Asking
    language: str

    @property
    def definition(self) -> Definition:
        return self.asking.definition

    @property
    def answers(self) -> dict[str, Any]:
        return self.asking.response.given if self.asking.response else {}

    @property
    def is_open(self) -> bool:
        """Come by an open link, with nothing begun yet."""
        return self.asking.invitation is None and self.asking.response is None

    @property
    def elder(self) -> bool:
        return self.request.COOKIES.get(ELDER_COOKIE) == "1"

    @property
    def cookie(self) -> str:
        """Which response was begun here by this open link, so that the same link goes on with it."""
        return f"q-{self.asking.campaign.open_key[:8]}"

    @property
    def seed(self) -> str:
        """Shuffles alike for the same respondent, from the first page on."""
        if self.asking.response is not None:
            return self.asking.response.key
        if self.asking.invitation is not None:
            return self.asking.invitation.key
        return ""

    def address(self, name: str, **more: str) -> str:
        return reverse(f"answers:{name}", kwargs={"key": self.key, **more})

    def source(self) -> str:
        return Response.Source.PORTAL if self.request.GET.get("via") == "portal" else Response.Source.WEB

    def where(self) -> tuple[dict[str, str], int | None]:
        """Of an open link: the channel and branch its address names."""
        if self.asking.invitation is not None:
            return {}, None
        via = self.request.GET.get("via", "")
        branch = Branch.objects.filter(code=self.request.GET.get("at", "")[:12]).values_list("pk", flat=True).first()
        return ({"channel": via} if via in WAYS else {}), branch


def language_of(request: HttpRequest, asking: Asking) -> str:
    """What the visitor chose, else what they began in, else what they were asked in; always one of the questionnaire's."""
    offered = asking.definition.languages
    chosen = {"zh-hans": "zh", "en": "en"}.get(request.COOKIES.get(LANGUAGE_COOKIE, ""), "")
    wishes = [chosen]
    wishes += [asking.response.language] if asking.response else []
    wishes += [asking.invitation.language] if asking.invitation else []
    return next((wish for wish in wishes if wish in offered), offered[0])


def key_of(text: str) -> str:
    """A response's key as a form brought it; "" for what cannot be one."""
    return text if _KEY.match(text) else ""


def given_of(page: Page, form: QueryDict) -> dict[str, Any]:
    """What a page's form gave, by question code; the words beside "other" under their own name."""
    given: dict[str, Any] = {}
    for question in page.questions:
        listed = form.getlist(question.code)
        if listed:
            given[question.code] = listed if question.kind == "many" else listed[-1]
        own = form.get(question.code + OTHER)
        if own is not None:
            given[question.code + OTHER] = own
    return given


def place_of(definition: Definition, answers: Mapping[str, Any], last: str) -> Page | None:
    """Where somebody goes on who comes back: never past a required answer they owe, else where they stopped."""
    lacking = set(missing_required(definition, answers))
    pages = shown_pages(definition, answers)
    owing = next((page for page in pages if any(question.code in lacking for question in page.questions)), None)
    stopped = next((page for page in pages if page.code == last), None)
    if stopped is not None and all(
        answers.get(question.code) not in (None, "", []) for question in shown_questions(stopped, answers)
    ):
        stopped = next_page(definition, answers, last) or stopped
    if stopped is None:
        stopped = pages[0] if pages else None
    if owing is not None and stopped is not None and pages.index(owing) < pages.index(stopped):
        return owing
    return stopped
