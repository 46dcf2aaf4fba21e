"""Weights of one matrix of judgements, and how consistent it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, get_args

import numpy as np

from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.evaluation.ahp.consistency import (
    consistency_index,
    consistency_ratio,
    index_cautions,
    random_index,
    ri_for,
)
from anxin.engines.measure.evaluation.ahp.judgements import Judgements, Pair
from anxin.engines.measure.evaluation.ahp.vectors import (
    errors_of,
    geometric_consistency,
    harker,
    log_least_squares,
    normalised_columns,
    principal,
)
from anxin.engines.measure.results import Caution, Floats, Result, Table, number

Method = Literal["eigenvector", "geometric-mean", "normalised-columns"]
THRESHOLD = 0.1

# GCI values that correspond to CR = 0.1 (Aguarón & Moreno-Jiménez 2003).
_GCI_LIMITS = {3: 0.31, 4: 0.35}
_GCI_LIMIT = 0.37


@dataclass(frozen=True, kw_only=True, repr=False)
class Priorities(Result):
    """Weights of n criteria from pairwise judgements, with the working.

    `weights` are those of `method`; `by_method` holds all that can be had. `matrix` is the matrix judged (NaN where a
    judgement is missing). `lambda_max` is the principal eigenvalue, whatever the method; `lambda_estimate` is the mean
    of (A w)_i / w_i with `weights`, which textbooks give when they work by hand. `ci`, `ri` (from table `ri_table`),
    `cr` and `gci` (with `gci_limit`, its counterpart of CR = 0.1, None where there is none) say how consistent the
    judgements are.
    """

    names: tuple[str, ...]
    matrix: Floats
    method: str
    weights: Floats
    by_method: Mapping[str, Floats]
    lambda_max: float
    lambda_estimate: float
    ci: float
    ri: float
    ri_table: str
    cr: float
    threshold: float
    gci: float
    gci_limit: float | None
    missing: tuple[Pair, ...] = ()
    cautions: tuple[Caution, ...] = ()

    @property
    def consistent(self) -> bool:
        """Whether CR is at most the threshold."""
        return self.cr <= self.threshold

    @property
    def ranking(self) -> tuple[str, ...]:
        """The criteria from the heaviest to the lightest; equals keep their order."""
        return tuple(self.names[at] for at in np.argsort(-self.weights, kind="stable"))

    def weight(self, name: str) -> float:
        """One criterion's weight."""
        if name not in self.names:
            raise BadData(
                f"There is no criterion {name!r}. Criteria: {listed(self.names)}.", code="no-criterion", about=[name]
            )
        return float(self.weights[self.names.index(name)])

    def headline(self) -> str:
        top = self.ranking[0]
        return (
            f"{len(self.names)} criteria by {self.method}, {top} {number(self.weight(top))} first; CR {number(self.cr)} "
            f"({'within' if self.consistent else 'over'} {self.threshold:g}; random index {number(self.ri, 2)}, "
            f"{self.ri_table})"
        )

    def table(self) -> Table:
        others = [name for name in self.by_method if name != self.method]
        rank = {name: at + 1 for at, name in enumerate(self.ranking)}
        rows = [
            [name, rank[name], float(self.weights[at]), *(float(self.by_method[other][at]) for other in others)]
            for at, name in enumerate(self.names)
        ]
        return Table.of(["criterion", "rank", "weight", *others], rows, self.headline())


