"""Comments summed up: shares of topics with intervals, feelings, what sets a topic apart, telling quotes, months."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.core.cache import cache
from django.db.models import Avg, Count, Max
from django.db.models.functions import TruncMonth
from django.utils import timezone

from anxin.engines.reading import text
from anxin.engines.reading.text.quotes import telling
from anxin.voice.comments.models import Comment, CommentQuerySet, Correction, Label, Learning
from anxin.voice.comments.queries import Topic

Feeling = Comment.Feeling
# Words and quotes are drawn from the newest so many comments; shares and months count all.
SAMPLE = 3_000
WORDS, QUOTES = 8, 3
_KEPT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Quoted:
    public_id: str
    text: str


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic's share of all comments, how much of it is negative and positive (each with Wilson's 95 % interval), its mean
    sentiment from -1 to 1, the words that set it apart and quotes that tell it.
    """

    topic: Topic
    share: text.Share
    negative: text.Share
    positive: text.Share
    sentiment: float
    words: tuple[str, ...]
    quotes: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    negative: text.Share
    positive: text.Share
    feelings: dict[str, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """`sampled`: how many comments words and quotes were drawn from, where that is not all of them; otherwise 0."""

    count: int
    feelings: dict[str, text.Share]
    unsure: text.Share
    corrected: int
    topics: tuple[TopicLine, ...]
    months: tuple[Month, ...]
    sampled: int


def overview(rows: CommentQuerySet, topics: Sequence[Topic]) -> Overview:
    """Of the comments in `rows` (already cut to what the reader may see). Topics come most frequent first; those without a comment last."""
    rows = rows.order_by()
    feelings: Counter[str] = Counter(dict(rows.values_list("feeling").annotate(number=Count("pk"))))
    count = sum(feelings.values())
    told: dict[str, Counter[str]] = {topic.code: Counter() for topic in topics}
    sums: Counter[str] = Counter()
    labels = Label.objects.filter(comment__in=rows.values("pk")).order_by()
    for code, feeling, number, mean in labels.values_list("topic", "comment__feeling").annotate(
        number=Count("pk"), mean=Avg("comment__value")
    ):
        if code in told:
            told[code][feeling] = number
            sums[code] += number * mean
    words, quotes = _words_and_quotes(rows, topics)
    lines = [
        TopicLine(
            topic=topic,
            share=text.Share.of_count(told[topic.code].total(), count),
            negative=text.Share.of_count(told[topic.code][Feeling.NEGATIVE], told[topic.code].total()),
            positive=text.Share.of_count(told[topic.code][Feeling.POSITIVE], told[topic.code].total()),
            sentiment=sums[topic.code] / told[topic.code].total() if told[topic.code] else 0.0,
            words=words.get(topic.code, ()),
            quotes=quotes.get(topic.code, ()),
        )
        for topic in topics
    ]
    return Overview(
        count=count,
        feelings={feeling: text.Share.of_count(feelings[feeling], count) for feeling in Feeling.values},
        unsure=text.Share.of_count(rows.filter(unsure=True).count(), count),
        corrected=rows.filter(is_corrected=True).count(),
        topics=tuple(sorted(lines, key=lambda line: -line.share.count)),
        months=_months(rows),
        sampled=SAMPLE if count > SAMPLE else 0,
    )


def _months(rows: CommentQuerySet) -> tuple[Month, ...]:
    """By the insurer's calendar."""
    found: dict[date, Counter[str]] = {}
    zone = timezone.get_default_timezone()
    counted = rows.annotate(month=TruncMonth("said_at", tzinfo=zone)).values_list("month", "feeling")
    for month, feeling, number in counted.annotate(number=Count("pk")):
        found.setdefault(month.astimezone(zone).date(), Counter())[feeling] = number
    return tuple(
        Month(
            first=month,
            negative=text.Share.of_count(each[Feeling.NEGATIVE], each.total()),
            positive=text.Share.of_count(each[Feeling.POSITIVE], each.total()),
            feelings=dict(each),
        )
        for month, each in sorted(found.items())
    )


_Found = tuple[dict[str, tuple[str, ...]], dict[str, tuple[Quoted, ...]]]


def _words_and_quotes(rows: CommentQuerySet, topics: Sequence[Topic]) -> _Found:
    """Kept for ten minutes or until something changes: a comment, a correction, what the model has learned."""
    marks = [
        str(rows.query),
        rows.aggregate(last=Max("pk"), number=Count("pk")),
        Correction.objects.aggregate(last=Max("pk"), withdrawn=Max("withdrawn_at")),
        Learning.objects.aggregate(last=Max("number"), ended=Max("ended_at")),
        [topic.code for topic in topics],
    ]
    key = "comments-words-" + hashlib.sha256(repr(marks).encode()).hexdigest()
    found: _Found | None = cache.get(key)
    if found is None:
        found = _draw(rows, topics)
        cache.set(key, found, _KEPT_SECONDS)
    return found


def _draw(rows: CommentQuerySet, topics: Sequence[Topic]) -> _Found:
    sample = list(rows.order_by("-pk").values_list("pk", "public_id", "text", "value")[:SAMPLE])
    if not sample:
        return {}, {}
    place = {pk: at for at, (pk, *_rest) in enumerate(sample)}
    weights: dict[str, dict[int, float]] = {topic.code: {} for topic in topics}
    for comment, code, weight in Label.objects.filter(
        comment__in=rows.order_by("-pk").values("pk")[:SAMPLE]
    ).values_list("comment_id", "topic", "weight"):
        if code in weights and comment in place:
            weights[code][place[comment]] = weight
    spoken = [text.terms(words) for _pk, _id, words, _value in sample]
    strong = text.keywords(
        {code: [spoken[at] for at in members] for code, members in weights.items()}, most=WORDS
    )  # fmt: skip
    alike = text.Model.shipped().rows([words for _pk, _id, words, _value in sample])
    quotes: dict[str, tuple[Quoted, ...]] = {}
    for code, members in weights.items():
        if not members:
            continue
        here = np.array(sorted(members))
        strengths = np.array([members[at] * (0.5 + 0.5 * abs(sample[at][3])) for at in here])
        picked = telling([sample[at][2] for at in here], strengths, alike[here], most=QUOTES)
        quotes[code] = tuple(Quoted(sample[here[at]][1], sample[here[at]][2]) for at in picked)
    return {code: tuple(word.term for word in found) for code, found in strong.items()}, quotes
