"""Fitting a model to answers: the one public way in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadModel
from anxin.engines.measure.models.by_least_squares import fit_by_least_squares
from anxin.engines.measure.models.by_likelihood import fit_by_likelihood
from anxin.engines.measure.models.data import Prepared, prepare
from anxin.engines.measure.models.fitted import FittedModel
from anxin.engines.measure.models.request import WEIGHTED, Request, request_of

Estimator = Literal["ML", "MLR", "DWLS", "WLSMV", "ULS", "ULSMV", "WLS"]


def fit(
    model: str | Mapping[str, Sequence[str]],
    source: Any,
    *,
    estimator: Estimator | None = None,
    ordered: bool = False,
    missing: Literal["listwise", "fiml"] = "listwise",
    group: str | None = None,
    equal: Iterable[str] = (),
    partial: Iterable[str] = (),
    std_lv: bool = False,
    orthogonal: bool = False,
    means: bool | None = None,
    fixed_x: bool = True,
    parameterization: Literal["delta", "theta"] = "delta",
    weights: str | None = None,
) -> FittedModel:
    """Fit a factor or structural equation model.

    `model`: lavaan's syntax (see models/syntax.py), or a mapping of factors to their items. Defaults are those of lavaan's
    cfa() and sem(): first loadings 1 (`std_lv`: factor variances 1 instead), factors that nothing explains covary.

    `estimator`: "ML" (default; Jöreskog 1969, expected information), "MLR" (ML estimates with sandwich errors and Yuan &
    Bentler's 2000 test); for ordinal answers (`ordered=True`) "WLSMV" (default; DWLS estimates, robust errors, the scaled and
    shifted test of Asparouhov & Muthén 2010), "DWLS", "ULSMV", "ULS", "WLS". `missing="fiml"` keeps respondents with gaps (ML
    and MLR). `group` names the column of groups (or the answers' own groups, with group=""), `equal` the kinds of
    parameters held equal across them (loadings, intercepts, thresholds, residuals, means, lv.variances, lv.covariances,
    regressions), `partial` parameters left free nonetheless. `fixed_x` takes observed predictors as given. `weights` names a
    column of survey weights (MLR and the robust ordinal estimators).

    Chi-square multiplies by N for ML and MLR; ordinal estimators divide by N - 1 as lavaan does.

    Raises BadModel (syntax, unknown variables, options that do not fit), NotIdentified (naming the parameters that the data
    cannot settle) and BadData (constant items, too few respondents, covariances that are not positive definite).
    """
    text = model if isinstance(model, str) else as_syntax(model)
    request = request_of(
        text,
        estimator=estimator,
        ordered=ordered,
        missing=missing,
        equal=equal,
        partial=partial,
        std_lv=std_lv,
        orthogonal=orthogonal,
        means=means,
        fixed_x=fixed_x,
        parameterization=parameterization,
    )
    prepared = data_for(request, source, group=group, weights=weights)
    return fit_prepared(request.for_groups(len(prepared.groups)), prepared)


def data_for(request: Request, source: Any, *, group: str | None, weights: str | None) -> Prepared:
    """The answers a request needs, groups apart."""
    answers = Answers.of(source, group=group or None, weights=weights)
    if answers.weights is not None and request.estimator not in WEIGHTED:
        raise BadModel(
            f"{request.estimator} has no standard errors for weighted answers. Use MLR, or WLSMV for ordinal ones.",
            code="weights",
        )
    return prepare(answers, request.roles.observed, grouped=group is not None, listwise=request.missing == "listwise")


def fit_prepared(request: Request, prepared: Prepared) -> FittedModel:
    """Fit to answers that are ready."""
    if request.options.ordinal:
        return fit_by_least_squares(request, prepared)
    return fit_by_likelihood(request, prepared)


def as_syntax(factors: Mapping[str, Sequence[str]]) -> str:
    """A mapping of factors to items as lavaan's syntax."""
    return "\n".join(f"{factor} =~ {' + '.join(items)}" for factor, items in factors.items())
