"""From logits to probabilities that mean what they say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

_Floats = NDArray[np.float32]
# Where a label has few examples, its logits are stretched as is usual here: one and a half times.
_USUAL_SLOPE = 1.5
_SLOPE_PULL, _SHIFT_PULL = 4.0, 0.1


@dataclass(frozen=True)
class Calibration:
    """Slopes and shifts, languages (Chinese, English) × labels: probability = σ(slope · logit + shift), after Platt (1999)."""

    slopes: _Floats
    shifts: _Floats

    def probabilities(self, logits: _Floats, english: NDArray[np.bool_]) -> _Floats:
        """Rows × labels; `english` says for each row whether it is read as English."""
        language = english.astype(np.intp)
        return np.asarray(expit(self.slopes[language] * logits + self.shifts[language]), dtype=np.float32)


def plain(labels: int) -> Calibration:
    return Calibration(np.full((2, labels), _USUAL_SLOPE, np.float32), np.zeros((2, labels), np.float32))


def calibrated(logits: _Floats, wanted: NDArray[np.bool_], english: NDArray[np.bool_]) -> Calibration:
    """From logits of texts that the heads have not seen."""
    fitted = plain(wanted.shape[1])
    for language in (0, 1):
        of_it = english == bool(language)
        for label in range(wanted.shape[1]):
            slope, shift = _platt(logits[of_it, label].astype(float), wanted[of_it, label])
            fitted.slopes[language, label], fitted.shifts[language, label] = slope, shift
    return fitted


def _platt(logits: NDArray[np.float64], wanted: NDArray[np.bool_]) -> tuple[float, float]:
    # Platt's targets are a little inside 0 and 1, so that a clean separation does not run away.
    positive = int(wanted.sum())
    targets = np.where(wanted, (positive + 1) / (positive + 2), 1 / (len(wanted) - positive + 2))

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slope, shift = parameters
        z = slope * logits + shift
        error = expit(z) - targets
        value = np.sum(np.logaddexp(0, z) - targets * z)
        value += 0.5 * _SLOPE_PULL * (slope - _USUAL_SLOPE) ** 2 + 0.5 * _SHIFT_PULL * shift**2
        slopes = [error @ logits + _SLOPE_PULL * (slope - _USUAL_SLOPE), error.sum() + _SHIFT_PULL * shift]
        return float(value), np.array(slopes)

    slope, shift = minimize(loss, np.array([_USUAL_SLOPE, 0.0]), jac=True, method="BFGS").x
    return float(slope), float(shift)
