"""Control charts (Shewhart): what a process does when nothing special happens, and the points where something did.

Centre and spread come from the baseline of each phase: a phase begins where the process was changed on purpose, so that a
better process is not held against the old one's limits. Formulas after Montgomery, Introduction to Statistical Quality Control.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma

import numpy as np
from numpy.typing import ArrayLike

from anxin.engines.effects.errors import BadSeries
from anxin.engines.effects.rules import USUAL, signals
from anxin.engines.results import Floats, Result, Table

D2 = 1.128
"""E|difference of two normal values| / sigma."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Chart(Result):
    """One number per period; NaN where nothing was observed. `rules` holds per period the names of the rules it completes."""

    kind: str
    values: Floats
    n: Floats
    centre: Floats
    low: Floats
    high: Floats
    z: Floats
    rules: tuple[tuple[str, ...], ...]
    phases: tuple[int, ...]
    overdispersion: float = 1.0

    @property
    def signalling(self) -> tuple[int, ...]:
        return tuple(place for place, names in enumerate(self.rules) if names)

    def headline(self) -> str:
        return f"{self.kind} chart of {len(self.values)} periods, {len(self.signalling)} signals"

    def table(self) -> Table:
        return Table.of(
            ("period", "value", "n", "centre", "low", "high", "rules"),
            (
                (place, self.values[place], self.n[place], self.centre[place], self.low[place], self.high[place], ", ".join(names))
                for place, names in enumerate(self.rules)
            ),
        )  # fmt: skip


def p_chart(
    hits: ArrayLike, n: ArrayLike, *, phases: Sequence[int] = (), baseline: int | None = None,
    laney: bool | None = None, rules: Sequence[str] = USUAL,
) -> Chart:  # fmt: skip
    """Shares. Limits p ± 3·sqrt(p(1-p)/n)·s, where s is 1, or Laney's (2002) factor for shares that vary more than chance
    alone (p'): the mean moving range of z, / 1.128. `laney` None: where that factor is above 1.2 with 20 periods or more."""
    count, size = _pair(hits, n)
    share = _ratio(count, size)

    def limits(part: slice, base: slice) -> tuple[float, Floats]:
        centre = _total(count[base], size[base])
        with np.errstate(divide="ignore"):
            return centre, np.sqrt(max(centre * (1 - centre), 0.0) / size[part])

    return _rated("p", share, size, limits, phases, baseline, laney, rules, most=1.0)


def u_chart(
    counts: ArrayLike, exposure: ArrayLike, *, phases: Sequence[int] = (), baseline: int | None = None,
    laney: bool | None = None, rules: Sequence[str] = USUAL,
) -> Chart:  # fmt: skip
    """Rates of events per unit of exposure. Limits u ± 3·sqrt(u/n)·s with Laney's factor as in `p_chart`."""
    count, size = _pair(counts, exposure)

    def limits(part: slice, base: slice) -> tuple[float, Floats]:
        centre = _total(count[base], size[base])
        with np.errstate(divide="ignore"):
            return centre, np.sqrt(centre / size[part])

    return _rated("u", _ratio(count, size), size, limits, phases, baseline, laney, rules)


def individuals(
    values: ArrayLike, *, phases: Sequence[int] = (), baseline: int | None = None, rules: Sequence[str] = USUAL
) -> Chart:
    """One value a period (XmR). Sigma is the mean moving range / 1.128."""
    value = np.asarray(values, np.float64)

    def limits(part: slice, base: slice) -> tuple[float, Floats]:
        known = value[base][np.isfinite(value[base])]
        if len(known) < 2:
            return float("nan"), np.full(part.stop - part.start, np.nan)
        return float(known.mean()), np.full(part.stop - part.start, float(np.abs(np.diff(known)).mean()) / D2)

    size = np.isfinite(value).astype(np.float64)
    return _rated("individuals", value, size, limits, phases, baseline, False, rules, least=None)


