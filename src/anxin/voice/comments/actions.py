"""The only writers of corrections, of the insurer's own topics, and of imported comments. (Responses' are taken in by the worker.)"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing, Stale
from anxin.engines.reading import text
from anxin.voice.comments import intake, labelling, learning
from anxin.voice.comments.models import Comment, Correction, Label, OwnTopic
from anxin.voice.comments.permissions import CORRECT_COMMENTS
from anxin.voice.comments.queries import topics as topics_there_are

MOST_CUES, LONGEST_CUE = 200, 60
MOST_TOPICS = 40


@transaction.atomic
def correct(
    *, comment: str, topics: Sequence[str], sentiment: int | None, expected: int, actor: Actor, now: datetime
) -> Correction:
    """Say what a comment is about (codes, at least one) and how it feels: -1, 0, 1, or None where a person cannot say either.

    `expected` is the correction that the person saw standing (0: none): `Stale` when somebody was faster. The labels hold
    at once; the worker teaches them to the model within seconds.
    """
    row = _locked(comment, actor)
    if actor.user_id is None:
        raise ValueError("only a person corrects a comment")
    standing = labelling.standing([row.pk]).get(row.pk)
    if (standing.pk if standing else 0) != expected:
        raise Stale(
            _("Somebody corrected this comment meanwhile. Look at their labels and save again if yours differ.")
        )
    known = {topic.code for topic in topics_there_are()}
    chosen = list(dict.fromkeys(topics))
    wrong: dict[str, str] = {}
    if not chosen:
        wrong["topics"] = _("Choose a topic; “Other” where none fits.")
    elif strange := [code for code in chosen if code not in known]:
        wrong["topics"] = _("There is no topic “%(code)s” any more. Choose again.") % {"code": strange[0]}
    elif text.OTHER in chosen and len(chosen) > 1:
        wrong["topics"] = _("“Other” stands alone: choose it or the topics.")
    if sentiment not in (None, -1, 0, 1):
        wrong["sentiment"] = _("Choose one of the sentiments.")
    if wrong:
        raise Invalid(_("The labels cannot be kept like this."), fields=wrong)
    made = Correction.objects.create(comment=row, topics=chosen, sentiment=sentiment, by_id=actor.user_id, at=now)
    _settle(row, made, known)
    return made


@transaction.atomic
def undo(*, comment: str, expected: int, actor: Actor, now: datetime) -> Comment:
    """Take back the correction that stands (`expected` names it); the one before it stands again, or the model's word."""
    row = _locked(comment, actor)
    standing = labelling.standing([row.pk]).get(row.pk)
    if standing is None:
        raise IllegalMove(_("There is no correction to take back."), code="nothing-to-undo")
    if standing.pk != expected:
        raise Stale(
            _("Somebody corrected this comment meanwhile. Look at their labels and save again if yours differ.")
        )
    Correction.objects.filter(pk=standing.pk).update(withdrawn_at=now, withdrawn_by=actor.user_id)
    _settle(row, labelling.standing([row.pk]).get(row.pk), {topic.code for topic in topics_there_are()})
    return row


@transaction.atomic
def add_topic(
    *,
    name_zh: str,
    name_en: str,
    definition_zh: str,
    definition_en: str,
    cues: Sequence[str],
    actor: Actor,
    now: datetime,
) -> OwnTopic:
    """A topic of the insurer's own, told by cues: words that by themselves point to it. The model knows it within seconds."""
    actor.must(CORRECT_COMMENTS)
    if OwnTopic.objects.filter(retired_at=None).count() >= MOST_TOPICS:
        raise Invalid(_("There are %(many)d topics of your own already: give up one first.") % {"many": MOST_TOPICS})
    topic = OwnTopic(code=_code(name_en), created_at=now, created_by_id=actor.user_id, changed_at=now)
    return _keep_topic(topic, name_zh, name_en, definition_zh, definition_en, cues)


@transaction.atomic
def change_topic(
    *, code: str, name_zh: str, name_en: str, definition_zh: str, definition_en: str, cues: Sequence[str],
    actor: Actor, now: datetime,
) -> OwnTopic:  # fmt: skip
    topic = _own(code, actor)
    topic.changed_at = now
    return _keep_topic(topic, name_zh, name_en, definition_zh, definition_en, cues)


