"""Cronbach's alpha with item statistics, of answers, covariances or polychoric correlations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import special

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.moments import Missing, moments, standardised, symmetric
from anxin.engines.measure.results import Caution, Floats, Interval, Result, Table, number

Bounds = Literal["feldt", "bonett", "duhachek"]
BOUNDS = {"feldt": "Feldt 1965", "bonett": "Bonett 2002", "duhachek": "Duhachek & Iacobucci 2004"}


@dataclass(frozen=True, kw_only=True, repr=False)
class Alpha(Result):
    """Cronbach's alpha of k items, and what each item adds. Arrays are (k,), in the items' order.

    `raw` of covariances, `standardised` of correlations, `g6` Guttman's lambda-6 of correlations, `mean_r` and `median_r`
    of the inter-item correlations, `signal_noise` = k r / (1 - r) of the mean r. `interval` and `standard_error` are of `raw`
    (none when n is not known). Without the item: `raw_dropped`, `standardised_dropped`, `g6_dropped`, `mean_r_dropped`
    (not-a-number with two items). The item and the scale: `r_raw` with the sum of all items, `r_std` the same of
    standardised items, `r_cor` corrected for overlap and unreliability by squared multiple correlations, `r_drop` with the
    sum of the other items.
    """

    items: tuple[str, ...]
    n: float
    of: str
    raw: float
    standardised: float
    g6: float
    mean_r: float
    median_r: float
    signal_noise: float
    interval: Interval | None
    standard_error: float
    raw_dropped: Floats
    standardised_dropped: Floats
    g6_dropped: Floats
    mean_r_dropped: Floats
    r_raw: Floats
    r_std: Floats
    r_cor: Floats
    r_drop: Floats
    mean: Floats | None
    sd: Floats
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        bounds = "" if self.interval is None else f" ({self.interval})"
        name = "alpha" if self.of == "covariances" else "ordinal alpha"
        return f"{name} {number(self.raw)}{bounds}, standardised {number(self.standardised)}, {len(self.items)} items"

    def table(self) -> Table:
        columns = ["item", "mean", "sd", "r.drop", "r.cor", "alpha without", "std. without", "G6 without"]
        means = self.mean if self.mean is not None else [None] * len(self.items)
        rows = zip(
            *(self.items, means, self.sd, self.r_drop, self.r_cor),
            *(self.raw_dropped, self.standardised_dropped, self.g6_dropped),
            strict=True,
        )
        return Table.of(columns, rows, "Items")


def cronbach_alpha(
    source: Any,
    *,
    items: Sequence[str] | None = None,
    missing: Missing = "listwise",
    bounds: Bounds = "feldt",
    level: float = 0.95,
) -> Alpha:
    """Alpha of answers (n, k), weighted if they are.

    alpha = k / (k - 1) (1 - tr C / sum C) (Cronbach 1951); G6 = 1 - sum(1 - smc) / sum R (Guttman 1945); item statistics
    as R's psych::alpha names them. `bounds`: "feldt" (exact for parallel normal items; what psych and SPSS show), "bonett"
    (log transform, good with few respondents) or "duhachek" (asymptotic, of any covariances of normal answers).

    Raises BadData (constant item, too few respondents), BadModel (fewer than two items, unknown option).
    """
    answers = Answers.of(source, items=items)
    found = moments(answers, missing=missing)
    parts = (found.cov, answers.items, found.test_n, bounds, level)
    return _alpha(*parts, of="covariances", mean=found.mean, cautions=list(found.cautions))


def cronbach_alpha_of(
    matrix: Any,
    *,
    n: float | None = None,
    items: Sequence[str] | None = None,
    bounds: Bounds = "feldt",
    level: float = 0.95,
) -> Alpha:
    """`cronbach_alpha` of a covariance matrix (k, k) from `n` respondents (without n: no interval)."""
    given, names = symmetric(matrix, items)
    if n is not None and not n > 2:
        raise BadData(f"n is the number of respondents, more than 2, not {n}.", code="too-few", about=["n"])
    return _alpha(given, names, n, bounds, level, of="covariances", mean=None, cautions=[])


def ordinal_alpha(r: Any, *, items: Sequence[str] | None = None) -> Alpha:
    """Alpha of polychoric correlations `r` (k, k) (Zumbo, Gadermann & Zeisser 2007).

    It is the reliability of a sum of the continuous variables thought to lie behind the answers, not of the sum of the
    answers themselves (Chalmers 2018). It has no interval in closed form: bootstrap it.
    """
    given, names = symmetric(r, items)
    return _alpha(standardised(given), names, None, "feldt", 0.95, of="polychoric correlations", mean=None, cautions=[])


def _alpha(
    cov: Floats,
    items: tuple[str, ...],
    n: float | None,
    bounds: str,
    level: float,
    *,
    of: str,
    mean: Floats | None,
    cautions: list[Caution],
) -> Alpha:
    k = len(cov)
    if k < 2:
        raise BadModel("Alpha is of two items at least.", code="too-few-items")
    if bounds not in BOUNDS:
        raise BadModel(f"bounds are {', '.join(BOUNDS)}, not {bounds!r}.", code="bad-option", about=["bounds"])
    if not 0 < level < 1:
        raise BadModel(f"level lies between 0 and 1, not at {level}.", code="bad-option", about=["level"])
    r = standardised(cov)
    total, total_r = float(cov.sum()), float(r.sum())
    if not total > 1e-12 * float(np.trace(cov)):
        text = "The items cancel out: their sum does not vary. Turn the reversed items round first."
        raise BadData(text, code="constant-sum", about=items)
    variances, columns, columns_r = np.diagonal(cov), cov.sum(axis=0), r.sum(axis=0)
    raw = _coefficient(k, float(np.trace(cov)), total)
    mean_r = (total_r - k) / (k * (k - 1))
    smc, smc_dropped = _squared_multiples(r)
    rest = np.maximum(total - 2 * columns + variances, 0.0)
    rest_r = total_r - 2 * columns_r + 1
    with np.errstate(invalid="ignore", divide="ignore"):
        dropped = _coefficient(k - 1, np.trace(cov) - variances, rest) if k > 2 else np.full(k, np.nan)
        std_dropped = _coefficient(k - 1, k - 1.0, rest_r) if k > 2 else np.full(k, np.nan)
        mean_r_dropped = (rest_r - (k - 1)) / ((k - 1) * (k - 2)) if k > 2 else np.full(k, np.nan)
        g6_dropped = 1 - (k - 1 - smc_dropped) / rest_r if k > 2 else np.full(k, np.nan)
        r_drop = (columns - variances) / np.sqrt(variances * rest)
        whole = total_r - k + float(smc.sum())
        r_cor = (columns_r - 1 + smc) / np.sqrt(whole) if whole > 0 else np.full(k, np.nan)
    error, interval = float("nan"), None
    if n is not None:
        error = float(np.sqrt(max(_spread(cov), 0.0) / n))  # below 0: pairwise covariances at odds
        interval = _interval(raw, n, k, error, bounds, level)
    cautions += _item_cautions(r, r_drop, items)
    if not np.isfinite(smc).all():
        text = "The correlations are not positive definite, so G6 and r.cor, which need their inverse, are left out."
        cautions.append(Caution("not-positive-definite", text))
    return Alpha(
        items=items,
        n=float("nan") if n is None else float(n),
        of=of,
        raw=raw,
        standardised=_coefficient(k, float(k), total_r),
        g6=1 - (k - float(smc.sum())) / total_r,
        mean_r=mean_r,
        median_r=float(np.median(r[np.tril_indices(k, -1)])),
        signal_noise=k * mean_r / (1 - mean_r) if mean_r < 1 else float("inf"),
        interval=interval,
        standard_error=error,
        raw_dropped=dropped,
        standardised_dropped=std_dropped,
        g6_dropped=g6_dropped,
        mean_r_dropped=mean_r_dropped,
        r_raw=columns / np.sqrt(variances * total),
        r_std=columns_r / np.sqrt(total_r),
        r_cor=r_cor,
        r_drop=r_drop,
        mean=mean,
        sd=np.sqrt(variances),
        cautions=tuple(cautions),
    )


def _coefficient(k: int, trace: Any, total: Any) -> Any:
    return k / (k - 1) * (1 - trace / total)


def _squared_multiples(r: Floats) -> tuple[Floats, Floats]:
    """Squared multiple correlations (k,) with all other items, and their sums (k,) when an item is left out."""
    k = len(r)
    if float(np.linalg.eigvalsh(r)[0]) < 1e-10:
        return np.full(k, np.nan), np.full(k, np.nan)
    inverse = np.linalg.inv(r)
    own = np.diagonal(inverse)
    # Row i: the diagonal of the inverse without item i (inverse of a block).
    without = own[None, :] - inverse**2 / own[:, None]
    np.fill_diagonal(without, 1.0)
    return 1 - 1 / own, np.sum(1 - 1 / without, axis=1)


def _spread(cov: Floats) -> float:
    """n times the sampling variance of alpha of normal answers (van Zyl, Neudecker & Nel 2000)."""
    k, total, trace = len(cov), float(cov.sum()), float(np.trace(cov))
    square = cov @ cov
    inner = total * (float(np.trace(square)) + trace**2) - 2 * trace * float(square.sum())
    return 2 * k**2 / ((k - 1) ** 2 * total**3) * inner


def _interval(alpha: float, n: float, k: int, error: float, bounds: str, level: float) -> Interval:
    tail = (1 - level) / 2
    if bounds == "feldt":
        df = (n - 1, (n - 1) * (k - 1))
        low, high = (1 - (1 - alpha) * float(special.fdtri(*df, share)) for share in (1 - tail, tail))
    elif bounds == "bonett":
        reach = float(special.ndtri(1 - tail)) * np.sqrt(2 * k / ((k - 1) * (n - 2)))
        low, high = (1 - (1 - alpha) * float(np.exp(sign * reach)) for sign in (1, -1))
    else:
        reach = float(special.ndtri(1 - tail)) * error
        low, high = alpha - reach, alpha + reach
    return Interval(low, high, level, BOUNDS[bounds])


def _item_cautions(r: Floats, r_drop: Floats, items: tuple[str, ...]) -> list[Caution]:
    first = np.linalg.eigh(r)[1][:, -1]
    first = first if first.sum() >= 0 else -first
    against = [item for item, rest, sign in zip(items, r_drop, first, strict=True) if rest < 0 or sign < -1e-9]
    if not against:
        return []
    text = f"{listed(against)} run against the other items: turn them round if they are worded the other way, or leave out."
    return [Caution("reversed", text, tuple(against))]
