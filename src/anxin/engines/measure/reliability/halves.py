"""Split-half reliability, of one split or of all there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.moments import Missing, moments, standardised, symmetric
from anxin.engines.measure.results import Caution, Floats, Result, Table, number

MOST = 400_000  # splits looked at one by one; 22 items have 352,716
BLOCK = 20_000


@dataclass(frozen=True, kw_only=True, repr=False)
class Half(Result):
    """One split of the items in `first` and `second`.

    `correlation` of the two sums; `spearman_brown` = 2 r / (1 + r); `horst` the same for halves of unequal length (Horst
    1951); `guttman` = 2 (1 - (var A + var B) / var(A + B)) (lambda-4, Guttman 1945), which is also Flanagan's and Rulon's (1939)
    1 - var(A - B) / var(A + B).
    """

    first: tuple[str, ...]
    second: tuple[str, ...]
    correlation: float
    spearman_brown: float
    horst: float
    guttman: float
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"Spearman–Brown {number(self.spearman_brown)}, Guttman {number(self.guttman)}"

    def table(self) -> Table:
        rows = [
            ("correlation of halves", self.correlation),
            ("Spearman–Brown", self.spearman_brown),
            ("Horst, unequal halves", self.horst),
            ("Guttman's lambda-4", self.guttman),
        ]
        return Table.of(["coefficient", "value"], rows, f"{listed(self.first)} | {listed(self.second)}")


@dataclass(frozen=True, kw_only=True, repr=False)
class SplitHalf(Result):
    """Split-half reliability: `odd_even`, `first_second`, and Guttman's coefficient over `splits` splits (all if `every`).

    `mean` over all splits of an even number of items is Cronbach's alpha; `best` is the greatest (lambda-4 as a lower bound of
    reliability), `worst` the least (Revelle's 1979 beta where halves are equal); `quantiles` at .025, .25, .5, .75, .975.
    """

    items: tuple[str, ...]
    n: float
    odd_even: Half
    first_second: Half
    best: Half
    worst: Half
    mean: float
    quantiles: Floats
    splits: int
    every: bool
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        which = "all" if self.every else "random"
        return (
            f"odd-even Spearman–Brown {number(self.odd_even.spearman_brown)}; Guttman over {self.splits} {which} splits "
            f"{number(self.mean)} ({number(self.worst.guttman)} to {number(self.best.guttman)})"
        )

    def table(self) -> Table:
        named = {"odd-even": self.odd_even, "first-second": self.first_second, "best": self.best, "worst": self.worst}
        rows = [(name, half.correlation, half.spearman_brown, half.horst, half.guttman) for name, half in named.items()]
        return Table.of(["split", "correlation", "Spearman–Brown", "Horst", "Guttman"], rows, "Split-half reliability")


def split_half(
    source: Any,
    *,
    items: Sequence[str] | None = None,
    missing: Missing = "listwise",
    correlations: bool = False,
    random: int | None = None,
    seed: int = 1,
) -> SplitHalf:
    """Split-half reliability of answers (n, p), weighted if they are.

    The coefficients are of covariances, or of standardised items with `correlations` (as psych::splitHalf does by default).
    All splits into halves are looked at where there are at most 400,000 (22 items), else 10,000 drawn by `seed`; `random`
    asks for that many drawn ones.

    Raises BadData (constant item, too few respondents), BadModel (fewer than two items).
    """
    answers = Answers.of(source, items=items)
    found = moments(answers, missing=missing)
    cov = found.cor if correlations else found.cov
    return _split(cov, answers.items, found.test_n, random, seed, found.cautions)


def split_half_of(
    matrix: Any,
    *,
    n: float | None = None,
    items: Sequence[str] | None = None,
    correlations: bool = False,
    random: int | None = None,
    seed: int = 1,
) -> SplitHalf:
    """`split_half` of a covariance or (polychoric) correlation matrix (p, p)."""
    given, names = symmetric(matrix, items)
    cov = standardised(given) if correlations else given
    return _split(cov, names, float("nan") if n is None else n, random, seed, ())


def half(cov: Any, first: Sequence[str], *, items: Sequence[str]) -> Half:
    """One split of a covariance matrix (p, p): the items of `first` against all others."""
    given, names = symmetric(cov, items)
    unknown = [item for item in first if item not in names]
    if unknown:
        raise BadData(f"There is no item {listed(unknown)}. Items: {listed(names)}.", code="no-item", about=unknown)
    chosen = np.array([name in set(first) for name in names])
    if chosen.all() or not chosen.any():
        raise BadModel("A half needs at least one item, and so does the other.", code="empty-half")
    return _half(given, names, chosen)


def _split(
    cov: Floats, items: tuple[str, ...], n: float, random: int | None, seed: int, cautions: tuple[Caution, ...]
) -> SplitHalf:
    p = len(cov)
    if p < 2:
        raise BadModel("Halves are of two items at least.", code="too-few-items")
    if random is not None and random < 1:
        raise BadModel("random is the number of splits to draw, 1 or more.", code="bad-option", about=["random"])
    total = float(cov.sum())
    if not total > 1e-12 * float(np.trace(cov)):
        text = "The items cancel out: their sum does not vary. Turn the reversed items round first."
        raise BadData(text, code="constant-sum", about=items)
    count = comb(p, p // 2) // (1 if p % 2 else 2)
    every = random is None and count <= MOST
    halves = _every(p) if every else _drawn(p, random or 10_000, seed)
    values, best, worst = [], (-np.inf, halves[0]), (np.inf, halves[0])
    for start in range(0, len(halves), BLOCK):
        block = halves[start : start + BLOCK]
        signs = np.where(block, 1.0, -1.0)
        # Rulon: the variance of the difference of the halves, by signs for the two.
        found = 1 - np.einsum("si,si->s", signs @ cov, signs) / total
        values.append(found)
        high, low = int(np.argmax(found)), int(np.argmin(found))
        best = max(best, (float(found[high]), block[high]), key=lambda pair: pair[0])
        worst = min(worst, (float(found[low]), block[low]), key=lambda pair: pair[0])
    whole = np.concatenate(values)
    more = list(cautions)
    first = np.linalg.eigh(standardised(cov))[1][:, -1]
    first = first if first.sum() >= 0 else -first
    against = [item for item, sign in zip(items, first, strict=True) if sign < -1e-9]
    if against:
        text = f"{listed(against)} run against the other items: turn them round if they are worded the other way."
        more.append(Caution("reversed", text, tuple(against)))
    if p % 2:
        more.append(
            Caution("unequal-halves", f"{p} items make halves of {p // 2} and {p - p // 2}: see Horst's coefficient.")
        )
    if not every:
        more.append(
            Caution("drawn-splits", f"{len(whole)} of {count} splits were drawn: best and worst are only near.")
        )
    places = np.arange(p)
    return SplitHalf(
        items=items,
        n=n,
        odd_even=_half(cov, items, places % 2 == 0),
        first_second=_half(cov, items, places < p - p // 2),
        best=_half(cov, items, best[1]),
        worst=_half(cov, items, worst[1]),
        mean=float(whole.mean()),
        quantiles=np.quantile(whole, [0.025, 0.25, 0.5, 0.75, 0.975]),
        splits=len(whole),
        every=every,
        cautions=tuple(more),
    )


def _half(cov: Floats, items: tuple[str, ...], chosen: NDArray[np.bool_]) -> Half:
    signs = chosen.astype(np.float64)
    a, b = float(signs @ cov @ signs), float((1 - signs) @ cov @ (1 - signs))
    between = float(signs @ cov @ (1 - signs))
    r = between / np.sqrt(a * b) if a > 0 and b > 0 else float("nan")
    share = float(signs.mean())
    pq = share * (1 - share)
    inner = np.sqrt(r**4 + 4 * r**2 * (1 - r**2) * pq) - r**2
    horst = inner / (2 * pq * (1 - r**2)) if abs(r) < 1 else 1.0
    return Half(
        first=tuple(item for item, one in zip(items, chosen, strict=True) if one),
        second=tuple(item for item, one in zip(items, chosen, strict=True) if not one),
        correlation=r,
        spearman_brown=2 * r / (1 + r) if r > -1 else float("nan"),
        horst=float(horst),
        guttman=4 * between / (a + b + 2 * between),
    )


def _every(p: int) -> NDArray[np.bool_]:
    """(splits, p): every split in halves once. Of an even number, the last item is always in the first half."""
    codes = np.arange(2 ** (p if p % 2 else p - 1), dtype=np.uint32)
    if p % 2 == 0:
        codes += np.uint32(2 ** (p - 1))
    codes = codes[np.bitwise_count(codes) == p // 2]
    bits: NDArray[np.bool_] = (codes[:, None] & (np.uint32(1) << np.arange(p, dtype=np.uint32))) != 0
    return bits


def _drawn(p: int, count: int, seed: int) -> NDArray[np.bool_]:
    order = np.argsort(np.random.default_rng(seed).random((count, p)), axis=1)
    return np.asarray(order < p // 2)
