"""Which judgements contradict the others most, and what would fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anxin.engines.measure.evaluation.ahp.consistency import consistency_index, consistency_ratio, ri_for
from anxin.engines.measure.evaluation.ahp.judgements import SAATY_SCALE, Judgements, linked_parts
from anxin.engines.measure.evaluation.ahp.priorities import Method, Priorities, priorities
from anxin.engines.measure.evaluation.ahp.vectors import errors_of, log_least_squares, principal
from anxin.engines.measure.results import Caution, Floats, Result, Table, number

_AGREES = 1e-9  # |log e| below which a judgement agrees with the weights, but for rounding


@dataclass(frozen=True, kw_only=True, repr=False)
class Inconsistency(Result):
    """One judgement that does not fit: `first` against `second` was judged `judged`.

    `error` is e_ij = a_ij w_j / w_i (1 fits). `consistent` is w_i / w_j, the value that agrees with the present
    weights; `by_others` is the value that all other judgements imply (None if only this one links the two), `on_scale`
    the nearest to it on Saaty's scale, and `cr_after` the consistency ratio once the judgement is changed to
    `by_others`.
    """

    first: str
    second: str
    judged: float
    error: float
    consistent: float
    by_others: float | None
    on_scale: float | None
    cr_after: float | None

    def headline(self) -> str:
        fit = "" if self.by_others is None else f"; the other judgements say {number(self.by_others)}"
        return f"{self.first} against {self.second} was judged {number(self.judged)}{fit}"

    def table(self) -> Table:
        return Table.of(_COLUMNS, [_row(self)])


@dataclass(frozen=True, kw_only=True, repr=False)
class Inconsistencies(Result):
    """The judgements that fit least, worst first, and the whole matrix of errors e_ij (NaN where not judged)."""

    priorities: Priorities
    errors: Floats
    worst: tuple[Inconsistency, ...]
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        if not self.worst:
            return "every judgement agrees with the others"
        return f"CR {number(self.priorities.cr)}; {self.worst[0].headline()}"

    def table(self) -> Table:
        return Table.of(_COLUMNS, [_row(one) for one in self.worst], self.headline())


_COLUMNS = ("judgement", "judged", "error", "by weights", "by the others", "on the scale", "CR then")


def _row(one: Inconsistency) -> list[str | float | None]:
    pair = f"{one.first} / {one.second}"
    return [pair, one.judged, one.error, one.consistent, one.by_others, one.on_scale, one.cr_after]


def inconsistencies(
    source: Any,
    *,
    names: Sequence[str] | None = None,
    method: Method = "eigenvector",
    ri_table: str = "saaty",
    most: int | None = 3,
    seed: int = 0,
) -> Inconsistencies:
    """The `most` judgements (None: all) that contradict the others, by the size of e_ij = a_ij w_j / w_i.

    The error and the replacement by what the other judgements imply follow Saaty 2003 ("Decision-making with the AHP:
    why is the principal eigenvector necessary", EJOR 145), who takes the implied value from Harker's matrix without
    that judgement (Harker 1987). By the geometric mean it comes from logarithmic least squares without it. Judgements
    that fit are not listed. Options and errors as in `priorities`.

    A suggestion is a question to the judge, not a correction to be made for them.
    """
    judgements = Judgements.of(source, names)
    weighed = priorities(judgements, method=method, ri_table=ri_table, seed=seed)
    errors = errors_of(judgements.matrix, weighed.weights)
    size = np.triu(np.abs(np.log(np.where(np.isnan(errors), 1.0, errors))), 1)
    order = [
        (i, j) for i, j in zip(*np.unravel_index(np.argsort(-size, axis=None, kind="stable"), size.shape), strict=True)
    ]
    chosen = [(int(i), int(j)) for i, j in order if size[i, j] > _AGREES][:most]
    ri = ri_for(judgements.judged, ri_table, seed=seed)
    worst = tuple(_examined(judgements, weighed, float(errors[i, j]), i, j, ri) for i, j in chosen)
    return Inconsistencies(priorities=weighed, errors=errors, worst=worst, cautions=weighed.cautions)


def _examined(judgements: Judgements, weighed: Priorities, error: float, i: int, j: int, ri: float) -> Inconsistency:
    weights, matrix = weighed.weights, judgements.matrix
    implied = _implied(matrix, i, j, weighed.method)
    cr_after = None
    if implied is not None:
        changed = matrix.copy()
        changed[i, j], changed[j, i] = implied, 1 / implied
        cr_after = consistency_ratio(consistency_index(float(principal(changed)[1]), judgements.n), ri)
    return Inconsistency(
        first=judgements.names[i],
        second=judgements.names[j],
        judged=float(matrix[i, j]),
        error=error,
        consistent=float(weights[i] / weights[j]),
        by_others=implied,
        on_scale=None if implied is None else nearest_on_scale(implied),
        cr_after=cr_after,
    )


def _implied(matrix: Floats, i: int, j: int, method: str) -> float | None:
    """w_i / w_j when the judgement of the two is left out; None if nothing else links them."""
    without = matrix.copy()
    without[i, j] = without[j, i] = np.nan
    if len(linked_parts(~np.isnan(without))) > 1:
        return None
    # Normalised columns cannot leave a judgement out; the eigenvector they approximate can.
    weights = log_least_squares(without) if method == "geometric-mean" else principal(without)[0]
    return float(weights[i] / weights[j])


def nearest_on_scale(ratio: float) -> float:
    """The nearest of Saaty's 17 values, by ratio: 0.4 is nearest to 1/2 (on the scale of logarithms)."""
    scale = np.asarray(SAATY_SCALE)
    return float(scale[np.argmin(np.abs(np.log(scale / ratio)))])
