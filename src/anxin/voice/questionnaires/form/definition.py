"""What a questionnaire is: pages of questions in several languages, as frozen data that reads from and writes to JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from anxin.voice.questionnaires.form.conditions import Condition

LANGUAGES = ("zh", "en")
KINDS = ("scale", "one", "many", "number", "text", "date")
ROLES = ("", "profile", "perception", "expectation", "importance", "outcome", "open")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in the questionnaire's languages; a language may be missing until it is published."""

    words: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, **words: str) -> Text:
        return cls(tuple((language, text) for language, text in words.items() if text))

    def get(self, language: str) -> str:
        """In this language, or in the first there is."""
        known = dict(self.words)
        return known.get(language) or next(iter(known.values()), "")

    def has(self, language: str) -> bool:
        return bool(dict(self.words).get(language, "").strip())

    def __bool__(self) -> bool:
        return any(text.strip() for _, text in self.words)


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    text: Text
    other: bool = False  # with a box for other words
    alone: bool = False  # excludes all others ("none of these")


@dataclass(frozen=True, slots=True)
class Scale:
    """Whole numbers from `low` to `high`; `labels` are those of the points from the lowest up, or of the two ends only."""

    low: int
    high: int
    labels: tuple[Text, ...] = ()
    unsure: bool = False  # offers "cannot say", which is a missing answer

    @property
    def points(self) -> range:
        return range(self.low, self.high + 1)


@dataclass(frozen=True, slots=True)
class Source:
    """Which item of which instrument a question asks, so that its answers can be scored."""

    instrument: str
    item: str
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`kind`: scale, one (of the options), many, number, text or date. `role` says what the report does with it."""

    code: str
    kind: str
    text: Text
    hint: Text = Text()
    required: bool = False
    options: tuple[Option, ...] = ()
    scale: Scale | None = None
    low: float | None = None  # of a number; of a text: fewest letters
    high: float | None = None
    most: int | None = None  # of many: how many at most
    shuffle: bool = False
    show_if: Condition | None = None
    role: str = ""
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Page:
    code: str
    title: Text = Text()
    intro: Text = Text()
    questions: tuple[Question, ...] = ()
    shuffle: bool = False
    show_if: Condition | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """No more than `most` answers that fulfil the condition; the next are thanked and not asked on."""

    code: str
    condition: Condition
    most: int


@dataclass(frozen=True, slots=True)
class Definition:
    languages: tuple[str, ...]
    title: Text
    intro: Text = Text()
    thanks: Text = Text()
    pages: tuple[Page, ...] = ()
    quotas: tuple[Quota, ...] = ()
    _by_code: dict[str, Question] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._by_code.update((question.code, question) for question in self.questions())

    def questions(self) -> Iterator[Question]:
        for page in self.pages:
            yield from page.questions

    def question(self, code: str) -> Question | None:
        return self._by_code.get(code)

    def texts(self) -> Iterator[tuple[str, Text]]:
        """Every text a respondent reads, with where it stands (for the check of translations)."""
        yield "title", self.title
        yield "intro", self.intro
        yield "thanks", self.thanks
        for page in self.pages:
            yield f"{page.code}.title", page.title
            yield f"{page.code}.intro", page.intro
            for question in page.questions:
                yield question.code, question.text
                yield f"{question.code}.hint", question.hint
                for option in question.options:
                    yield f"{question.code}.{option.code}", option.text
                for place, label in enumerate(question.scale.labels if question.scale else ()):
                    yield f"{question.code}.label{place + 1}", label

    def untranslated(self) -> list[tuple[str, str]]:
        """(language, where) of every text that lacks one of the questionnaire's languages."""
        return [
            (language, where)
            for where, text in self.texts()
            if text
            for language in self.languages
            if not text.has(language)
        ]
