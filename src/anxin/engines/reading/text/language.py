"""Which language a text is in: enough to choose its placeholders, its keywords and how far its labels can be trusted."""

from __future__ import annotations

import re
from enum import StrEnum

from anxin.engines.reading.text.word_lists import word_list


class Language(StrEnum):
    """`MIXED` is Chinese with English in it (or the other way round); `OTHER` is some language that the classifiers do not know."""

    CHINESE = "zh"
    ENGLISH = "en"
    MIXED = "mixed"
    OTHER = "other"
    NONE = "none"


# Unified ideographs with extension A and the compatibility block; rarer extensions do not occur in customers' comments.
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
# Japanese, Korean, Cyrillic, Greek, Hebrew, Arabic, Devanagari, Thai and their neighbours.
_OTHER_SCRIPT = re.compile(r"[\u0370-\u0e7f\u1000-\u11ff\u1780-\u17ff\u3040-\u30ff\u3130-\u318f\uac00-\ud7af]")
_ACCENTED = re.compile(r"[À-ÖØ-öø-ɏ]")
_ENGLISH = word_list("function_words_en")
_FOREIGN = word_list("function_words_foreign")
# A Chinese comment that names an APP is Chinese, and an English one that names 平安 is English: mixed is what lies between.
_MIXED = (0.35, 0.75)
# Two English letters say about as much as one Chinese character.
_LETTERS_PER_CHARACTER = 2
_LOOKED_AT = 4000


def language_of(text: str) -> Language:
    """By scripts and, among those in Latin letters, by function words. Looks at the first 4,000 characters."""
    text = text[:_LOOKED_AT]
    han = len(_HAN.findall(text))
    if text.isascii():
        words = _WORD.findall(text)
    else:
        foreign = len(_OTHER_SCRIPT.findall(text))
        # Japanese writes Chinese characters among its own; a single Greek letter in Chinese is no Greek.
        if foreign > 2 and foreign * 3 > han:
            return Language.OTHER
        words = _WORD.findall(text)
    letters = sum(map(len, words))
    if not han:
        return _of_words(text, words) if letters else Language.NONE
    share = letters / _LETTERS_PER_CHARACTER / (letters / _LETTERS_PER_CHARACTER + han)
    if share > _MIXED[1]:
        return Language.ENGLISH
    return Language.CHINESE if share < _MIXED[0] or len(words) < 3 else Language.MIXED


def _of_words(text: str, words: list[str]) -> Language:
    small = [word.lower() for word in words]
    english = sum(word in _ENGLISH for word in small)
    foreign = sum(word in _FOREIGN for word in small)
    if foreign > english or (not english and len(_ACCENTED.findall(text)) > len(small) / 8):
        return Language.OTHER
    return Language.ENGLISH
