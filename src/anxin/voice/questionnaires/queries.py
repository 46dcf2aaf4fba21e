"""Reads of questionnaires: lists, and what a draft still lacks."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.voice.questionnaires.form import Definition, look_over, loose_pipes
from anxin.voice.questionnaires.models import Questionnaire, Version

LANGUAGE_WORDS = {"zh": lambda: _("Chinese"), "en": lambda: _("English")}


def listed(actor: Actor, *, text: str = "", archived: bool = False, templates: bool = False) -> QuerySet[Any]:
    """Questionnaires for a list, last saved first, each with its newest version: `number`, `state`, `saved_at`,
    `version_public_id`."""
    newest = Version.objects.filter(questionnaire=OuterRef("pk")).order_by("-number")
    rows = Questionnaire.objects.visible_to(actor).filter(is_template=templates, is_archived=archived)
    if text:
        rows = rows.filter(Q(name_zh__icontains=text) | Q(name_en__icontains=text))
    found: QuerySet[Any] = rows.annotate(
        number=Subquery(newest.values("number")[:1]),
        state=Subquery(newest.values("state")[:1]),
        saved_at=Subquery(newest.values("saved_at")[:1]),
        version_public_id=Subquery(newest.values("public_id")[:1]),
    ).order_by("-saved_at", "-id")
    return found


class Lack(NamedTuple):
    """Something to mend. `where`: a place as `Definition.texts` names it, or a page's, question's or quota's code.

    A caution does not keep the questionnaire from being asked; everything else does.
    """

    where: str
    what: str
    language: str = ""
    is_caution: bool = False


def looked_over(version: Version) -> tuple[Definition, list[Lack]]:
    """A version as far as it can be read, and all it lacks: faults, missing translations, cautions."""
    definition, faults = look_over(version.data)
    found = [Lack(where, what) for where, what in faults]
    if not any(page.questions for page in definition.pages):
        found.append(Lack("pages", _("It asks nothing yet: add a question.")))
    found += [
        Lack(where, _("The wording in %(language)s is missing.") % {"language": LANGUAGE_WORDS[language]()}, language)
        for language, where in definition.untranslated()
    ]
    found += [
        Lack(where, _("It repeats the answer to “%(code)s”, which is not asked on an earlier page.") % {"code": code}, is_caution=True)
        for where, code in loose_pipes(definition)
    ]  # fmt: skip
    found += [
        Lack(page.code, _("This page has no questions."), is_caution=True)
        for page in definition.pages
        if not page.questions and not page.intro
    ]
    return definition, found
