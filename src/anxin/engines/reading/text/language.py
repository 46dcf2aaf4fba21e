"""Which language a text is in: enough to choose its placeholders, its keywords and how far its labels can be trusted."""

from __future__ import annotations

import re
from enum import StrEnum


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
_ENGLISH = frozenset(
    "a about after again all also am an and any are as at be because been before but by can could did do does for from get good had "
    "has have he her him his how i if in is it its just me more my never no not now of on one only or our out over please she so "
    "some than thank thanks that the their them then there they this to too up us very was we were what when where which while who "
    "why will with would yes you your".split()
)
# Frequent words of French, German, Spanish, Portuguese, Italian, Indonesian, Malay and Vietnamese that English does not use.
_FOREIGN = frozenset(
    "le la les des du une est et je pour dans avec pas mon nous vous sur qui que ce cette mais der die das und ist nicht ich mit ein "
    "eine den dem von zu auf für sich auch el los las por para con una es muy pero mi su como del em um uma não muito il che di è per "
    "sono con ho mio della yang dan saya untuk dengan tidak ini itu adalah dari sudah di ke của là và không tôi được cho".split()
)
# A comment of Chinese that names an APP is Chinese, not mixed.
_MIXED_LETTERS = 0.35
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
    if share < _MIXED_LETTERS or len(words) < 3:
        return Language.CHINESE
    return Language.MIXED if share < 1 - _MIXED_LETTERS / 3 else Language.ENGLISH


def _of_words(text: str, words: list[str]) -> Language:
    small = [word.lower() for word in words]
    english = sum(word in _ENGLISH for word in small)
    foreign = sum(word in _FOREIGN for word in small)
    if foreign > english or (not english and len(_ACCENTED.findall(text)) > len(small) / 8):
        return Language.OTHER
    return Language.ENGLISH
