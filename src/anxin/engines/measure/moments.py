"""Means, covariances and correlations of answers: all that most methods need to know of the respondents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.answers import MISSING, Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.results import Caution, Floats

Missing = Literal["listwise", "pairwise"]

ROWS = 4096  # rows to a block: 22 items of them fit the second cache as float32
EXACT = 2**24  # float32 holds every whole number up to here


@dataclass(frozen=True, kw_only=True, slots=True)
class Moments:
    """What answers say through their means and covariances.

    `n`: respondents behind it (listwise: those complete and of positive weight; pairwise: those with any answer).
    `mean` (p,), `cov` (p, p) with denominator n - 1. With weights: shares of weight times n / (n - 1), so that equal
    weights change nothing, and `effective_n` is Kish's (sum w)^2 / sum w^2; without weights it is n. `dropped`: rows left
    out because an answer was missing. `pair_n` (p, p): answers to both items, with pairwise deletion only.
    """

    items: tuple[str, ...]
    n: int
    mean: Floats
    cov: Floats
    effective_n: float
    weighted: bool = False
    dropped: int = 0
    pair_n: NDArray[np.int64] | None = None
    pair_cor: Floats | None = None

    def __post_init__(self) -> None:
        for array in (self.mean, self.cov, self.pair_n, self.pair_cor):
            if array is not None:
                array.flags.writeable = False

    @property
    def p(self) -> int:
        return len(self.items)

    @property
    def sd(self) -> Floats:
        """(p,) standard deviations, denominator n - 1."""
        return np.sqrt(np.diagonal(self.cov))

    @property
    def cor(self) -> Floats:
        """(p, p) correlations. Pairwise: each from the respondents of its own pair, in the variances as well, as R's cor."""
        return standardised(self.cov) if self.pair_cor is None else self.pair_cor

    @property
    def test_n(self) -> float:
        """Respondents that a test may count on: Kish's number with weights; pairwise, the harmonic mean over pairs."""
        if self.pair_n is None:
            return self.effective_n
        apart = self.pair_n[~np.eye(self.p, dtype=bool)]
        return self.effective_n / self.n * (float(1 / np.mean(1 / apart)) if apart.size else self.n)

    @property
    def cautions(self) -> tuple[Caution, ...]:
        found = []
        if self.dropped:
            whole = self.n + self.dropped
            text = (
                f"{self.dropped} of {whole} respondents were left out because an answer is missing (listwise deletion)."
            )
            found.append(Caution("dropped", text))
        if self.pair_n is not None and int(self.pair_n.min()) < self.n:
            found.append(
                Caution(
                    "pairwise",
                    f"Answers are missing; each covariance comes from the respondents who answered both items "
                    f"(between {int(self.pair_n.min())} and {int(self.pair_n.max())} of {self.n}).",
                )
            )
        if self.weighted and self.effective_n < 0.999 * self.n:
            text = f"With these weights {self.n} answers say as much as {self.effective_n:.0f} unweighted ones (Kish); "
            found.append(Caution("weighted", text + "intervals and tests use that number and are approximate."))
        if self.n < 100:
            found.append(Caution("few-answers", f"Only {self.n} respondents: estimates are uncertain."))
        return tuple(found)


def moments(
    source: Any, *, items: Sequence[str] | None = None, missing: Missing = "listwise", least: int = 3
) -> Moments:
    """Means and covariances of the answers; weights are used if the answers have them.

    Of whole-number answers without weights the sums are exact integers, so the result does not depend on the order of
    rows. `missing`: "listwise" leaves out respondents with a missing answer, "pairwise" uses for each pair of items those
    who answered both (the matrix need not be positive definite then).

    Raises BadData for an item nobody or everybody answered alike, for fewer than `least` respondents and for a pair of
    items that hardly anyone answered together.
    """
    answers = Answers.of(source, items=items)
    if missing not in ("listwise", "pairwise"):
        raise BadModel(f"missing is 'listwise' or 'pairwise', not {missing!r}.", code="bad-option", about=["missing"])
    rows = answers.n
    if answers.weights is not None and not bool(answers.weights.all()):
        answers = answers.rows(answers.weights > 0)  # weight 0: not asked
        rows = answers.n
    if rows == 0:
        raise BadData(_too_few(0, least), code="too-few")
    gaps = _has_gaps(answers)
    if gaps:
        empty = answers.unanswered
        if empty:
            text = f"All answers to {listed(empty)} are missing. Leave the item out."
            raise BadData(text, code="all-missing", about=empty)
    if gaps and missing == "pairwise":
        found = _pairwise(answers)
    else:
        found = _complete(answers.complete() if gaps else answers, rows, least)
    constant = [item for item, variance in zip(found.items, np.diagonal(found.cov), strict=True) if not variance > 0]
    if constant:
        text = (
            f"Everyone gave the same answer to {listed(constant)}: no covariance can be computed. Leave the item out."
        )
        raise BadData(text, code="constant-item", about=constant)
    if found.n < least:
        raise BadData(_too_few(found.n, least), code="too-few")
    return found


