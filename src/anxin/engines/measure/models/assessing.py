"""From a solved problem to its fit indices, and the doubts a reader should have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from anxin.engines.measure.errors import listed
from anxin.engines.measure.models.casewise import independence_trace
from anxin.engines.measure.models.fitted import Estimate
from anxin.engines.measure.models.incomplete import FullLikelihood, Gappy, independence
from anxin.engines.measure.models.indices import Fit, Scaled, approximation, comparative, upper_tail
from anxin.engines.measure.models.likelihood import Likelihood, Sample
from anxin.engines.measure.models.ordinal import LeastSquares, Robust
from anxin.engines.measure.models.ordinal_data import Ordinal
from anxin.engines.measure.models.parameters import Options
from anxin.engines.measure.models.scoring import Minimum
from anxin.engines.measure.models.variables import Variables
from anxin.engines.measure.models.working import Working
from anxin.engines.measure.results import Caution, Floats, Interval


@dataclass(frozen=True, slots=True)
class Corrections:
    """Yuan–Bentler scaling factors of the model's and the baseline's statistic."""

    factor: float
    baseline_factor: float


def moments_of(roles: Variables, options: Options) -> int:
    """How many means, variances and covariances the data give a likelihood; those of given predictors do not count."""
    p, given = len(roles.observed), len(given_places(roles, options))
    each = p * (p + 1) // 2 - given * (given + 1) // 2
    if options.means:
        each += p - given
    return each * options.groups


def given_places(roles: Variables, options: Options) -> list[int]:
    """Places of observed predictors taken as given."""
    return [roles.observed.index(name) for name in roles.exogenous] if options.fixed_x else []


def yuan_bentler(
    saturated_trace: float,
    trace: float,
    problem: Likelihood | FullLikelihood,
    values: Sequence[Floats],
    weights: Sequence[Floats | None],
    df: int,
    roles: Variables,
    options: Options,
) -> Corrections:
    """(tr(B₁A₁⁻¹) - tr(B₀A₀⁻¹)) / df, of the model and of the baseline (Yuan & Bentler 2000 in Mplus' form)."""
    given, means = given_places(roles, options), problem.means
    related = [roles.observed.index(name) for name in roles.exogenous]
    baseline = sum(
        independence_trace(one, weight, given, related, means=means)
        for one, weight in zip(values, weights, strict=True)
    )
    baseline_df = _baseline_df(len(roles.observed), len(related), options.groups)
    return Corrections(
        factor=(saturated_trace - trace) / df if df else np.nan,
        baseline_factor=(saturated_trace - baseline) / baseline_df if baseline_df else np.nan,
    )


def _baseline_df(p: int, given: int, groups: int) -> int:
    return (p * (p - 1) // 2 - given * (given - 1) // 2) * groups


def likelihood_fit(
    problem: Likelihood | FullLikelihood,
    reached: Minimum,
    working: Working,
    counted: int,
    corrections: Corrections | None,
    roles: Variables,
    options: Options,
) -> Fit:
    q, n = problem.freedom.count, problem.total
    # Predictors stay related in the baseline model, whether they are taken as given or not.
    given, related = given_places(roles, options), [roles.observed.index(name) for name in roles.exogenous]
    df = counted - q
    chisq = max(2 * n * reached.value, 0.0)
    baseline_df = _baseline_df(len(roles.observed), len(related), options.groups)
    baseline, saturated = 0.0, 0.0
    samples: Sequence[Sample | Gappy] = problem.samples
    for group, sample in enumerate(samples):
        if isinstance(sample, Gappy):
            saturated += sample.loglik
            own = working.groups[group]
            weights = None if own.weights is None else own.weights * (own.n / own.weights.sum())
            baseline += 2 * (sample.loglik - independence(sample, own.values, weights, related))
        else:
            p = len(sample.mean)
            saturated -= 0.5 * sample.n * (p * np.log(2 * np.pi) + sample.logdet + p)
            others = [place for place in range(p) if place not in related]
            joint = float(np.linalg.slogdet(sample.cov[np.ix_(related, related)])[1]) if related else 0.0
            baseline += sample.n * (float(np.log(sample.cov.diagonal()[others]).sum()) + joint - sample.logdet)
            if given:
                saturated += 0.5 * sample.n * (len(given) * np.log(2 * np.pi) + joint + len(given))
    loglik = saturated - chisq / 2
    gfi, agfi = _gfi(working, problem, df, counted)
    scaled = None
    if corrections is not None and df > 0:
        scaled = _scaled_likelihood(chisq, df, baseline, baseline_df, n, options.groups, corrections)
    found = Fit(
        n=int(n),
        parameters=q,
        chisq=chisq,
        df=df,
        p=upper_tail(chisq, df),
        baseline_chisq=baseline,
        baseline_df=baseline_df,
        **_named(comparative(chisq, df, baseline, baseline_df)),
        **_named(approximation(chisq, df, n, options.groups)),
        srmr=_srmr(working, with_means=options.means),
        gfi=gfi,
        agfi=agfi,
        loglik=loglik,
        aic=2 * q - 2 * loglik,
        bic=q * float(np.log(n)) - 2 * loglik,
        sabic=q * float(np.log((n + 2) / 24)) - 2 * loglik,
        scaled=scaled,
    )
    return found if reached.converged else _unknown(found)


def _scaled_likelihood(
    chisq: float, df: int, baseline: float, baseline_df: int, n: float, groups: int, corrections: Corrections
) -> Scaled:
    c, b = corrections.factor, corrections.baseline_factor
    corrected, corrected_baseline = chisq / c, baseline / b
    misfit, null = max(chisq - c * df, 0.0), max(baseline - b * baseline_df, 0.0)
    worst = max(misfit, null)
    # lavaan's scaled RMSEA leaves the statistic as it is and takes the trace c·df for its degrees of freedom.
    robust_near = approximation(corrected, df, n, groups)
    interval = robust_near["rmsea_interval"]
    assert isinstance(interval, Interval)
    stretch = float(np.sqrt(c))
    return Scaled(
        chisq=corrected,
        df=df,
        p=upper_tail(corrected, df),
        factor=c,
        shift=0.0,
        baseline_chisq=corrected_baseline,
        baseline_df=baseline_df,
        baseline_factor=b,
        **_named(comparative(corrected, df, corrected_baseline, baseline_df)),
        **_named(approximation(chisq, c * df, n, groups)),
        cfi_robust=1 - misfit / worst if worst else 1.0,
        tli_robust=1 - ((chisq - c * df) / df) / ((baseline - b * baseline_df) / baseline_df) if null and df else 1.0,
        rmsea_robust=float(np.sqrt(misfit / (n * df) * groups)),
        rmsea_robust_interval=Interval(interval.low * stretch, interval.high * stretch, 0.9, interval.method),
    )


def ordinal_fit(
    problem: LeastSquares,
    reached: Minimum,
    working: Working,
    groups: Sequence[Ordinal],
    gammas: Sequence[Floats | None],
    corrected: Robust | None,
) -> Fit:
    n, count = problem.total, len(groups)
    q = problem.freedom.count + len(working.saturated_errors)
    moments = sum(len(target.moments) for target in problem.targets)
    df = moments - problem.freedom.count
    chisq = max(2 * n * reached.value, 0.0)
    p = len(working.structures[0].names)
    baseline_df = p * (p - 1) // 2 * count
    baseline, trace, square = 0.0, 0.0, 0.0
    for one, target, gamma in zip(groups, problem.targets, gammas, strict=True):
        first = len(target.moments) - len(one.r)
        if target.weight.ndim == 1:
            weight = target.weight[first:]
        else:  # free thresholds take their part of a full weight matrix with them
            assert gamma is not None
            weight = np.asarray(np.linalg.inv(gamma[first:, first:]), np.float64)
        weighted = weight * one.r if weight.ndim == 1 else weight @ one.r
        baseline += (target.n - 1) * float(one.r @ weighted)
        if gamma is not None:
            part = gamma[first:, first:]
            joined = weight[:, None] * part if weight.ndim == 1 else weight @ part
            trace += float(np.trace(joined))
            square += float(np.einsum("ij,ji->", joined, joined))
    # lavaan's categorical RMSEA divides by the sum of n - 1.
    effective = n - count
    scaled = None
    if corrected is not None and df > 0:
        stretch = float(np.sqrt(df / corrected.trace_of_square))
        shift = df - stretch * corrected.trace
        corrected_chisq = chisq * stretch + shift
        base_stretch = float(np.sqrt(baseline_df / square))
        corrected_baseline = baseline * base_stretch + baseline_df - base_stretch * trace
        scaled = Scaled(
            chisq=corrected_chisq,
            df=df,
            p=upper_tail(corrected_chisq, df),
            factor=1 / stretch,
            shift=shift,
            baseline_chisq=corrected_baseline,
            baseline_df=baseline_df,
            baseline_factor=1 / base_stretch,
            **_named(comparative(corrected_chisq, df, corrected_baseline, baseline_df)),
            **_named(approximation(corrected_chisq, df, effective, count)),
            cfi_robust=np.nan,
            tli_robust=np.nan,
            rmsea_robust=np.nan,
            rmsea_robust_interval=Interval(np.nan, np.nan, 0.9),
        )
    found = Fit(
        n=int(n),
        parameters=q,
        chisq=chisq,
        df=df,
        p=upper_tail(chisq, df),
        baseline_chisq=baseline,
        baseline_df=baseline_df,
        **_named(comparative(chisq, df, baseline, baseline_df)),
        **_named(approximation(chisq, df, effective, count)),
        srmr=_srmr(working, with_means=False),
        gfi=np.nan,
        agfi=np.nan,
        loglik=np.nan,
        aic=np.nan,
        bic=np.nan,
        sabic=np.nan,
        scaled=scaled,
    )
    return found if reached.converged else _unknown(found)


def _named(values: dict[str, Any]) -> dict[str, Any]:
    return values


def _srmr(working: Working, *, with_means: bool) -> float:
    """Root mean square of standardised residuals over the lower triangle with its diagonal (Bentler), means too if modelled.

    Over groups it is the mean by size.
    """
    found, sizes = [], []
    for group, (mean, cov) in enumerate(working.sample):
        sigma, mu = working.implied_moments(group)
        size = np.sqrt(cov.diagonal())
        residual = (cov - sigma) / np.outer(size, size)
        parts = residual[np.tril_indices(len(size))]
        if with_means:
            parts = np.concatenate([parts, (mean - mu) / size])
        found.append(float(np.sqrt((parts**2).mean())))
        sizes.append(working.groups[group].n)
    return float(np.average(found, weights=sizes))


def _gfi(working: Working, problem: Likelihood | FullLikelihood, df: int, counted: int) -> tuple[float, float]:
    """1 - tr((Σ⁻¹S - I)²) / tr((Σ⁻¹S)²), and the same adjusted for degrees of freedom (Jöreskog & Sörbom 1982).

    Over groups it is the mean by size.
    """
    found, sizes = [], []
    for group, (mean, cov) in enumerate(working.sample):
        sigma, mu = working.implied_moments(group)
        inverted = np.linalg.inv(sigma)
        ratio = inverted @ cov
        off = ratio - np.eye(len(ratio))
        top = float(np.einsum("ij,ji->", off, off))
        bottom = float(np.einsum("ij,ji->", ratio, ratio))
        if problem.means:
            gap = mean - mu
            top += 2 * float(gap @ inverted @ gap)
            bottom += 2 * float(mean @ inverted @ mean)
        found.append(1 - top / bottom)
        sizes.append(working.groups[group].n)
    gfi = float(np.average(found, weights=sizes))
    return gfi, 1 - counted / df * (1 - gfi) if df > 0 else 1.0


def _unknown(found: Fit) -> Fit:
    """Indices of a model that did not converge: none."""
    blank: dict[str, Any] = {one.name: np.nan for one in fields(found) if isinstance(getattr(found, one.name), float)}
    blank["rmsea_interval"] = Interval(np.nan, np.nan, 0.9)
    blank["scaled"] = None
    return replace(found, **blank)


def doubts(working: Working, estimates: Sequence[Estimate], reached: Minimum) -> list[Caution]:
    """Not converged; Heywood cases; factors that cannot be told apart."""
    found = []
    if not reached.converged:
        text = f"The estimates did not converge in {reached.steps} steps; they and their fit say nothing."
        found.append(Caution("not-converged", text))
    negative = [one.name for one in estimates if one.op == "~~" and one.lhs == one.rhs and one.estimate < -1e-9]
    if negative:
        text = f"Negative variance (a Heywood case): {listed(negative)}. The model is wrong, or n too small."
        found.append(Caution("heywood", text, tuple(negative)))
    beyond = [one.name for one in estimates if one.op == "=~" and abs(one.std_all) > 1 + 1e-9]
    if beyond:
        text = f"A standardised loading beyond 1: {listed(beyond)}."
        found.append(Caution("loading-beyond-one", text, tuple(beyond)))
    for group, name in enumerate(working.group_names):
        covariances = working.factor_covariances(group)
        if len(covariances) and np.linalg.eigvalsh(covariances)[0] < -1e-8:
            where = f" in group {name!r}" if name else ""
            text = f"The factors' covariances{where} are not positive definite: two factors cannot be told apart."
            found.append(Caution("factors-not-positive-definite", text))
    return found
