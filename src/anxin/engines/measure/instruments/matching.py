"""Which columns of a table are which items of an instrument."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from anxin.engines.measure.results import Caution, Result, Table

if TYPE_CHECKING:
    from anxin.engines.measure.instruments.instrument import Instrument
    from anxin.engines.measure.instruments.words import Stage

How = Literal["exact", "code", "stage prefix", "wording"]

_SEPARATORS = re.compile(r"[\s_\-.:/·|]+")
_NUMBERING = re.compile(r"^\s*(?:[qQ题第]?\s*\d+(?:[.\-]\d+)*\s*[题]?\s*[.、:)\]]|\(\d+\)|\[\d+\])\s*")
_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Matched:
    """An item, its column and how the column was known."""

    item: str
    column: str
    how: How


@dataclass(frozen=True, slots=True)
class Unclear:
    """An item that several columns could be."""

    item: str
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, repr=False)
class Match(Result):
    """What a table's columns are to an instrument: `matched` pairs, `absent` items, `unclear` ones, `others` unused."""

    instrument: str
    stage: str | None
    matched: tuple[Matched, ...]
    absent: tuple[str, ...]
    unclear: tuple[Unclear, ...]
    others: tuple[str, ...]
    cautions: tuple[Caution, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every item has its column."""
        return not self.absent and not self.unclear

    @property
    def columns(self) -> dict[str, str]:
        """The column of each item that has one, by the item's code."""
        return {one.item: one.column for one in self.matched}

    def headline(self) -> str:
        total = len(self.matched) + len(self.absent) + len(self.unclear)
        stage = f", stage {self.stage}" if self.stage else ""
        unclear = f", {len(self.unclear)} unclear" if self.unclear else ""
        return f"{len(self.matched)} of {total} items of {self.instrument}{stage} found{unclear}"

    def table(self) -> Table:
        rows: list[tuple[str, str | None, str]] = [(one.item, one.column, one.how) for one in self.matched]
        rows += [(one.item, ", ".join(one.columns), "unclear") for one in self.unclear]
        rows += [(item, None, "absent") for item in self.absent]
        return Table.of(("item", "column", "how"), rows, title=self.headline())


def plain_name(name: str) -> str:
    """A column's name or an item's code without case, width and separators."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", name).casefold())


def plain_wording(text: str) -> str:
    """A question's text without numbering, case, width and punctuation."""
    text = _NUMBERING.sub("", unicodedata.normalize("NFKC", text).casefold())
    return _PUNCTUATION.sub("", text)


def match(instrument: Instrument, columns: tuple[str, ...]) -> Match:
    stage = next((one for one in instrument.stages if one.code == instrument.stage), None)
    found: dict[str, tuple[list[str], How]] = {}
    by_name = _index(columns, plain_name)
    by_wording = _index(columns, plain_wording)
    prefixed = stage is not None and bool(_with_prefix(instrument, stage, by_name))
    for item in instrument.items:
        if prefixed and stage is not None:
            candidates = _of_item(item.code, stage, by_name)
            how: How = "stage prefix"
        elif item.code in columns:
            candidates, how = [item.code], "exact"
        else:
            candidates, how = by_name.get(plain_name(item.code), []), "code"
        if not candidates:
            keys = {plain_wording(text) for text in (item.wording.zh, item.wording.en) if text}
            candidates = [column for key in sorted(keys - {""}) for column in by_wording.get(key, [])]
            how = "wording"
        found[item.code] = (candidates, how)
    matched = tuple(Matched(code, every[0], how) for code, (every, how) in found.items() if len(every) == 1)
    used = {one.column for one in matched}
    return Match(
        instrument=instrument.name,
        stage=instrument.stage,
        matched=matched,
        absent=tuple(code for code, (every, _) in found.items() if not every),
        unclear=tuple(Unclear(code, tuple(every)) for code, (every, _) in found.items() if len(every) > 1),
        others=tuple(column for column in columns if column not in used),
    )


def stages_in(instrument: Instrument, columns: tuple[str, ...]) -> tuple[str, ...]:
    by_name = _index(columns, plain_name)
    return tuple(stage.code for stage in instrument.stages if _with_prefix(instrument, stage, by_name))


def _with_prefix(instrument: Instrument, stage: Stage, by_name: dict[str, list[str]]) -> list[str]:
    return [column for item in instrument.items for column in _of_item(item.code, stage, by_name)]


def _of_item(code: str, stage: Stage, by_name: dict[str, list[str]]) -> list[str]:
    prefixes = dict.fromkeys(plain_name(text) for text in (stage.code, stage.name.en, stage.name.zh) if text)
    return [column for prefix in prefixes for column in by_name.get(prefix + plain_name(code), [])]


def _index(columns: tuple[str, ...], key: Callable[[str], str]) -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    for column in columns:
        index.setdefault(key(column), []).append(column)
    return index
