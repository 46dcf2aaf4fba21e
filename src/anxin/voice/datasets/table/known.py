"""Instruments that ship with the product, known by the names or the wordings of a table's columns; pairs of SERVQUAL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anxin.engines.measure.instruments import Instrument, Item, Words, instrument, instruments
from anxin.voice.datasets.table.raw import RawTable
from anxin.voice.datasets.table.signs import EXPECTATION, IMPORTANCE, PERCEPTION, plain
from anxin.voice.questionnaires.form import Text

_ENOUGH = 0.8
# SERVQUAL's 22 statements by dimension (Parasuraman, Zeithaml & Berry 1988): the last number of each.
SERVQUAL = ((4, "TAN"), (9, "REL"), (13, "RES"), (17, "ASS"), (22, "EMP"))


@dataclass(frozen=True, slots=True)
class Known:
    """An instrument that was found: column → item; `whole` is how many items it has."""

    instrument: Instrument
    stage: str
    items: dict[str, Item]
    whole: int
    by_wording: int


def known_instruments(table: RawTable) -> list[Known]:
    """The instruments whose items are there, the fullest first; none twice for the same columns."""
    labels = {column.label: column.name for column in table.columns if column.label}
    found: list[Known] = []
    for name in instruments():
        whole = instrument(name)
        stages = whole.stages_in(table.names)
        for stage in stages or (None,):
            one = _matched(whole.for_stage(stage) if stage else whole, table, labels, stage or "")
            if one is None and stage is None:
                # Wordings tell the stage where names do not.
                several = [_matched(whole.for_stage(part.code), table, labels, part.code) for part in whole.stages]
                one = max((part for part in several if part), key=lambda part: len(part.items), default=None)
            if one is not None:
                found.append(one)
    found.sort(key=lambda one: (-len(one.items), -len(one.items) / one.whole))
    taken: set[str] = set()
    kept = []
    for one in found:
        if not taken & one.items.keys():
            taken |= one.items.keys()
            kept.append(one)
    return kept


def _matched(whole: Instrument, table: RawTable, labels: dict[str, str], stage: str) -> Known | None:
    items: dict[str, Item] = {}
    worded = 0
    for columns, name_of in ((table.names, {name: name for name in table.names}), (tuple(labels), labels)):
        if not columns:
            continue
        for match in whole.match(columns).matched:
            column = name_of[match.column]
            if column not in items and match.item not in {item.code for item in items.values()}:
                items[column] = whole.item(match.item)
                worded += match.how == "wording"
    if len(items) < max(1, _ENOUGH * len(whole.items)):
        return None
    # A single column called NPS or CSAT is the instrument only if its answers lie on its scale.
    if len(whole.items) < 3:
        for name, item in items.items():
            scale, values = whole.scale_of(item), table.column(name)
            if values.kind != "number" or not bool(
                ((values.values >= scale.low) & (values.values <= scale.high) | values.empty).all()
            ):
                return None
    return Known(whole, stage, items, len(whole.items), worded)


def text_of(words: Words) -> Text:
    return Text.of(zh=words.zh, en=words.en)


_LETTER = re.compile(r"^([EPI])[\s_\-.]?(\d{1,3})$", re.IGNORECASE)
_LETTERED = re.compile(r"^([EPI])[_\-.](.+)$", re.IGNORECASE)
_TAIL = re.compile(r"^(.+?)[_\-.]([EPI])$", re.IGNORECASE)
_ROLES = {"e": "expectation", "p": "perception", "i": "importance"}


def servqual_pairs(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Column → (expectation, perception or importance; what is asked) where at least three pairs E1/P1 … are there."""
    for read in (_by_letter, _by_letter_and_rest, _by_tail, _by_words):
        found = {name: said for name in names if (said := read(name))}
        asked: dict[str, set[str]] = {}
        for role, rest in found.values():
            asked.setdefault(rest, set()).add(role)
        pairs = {rest for rest, roles in asked.items() if {"expectation", "perception"} <= roles}
        if len(pairs) >= 3 and 2 * len(pairs) >= len(
            [rest for rest, roles in asked.items() if roles != {"importance"}]
        ):
            return {name: said for name, said in found.items() if said[1] in pairs}
    return {}


def dimension_of(rest: str, pairs: int) -> str:
    """The dimension of a statement that is only numbered: SERVQUAL's own where there are 22 pairs, else none."""
    if pairs != 22 or not rest.isdigit():
        return ""
    return next((code for last, code in SERVQUAL if int(rest) <= last), "")


def servqual_dimensions() -> Iterator[tuple[str, Text]]:
    for dimension in instrument("servqual").dimensions:
        yield dimension.code, text_of(dimension.name)


def _by_letter(name: str) -> tuple[str, str] | None:
    found = _LETTER.match(name.strip())
    return (_ROLES[found[1].lower()], found[2]) if found else None


def _by_letter_and_rest(name: str) -> tuple[str, str] | None:
    found = _LETTERED.match(name.strip())
    return (_ROLES[found[1].lower()], found[2]) if found else None


def _by_tail(name: str) -> tuple[str, str] | None:
    found = _TAIL.match(name.strip())
    return (_ROLES[found[2].lower()], found[1]) if found else None


def _by_words(name: str) -> tuple[str, str] | None:
    said = plain(name)
    for role, words in (("expectation", EXPECTATION), ("perception", PERCEPTION), ("importance", IMPORTANCE)):
        if words.search(said):
            rest = re.sub(r"[\s_\-.:：·()（）]+", "", words.sub("", said))
            return (role, rest) if rest else None
    return None
