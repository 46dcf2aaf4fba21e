"""Whether two sides gave the same numbers.

A side's numbers have names "kind:name" or "kind" (a list): `est` and `se` of parameters, `fit` indices, `draw:i` estimates
in our i-th bootstrap sample, `error` a bootstrap's standard error, from draws of each side's own; `r` correlations, `pattern`,
`phi`, `h2` of a factor analysis, whose factors come in any order and sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure.works import Near

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Agreement:
    """How many numbers were compared, the largest difference, and where one was larger than allowed."""

    count: int
    largest: float
    wrong: str = ""

    @property
    def good(self) -> bool:
        return not self.wrong and self.count > 0


def compare(ours: dict[str, Any], theirs: dict[str, Any], near: Near) -> Agreement:
    """All numbers that both sides gave, of the kinds in `near`."""
    if "pattern" in theirs:
        theirs = arranged(theirs, np.reshape(ours["pattern"], (-1, 5)))
    own = {_canonical(name): value for name, value in ours.items()}
    count, largest, excess, wrong = 0, 0.0, 1.0, ""
    for name, value in theirs.items():
        absolute, relative = near.get(name.split(":")[0], (np.inf, 0.0))
        if _canonical(name) not in own or not np.isfinite(absolute):
            continue
        a, b = (np.asarray(one, float).ravel() for one in (own[_canonical(name)], value))
        if a.shape != b.shape:
            return Agreement(count, largest, f"{name}: ours are {a.size} numbers, theirs {b.size}")
        off = np.abs(a - b)
        count += a.size
        largest = max(largest, float(off.max()))
        over = off / (absolute + relative * np.abs(b))
        worst = int(np.argmax(np.where(np.isfinite(over), over, np.inf)))
        if not over[worst] <= excess:
            excess, wrong = float(over[worst]), f"{name}: ours {a[worst]:.8g}, theirs {b[worst]:.8g}"
    return Agreement(count, largest, wrong if wrong else "" if count else "no number in common")


def _canonical(name: str) -> str:
    """Covariances go by either order of their variables."""
    kind, _, parameter = name.rpartition(":")
    left, covary, right = parameter.partition("~~")
    return f"{kind}:{'~~'.join(sorted((left, right)))}" if covary else name


def arranged(found: dict[str, Any], like: Floats) -> dict[str, Any]:
    """Factors in the order and with the signs that bring the pattern nearest to another."""
    pattern = np.reshape(found["pattern"], like.shape)
    inner = like.T @ pattern
    order = np.abs(inner).argmax(axis=1)
    signs = np.sign(inner[np.arange(len(order)), order])
    result = found | {"pattern": pattern[:, order] * signs}
    if "phi" in found:
        phi = np.reshape(found["phi"], inner.shape)[np.ix_(order, order)]
        result["phi"] = phi * np.outer(signs, signs)
    return result
