"""Effect sizes with their intervals: Hedges' g, Cliff's delta, shares of variance, Cramér's V."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy import optimize, special, stats

from anxin.engines.measure.groups.statistic import Effect
from anxin.engines.measure.results import Floats, Interval


def small_sample_factor(df: float) -> float:
    """Hedges' (1981) exact J = Γ(df/2) / (sqrt(df/2) Γ((df-1)/2)), which takes the bias out of a standardised difference."""
    if df <= 1:
        return float("nan")
    return math.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / math.sqrt(df / 2)


def hedges_g(difference: float, pooled_sd: float, n1: float, n2: float, level: float) -> Effect:
    """Hedges' g of two independent groups: J (mean1 - mean2) / pooled SD, with the exact interval.

    The interval inverts the noncentral t distribution (Hedges & Olkin 1985; Steiger & Fouladi 1997): the noncentralities
    that put t at the upper and lower tail, times sqrt(1/n1 + 1/n2), times J. It is exact for normal answers of equal spread.
    """
    if not pooled_sd > 0:
        return Effect("Hedges g", float("nan"))
    df = n1 + n2 - 2
    scale = math.sqrt(1 / n1 + 1 / n2)
    factor = small_sample_factor(df)
    t = difference / pooled_sd / scale
    low, high = noncentral_t(t, df, level)
    interval = Interval(low * scale * factor, high * scale * factor, level, "noncentral t")
    return Effect("Hedges g", factor * difference / pooled_sd, interval)


def cliffs_delta(first: Floats, second: Floats, level: float) -> Effect:
    """Cliff's delta P(X > Y) - P(X < Y), from -1 to 1, which is the rank-biserial correlation 2 U / (n1 n2) - 1.

    Cliff (1993), Dominance statistics: the unbiased variance from the rows' and columns' dominances
    [m^2 Σ(d_i. - d)^2 + n^2 Σ(d_.j - d)^2 - ΣΣ(d_ij - d)^2] / [n m (n - 1)(m - 1)], not below (1 - d^2) / (n m - 1), and the
    asymmetric interval (d - d^3 ± z s sqrt((1 - d^2)^2 + z^2 s^2)) / (1 - d^2 + z^2 s^2). Where every answer of one group
    is above every answer of the other, s is 0 and the nearer end is (b - z^2) / (b + z^2), b the smaller group (Feng &
    Cliff 2004). Made by sorting, in n log n.
    """
    n, m = first.size, second.size
    ordered_first, ordered_second = np.sort(first), np.sort(second)
    below = np.searchsorted(ordered_second, first, side="left")
    up_to = np.searchsorted(ordered_second, first, side="right")
    rows = (below - (m - up_to)) / m
    columns = (
        (n - np.searchsorted(ordered_first, second, side="right")) - np.searchsorted(ordered_first, second, side="left")
    ) / n
    delta = float(rows.mean())
    z = float(stats.norm.ppf((1 + level) / 2))
    if abs(delta) == 1:
        bound = (min(n, m) - z**2) / (min(n, m) + z**2)
        ends = (bound, 1.0) if delta > 0 else (-1.0, -bound)
        return Effect("Cliff delta", delta, Interval(*ends, level, "Cliff"))
    untied = n * m - int((up_to - below).sum())
    within = untied - n * m * delta**2
    spread = (m**2 * np.square(rows - delta).sum() + n**2 * np.square(columns - delta).sum() - within) / (
        n * m * (n - 1) * (m - 1)
    )
    variance = max(float(spread), (1 - delta**2) / (n * m - 1))
    reach = z * math.sqrt(variance) * math.sqrt((1 - delta**2) ** 2 + z**2 * variance)
    middle, below_line = delta - delta**3, 1 - delta**2 + z**2 * variance
    low, high = max(-1.0, (middle - reach) / below_line), min(1.0, (middle + reach) / below_line)
    return Effect("Cliff delta", delta, Interval(low, high, level, "Cliff"))


def common_language(delta: Effect) -> Effect:
    """P(X > Y) + P(X = Y) / 2 = (delta + 1) / 2: McGraw & Wong's (1992) common-language effect, Vargha & Delaney's (2000) A."""
    ends = delta.interval
    interval = None if ends is None else Interval((ends.low + 1) / 2, (ends.high + 1) / 2, ends.level, ends.method)
    return Effect("common language", (delta.value + 1) / 2, interval)


