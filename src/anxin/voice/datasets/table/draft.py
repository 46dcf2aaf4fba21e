"""A mapping while it is being guessed: what was found so far, what is said of it, and what each column's answers allow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from anxin.voice.datasets.table import signs
from anxin.voice.datasets.table.blocks import Counted, counted, joined, scale_for
from anxin.voice.datasets.table.faults import say
from anxin.voice.datasets.table.making import options_of
from anxin.voice.datasets.table.mapping import Mapped
from anxin.voice.datasets.table.raw import RawColumn, RawTable, number_in_words
from anxin.voice.questionnaires.form import Text

FEW = 30  # options of a choice
_LOOKED_AT = 20_000


@dataclass(slots=True)
class Draft:
    """`found`: what each column is taken for. `dimensions` and `stages`: their codes with names. `counts`: a column's numbers, None for words.
    Texts are in both languages."""

    table: RawTable
    found: dict[str, Mapped] = field(default_factory=dict)
    said: list[Text] = field(default_factory=list)
    dimensions: dict[str, Text] = field(default_factory=dict)
    stages: dict[str, Text] = field(default_factory=dict)
    counts: dict[str, Counted | None] = field(default_factory=dict)
    instrument: str = ""

    def __post_init__(self) -> None:
        for column in self.table.columns:
            self.counts[column.name] = counted(column)

    def say(self, zh: str, en: str) -> None:
        self.said.append(say(zh, en))

    def text(self, name: str) -> Text:
        label = self.table.column(name).label or name
        label = signs.without_number(label)
        return Text.of(zh=label, en=label)

    def count(self, column: RawColumn) -> Counted:
        found = self.counts[column.name]
        assert found is not None
        return found

    def scale_of(self, name: str) -> tuple[float, float, tuple[float, ...]] | None:
        found = self.counts[name]
        return scale_for(found) if found else None

    def ends(
        self, columns: Iterable[RawColumn], asked: tuple[float, float] | None = None
    ) -> tuple[float, float, tuple[str, ...]]:
        """The scale of several columns together; `asked` where an instrument says it and the answers allow it."""
        parts = [found for column in columns if (found := self.counts[column.name])]
        if not parts:
            return (*(asked or (1.0, 5.0)), ())
        whole = joined(parts)
        ends = scale_for(whole)
        low, high, gone = ends or (whole.low, whole.high, ())
        if asked and (ends is None or (asked[0] <= low and high <= asked[1])):
            low, high = asked
        return low, high, tuple(number_in_words(one) for one in gone if not low <= one <= high)

    def points(self, raw: RawColumn) -> tuple[tuple[str, float], ...]:
        if raw.kind == "number":
            return ()
        return tuple((signs.likert(self.different(raw)) or {}).items())

    def different(self, column: RawColumn) -> list[str]:
        """The different answers, empty ones aside."""
        if column.kind == "number":
            found = np.unique(column.values[~column.empty][:_LOOKED_AT])
            return [number_in_words(float(one)) for one in found]
        words = pa.array(column.values[:_LOOKED_AT], pa.string()).dictionary_encode().dictionary.to_pylist()
        return [word for word in dict.fromkeys(one.strip() for one in words) if word]

    def is_unique(self, column: RawColumn) -> bool:
        if bool(column.empty.any()):
            return False
        values = column.values[:_LOOKED_AT] if column.kind == "number" else column.values[:_LOOKED_AT].astype(str)
        return len(np.unique(values)) == len(values) and len(values) > 1

    def stage(self, code: str) -> None:
        if code:
            self.stages.setdefault(code, signs.STAGES[code][0])

    def dimension(self, prefix: str) -> str:
        code = prefix.strip(" _-.") or "all"
        if code == "all":
            return self.whole()
        self.dimensions.setdefault(code, Text.of(zh=code, en=code))
        return code

    def whole(self) -> str:
        self.dimensions.setdefault("all", say("整体", "Overall"))
        return "all"

    def has(self, role: str) -> bool:
        return any(one.role == role for one in self.found.values())

    def grouping(self, column: RawColumn, role: str, why: Text) -> Mapped:
        words = self.different(column)
        if column.kind == "number" and len(words) > FEW:
            return Mapped(column.name, "profile", "number", self.text(column.name), why=why)
        options = options_of(column, words) if column.codes else ()
        return Mapped(column.name, role, "one", self.text(column.name), options=options, why=why)