def standardised(cov: Floats) -> Floats:
    """The correlation matrix of a covariance matrix; its diagonal is exactly 1."""
    scale = 1 / np.sqrt(np.diagonal(cov))
    cor: Floats = cov * scale[:, None] * scale[None, :]
    np.fill_diagonal(cor, 1.0)
    return cor


def symmetric(matrix: Any, items: Sequence[str] | None = None) -> tuple[Floats, tuple[str, ...]]:
    """A given covariance or correlation matrix, checked, with its items' names (item1 … without).

    Raises BadData when it is not square, finite and symmetric with a positive diagonal, or is named by the wrong number.
    """
    given = np.array(matrix, dtype=np.float64)
    if given.ndim != 2 or given.shape[0] != given.shape[1] or given.shape[0] == 0:
        raise BadData(f"A covariance matrix is square; this is {given.shape}.", code="not-square")
    names = tuple(items) if items is not None else tuple(f"item{place + 1}" for place in range(len(given)))
    if len(names) != len(given):
        raise BadData(f"The matrix has {len(given)} items and {len(names)} names.", code="names-length")
    bad = [name for name, row in zip(names, given, strict=True) if not bool(np.isfinite(row).all())]
    if bad:
        raise BadData(f"The matrix has no value for {listed(bad)}.", code="not-finite", about=bad)
    if not np.allclose(given, given.T, rtol=1e-8, atol=1e-8):
        raise BadData("The matrix is not symmetric.", code="not-symmetric")
    flat = [name for name, variance in zip(names, np.diagonal(given), strict=True) if variance <= 0]
    if flat:
        raise BadData(f"The variance of {listed(flat)} is not positive.", code="constant-item", about=flat)
    return (given + given.T) / 2, names


def positive_definite(matrix: Floats, items: Sequence[str], *, use: str) -> None:
    """Raise BadData, naming the items most involved, if the (correlation) matrix is not positive definite."""
    values, vectors = np.linalg.eigh(matrix)
    if values[0] > 1e-10 * values[-1]:
        return
    weight = np.abs(vectors[:, 0])
    about = [items[place] for place in np.argsort(-weight) if weight[place] > 0.3 * weight.max()]
    raise BadData(
        f"The matrix is not positive definite, so there is no {use}: {listed(about)} depend on one another or were "
        "hardly answered together. Leave one of them out, or use listwise deletion.",
        code="not-positive-definite",
        about=about,
    )


def _complete(answers: Answers, rows: int, least: int) -> Moments:
    n = answers.n
    if n < max(least, 2):
        left_out = f" ({rows - n} have a missing answer)" if rows > n else ""
        raise BadData(_too_few(n, least) + left_out, code="too-few")
    effective = float(n)
    if answers.weights is None and answers.whole:
        total, products = _whole_sums(answers.data)
        mean = total / n
        peak = int(products.max(initial=1))
        if n * peak < 2**62:  # then no rounding at all before the division
            cov = (n * products - np.outer(total, total)) / (n * (n - 1.0))
        else:
            cov = (products - np.outer(total, total) / n) / (n - 1.0)
    elif answers.weights is None:
        mean = answers.data.mean(axis=0)
        cov = _products(answers, mean) / (n - 1.0)
        _settle(cov, answers, mean)
    else:
        share = answers.weights / answers.weights.sum()
        effective = float(1 / (share @ share))
        mean = _weighted_mean(answers, share)
        cov = _products(answers, mean, share) * (n / (n - 1.0))
        _settle(cov, answers, mean)
    return Moments(
        items=answers.items,
        n=n,
        mean=mean,
        cov=cov,
        effective_n=effective,
        weighted=answers.weights is not None,
        dropped=rows - n,
    )


