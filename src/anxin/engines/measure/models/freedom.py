"""From a model's free parameters to the fewest numbers that settle them: shared labels and linear equalities.

Each group's slot values are `C @ x + c` of the vector x that an optimiser moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.errors import BadModel
from anxin.engines.measure.models.expressions import Expression
from anxin.engines.measure.models.parameters import Completed
from anxin.engines.measure.models.structure import Numbers, Structure
from anxin.engines.measure.models.syntax import Relation
from anxin.engines.measure.results import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Freedom:
    """`spread[g] @ x + shift[g]` are group g's slot values. `row_spread @ x + row_shift` are all rows' values (fixed ones
    have a zero row); `names[i]` says what x[i] is; `plain[g]` is the column of x of each slot where that is all there is to it.
    """

    names: tuple[str, ...]
    spread: tuple[Floats, ...]
    shift: tuple[Floats, ...]
    plain: tuple[NDArray[np.int64] | None, ...]
    row_spread: Floats
    row_shift: Floats

    @property
    def count(self) -> int:
        return len(self.names)

    def slots(self, group: int, x: Numbers) -> Numbers:
        """Group `group`'s slot values."""
        plain = self.plain[group]
        return x[plain] if plain is not None else self.spread[group] @ x + self.shift[group]

    def gather(self, group: int, slope: Numbers) -> Numbers:
        """A gradient by slots as one by x."""
        plain = self.plain[group]
        if plain is None:
            return self.spread[group].T @ slope
        if len(plain) == self.count and bool((plain == np.arange(self.count)).all()):
            return slope
        total = np.zeros(self.count, slope.dtype)
        np.add.at(total, plain, slope)
        return total

    def gather_square(self, group: int, matrix: Numbers) -> Numbers:
        """An information matrix by slots as one by x."""
        plain = self.plain[group]
        if plain is not None and len(plain) == self.count and bool((plain == np.arange(self.count)).all()):
            return matrix
        return self.spread[group].T @ matrix @ self.spread[group]


def freedom(completed: Completed, structures: Sequence[Structure], relations: Sequence[Relation]) -> Freedom:
    """Number the free parameters. Raises BadModel for an equality that is not linear or cannot hold."""
    rows = completed.parameters
    fixed_labels = {one.label: one.value for one in rows if one.label and not one.free}
    names: list[str] = []
    column: dict[str, int] = {}
    place = np.full(len(rows), -1)
    shift = np.array([one.value for one in rows])
    for row, one in enumerate(rows):
        if not one.free:
            continue
        if one.label in fixed_labels:
            raise BadModel(
                f"{one.name} is to equal the label {one.label!r}, which is fixed at {fixed_labels[one.label]:g}. Fix both or "
                "neither.",
                code="label-fixed",
                about=[one.name],
            )
        key = one.label or f"{one.name}@{one.group}"
        if key not in column:
            column[key] = len(names)
            names.append(one.name if completed.options.groups == 1 else f"{one.name} (group {one.group + 1})")
        place[row] = column[key]
        shift[row] = 0.0
    basic = np.zeros((len(rows), len(names)))
    basic[place >= 0, place[place >= 0]] = 1.0
    equal = [relation for relation in relations if relation.op == "=="]
    if equal:
        labels = {one.label: int(place[row]) for row, one in enumerate(rows) if one.label and one.free}
        keep, offset, kept = _solve(equal, labels, fixed_labels, len(names))
        shift = shift + basic @ offset
        basic = basic @ keep
        names = [names[index] for index in kept]
    spread, shifts, plain = [], [], []
    for group_structure in structures:
        own = np.array(group_structure.rows, np.int64)
        spread.append(basic[own])
        shifts.append(shift[own])
        lone = (spread[-1] == 1).sum(axis=1) == 1
        simple = bool((lone & ((spread[-1] != 0).sum(axis=1) == 1)).all()) and not shifts[-1].any()
        plain.append(spread[-1].argmax(axis=1).astype(np.int64) if simple and len(own) else None)
    return Freedom(tuple(names), tuple(spread), tuple(shifts), tuple(plain), basic, shift)


def _solve(
    relations: Sequence[Relation], labels: dict[str, int], fixed: dict[str, float], count: int
) -> tuple[Floats, Floats, list[int]]:
    """Basic values as `keep @ x + offset`, x being those basic values (`kept`) that the equalities leave free."""
    left = np.zeros((len(relations), count))
    right = np.zeros(len(relations))
    for row, relation in enumerate(relations):
        left[row], right[row] = _linear(relation, labels, fixed, count)
    kept = list(range(count))
    pivots: list[int] = []
    row = 0
    # Later parameters give way to earlier ones, so that what stays free is what the model names first.
    for column in reversed(range(count)):
        if row == len(left):
            break
        best = row + int(np.abs(left[row:, column]).argmax())
        if abs(left[best, column]) < 1e-12:
            continue
        left[[row, best]], right[[row, best]] = left[[best, row]], right[[best, row]]
        right[row] /= left[row, column]
        left[row] /= left[row, column]
        for other in range(len(left)):
            if other != row and left[other, column] != 0:
                right[other] -= left[other, column] * right[row]
                left[other] -= left[other, column] * left[row]
        pivots.append(column)
        row += 1
    if bool((np.abs(right[row:]) > 1e-12).any()):
        raise BadModel("The equalities (==) contradict one another.", code="contradiction")
    kept = [column for column in kept if column not in pivots]
    keep = np.zeros((count, len(kept)))
    offset = np.zeros(count)
    keep[kept, np.arange(len(kept))] = 1.0
    for line, column in enumerate(pivots):
        keep[column] = -left[line, kept]
        offset[column] = right[line]
    return keep, offset, kept


def _linear(relation: Relation, labels: dict[str, int], fixed: dict[str, float], count: int) -> tuple[Floats, float]:
    """Coefficients and right-hand side of `left == right`."""
    difference = Expression(f"({relation.left}) - ({relation.right})")

    def at(values: Floats) -> float:
        known = {label: values[place] for label, place in labels.items()}
        return float(difference(known | {label: np.float64(value) for label, value in fixed.items()}))

    with np.errstate(invalid="ignore"):  # what is not linear may be infinite somewhere
        constant = at(np.zeros(count))
        slopes = np.array([at(row) - constant for row in np.eye(count)])
        trial = np.linspace(0.3, 1.7, count)
        straight = abs(at(trial) - constant - slopes @ trial) < 1e-9 * (1 + np.abs(slopes).sum())
    if not straight:
        raise BadModel(
            f"The equality {relation.line!r} is not linear in the labels; only linear ones are supported.",
            code="not-linear",
            about=[relation.line],
        )
    return slopes, -constant
