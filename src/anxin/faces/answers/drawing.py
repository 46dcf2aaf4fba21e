"""From a visit to HTML. Most questions look alike for everybody until they are answered: those are drawn once a process."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from anxin.faces.answers.walking import ELDER_COOKIE, Visit
from anxin.voice.questionnaires.form import Definition, Fault, Page
from anxin.voice.questionnaires.models import Version
from anxin.voice.questionnaires.rendering import page_context

ICONS = ("alert-octagon", "check", "chevron-left", "text-size", "phone", "circle-check", "info-circle")
NAMES = {"zh": "中文", "en": "English"}


def answer(
    template: str, visit: Visit | None, context: Mapping[str, Any], *, status: int = 200,
    request: HttpRequest | None = None,
) -> HttpResponse:  # fmt: skip
    """A page of this face. Needs no session, no user and no request's context: what it says is in `context`."""
    request = visit.request if visit is not None else request
    english = (get_language() or "").startswith("en")
    known: dict[str, Any] = {
        "code": "en" if english else "zh-CN", "sprite": _sprite(), "phone": settings.INSURER_PHONE,
        "insurer": settings.INSURER_NAME_EN if english else settings.INSURER_NAME_ZH,
        "elder": request is not None and request.COOKIES.get(ELDER_COOKIE) == "1",
    }  # fmt: skip
    if visit is not None:
        definition, language = visit.definition, visit.language
        known |= {
            "title": definition.title.get(language), "intro": definition.intro.get(language),
            "thanks": definition.thanks.get(language), "anonymous": visit.asking.campaign.is_anonymous,
            "stop": visit.address("stop"), "start": visit.address("start"),
            "languages": [(one, NAMES.get(one, one)) for one in definition.languages if one != language],
        }  # fmt: skip
    return HttpResponse(get_template(template).render({**known, **context}), status=status)


def questions(
    version: Version, definition: Definition, page: Page, answers: Mapping[str, Any], language: str, seed: str,
    faults: Sequence[Fault],
) -> SafeString:  # fmt: skip
    """The page's questions as HTML."""
    untouched = not faults and not any(answers.get(question.code) for question in page.questions)
    place = (version.public_id, version.edit, page.code, language)
    if untouched and place not in _drawn:
        if len(_drawn) > MANY:
            _drawn.clear()
        _drawn[place] = _draw(definition, page, {}, language) if _looks_the_same(definition, page) else None
    return (_drawn[place] if untouched else None) or _draw(definition, page, answers, language, seed, faults)


MANY = 1_000
# By version, its count of saves, page and language; None for a page that depends on who sees it.
_drawn: dict[tuple[str, int, str, str], SafeString | None] = {}


def _draw(
    definition: Definition, page: Page, answers: Mapping[str, Any], language: str, seed: str = "",
    faults: Sequence[Fault] = (),
) -> SafeString:  # fmt: skip
    context = page_context(definition, page, answers, language, seed, faults)
    return mark_safe(get_template("voice/page.html").render(context))


def _looks_the_same(definition: Definition, page: Page) -> bool:
    """Nothing on the page depends on who sees it: no order, no piping, no condition on another page."""
    here = {question.code for question in page.questions}
    texts = [page.title, page.intro, *(text for one in page.questions for text in (one.text, one.hint))]
    return (
        not page.shuffle
        and not any(question.shuffle for question in page.questions)
        and not any("{" in words for text in texts for _language, words in text.words)
        and all(
            question.show_if is None or here.issuperset(question.show_if.questions()) for question in page.questions
        )
    )


@lru_cache(maxsize=1)
def _sprite() -> SafeString:
    """The icons these pages have, of the house's sprite: all of it would be most of the page."""
    whole = (Path(settings.PACKAGE) / "templates/sprite.svg").read_text("utf-8")
    found = [
        match[0]
        for name in ICONS
        if (match := re.search(rf'<symbol[^>]*\bid="i-{name}".*?</symbol>', whole, re.DOTALL))
    ]
    return mark_safe(
        f'<svg class="sprite" aria-hidden="true" xmlns="http://www.w3.org/2000/svg" width="0" height="0"><defs>{"".join(found)}</defs></svg>'
    )
