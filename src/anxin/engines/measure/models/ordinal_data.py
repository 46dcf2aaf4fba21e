"""Ordinal answers of one or more groups as the moments that least squares fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.answers import MISSING, Answers
from anxin.engines.measure.errors import BadData, listed
from anxin.engines.measure.models.data import Prepared
from anxin.engines.measure.models.ordinal import Target
from anxin.engines.measure.pairs.cells import thresholds
from anxin.engines.measure.pairs.coding import NO_CODE, Coding
from anxin.engines.measure.pairs.influence import Influence, cross_products
from anxin.engines.measure.pairs.polychoric import estimate, influences, sparse
from anxin.engines.measure.pairs.tables import pair_places
from anxin.engines.measure.results import Caution, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Ordinal:
    """One group's coding, thresholds (p, k - 1), correlations (pairs,) and influences."""

    coding: Coding
    cuts: Floats
    r: Floats
    influence: Influence

    @property
    def correlations(self) -> Floats:
        matrix = np.eye(self.coding.p)
        left, right = pair_places(self.coding.p)
        matrix[left, right] = matrix[right, left] = self.r
        return matrix

    @property
    def count(self) -> float:
        """Respondents, or Kish's effective number of weighted ones."""
        weights = self.coding.weights
        return float(self.coding.n) if weights is None else float(weights.sum() ** 2 / (weights**2).sum())

    def gamma(self, *, with_cuts: bool) -> Floats:
        """The moments' covariance times n."""
        return cross_products(self.coding, self.influence, self.cuts, with_cuts=with_cuts) * self.coding.n

    def target(self, estimator: str, *, with_cuts: bool, gamma: Floats | None) -> Target:
        """What least squares aim at. `estimator` decides the weights: DWLS, ULS or WLS."""
        n = self.coding.n
        owner, place = np.nonzero(np.isfinite(self.cuts))
        moments = np.concatenate([self.cuts[owner, place], self.r]) if with_cuts else self.r
        if estimator.startswith("ULS"):
            weight = np.ones(len(moments))
        elif estimator == "WLS":
            assert gamma is not None
            weight = _full_weight(gamma, n)
        else:
            variances = self.influence.pair_variances
            if with_cuts:
                own = np.concatenate([one.diagonal() for one in self.influence.cut_covariances])
                variances = np.concatenate([own, variances])
            weight = 1 / (n * variances)
        return Target(float(n), moments, weight, owner.astype(np.int64), with_cuts)


def _full_weight(gamma: Floats, n: int) -> Floats:
    size = np.sqrt(gamma.diagonal())
    try:
        factor: Floats = np.asarray(np.linalg.cholesky(gamma / np.outer(size, size)), np.float64)
    except np.linalg.LinAlgError:
        factor = np.zeros((1, 1))
    # With fewer respondents than moments rounding alone makes a factor, whose pivots are of the order of 1e-8.
    if n <= len(gamma) or factor.diagonal().min() < 1e-6:
        raise BadData(
            f"WLS needs many more respondents: {len(gamma)} moments' covariances cannot be inverted from {n}. Use WLSMV.",
            code="too-few",
        )
    return np.asarray(np.linalg.inv(gamma), np.float64)


class OrdinalMoments:
    """All groups' moments, kept so that several models of the same answers share them."""

    def __init__(self, prepared: Prepared) -> None:
        self.groups, self.cautions = _coded_groups(prepared)
        self._gammas: dict[tuple[int, bool], Floats] = {}

    def gamma(self, group: int, *, with_cuts: bool) -> Floats:
        key = (group, with_cuts)
        if key not in self._gammas:
            whole = self._gammas.get((group, True))
            first = 0 if whole is None else len(whole) - len(self.groups[group].r)
            self._gammas[key] = (
                self.groups[group].gamma(with_cuts=with_cuts) if whole is None else whole[first:, first:]
            )
        return self._gammas[key]


