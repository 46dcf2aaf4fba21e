"""Answers made ready for a model: columns in the model's order, groups apart, gaps and weights seen to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.models.likelihood import Sample
from anxin.engines.measure.models.scoring import inverse
from anxin.engines.measure.moments import moments
from anxin.engines.measure.results import Caution, Floats

_LARGEST_INFLATION = 1e10


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """One `Answers` per group, the groups' names ('' for one group), and what a reader must know of the preparation."""

    groups: tuple[Answers, ...]
    names: tuple[str, ...]
    cautions: tuple[Caution, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(one.n for one in self.groups)


def prepare(answers: Answers, observed: Sequence[str], *, grouped: bool, listwise: bool) -> Prepared:
    """Choose the model's columns and split by group. BadModel for a variable that the data lack, naming it."""
    unknown = [name for name in observed if name not in answers.items and name not in answers.columns]
    if unknown:
        raise BadModel(
            f"The model names {listed(unknown)}, which the answers lack. Columns: {listed((*answers.items, *answers.columns))}.",
            code="no-item",
            about=unknown,
        )
    chosen = answers.including(observed).select(observed)
    unanswered: NDArray[np.bool_] = ~np.any(chosen.answered, axis=0)
    empty = [name for name, none in zip(chosen.items, unanswered, strict=True) if none]
    if empty:
        raise BadData(f"All answers to {listed(empty)} are missing. Leave it out.", code="all-missing", about=empty)
    cautions: list[Caution] = []
    if listwise:
        used = chosen.complete()
        if used.n < chosen.n:
            text = f"{chosen.n - used.n} of {chosen.n} respondents were left out because an answer is missing."
            cautions.append(Caution("dropped", text))
    else:
        some: NDArray[np.bool_] = np.any(chosen.answered, axis=1)
        used = chosen if bool(some.all()) else chosen.rows(some)
        if used.n < chosen.n:
            text = f"{chosen.n - used.n} respondents without any answer were left out."
            cautions.append(Caution("dropped", text))
    if used.weights is not None and not bool((used.weights > 0).all()):
        used = used.rows(used.weights > 0)
    parts: tuple[Answers, ...] = (used,)
    names: tuple[str, ...] = ("",)
    if grouped:
        if used.group is None:
            raise BadModel("There are no groups: name the column that tells them apart (group=…).", code="no-groups")
        unplaced = int((used.group < 0).sum())
        if unplaced:
            cautions.append(Caution("no-group", f"{unplaced} respondents whose group is not known were left out."))
        split = [(name, part) for name, part in used.by_group() if part.n]
        names = tuple(name for name, _ in split)
        parts = tuple(part for _, part in split)
        if len(parts) < 2:
            raise BadData("All respondents are of one group: there is nothing to compare.", code="one-group")
    least = len(observed) + 1
    for name, part in zip(names, parts, strict=True):
        where = f" in group {name!r}" if name else ""
        if part.n < 3:
            raise BadData(f"Only {part.n} respondents{where} can be used: too few for any model.", code="too-few")
        if part.n < max(100, least):
            cautions.append(
                Caution("few-answers", f"Only {part.n} respondents{where}: estimates and fit are uncertain.")
            )
    return Prepared(parts, names, tuple(cautions))


def sample(answers: Answers, group: str) -> Sample:
    """Means and covariances (denominator n). BadData where the covariances are not positive definite, naming the items."""
    where = f" in group {group!r}" if group else ""
    if answers.weights is None:
        try:
            found = moments(answers)
        except BadData as error:
            raise BadData(
                f"{error}{' (' + where.strip() + ')' if where else ''}", code=error.code, about=error.about
            ) from None
        n, mean, cov = float(found.n), np.array(found.mean), found.cov * ((found.n - 1) / found.n)
    else:
        values, weights = answers.values, answers.weights * (answers.n / answers.weights.sum())
        n = float(answers.n)
        mean = weights @ values / n
        off = values - mean
        cov = (off * weights[:, None]).T @ off / n
    return Sample(n, mean, cov, logdet(cov, answers.items, answers.n, where))


def logdet(cov: Floats, items: Sequence[str], n: int, where: str) -> float:
    """The logarithm of the determinant. BadData where the covariances are not positive definite, naming the items."""
    scale = np.sqrt(cov.diagonal())
    flat = [item for item, size in zip(items, scale, strict=True) if not size > 0]
    if flat:
        raise BadData(f"Everyone gave the same answer to {listed(flat)}{where}.", code="constant-item", about=flat)
    correlations = cov / np.outer(scale, scale)
    inverted = inverse(correlations)
    # The inverse's diagonal is 1 / (1 - R²) of each item on all others: rounding lets an exact sum come out as 1e13 or so.
    if inverted is None or inverted[0].diagonal().max() > _LARGEST_INFLATION:
        if n <= len(items):
            raise BadData(
                f"{n} respondents{where} are too few for {len(items)} items: covariances need more respondents than items.",
                code="too-few",
            )
        _, vectors = np.linalg.eigh(correlations)
        joined = [item for item, part in zip(items, vectors[:, 0], strict=True) if abs(part) > 0.1]
        raise BadData(
            f"The covariances{where} are not positive definite: {listed(joined)} determine one another (an item is a sum or a "
            "copy of others). Leave one out.",
            code="not-positive-definite",
            about=joined,
        )
    return inverted[1] + 2 * float(np.log(scale).sum())
