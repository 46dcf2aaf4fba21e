"""Small numbers drawn toward the group: what is believed of each unit once its peers are known.

Every unit's true value is taken to come from one law of the group; how wide that law is, the data say. Neither the group's
centre nor its spread is taken for known: both are integrated out over a grid, so that intervals hold with a dozen units too,
where plugging in one estimate of the spread (often zero) makes them too narrow.

The prior of the spread is uniform in the shrinkage B = (group's share in the estimate of a unit of harmonic-mean size):
Christiansen & Morris 1997 (Poisson), Daniels 1999 (normal). The centre has a flat prior. A mixture over the grid is then given
by the law of its family with the same mean and variance.

| question | units' law | group's law |
|---|---|---|
| `shares` | hits ~ Binomial(trials, p) | p ~ Beta(mM, (1-m)M), B = M/(M+n) |
| `rates` | count ~ Poisson(exposure · r) | r ~ Gamma(mβ, β), B = β/(β+e) |
| `means` | mean ~ N(t, s²/n), s² pooled within units | t ~ N(m, τ²), B = v/(v+τ²), v = s²/n |
| `durations` | as `means` over logarithms; the value is the geometric mean, the median of a log-normal | |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, gammaln

from anxin.engines.appraisal.errors import AppraisalError
from anxin.engines.appraisal.posterior import Posterior
from anxin.engines.results import Floats, Interval, Result, Table

_STEPS = 60
_LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit's estimate. `own`: the share (0 to 1) that its own data have in it, the rest is the group's."""

    name: str
    n: float
    raw: float | None
    posterior: Posterior
    own: float

    @property
    def value(self) -> float:
        return self.posterior.value

    @property
    def interval(self) -> Interval:
        return self.posterior.interval(_LEVEL)

    def better(self, than: float, *, up: bool = True) -> float:
        """The probability that the unit is truly better than a target or the group."""
        above = self.posterior.above(than)
        return above if up else 1.0 - above


@dataclass(frozen=True, kw_only=True, repr=False)
class Shrunk(Result):
    """The units in the order given; `group` is the group's centre, `spread` its standard deviation (of logarithms: durations)."""

    kind: str
    units: tuple[Unit, ...]
    group: float
    spread: float

    def unit(self, name: str) -> Unit:
        return next(unit for unit in self.units if unit.name == name)

    def headline(self) -> str:
        return f"{self.kind} of {len(self.units)} units around {self.group:.4g}, spread {self.spread:.3g}"

    def table(self) -> Table:
        return Table.of(
            ("unit", "n", "raw", "shrunk", "low", "high", "own"),
            [(u.name, u.n, u.raw, u.value, u.interval.low, u.interval.high, u.own) for u in self.units],
            self.headline(),
        )


def shares(names: Sequence[str], hits: ArrayLike, trials: ArrayLike) -> Shrunk:
    """Shares of cases. `hits` ≤ `trials`, whole numbers; a unit without trials has the group's estimate and `own` 0."""
    x, n = _checked(names, hits=hits, trials=trials)
    if (x > n).any():
        raise AppraisalError(f"hits: {names[int(np.argmax(x > n))]} has more hits than trials.")
    size = _size(n)

    def likelihood(logit: Floats, prior: Floats) -> Floats:
        m, strength = 1 / (1 + np.exp(-logit)), size * prior / (1 - prior)
        a, b = (m * strength)[..., None], ((1 - m) * strength)[..., None]
        found = (betaln(a + x, b + n - x) - betaln(a, b)).sum(-1) + np.log(m) + np.log1p(-m)
        return np.asarray(found, np.float64)

    start = np.log((x.sum() + 0.5) / (n.sum() - x.sum() + 0.5))
    logit, prior, weight = _grid(likelihood, float(start))
    m, strength = 1 / (1 + np.exp(-logit)), size * prior / (1 - prior)
    a, b = (m * strength)[:, None] + x, ((1 - m) * strength)[:, None] + n - x
    mean = a / (a + b)
    centre, variance = _mixed(weight, mean, mean * (1 - mean) / (a + b + 1))
    total = np.maximum(centre * (1 - centre) / variance - 1, 1e-6)
    own = (weight[:, None] * n / (n + strength[:, None])).sum(0)
    spread = float(np.sqrt((weight * m * (1 - m) / (strength + 1)).sum()))
    return _result(
        "shares", names, n, np.divide(x, n, out=np.full(len(n), np.nan), where=n > 0),
        [Posterior("beta", float(c * t), float((1 - c) * t)) for c, t in zip(centre, total, strict=True)],
        own, float((weight * m).sum()), spread,
    )  # fmt: skip


