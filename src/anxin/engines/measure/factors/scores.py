"""Factor scores: where each respondent stands on the factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.factors.exploratory import EFA
from anxin.engines.measure.moments import moments, positive_definite
from anxin.engines.measure.results import Caution, Floats, Result, Table, number

ScoreMethod = Literal["regression", "bartlett", "tenberge"]


@dataclass(frozen=True, kw_only=True, repr=False)
class FactorScores(Result):
    """Scores (n, k), not-a-number for respondents who left an item out; scores = standardised answers times `weights` (p, k).

    `validity` (k,) is each score's correlation with its factor (its square is the factor's determinacy), `correlations`
    (k, k) are those of the scores among themselves.
    """

    factors: tuple[str, ...]
    method: str
    scores: Floats
    weights: Floats
    validity: Floats
    correlations: Floats
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        least = int(np.argmin(self.validity))
        return f"{self.method} scores, validity from {number(float(self.validity[least]))} ({self.factors[least]})"

    def table(self) -> Table:
        rows = zip(self.factors, self.validity, self.validity**2, strict=True)
        return Table.of(["factor", "validity", "determinacy"], rows, f"Scores by {self.method}")


def factor_scores(solution: EFA, source: Any, method: ScoreMethod = "regression") -> FactorScores:
    """Score respondents on the factors of `solution`; answers need its items.

    "regression" (Thurstone 1935: R^-1 S, closest to the factors), "bartlett" (1937: U^-2 L (L' U^-2 L)^-1, unbiased),
    "tenberge" (ten Berge, Krijnen, Wansbeek & Shapiro 1999: scores correlated as the factors are). Answers are standardised by
    the means and deviations of those that were factored, or by their own where only a matrix was.

    Raises BadModel for an unknown method and for Bartlett scores of a Heywood case, BadData for a matrix without inverse.
    """
    answers = Answers.of(source).select(solution.items)
    if solution.mean is None or solution.sd is None:
        own = moments(answers)
        mean, sd = own.mean, own.sd
    else:
        mean, sd = solution.mean, solution.sd
    weights = score_weights(solution, method)
    spread = np.sqrt(np.einsum("ij,ik,kj->j", weights, solution.r, weights))
    scores = ((answers.values - mean) / sd) @ weights
    gaps = int(np.isnan(scores[:, 0]).sum())
    cautions = []
    if gaps == len(scores):
        raise BadData("No respondent answered all the items, so nobody can be scored.", code="too-few")
    if gaps:
        text = f"{gaps} of {len(scores)} respondents have no scores because an answer is missing."
        cautions.append(Caution("dropped", text))
    return FactorScores(
        factors=solution.factors,
        method=method,
        scores=scores,
        weights=weights,
        validity=np.einsum("ij,ij->j", weights, solution.structure) / spread,
        correlations=weights.T @ solution.r @ weights / np.outer(spread, spread),
        cautions=tuple(cautions),
    )


def score_weights(solution: EFA, method: ScoreMethod = "regression") -> Floats:
    """Weights (p, k) of standardised answers, by the methods of `factor_scores`."""
    if method not in ("regression", "bartlett", "tenberge"):
        text = f"Scores are made by 'regression', 'bartlett' or 'tenberge', not {method!r}."
        raise BadModel(text, code="bad-option", about=["method"])
    positive_definite(solution.r, solution.items, use="factor score")
    pattern, phi = solution.pattern, solution.phi
    left = np.linalg.eigvalsh(pattern.T @ pattern)
    if left[0] < 1e-9 * left[-1]:
        text = f"The answers carry fewer than {len(solution.factors)} factors, so nobody can be scored on them all."
        raise BadModel(text + " Ask for fewer factors.", code="empty-factor", about=solution.factors)
    if method == "regression":
        return np.asarray(np.linalg.solve(solution.r, solution.structure), np.float64)
    if method == "bartlett":
        none = [item for item, u2 in zip(solution.items, solution.uniquenesses, strict=True) if u2 <= 1e-6]
        if none:
            text = f"Bartlett scores need uniquenesses above 0, and {listed(none)} has none (a Heywood case)."
            raise BadModel(text + " Use 'regression'.", code="heywood", about=none)
        weighted = pattern / solution.uniquenesses[:, None]
        return np.asarray(weighted @ np.linalg.inv(pattern.T @ weighted), np.float64)
    half = _power(phi, 0.5)
    root = _power(solution.r, -0.5)
    turned = pattern @ half
    inner = _power(turned.T @ np.linalg.solve(solution.r, turned), -0.5)
    return np.asarray(root @ (root @ turned @ inner) @ half, np.float64)


def _power(matrix: Floats, power: float) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    powered: Floats = (vectors * values**power) @ vectors.T
    return powered
