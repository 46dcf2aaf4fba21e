"""What a figure of a board holds: the finding, how it was counted, the chart's data, and the table that says the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    head: Cell
    cells: Sequence[Cell]
    css: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """`chart` is a kind of charts.js and `data` what it draws; without rows the figure says `none`."""

    name: str
    title: str
    how: str = ""
    chart: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    label: str = ""
    heads: Sequence[str] = ()
    rows: Sequence[Row] = ()
    note: str = ""
    none: str = ""
    command: str = ""
    more: str = ""
    css: str = ""

    @property
    def opens(self) -> str:
        return self.more or _("See the data and the cases")


def percent(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{100 * value:.{digits}f}%"


def points(value: float) -> str:
    """A difference of shares in percentage points, without its sign."""
    return f"{100 * abs(value):.1f}"


def between(row: Mapping[str, Any]) -> str:
    return "–" if row.get("low") is None else f"{percent(row['low'])} – {percent(row['high'])}"


def hours(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.1f}" if value < 1000 else f"{value:,.0f}"


def days(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


HEATS = (4, 8, 16, 24)
"""Hours at which a cell of the matrix grows darker."""


def heat(value: float) -> int:
    return 1 + sum(value >= limit for limit in HEATS)
