"""Words and phrases that one group of texts uses more than the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from anxin.engines.reading.text.word_lists import word_list
from anxin.engines.reading.text.words import runs

STOP_WORDS = word_list("stop_words_zh") | word_list("stop_words_en")
NEGATIONS = word_list("negations")
# Texts of everyday use that the prior is worth, for each group: so many must agree before a rare word stands out.
PRIOR_TERMS = 500.0
_LEAST_TEXTS = 2
# Two terms of which one is in the other are the same find if they occur nearly as often.
_NEARLY = 0.8
# z of a standard normal that a term passes by chance in one of a thousand.
SIGNIFICANT = 3.09


@dataclass(frozen=True)
class Keyword:
    """`z` is the log-odds ratio with an informative Dirichlet prior over its standard error (Monroe, Colaresi & Quinn 2008, eq. 16
    and 22): about normal where the group and the rest do not differ. `texts` of the group have the term, and `elsewhere` of the rest.
    """

    term: str
    z: float
    texts: int
    elsewhere: int

    @property
    def significant(self) -> bool:
        return self.z >= SIGNIFICANT


def terms(text: str) -> frozenset[str]:
    """The text's content words, and pairs of neighbours of which one is a content word and the other one too, or a negation."""
    found = set()
    for run in runs(text):
        for at, word in enumerate(run):
            content = _is_content(word)
            if content:
                found.add(word)
            if at and (content or word in NEGATIONS):
                before = run[at - 1]
                if (_is_content(before) and content) or (before in NEGATIONS and content):
                    found.add(before + ("" if _is_chinese(before) and _is_chinese(word) else " ") + word)
    return frozenset(found)


def _is_content(word: str) -> bool:
    return word not in STOP_WORDS and len(word) > 1


def _is_chinese(word: str) -> bool:
    return not word[0].isascii()


def keywords(groups: Mapping[str, Sequence[frozenset[str]]], *, most: int = 20) -> dict[str, tuple[Keyword, ...]]:
    """For each group of texts (as `terms` gives them) the terms that set it apart from all texts given, the strongest first.

    A text may be in several groups; it is then among the others' rest as well. A term counts once a text, so that one who repeats it
    does not make it everyone's.
    """
    counts = {group: Counter(term for text in texts for term in text) for group, texts in groups.items()}
    every: Counter[str] = Counter()
    for each in counts.values():
        every.update(each)
    total = sum(every.values())
    return {group: _strongest(each, every, total, most) for group, each in counts.items()}


def _strongest(inside: Counter[str], every: Counter[str], total: int, most: int) -> tuple[Keyword, ...]:
    size = sum(inside.values())
    if len(every) < 2 or size == total:  # nothing to differ from
        return ()
    found = []
    for term, count in inside.items():
        if count < _LEAST_TEXTS:
            continue
        elsewhere = every[term] - count
        prior = PRIOR_TERMS * every[term] / total
        here = (count + prior) / (size + PRIOR_TERMS - count - prior)
        there = (elsewhere + prior) / (total - size + PRIOR_TERMS - elsewhere - prior)
        z = log(here / there) / sqrt(1 / (count + prior) + 1 / (elsewhere + prior))
        if z > 0:
            found.append(Keyword(term, z, count, elsewhere))
    found.sort(key=lambda keyword: (-keyword.z, keyword.term))
    return _without_echoes(found, most)


def _without_echoes(found: list[Keyword], most: int) -> tuple[Keyword, ...]:
    chosen: list[Keyword] = []
    for keyword in found:
        echoes = [other for other in chosen if _echoes(keyword, other)]
        if not echoes:
            if len(chosen) < most:
                chosen.append(keyword)
        elif all(len(keyword.term) > len(other.term) for other in echoes):
            # The phrase says what its words say, and more.
            chosen[chosen.index(echoes[0])] = keyword
            chosen = [other for other in chosen if other not in echoes]
        if len(chosen) == most and keyword.z < chosen[-1].z / 2:
            break
    return tuple(chosen)


def _echoes(one: Keyword, other: Keyword) -> bool:
    short, long = sorted((one, other), key=lambda keyword: len(keyword.term))
    return short.term in long.term and long.texts >= _NEARLY * short.texts