def xbar_s(
    means: ArrayLike, deviations: ArrayLike, n: ArrayLike, *, phases: Sequence[int] = (), baseline: int | None = None,
    rules: Sequence[str] = USUAL,
) -> Chart:  # fmt: skip
    """Means of several observations a period, with their standard deviations (n - 1). Sigma is pooled within periods and
    unbiased by c4; limits centre ± 3·sigma/sqrt(n). For durations give means and deviations of logarithms."""
    mean, size = _pair(means, n)
    deviation = np.asarray(deviations, np.float64)

    def limits(part: slice, base: slice) -> tuple[float, Floats]:
        used = (size[base] > 0) & np.isfinite(mean[base])
        if not used.any():
            return float("nan"), np.full(part.stop - part.start, np.nan)
        centre = float(np.average(mean[base][used], weights=size[base][used]))
        several = (size[base] > 1) & np.isfinite(deviation[base])
        freedom = float((size[base][several] - 1).sum())
        if freedom <= 0:
            return centre, np.full(part.stop - part.start, np.nan)
        pooled = float(np.sqrt(((size[base][several] - 1) * deviation[base][several] ** 2).sum() / freedom))
        with np.errstate(divide="ignore"):
            return centre, pooled / c4(freedom + 1) / np.sqrt(size[part])

    return _rated("xbar-s", mean, size, limits, phases, baseline, None, rules, least=None)


def c4(n: float) -> float:
    """E(s) / sigma of n normal observations: sqrt(2/(n-1))·Γ(n/2)/Γ((n-1)/2)."""
    return float(np.sqrt(2 / (n - 1)) * np.exp(lgamma(n / 2) - lgamma((n - 1) / 2)))


def _rated(  # type: ignore[no-untyped-def]
    kind, values, size, limits, phases, baseline, laney, rules, *, most=None, least=0.0
) -> Chart:
    count = len(values)
    if not count:
        raise BadSeries("There is no period to chart.", code="empty")
    begins = sorted({0, *(int(one) for one in phases if 0 < one < count)})
    centre, low, high, z = (np.full(count, np.nan) for _ in range(4))
    factor = 1.0
    marks: list[tuple[str, ...]] = []
    for begin, end in zip(begins, [*begins[1:], count], strict=True):
        base = slice(begin, min(end, begin + baseline) if baseline and end - begin > baseline else end)
        part = slice(begin, end)
        middle, sigma = limits(part, base)
        sigma = np.where(size[part] > 0, sigma, np.nan)
        with np.errstate(invalid="ignore", divide="ignore"):
            distance = (values[part] - middle) / sigma
        known = distance[: base.stop - base.start]
        known = known[np.isfinite(known)]
        spread = float(np.abs(np.diff(known)).mean()) / D2 if len(known) > 1 else 1.0
        # Chance alone moves the factor by about 0.8/sqrt(n) either way.
        if laney or (laney is None and len(known) >= 20 and spread > 1.2):
            spread = max(spread, 1e-9)
            sigma, distance, factor = sigma * spread, distance / spread, spread
        centre[part] = middle
        low[part] = middle - 3 * sigma if least is None else np.maximum(middle - 3 * sigma, least)
        high[part] = middle + 3 * sigma if most is None else np.minimum(middle + 3 * sigma, most)
        distance = np.where(np.isfinite(distance), distance, np.nan)
        z[part] = distance
        marks += signals(distance, rules)
    name = {"p": "p'", "u": "u'"}.get(kind, kind) if factor != 1.0 else kind
    return Chart(
        kind=name, values=values, n=size, centre=centre, low=low, high=high, z=z, rules=tuple(marks), phases=tuple(begins),
        overdispersion=factor,
    )  # fmt: skip


def _pair(first: ArrayLike, second: ArrayLike) -> tuple[Floats, Floats]:
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if a.ndim != 1 or a.shape != b.shape:
        raise BadSeries("Both series are one number per period, as many of each.", code="shape")
    return a, b


def _ratio(count: Floats, size: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = np.where(size > 0, count / size, np.nan)
        return result


def _total(count: Floats, size: Floats) -> float:
    return float(count[size > 0].sum() / size.sum()) if size.sum() > 0 else float("nan")
