"""What can be wrong with a table or a mapping, in Chinese and in English, with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anxin.voice.questionnaires.form import Text

MOST_SHOWN = 200


def say(zh: str, en: str) -> Text:
    """One sentence in both languages."""
    return Text.of(zh=zh, en=en)


@dataclass(frozen=True, slots=True)
class Place:
    """One bad cell: `line` as in the file (1 is its first), 0 for the file as a whole."""

    line: int
    column: str
    value: str
    why: Text


class BadTable(ValueError):
    """The file cannot be taken. `text` says why and what to do; `places` are bad cells, at most 200 of `count`."""

    def __init__(self, text: Text, places: Sequence[Place] = (), count: int | None = None):
        super().__init__(text.get("en"))
        self.text = text
        self.places = tuple(places[:MOST_SHOWN])
        self.count = len(places) if count is None else count


class BadMapping(ValueError):
    """The mapping cannot be used; `faults` are (where, what is wrong and how to mend it)."""

    def __init__(self, faults: Sequence[tuple[str, Text]]):
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{where}: {text.get('en')}" for where, text in self.faults[:20]))
