"""What every result shares: frozen values, a table to read, a dictionary to store, and cautions.

A result is a frozen dataclass whose fields are numbers, names, NumPy arrays (read-only) or other results. `headline()` is
its one-line summary and becomes its `repr`; `table()` is what a person reads; `to_dict()` what a program stores.
"""

from __future__ import annotations

import dataclasses
import enum
import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Caution:
    """Something a reader must know before they trust a result. `code` is stable; `about` names what is meant."""

    code: str
    text: str
    about: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval with its confidence level (0.95 is 95 %) and how it was made."""

    low: float
    high: float
    level: float = 0.95
    method: str = ""

    def __str__(self) -> str:
        return f"{number(self.low)} to {number(self.high)}"

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns. Prints as aligned text; `records()` and `to_dict()` for programs."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    title: str = ""

    @classmethod
    def of(cls, columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> Table:
        return cls(tuple(columns), tuple(tuple(_plain_cell(cell) for cell in row) for row in rows), title)

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> tuple[Value, ...]:
        place = self.columns.index(name)
        return tuple(row[place] for row in self.rows)

    def records(self) -> list[dict[str, Value]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def to_dict(self) -> dict[str, Any]:
        return {"title": self.title, "columns": list(self.columns), "rows": [list(row) for row in self.rows]}

    def __str__(self) -> str:
        cells = [[_shown(cell) for cell in row] for row in self.rows]
        numeric = [
            all(isinstance(row[place], (int, float)) or row[place] is None for row in self.rows)
            for place in range(len(self.columns))
        ]
        widths = [
            max([_width(name), *(_width(row[place]) for row in cells)]) for place, name in enumerate(self.columns)
        ]

        def line(texts: Sequence[str]) -> str:
            parts = []
            for text, width, right in zip(texts, widths, numeric, strict=True):
                gap = " " * (width - _width(text))
                parts.append(gap + text if right else text + gap)
            return "  ".join(parts).rstrip()

        head = [self.title] if self.title else []
        return "\n".join([*head, line(self.columns), line(["-" * width for width in widths]), *map(line, cells)])

    __repr__ = __str__


class Result:
    """Base of every result. Subclasses are `@dataclass(frozen=True, kw_only=True, repr=False)`."""

    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        raise NotImplementedError

    def table(self) -> Table:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.headline()}>"

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain Python, ready for JSON: arrays as lists, not-a-number and infinities as None."""
        return cast("dict[str, Any]", plain(self))

    def __post_init__(self) -> None:
        for field in dataclasses.fields(cast("Any", self)):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray) and value.flags.writeable:
                # Frozen means the arrays too. A view of our own, so that the caller's array stays theirs to write.
                value = value.view()
                value.flags.writeable = False
                object.__setattr__(self, field.name, value)


def plain(value: Any) -> Any:
    """The value as plain Python for JSON. Private fields (leading underscore) of results stay out."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, Table):
        return value.to_dict()
    if isinstance(value, date):  # a datetime too
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value) if not field.name.startswith("_"))
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, Iterable):
        return [plain(one) for one in value]
    raise TypeError(f"A {type(value).__name__} has no plain form.")


def number(value: float | None, digits: int = 3) -> str:
    """A number for reading: `digits` decimals, more significant digits when it is tiny, '–' when there is none."""
    if value is None or not math.isfinite(value):
        return "–" if value is None or math.isnan(value) else ("∞" if value > 0 else "-∞")
    if value != 0 and abs(value) < 0.5 * 10**-digits:
        return f"{value:.1e}"
    return f"{value:.{digits}f}"


def p_value(value: float) -> str:
    """A p value for a sentence: 'p = .034' or 'p < .001'."""
    if not math.isfinite(value):
        return "p not available"
    return "p < .001" if value < 0.001 else f"p = {value:.3f}".replace("0.", ".", 1)


def _plain_cell(cell: Any) -> Value:
    if isinstance(cell, np.generic):
        cell = cell.item()
    if cell is None or isinstance(cell, (str, int, float, bool)):
        return cell
    return str(cell)


def _shown(cell: Value) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return number(cell) if isinstance(cell, float) else str(cell)


def _width(text: str) -> int:
    # Chinese characters take two columns of a terminal.
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
