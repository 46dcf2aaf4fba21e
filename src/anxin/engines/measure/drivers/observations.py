"""What every driver analysis starts from: complete answers of drivers and outcome, checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.results import Caution, Floats
from anxin.engines.measure.variables import Dimensions, incomplete, variables

SINGULAR = 1e-10  # smallest eigenvalue of a correlation matrix that is still inverted
HIGH_VIF = 5.0
ALIKE = 0.9
SUPPRESSED = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """n complete rows: `data` (n, p + 1) standardised to mean 0 and variance 1, the outcome last; `raw` as answered.

    `weights` are None or sum to n. `correlations` (p + 1, p + 1).
    """

    drivers: tuple[str, ...]
    outcome: str
    raw: Floats
    data: Floats
    weights: Floats | None
    correlations: Floats
    cautions: tuple[Caution, ...]

    @property
    def n(self) -> int:
        return int(self.data.shape[0])


def observations(
    source: Any,
    outcome: str,
    *,
    items: Sequence[str] | None,
    dimensions: Dimensions | None,
    weights: Any,
    missing: Iterable[float],
) -> Observations:
    """Drivers (items and dimensions) and outcome of those who answered all of them."""
    if not isinstance(outcome, str):
        raise BadModel("Name the outcome's column.", code="no-outcome", about=["outcome"])
    named = [*(items or ()), *(dimensions or {})]
    if outcome in named and not isinstance(source, np.ndarray):
        raise BadModel(
            f"{outcome!r} is the outcome and a driver. Leave it out of the drivers.",
            code="outcome-is-driver",
            about=[outcome],
        )
    answers = variables(source, items=items, dimensions=dimensions, also=[outcome], weights=weights, missing=missing)
    drivers = [name for name in answers.items if name != outcome]
    if not drivers:
        raise BadModel("There is no driver. Name items or dimensions.", code="no-drivers")
    answers = answers.select([*drivers, outcome])
    cautions = []
    dropped = incomplete(answers)
    if dropped:
        text = f"{dropped} of {answers.n} respondents with missing answers were left out (listwise)."
        cautions.append(Caution("missing-dropped", text))
    kept = answers.complete()
    p = len(drivers)
    if kept.n < p + 3:
        raise BadData(
            f"{kept.n} respondents answered the outcome and all {p} drivers; it takes at least {p + 3}.",
            code="few-answers",
        )
    if kept.n < 10 * (p + 1):
        text = f"{kept.n} respondents for {p} drivers: fewer than ten a driver, so the weights are unsteady."
        cautions.append(Caution("few-answers", text))
    raw = kept.values
    flat = [name for name, column in zip(kept.items, raw.T, strict=True) if np.ptp(column) == 0]
    if flat:
        raise BadData(
            f"{listed(flat)}: everybody gave the same answer, so it explains nothing and nothing explains it. Leave it out.",
            code="constant",
            about=flat,
        )
    if kept.weights is None:
        shares, scaled = np.full(kept.n, 1 / kept.n), None
    else:
        shares = kept.weights / kept.weights.sum()
        scaled = shares * kept.n
    away = raw - shares @ raw
    data = away / np.sqrt(shares @ np.square(away))
    correlations = (data * shares[:, None]).T @ data
    np.fill_diagonal(correlations, 1.0)
    check_invertible(correlations[:-1, :-1], drivers)
    cautions += correlation_cautions(correlations, drivers)
    return Observations(
        drivers=tuple(drivers),
        outcome=outcome,
        raw=raw,
        data=data,
        weights=scaled,
        correlations=correlations,
        cautions=tuple(cautions),
    )


def check_correlations(correlations: Any, names: Sequence[str] | None) -> tuple[Floats, tuple[str, ...]]:
    """A (p + 1, p + 1) correlation matrix given by the caller, the outcome last, and the drivers' names."""
    matrix = np.array(correlations, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] < 2:
        raise BadData(
            f"A square matrix of the drivers' and, last, the outcome's correlations is wanted; this one is {matrix.shape}.",
            code="not-square",
        )
    p = matrix.shape[0] - 1
    names = [f"driver{place + 1}" for place in range(p)] if names is None else list(names)
    if len(names) != p:
        raise BadModel(f"There are {p} drivers and {len(names)} names.", code="names-length", about=["drivers"])
    ok = (
        np.isfinite(matrix).all()
        and np.allclose(matrix, matrix.T, atol=1e-8)
        and np.allclose(np.diag(matrix), 1, atol=1e-8)
    )
    if not ok:
        raise BadData(
            "This is no correlation matrix: it must be symmetric with ones on the diagonal and without gaps.",
            code="not-correlations",
        )
    matrix = (matrix + matrix.T) / 2
    np.fill_diagonal(matrix, 1.0)
    check_invertible(matrix[:-1, :-1], names)
    if float(np.linalg.eigvalsh(matrix)[0]) < -1e-8:
        raise BadData(
            "The correlation matrix is not positive definite: no answers can have these correlations together. Use listwise "
            "deletion.",
            code="not-positive-definite",
        )
    return matrix, tuple(names)


def check_invertible(matrix: Floats, names: Sequence[str]) -> None:
    roots, vectors = np.linalg.eigh(matrix)
    if roots[0] < -1e-8:
        raise BadData(
            "The drivers' correlation matrix is not positive definite. Use listwise deletion.",
            code="not-positive-definite",
            about=names,
        )
    if roots[0] < SINGULAR:
        about = [name for name, part in zip(names, vectors[:, 0], strict=True) if abs(part) > 1e-4]
        raise BadData(
            f"{listed(about)}: one of these is determined by the others (such as a dimension beside all its items), so "
            "their shares cannot be told apart. Leave one out.",
            code="singular",
            about=about,
        )


def standardised_betas(correlations: Floats) -> Floats:
    return np.asarray(np.linalg.solve(correlations[:-1, :-1], correlations[:-1, -1]))


def inflation(correlations: Floats) -> Floats:
    """Variance inflation factors: the diagonal of the inverse of the drivers' correlations (Marquardt 1970)."""
    return np.asarray(np.diagonal(np.linalg.inv(correlations[:-1, :-1])))


def correlation_cautions(correlations: Floats, names: Sequence[str]) -> list[Caution]:
    """What correlated drivers do to every way of sharing out R²."""
    cautions = []
    high = [name for name, factor in zip(names, inflation(correlations), strict=True) if factor >= HIGH_VIF]
    if high:
        text = (
            f"{listed(high)}: much of what these say the other drivers say too (VIF of {HIGH_VIF:.0f} or more). Their "
            "regression coefficients are unsteady, and any sharing out of R² between them is a convention."
        )
        cautions.append(Caution("correlated-drivers", text, tuple(high)))
    apart = np.argwhere(np.triu(np.abs(correlations[:-1, :-1]) > ALIKE, 1))
    for first, second in apart:
        pair = (names[first], names[second])
        text = (
            f"{pair[0]} and {pair[1]} correlate {correlations[first, second]:.2f}: they split what they share. Merge them "
            "if they mean the same."
        )
        cautions.append(Caution("near-duplicates", text, pair))
    betas, simple = standardised_betas(correlations), correlations[:-1, -1]
    turned = [
        name
        for name, beta, r in zip(names, betas, simple, strict=True)
        if beta * r < 0 and abs(beta) > SUPPRESSED and abs(r) > SUPPRESSED
    ]
    if turned:
        text = (
            f"{listed(turned)}: the sign turns when the other drivers are held constant (suppression). The weight says how "
            "much, not in which direction."
        )
        cautions.append(Caution("suppression", text, tuple(turned)))
    return cautions
