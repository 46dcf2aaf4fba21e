"""What a section is written with: words in the report's language, and numbers that bear an id, a definition and their rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from anxin.engines import measure
from anxin.voice.questionnaires.form import Text
from anxin.voice.reports.content.blocks import Caution, Number, Rows
from anxin.voice.reports.content.chinese import CAUTIONS, CHINESE, REFUSALS
from anxin.voice.reports.content.definitions import DEFINITIONS
from anxin.voice.reports.content.ground import NotHere


@dataclass(eq=False)
class Pen:
    language: str
    section: str
    _count: int = field(default=0)

    def say(self, words: str, **values: Any) -> str:
        """A text of the report: its English is its key. Values stand in braces."""
        text = CHINESE.get(words, words) if self.language == "zh" else words
        return text.format(**values) if values else text

    def text(self, text: Text) -> str:
        return text.get(self.language)

    def label(self, text: Text) -> str:
        """A statement as a label: without its full stop."""
        return self.text(text).rstrip("。.")

    def listed(self, words: Iterable[str], most: int = 6) -> str:
        every = [one.rstrip("。.") for one in words]
        shown = ("、" if self.language == "zh" else ", ").join(every[:most])
        if len(every) <= most:
            return shown
        return self.say("{shown} and {more} more", shown=shown, more=len(every) - most)

    def number(
        self, value: float | None, form: str, definition: str, *, about: str = "", n: float | None = None,
        ends: measure.Interval | tuple[float, float] | None = None, level: float = 0.95, rows: Rows | None = None,
    ) -> Number:  # fmt: skip
        """The next number of the section. Not-a-number becomes None."""
        assert definition in DEFINITIONS, definition
        self._count += 1
        low, high = (
            (None, None) if ends is None else (ends.low, ends.high) if isinstance(ends, measure.Interval) else ends
        )
        if isinstance(ends, measure.Interval):
            level = ends.level
        return Number(
            id=f"{self.section}.{self._count}", value=_finite(value), form=form, definition=definition, about=about,
            n=None if n is None else round(n), low=_finite(low), high=_finite(high), level=level, rows=rows,
        )  # fmt: skip

    def cautions(self, found: Iterable[measure.Caution], names: Mapping[str, str] | None = None) -> list[Caution]:
        """The engine's cautions in the report's language; `names` are what its own names stand for."""
        told = {}
        for one in found:
            about = [_plain(name, names) for name in one.about]
            if self.language == "zh":
                text = CAUTIONS.get(one.code, CAUTIONS[""]).format(about=self.listed(about) or "部分题目")
            else:
                text = _plain(one.text, names)
            told[text] = Caution(text)
        return list(told.values())

    def refusal(self, refused: Exception, names: Mapping[str, str] | None = None) -> str:
        """Why something could not be worked out, in plain words."""
        if isinstance(refused, NotHere):
            return self.say(refused.key, **refused.values)
        if not isinstance(refused, measure.MeasureError):
            raise refused
        if self.language == "zh":
            about = self.listed([_plain(name, names) for name in refused.about])
            return REFUSALS.get(refused.code, REFUSALS[""]).format(about=about or "部分题目")
        return _plain(str(refused), names)


def _plain(text: str, names: Mapping[str, str] | None) -> str:
    if not names:
        return text
    return re.sub(r"\b[if]\d+_\b", lambda found: names.get(found.group(), found.group()), text)


def _finite(value: float | None) -> float | None:
    if value is None:
        return None
    number = float(value)
    return number if -1e300 < number < 1e300 else None
