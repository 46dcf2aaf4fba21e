"""How reliable scores are by a fitted model: composite reliability, omega, average variance extracted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.errors import BadModel, listed
from anxin.engines.measure.models.fitted import FittedModel
from anxin.engines.measure.models.ordinal import LeastSquares
from anxin.engines.measure.pairs.normal import joint
from anxin.engines.measure.results import Caution, Floats, Result, Table


@dataclass(frozen=True, slots=True)
class Composite:
    """One factor's items as a scale.

    `composite`: (Σλ)² / ((Σλ)² + Σ(1 - λ²)) of standardised loadings (Fornell & Larcker 1981). `omega`: true over implied
    variance of the sum of the items as they are (McDonald 1999), residual covariances included. `omega_observed`: the same over
    the sample's variance, as semTools' compRelSEM has it. `omega_ordinal`: Green & Yang's 2009 categorical omega of the sum of
    ordinal answers, over the sample's correlations (NaN for measurements); omega itself then speaks of the normal variables
    behind the answers. `ave`: the mean squared standardised loading. `ave_model`: Σλ²ψ / (Σλ²ψ + Σθ), weighted by the
    items' variances, as semTools' AVE has it.
    """

    factor: str
    group: str
    items: tuple[str, ...]
    composite: float
    omega: float
    omega_observed: float
    omega_ordinal: float
    ave: float
    ave_model: float


@dataclass(frozen=True, kw_only=True, repr=False)
class Composites(Result):
    """Reliability of every factor's scale by the model named in `model`."""

    model: str
    composites: tuple[Composite, ...]
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        parts = [f"{one.factor} CR {one.composite:.3f}, AVE {one.ave:.3f}" for one in self.composites]
        return "; ".join(parts)

    def table(self) -> Table:
        names = ("composite", "omega", "omega_observed", "omega_ordinal", "ave", "ave_model")
        rows = [
            [one.factor, one.group, *(None if np.isnan(getattr(one, name)) else getattr(one, name) for name in names)]
            for one in self.composites
        ]
        return Table.of(["factor", "group", *names], rows, f"Reliability by {self.model}")

    def get(self, factor: str, group: str = "") -> Composite:
        for one in self.composites:
            if one.factor == factor and one.group == group:
                return one
        raise BadModel(f"There is no factor {factor!r} with items of its own.", code="unknown-factor", about=[factor])


@dataclass(frozen=True, kw_only=True, repr=False)
class GeneralOmega(Result):
    """How much of the whole questionnaire's sum is true (`total`), and how much one general factor alone (`hierarchical`).

    `model` names the model they came from; `hierarchical` is NaN where it has no general factor.
    """

    model: str
    total: float
    hierarchical: float
    general: str
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        part = "" if np.isnan(self.hierarchical) else f", ω hierarchical {self.hierarchical:.3f}"
        return f"ω total {self.total:.3f}{part} ({self.model})"

    def table(self) -> Table:
        rows = [["omega total", self.total], ["omega hierarchical", self.hierarchical]]
        return Table.of(["coefficient", "value"], rows, self.model)


def composites(fitted: FittedModel) -> Composites:
    """Composite reliability, omega and AVE of every factor that items measure, in every group.

    Raises BadModel where the model did not converge or no factor has observed items.
    """
    _refuse_unconverged(fitted)
    found = []
    crossing: list[str] = []
    for group, name in enumerate(fitted.groups):
        loadings = fitted.loading_matrix(standardised=False, group=group)
        standard = fitted.loading_matrix(standardised=True, group=group)
        crossing += [item for item, row in zip(fitted.observed, loadings, strict=True) if (row != 0).sum() > 1]
        for place, factor in enumerate(fitted.latents):
            own = np.flatnonzero(loadings[:, place])
            if own.size:
                found.append(_composite(fitted, group, name, factor, place, own, loadings, standard))
    if not found:
        raise BadModel("No factor of the model has observed items.", code="no-items")
    cautions = []
    if crossing:
        text = (
            f"{listed(sorted(set(crossing)))} load on several factors; a scale's share of them counts one factor only."
        )
        cautions.append(Caution("cross-loading", text, tuple(sorted(set(crossing)))))
    return Composites(model=_named(fitted), composites=tuple(found), cautions=tuple(cautions))


