"""Rules by which a control chart gives a signal: Nelson 1984, and those of the Western Electric handbook 1956.

All look at z, the distance from the centre in standard deviations; NaN breaks a run. A signal is marked at the point that
completes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from anxin.engines.results import Floats

Marks = NDArray[np.bool_]


def beyond(z: Floats, limit: float = 3.0) -> Marks:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(z) > limit)


def run_on_one_side(z: Floats, length: int = 9) -> Marks:
    return _runs(z, length, lambda part: bool((part > 0).all() or (part < 0).all()))


def trend(z: Floats, length: int = 6) -> Marks:
    return _runs(z, length, lambda part: bool((np.diff(part) > 0).all() or (np.diff(part) < 0).all()))


def alternating(z: Floats, length: int = 14) -> Marks:
    def holds(part: Floats) -> bool:
        steps = np.sign(np.diff(part))
        return bool((steps != 0).all() and (steps[1:] == -steps[:-1]).all())

    return _runs(z, length, holds)


def most_beyond(z: Floats, *, of: int, least: int, limit: float) -> Marks:
    """`least` of `of` points beyond `limit` on the same side; the last point is one of them."""

    def holds(part: Floats) -> bool:
        return any(side[-1] > limit and int((side > limit).sum()) >= least for side in (part, -part))

    return _runs(z, of, holds)


def hugging(z: Floats, length: int = 15) -> Marks:
    return _runs(z, length, lambda part: bool((np.abs(part) < 1).all()))


def avoiding(z: Floats, length: int = 8) -> Marks:
    return _runs(z, length, lambda part: bool((np.abs(part) > 1).all() and (part > 0).any() and (part < 0).any()))


def _runs(z: Floats, length: int, holds: Callable[[Floats], bool]) -> Marks:
    marks = np.zeros(len(z), bool)
    for end in range(length, len(z) + 1):
        part = z[end - length : end]
        marks[end - 1] = bool(np.isfinite(part).all()) and holds(part)
    return marks


RULES: Final[dict[str, Callable[[Floats], Marks]]] = {
    "nelson_1": beyond,
    "nelson_2": run_on_one_side,
    "nelson_3": trend,
    "nelson_4": alternating,
    "nelson_5": lambda z: most_beyond(z, of=3, least=2, limit=2),
    "nelson_6": lambda z: most_beyond(z, of=5, least=4, limit=1),
    "nelson_7": hugging,
    "nelson_8": avoiding,
    "western_1": beyond,
    "western_2": lambda z: most_beyond(z, of=3, least=2, limit=2),
    "western_3": lambda z: most_beyond(z, of=5, least=4, limit=1),
    "western_4": lambda z: run_on_one_side(z, 8),
}
NELSON: Final = tuple(f"nelson_{number}" for number in range(1, 9))
WESTERN_ELECTRIC: Final = tuple(f"western_{number}" for number in range(1, 5))
USUAL: Final = ("nelson_1", "nelson_2", "nelson_3", "nelson_5")
"""What boards use: all eight at once give a false alarm every few dozen points."""


def signals(z: Floats, rules: Sequence[str] = USUAL) -> tuple[tuple[str, ...], ...]:
    """Per point the rules that it completes. Raises KeyError for a rule that is not there."""
    found = {name: RULES[name](np.asarray(z, np.float64)) for name in rules}
    return tuple(tuple(name for name, marks in found.items() if marks[place]) for place in range(len(z)))
