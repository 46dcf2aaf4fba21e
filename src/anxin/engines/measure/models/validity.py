"""Whether factors are what they claim and differ from one another: Fornell–Larcker and HTMT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadModel, listed
from anxin.engines.measure.models.composite import composites
from anxin.engines.measure.models.fitted import FittedModel
from anxin.engines.measure.moments import moments
from anxin.engines.measure.pairs.polychoric import polychoric
from anxin.engines.measure.results import Caution, Floats, Result, Table

STRICT, LENIENT = 0.85, 0.90  # Henseler, Ringle & Sarstedt 2015


@dataclass(frozen=True, kw_only=True, repr=False)
class FornellLarcker(Result):
    """`ave` of each factor and the factors' `correlations`. A factor is distinct where √AVE exceeds all its correlations."""

    factors: tuple[str, ...]
    ave: tuple[float, ...]
    correlations: Floats
    distinct: tuple[bool, ...]
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        poor = [name for name, good in zip(self.factors, self.distinct, strict=True) if not good]
        return f"not distinct: {listed(poor)}" if poor else f"all {len(self.factors)} factors are distinct"

    def table(self) -> Table:
        matrix = self.correlations.copy()
        np.fill_diagonal(matrix, np.sqrt(self.ave))
        rows = [
            [name, *(row[: place + 1].tolist()), *([None] * (len(matrix) - place - 1))]
            for place, (name, row) in enumerate(zip(self.factors, matrix, strict=True))
        ]
        return Table.of(["factor", *self.factors], rows, "√AVE on the diagonal, factor correlations below")


def fornell_larcker(fitted: FittedModel, *, group: int = 0) -> FornellLarcker:
    """Discriminant validity by Fornell & Larcker 1981: a factor shares more variance with its items than with others."""
    scales = [one for one in composites(fitted).composites if one.group == fitted.groups[group]]
    if len(scales) < 2:
        raise BadModel("Discriminant validity needs two factors with items of their own.", code="one-factor")
    places = [fitted.latents.index(one.factor) for one in scales]
    correlations = fitted.factor_correlations(group=group)[np.ix_(places, places)]
    largest = np.abs(correlations - np.eye(len(scales))).max(axis=1)
    ave = tuple(one.ave for one in scales)
    weak = [one.factor for one in scales if one.ave < 0.5]
    cautions = []
    if weak:
        text = f"AVE below .50: {listed(weak)} explain less than half of their items' variance."
        cautions.append(Caution("low-ave", text, tuple(weak)))
    return FornellLarcker(
        factors=tuple(one.factor for one in scales),
        ave=ave,
        correlations=correlations,
        distinct=tuple(bool(np.sqrt(one) > other) for one, other in zip(ave, largest, strict=True)),
        cautions=tuple(cautions),
    )


@dataclass(frozen=True, kw_only=True, repr=False)
class Htmt(Result):
    """`htmt` and `htmt2` (factors, factors): heterotrait–monotrait ratios from arithmetic and from geometric means.

    `htmt2` is NaN where a correlation is exactly zero, since a geometric mean does not exist then.
    """

    factors: tuple[str, ...]
    htmt: Floats
    htmt2: Floats
    ordinal: bool
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        off = self.htmt[np.triu_indices(len(self.factors), 1)]
        close = int((off > STRICT).sum())
        return f"largest {off.max():.3f}" + (f", {close} pairs above {STRICT}" if close else f", all at most {STRICT}")

    def table(self) -> Table:
        both = np.tril(self.htmt, -1) + np.triu(self.htmt2, 1)
        rows = [
            [name, *(None if i == j else cell for j, cell in enumerate(row))]
            for i, (name, row) in enumerate(zip(self.factors, both.tolist(), strict=True))
        ]
        return Table.of(["factor", *self.factors], rows, "HTMT below the diagonal, HTMT2 above")


def htmt(source: Any, factors: Mapping[str, Sequence[str]], *, ordinal: bool = False) -> Htmt:
    """HTMT: the mean correlation between two factors' items over the geometric mean of the means within each.

    Henseler, Ringle & Sarstedt 2015; HTMT2 takes geometric means of correlations throughout (Roemer, Schuberth & Henseler
    2021; what semTools' htmt gives by default). Correlations enter by their size. `ordinal` uses polychoric correlations.
    Listwise deletion.

    Raises BadModel for fewer than two factors, a factor with one item or an item named twice, BadData for items that cannot
    be correlated.
    """
    if len(factors) < 2:
        raise BadModel("HTMT compares two factors or more.", code="one-factor")
    single = [name for name, items in factors.items() if len(items) < 2]
    if single:
        raise BadModel(f"{listed(single)} has fewer than two items; HTMT needs two.", code="one-item", about=single)
    names = [item for items in factors.values() for item in items]
    twice = sorted({item for item in names if names.count(item) > 1})
    if twice:
        raise BadModel(
            f"Named more than once: {listed(twice)}. An item measures one factor.", code="item-twice", about=twice
        )
    answers = Answers.of(source).select(names)
    found = polychoric(answers) if ordinal else None
    known = moments(answers) if found is None else None
    matrix = np.abs(found.matrix if found is not None else known.cor if known is not None else 0)
    cautions = list(found.cautions if found is not None else known.cautions if known is not None else ())
    owner = np.repeat(np.arange(len(factors)), [len(items) for items in factors.values()])
    arithmetic, geometric = np.eye(len(factors)), np.eye(len(factors))
    blocks = {(i, j): _block(matrix, owner, i, j) for i in range(len(factors)) for j in range(i, len(factors))}
    for (i, j), across in blocks.items():
        if i != j:
            inside = np.sqrt(blocks[i, i].mean() * blocks[j, j].mean())
            arithmetic[i, j] = arithmetic[j, i] = across.mean() / inside
            inside = np.sqrt(_geometric(blocks[i, i]) * _geometric(blocks[j, j]))
            geometric[i, j] = geometric[j, i] = _geometric(across) / inside
    names_of = list(factors)
    close = [f"{names_of[i]} and {names_of[j]}" for i, j in blocks if i != j and arithmetic[i, j] > LENIENT]
    if close:
        text = f"HTMT above {LENIENT}: {listed(close)} may be the same thing."
        cautions.append(Caution("not-distinct", text, tuple(close)))
    return Htmt(factors=tuple(factors), htmt=arithmetic, htmt2=geometric, ordinal=ordinal, cautions=tuple(cautions))


def _block(matrix: Floats, owner: NDArray[np.intp], i: int, j: int) -> Floats:
    """Correlations between two factors' items, or each pair once within one."""
    one, other = np.flatnonzero(owner == i), np.flatnonzero(owner == j)
    block = matrix[np.ix_(one, other)]
    return block[np.triu_indices(len(one), 1)] if i == j else block.ravel()


def _geometric(values: Floats) -> float:
    return float(np.exp(np.log(values).mean())) if bool((values > 0).all()) else float("nan")
