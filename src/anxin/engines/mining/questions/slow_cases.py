"""What slow cases have in common: attributes, what happened in them, and pairs of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import numpy as np
from numpy.typing import NDArray

from anxin.engines.mining.durations import duration, micros_of
from anxin.engines.mining.errors import BadQuestion
from anxin.engines.mining.kernels.grouping import row_number
from anxin.engines.mining.log.columns import Column, Ints, Names
from anxin.engines.mining.log.joining import joined_column
from anxin.engines.mining.log.log import Log, Source
from anxin.engines.mining.questions.cycle_time import UNKNOWN, grouped_values
from anxin.engines.mining.significance import adjusted, two_by_two
from anxin.engines.results import Caution, Result, Table, p_value

MOST_VALUES = 200
"""An attribute with more values than this and no numbers, such as an address, describes single cases."""
MOST_TRAITS_FOR_PAIRS = 120
HAPPENS = ("occurs", "repeated")


@dataclass(frozen=True, slots=True)
class Trait:
    """Cases with all of `conditions` (column, value): `cases` of them, `slow` of which are slow. `ratio` is their share of
    slow cases over that of the others (for a pair: over that of the better of its two parts' remaining cases); `p` is
    adjusted over every trait tested."""

    conditions: tuple[tuple[str, str], ...]
    cases: int
    slow: int
    ratio: float
    p: float
    median: int

    def __str__(self) -> str:
        return " and ".join(f"{column} = {value}" for column, value in self.conditions)

    @property
    def share(self) -> float:
        return self.slow / self.cases


@dataclass(frozen=True, kw_only=True, repr=False)
class SlowCases(Result):
    """`traits` are more frequent among the slow cases than chance explains (adjusted p below `alpha`), the strongest
    first; `tested` traits were looked at. Slow is above `threshold` (microseconds)."""

    threshold: int
    slow: int
    cases: int
    tested: int
    alpha: float
    traits: tuple[Trait, ...]
    left_out: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()
    is_slow: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))

    def headline(self) -> str:
        first = (
            f"; most marked: {self.traits[0]} ({self.traits[0].ratio:.1f} times as often slow)" if self.traits else ""
        )
        return f"{self.slow:,} of {self.cases:,} cases take longer than {duration(self.threshold)}; {len(self.traits)} of {self.tested:,} traits mark them{first}"

    def to_dict(self) -> dict[str, object]:
        full = super().to_dict()
        del full["is_slow"]  # one value per case: read it from the result, not from a report
        return full

    def table(self, most: int | None = 15) -> Table:
        rows = [
            (
                str(one),
                one.cases,
                one.share,
                self.slow / max(self.cases, 1),
                one.ratio,
                duration(one.median),
                p_value(one.p),
            )
            for one in self.traits[:most]
        ]
        columns = ("trait", "cases", "share slow", "all cases", "times as often", "median", "adjusted p")
        return Table.of(columns, rows, f"What cases over {duration(self.threshold)} have in common")


def slow_cases(
    log: Source,
    *,
    over: timedelta | float | None = None,
    slowest: float = 0.1,
    attributes: Sequence[str] | None = None,
    pairs: bool = True,
    alpha: float = 0.01,
    least: int = 10,
) -> SlowCases:
    """Which traits are more frequent among slow cases: those over `over`, else the `slowest` share.

    Traits are the values of case attributes (numbers by quartile; of event attributes that of the first event), the
    activities that occur, those that are repeated, and pairs with an attribute that beat both their parts. Each is tested (Fisher's exact or
    chi-square test on cases), and all p values are adjusted together (Benjamini–Yekutieli). `least`: fewest cases a trait
    needs. Says what goes together, not what causes it. Raises BadQuestion for a bad share and an unknown attribute.
    """
    if over is None and not 0 < slowest < 1:
        raise BadQuestion(f"slowest: {slowest}; give a share between 0 and 1.", code="bad-share", about=["slowest"])
    told = _gathered(log, attributes)
    took, total = told.took, len(told.took)
    if not total:
        raise BadQuestion("The log has no events.", code="no-events")
    if over is None:
        threshold = int(np.sort(took)[row_number(round(1000 * (1 - slowest)), total) - 1])
    else:
        threshold = micros_of(over, "over")
    slow = took > threshold
    left_out: list[str] = []
    labels, masks = [], []
    for column, value, mask in _traits(told, log.activities, left_out):
        count = int(mask.sum())
        if least <= count <= total - least:
            labels.append((column, value))
            masks.append(mask)
    cautions = []
    if slow.sum() < 20:
        cautions.append(
            Caution("few-slow", f"Only {int(slow.sum()):,} cases are slow: hardly any trait can be told from chance.")
        )
    if not masks or not slow.any():
        return SlowCases(
            threshold=threshold,
            slow=int(slow.sum()),
            cases=total,
            tested=0,
            alpha=alpha,
            traits=(),
            left_out=tuple(left_out),
            cautions=tuple(cautions),
            is_slow=slow,
        )
    table = np.stack(masks)
    count, hit = table.sum(axis=1), (table & slow).sum(axis=1)
    hits = int(slow.sum())
    p_single = two_by_two(hit, count, hits - hit, total - count)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio_single = (hit / count) / ((hits - hit) / (total - count))
    found: list[_Found] = [
        ((labels[t],), table[t], int(count[t]), int(hit[t]), float(ratio_single[t]), float(p_single[t]))
        for t in range(len(labels))
    ]
    if pairs:
        found += _pairs(labels, table, slow, count, hit, least)
    p = adjusted([one[5] for one in found])
    chosen = [
        Trait(conditions, cases, slow_ones, ratio, float(p[place]), int(np.median(took[mask])))
        for place, (conditions, mask, cases, slow_ones, ratio, _) in enumerate(found)
        if p[place] < alpha and ratio > 1
    ]
    # The excess of slow cases says more than a ratio alone: a few cases always slow matter less than many often slow.
    chosen.sort(key=lambda one: (-(one.slow - one.cases * hits / total), str(one)))
    return SlowCases(
        threshold=threshold, slow=hits, cases=total, tested=len(found), alpha=alpha, traits=tuple(chosen), left_out=tuple(left_out),
        cautions=tuple(cautions), is_slow=slow,
    )  # fmt: skip


_Found = tuple[tuple[tuple[str, str], ...], NDArray[np.bool_], int, int, float, float]


def _pairs(
    labels: list[tuple[str, str]], table: NDArray[np.bool_], slow: NDArray[np.bool_], count: Ints, hit: Ints, least: int
) -> list[_Found]:
    """Pairs of traits of different columns, tested within each part: the pair must beat what is left of both."""
    chosen = np.argsort(-np.abs(hit - count * slow.mean()), kind="stable")[:MOST_TRAITS_FOR_PAIRS]
    numbers = table[chosen].astype(np.float32)
    both = np.rint(numbers @ numbers.T).astype(np.int64)
    both_slow = np.rint((numbers * slow) @ numbers.T).astype(np.int64)
    result: list[_Found] = []
    a, b = np.triu_indices(len(chosen), 1)
    column = np.array([labels[t][0] for t in chosen], object)
    # Two things that happen are nearly the same cases as one of them: a pair needs an attribute on one side.
    happens = np.array([labels[t][1] in HAPPENS for t in chosen], bool)
    enough = (both[a, b] >= least) & (column[a] != column[b]) & ~(happens[a] & happens[b])
    a, b = a[enough], b[enough]
    n, s = both[a, b], both_slow[a, b]
    parts = []
    for one in (a, b):
        rest, rest_slow = count[chosen[one]] - n, hit[chosen[one]] - s
        with np.errstate(divide="ignore", invalid="ignore"):
            parts.append(
                (
                    two_by_two(s, n, rest_slow, rest),
                    np.where(rest >= least, (s / n) / (rest_slow / np.maximum(rest, 1)), np.nan),
                )
            )
    for place in range(len(a)):
        (p_a, r_a), (p_b, r_b) = ((float(p[place]), float(r[place])) for p, r in parts)
        if np.isnan([p_a, p_b, r_a, r_b]).any():
            continue
        first, second = int(chosen[a[place]]), int(chosen[b[place]])
        pair = (labels[first], labels[second])
        # The weaker of the two says whether the pair adds something to both.
        result.append((pair, table[first] & table[second], int(n[place]), int(s[place]), min(r_a, r_b), max(p_a, p_b)))
    return result


_Bits = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Told:
    """What the cases of a log, or of a piece of it, tell: how long each took, by column the value of each case and
    whether it is one per case, and by activity in which cases it occurs and is repeated (a bit per case)."""

    took: Ints
    columns: Mapping[str, tuple[Column | None, bool]]
    occurs: Sequence[_Bits]
    repeated: Sequence[_Bits]


def _gathered(log: Source, attributes: Sequence[str] | None) -> _Told:
    kinds = log.attribute_kinds()
    asked = [*(name for name in kinds if kinds[name]), *(name for name in kinds if not kinds[name])]
    if attributes is None and not kinds.get("department"):
        asked.append("department")
    width = len(log.activities) if attributes is None and len(log.activities) <= MOST_VALUES else 0
    chosen = tuple(asked if attributes is None else attributes)
    parts = list(log.map(partial(_of_part, chosen, attributes is None, width), "time", "started", *chosen))
    if not parts:
        return _Told(np.zeros(0, np.int64), {}, (), ())
    if len(parts) == 1:
        return parts[0]
    sizes = [len(one.took) for one in parts]
    columns = {}
    for name in chosen:
        found = [one.columns[name] for one in parts]
        columns[name] = joined_column([one for one, _ in found], sizes), all(per_case for _, per_case in found)

    def bits(which: str) -> list[_Bits]:
        return [
            np.packbits(
                np.concatenate(
                    [np.unpackbits(getattr(one, which)[code], count=size) for one, size in zip(parts, sizes, strict=True)]
                )
            )
            for code in range(width)
        ]  # fmt: skip

    return _Told(np.concatenate([one.took for one in parts]), columns, bits("occurs"), bits("repeated"))


def _of_part(chosen: tuple[str, ...], lenient: bool, width: int, part: Log) -> _Told:
    columns: dict[str, tuple[Column | None, bool]] = {}
    for name in chosen:
        if lenient and name == "department" and part.department is None:
            columns[name] = None, False
            continue
        column, per_case = part.column(name)
        columns[name] = (column if per_case else column.take(part.offsets[:-1])), per_case
    of_case = part.case_of_event()
    times = (np.bincount(of_case[part.activity == code], minlength=part.cases) for code in range(width))
    both = [(np.packbits(one > 0), np.packbits(one > 1)) for one in times]
    return _Told(part.ends() - part.begins(), columns, [one for one, _ in both], [one for _, one in both])


def _traits(told: _Told, names: Names, left_out: list[str]) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    for name, (values, per_case) in told.columns.items():
        if values is None:
            continue
        if values.names is not None and len(np.unique(values.values)) > MOST_VALUES:
            left_out.append(name)
            continue
        if values.names is None and not per_case and _is_counter(values):
            left_out.append(name)
            continue
        groups, key = grouped_values([values])
        for code in np.unique(key):
            if groups[code] != UNKNOWN:
                yield name, groups[code], key == code
    for code, both in enumerate(zip(told.occurs, told.repeated, strict=True)):
        for what, bits in zip(HAPPENS, both, strict=True):
            yield f"“{names[code]}”", what, np.unpackbits(bits, count=len(told.took)).view(np.bool_)


def _is_counter(column: Column) -> bool:
    """A number that is different everywhere, such as an event's id, tells nothing by its size."""
    return column.values.dtype == np.int64 and len(np.unique(column.values)) == len(column.values)
