"""Variants: the different ways in which cases went, and how many took each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from anxin.engines.mining.durations import duration
from anxin.engines.mining.errors import BadQuestion
from anxin.engines.mining.kernels.grouping import Groups
from anxin.engines.mining.kernels.variants import SequenceTable
from anxin.engines.mining.log.columns import Codes, Ints, Names
from anxin.engines.mining.log.log import Log, Source
from anxin.engines.results import Caution, Result, Table

SHOWN = 40
"""A path of more steps is shortened in tables; results and JSON have all of it."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Variants(Result):
    """Variant v has the activities sequences[offsets[v] : offsets[v + 1]], `count[v]` cases and the median duration
    `median[v]` (microseconds); the most frequent first. `of_case` is the variant of each case, in the log's order."""

    names: Names
    sequences: Codes
    offsets: Ints
    count: Ints
    median: Ints | None
    of_case: Ints
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        top = self.count[0] / self.count.sum() if len(self.count) else 0.0
        return f"{len(self.count):,} variants of {int(self.count.sum()):,} cases; the most frequent has {top:.1%}"

    def __len__(self) -> int:
        return len(self.count)

    def path(self, variant: int) -> tuple[str, ...]:
        """The activities of a variant, by name."""
        codes = self.sequences[self.offsets[variant] : self.offsets[variant + 1]]
        return tuple(self.names[code] for code in codes)

    def _shown(self, variant: int) -> str:
        """A path for a table: of a long one its beginning and its end."""
        codes = self.sequences[self.offsets[variant] : self.offsets[variant + 1]]
        if len(codes) <= SHOWN:
            return " → ".join(self.path(variant))
        ends = (*codes[: SHOWN - 5], *codes[-4:])
        names = [self.names[code] for code in ends]
        names.insert(SHOWN - 5, f"({len(codes) - len(ends):,} more)")
        return " → ".join(names)

    def counts(self) -> dict[tuple[str, ...], int]:
        """Path -> cases, for all variants."""
        every = list(self.names)
        ends, sequences = self.offsets.tolist(), self.sequences.tolist()
        return {
            tuple(every[code] for code in sequences[ends[v] : ends[v + 1]]): int(n) for v, n in enumerate(self.count)
        }

    def cases(self, variant: int) -> Ints:
        """The numbers of the cases that took a variant."""
        if not 0 <= variant < len(self):
            raise BadQuestion(f"variant: {variant}; there are {len(self):,}, from 0.", code="unknown-variant")
        return np.flatnonzero(self.of_case == variant)

    def needed_for(self, share: float) -> int:
        """How many variants, from the most frequent, cover that share of the cases."""
        covered = np.cumsum(self.count) / self.count.sum()
        return int(np.searchsorted(covered, share - 1e-12)) + 1

    def to_dict(self) -> dict[str, object]:
        return {
            "variants": [
                {
                    "path": list(self.path(v)),
                    "cases": int(self.count[v]),
                    "median": None if self.median is None else int(self.median[v]),
                }
                for v in range(len(self))
            ],
            "cautions": [{"code": one.code, "text": one.text, "about": list(one.about)} for one in self.cautions],
        }

    def table(self, most: int | None = 20) -> Table:
        total, covered = int(self.count.sum()), np.cumsum(self.count)
        rows = [
            (v + 1, self.count[v], self.count[v] / total, covered[v] / total,
             "–" if self.median is None else duration(self.median[v]), self._shown(v))
            for v in range(len(self) if most is None else min(most, len(self)))
        ]  # fmt: skip
        return Table.of(("rank", "cases", "share", "covered", "median", "path"), rows, "Variants")


def variants(log: Source, *, durations: bool = True) -> Variants:
    """Every different sequence of activities with its cases; exact, in one pass. `durations`: the median length of each
    as well. Among equally frequent ones the shorter comes first, then the one seen first."""
    table = SequenceTable(np.dtype(np.int8))
    numbers, lengths = [], []
    for place, (of_part, found_there, took) in enumerate(
        log.map(partial(_sequences, durations), *["time"] * durations)
    ):
        if place == 0:
            table, number = of_part, found_there
        else:
            number = table.merge(of_part)[found_there]
        numbers.append(number)
        lengths.append(took)
    found = table.found
    of_case = np.concatenate([np.zeros(0, np.int64), *numbers])
    counts, offsets = table.counts[:found], table.offsets[: found + 1]
    order = np.lexsort((np.diff(offsets), -counts))
    rank = np.empty(found, np.int64)
    rank[order] = np.arange(found)
    of_case = rank[of_case]
    median = None
    if durations and found:
        groups = Groups(found)
        groups.add(of_case, np.concatenate(lengths))
        median = groups.finish().quantiles((500,))[:, 0]
    sizes = np.diff(offsets)[order]
    ends = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    places = np.arange(ends[-1]) + np.repeat(offsets[:-1][order] - ends[:-1], sizes)
    return Variants(
        names=log.activities,
        sequences=table.sequences[places],
        offsets=ends,
        count=counts[order],
        median=median,
        of_case=of_case,
    )


def _sequences(durations: bool, part: Log) -> tuple[SequenceTable, Ints, Ints]:
    """The different sequences, the number of each case's, and (unless left out) the length of each case."""
    table = SequenceTable(part.activity.dtype)
    numbers = table.add(part.offsets, part.activity)
    return table, numbers, part.ends() - part.begins() if durations else np.zeros(0, np.int64)
