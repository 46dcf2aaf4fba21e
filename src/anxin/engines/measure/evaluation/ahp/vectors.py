"""Weights from judgement matrices, for one matrix or a stack of them: (..., n, n) to (..., n)."""

from __future__ import annotations

import numpy as np

from anxin.engines.measure.results import Floats


def harker(matrices: Floats) -> Floats:
    """Harker's matrix: missing judgements become 0, and each adds 1 to the diagonal of its row.

    Its principal eigenvector is that of the matrix in which every missing a_ij is w_i / w_j (Harker 1987, "Incomplete
    pairwise comparisons in the analytic hierarchy process", Mathematical Modelling 9). Without gaps it is the matrix
    itself.
    """
    gaps = np.isnan(matrices)
    filled = np.where(gaps, 0.0, matrices)
    at = np.arange(matrices.shape[-1])
    filled[..., at, at] = 1.0 + gaps.sum(axis=-1)
    return filled


def principal(matrices: Floats) -> tuple[Floats, Floats]:
    """Principal eigenvector, scaled to sum 1, and lambda_max (Saaty 1980). Gaps (NaN) by Harker's method.

    The graph of judgements must be connected: then the matrix is irreducible, and by Perron and Frobenius its
    eigenvalue of greatest real part is real and simple, its vector positive.
    """
    values, vectors = np.linalg.eig(harker(matrices))
    place = np.argmax(values.real, axis=-1)
    lambda_max = np.take_along_axis(values.real, place[..., None], axis=-1)[..., 0]
    vector = np.abs(np.take_along_axis(vectors, place[..., None, None], axis=-1)[..., 0].real)
    return vector / vector.sum(axis=-1, keepdims=True), lambda_max


def log_least_squares(matrices: Floats) -> Floats:
    """Weights that minimise the sum over judged pairs of (log a_ij - log w_i + log w_j)^2, scaled to sum 1.

    For a complete matrix these are the geometric means of the rows (Crawford & Williams 1985, "A note on the analysis
    of subjective judgment matrices", Journal of Mathematical Psychology 29); with gaps they solve L log w = r, where L
    is the Laplacian of the graph of judgements and r_i the sum of row i's log a_ij (Bozóki, Fülöp & Rónyai 2010). The
    graph must be connected.
    """
    n = matrices.shape[-1]
    judged = ~np.isnan(matrices)
    sums = np.where(judged, np.log(np.where(judged, matrices, 1.0)), 0.0).sum(axis=-1)
    laplacian = -judged.astype(np.float64)
    at = np.arange(n)
    laplacian[..., at, at] = judged.sum(axis=-1) - 1.0
    # The ones choose, among the solutions that differ by a constant, the one whose logarithms sum to 0.
    logs = np.linalg.solve(laplacian + 1.0 / n, sums[..., None])[..., 0]
    weights = np.exp(logs - logs.max(axis=-1, keepdims=True))
    scaled: Floats = weights / weights.sum(axis=-1, keepdims=True)
    return scaled


def normalised_columns(matrices: Floats) -> Floats:
    """Row means of the matrix whose columns were scaled to sum 1 (Saaty 1980's approximation; 和积法). Complete only."""
    weights: Floats = (matrices / matrices.sum(axis=-2, keepdims=True)).mean(axis=-1)
    return weights


def errors_of(matrices: Floats, weights: Floats) -> Floats:
    """e_ij = a_ij w_j / w_i: 1 where a judgement agrees with the weights, NaN where there is none."""
    errors: Floats = matrices * weights[..., None, :] / weights[..., :, None]
    return errors


def geometric_consistency(matrices: Floats) -> Floats:
    """The geometric consistency index: sum over judged pairs of log^2 e_ij, divided by judgements - (n - 1).

    For a complete matrix 2 / ((n-1)(n-2)) * sum over i < j of log^2 e_ij (Crawford & Williams 1985; Aguarón &
    Moreno-Jiménez 2003, "The geometric consistency index: approximated thresholds", EJOR 147), e_ij from the
    logarithmic least squares weights. 0 where no judgement could contradict another.
    """
    n = matrices.shape[-1]
    squares = np.log(errors_of(matrices, log_least_squares(matrices))) ** 2
    free = np.triu(~np.isnan(matrices), 1).sum(axis=(-2, -1)) - (n - 1)
    total = np.nansum(np.triu(squares, 1), axis=(-2, -1))
    index: Floats = np.where(free > 0, total / np.maximum(free, 1), 0.0)
    return index