def rates(names: Sequence[str], counts: ArrayLike, exposure: ArrayLike) -> Shrunk:
    """Events per unit of exposure (broken promises per case held); `own` 0 without exposure."""
    x, e = _checked(names, counts=counts, exposure=exposure)
    if ((e == 0) & (x > 0)).any():
        raise AppraisalError(f"exposure: {names[int(np.argmax((e == 0) & (x > 0)))]} has events without exposure.")
    size = _size(e)

    def likelihood(log_mean: Floats, prior: Floats) -> Floats:
        rate = size * prior / (1 - prior)
        shape, rate = (np.exp(log_mean) * rate)[..., None], rate[..., None]
        found = gammaln(shape + x) - gammaln(shape) + shape * np.log(rate / (rate + e)) - x * np.log(rate + e)
        return np.asarray(found.sum(-1) + log_mean, np.float64)

    logs, prior, weight = _grid(likelihood, float(np.log((x.sum() + 0.5) / max(e.sum(), 1e-9))))
    m, rate = np.exp(logs), size * prior / (1 - prior)
    shape, after = (m * rate)[:, None] + x, rate[:, None] + e
    centre, variance = _mixed(weight, shape / after, shape / after**2)
    own = (weight[:, None] * e / after).sum(0)
    return _result(
        "rates", names, e, np.divide(x, e, out=np.full(len(e), np.nan), where=e > 0),
        [Posterior("gamma", float(c * c / v), float(c / v)) for c, v in zip(centre, variance, strict=True)],
        own, float((weight * m).sum()), float(np.sqrt((weight * m / rate).sum())),
    )  # fmt: skip


def means(names: Sequence[str], values: Sequence[ArrayLike]) -> Shrunk:
    """Means of each unit's `values` (a list of numbers a unit, empty ones allowed)."""
    return _normal("means", names, [np.asarray(one, np.float64) for one in values])


def durations(names: Sequence[str], values: Sequence[ArrayLike]) -> Shrunk:
    """Usual durations of each unit, from positive ones: over logarithms. The value is the geometric mean."""
    taken = [np.asarray(one, np.float64) for one in values]
    for name, one in zip(names, taken, strict=True):
        if (one <= 0).any():
            raise AppraisalError(f"values: {name} has a duration that is not positive.")
    return _normal("durations", names, [np.log(one) for one in taken])