@transaction.atomic
def retire_topic(*, code: str, actor: Actor, now: datetime) -> OwnTopic:
    """Give up a topic of one's own: comments lose it when they are read again. Corrections that name it are kept."""
    topic = _own(code, actor)
    topic.retired_at = topic.changed_at = now
    topic.save(update_fields=["retired_at", "changed_at"])
    return topic


def take_texts(*, source: str, texts: Iterable[intake.Raw], actor: Actor, now: datetime) -> int:
    """Keep the open answers of an imported file under its name; a row taken before is left alone. Returns how many are new.

    For the room of imported files, and for reports that want an import's comments labelled. `Raw.key` is the row.
    """
    actor.must(CORRECT_COMMENTS)
    if not source.strip() or len(source) > 60:
        raise Invalid(_("An import has a name of at most 60 characters."), fields={"source": _("Give it a name.")})
    return intake.take_texts(source, texts, now)


@transaction.atomic
def forget_texts(*, source: str, actor: Actor, now: datetime) -> int:
    """Drop the comments of an imported file, their corrections too; returns how many there were."""
    actor.must(CORRECT_COMMENTS)
    rows = Comment.objects.visible_to(actor).filter(source=source, response=None)
    count = rows.count()
    rows.delete()
    return count


def _locked(public_id: str, actor: Actor) -> Comment:
    row = Comment.objects.visible_to(actor).select_for_update(of=("self",)).filter(public_id=public_id).first()
    if row is None:
        raise Missing(_("There is no such comment."))
    actor.must(CORRECT_COMMENTS)
    return row


def _settle(row: Comment, correction: Correction | None, codes: Iterable[str]) -> None:
    labels = labelling.settle(row, correction, codes)
    row.labels.all().delete()
    Label.objects.bulk_create(labels)
    row.save(update_fields=["feeling", "value", "unsure", "is_corrected"])


def _own(code: str, actor: Actor) -> OwnTopic:
    actor.must(CORRECT_COMMENTS)
    topic = OwnTopic.objects.select_for_update().filter(code=code, retired_at=None).first()
    if topic is None:
        raise Missing(_("There is no such topic."))
    return topic


def _keep_topic(
    topic: OwnTopic, name_zh: str, name_en: str, definition_zh: str, definition_en: str, cues: Sequence[str]
) -> OwnTopic:
    topic.name_zh, topic.name_en = name_zh.strip(), name_en.strip()
    topic.definition_zh, topic.definition_en = definition_zh.strip(), definition_en.strip()
    topic.cues = list(dict.fromkeys(cue.strip() for cue in cues if cue.strip()))
    wrong: dict[str, str] = {}
    others = [other for other in topics_there_are() if other.code != topic.code]
    for name in ("name_zh", "name_en"):
        if not getattr(topic, name):
            wrong[name] = _("Give the topic a name.")
        elif any(getattr(other, name).casefold() == getattr(topic, name).casefold() for other in others):
            wrong[name] = _("There is a topic of this name already.")
    if not topic.cues:
        wrong["cues"] = _("Give at least one cue: a word or phrase that points to the topic.")
    elif len(topic.cues) > MOST_CUES or any(len(cue) > LONGEST_CUE for cue in topic.cues):
        wrong["cues"] = _("At most %(many)d cues of at most %(long)d characters, one a line.") % {
            "many": MOST_CUES, "long": LONGEST_CUE,
        }  # fmt: skip
    elif hidden := [cue for cue in topic.cues if text.mask(cue).spans]:
        wrong["cues"] = _("“%(cue)s” looks like somebody's personal data: leave it out.") % {"cue": hidden[0]}
    if wrong:
        raise Invalid(_("The topic cannot be kept like this."), fields=wrong)
    learning.engine_topic(topic)  # raises for what the engine would not take
    topic.save()
    return topic


def _code(name_en: str) -> str:
    """A code that nobody had: from the English name, or topic_2, topic_3, …"""
    stem = re.sub(r"[^a-z0-9]+", "_", name_en.lower()).strip("_")[:30]
    stem = stem if stem[:1].isalpha() and stem.isidentifier() else "topic"
    taken = {*(topic.code for topic in text.taxonomy()), *OwnTopic.objects.values_list("code", flat=True)}
    return next(code for code in (stem, *(f"{stem}_{number}" for number in range(2, 10_000))) if code not in taken)
