"""What the studio's pages share: finding a version, saving a change of its draft, what stands around every page of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Missing, Stale
from anxin.faces.desk.forms_admin.base import number_of
from anxin.faces.desk.views_admin.pages import who
from anxin.voice.questionnaires.actions import save_draft
from anxin.voice.questionnaires.form import Definition
from anxin.voice.questionnaires.models import Questionnaire, Version
from anxin.voice.questionnaires.permissions import EDIT_QUESTIONNAIRES
from anxin.voice.questionnaires.queries import Lack

HOME = "/desk/voice/studio/"
Data = dict[str, Any]
TONES = {
    Version.State.DRAFT: ("running", "edit"),
    Version.State.PRETEST: ("near", "search"),
    Version.State.PUBLISHED: ("kept", "circle-check"),
    Version.State.RETIRED: ("paused", "player-pause"),
}


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("/desk/voice/", _("Customer voice")), (HOME, _("Questionnaires")), *more]


def crumbs_of(version: Version) -> list[tuple[str, str]]:
    row = version.questionnaire
    return crumbs((f"{HOME}{row.public_id}/", str(row)), (address(version), _("Version %(n)d") % {"n": version.number}))


def address(version: Version, rest: str = "") -> str:
    return f"{HOME}v/{version.public_id}/{rest}"


def language() -> str:
    """The reader's language as a questionnaire names it."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def find_questionnaire(public_id: str, actor: Actor) -> Questionnaire:
    row = Questionnaire.objects.visible_to(actor).filter(public_id=public_id).first()
    if row is None:
        raise Missing(_("There is no such questionnaire."))
    return row


def find_version(public_id: str, actor: Actor) -> Version:
    row = (
        Version.objects.visible_to(actor)
        .select_related("questionnaire", "saved_by")
        .filter(public_id=public_id)
        .first()
    )
    if row is None:
        raise Missing(_("There is no such version."))
    return row


def find_draft(public_id: str, actor: Actor) -> Version:
    """A version that can still be changed."""
    row = find_version(public_id, actor)
    if row.frozen or row.questionnaire.is_template:
        raise IllegalMove(_("This version can no longer be changed. Begin a new draft."))
    return row


def may_edit(version: Version, actor: Actor) -> bool:
    return not version.frozen and not version.questionnaire.is_template and actor.may(EDIT_QUESTIONNAIRES)


def expected_of(request: HttpRequest) -> int:
    """The save the writer saw; -1, which no draft has, where the form does not say."""
    found = number_of(request.POST.get("expected", ""))
    return -1 if found is None else found


def save(request: HttpRequest, version: Version, change: Callable[[Data], Data]) -> Version | None:
    """Change the draft as it is now and save it. None when somebody else saved since the form was opened.

    The page then shows the form again as it was typed, with the newer `expected`: sending it again is a new decision, and
    changes this one thing in what the other wrote.
    """
    actor, now = who(request)
    try:
        return save_draft(
            version=version.public_id, data=change(version.data), expected=expected_of(request), actor=actor, now=now
        )
    except Stale:
        messages.warning(
            request,
            _("%(who)s saved this draft while you were writing. Nothing of yours is lost: look at what is new, and save again.")
            % {"who": version.saved_by or _("Somebody")},
        )  # fmt: skip
        return None


def place_href(version: Version, definition: Definition, lack: Lack) -> str:
    """Where a fault is mended: the box's own page, at the box where it can be."""
    code, _dot, part = lack.where.partition(".")
    if code in ("title", "intro", "thanks", "languages", "questionnaire"):
        suffix = f"_{lack.language}" if lack.language else ""
        return address(version, f"settings/#id_{code}{suffix}")
    if code == "pages":
        return address(version)
    if code.startswith("quota"):
        return address(version, "quotas/")
    if any(page.code == code for page in definition.pages):
        suffix = f"#id_{part}_{lack.language}" if part and lack.language else ""
        return address(version, f"pages/{code}/{suffix}")
    if definition.question(code) is not None:
        return address(version, f"questions/{code}/{_anchor(definition, code, part, lack.language)}")
    return address(version)


def _anchor(definition: Definition, code: str, part: str, language: str) -> str:
    question = definition.question(code)
    if question is None or not language:
        return ""
    if part in ("", "hint"):
        return f"#f-{part or 'text'}_{language}"
    if part.startswith("label"):
        return f"#f-labels_{language}"
    codes = [option.code for option in question.options]
    return f"#f-opt_{codes.index(part)}_{language}" if part in codes else ""