def _normal(kind: str, names: Sequence[str], values: list[Floats]) -> Shrunk:
    n = np.array([len(one) for one in values], np.float64)
    _checked(names, n=n)
    if not all(np.isfinite(one).all() for one in values):
        raise AppraisalError("values: every one must be a finite number.")
    y = np.array([one.mean() if len(one) else 0.0 for one in values])
    freedom = float(np.maximum(n - 1, 0).sum())
    within = sum(float(((one - one.mean()) ** 2).sum()) for one in values if len(one)) / freedom if freedom else 0.0
    # Without any spread within units (or one value each) there is no saying; a speck keeps the arithmetic whole.
    within = max(within, 1e-12 * max(1.0, float(np.abs(y).max(initial=0.0)) ** 2))
    v = np.divide(within, n, out=np.full(len(n), np.inf), where=n > 0)
    prior = (np.arange(4 * _STEPS) + 0.5) / (4 * _STEPS)
    tau2 = within / _size(n) * (1 - prior) / prior
    seen = n > 0
    spread2 = v[seen] + tau2[:, None]
    precision = (1 / spread2).sum(1)
    m = (y[seen] / spread2).sum(1) / precision
    log = -0.5 * (np.log(spread2) + (y[seen] - m[:, None]) ** 2 / spread2).sum(1) - 0.5 * np.log(precision)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    ours = np.where(seen, tau2[:, None] / (tau2[:, None] + np.where(seen, v, 1.0)), 0.0)
    mean = ours * y + (1 - ours) * m[:, None]
    left = np.where(seen, ours * np.where(seen, v, 0.0), tau2[:, None]) + (1 - ours) ** 2 / precision[:, None]
    centre, variance = _mixed(weight, mean, left)
    law = "lognormal" if kind == "durations" else "normal"
    group = float((weight * m).sum())
    raw = np.where(seen, np.exp(y) if law == "lognormal" else y, np.nan)
    return _result(
        kind, names, n, raw,
        [Posterior(law, float(c), float(np.sqrt(s))) for c, s in zip(centre, variance, strict=True)],
        (weight[:, None] * ours).sum(0), float(np.exp(group)) if law == "lognormal" else group,
        float(np.sqrt((weight * tau2).sum())),
    )  # fmt: skip


def _grid(likelihood: Callable[[Floats, Floats], Floats], start: float) -> tuple[Floats, Floats, Floats]:
    """Centre, shrinkage and weight of the grid's points: first wide, then where the weight lies."""
    prior = (np.arange(_STEPS) + 0.5) / _STEPS
    low, high = start - 8.0, start + 8.0
    for _round in range(3):
        centres = np.linspace(low, high, _STEPS)
        log = likelihood(*np.broadcast_arrays(centres[:, None], prior[None, :]))
        weight = np.exp(log - log.max())
        held = np.flatnonzero(weight.max(1) > 1e-7)
        step = centres[1] - centres[0]
        low, high = centres[held[0]] - step, centres[held[-1]] + step
    each = weight.ravel() / weight.sum()
    return np.repeat(centres, _STEPS), np.tile(prior, _STEPS), each


def _mixed(weight: Floats, mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of each unit's mixture."""
    centre = (weight[:, None] * mean).sum(0)
    return centre, (weight[:, None] * (variance + (mean - centre) ** 2)).sum(0)


def _size(n: Floats) -> float:
    """The harmonic mean of the sizes that there are."""
    seen = n[n > 0]
    if not len(seen):
        raise AppraisalError("None of the units has any data.")
    return float(len(seen) / (1 / seen).sum())


def _checked(names: Sequence[str], **columns: ArrayLike) -> tuple[Floats, ...]:
    taken = []
    for field, values in columns.items():
        one = np.asarray(values, np.float64)
        if one.shape != (len(names),):
            raise AppraisalError(f"{field}: one number a unit is needed, {len(names)} in all.")
        if not np.isfinite(one).all() or (one < 0).any():
            raise AppraisalError(f"{field}: every number must be finite and not negative.")
        taken.append(one)
    if len(set(names)) != len(names):
        raise AppraisalError("names: two units have the same name.")
    return tuple(taken)


def _result(
    kind: str, names: Sequence[str], n: Floats, raw: Floats, posteriors: list[Posterior], own: Floats, group: float, spread: float,
) -> Shrunk:  # fmt: skip
    units = [
        Unit(name, float(size), None if np.isnan(one) else float(one), posterior, float(share))
        for name, size, one, posterior, share in zip(names, n, raw, posteriors, own, strict=True)
    ]
    return Shrunk(kind=kind, units=tuple(units), group=group, spread=spread)
