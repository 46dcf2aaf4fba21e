"""How many factors: Horn's parallel analysis, beside Velicer's MAP and eigenvalues above 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel
from anxin.engines.measure.factors.extraction import extract, squared_multiple
from anxin.engines.measure.moments import Missing, moments, standardised, symmetric
from anxin.engines.measure.results import Caution, Floats, Result, Table, number

Simulated = Literal["normal", "permuted"]
Rule = Literal["quantile", "mean"]
Common = Literal["minres", "smc"]


@dataclass(frozen=True, kw_only=True, repr=False)
class ParallelAnalysis(Result):
    """Eigenvalues (p,) beside those of answers without correlation.

    `factors`: how many common-factor eigenvalues, from the first on, exceed the simulated (`common`, of the correlation
    matrix with communalities on its diagonal); `components`: the same of principal components (`eigenvalues`).
    `*_mean` and `*_limit` (p,) are the simulated mean and what had to be exceeded. `map_squared` and `map_fourth` (p - 1,)
    are Velicer's averages after 0, 1, … components, `map_factors` and `map4_factors` where they are least; `kaiser` counts
    eigenvalues above 1.
    """

    items: tuple[str, ...]
    n: float
    factors: int
    components: int
    map_factors: int
    map4_factors: int
    kaiser: int
    eigenvalues: Floats
    eigenvalues_mean: Floats
    eigenvalues_limit: Floats
    common: Floats
    common_mean: Floats
    common_limit: Floats
    map_squared: Floats
    map_fourth: Floats
    simulated: str
    rule: str
    replications: int
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return (
            f"{self.factors} factors, {self.components} components by parallel analysis; MAP {self.map_factors}, "
            f"eigenvalues above 1: {self.kaiser}"
        )

    def table(self) -> Table:
        columns = ["number", "eigenvalue", "simulated", "common", "simulated common", "MAP before"]
        maps = [*self.map_squared.tolist(), None]
        rows = zip(
            range(1, len(self.items) + 1),
            *(self.eigenvalues, self.eigenvalues_limit, self.common, self.common_limit),
            maps,
            strict=True,
        )
        return Table.of(columns, rows, "Parallel analysis")


def parallel_analysis(
    source: Any,
    *,
    items: Sequence[str] | None = None,
    missing: Missing = "listwise",
    simulated: Simulated | None = None,
    correlate: Callable[[Answers], Any] | None = None,
    rule: Rule = "quantile",
    quantile: float = 0.95,
    common: Common = "minres",
    replications: int = 100,
    seed: int = 1,
) -> ParallelAnalysis:
    """Horn's (1965) parallel analysis of answers (n, p).

    Compared with `replications` samples without correlation: "normal" ones (drawn as Wishart matrices, so any n is quick) or
    the answers themselves with each item "permuted" (Buja & Eyuboglu 1992). `correlate` makes correlations (p, p) of answers
    other than Pearson's, such as polychoric; then only permuted answers compare, and it is called for each replication.
    `rule`: an eigenvalue must exceed the `quantile` (Glorfeld 1995) or the "mean" (Horn) of the simulated ones. `common`:
    communalities for common-factor eigenvalues, from one minres factor (as psych's fa.parallel) or squared multiple
    correlations ("smc", Humphreys & Ilgen 1969). MAP: Velicer 1976, and its fourth-power form, Velicer, Eaton & Fava 2000.

    Raises BadData (constant item, fewer respondents than items), BadModel (unknown option).
    """
    answers = Answers.of(source, items=items)
    found = moments(answers, missing=missing)
    simulated = simulated or ("normal" if correlate is None else "permuted")
    _check(simulated, rule, quantile, common, replications)
    r = found.cor
    if correlate is not None:
        if simulated != "permuted":
            text = "With correlations of your own the comparison needs simulated='permuted'."
            raise BadModel(text, code="bad-option", about=["simulated"])
        r = _correlations(correlate, answers)
    rng = np.random.default_rng(seed)
    if simulated == "normal":
        null = _normal(found.p, found.test_n, replications, rng)
    else:
        null = _permuted(
            answers if missing == "pairwise" else answers.complete(), missing, correlate, replications, rng
        )
    options = (simulated, rule, quantile, common)
    return _analyse(r, answers.items, found.test_n, null, *options, cautions=found.cautions)


def parallel_analysis_of(
    matrix: Any,
    *,
    n: float,
    items: Sequence[str] | None = None,
    rule: Rule = "quantile",
    quantile: float = 0.95,
    common: Common = "minres",
    replications: int = 100,
    seed: int = 1,
) -> ParallelAnalysis:
    """`parallel_analysis` of a covariance or correlation matrix (p, p) from `n` respondents, against normal samples."""
    given, names = symmetric(matrix, items)
    _check("normal", rule, quantile, common, replications)
    null = _normal(len(given), n, replications, np.random.default_rng(seed))
    return _analyse(standardised(given), names, n, null, "normal", rule, quantile, common, cautions=())


def average_partials(r: Floats, power: int = 2) -> Floats:
    """Velicer's average of partial correlations to the `power`, (p - 1,): after 0, 1, … p - 2 components are taken out."""
    p = len(r)
    values, vectors = np.linalg.eigh(r)
    loadings = vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0.0))
    found = np.full(p - 1, np.nan)
    rest = r.copy()
    for taken in range(p - 1):
        if taken:
            rest = rest - np.outer(loadings[:, taken - 1], loadings[:, taken - 1])
        variances = np.diagonal(rest)
        if float(variances.min()) < 1e-10:  # an item is used up: its partial correlations are gone
            break
        partial = rest / np.sqrt(np.outer(variances, variances))
        found[taken] = (np.sum(partial**power) - p) / (p * (p - 1))
    return found


