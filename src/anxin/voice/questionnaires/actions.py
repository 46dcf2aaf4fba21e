"""The only writers of questionnaires and versions."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing, Stale
from anxin.voice.questionnaires.models import Questionnaire, Version
from anxin.voice.questionnaires.permissions import EDIT_QUESTIONNAIRES
from anxin.voice.questionnaires.queries import looked_over

MOST_BYTES = 1_000_000


@transaction.atomic
def create_questionnaire(
    *, name_zh: str, name_en: str = "", data: dict[str, Any] | None = None, actor: Actor, now: datetime
) -> Version:
    """A questionnaire with a first draft: empty, or with what `data` holds (a template's, a file's)."""
    actor.must(EDIT_QUESTIONNAIRES)
    names = _names(name_zh, name_en)
    questionnaire = Questionnaire.objects.create(**names, created_at=now, created_by_id=actor.user_id)
    body = data or {"languages": ["zh"], "title": {"zh": names["name_zh"]}, "pages": []}
    return Version.objects.create(
        questionnaire=questionnaire, number=1, body=_body(body), saved_at=now, saved_by_id=actor.user_id
    )


@transaction.atomic
def rename_questionnaire(*, questionnaire: str, name_zh: str, name_en: str, actor: Actor, now: datetime) -> None:
    actor.must(EDIT_QUESTIONNAIRES)
    row = _own(questionnaire, actor)
    for name, value in _names(name_zh, name_en).items():
        setattr(row, name, value)
    row.save(update_fields=["name_zh", "name_en"])


@transaction.atomic
def archive_questionnaire(*, questionnaire: str, archived: bool, actor: Actor, now: datetime) -> None:
    """Out of the list, or back in; nothing is lost, and running campaigns go on."""
    actor.must(EDIT_QUESTIONNAIRES)
    row = _own(questionnaire, actor)
    row.is_archived = archived
    row.save(update_fields=["is_archived"])


@transaction.atomic
def save_draft(*, version: str, data: dict[str, Any], expected: int, actor: Actor, now: datetime) -> Version:
    """Write a draft over. Faults do not keep it from being saved, only from being published.

    Raises `Stale` when someone else saved since `expected`, `IllegalMove` once it is frozen.
    """
    actor.must(EDIT_QUESTIONNAIRES)
    row = _draft(version, actor)
    if row.edit != expected:
        raise Stale(_("Somebody else saved this draft meanwhile. Load it again; what you typed is still on your page."))
    return _write(row, _body(data), actor, now)


@transaction.atomic
def undo_save(*, version: str, expected: int, actor: Actor, now: datetime) -> Version:
    """Take the last save back; once more brings it back again. Raises as `save_draft` does."""
    actor.must(EDIT_QUESTIONNAIRES)
    row = _draft(version, actor)
    if row.edit != expected:
        raise Stale(_("Somebody else saved this draft meanwhile: look again before you undo."))
    if not row.before:
        raise IllegalMove(_("There is nothing to undo."))
    return _write(row, row.before, actor, now)


@transaction.atomic
def delete_draft(*, version: str, actor: Actor, now: datetime) -> None:
    """Throw a draft away. The questionnaire goes with it if it never had another version."""
    actor.must(EDIT_QUESTIONNAIRES)
    row = _draft(version, actor)
    if row.campaigns.exists():
        raise IllegalMove(_("A campaign or pre-test refers to this draft; archive the questionnaire instead."))
    questionnaire = row.questionnaire
    row.delete()
    if not questionnaire.versions.exists():
        questionnaire.delete()


@transaction.atomic
def start_pretest(*, version: str, actor: Actor, now: datetime) -> Version:
    """Freeze a draft for a pre-test: its answers are kept apart, and it goes back to being a draft afterwards."""
    actor.must(EDIT_QUESTIONNAIRES)
    row = _draft(version, actor)
    _complete(row)
    row.state, row.pretest_at = Version.State.PRETEST, now
    row.save(update_fields=["state", "pretest_at"])
    return row


@transaction.atomic
def end_pretest(*, version: str, actor: Actor, now: datetime) -> Version:
    """Back to a draft, to be changed by what the pre-test showed."""
    actor.must(EDIT_QUESTIONNAIRES)
    row = _locked(version, actor)
    if row.state != Version.State.PRETEST:
        raise IllegalMove(_("This version is not in a pre-test."))
    # Its links would go on asking while the draft is rewritten.
    if row.campaigns.exclude(state__in=["draft", "ended"]).exists():
        raise IllegalMove(_("A campaign still asks it. End that campaign first."))
    row.state = Version.State.DRAFT
    row.save(update_fields=["state"])
    return row


@transaction.atomic
def publish_version(*, version: str, actor: Actor, now: datetime) -> Version:
    """Freeze a draft for good. The one before it stays for those who were invited to it.

    Raises `Invalid` with every fault: missing translations, conditions on what is not asked, empty choices.
    """
    actor.must(EDIT_QUESTIONNAIRES)
    row = _locked(version, actor)
    if row.state not in (Version.State.DRAFT, Version.State.PRETEST):
        raise IllegalMove(_("This version is published already."))
    _complete(row)
    row.state = Version.State.PUBLISHED
    row.published_at, row.published_by_id = now, actor.user_id
    row.save(update_fields=["state", "published_at", "published_by"])
    return row


@transaction.atomic
def retire_version(*, version: str, actor: Actor, now: datetime) -> Version:
    """No new campaign may use it; running ones go on."""
    actor.must(EDIT_QUESTIONNAIRES)
    row = _locked(version, actor)
    if row.state != Version.State.PUBLISHED:
        raise IllegalMove(_("Only a published version is retired."))
    row.state = Version.State.RETIRED
    row.save(update_fields=["state"])
    return row


@transaction.atomic
def new_draft(*, questionnaire: str, actor: Actor, now: datetime) -> Version:
    """A draft of the next version, beginning as a copy of the last."""
    actor.must(EDIT_QUESTIONNAIRES)
    row = _own(questionnaire, actor)
    last = row.versions.order_by("-number").first()
    if last is None:
        raise Missing(_("There is no such questionnaire."))
    if last.state in (Version.State.DRAFT, Version.State.PRETEST):
        raise IllegalMove(_("There is a draft already; publish or change that one."))
    return Version.objects.create(
        questionnaire=row, number=last.number + 1, body=last.body, saved_at=now, saved_by_id=actor.user_id
    )


@transaction.atomic
def copy_questionnaire(*, version: str, name_zh: str, name_en: str = "", actor: Actor, now: datetime) -> Version:
    """A questionnaire of its own that begins as a copy of some version, a template's for example."""
    actor.must(EDIT_QUESTIONNAIRES)
    source = Version.objects.visible_to(actor).filter(public_id=version).first()
    if source is None:
        raise Missing(_("There is no such version."))
    return create_questionnaire(name_zh=name_zh, name_en=name_en, data=source.data, actor=actor, now=now)


