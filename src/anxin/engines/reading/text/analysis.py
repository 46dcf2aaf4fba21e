"""All that is said of a set of comments, in one frozen result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from anxin.engines.reading.text import likeness
from anxin.engines.reading.text.errors import TextError
from anxin.engines.reading.text.keywords import Keyword, keywords, terms
from anxin.engines.reading.text.labels import Feeling, Sentiment, Topics, sentiments, topics
from anxin.engines.reading.text.language import Language, language_of
from anxin.engines.reading.text.masking import Span, mask
from anxin.engines.reading.text.model import Model, Predictions
from anxin.engines.reading.text.quotes import Quote, telling
from anxin.engines.reading.text.taxonomy import Topic

# Two-sided 95 %.
_Z = 1.959963984540054
_CHUNK = 4096
_MOST_LIKES = 10


@dataclass(frozen=True)
class Comment:
    """One text as read. `text` is masked, `masked` says where and what; `probabilities` go with the model's topics, in their order."""

    text: str
    language: Language
    topics: Topics
    probabilities: tuple[float, ...] = field(repr=False)
    sentiment: Sentiment
    masked: tuple[Span, ...] = ()

    @property
    def blank(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True)
class Share:
    """`count` of `of`; `low` and `high` are Wilson's 95 % interval of the share in a population of which these comments are a random
    sample. It does not cover the classifier's own mistakes: README.md says how many those are. NaN-free: of nothing, from 0 to 1.
    """

    count: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.count / self.of if self.of else 0.0

    @staticmethod
    def of_count(count: int, of: int) -> Share:
        if not of:
            return Share(0, 0, 0.0, 1.0)
        share, square = count / of, _Z * _Z
        centre = (share + square / (2 * of)) / (1 + square / of)
        half = _Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
        return Share(count, of, max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)))


