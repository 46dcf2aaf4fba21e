"""What a report is made of: sections of blocks, frozen and JSON-able; every number knows its definition and its rows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

# How a number is written: decimals, and what stands before and after it.
FORMS = ("count", "mean", "share", "points", "r", "p", "signed", "plain", "seconds")


@dataclass(frozen=True, slots=True)
class Rows:
    """Which respondents are behind a number, by what the study says of them.

    `of`: "all", "valid" (screening kept them), "flagged" (left out) or a screening reason. `answered`: names of columns, of
    which they answered at least one and the share `least` (1.0: all of them). `each`: groups of columns, to all of which that
    applies one by one. `where`: (column, option's code) they chose.
    `ours`: False for the wave before, whose answers are not in this study.
    """

    of: str = "valid"
    answered: tuple[str, ...] = ()
    least: float = 0.0
    where: tuple[tuple[str, str], ...] = ()
    ours: bool = True
    each: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    """A value with what it takes to believe it. `definition` is a key of the glossary; `id` is unique in the report."""

    id: str
    value: float | None
    form: str
    definition: str
    about: str = ""  # whose number it is, in words: "Claims: item 3"
    n: int | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    rows: Rows | None = None


Cell = str | Number


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What the section found, in one sentence; `tone` is good, bad or plain."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Caution:
    """What to know before the numbers are trusted."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are (title, "" or "num"); the first cell of a row is its heading."""

    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart. `low` and `high` are ends of intervals, empty where there are none."""

    name: str
    values: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of a table beside it, drawn by every renderer from the same data.

    `kind`: "bars" and "points" (one row a category, horizontal), "stack" (shares that sum to 1 in each category), "heat"
    (series are the rows of a matrix over the categories), "map" (categories at series[0] across and series[1] up, parted
    at `lines`).
    """

    id: str
    kind: str
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    form: str = "mean"
    low: float | None = None  # of the axis
    high: float | None = None
    across: str = ""
    up: str = ""
    lines: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Working:
    """A calculation shown step by step."""

    title: str
    lines: tuple[str, ...]


Block = Paragraph | Finding | Caution | Table | Chart | Working
_KINDS: dict[str, type] = {
    "paragraph": Paragraph, "finding": Finding, "caution": Caution, "table": Table, "chart": Chart, "working": Working,
}  # fmt: skip
_NAMES = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Section:
    """`refused` says in plain words why there is nothing, where there is nothing."""

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class ReportContent:
    """A whole report in one language."""

    language: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    n: int
    valid: int
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def section(self, key: str) -> Section:
        return next(one for one in self.sections if one.key == key)

    def numbers(self) -> Iterator[Number]:
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Table):
                    yield from (cell for row in block.rows for cell in row if isinstance(cell, Number))

    def number(self, wanted: str) -> Number | None:
        return next((one for one in self.numbers() if one.id == wanted), None)

    def to_dict(self) -> dict[str, Any]:
        """Plain Python for JSON; `of_dict` reads it back."""
        data = asdict(self)
        for section, own in zip(data["sections"], self.sections, strict=True):
            section["blocks"] = [
                {"kind": _NAMES[type(block)], **_block(block, plain)}
                for block, plain in zip(own.blocks, section["blocks"], strict=True)
            ]
        found: dict[str, Any] = _lists(data)
        return found

    @classmethod
    def of_dict(cls, data: dict[str, Any]) -> ReportContent:
        sections = tuple(
            Section(one["key"], one["title"], tuple(_read(block) for block in one["blocks"]), one["refused"])
            for one in data["sections"]
        )
        return cls(
            language=data["language"], title=data["title"], subtitle=data["subtitle"], sections=sections, n=data["n"],
            valid=data["valid"], facts=tuple((a, b) for a, b in data["facts"]), notes=tuple(data["notes"]),
        )  # fmt: skip


def _block(block: Block, plain: dict[str, Any]) -> dict[str, Any]:
    if isinstance(block, Chart):
        # A chart's own kind gives way to the block's.
        plain["drawn"] = plain.pop("kind")
    return plain


def _read(data: dict[str, Any]) -> Block:
    data = dict(data)
    kind = data.pop("kind")
    if kind == "table":
        return Table(
            data["title"], tuple((a, b) for a, b in data["columns"]),
            tuple(tuple(_cell(cell) for cell in row) for row in data["rows"]), data["note"],
        )  # fmt: skip
    if kind == "chart":
        series = tuple(
            Series(one["name"], tuple(one["values"]), tuple(one["low"]), tuple(one["high"])) for one in data["series"]
        )
        return Chart(
            id=data["id"], kind=data["drawn"], title=data["title"], categories=tuple(data["categories"]), series=series,
            form=data["form"], low=data["low"], high=data["high"], across=data["across"], up=data["up"],
            lines=None if data["lines"] is None else (data["lines"][0], data["lines"][1]),
        )  # fmt: skip
    if kind == "working":
        return Working(data["title"], tuple(data["lines"]))
    made: Block = _KINDS[kind](**data)
    return made


def _cell(data: Any) -> Cell:
    if isinstance(data, str):
        return data
    rows = data["rows"]
    if rows is not None:
        rows = Rows(
            rows["of"], tuple(rows["answered"]), rows["least"], tuple((a, b) for a, b in rows["where"]), rows["ours"],
            tuple(tuple(group) for group in rows.get("each", ())),
        )  # fmt: skip
    return Number(**{**data, "rows": rows})


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_lists(one) for one in value]
    return value


def written(value: float | None, form: str) -> str:
    """A number as people read it; "–" where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    if form == "count":
        return f"{value:,.0f}"
    if form == "share":
        return f"{100 * value:.1f}%"
    if form == "points":
        return f"{value:.1f}".replace("-", "\N{MINUS SIGN}")
    if form == "signed":
        return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}") if abs(value) >= 0.005 else "0.00"
    if form == "r":
        return f"{value:.3f}".replace("-", "\N{MINUS SIGN}")
    if form == "p":
        return "<0.001" if value < 0.001 else f"{value:.3f}"
    if form == "seconds":
        return f"{value:,.0f} s"
    return f"{value:,.2f}".replace("-", "\N{MINUS SIGN}")


def interval(number: Number) -> str:
    """ "[3.41, 3.52]", or nothing."""
    if number.low is None or number.high is None or not (math.isfinite(number.low) and math.isfinite(number.high)):
        return ""
    return f"[{written(number.low, number.form)}, {written(number.high, number.form)}]"
