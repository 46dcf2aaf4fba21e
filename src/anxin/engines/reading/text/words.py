"""Words of Chinese and English text, for keywords and for telling names from words."""

from __future__ import annotations

import re
from functools import cache

import rjieba

from anxin.engines.reading.text.word_lists import word_list

# What masking puts in the place of personal data.
PLACEHOLDER = re.compile(r"［[^］\s]{1,6}］|\[[a-z ]{2,16}\]")

_WORD = re.compile(r"[a-z][a-z'-]*|[\u3400-\u4dbf\u4e00-\u9fff]+")


@cache
def _cutter() -> rjieba.Jieba:
    cutter = rjieba.Jieba()
    for word in word_list("trade"):
        cutter.add_word(word, 20_000, "n")
    return cutter


def tagged(text: str) -> list[tuple[str, str]]:
    """Words with their part of speech in ICTCLAS letters: nr a person's name, ns a place, n a noun, v a verb, a an adjective."""
    return _cutter().tag(whole(text))


def runs(text: str) -> list[list[str]]:
    """The words of each run between signs and figures, English in small letters, placeholders left out."""
    found: list[list[str]] = [[]]
    for word in _cutter().cut(whole(PLACEHOLDER.sub("|", text)).lower().replace("’", "'")):
        if _WORD.fullmatch(word):
            found[-1].append(word)
        elif not word.isspace() and found[-1]:
            found.append([])
    return found if found[-1] else found[:-1]


def whole(text: str) -> str:
    """The text with halves of surrogate pairs, which a broken upload can leave, as question marks: no longer and no shorter."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text