def _composite(
    fitted: FittedModel,
    group: int,
    name: str,
    factor: str,
    place: int,
    own: NDArray[np.intp],
    loadings: Floats,
    standard: Floats,
) -> Composite:
    work = fitted.work
    lam, std = loadings[own, place], standard[own, place]
    variance = float(work.factor_covariances(group)[place, place])
    implied = work.implied_moments(group)[0][np.ix_(own, own)]
    observed = work.sample[group][1][np.ix_(own, own)]
    true = float(lam.sum() ** 2 * variance)
    explained = float((lam**2).sum() * variance)
    ordinal = np.nan
    if isinstance(work.problem, LeastSquares):
        # In the metric of the normal variables with unit variance.
        true, explained = float(std.sum() ** 2), float((std**2).sum())
        ordinal = _green_yang(fitted, group, own, np.outer(std, std), observed)
    return Composite(
        factor=factor,
        group=name,
        items=tuple(fitted.observed[item] for item in own),
        composite=float(std.sum() ** 2 / (std.sum() ** 2 + (1 - std**2).sum())),
        omega=true / float(implied.sum()),
        omega_observed=true / float(observed.sum()),
        omega_ordinal=float(ordinal),
        ave=float((std**2).mean()),
        ave_model=explained / (explained + float(np.trace(implied)) - explained),
    )


def _green_yang(fitted: FittedModel, group: int, own: NDArray[np.intp], common: Floats, observed: Floats) -> float:
    """Covariances of ordinal answers that the factor makes, over those that the sample's correlations make."""
    moments = fitted.work.moments
    assert moments is not None
    cuts = [row[np.isfinite(row)] for row in moments.groups[group].cuts[own]]
    top = bottom = 0.0
    for one, left in enumerate(cuts):
        for other, right in enumerate(cuts):
            apart = joint(left[:, None], np.full((1, 1), np.inf), np.zeros(1)) * joint(
                np.full((1, 1), np.inf), right[None, :], np.zeros(1)
            )
            shared = float((joint(left[:, None], right[None, :], np.full(1, common[one, other])) - apart).sum())
            top += shared
            if one == other:
                # An item with itself: both below the lower of two cuts.
                lower = np.minimum(left[:, None], right[None, :])
                both = joint(lower, np.full((1, 1), np.inf), np.zeros(1))
                bottom += float((both - apart).sum())
            else:
                joined = joint(left[:, None], right[None, :], np.full(1, observed[one, other]))
                bottom += float((joined - apart).sum())
    return top / bottom


def general_omega(fitted: FittedModel, *, group: int = 0) -> GeneralOmega:
    """Omega of the sum of all items by a fitted model (Zinbarg et al. 2005).

    The general factor is a factor that measures all others (second order), or one that measures every item beside factors
    uncorrelated with it (bifactor), or the only factor. Without one there is a total only.
    Raises BadModel for a model without factors, or with observed variables in regressions: they are no items of a scale.
    """
    _refuse_unconverged(fitted)
    work = fitted.work
    others = work.completed.variables.structural
    if others or not fitted.latents:
        what = f"relates {listed(others)} by regressions" if others else "has no factor"
        raise BadModel(
            f"Omega needs a model of factors and their items; this one {what}.", code="no-items", about=others
        )
    implied = work.implied_moments(group)[0]
    filled, state = work.state(group, work.x)
    scale = np.ones(len(implied))
    if isinstance(work.problem, LeastSquares):
        scale = state.sigma.diagonal() ** -0.5 if work.problem.theta else filled["delta"]
    common = scale[:, None] * (filled["lambda"] @ state.factors @ filled["lambda"].T) * scale
    roles = work.completed.variables
    general = ""
    covering = [name for name in fitted.latents if set(roles.indicators[name]) >= set(fitted.observed)]
    above = [
        name
        for name in fitted.latents
        if set(roles.indicators[name]) >= {other for other in fitted.latents if other != name}
        and len(fitted.latents) > 1
    ]
    if above:
        general, kind = above[0], "second-order model"
    elif covering:
        general, kind = covering[0], "one-factor model" if len(fitted.latents) == 1 else "bifactor model"
    else:
        kind = "correlated factors" if len(fitted.latents) > 1 else "model"
    hierarchical = np.nan
    if general:
        place = fitted.latents.index(general)
        m = len(state.factors)
        reach = state.basis[:, len(fitted.observed) : len(fitted.observed) + m]
        direct = scale * reach[:, place]
        hierarchical = float(direct.sum() ** 2 * filled["psi"][place, place] / implied.sum())
    total = float(common.sum() / implied.sum())
    name = f"{kind}, {fitted.estimator}"
    return GeneralOmega(model=name, total=total, hierarchical=hierarchical, general=general)


def _refuse_unconverged(fitted: FittedModel) -> None:
    if not fitted.converged:
        raise BadModel("The model did not converge; nothing can be read from it.", code="not-converged")


def _named(fitted: FittedModel) -> str:
    return f"a model of {len(fitted.latents)} factor{'s' if len(fitted.latents) > 1 else ''}, {fitted.estimator}"
