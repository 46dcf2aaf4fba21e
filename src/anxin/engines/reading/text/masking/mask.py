"""Putting placeholders where personal data stood."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator

from anxin.engines.reading.text.masking import names as people
from anxin.engines.reading.text.masking import numbers
from anxin.engines.reading.text.masking.kinds import PLACEHOLDERS, Masked, Span

# The surest first: who claims a place first has it.
DETECTORS: tuple[Callable[[str], Iterator[Span]], ...] = (
    numbers.emails,
    numbers.id_numbers,
    numbers.cards,
    numbers.accounts,
    numbers.contracts,
    numbers.phones,
    numbers.plates,
    numbers.messengers,
    numbers.long_numbers,
    people.addresses,
)

_HAN = re.compile(r"[\u4e00-\u9fff]")
_FIGURES = re.compile(
    r"\d|@|[一幺][三四五六七八九][零〇一二三四五六七八九幺]{9}|plate|registration|微信|威信|wechat|weixin|[vw]x", re.I
)
_CAPITAL = re.compile(r"[A-Z][a-z]")
# Full-width letters, figures and signs, one for one, so that places in the text do not move.
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F) if chr(wide) not in "，。；：！？（）"} | {
    0x3000: " ",
    0x2010: "-",
    0x2011: "-",
    0x2012: "-",
    0x2013: "-",
    0x2014: "-",
    0x2212: "-",
}
_NEEDS_NARROWING = re.compile(r"[\u2010-\u2014\u2212\u3000\uff01-\uff5e]")


def mask(text: str, *, names: Iterable[str] = ()) -> Masked:
    """The text with personal data replaced by placeholders, and where they were.

    `names` are people whose names the caller knows; they are masked wherever they stand. Placeholders are Chinese in a text with
    Chinese characters, otherwise English. Masking twice changes nothing.
    """
    taken: list[Span] = []
    for span in _found(text, names):
        place = bisect(taken, span.start, key=lambda other: other.start)
        if (place == 0 or taken[place - 1].end <= span.start) and (
            place == len(taken) or span.end <= taken[place].start
        ):
            taken.insert(place, span)
    if not taken:
        return Masked(text)
    tongue = 0 if _HAN.search(text) else 1
    pieces: list[str] = []
    at = 0
    for span in taken:
        pieces += (text[at : span.start], PLACEHOLDERS[span.kind][tongue])
        at = span.end
    return Masked("".join((*pieces, text[at:])), tuple(taken))


def _found(text: str, known_names: Iterable[str]) -> Iterator[Span]:
    narrow = text.translate(_NARROW) if _NEEDS_NARROWING.search(text) else text
    yield from people.known(narrow, known_names)
    # Most comments have neither figures nor names; they must not pay for those that have.
    if _FIGURES.search(narrow):
        for detect in DETECTORS:
            yield from detect(narrow)
    if _CAPITAL.search(narrow) or _HAN.search(narrow):
        yield from people.names(narrow)
