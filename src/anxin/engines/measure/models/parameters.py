"""A model's parameters: those written and those that custom adds (lavaan's defaults for cfa() and sem())."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from anxin.engines.measure.errors import BadModel, listed
from anxin.engines.measure.models.syntax import Setting, Term, Written
from anxin.engines.measure.models.variables import Variables

CLASSES = (
    "loadings",
    "intercepts",
    "thresholds",
    "residuals",
    "means",
    "lv.variances",
    "lv.covariances",
    "regressions",
)


@dataclass(slots=True)
class Parameter:
    """One parameter of one group. Not free: held at `value`. Free and labelled: equal to all of that label."""

    lhs: str
    op: str
    rhs: str
    group: int
    free: bool
    value: float = 0.0
    start: float | None = None
    label: str = ""
    written: bool = False
    said_free: bool = False  # by NA, which also lifts the custom of fixing a first loading
    exogenous: bool = False  # held at the sample's own value (fixed.x)
    saturated: bool = False  # settled by the data alone (a threshold that nothing restricts)

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.lhs, self.op, self.rhs)

    @property
    def name(self) -> str:
        """As lavaan prints it: 'f=~x1', 'x1~1', 'x1|t1'."""
        return f"{self.lhs}~1" if self.op == "~1" else f"{self.lhs}{self.op}{self.rhs}"


@dataclass(frozen=True, slots=True)
class Options:
    """How a model is completed. The defaults are lavaan's for cfa() and sem()."""

    std_lv: bool = False
    orthogonal: bool = False
    means: bool = False
    fixed_x: bool = True
    ordinal: bool = False
    theta: bool = False
    groups: int = 1
    equal: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()


@dataclass(slots=True)
class Completed:
    """All parameters, group by group, with the roles they were made from."""

    parameters: list[Parameter]
    variables: Variables
    options: Options
    places: dict[tuple[int, tuple[str, str, str]], Parameter] = field(default_factory=dict)

    def get(self, lhs: str, op: str, rhs: str, group: int = 0) -> Parameter | None:
        found = self.places.get((group, (lhs, op, rhs)))
        if found is None and op == "~~":
            found = self.places.get((group, (rhs, op, lhs)))
        return found


def complete(
    written: Written, roles: Variables, options: Options, thresholds: Mapping[str, int] | None = None
) -> Completed:
    """The full table. `thresholds` gives how many each ordinal variable has (in any group).

    Raises BadModel for settings that do not fit the number of groups, unknown equality classes or partial names.
    """
    unknown = sorted(options.equal - set(CLASSES))
    if unknown:
        raise BadModel(
            f"Unknown kind of parameter to hold equal: {listed(unknown)}. Known: {', '.join(CLASSES)}.",
            code="unknown-equality",
            about=unknown,
        )
    made = Completed([], roles, options)
    for group in range(options.groups):
        for term in written.terms:
            _add(made, _from_term(term, group, options.groups))
        _add_variances(made, group)
        _add_covariances(made, group)
        if options.ordinal:
            _add_thresholds(made, group, thresholds or {})
        if options.means or options.ordinal:
            _add_means(made, group)
        _fix_scale_of_factors(made, group)
    _share_across_groups(made)
    return made


def _from_term(term: Term, group: int, groups: int) -> Parameter:
    settings = term.settings
    if len(settings) not in (1, groups):
        raise BadModel(
            f"{term.line!r} has settings for {len(settings)} groups; the data have {groups}.",
            code="groups",
            about=[term.line],
        )
    setting: Setting = settings[0] if len(settings) == 1 else settings[group]
    return Parameter(
        term.lhs,
        term.op,
        term.rhs,
        group,
        free=setting.fixed is None,
        value=setting.fixed or 0.0,
        start=setting.start,
        label=setting.label,
        written=True,
        said_free=setting.free,
    )


def _add(made: Completed, parameter: Parameter) -> None:
    made.parameters.append(parameter)
    made.places[parameter.group, parameter.key] = parameter


def _ensure(
    made: Completed,
    lhs: str,
    op: str,
    rhs: str,
    group: int,
    *,
    free: bool = True,
    value: float = 0.0,
    exo: bool = False,
) -> None:
    if made.get(lhs, op, rhs, group) is None:
        _add(made, Parameter(lhs, op, rhs, group, free=free, value=value, exogenous=exo))


def _add_variances(made: Completed, group: int) -> None:
    roles, options = made.variables, made.options
    single = {names[0] for names in roles.indicators.values() if len(names) == 1}
    for name in roles.observed:
        if options.ordinal:
            # Delta parameterisation: what the factors leave of the scaled variance, so no parameter. Theta: the unit.
            _ensure(made, name, "~~", name, group, free=False, value=1.0)
        elif name in roles.exogenous:
            _ensure(made, name, "~~", name, group, free=not options.fixed_x, exo=options.fixed_x)
        elif name in single and _alone(roles, name):
            _ensure(made, name, "~~", name, group, free=False, value=0.0)
        else:
            _ensure(made, name, "~~", name, group)
    for name in roles.latents:
        _ensure(made, name, "~~", name, group, free=not options.std_lv, value=1.0 if options.std_lv else 0.0)


