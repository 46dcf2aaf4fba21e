"""Reaching a minimum from more than one start, where the first leads nowhere.

With weak items and few respondents the likelihood has several valleys, and some of them run off to infinity: the marker's
loading goes to zero, so the others' grow without end. Begun elsewhere, the same model often has a minimum to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from anxin.engines.measure.models.parameters import Completed
from anxin.engines.measure.models.scoring import Minimum, Problem, minimise
from anxin.engines.measure.results import Floats

_FIRST_STEPS, _OTHER_STEPS, _LAST_STEPS = 100, 60, 200
_FEW_STEPS = 15  # a minimum found in so few lies in no flat valley
_DOUBTFUL = 1e-4  # of the information's smallest eigenvalue, scaled: ordinary models have 1e-3 and more
_SINGULAR = 1e-9


def reach(problem: Problem, rows: Floats, others: Iterator[Floats], solved: Callable[[Floats], Floats]) -> Minimum:
    """The minimum from the starting `rows`; where that is none, or hardly tells its parameters apart, the best of `others` too.

    `solved` turns rows of the parameter table into what the optimiser moves.
    """
    best = minimise(problem, solved(rows), steps=_FIRST_STEPS)
    if best.converged and (best.steps <= _FEW_STEPS or _least(best) > _DOUBTFUL):
        return best
    for other in others:
        found = minimise(problem, solved(other), steps=_OTHER_STEPS)
        if _rank(found) < _rank(best):
            best = found
    return best if best.converged else minimise(problem, best.x, steps=_LAST_STEPS)


def _rank(found: Minimum) -> tuple[bool, bool, float]:
    """Least for a minimum that tells its parameters apart, and among equals for the lower one (to ten digits)."""
    if not found.converged:
        return True, True, found.value
    return False, _least(found) < _SINGULAR, round(found.value, 10)


def _least(found: Minimum) -> float:
    """The smallest eigenvalue of the information matrix in units of its diagonal."""
    if not len(found.x):
        return 1.0
    size = np.sqrt(np.maximum(found.information.diagonal(), 0.0))
    if not bool((size > 0).all()):
        return 0.0
    return float(np.linalg.eigvalsh(found.information / np.outer(size, size))[0])


def other_rows(
    rows: Floats, completed: Completed, names: tuple[str, ...], moments: Sequence[tuple[Floats, Floats]]
) -> Iterator[Floats]:
    """Other starting values: items alike and factors unrelated, at two strengths; then loadings by instrumental variables."""
    for common, error, instruments in ((0.36, 0.64, False), (0.05, 0.5, False), (0.3, 0.5, True)):
        changed = rows.copy()
        for row, one in enumerate(completed.parameters):
            if not one.free or one.start is not None:
                continue
            cov = moments[one.group][1]
            at = {name: place for place, name in enumerate(names)}
            own = completed.variables.indicators.get(one.lhs, ())
            if one.op == "=~" and set(own) <= set(names):
                places = [at[name] for name in own]
                first, item = places[0], at[one.rhs]
                unit = float(np.copysign(np.sqrt(cov[item, item] / cov[first, first]), rows[row]))
                changed[row] = _by_instruments(cov, first, item, places, unit) if instruments else unit
                if completed.options.std_lv:
                    changed[row] *= np.sqrt(common * cov[first, first])
            elif one.op == "~~" and one.lhs != one.rhs and {one.lhs, one.rhs} <= set(completed.variables.latents):
                changed[row] = 0.0
            elif one.op == "~~" and one.lhs == one.rhs and own and own[0] in at:
                changed[row] = common * cov[at[own[0]], at[own[0]]]
            elif one.op == "~~" and one.lhs == one.rhs and one.lhs in at and not completed.options.ordinal:
                changed[row] = error * cov[at[one.lhs], at[one.lhs]]
        yield changed


def _by_instruments(cov: Floats, first: int, item: int, own: Sequence[int], unit: float) -> float:
    """The item regressed on the first one with the factor's other items as instruments (FABIN 3, Hägglund 1982).

    `unit` is the loading of an item like the first, taken where there are no instruments.
    """
    others = [place for place in own if place not in (first, item)]
    if not others or first == item:
        return unit
    through = np.linalg.lstsq(cov[np.ix_(others, others)], cov[np.ix_(others, [first, item])], rcond=None)[0]
    bottom = float(cov[first, others] @ through[:, 0])
    most = 5 * abs(unit)
    return float(np.clip(cov[first, others] @ through[:, 1] / bottom, -most, most)) if bottom > 0 else unit