def _coded_groups(prepared: Prepared) -> tuple[tuple[Ordinal, ...], list[Caution]]:
    """Code every group alike and estimate its moments.

    A category that nobody of some group chose is joined with its neighbour toward the middle, in all groups, and a caution
    says so: thresholds can only be compared where every group has them.
    """
    codings = [_coded(answers, name) for answers, name in zip(prepared.groups, prepared.names, strict=True)]
    lookup, categories, cautions = _shared_categories(codings)
    found = []
    for name, own in zip(prepared.names, codings, strict=True):
        coding = replace(own, lookup=lookup, categories=categories)
        if coding.weights is not None:
            # To sum n, as a sample of that many; the influences are then squared with their weights.
            coding = coding.weighted(coding.weights * (coding.n / coding.weights.sum()))
        measured, counts, edge = ordinal(coding)
        left, right = pair_places(coding.p)
        at_edge = [f"{coding.items[i]} and {coding.items[j]}" for i, j, on in zip(left, right, edge, strict=True) if on]
        if at_edge:
            where = f" in group {name!r}" if name else ""
            text = f"The correlation of {listed(at_edge)}{where} is at ±1; leave out one of each pair."
            cautions.append(Caution("at-the-edge", text, tuple(at_edge)))
        cautions += sparse(coding, counts)
        found.append(measured)
    return tuple(found), cautions


def ordinal(coding: Coding, *, frequencies: bool = False) -> tuple[Ordinal, Floats, NDArray[np.bool_]]:
    """One group's moments, its items' counts (p, k), and which pairs lie at the edge.

    Raises BadData for a pair of items that determine one another: no error of their correlation can be told.
    """
    counts, tables, r, edge = estimate(coding)
    found = influences(coding, tables, r, frequencies=frequencies)
    lost = [
        f"{coding.items[i]} and {coding.items[j]}"
        for i, j, variance in zip(*pair_places(coding.p), found.pair_variances, strict=True)
        if not 0 < variance < np.inf
    ]
    if lost:
        raise BadData(
            f"The answers to {listed(lost)} determine one another. Leave one of each pair out, or ask more respondents.",
            code="perfect-relation",
            about=lost,
        )
    return Ordinal(coding, thresholds(counts), r, found), counts, edge


def _shared_categories(
    codings: Sequence[Coding],
) -> tuple[np.ndarray, tuple[tuple[float, ...], ...], list[Caution]]:
    items = codings[0].items
    lookup = np.full((len(items), 256), NO_CODE, np.int8)
    categories: list[tuple[float, ...]] = []
    cautions: list[Caution] = []
    every = np.array([coding.tally for coding in codings])
    every[:, :, MISSING & 255] = 0
    for place, item in enumerate(items):
        tallies = every[:, place]
        runs = [[byte] for byte in sorted(np.flatnonzero(tallies.sum(axis=0)).tolist(), key=_signed)]
        while len(runs) > 1:
            empty = [at for at, run in enumerate(runs) if bool((tallies[:, run].sum(axis=1) == 0).any())]
            if not empty:
                break
            at = empty[0]
            other = at + 1 if at < len(runs) / 2 else at - 1
            low = min(at, other)
            runs[low : low + 2] = [runs[low] + runs[low + 1]]
        if len(runs) < 2:
            raise BadData(
                f"Item {item!r} has no two answers that every group gave. Leave it out, or compare other groups.",
                code="constant-item",
                about=[item],
            )
        for code, run in enumerate(runs):
            lookup[place, run] = code
        joined = ["+".join(f"{_signed(byte):g}" for byte in run) for run in runs if len(run) > 1]
        if joined:
            text = f"In {item} not every group gave every answer; taken together in all groups: {', '.join(joined)}."
            cautions.append(Caution("categories-joined", text, (item,)))
        categories.append(tuple(float(_signed(run[0])) for run in runs))
    return lookup, tuple(categories), cautions


def _coded(answers: Answers, group: str) -> Coding:
    if not answers.whole:
        columns = list(zip(answers.items, answers.data.T, strict=True))
        broken = [item for item, column in columns if bool((column != np.rint(column)).any())]
        far = [item for item, column in columns if bool((np.abs(column) > 127).any())]
        what = "are not whole numbers" if broken else "lie beyond 127"
        raise BadData(
            f"An ordinal model needs a scale such as 1, 2, 3, 4, 5; some answers to {listed(broken or far)} {what}. Recode "
            "them, or leave out `ordered`.",
            code="not-whole",
            about=broken or far,
        )
    try:
        return Coding.of(answers)
    except BadData as error:
        where = f" (in group {group!r})" if group else ""
        raise BadData(f"{error}{where}", code=error.code, about=error.about) from None


def _signed(byte: int) -> int:
    return byte - 256 if byte > 127 else byte
