"""Whether a questionnaire measures the same in every group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from anxin.engines.measure.errors import BadModel
from anxin.engines.measure.models.by_least_squares import fit_by_least_squares
from anxin.engines.measure.models.fit import Estimator, as_syntax, data_for, fit_prepared
from anxin.engines.measure.models.fitted import FittedModel
from anxin.engines.measure.models.nested import Difference, difference
from anxin.engines.measure.models.ordinal_data import OrdinalMoments
from anxin.engines.measure.models.request import request_of
from anxin.engines.measure.results import Caution, Result, Table

CONTINUOUS = {
    "configural": (),
    "metric": ("loadings",),
    "scalar": ("loadings", "intercepts"),
    "strict": ("loadings", "intercepts", "residuals"),
}
ORDINAL = {
    "configural": (),
    "metric": ("loadings",),
    "scalar": ("loadings", "thresholds"),
    "strict": ("loadings", "thresholds", "residuals"),
}
CFI_DROP, RMSEA_RISE = 0.010, 0.015  # Chen 2007, for n over 300


@dataclass(frozen=True, kw_only=True, repr=False)
class Invariance(Result):
    """Models from loosest to strictest, each with its comparison to the one before.

    `holds` is the strictest level up to which no step lost more than .010 of CFI or gained more than .015 of RMSEA (Chen
    2007; Cheung & Rensvold 2002); the χ² tests stand beside, and with many respondents they find differences of no weight.
    """

    levels: tuple[str, ...]
    models: tuple[FittedModel, ...]
    differences: tuple[Difference | None, ...]
    holds: str
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        groups = ", ".join(
            f"{name} ({size})" for name, size in zip(self.models[0].groups, self.models[0].group_sizes, strict=True)
        )
        return f"{self.holds} invariance holds between {groups}" if self.holds else f"no invariance between {groups}"

    def table(self) -> Table:
        rows = []
        for level, model, step in zip(self.levels, self.models, self.differences, strict=True):
            best = model.fit.scaled or model.fit
            row: list[Any] = [level, best.chisq, model.fit.df, best.p, best.cfi, best.rmsea, model.fit.srmr]
            row += [None] * 5 if step is None else [step.chisq, step.df, step.p, step.cfi, step.rmsea]
            rows.append(row)
        head = ["level", "chisq", "df", "p", "cfi", "rmsea", "srmr", "Δchisq", "Δdf", "Δp", "Δcfi", "Δrmsea"]
        return Table.of(head, rows, "Measurement invariance")

    def level(self, name: str) -> FittedModel:
        """One level's model: 'configural', 'metric', 'scalar' or 'strict'."""
        if name not in self.levels:
            raise BadModel(f"There is no level {name!r}. Levels: {', '.join(self.levels)}.", code="unknown-level")
        return self.models[self.levels.index(name)]


def invariance(
    model: str | Mapping[str, Sequence[str]],
    source: Any,
    *,
    group: str = "",
    ordered: bool = False,
    estimator: Estimator | None = None,
    levels: Sequence[Literal["configural", "metric", "scalar", "strict"]] = (
        "configural",
        "metric",
        "scalar",
        "strict",
    ),
    partial: Iterable[str] = (),
    missing: Literal["listwise", "fiml"] = "listwise",
    std_lv: bool = False,
) -> Invariance:
    """Fit the same model in every group under ever more equality (Meredith 1993).

    Continuous: configural (same form), metric (loadings equal), scalar (and intercepts; factor means free in later groups),
    strict (and residual variances). Ordinal (`ordered=True`, WLSMV): metric means loadings equal with scales at 1, scalar
    loadings and thresholds equal with scales and factor means free in later groups (as lavaan has it), strict residual
    variances equal as well (theta parameterisation). Where a category is empty in some group it is joined with its neighbour in
    all groups, and a caution says so. `partial` names parameters left free ("quality=~x1", "x3~1").

    Raises what `fit` raises, naming the level.
    """
    text = model if isinstance(model, str) else as_syntax(model)
    request = request_of(
        text, estimator=estimator, ordered=ordered, missing=missing, partial=partial, std_lv=std_lv, fixed_x=False
    )
    unknown = [level for level in levels if level not in CONTINUOUS]
    if unknown or not levels:
        raise BadModel(f"Levels are {', '.join(CONTINUOUS)}; not {unknown}.", code="unknown-level", about=unknown)
    prepared = data_for(request, source, group=group, weights=None)
    request = request.for_groups(len(prepared.groups))
    kinds = ORDINAL if request.options.ordinal else CONTINUOUS
    moments: OrdinalMoments | None = None
    if request.options.ordinal:
        moments = OrdinalMoments(prepared)
        for place in range(len(prepared.groups)):
            moments.gamma(place, with_cuts=True)
    models: list[FittedModel] = []
    for level in levels:
        asked = request.held_equal(kinds[level], theta=level == "strict" and request.options.ordinal)
        if moments is not None:
            models.append(fit_by_least_squares(asked, prepared, moments))
        else:
            models.append(fit_prepared(asked, prepared))
    differences: list[Difference | None] = [None]
    for (loose, general), (tight, restricted) in pairwise(zip(levels, models, strict=True)):
        if restricted.fit.df <= general.fit.df:
            raise BadModel(
                f"Level {tight!r} restricts no more than {loose!r} does ({restricted.fit.df} and {general.fit.df} degrees of "
                "freedom). Give the levels from loosest to strictest; where items have two categories, leave out 'metric', "
                "since loadings and thresholds can only be compared together.",
                code="levels",
                about=[loose, tight],
            )
        differences.append(difference(restricted, general))
    cautions = {caution.text: caution for one in models for caution in one.cautions}
    return Invariance(
        levels=tuple(levels),
        models=tuple(models),
        differences=tuple(differences),
        holds=_holds(levels, models, differences),
        cautions=tuple(cautions.values()),
    )


def _holds(levels: Sequence[str], models: Sequence[FittedModel], differences: Sequence[Difference | None]) -> str:
    first = models[0].fit.scaled or models[0].fit
    if not models[0].converged or first.rmsea > 0.10 or first.cfi < 0.90:
        return ""  # a model that fits in no group cannot be the same in all
    held = levels[0]
    for level, model, step in zip(levels[1:], models[1:], differences[1:], strict=True):
        if step is None or not model.converged or step.cfi < -CFI_DROP or step.rmsea > RMSEA_RISE:
            break
        held = level
    return held