def priorities(
    source: Any,
    *,
    names: Sequence[str] | None = None,
    method: Method = "eigenvector",
    ri_table: str = "saaty",
    threshold: float = THRESHOLD,
    seed: int = 0,
) -> Priorities:
    """Weights of the criteria and the consistency of the judgements.

    `source` is what `Judgements.of` takes. Methods:
    - "eigenvector": A w = lambda_max w, sum of w = 1 (Saaty 1980; 2008, Int. J. Services Sciences 1). With missing
      judgements by Harker's method (Harker 1987).
    - "geometric-mean": w_i proportional to (product over j of a_ij)^(1/n); with missing judgements the logarithmic
      least squares solution (Crawford & Williams 1985; Bozóki, Fülöp & Rónyai 2010). Also known as 方根法.
    - "normalised-columns": row means of the column-normalised matrix (Saaty 1980; 和积法); complete matrices only.

    CI = (lambda_max - n) / (n - 1) and CR = CI / RI with the random index of `ri_table` (Saaty's table of 1980; for the
    1.11 at five criteria name "saaty-tran"). CR is 0 for one and two criteria. With missing judgements RI is simulated
    for their pattern (`simulated_random_index`, with `seed`) and CR is approximate, which a caution says. GCI after
    Aguarón & Moreno-Jiménez 2003.

    Raises BadData for what `Judgements.of` refuses and for criteria that no chain of judgements links; BadModel for an
    unknown method or table, and for "normalised-columns" with missing judgements.
    """
    check_method(method)
    random_index(1, ri_table)  # refuses an unknown table even where none is needed
    judgements = Judgements.of(source, names)
    judgements.require_linked()
    n, matrix = judgements.n, judgements.matrix
    by_method = _every_method(judgements)
    if method not in by_method:
        raise BadModel(
            "Normalised columns need every judgement. Use the eigenvector or the geometric mean, or fill the gaps: "
            f"{listed(f'{a}/{b}' for a, b in judgements.missing)}.",
            code="incomplete",
            about=[f"{a}/{b}" for a, b in judgements.missing],
        )
    weights = by_method[method]
    lambda_max = float(principal(matrix)[1])
    ci = consistency_index(lambda_max, n)
    ri = ri_for(judgements.judged, ri_table, seed=seed)
    cr = consistency_ratio(ci, ri)
    cautions = [*judgements.cautions, *_gap_cautions(judgements, ri)]
    if judgements.complete:
        cautions += index_cautions(n, ri_table)
    if cr > threshold:
        cautions.append(_inconsistent(judgements, weights, cr, threshold))
    limit = _GCI_LIMITS.get(n, _GCI_LIMIT) if n > 2 and judgements.complete and threshold == THRESHOLD else None
    return Priorities(
        names=judgements.names,
        matrix=matrix,
        method=method,
        weights=weights,
        by_method=by_method,
        lambda_max=lambda_max,
        lambda_estimate=float(np.mean(harker(matrix) @ weights / weights)),
        ci=ci,
        ri=ri,
        ri_table=ri_table if judgements.complete else f"simulated for {len(judgements.missing)} missing judgements",
        cr=cr,
        threshold=threshold,
        gci=float(geometric_consistency(matrix)),
        gci_limit=limit,
        missing=judgements.missing,
        cautions=tuple(cautions),
    )


def check_method(method: str) -> None:
    if method not in get_args(Method):
        raise BadModel(
            f"There is no method {method!r}. Methods: {listed(get_args(Method))}.", code="no-method", about=[method]
        )


def _every_method(judgements: Judgements) -> Mapping[str, Floats]:
    found: dict[str, Floats] = {
        "eigenvector": principal(judgements.matrix)[0],
        "geometric-mean": log_least_squares(judgements.matrix),
    }
    if judgements.complete:
        found["normalised-columns"] = normalised_columns(judgements.matrix)
    for weights in found.values():
        weights.flags.writeable = False
    return MappingProxyType(found)


def _gap_cautions(judgements: Judgements, ri: float) -> list[Caution]:
    if judgements.complete:
        return []
    pairs = tuple(f"{a}/{b}" for a, b in judgements.missing)
    if ri == 0:
        return [
            Caution(
                "unchecked",
                f"There are just enough judgements to weigh {judgements.n} criteria, so none checks another: CR says nothing.",
                pairs,
            )
        ]
    return [
        Caution(
            "incomplete",
            f"{len(pairs)} judgements are missing ({listed(pairs)}); CR is approximate, against random matrices with the "
            "same gaps.",
            pairs,
        )
    ]


def _inconsistent(judgements: Judgements, weights: Floats, cr: float, threshold: float) -> Caution:
    errors = np.abs(np.log(errors_of(judgements.matrix, weights)))
    i, j = np.unravel_index(np.nanargmax(np.triu(errors, 1)), errors.shape)
    first, second = judgements.names[i], judgements.names[j]
    return Caution(
        "inconsistent",
        f"CR {number(cr)} is over {threshold:g}: look again at {first} against {second}, judged "
        f"{judgements.matrix[i, j]:.3g} where the weights say {weights[i] / weights[j]:.3g}.",
        (first, second),
    )