def _check(simulated: str, rule: str, quantile: float, common: str, replications: int) -> None:
    for name, value, known in (
        ("simulated", simulated, ("normal", "permuted")),
        ("rule", rule, ("quantile", "mean")),
        ("common", common, ("minres", "smc")),
    ):
        if value not in known:
            text = f"{name} is {' or '.join(map(repr, known))}, not {value!r}."
            raise BadModel(text, code="bad-option", about=[name])
    if not 0 < quantile < 1:
        raise BadModel(f"quantile lies between 0 and 1, not at {quantile}.", code="bad-option", about=["quantile"])
    if replications < 1:
        raise BadModel("At least 1 replication is needed, 100 are usual.", code="bad-option", about=["replications"])


def _analyse(
    r: Floats,
    items: tuple[str, ...],
    n: float,
    null: Floats,
    simulated: str,
    rule: str,
    quantile: float,
    common: Common,
    *,
    cautions: tuple[Caution, ...],
) -> ParallelAnalysis:
    p = len(r)
    if p < 3:
        raise BadModel("Parallel analysis is of three items at least.", code="too-few-items")
    own = np.linalg.eigvalsh(r)[::-1].astype(np.float64)
    own_common = _common_eigenvalues(r[None], common)[0]
    null_own = np.linalg.eigvalsh(null)[:, ::-1]
    null_common = _common_eigenvalues(null, common)
    limits = [
        np.quantile(values, quantile, axis=0) if rule == "quantile" else values.mean(axis=0)
        for values in (null_own, null_common)
    ]
    squared, fourth = average_partials(r, 2), average_partials(r, 4)
    more = list(cautions)
    if len(null) < 20 and rule == "quantile":
        text = f"A quantile of {len(null)} replications is rough: use 100 or more."
        more.append(Caution("few-replications", text))
    return ParallelAnalysis(
        items=items,
        n=float(n),
        factors=_leading(own_common > limits[1]),
        components=_leading(own > limits[0]),
        map_factors=int(np.nanargmin(squared)),
        map4_factors=int(np.nanargmin(fourth)),
        kaiser=int(np.sum(own > 1)),
        eigenvalues=own,
        eigenvalues_mean=null_own.mean(axis=0),
        eigenvalues_limit=limits[0],
        common=own_common,
        common_mean=null_common.mean(axis=0),
        common_limit=limits[1],
        map_squared=squared,
        map_fourth=fourth,
        simulated=simulated,
        rule=f"quantile {number(quantile)}" if rule == "quantile" else "mean",
        replications=len(null),
        cautions=tuple(more),
    )


def _leading(above: Any) -> int:
    """How many are true from the first on."""
    return int(np.argmin(above)) if not bool(np.all(above)) else len(above)


def _normal(p: int, n: float, replications: int, rng: np.random.Generator) -> Floats:
    """Correlation matrices (replications, p, p) of n independent normal answers: Wishart by Bartlett's (1933) triangles."""
    if not n > p:
        text = f"{n:.0f} respondents are not more than the {p} items: eigenvalues say nothing then."
        raise BadData(text, code="too-few", about=["n"])
    roots = np.tril(rng.standard_normal((replications, p, p)), -1)
    places = np.arange(p)
    roots[:, places, places] = np.sqrt(rng.chisquare(n - 1 - places, (replications, p)))
    roots /= np.sqrt(np.sum(roots**2, axis=2, keepdims=True))
    drawn: Floats = roots @ roots.transpose(0, 2, 1)
    return drawn


def _permuted(
    answers: Answers,
    missing: Missing,
    correlate: Callable[[Answers], Any] | None,
    replications: int,
    rng: np.random.Generator,
) -> Floats:
    drawn = []
    for _ in range(replications):
        shuffled = np.stack([rng.permutation(column) for column in answers.data.T], axis=1)
        mixed = replace(answers, data=shuffled)
        drawn.append(moments(mixed, missing=missing).cor if correlate is None else _correlations(correlate, mixed))
    return np.array(drawn)


def _correlations(correlate: Callable[[Answers], Any], answers: Answers) -> Floats:
    return standardised(symmetric(correlate(answers), answers.items)[0])


def _common_eigenvalues(matrices: Floats, common: Common) -> Floats:
    """(m, p) eigenvalues, falling, of correlation matrices (m, p, p) with communalities on the diagonal."""
    reduced = matrices.copy()
    places = np.arange(reduced.shape[1])
    if common == "smc":
        diagonal = np.array([squared_multiple(one) for one in matrices])
    else:
        diagonal = np.array([np.sum(extract(one, 1).loadings ** 2, axis=1) for one in matrices])
    reduced[:, places, places] = diagonal
    return np.asarray(np.linalg.eigvalsh(reduced)[:, ::-1], np.float64)
