"""What was asked for: the model, the estimator and the options, checked against one another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from anxin.engines.measure.errors import BadModel
from anxin.engines.measure.models.parameters import Options
from anxin.engines.measure.models.syntax import Written, parse
from anxin.engines.measure.models.variables import Variables, variables

LIKELIHOOD = ("ML", "MLR")
ORDINAL = ("WLSMV", "DWLS", "ULSMV", "ULS", "WLS")
WEIGHTED = ("MLR", "WLSMV", "ULSMV")  # sandwich errors, which hold for weighted answers too


@dataclass(frozen=True, slots=True)
class Request:
    """A model to fit, before its data are known."""

    text: str
    written: Written
    roles: Variables
    estimator: str
    missing: str
    options: Options

    def for_groups(self, groups: int) -> Request:
        """The same once the number of groups is known."""
        options = replace(self.options, groups=groups)
        if groups > 1 and not options.ordinal:
            # With groups the means are part of the comparison, saturated or not; lavaan counts them too.
            options = replace(options, means=True)
        if options.equal and groups == 1:
            raise BadModel("`equal` holds parameters equal across groups; there is one group.", code="no-groups")
        return replace(self, options=options)

    def held_equal(self, equal: Iterable[str], *, theta: bool) -> Request:
        """The same with other kinds of parameters held equal across groups."""
        return replace(self, options=replace(self.options, equal=frozenset(equal), theta=theta))


def request_of(
    text: str,
    *,
    estimator: str | None = None,
    ordered: bool = False,
    missing: str = "listwise",
    equal: Iterable[str] = (),
    partial: Iterable[str] = (),
    std_lv: bool = False,
    orthogonal: bool = False,
    means: bool | None = None,
    fixed_x: bool = True,
    parameterization: str = "delta",
) -> Request:
    """Read the model and check the options. Raises BadModel."""
    written = parse(text)
    roles = variables(written)
    chosen = estimator or ("WLSMV" if ordered else "ML")
    if chosen not in (*LIKELIHOOD, *ORDINAL):
        raise BadModel(
            f"Unknown estimator {chosen!r}. Known: {', '.join((*LIKELIHOOD, *ORDINAL))}.",
            code="estimator",
            about=[chosen],
        )
    if ordered and chosen in LIKELIHOOD:
        raise BadModel(f"{chosen} treats answers as measurements; for ordinal ones use WLSMV.", code="estimator")
    ordinal = chosen in ORDINAL
    if missing not in ("listwise", "fiml"):
        raise BadModel(f"missing is 'listwise' or 'fiml', not {missing!r}.", code="bad-option", about=["missing"])
    if missing == "fiml" and ordinal:
        raise BadModel("fiml works with ML and MLR; ordinal estimators need complete answers.", code="bad-option")
    if parameterization not in ("delta", "theta"):
        raise BadModel("parameterization is 'delta' or 'theta'.", code="bad-option", about=["parameterization"])
    said = any(term.op == "~1" for term in written.terms)
    kinds = frozenset([equal] if isinstance(equal, str) else equal)
    left_free = [partial] if isinstance(partial, str) else partial
    wants = said or missing == "fiml" or bool(kinds & {"intercepts", "means"})
    options = Options(
        std_lv=std_lv,
        orthogonal=orthogonal,
        means=wants if means is None else means or wants,
        fixed_x=fixed_x and not ordinal and missing != "fiml",
        ordinal=ordinal,
        theta=parameterization == "theta",
        equal=kinds,
        partial=frozenset(name.replace(" ", "") for name in left_free),
    )
    if not ordinal and any(term.op in ("|", "~*~") for term in written.terms):
        raise BadModel("Thresholds and scales belong to ordinal models: pass ordered=True.", code="estimator")
    return Request(text, written, roles, chosen, missing, options)