def _whole_sums(data: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sums (p,) and sums of products (p, p), exact: each block's fit float32 without rounding."""
    largest = max(abs(int(data.min())), abs(int(data.max())), 1)
    step = min(ROWS, EXACT // largest**2)
    p = data.shape[1]
    total, products = np.zeros(p, np.int64), np.zeros((p, p), np.int64)
    buffer, ones = np.empty((min(step, len(data)), p), np.float32), np.ones(step, np.float32)
    for rows in _blocks(len(data), step):
        block = data[rows]
        values = buffer[: len(block)]
        values[...] = block
        total += (ones[: len(block)] @ values).astype(np.int64)
        products += (values.T @ values).astype(np.int64)
    return total, products


def _weighted_mean(answers: Answers, share: Floats) -> Floats:
    mean = np.zeros(answers.p)
    for rows in _blocks(answers.n, ROWS):
        mean += share[rows] @ answers.data[rows].astype(np.float64)
    return mean


def _products(answers: Answers, mean: Floats, share: Floats | None = None) -> Floats:
    """(p, p) sums of products of deviations from `mean`, weighted by `share`."""
    products = np.zeros((answers.p, answers.p))
    for rows in _blocks(answers.n, ROWS):
        centred = answers.data[rows] - mean
        products += centred.T @ (centred if share is None else centred * share[rows, None])
    return (products + products.T) / 2


def _settle(cov: Floats, answers: Answers, mean: Floats) -> None:
    """Say 0 where everyone answered alike and only rounding gave a variance."""
    small = np.diagonal(cov) < 1e-20 * (1 + mean**2)
    for place in np.flatnonzero(small):
        if bool((answers.data[:, place] == answers.data[0, place]).all()):
            cov[place, place] = 0.0


def _pairwise(answers: Answers) -> Moments:
    """Every pair of items from those who answered both (as R's cov and cor with use = "pairwise")."""
    p = answers.p
    weights = answers.weights
    own_sum, own_weight = np.zeros(p), np.zeros(p)
    for rows in _blocks(answers.n, ROWS):
        values, answered = _filled(answers, rows)
        weight = np.ones(len(values)) if weights is None else weights[rows]
        own_sum += weight @ values
        own_weight += weight @ answered
    mean = own_sum / own_weight
    # Deviations from each item's own mean, rounded so that whole numbers stay whole and their sums exact.
    middle = np.rint(mean) if answers.whole else mean
    count, weight_sum = np.zeros((p, p)), np.zeros((p, p))
    products, sums, squares = np.zeros((p, p)), np.zeros((p, p)), np.zeros((p, p))
    weight_total, weight_squares, n = 0.0, 0.0, 0
    for rows in _blocks(answers.n, ROWS):
        values, answered = _filled(answers, rows)
        values = (values - middle) * answered
        weight = np.ones(len(values)) if weights is None else weights[rows]
        some = answered.any(axis=1)
        n += int(some.sum())
        weight_total += float(weight[some].sum())
        weight_squares += float((weight[some] ** 2).sum())
        count += answered.T @ answered
        weighted = answered * weight[:, None]
        weight_sum += answered.T @ weighted
        products += values.T @ (values * weight[:, None])
        sums += values.T @ weighted
        squares += (values**2).T @ weighted
    few = np.argwhere(np.triu(count < 3))
    if few.size:
        pair = [answers.items[place] for place in few[0]]
        text = f"Only {int(count[tuple(few[0])])} respondents answered both {pair[0]} and {pair[1]}: too few. "
        raise BadData(text + "Leave one of the two out.", code="too-few", about=pair)
    scatter = products - sums * sums.T / weight_sum
    spread = squares - sums**2 / weight_sum  # of the row's item among those who answered the column's as well
    cov = scatter / weight_sum * count / (count - 1)
    flat = np.argwhere(~(spread > 1e-12 * (1 + squares)))
    if flat.size and not bool((np.diagonal(spread) <= 1e-12).any()):
        pair = [answers.items[place] for place in flat[0]]
        text = f"Those who answered {pair[1]} all gave the same answer to {pair[0]}: no correlation of the two. "
        raise BadData(text + "Leave one of the two out.", code="constant-item", about=pair)
    with np.errstate(invalid="ignore", divide="ignore"):
        cor = scatter / np.sqrt(spread * spread.T)
    np.fill_diagonal(cor, 1.0)
    return Moments(
        items=answers.items,
        n=n,
        mean=mean,
        cov=(cov + cov.T) / 2,
        effective_n=weight_total**2 / weight_squares,
        weighted=weights is not None,
        pair_n=count.astype(np.int64),
        pair_cor=(cor + cor.T) / 2,
    )


def _filled(answers: Answers, rows: slice) -> tuple[Floats, Floats]:
    """A block's answers with 0 for the missing, and 1 or 0 for answered or not."""
    block = answers.data[rows]
    answered = (block != MISSING) if answers.whole else ~np.isnan(block)
    return np.where(answered, block, 0).astype(np.float64), answered.astype(np.float64)


def _has_gaps(answers: Answers) -> bool:
    if answers.whole:
        return bool(answers.data.min() == MISSING)
    return bool(np.isnan(answers.data.sum()))


def _blocks(n: int, step: int) -> Iterator[slice]:
    for start in range(0, n, step):
        yield slice(start, start + step)


def _too_few(n: int, least: int) -> str:
    return f"There are {n} complete answers; at least {least} respondents are needed."
