"""Bootstrap intervals of any statistic of the answers, and quick ones of alpha and of models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.special import ndtr, ndtri

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, MeasureError, listed
from anxin.engines.measure.models.fitted import FittedModel
from anxin.engines.measure.models.refitting import refit_on_counts, row_influences
from anxin.engines.measure.options import check_count
from anxin.engines.measure.resampling import draw_counts
from anxin.engines.measure.results import Caution, Floats, Result, Table

Method = Literal["percentile", "bca"]
MOST_JACKKNIFED = 200  # groups of respondents left out in turn, where leaving out each alone would take too long


@dataclass(frozen=True, kw_only=True, repr=False)
class Bootstrap(Result):
    """Intervals from `used` of `draws` bootstrap samples (the others failed; a caution says so if there are any).

    `estimates`, `errors` (standard deviations of the draws), `bias` (mean of the draws less the estimate), `low` and `high`
    are arrays beside `names`; `replicates` (used, names) are the draws themselves. `method`: 'percentile' or 'bca'.
    """

    names: tuple[str, ...]
    estimates: Floats
    errors: Floats
    bias: Floats
    low: Floats
    high: Floats
    level: float
    method: str
    draws: int
    used: int
    seed: int
    replicates: Floats
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        shown = [
            f"{name} {value:.3f} ({low:.3f} to {high:.3f})"
            for name, value, low, high in zip(self.names, self.estimates, self.low, self.high, strict=True)
        ]
        more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
        return f"{self.used} draws, {self.method} {self.level:.0%}: {', '.join(shown[:3])}{more}"

    def table(self) -> Table:
        columns = [self.estimates, self.errors, self.bias, self.low, self.high]
        rows = [[name, *(float(column[i]) for column in columns)] for i, name in enumerate(self.names)]
        return Table.of(["statistic", "estimate", "se", "bias", "low", "high"], rows, self.headline().split(":")[0])

    def to_dict(self) -> dict[str, Any]:
        """Without the replicates, which are thousands of numbers; they are at `replicates`."""
        found = super().to_dict()
        del found["replicates"]
        return found


def bootstrap(
    statistic: Callable[[Answers], float | Sequence[float] | Mapping[str, float]],
    source: Any,
    *,
    draws: int = 1000,
    level: float = 0.95,
    method: Method = "percentile",
    seed: int = 0,
    within_groups: bool = False,
) -> Bootstrap:
    """Intervals of any statistic by drawing respondents with replacement (Efron 1979; BCa: Efron 1987).

    `statistic` takes Answers and gives a number, several, or named ones. `within_groups` keeps each group's size. BCa needs a
    jackknife: each respondent left out in turn up to 2,000 of them, groups of respondents beyond (about 200 groups).
    Raises what the statistic raises on the whole sample; draws on which it fails are left out and counted in a caution.
    """
    answers = Answers.of(source)
    _check(draws, level, method, seed)
    if within_groups and answers.group is None:
        raise BadModel("within_groups needs answers with groups (Answers.of(…, group=…)).", code="no-groups")
    names, whole = _named(statistic(answers))
    lost = [name for name, value in zip(names, whole, strict=True) if not np.isfinite(value)]
    if lost:
        raise BadData(f"{listed(lost)} is no number on the whole sample.", code="no-statistic", about=lost)
    found: list[Floats] = []
    groups = answers.group if within_groups else None
    for counts in draw_counts(answers.n, draws, seed, groups):
        for row in counts:
            try:
                found.append(_named(statistic(answers.rows(np.repeat(np.arange(answers.n), row.astype(int)))))[1])
            except MeasureError:
                continue
    replicates = np.array(found).reshape(-1, len(whole))
    influences = _jackknife(statistic, answers) if method == "bca" else None
    return summarised(names, whole, replicates, draws, level, method, seed, influences)


def bootstrap_alpha(
    source: Any,
    *,
    items: Sequence[str] | None = None,
    draws: int = 1000,
    level: float = 0.95,
    method: Method = "percentile",
    seed: int = 0,
) -> Bootstrap:
    """Bootstrap interval of Cronbach's alpha, through each draw's item and total variances alone. Listwise deletion.

    alpha = p/(p-1) (1 - Σ var(item) / var(total)) (Cronbach 1951). Raises BadData for one item or too few respondents.
    """
    answers = Answers.of(source, items=items).complete()
    _check(draws, level, method, seed)
    if answers.p < 2:
        raise BadData("Alpha needs two items or more.", code="one-item")
    if answers.n < 3:
        raise BadData(f"Only {answers.n} respondents answered every item: at least three are needed.", code="too-few")
    if answers.weights is not None:
        raise BadModel("The quick bootstrap of alpha takes no weights; use bootstrap(alpha, …).", code="weights")
    values = answers.values
    # About their means, so that squares lose no digits.
    centred = values - values.mean(axis=0)
    total = centred.sum(axis=1)
    features = np.column_stack([centred, total, (centred**2).sum(axis=1), total**2])
    least = 1e-12 * float(features[:, answers.p + 1].mean())
    if not float(total.var()) > least:
        raise BadData("The items' sum is the same for everyone, so there is no alpha.", code="constant-total")

    def alphas(sums: Floats, n: float | Floats) -> Floats:
        p = answers.p
        means = sums[..., : p + 1] / np.asarray(n)[..., None]
        parts = sums[..., p + 1] / n - (means[..., :p] ** 2).sum(axis=-1)
        whole = sums[..., p + 2] / n - means[..., p] ** 2
        ratio = np.divide(parts, whole, out=np.full_like(whole, np.nan), where=whole > least)
        result: Floats = p / (p - 1) * (1 - ratio)
        return result

    sums = features.sum(axis=0)
    estimate = alphas(sums[None], float(answers.n))
    replicates = np.concatenate(
        [alphas(counts @ features, float(answers.n)) for counts in draw_counts(answers.n, draws, seed)]
    )[:, None]
    influences = None
    if method == "bca":
        left_out = alphas(sums - features, float(answers.n - 1))
        influences = (left_out.mean() - left_out)[:, None]
    return summarised(("alpha",), estimate, replicates, draws, level, method, seed, influences)


def bootstrap_model(
    fitted: FittedModel,
    *,
    draws: int = 1000,
    level: float = 0.95,
    method: Method = "percentile",
    seed: int = 0,
    standardised: bool = False,
) -> Bootstrap:
    """Bootstrap intervals of a model's free parameters: the model is fitted again to each draw, within groups.

    `standardised` gives the fully standardised values. Quantities defined with := come too. For ML and MLR on complete answers,
    and for ordinal estimators (thresholds, polychoric correlations and weights are worked out anew in each draw).
    """
    _check(draws, level, method, seed)
    if not fitted.converged:
        raise BadModel("The model did not converge; there is nothing to bootstrap.", code="not-converged")
    if any(one.weights is not None for one in fitted.work.groups):
        raise BadModel(
            "The quick bootstrap of a model takes no weights; use bootstrap(…) with a statistic that fits it.",
            code="weights",
        )
    if not fitted.work.freedom.count:
        raise BadModel("The model has no free parameter; there is nothing to bootstrap.", code="nothing-free")
    names, whole, replicates = refit_on_counts(fitted, draws, seed, standardised=standardised)
    influences = row_influences(fitted, standardised=standardised) if method == "bca" else None
    return summarised(names, whole, replicates, draws, level, method, seed, influences)


def summarised(
    names: tuple[str, ...],
    estimates: Floats,
    replicates: Floats,
    draws: int,
    level: float,
    method: Method,
    seed: int,
    influences: Floats | None,
) -> Bootstrap:
    """Intervals from replicates (draws, names); BCa needs the respondents' influences (any number, names).

    A row of NaN is a draw that failed. Single NaN are statistics that a draw does not have, such as the threshold of a
    category that nobody in it chose; their intervals rest on the other draws.
    """
    replicates = replicates[~np.isnan(replicates).all(axis=1)]
    used = len(replicates)
    if used < max(20, draws // 2):
        raise BadData(
            f"Only {used} of {draws} bootstrap samples gave a result; the answers are too few or too alike.",
            code="bootstrap-failed",
        )
    tail = (1 - level) / 2
    lacking = np.isnan(replicates).sum(axis=0)
    some = lacking < used - 1  # two values at least
    low, high, errors, bias = (np.full(len(names), np.nan) for _ in range(4))
    drawn = replicates[:, some]
    if influences is None:
        low[some], high[some] = np.nanquantile(drawn, [tail, 1 - tail], axis=0)
    else:
        low[some], high[some] = _bca(estimates[some], drawn, influences[:, some], tail)
    errors[some] = np.nanstd(drawn, axis=0, ddof=1)
    bias[some] = np.nanmean(drawn, axis=0) - estimates[some]
    cautions = []
    if used < draws:
        text = f"{draws - used} of {draws} bootstrap samples gave no result and were left out."
        cautions.append(Caution("draws-failed", text))
    partly = [name for name, count in zip(names, lacking, strict=True) if count]
    if partly:
        text = (
            f"Some draws have no {listed(partly)} (up to {int(lacking.max())} of {used}); intervals rest on the others."
        )
        cautions.append(Caution("draws-partly", text, tuple(partly)))
    return Bootstrap(
        names=names,
        estimates=estimates,
        errors=errors,
        bias=bias,
        low=low,
        high=high,
        level=level,
        method=method,
        draws=draws,
        used=used,
        seed=seed,
        replicates=replicates,
        cautions=tuple(cautions),
    )


def _bca(estimates: Floats, replicates: Floats, influences: Floats, tail: float) -> tuple[Floats, Floats]:
    """Efron 1987: percentiles moved by the bias z₀ and the acceleration a = Σu³ / (6 (Σu²)^1.5) of the influences u."""
    used = (~np.isnan(replicates)).sum(axis=0)
    # Ties count half, so that a discrete statistic has no spurious bias.
    below = ((replicates < estimates).sum(axis=0) + 0.5 * (replicates == estimates).sum(axis=0)) / used
    bias = ndtri(np.clip(below, 0.5 / used, 1 - 0.5 / used))
    squares = (influences**2).sum(axis=0) ** 1.5
    acceleration = np.divide((influences**3).sum(axis=0), 6 * squares, out=np.zeros_like(squares), where=squares > 0)
    ends = []
    for z in (ndtri(tail), ndtri(1 - tail)):
        shares = ndtr(bias + (bias + z) / (1 - acceleration * (bias + z)))
        ends.append(np.array([np.nanquantile(replicates[:, i], share) for i, share in enumerate(shares)]))
    return ends[0], ends[1]


def _jackknife(statistic: Callable[[Answers], Any], answers: Answers) -> Floats:
    n = answers.n
    parts = np.array_split(np.arange(n), n if n <= 2000 else MOST_JACKKNIFED)
    found = [_named(statistic(answers.rows(np.setdiff1d(np.arange(n), part))))[1] for part in parts]
    left_out = np.array(found)
    result: Floats = left_out.mean(axis=0) - left_out
    return result


def _named(value: Any) -> tuple[tuple[str, ...], Floats]:
    if isinstance(value, Mapping):
        return tuple(value), np.array(list(value.values()), float)
    numbers = np.atleast_1d(np.asarray(value, float)).ravel()
    names = ("statistic",) if len(numbers) == 1 else tuple(f"statistic {i + 1}" for i in range(len(numbers)))
    return names, numbers


def _check(draws: int, level: float, method: str, seed: int) -> None:
    check_count(seed, "seed", least=0)
    check_count(draws, "draws", least=1)
    if draws < 100:
        raise BadModel(
            f"{draws} draws are too few for an interval; take 1,000 or more.", code="bad-option", about=["draws"]
        )
    if not 0.5 < level < 1:
        raise BadModel(f"The level is a share such as 0.95, not {level}.", code="bad-option", about=["level"])
    if method not in ("percentile", "bca"):
        raise BadModel(f"The method is 'percentile' or 'bca', not {method!r}.", code="bad-option", about=["method"])
