"""Quotes that tell a topic: clear, not too long, and each saying something of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

# How much being like a quote already chosen counts against being telling (Carbonell & Goldstein 1998: 1 - λ).
_SAMENESS = 0.6
# Letters: a comment shorter says too little, a longer one is not read. A Chinese character counts for two.
_SHORTEST, _LONGEST = 16, 240
_CONSIDERED = 200


@dataclass(frozen=True)
class Quote:
    """`text` is masked; `number` is the text's place among those analysed."""

    number: int
    text: str


def telling(texts: Sequence[str], strengths: NDArray[np.float64], rows: csr_array, *, most: int = 3) -> list[int]:
    """The places of up to `most` quotes by maximal marginal relevance. `strengths` say how well each text shows what is to be shown
    (from 0 to 1); `rows` are a model's, of length 1, and tell which are alike.
    """
    scores = strengths * np.array([_readable(text) for text in texts])
    best = np.argsort(-scores, kind="stable")[:_CONSIDERED]
    best = best[scores[best] > 0]
    chosen: list[int] = []
    likest = np.zeros(len(best))
    pool = rows[best]
    open_ = np.ones(len(best), dtype=bool)
    while open_.any() and len(chosen) < most:
        margins = np.where(open_, (1 - _SAMENESS) * scores[best] - _SAMENESS * likest, -np.inf)
        place = int(np.argmax(margins))
        open_[place] = False
        chosen.append(int(best[place]))
        likest = np.maximum(likest, np.asarray((pool @ pool[[place]].T).todense()).ravel())
        # What says the same in nearly the same words is not quoted twice, even if nothing else is left.
        open_ &= likest < _SAME
    return chosen


_SAME = 0.7


def _readable(text: str) -> float:
    length = sum(1 if character.isascii() else 2 for character in text[: _LONGEST * 2])
    if length < _SHORTEST:
        return 0.3 + 0.7 * length / _SHORTEST if length else 0.0
    return 1.0 if length <= _LONGEST else 0.6
