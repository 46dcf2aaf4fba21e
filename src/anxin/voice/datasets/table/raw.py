"""A table as it lies in a file: named columns of numbers or texts, with what the file itself says about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.voice.questionnaires.form import Text


@dataclass(frozen=True, slots=True, eq=False)
class RawColumn:
    """`kind` is number (float64, NaN where empty), text or date (object: str, "" where empty; dates as ISO 8601).

    `codes` are the file's value labels (SPSS); `declared` ranges (low, high) the file declares missing, of which
    `declared_count` answers were taken out.
    """

    name: str
    kind: str
    values: NDArray[Any]
    label: str = ""
    codes: tuple[tuple[Any, str], ...] = ()
    declared: tuple[tuple[Any, Any], ...] = ()
    declared_count: int = 0

    @property
    def empty(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = np.isnan(self.values) if self.kind == "number" else self.values == ""
        return found

    def first(self, most: int = 3) -> list[str]:
        """The first different answers, as one would read them."""
        found: dict[str, None] = {}
        words = dict(self.codes)
        for value in self.values[~self.empty][:500]:
            text = number_in_words(float(value)) if self.kind == "number" else str(value)
            label = words.get(float(value) if self.kind == "number" else value, "")
            found[f"{text} = {label}" if label else text] = None
            if len(found) == most:
                break
        return list(found)


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """`form` is csv, xlsx or sav. The first row of answers stands on line `first_line` of the file."""

    name: str
    form: str
    columns: tuple[RawColumn, ...]
    n: int
    first_line: int = 2
    encoding: str = ""
    sheet: str = ""
    notes: tuple[Text, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> RawColumn:
        return next(column for column in self.columns if column.name == name)


def number_in_words(value: float) -> str:
    """3 rather than 3.0."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
