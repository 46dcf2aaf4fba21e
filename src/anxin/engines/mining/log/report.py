"""What was understood while reading a log: which column says what, what was set aside, what to mind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from anxin.engines.results import Caution, Value, plain


@dataclass(frozen=True, slots=True)
class SetAside:
    """Rows that are no events, with the reason; `places` are the first few row numbers (1 is the first row of data)."""

    reason: str
    rows: int
    places: tuple[int, ...] = ()
    examples: tuple[Mapping[str, Value], ...] = ()

    def __str__(self) -> str:
        where = ", ".join(str(place) for place in self.places)
        return f"{self.rows:,} rows {self.reason} (row {where}{', …' if self.rows > len(self.places) else ''})"


@dataclass(frozen=True, slots=True)
class Reading:
    """`mapping` says which column was taken for what, `guessed` which of these nobody named; `set_aside` holds the rows
    that are no events, counted by reason, so that rows read = events + rows set aside."""

    source: str = ""
    form: str = ""
    rows: int = 0
    mapping: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    guessed: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    cautions: tuple[Caution, ...] = ()

    def sentences(self) -> list[str]:
        """What a reader is told aloud."""
        lines = []
        if self.mapping:
            pairs = ", ".join(f"{role} = “{column}”" for role, column in self.mapping.items())
            lines.append(f"Read as: {pairs}.")
        if self.guessed:
            lines.append(f"Guessed from the column names: {', '.join(self.guessed)}.")
        lines.extend(f"Set aside: {one}." for one in self.set_aside)
        lines.extend(caution.text for caution in self.cautions)
        return lines

    def to_dict(self) -> dict[str, Any]:
        result: dict[str, Any] = plain(self)
        return result
