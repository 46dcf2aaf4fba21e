"""The small parts of an instrument: words in two languages, a scale, a dimension, a stage, an item."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("perception", "expectation", "importance", "outcome")
WHOLE = "whole"  # the wording for the service as a whole, of no single stage


@dataclass(frozen=True, slots=True)
class Words:
    """One text in Chinese and English. One of the two may be empty, not both."""

    zh: str = ""
    en: str = ""

    def text(self, language: str = "zh") -> str:
        """The text in a language ("zh", "zh-hans", "en" …), in the other one where there is none."""
        first, second = (self.zh, self.en) if language.lower().startswith("zh") else (self.en, self.zh)
        return first or second

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


NO_WORDS = Words()


@dataclass(frozen=True, slots=True)
class Scale:
    """Whole numbers from `low` to `high`. `labels` has one entry a point (None for a point without words), or is empty."""

    low: int
    high: int
    labels: tuple[Words | None, ...] = ()

    @property
    def points(self) -> range:
        return range(self.low, self.high + 1)

    def label(self, point: int) -> Words | None:
        """The words at a point; None where it has none."""
        return self.labels[point - self.low] if self.labels else None

    def percent(self, value: float) -> float:
        """A value on the scale as 0 to 100: 100 (x - low) / (high - low)."""
        return 100 * (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Dimension:
    code: str
    name: Words
    definition: Words = NO_WORDS


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the service that has wordings of its own. Columns of a table may carry its code or a name as prefix."""

    code: str
    name: Words


@dataclass(frozen=True, slots=True)
class Item:
    """One question.

    `wording` is the one in the instrument's present stage; `wordings` holds those of every stage as (stage, words), the
    whole service under "whole". `reversed`: agreement means poor service. `scale` is set where it is not the instrument's.
    """

    code: str
    dimension: str
    wording: Words
    reversed: bool = False
    kind: str = "perception"
    scale: Scale | None = None
    wordings: tuple[tuple[str, Words], ...] = ()

    def in_stage(self, stage: str | None) -> Words | None:
        """The wording for a stage (None: for the whole service), or None if it has none."""
        return dict(self.wordings).get(stage or WHOLE)
