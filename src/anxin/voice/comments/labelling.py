"""Which labels hold for a comment: the model's, or those of the person who corrected it last."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from anxin.engines.reading import text
from anxin.voice.comments.models import Comment, Correction, Label

Feeling = Comment.Feeling
_FEELINGS = {-1: Feeling.NEGATIVE, 0: Feeling.NEUTRAL, 1: Feeling.POSITIVE}
SENTIMENTS = {feeling: number for number, feeling in _FEELINGS.items()}

_READ_FIELDS = (
    "language", "read_topics", "read_feeling", "read_value", "doubtful", "mixed",
    "feeling", "value", "unsure", "is_corrected", "changed_in",
)  # fmt: skip
# Probabilities are kept to two places: a model that learned something else moves the third, and nobody reads that.
PLACES = 2


def reading_of(row: Comment) -> dict[str, Any]:
    """All that reading and settling set on a row, but for the edition."""
    return {name: getattr(row, name) for name in _READ_FIELDS}


def take_reading(row: Comment, seen: text.Comment, codes: tuple[str, ...], edition: int) -> None:
    """Keep on the row what the model says, unsaved."""
    place = {code: at for at, code in enumerate(codes)}
    row.language = seen.language.value
    row.edition = edition
    row.read_topics = [[code, round(seen.probabilities[place[code]], PLACES)] for code in seen.topics.codes]
    row.read_feeling = seen.sentiment.label.value
    row.read_value = round(seen.sentiment.value, PLACES)
    row.mixed = seen.sentiment.mixed
    row.doubtful = seen.topics.unsure or seen.sentiment.label is text.Feeling.UNSURE


def settle(row: Comment, correction: Correction | None, codes: Iterable[str] = ()) -> list[Label]:
    """Set on the row, unsaved, what holds now; returns the labels it should have. `codes` are the topics there are."""
    row.is_corrected = correction is not None
    if correction is None:
        row.feeling, row.value, row.unsure = row.read_feeling, row.read_value, row.doubtful
        return _as_read(row)
    row.unsure = False
    if correction.sentiment is None:
        row.feeling, row.value = row.read_feeling, row.read_value
    else:
        row.feeling, row.value = _FEELINGS[correction.sentiment], float(correction.sentiment)
    known = set(codes)
    said = [Label(comment=row, topic=code, weight=1.0) for code in correction.topics if code in known]
    return said or _as_read(row)  # all of its topics were given up since


def _as_read(row: Comment) -> list[Label]:
    return [Label(comment=row, topic=code, weight=weight) for code, weight in row.read_topics]


def standing(comments: Iterable[int]) -> dict[int, Correction]:
    """The correction that holds, for each of these comments that has one."""
    found: dict[int, Correction] = {}
    for correction in Correction.objects.filter(comment_id__in=list(comments), withdrawn_at=None).order_by("id"):
        found[correction.comment_id] = correction
    return found


def agrees(row: Comment, correction: Correction) -> bool:
    """Whether the model by itself would label the comment as the person did."""
    if {code for code, _weight in row.read_topics} != set(correction.topics):
        return False
    return correction.sentiment is None or SENTIMENTS.get(Feeling(row.read_feeling)) == correction.sentiment
