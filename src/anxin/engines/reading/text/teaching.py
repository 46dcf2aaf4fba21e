"""What the models are taught from: sentences of customers that we wrote, cues of topics and feelings, and persons' corrections."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from anxin.engines.reading.text.errors import TextError
from anxin.engines.reading.text.taxonomy import taxonomy

# How many sentences' worth a cue is for a feeling; the mean of what cross-validation liked (2 and 3 did alike, 1 worse).
CUE_OF_FEELING = 1.5


@dataclass(frozen=True)
class Lesson:
    """A text and what it shows. `topics` or `sentiment` None: it says nothing about them. `pattern` is the voice it was written in."""

    text: str
    topics: frozenset[str] | None
    sentiment: int | None
    weight: float = 1.0
    pattern: str = ""
    language: str = ""


@dataclass(frozen=True)
class Correction:
    """A person's label for a text: all of its topics (codes), its sentiment as -1, 0 or 1, or both. None: not looked at."""

    text: str
    topics: tuple[str, ...] | None = None
    sentiment: int | None = None

    def __post_init__(self) -> None:
        if self.topics is None and self.sentiment is None:
            raise TextError(
                "A correction names topics, a sentiment or both; this one has neither.", code="correction-empty"
            )
        if isinstance(self.topics, str):
            raise TextError("A correction's topics are a tuple of codes, not one string.", code="correction-topics")
        if self.sentiment not in (None, -1, 0, 1):
            raise TextError(
                f"A correction's sentiment is -1 (negative), 0 (neutral) or 1 (positive), not {self.sentiment!r}.",
                code="correction-sentiment",
            )
        if self.topics == ():
            raise TextError(
                "A correction without topics: use ('other',) for a text that is about none of them.",
                code="correction-topics",
            )
        if not self.text.strip():
            raise TextError("A correction of an empty text teaches nothing; leave it out.", code="correction-text")


@cache
def sentences() -> tuple[Lesson, ...]:
    """The sentences we wrote, with topics and sentiment."""
    found = []
    for language in ("zh", "en"):
        text = files(__package__).joinpath("lessons", f"seeds_{language}.tsv").read_text(encoding="utf-8")
        for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
            topics = frozenset(row["topics"].split())
            found.append(
                Lesson(
                    row["text"],
                    topics,
                    int(row["sentiment"]),
                    pattern=f"{language}:{row['pattern']}",
                    language=language,
                )
            )
    return tuple(found)


@cache
def cues() -> tuple[Lesson, ...]:
    """Words and phrases that point to a topic or to a feeling."""
    read = tomllib.loads(files(__package__).joinpath("lessons", "polarity.toml").read_text(encoding="utf-8"))
    values = {"negative": -1, "neutral": 0, "positive": 1}
    feelings = [
        Lesson(cue, None, values[feeling], weight=CUE_OF_FEELING)
        for feeling, languages in read.items()
        for cue in (*languages["zh"], *languages["en"])
    ]
    return (*(Lesson(cue, frozenset([topic.code]), None) for topic in taxonomy() for cue in topic.cues), *feelings)


def digest(lessons: Iterable[Lesson]) -> str:
    """Names the lessons: a model trained from others has another."""
    sha = hashlib.sha256()
    for lesson in lessons:
        sha.update(
            repr(
                (lesson.text, sorted(lesson.topics or ()), lesson.topics is None, lesson.sentiment, lesson.weight)
            ).encode()
        )
    return sha.hexdigest()[:16]