def _write(row: Version, body: str, actor: Actor, now: datetime) -> Version:
    row.before, row.body = row.body, body
    row.edit += 1
    row.saved_at, row.saved_by_id = now, actor.user_id
    row.save(update_fields=["before", "body", "edit", "saved_at", "saved_by"])
    for name in ("data", "definition"):
        row.__dict__.pop(name, None)
    return row


def _names(name_zh: str, name_en: str) -> dict[str, str]:
    name_zh, name_en = name_zh.strip()[:120], name_en.strip()[:160]
    if not name_zh and not name_en:
        wrong = _("Give the questionnaire a name.")
        raise Invalid(wrong, fields={"name_zh": wrong})
    return {"name_zh": name_zh or name_en[:120], "name_en": name_en}


def _body(data: dict[str, Any]) -> str:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    if len(body.encode()) > MOST_BYTES:
        raise Invalid(_("The questionnaire is larger than 1 MB. Shorten it or split it in two."))
    return body


def _own(questionnaire: str, actor: Actor) -> Questionnaire:
    row = (
        Questionnaire.objects.visible_to(actor)
        .select_for_update()
        .filter(public_id=questionnaire, is_template=False)
        .first()
    )
    if row is None:
        raise Missing(_("There is no such questionnaire."))
    return row


def _locked(version: str, actor: Actor) -> Version:
    row = (
        Version.objects.visible_to(actor)
        .select_for_update()
        .filter(public_id=version, questionnaire__is_template=False)
        .first()
    )
    if row is None:
        raise Missing(_("There is no such version."))
    return row


def _draft(version: str, actor: Actor) -> Version:
    row = _locked(version, actor)
    if row.frozen:
        raise IllegalMove(_("This version can no longer be changed. Begin a new draft."))
    return row


def _complete(row: Version) -> None:
    """Raise `Invalid` with everything that keeps a draft from being asked."""
    wrong: dict[str, str] = {}
    for lack in looked_over(row)[1]:
        if not lack.is_caution:
            wrong[lack.where] = f"{wrong[lack.where]} {lack.what}" if lack.where in wrong else lack.what
    if wrong:
        raise Invalid(_("The questionnaire cannot be asked yet."), fields=wrong)