def shares_of_variance(f: float, df1: float, df2: float, level: float) -> tuple[Effect, Effect, Effect]:
    """eta², omega² (Hays 1963) and epsilon² (Kelley 1935) of a one-way analysis of variance, from its F.

    eta² = df1 F / (df1 F + df2); epsilon² = df1 (F - 1) / (df1 F + df2); omega² = df1 (F - 1) / (df1 F + df2 + 1); the last two
    estimate the population's share and may come out below 0, which is left so. The interval is the population share's and
    the same for all three: λ / (λ + N) at the two noncentralities λ that put F at the upper and lower tail, N = df1 + df2 + 1
    (Steiger 2004).
    """
    below = df1 * f + df2
    low, high = noncentral_f(f, df1, df2, level)
    n = df1 + df2 + 1
    interval = Interval(low / (low + n), high / (high + n), level, "noncentral F")
    return (
        Effect("eta²", df1 * f / below, interval),
        Effect("omega²", df1 * (f - 1) / (below + 1), interval),
        Effect("epsilon²", df1 * (f - 1) / below, interval),
    )


def cramers_v(chi2: float, rows: int, columns: int, n: float, level: float) -> tuple[Effect, Effect]:
    """Cramér's V, as it is and with the bias taken out.

    V = sqrt(chi² / (n min(r - 1, c - 1))), with the interval sqrt(λ / (n min(r - 1, c - 1))) at the two noncentralities λ that put
    chi² at the upper and lower tail (Smithson 2003 adds the degrees of freedom to λ; without them 0 can lie inside).
    Corrected (Bergsma 2013): phi² = max(0, chi²/n - (r-1)(c-1)/(n-1)), r' = r - (r-1)²/(n-1), c' alike,
    V = sqrt(phi² / min(r' - 1, c' - 1)).
    """
    df = (rows - 1) * (columns - 1)
    scale = n * min(rows - 1, columns - 1)
    low, high = noncentral_chi2(chi2, df, level)
    ends = Interval(min(1.0, math.sqrt(low / scale)), min(1.0, math.sqrt(high / scale)), level, "noncentral chi²")
    plain = Effect("Cramér V", math.sqrt(chi2 / scale), ends)
    phi2 = max(0.0, chi2 / n - df / (n - 1))
    short_rows, short_columns = rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)
    smaller = min(short_rows, short_columns) - 1
    corrected = math.sqrt(phi2 / smaller) if smaller > 0 else float("nan")
    return plain, Effect("Cramér V, bias-corrected", corrected)


def noncentral_t(t: float, df: float, level: float) -> tuple[float, float]:
    """The noncentralities at which t lies at the upper and the lower tail of its distribution."""
    if not math.isfinite(t):
        return float("nan"), float("nan")
    if t < 0:
        low, high = noncentral_t(-t, df, level)
        return -high, -low

    def below(noncentrality: float) -> float:
        # nctdtr gives NaN where the probability is below what it can resolve.
        value = float(special.nctdtr(df, noncentrality, t))
        return value if math.isfinite(value) else float(noncentrality < t)

    return _inverted(below, (1 + level) / 2, t), _inverted(below, (1 - level) / 2, t)


def noncentral_f(f: float, df1: float, df2: float, level: float) -> tuple[float, float]:
    """The noncentralities, from 0, at which F lies at the upper and the lower tail of its distribution."""
    if not math.isfinite(f):
        return float("nan"), float("nan")

    def below(noncentrality: float) -> float:
        value = float(special.ncfdtr(df1, df2, noncentrality, f))
        return value if math.isfinite(value) else float(noncentrality < f * df1)

    return _inverted(below, (1 + level) / 2, f * df1, least=0.0), _inverted(below, (1 - level) / 2, f * df1, least=0.0)


def noncentral_chi2(chi2: float, df: float, level: float) -> tuple[float, float]:
    """The noncentralities, from 0, at which chi² lies at the upper and the lower tail of its distribution."""
    return max(0.0, float(special.chndtrinc(chi2, df, (1 + level) / 2))), max(
        0.0, float(special.chndtrinc(chi2, df, (1 - level) / 2))
    )


def _inverted(below: Callable[[float], float], target: float, near: float, *, least: float = -math.inf) -> float:
    """Where the falling function `below` takes the value `target`; `least` if it is lower than that already there.

    SciPy's own inverses (nctdtrinc, ncfdtrinc) are right to four digits only and stop at 10,000.
    """
    if math.isfinite(least) and below(least) <= target:
        return least
    step = 1.0 + abs(near) / 4
    low, high = max(near, least), max(near, least)
    while low > least and below(low) < target:
        low, step = max(least, low - step), step * 2
    step = 1.0 + abs(near) / 4
    while below(high) > target:
        high, step = high + step, step * 2
    return float(optimize.brentq(lambda at: below(at) - target, low, high, xtol=1e-12, rtol=1e-12))
