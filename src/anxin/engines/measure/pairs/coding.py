"""Ordinal answers as codes 0, 1, 2 … per item, and what may be wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.answers import MISSING, Answers
from anxin.engines.measure.errors import BadData
from anxin.engines.measure.kernels import COMPILED, compiled
from anxin.engines.measure.results import Floats

Bytes = NDArray[np.int8]
Categories = tuple[tuple[float, ...], ...]

MOST_CATEGORIES = 30  # more than that is no ordinal scale, and its pair tables would be mostly empty
NO_CODE = -1


@dataclass(frozen=True, eq=False, slots=True)
class Coding:
    """Ordinal answers ready for counting.

    `data` is (n, p) int8 as answered; `lookup[j, byte]` is item j's code of an answer's byte (-1: missing or not among the
    categories), so that half a million rows are never copied just to be renumbered. `categories[j]` lists item j's answers
    in their order: code c stands for `categories[j][c]`. `tally` is (p, 256): how often each byte occurs.
    """

    items: tuple[str, ...]
    data: Bytes
    lookup: Bytes
    categories: Categories
    weights: Floats | None
    tally: NDArray[np.int64]

    @property
    def n(self) -> int:
        return int(self.data.shape[0])

    @property
    def p(self) -> int:
        return len(self.items)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many categories each item has."""
        return np.array([len(values) for values in self.categories], np.int64)

    @property
    def codes(self) -> Bytes:
        """(n, p) int8 codes, made anew on each call."""
        codes = np.empty(self.data.shape, np.int8)
        for place in range(self.p):
            codes[:, place] = self.lookup[place][self.data[:, place].view(np.uint8)]
        return codes

    @property
    def gaps(self) -> bool:
        """Whether any answer is missing or not among the categories."""
        return bool((self.tally * (self.lookup == NO_CODE)).any())

    @property
    def margins(self) -> Floats:
        """(p, k) counts (or sums of weights) of each item's categories; k the most categories of any item."""
        most = int(self.sizes.max())
        if self.weights is None:
            # Several answers may have one code, where categories were joined.
            places, answers = np.nonzero(self.lookup != NO_CODE)
            cells = places * most + self.lookup[places, answers]
            flat = np.bincount(cells, self.tally[places, answers], minlength=self.p * most)
            return np.asarray(flat, np.float64).reshape(self.p, most)
        counts = np.zeros((self.p, most))
        for place in range(self.p):
            codes = self.lookup[place][self.data[:, place].view(np.uint8)]
            given = codes >= 0
            counts[place] = np.bincount(codes[given], self.weights[given], minlength=most)
        return counts

    def rows(self, which: NDArray[Any]) -> Coding:
        data = np.ascontiguousarray(self.data[which])
        weights = None if self.weights is None else self.weights[which]
        return replace(self, data=data, weights=weights, tally=histogram(data))

    def weighted(self, weights: Floats) -> Coding:
        """The same answers, each row counted `weights` times (how a bootstrap sample is made without copying)."""
        return replace(self, weights=weights)

    @classmethod
    def of(cls, answers: Answers, *, categories: Categories | None = None) -> Coding:
        """Code the answers. Without `categories`, those that occur; a category nobody chose leaves no trace.

        Raises BadData for an item with fewer than two categories or more than 30, naming it.
        """
        data, meaning = (answers.data, None) if answers.whole else _as_bytes(answers)
        counts = histogram(data)
        if categories is None:
            signed = np.roll(counts, 128, axis=1)[:, 1:]  # bytes -127 to 127 in their order; -128 is MISSING
            places, answered = np.nonzero(signed)
            ends = np.searchsorted(places, np.arange(answers.p + 1)).tolist()
            every = (answered - 127).tolist()
            categories = tuple(
                _found(item, every[ends[place] : ends[place + 1]], None if meaning is None else meaning[place])
                for place, item in enumerate(answers.items)
            )
        lookup = np.full((answers.p, 256), NO_CODE, np.int8)
        for place, values in enumerate(categories):
            for code, value in enumerate(values):
                byte = int(value) if meaning is None else meaning[place].index(value)
                lookup[place, byte & 255] = code
        return cls(answers.items, data, lookup, categories, answers.weights, counts)


def _as_bytes(answers: Answers) -> tuple[Bytes, list[list[float]]]:
    """Fractional answers numbered per item, and what each number means."""
    data = np.full(answers.data.shape, MISSING, np.int8)
    meaning: list[list[float]] = []
    for place, item in enumerate(answers.items):
        column = answers.data[:, place]
        given = ~np.isnan(column)
        values, numbers = np.unique(column[given], return_inverse=True)
        if len(values) > MOST_CATEGORIES:
            raise _too_many(item, len(values))
        data[given, place] = numbers
        meaning.append(values.tolist())
    return data, meaning


def _found(item: str, values: list[int], meaning: Sequence[float] | None) -> tuple[float, ...]:
    """One item's categories from the answers that occur, in order; BadData where they make no ordinal scale."""
    if not values:
        raise BadData(f"Item {item!r} has no answers at all. Leave it out.", code="all-missing", about=[item])
    if len(values) == 1:
        only = values[0] if meaning is None else meaning[values[0]]
        raise BadData(
            f"Item {item!r} is constant: every answer is {only:g}. It carries no information; leave it out.",
            code="constant-item",
            about=[item],
        )
    if len(values) > MOST_CATEGORIES:
        raise _too_many(item, len(values))
    return tuple(float(value) if meaning is None else meaning[value] for value in values)


def _too_many(item: str, count: int) -> BadData:
    return BadData(
        f"Item {item!r} has {count} different answers; an ordinal scale has at most {MOST_CATEGORIES}. Group them, or "
        "treat the item as a measurement.",
        code="too-many-categories",
        about=[item],
    )


def histogram(data: Bytes) -> NDArray[np.int64]:
    """(p, 256): how often each byte occurs in each column."""
    seen = data.view(np.uint8)
    if COMPILED:
        return _histogram(seen)
    return np.array([np.bincount(seen[:, place], minlength=256) for place in range(seen.shape[1])])


@compiled
def _histogram(data: NDArray[np.uint8]) -> NDArray[np.int64]:
    n, p = data.shape
    counts = np.zeros((p, 256), np.int64)
    for row in range(n):
        for item in range(p):
            counts[item, data[row, item]] += 1
    return counts
