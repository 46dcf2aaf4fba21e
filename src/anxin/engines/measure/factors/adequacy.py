"""Whether correlations are worth factoring: Kaiser–Meyer–Olkin, Bartlett's test of sphericity, determinant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.moments import Missing, moments, positive_definite, standardised, symmetric
from anxin.engines.measure.results import Caution, Floats, Result, Table, number, p_value

WORDS = ((0.9, "marvellous"), (0.8, "meritorious"), (0.7, "middling"), (0.6, "mediocre"), (0.5, "miserable"))


@dataclass(frozen=True, kw_only=True, repr=False)
class Adequacy(Result):
    """`kmo` overall and `item_kmo` (p,) measures of sampling adequacy, in Kaiser's `word`; Bartlett's chi-square on `df` with
    its `p` (not-a-number if n is not known); `determinant` of the correlation matrix."""

    items: tuple[str, ...]
    n: float
    kmo: float
    word: str
    item_kmo: Floats
    chi_square: float
    df: int
    p: float
    determinant: float
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        test = f"chi-square {number(self.chi_square, 1)} on {self.df} df, {p_value(self.p)}"
        return f"KMO {number(self.kmo)} ({self.word}); Bartlett's test: {test}"

    def table(self) -> Table:
        rows = [("all", self.kmo, self.word)]
        rows += [(item, kmo, _word(kmo)) for item, kmo in zip(self.items, self.item_kmo.tolist(), strict=True)]
        return Table.of(["item", "KMO", "in Kaiser's words"], rows, "Sampling adequacy")


def adequacy(source: Any, *, items: Sequence[str] | None = None, missing: Missing = "listwise") -> Adequacy:
    """KMO and Bartlett's test of answers (n, p), from their (weighted) Pearson correlations.

    KMO (Kaiser 1970, 1974): sum r^2 / (sum r^2 + sum q^2) over pairs of items, q the partial correlation given all the
    other items; for one item over its own pairs. Bartlett (1951): -(n - 1 - (2p + 5)/6) log|R|, chi-square on p (p - 1)/2.

    Raises BadData for a constant item, too few respondents, or correlations that have no inverse.
    """
    answers = Answers.of(source, items=items)
    found = moments(answers, missing=missing)
    return _adequacy(found.cor, answers.items, found.test_n, found.cautions)


def adequacy_of(matrix: Any, *, n: float | None = None, items: Sequence[str] | None = None) -> Adequacy:
    """`adequacy` of a covariance or correlation matrix (p, p) from `n` respondents (without n: no test)."""
    given, names = symmetric(matrix, items)
    if n is not None and not n > 3:
        raise BadData(f"n is the number of respondents, more than 3, not {n}.", code="too-few", about=["n"])
    return _adequacy(standardised(given), names, float("nan") if n is None else float(n), ())


def _adequacy(r: Floats, items: tuple[str, ...], n: float, cautions: tuple[Caution, ...]) -> Adequacy:
    p = len(r)
    if p < 2:
        raise BadModel("Adequacy is of two items at least.", code="too-few-items")
    positive_definite(r, items, use="KMO")
    inverse = np.linalg.inv(r)
    scale = 1 / np.sqrt(np.diagonal(inverse))
    own, partial = r**2, (inverse * scale[:, None] * scale[None, :]) ** 2
    np.fill_diagonal(own, 0.0)
    np.fill_diagonal(partial, 0.0)
    whole = float(own.sum() + partial.sum())
    each = own.sum(axis=0) + partial.sum(axis=0)
    # Items that correlate with nothing at all: as if by chance, the middle of the scale.
    kmo = float(own.sum()) / whole if whole > 0 else 0.5
    item_kmo = np.divide(own.sum(axis=0), each, out=np.full(p, 0.5), where=each > 0)
    log_determinant = float(np.linalg.slogdet(r)[1])
    df = p * (p - 1) // 2
    chi_square = -(n - 1 - (2 * p + 5) / 6) * log_determinant
    more = list(cautions)
    low = [item for item, one in zip(items, item_kmo, strict=True) if one < 0.5]
    if kmo < 0.5:
        text = f"A KMO of {number(kmo)} is unacceptable: the items share too little for factor analysis."
        more.append(Caution("kmo-low", text))
    if low:
        text = f"KMO is below .50 for {listed(low)}: leaving them out would make factoring easier."
        more.append(Caution("item-kmo-low", text, tuple(low)))
    if log_determinant < np.log(1e-5):
        text = "The determinant is below 0.00001: some items nearly repeat one another."
        more.append(Caution("collinear", text))
    return Adequacy(
        items=items,
        n=n,
        kmo=kmo,
        word=_word(kmo),
        item_kmo=item_kmo,
        chi_square=chi_square,
        df=df,
        p=float(special.chdtrc(df, max(chi_square, 0.0))) if np.isfinite(chi_square) else float("nan"),
        determinant=float(np.exp(log_determinant)),
        cautions=tuple(more),
    )


def _word(kmo: float) -> str:
    return next((word for least, word in WORDS if kmo >= least), "unacceptable")