@dataclass(frozen=True)
class TopicSummary:
    """A topic over all comments: its share of them, their feelings, the mean of their sentiment, what they say."""

    topic: Topic
    share: Share
    feelings: dict[Feeling, Share]
    sentiment: float
    keywords: tuple[Keyword, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class Likes:
    """Comments that no topic claims and that say much the same: a topic that may be missing."""

    numbers: tuple[int, ...]
    keywords: tuple[Keyword, ...]
    quote: Quote


@dataclass(frozen=True)
class Analysis:
    """`comments` in the order given. Shares are of the comments that are not blank; topics come with the most frequent first."""

    comments: tuple[Comment, ...]
    topics: tuple[TopicSummary, ...]
    feelings: dict[Feeling, Share]
    languages: dict[Language, int]
    unsure_topics: Share
    others: tuple[Likes, ...]
    lessons: str

    @property
    def blank(self) -> int:
        return sum(comment.blank for comment in self.comments)


def read(texts: Iterable[str], model: Model, *, names: Iterable[str] = ()) -> list[Comment]:
    """The texts masked and labelled, without a summary. `names` are people known to the caller (see `mask`)."""
    comments, _ = _read(_checked(texts), model, tuple(names))
    return comments


def analyse(
    texts: Iterable[str], model: Model, *, names: Iterable[str] = (), quotes: int = 3, words: int = 12
) -> Analysis:
    """Comments read, counted and summed up: up to `quotes` quotes and `words` keywords a topic."""
    comments, predictions = _read(_checked(texts), model, tuple(names))
    said = [at for at, comment in enumerate(comments) if not comment.blank]
    rows = model.rows([comment.text for comment in comments])
    codes = model.codes()
    members = {code: [at for at in said if code in comments[at].topics.codes] for code in codes}
    spoken = {at: terms(comments[at].text) for at in said}
    strong = keywords({code: [spoken[at] for at in places] for code, places in members.items()}, most=words)

    def quoted(places: Sequence[int], column: int) -> tuple[Quote, ...]:
        if not places:
            return ()
        here = np.array(places)
        sure = np.array([abs(comments[at].sentiment.value) for at in places])
        strengths = predictions.topics[here, column].astype(float) * (0.5 + 0.5 * sure)
        picked = telling([comments[at].text for at in places], strengths, rows[here], most=quotes)
        return tuple(Quote(places[at], comments[places[at]].text) for at in picked)

    summaries = [
        TopicSummary(
            topic=topic,
            share=Share.of_count(len(members[topic.code]), len(said)),
            feelings=_feelings(comments, members[topic.code]),
            sentiment=_mean([comments[at].sentiment.value for at in members[topic.code]]),
            keywords=strong[topic.code],
            quotes=quoted(members[topic.code], column),
        )
        for column, topic in enumerate(model.topics)
    ]
    languages = [comment.language for comment in comments]
    doubtful = [
        at for at in said if comments[at].topics.unsure and comments[at].language not in (Language.OTHER, Language.NONE)
    ]
    return Analysis(
        comments=tuple(comments),
        topics=tuple(sorted(summaries, key=lambda summary: (-summary.share.count, codes.index(summary.topic.code)))),
        feelings=_feelings(comments, said),
        languages={language: languages.count(language) for language in Language if language in languages},
        unsure_topics=Share.of_count(sum(comments[at].topics.unsure for at in said), len(said)),
        others=_others(comments, doubtful, spoken, model, words),
        lessons=model.lessons,
    )


def _checked(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str):
        raise TextError("Give a list of texts, not one text: analyse([text], model).", code="one-text")
    found = list(texts)
    for at, text in enumerate(found):
        if not isinstance(text, str):
            raise TextError(
                f"Text {at} is {type(text).__name__}, not a string. Give an empty string for a question left out.",
                code="not-a-text",
                about=[str(at)],
            )
    return found


def _read(texts: list[str], model: Model, names: tuple[str, ...]) -> tuple[list[Comment], Predictions]:
    comments: list[Comment] = []
    parts = []
    codes = model.codes()
    # In chunks: the sparse rows of a million comments need not be in memory at once.
    for start in range(0, len(texts), _CHUNK):
        hidden = [mask(text, names=names) for text in texts[start : start + _CHUNK]]
        masked = [found.text for found in hidden]
        languages = [language_of(text) for text in masked]
        predictions = model.predict(masked, languages)
        parts.append(predictions)
        comments += [
            Comment(found.text, language, about, tuple(probabilities), feeling, found.spans)
            for found, language, about, probabilities, feeling in zip(
                hidden,
                languages,
                topics(predictions, codes, model.threshold),
                predictions.topics.tolist(),
                sentiments(predictions),
                strict=True,
            )
        ]
    if not parts:
        parts.append(model.predict([]))
    return comments, Predictions(
        topics=np.concatenate([part.topics for part in parts]),
        negative=np.concatenate([part.negative for part in parts]),
        positive=np.concatenate([part.positive for part in parts]),
        known=np.concatenate([part.known for part in parts]),
    )


def _feelings(comments: Sequence[Comment], places: Sequence[int]) -> dict[Feeling, Share]:
    labels = [comments[at].sentiment.label for at in places]
    return {feeling: Share.of_count(labels.count(feeling), len(labels)) for feeling in Feeling}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _others(
    comments: Sequence[Comment],
    doubtful: Sequence[int],
    spoken: dict[int, frozenset[str]],
    model: Model,
    words: int,
) -> tuple[Likes, ...]:
    if not doubtful:
        return ()
    groups = likeness.clusters(model.rows([comments[at].text for at in doubtful]))[:_MOST_LIKES]
    numbers = [tuple(doubtful[at] for at in cluster.members) for cluster in groups]
    inside = {at for group in numbers for at in group}
    told = {str(place): [spoken[at] for at in group] for place, group in enumerate(numbers)}
    told["rest"] = [said for at, said in spoken.items() if at not in inside]
    strong = keywords(told, most=words)
    return tuple(
        Likes(group, strong[str(place)], Quote(group[0], comments[group[0]].text))
        for place, group in enumerate(numbers)
    )