def _alone(roles: Variables, name: str) -> bool:
    """A factor with this one indicator only is the indicator itself: its error is held at zero (auto.fix.single)."""
    owners = [factor for factor, names in roles.indicators.items() if name in names]
    return len(owners) == 1 and len(roles.indicators[owners[0]]) == 1


def _add_covariances(made: Completed, group: int) -> None:
    roles, options = made.variables, made.options
    for one, other in _pairs(roles.free_latents):
        _ensure(made, one, "~~", other, group, free=not options.orthogonal)
    for one, other in _pairs(roles.outcomes):
        _ensure(made, one, "~~", other, group)
    for one, other in _pairs(roles.exogenous):
        _ensure(made, one, "~~", other, group, free=not options.fixed_x, exo=options.fixed_x)


def _add_thresholds(made: Completed, group: int, thresholds: Mapping[str, int]) -> None:
    for one in made.parameters:
        if one.op in ("|", "~*~") and one.lhs not in thresholds:
            raise BadModel(f"{one.name}: {one.lhs} is no item, so it has none.", code="no-item", about=[one.name])
        if one.op == "|" and not 1 <= int(one.rhs[1:]) <= thresholds[one.lhs]:
            raise BadModel(
                f"{one.name}: the answers to {one.lhs} have {thresholds[one.lhs]} thresholds, t1 to t{thresholds[one.lhs]}.",
                code="no-threshold",
                about=[one.name],
            )
    for name in made.variables.observed:
        for place in range(1, thresholds[name] + 1):
            _ensure(made, name, "|", f"t{place}", group)
        freed = group > 0 and "thresholds" in made.options.equal and not made.options.theta
        _ensure(made, name, "~*~", name, group, free=freed, value=1.0)
    if (
        made.options.theta
        and group > 0
        and "thresholds" in made.options.equal
        and "residuals" not in made.options.equal
    ):
        # The theta parameterisation's counterpart of free scales: free residual variances in the later groups.
        for name in made.variables.observed:
            error = made.get(name, "~~", name, group)
            if error is not None and not error.written:
                error.free = True


def _add_means(made: Completed, group: int) -> None:
    roles, options = made.variables, made.options
    for name in roles.observed:
        exo = name in roles.exogenous and options.fixed_x
        _ensure(made, name, "~1", "1", group, free=not (options.ordinal or exo), exo=exo)
    held = "thresholds" if options.ordinal else "intercepts"
    for name in roles.latents:
        freed = group > 0 and held in options.equal and "means" not in options.equal and name not in roles.measured
        _ensure(made, name, "~1", "1", group, free=freed)


def _fix_scale_of_factors(made: Completed, group: int) -> None:
    """Each factor's unit: its first loading is 1, or (std_lv) its variance is."""
    options = made.options
    for factor, names in made.variables.indicators.items():
        if options.std_lv:
            variance = made.get(factor, "~~", factor, group)
            if variance is not None and not variance.written and group > 0 and "loadings" in options.equal:
                variance.free = True  # the first group sets the unit, equal loadings carry it over
            continue
        first = made.get(factor, "=~", names[0], group)
        assert first is not None
        if first.free and not first.said_free:
            first.free, first.value = False, 1.0


def _share_across_groups(made: Completed) -> None:
    """Give the same label to parameters of a class that `equal` names, in every group."""
    options = made.options
    if options.groups == 1:
        return
    known = {parameter.name for parameter in made.parameters}
    unknown = sorted(options.partial - known)
    if unknown:
        raise BadModel(
            f"There is no parameter {listed(unknown)} to leave free. They are written like 'quality=~x1' or 'x1~1'.",
            code="unknown-parameter",
            about=unknown,
        )
    labels: dict[str, str] = {}
    for parameter in made.parameters:
        if not parameter.free or parameter.name in options.partial:
            continue
        if class_of(parameter, made.variables, ordinal=options.ordinal) not in options.equal:
            continue
        if parameter.label and parameter.group > 0:
            continue
        if parameter.group == 0:
            parameter.label = parameter.label or f".equal.{parameter.name}"
            labels[parameter.name] = parameter.label
        else:
            parameter.label = labels.get(parameter.name, "")


def class_of(parameter: Parameter, roles: Variables, *, ordinal: bool) -> str:
    """Which of CLASSES a parameter belongs to ('' for none)."""
    latent = set(roles.latents)
    match parameter.op:
        case "=~":
            return "loadings"
        case "~":
            return "regressions"
        case "|":
            return "thresholds"
        case "~1":
            return "means" if parameter.lhs in latent else ("" if ordinal else "intercepts")
        case "~~" if parameter.lhs == parameter.rhs:
            return "lv.variances" if parameter.lhs in latent else "residuals"
        case "~~":
            return "lv.covariances" if {parameter.lhs, parameter.rhs} <= latent else "residuals"
    return ""


def _pairs(names: Sequence[str]) -> Iterable[tuple[str, str]]:
    return ((one, other) for place, one in enumerate(names) for other in names[place + 1 :])
