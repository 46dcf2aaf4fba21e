"""Bootstrap samples as counts: how often each respondent is drawn, instead of copies of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.compiling import COMPILED, compiled
from anxin.engines.measure.results import Floats

_AT_ONCE = 2_000_000  # counts held at a time: 16 MB


def draw_counts(n: int, draws: int, seed: int, groups: NDArray[np.intp] | None = None) -> Iterator[Floats]:
    """Counts (some draws, n) until `draws` are drawn, each row summing to n.

    With `groups` (n codes) respondents are drawn within their group, so that group sizes stay. The same seed gives the same
    draws however they are cut into blocks.
    """
    generator = np.random.default_rng(seed)
    block = max(1, _AT_ONCE // n)
    parts = [np.arange(n)] if groups is None else [np.flatnonzero(groups == code) for code in np.unique(groups)]
    done = 0
    while done < draws:
        many = min(block, draws - done)
        counts = np.zeros((many, n))
        # One draw at a time takes its numbers from the stream in order, whatever the block's size.
        for row in range(many):
            for part in parts:
                size = len(part)
                kind = np.uint16 if size < 2**16 else np.uint32
                drawn = generator.integers(0, size, size, dtype=kind)
                if len(parts) == 1:
                    _tally(drawn, counts[row])
                else:
                    own = np.zeros(size)
                    _tally(drawn, own)
                    counts[row, part] = own
        yield counts
        done += many


def _tally(drawn: NDArray[np.integer[Any]], out: Floats) -> None:
    if COMPILED:
        _add(drawn, out)
    else:
        out += np.bincount(drawn, minlength=len(out))


@compiled
def _add(drawn: NDArray[np.integer[Any]], out: Floats) -> None:
    for place in drawn:
        out[place] += 1.0
