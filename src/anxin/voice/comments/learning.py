"""The insurer's model: what ships, its own topics, and every correction that stands. And reading comments again with it."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from anxin.engines.reading import text
from anxin.voice.comments import labelling
from anxin.voice.comments.models import Comment, Correction, Label, Learning, OwnTopic

BATCH = 500
# A process keeps the model of now and the one before it (readers of a page that is just being drawn).
_KEPT = 2
_models: OrderedDict[str, text.Model] = OrderedDict()
_lock = threading.Lock()


def standing_ids() -> list[int]:
    """The corrections that hold, one a comment."""
    last = Correction.objects.filter(withdrawn_at=None).values("comment_id").annotate(last=Max("id"))
    return sorted(row["last"] for row in last)


def own_topics() -> list[OwnTopic]:
    return list(OwnTopic.objects.filter(retired_at=None))


def state_of(ids: list[int], topics: list[OwnTopic]) -> str:
    """Names a model: the same corrections, topics and shipped lessons give the same one."""
    told = [
        text.Model.shipped().lessons,
        *map(str, ids),
        *(f"{topic.code} {topic.changed_at.isoformat()}" for topic in topics),
    ]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def state() -> str:
    return state_of(standing_ids(), own_topics())


def current_model() -> text.Model:
    """The model with all corrections and topics. Made in a second or two when something changed, then kept in the process."""
    ids, topics = standing_ids(), own_topics()
    name = state_of(ids, topics)
    with _lock:
        if name not in _models:
            _models[name] = _taught(ids, topics)
            while len(_models) > _KEPT:
                _models.popitem(last=False)
        _models.move_to_end(name)
        return _models[name]


def forget_models() -> None:
    """Drop the kept models (tests use primary keys again, and with them the names of states)."""
    _models.clear()


def engine_topic(topic: OwnTopic) -> text.Topic:
    return text.Topic(
        topic.code, topic.name_zh, topic.name_en, topic.definition_zh, topic.definition_en, tuple(topic.cues)
    )


def _taught(ids: list[int], topics: list[OwnTopic]) -> text.Model:
    model = text.Model.shipped().with_topics([engine_topic(topic) for topic in topics])
    known = set(model.codes())
    learned = []
    for start in range(0, len(ids), BATCH):
        for row in (
            Correction.objects.filter(pk__in=ids[start : start + BATCH]).select_related("comment").order_by("id")
        ):
            # A topic given up since is no longer learned; what else the person said still is.
            codes = tuple(code for code in row.topics if code in known) or None
            if row.comment.text.strip() and (codes or row.sentiment is not None):
                learned.append(text.Correction(row.comment.text, codes, row.sentiment))
    return model.updated(learned)


def begin(now: datetime) -> Learning | None:
    """The learning whose comments are to be read (again): a new one if something changed, one that a dead worker left, or none."""
    ids, topics = standing_ids(), own_topics()
    name = state_of(ids, topics)
    last = Learning.objects.order_by("-number").first()
    if last is not None and last.state == name:
        return None if last.ended_at else last
    if last is not None and last.ended_at is None:
        Learning.objects.filter(pk=last.pk).update(ended_at=now)  # overtaken
    return Learning.objects.create(
        number=(last.number if last else 0) + 1, state=name, corrections=len(ids), own_topics=len(topics),
        begun_at=now, whole=Comment.objects.count(),
    )  # fmt: skip


def read_again(learning: Learning, *, moment: Callable[[], datetime], go_on: Callable[[], bool] = lambda: True) -> bool:
    """Read every comment that was read by an earlier state; False when told to stop before the end. Killed, it goes on where it was."""
    model = current_model()
    while True:
        if not go_on():
            return False
        old = list(
            Comment.objects.filter(edition__lt=learning.number)
            .order_by("edition", "pk")
            .values_list("pk", "text")[:BATCH]
        )
        if not old:
            break
        seen = dict(zip([pk for pk, _text in old], text.read([words for _pk, words in old], model), strict=True))
        _apply(learning, seen, model.codes())
    agreed = 0
    ids = standing_ids()
    for start in range(0, len(ids), BATCH):
        rows = Correction.objects.filter(pk__in=ids[start : start + BATCH]).select_related("comment")
        agreed += sum(labelling.agrees(row.comment, row) for row in rows)
    Learning.objects.filter(pk=learning.pk, ended_at=None).update(ended_at=moment(), agreed=agreed)
    return True


@transaction.atomic
def _apply(learning: Learning, seen: dict[int, text.Comment], codes: tuple[str, ...]) -> None:
    rows = list(Comment.objects.select_for_update().filter(pk__in=seen).order_by("pk"))
    corrections = labelling.standing(row.pk for row in rows)
    before: dict[int, dict[str, float]] = {row.pk: {} for row in rows}
    for comment, topic, weight in Label.objects.filter(comment__in=rows).values_list("comment_id", "topic", "weight"):
        before[comment][topic] = weight
    labels: list[Label] = []
    moved: list[Comment] = []
    changed_labels = changed_comments = 0
    for row in rows:
        was = labelling.reading_of(row)
        feeling = row.feeling
        labelling.take_reading(row, seen[row.pk], codes, learning.number)
        mine = labelling.settle(row, corrections.get(row.pk), codes)
        differing = len(before[row.pk].keys() ^ {label.topic for label in mine}) + (row.feeling != feeling)
        if differing:
            row.changed_in = learning.number
            changed_labels += differing
            changed_comments += 1
        if labelling.reading_of(row) != was or before[row.pk] != {label.topic: label.weight for label in mine}:
            moved.append(row)
            labels += mine
    # Most comments are read as before: those are only marked as read, in one statement.
    Comment.objects.filter(pk__in=[row.pk for row in rows]).update(edition=learning.number)
    Label.objects.filter(comment__in=moved).delete()
    Label.objects.bulk_create(labels)
    for row in moved:
        Comment.objects.filter(pk=row.pk).update(**labelling.reading_of(row))
    Learning.objects.filter(pk=learning.pk).update(
        done=F("done") + len(rows),
        changed_labels=F("changed_labels") + changed_labels,
        changed_comments=F("changed_comments") + changed_comments,
    )
