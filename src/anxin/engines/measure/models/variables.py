"""Which part each variable plays in a model."""

from __future__ import annotations

from dataclasses import dataclass

from anxin.engines.measure.errors import BadModel, listed
from anxin.engines.measure.models.syntax import Written


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables of a model by role, each in the order of first mention.

    `latents` are measured by others; `observed` are columns of the data. `exogenous` are observed predictors that nothing
    predicts and no factor measures; `structural` are observed variables that take part in regressions or covary with one
    that does or with a factor: they stand among the latent variables as their own only indicator.
    """

    latents: tuple[str, ...]
    observed: tuple[str, ...]
    indicators: dict[str, tuple[str, ...]]
    dependents: tuple[str, ...]
    predictors: tuple[str, ...]
    exogenous: tuple[str, ...]
    structural: tuple[str, ...]

    @property
    def measured(self) -> frozenset[str]:
        """Everything that some factor measures, factors of the first order among them."""
        return frozenset(name for names in self.indicators.values() for name in names)

    @property
    def free_latents(self) -> tuple[str, ...]:
        """Factors that nothing explains: their covariances are free unless the model says otherwise."""
        explained = set(self.dependents) | self.measured
        return tuple(name for name in self.latents if name not in explained)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Variables that are predicted and predict nothing: their residuals may covary (lavaan's auto.cov.y)."""
        last = set(self.dependents) - set(self.predictors) - self.measured
        return tuple(name for name in (*self.latents, *self.observed) if name in last)


def variables(written: Written) -> Variables:
    """Sort the model's names into roles. BadModel for a factor measured by nothing or by itself."""
    indicators: dict[str, list[str]] = {}
    order: dict[str, None] = {}
    dependents: dict[str, None] = {}
    predictors: dict[str, None] = {}
    spread: set[str] = set()  # observed variables whose own variance or mean the model speaks of
    for term in written.terms:
        if term.op == "=~":
            indicators.setdefault(term.lhs, []).append(term.rhs)
    for term in written.terms:
        if term.op == "=~":
            order.setdefault(term.rhs)
    for term in written.terms:
        match term.op:
            case "~":
                dependents.setdefault(term.lhs)
                predictors.setdefault(term.rhs)
                order.setdefault(term.lhs)
                order.setdefault(term.rhs)
            case "~~":
                order.setdefault(term.lhs)
                order.setdefault(term.rhs)
                spread.update((term.lhs, term.rhs))
            case "~1" | "|" | "~*~":
                order.setdefault(term.lhs)
                spread.add(term.lhs)
    latents = tuple(indicators)
    observed = tuple(name for name in order if name not in indicators)
    _refuse_circles(indicators)
    if not observed:
        raise BadModel("The model names no observed variable.", code="no-observed")
    measured = {name for names in indicators.values() for name in names}
    exogenous = tuple(
        name
        for name in observed
        if name in predictors and name not in dependents and name not in measured and name not in spread
    )
    return Variables(
        latents=latents,
        observed=observed,
        indicators={name: tuple(names) for name, names in indicators.items()},
        dependents=tuple(dependents),
        predictors=tuple(predictors),
        exogenous=exogenous,
        structural=_structural(written, latents, observed, {*dependents, *predictors}),
    )


def _structural(
    written: Written, latents: tuple[str, ...], observed: tuple[str, ...], regressed: set[str]
) -> tuple[str, ...]:
    inner = set(latents) | regressed
    joined = [(term.lhs, term.rhs) for term in written.terms if term.op == "~~" and term.lhs != term.rhs]
    while True:
        pulled = {name for pair in joined for name in pair if inner.intersection(pair)} - inner
        if not pulled:
            return tuple(name for name in observed if name in inner)
        inner |= pulled


def _refuse_circles(indicators: dict[str, list[str]]) -> None:
    def below(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise BadModel(f"Factors measure each other in a circle: {listed(path)}.", code="circular", about=path)
        for other in indicators.get(name, ()):
            below(other, (*path, name))

    for name in indicators:
        below(name, ())
