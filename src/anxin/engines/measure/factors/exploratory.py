"""Exploratory factor analysis: factors extracted, rotated, put in order, with their fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, listed
from anxin.engines.measure.factors.extraction import LOWEST, METHODS, Method, degrees, extract
from anxin.engines.measure.factors.fit import Fit, fit
from anxin.engines.measure.factors.rotation import Rotation, rotate
from anxin.engines.measure.moments import Missing, moments, positive_definite, standardised, symmetric
from anxin.engines.measure.results import Caution, Floats, Result, Table, number

SALIENT = 0.30


@dataclass(frozen=True, kw_only=True, repr=False)
class EFA(Result):
    """Exploratory factor analysis of p items into k factors.

    `pattern` (p, k), `structure` (p, k), `phi` (k, k): see `Rotation`, which also says the order and signs of factors.
    `communalities` (p,) = diag(L Phi L'), `uniquenesses` 1 less these, `complexity` (p,) Hofmann's (1978) number of
    factors an item needs. `ss_loadings` (k,) = diag(Phi L' L), `proportion` its share of the p items' variance.
    `eigenvalues` (p,) of the correlations `r` (p, p); `residuals` = r - L Phi L', with the uniquenesses on the diagonal.
    `n` is what tests count on, not-a-number if not known. `mean` and `sd` (p,) are the items', for scoring.
    """

    items: tuple[str, ...]
    factors: tuple[str, ...]
    n: float
    method: str
    rotation: Rotation
    pattern: Floats
    structure: Floats
    phi: Floats
    communalities: Floats
    uniquenesses: Floats
    complexity: Floats
    ss_loadings: Floats
    proportion: Floats
    eigenvalues: Floats
    r: Floats
    residuals: Floats
    fit: Fit
    converged: bool
    mean: Floats | None = field(default=None)
    sd: Floats | None = field(default=None)
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        k, turned = len(self.factors), self.rotation.method
        return (
            f"{k} factor{'s' * (k > 1)} of {len(self.items)} items, {METHODS[self.method]}"
            f"{', ' + turned if turned != 'none' else ''}: {number(100 * float(self.proportion.sum()), 1)} % of variance, "
            f"RMSR {number(self.fit.rmsr)}"
        )

    def table(self) -> Table:
        """Pattern loadings, communality, uniqueness and complexity, items in their given order."""
        return self._loadings(range(len(self.items)))

    def sorted_table(self) -> Table:
        """The same with items under the factor they load on most, the strongest first."""
        home = np.argmax(np.abs(self.pattern), axis=1)
        size = np.max(np.abs(self.pattern), axis=1)
        return self._loadings(np.lexsort((-size, home)).tolist())

    def variance_table(self) -> Table:
        share = self.ss_loadings / self.ss_loadings.sum()
        rows = zip(self.factors, self.ss_loadings, self.proportion, np.cumsum(self.proportion), share, strict=True)
        return Table.of(["factor", "SS loadings", "of variance", "cumulative", "of common"], rows, "Variance explained")

    def _loadings(self, order: Sequence[int]) -> Table:
        columns = ["item", *self.factors, "h2", "u2", "complexity"]
        rows = [
            (self.items[i], *self.pattern[i], self.communalities[i], self.uniquenesses[i], self.complexity[i])
            for i in order
        ]
        return Table.of(columns, rows, "Pattern loadings" if self.rotation.oblique else "Loadings")


def efa(
    source: Any,
    factors: int,
    *,
    items: Sequence[str] | None = None,
    r: Any = None,
    method: Method = "minres",
    rotation: str = "oblimin",
    missing: Missing = "listwise",
    **options: Any,
) -> EFA:
    """Exploratory factor analysis of answers (n, p).

    Of Pearson correlations, weighted if the answers are, or of `r` (p, p), such as their polychoric correlations; the
    answers then only count the respondents and give means and deviations for scores. `method`: see `extract`; `rotation` and
    `options` (kaiser, gamma, epsilon, power, starts, seed, exact): see `rotate`. Loadings agree with R's psych::fa
    (minres, ml) and factanal to 1e-5.

    Raises BadData (constant item, too few respondents, `ml` of a matrix that is not positive definite), BadModel (unknown
    option), NotIdentified (too many factors).
    """
    answers = Answers.of(source, items=items)
    found = moments(answers, missing=missing)
    cautions = list(found.cautions)
    if r is None:
        cor = found.cor
    else:
        given, _ = symmetric(r, answers.items)
        cor = standardised(given)
        text = "The chi-square and what is made of it take the given correlations for Pearson's of normal answers."
        cautions.append(Caution("given-correlations", text + " Of polychoric ones they are approximate."))
    result = (cor, answers.items, factors, method, rotation, found.test_n, options)
    return _efa(*result, cautions=cautions, mean=found.mean, sd=found.sd)


def efa_of(
    matrix: Any,
    factors: int,
    *,
    n: float | None = None,
    items: Sequence[str] | None = None,
    method: Method = "minres",
    rotation: str = "oblimin",
    **options: Any,
) -> EFA:
    """`efa` of a covariance or correlation matrix (p, p) of any kind from `n` respondents (without n: no tests)."""
    given, names = symmetric(matrix, items)
    if n is not None and not n > 3:
        raise BadData(f"n is the number of respondents, more than 3, not {n}.", code="too-few", about=["n"])
    return _efa(standardised(given), names, factors, method, rotation, n, options, cautions=[])


def _efa(
    r: Floats,
    items: tuple[str, ...],
    factors: int,
    method: Method,
    rotation: str,
    n: float | None,
    options: dict[str, Any],
    *,
    cautions: list[Caution],
    mean: Floats | None = None,
    sd: Floats | None = None,
) -> EFA:
    if method == "ml":
        positive_definite(r, items, use="maximum likelihood solution")
    found = extract(r, factors, method)
    turned = rotate(found.loadings, rotation, **options)
    pattern, phi = turned.pattern, turned.phi
    reproduced = pattern @ phi @ pattern.T
    communalities = np.diagonal(reproduced).copy()
    p, k = pattern.shape
    names = tuple(f"F{place + 1}" for place in range(k))
    squares = pattern**2
    sizes = np.einsum("ik,kl,il->k", pattern, phi, pattern)
    fitted = fit(r, reproduced, degrees(p, k), k, n)
    if not found.converged:
        text = "The extraction of factors did not converge: do not rely on these loadings."
        cautions.append(Caution("not-converged", text))
    heywood = [items[i] for i in range(p) if communalities[i] > 1 - LOWEST - 1e-9 or found.uniquenesses[i] <= LOWEST]
    if heywood:
        text = (
            f"Heywood case: the factors explain all, or more than all, of {listed(heywood)}. There may be too many factors, "
            "too few respondents or two items that say the same."
        )
        cautions.append(Caution("heywood", text, tuple(heywood)))
    thin = [names[j] for j in range(k) if int(np.sum(np.abs(pattern[:, j]) >= SALIENT)) < 3]
    if thin and k > 1:
        text = (
            f"Fewer than three items load {SALIENT:.2f} or more on {listed(thin)}: perhaps there are too many factors."
        )
        cautions.append(Caution("thin-factor", text, tuple(thin)))
    if n is not None and n < 5 * p:
        text = f"{n:.0f} respondents for {p} items are fewer than five to an item: loadings are uncertain."
        cautions.append(Caution("few-for-items", text))
    with np.errstate(invalid="ignore", divide="ignore"):
        complexity = squares.sum(axis=1) ** 2 / (squares**2).sum(axis=1)
    return EFA(
        items=items,
        factors=names,
        n=float("nan") if n is None else float(n),
        method=method,
        rotation=turned,
        pattern=pattern,
        structure=turned.structure,
        phi=phi,
        communalities=communalities,
        uniquenesses=1 - communalities,
        complexity=complexity,
        ss_loadings=sizes,
        proportion=sizes / p,
        eigenvalues=np.linalg.eigvalsh(r)[::-1].astype(np.float64),
        r=r,
        residuals=r - reproduced,
        fit=fitted,
        converged=found.converged and turned.converged,
        mean=mean,
        sd=sd,
        cautions=(*cautions, *turned.cautions, *fitted.cautions),
    )
