"""Many logistic regressions at once: one per label, all over the same sparse rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit

_Floats = NDArray[np.float32]
_MOST_STEPS = 400


@dataclass(frozen=True)
class Heads:
    """Weights (columns × labels) and intercepts (labels), as logits."""

    weights: _Floats
    intercepts: _Floats

    def logits(self, rows: csr_array) -> _Floats:
        """Rows × labels."""
        return np.asarray(rows @ self.weights, dtype=np.float32) + self.intercepts


def fit(
    rows: csr_array,
    wanted: NDArray[np.bool_],
    losses: _Floats,
    prior: Heads,
    *,
    anchored: NDArray[np.bool_] | None = None,
    tolerance: float = 1e-3,
) -> Heads:
    """The maximum a posteriori heads: logistic losses plus half the squared distance of the weights from the prior's.

    `rows` have length 1 or 0. `wanted` and `losses` are rows × labels; a loss says how much its row counts for its label, 0 that it
    says nothing of it. Where `anchored` (rows × labels), it was learned already and is in the prior: it resists being unlearned, but
    does not pull further. Only columns that occur are moved, so that a small lesson costs little.

    All labels go together by Nesterov's accelerated gradient with the momentum of a strongly convex function (Nesterov 2004,
    2.2.22): the penalty gives the convexity 1, and the greatest eigenvalue of the rows' Gram matrix the Lipschitz constant.
    """
    columns = np.unique(rows.indices)
    places = np.searchsorted(columns, rows.indices).astype(np.int32)
    dense = csr_array((rows.data, places, rows.indptr), shape=(rows.shape[0], len(columns)))
    back = dense.T.tocsr()
    signs = np.where(wanted, 1, -1).astype(np.float32)
    # An intercept is the weight of one more column, as long as the rows' own main direction, so that neither keeps the other's
    # steps small.
    heaviest = losses.max(axis=1, initial=0)
    greatest = max(_greatest_eigenvalue(dense, back, heaviest), 1.0)
    constant = np.float32(np.sqrt(greatest / max(float(heaviest.sum()), 1.0)))

    def slope(margins: _Floats) -> _Floats:
        pulls = -signs * losses * expit(-margins)
        return np.vstack((back @ pulls, constant * pulls.sum(axis=0, keepdims=True)))

    given = signs * (dense @ prior.weights[columns] + prior.intercepts)
    learned = np.zeros((1, 1), dtype=np.float32)
    if anchored is not None:
        learned = slope(np.where(anchored, given, np.float32(np.inf)))
    limit = np.float32(1 + 0.25 * 2 * greatest)
    root = float(np.sqrt(limit))
    momentum = np.float32((root - 1) / (root + 1))
    # What is added to the prior's weights and, last, to its intercepts.
    added = ahead = np.zeros((len(columns) + 1, wanted.shape[1]), dtype=np.float32)
    for _ in range(_MOST_STEPS):
        steep = slope(given + signs * (dense @ ahead[:-1] + constant * ahead[-1])) - learned + ahead
        if np.abs(steep).max(initial=0) < tolerance:
            break
        moved = ahead - steep / limit
        ahead = moved + momentum * (moved - added)
        added = moved
    weights = prior.weights.copy()
    weights[columns] += added[:-1]
    return Heads(weights=weights, intercepts=prior.intercepts + constant * added[-1])


def _greatest_eigenvalue(rows: csr_array, back: csr_array, losses: _Floats) -> float:
    """Of the rows' Gram matrix weighted by the losses, by power iteration; a little too large rather than too small."""
    vector = np.ones(rows.shape[1], dtype=np.float32)
    value = 0.0
    for _ in range(30):
        length = float(np.linalg.norm(vector))
        if length == 0:
            return 0.0
        vector = back @ (losses * (rows @ (vector / length)))
        value = float(np.linalg.norm(vector))
    return 1.05 * value
