"""Comparing a model with one that it is a restriction of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anxin.engines.measure.errors import BadModel
from anxin.engines.measure.models.fitted import FittedModel
from anxin.engines.measure.models.indices import upper_tail
from anxin.engines.measure.models.ordinal import LeastSquares
from anxin.engines.measure.results import Caution, Floats, Result, Table, p_value


@dataclass(frozen=True, kw_only=True, repr=False)
class Difference(Result):
    """A test of what a restriction costs, and how the indices move (restricted less general)."""

    chisq: float
    df: int
    p: float
    method: str
    cfi: float
    rmsea: float
    srmr: float
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"Δχ²({self.df}) = {self.chisq:.2f}, {p_value(self.p)}, ΔCFI {self.cfi:+.3f}, ΔRMSEA {self.rmsea:+.3f}"

    def table(self) -> Table:
        names = ("chisq", "df", "p", "cfi", "rmsea", "srmr")
        return Table.of(["difference", "value"], [(name, getattr(self, name)) for name in names], self.method)


def difference(restricted: FittedModel, general: FittedModel) -> Difference:
    """Test a restriction: plain for ML, scaled for MLR (Satorra & Bentler 2001), scaled and shifted for WLSMV and ULSMV
    (Satorra 2000; Asparouhov & Muthén 2006), as lavaan's lavTestLRT does by default.

    Both must be fitted to the same answers by the same estimator, and `restricted` must have more degrees of freedom.
    Raises BadModel where they are not.
    """
    if restricted.estimator != general.estimator or restricted.n != general.n:
        raise BadModel(
            "Only models with the same estimator and the same respondents can be compared.", code="not-nested"
        )
    if set(restricted.observed) != set(general.observed):
        raise BadModel(
            "The models speak of different items, so neither is a restriction of the other.", code="not-nested"
        )
    df = restricted.fit.df - general.fit.df
    if df <= 0:
        raise BadModel(
            f"The restricted model has {restricted.fit.df} degrees of freedom, the general one {general.fit.df}: exchange "
            "them, or they are not nested.",
            code="not-nested",
        )
    cautions: list[Caution] = []
    plain = restricted.fit.chisq - general.fit.chisq
    chisq, method = plain, "difference of χ²"
    if not (restricted.converged and general.converged):
        chisq = np.nan
        cautions.append(Caution("not-converged", "One of the models did not converge; there is no test."))
    elif restricted.estimator in ("WLSMV", "ULSMV"):
        chisq, method = _scaled_shifted(restricted, general, plain, df), "scaled and shifted difference (Satorra 2000)"
    elif restricted.fit.scaled is not None:
        top = restricted.fit.df * restricted.fit.scaled.factor
        if general.fit.scaled is not None:  # a saturated model has neither degrees of freedom nor a factor
            top -= general.fit.df * general.fit.scaled.factor
        factor = top / df
        method = "scaled difference (Satorra & Bentler 2001)"
        if factor > 0:
            chisq = plain / factor
        else:
            chisq = np.nan
            text = (
                "The scaling factor of the difference came out negative; use the indices, or the unscaled difference."
            )
            cautions.append(Caution("negative-scaling", text))
    if np.isfinite(chisq) and chisq < 0:
        cautions.append(Caution("negative-difference", "The difference is negative; read it as zero."))
    one, other = restricted.fit.scaled or restricted.fit, general.fit.scaled or general.fit
    return Difference(
        chisq=float(chisq),
        df=df,
        p=upper_tail(float(chisq), df) if np.isfinite(chisq) else np.nan,
        method=method,
        cfi=one.cfi - other.cfi,
        rmsea=one.rmsea - other.rmsea,
        srmr=restricted.fit.srmr - general.fit.srmr,
        cautions=tuple(cautions),
    )


def _scaled_shifted(restricted: FittedModel, general: FittedModel, plain: float, df: int) -> float:
    """a (T₀ - T₁) + b with a = √(df / tr((UΓ)²)), b = df - a tr(UΓ), where U belongs to the restriction alone."""
    wide, narrow = general.work, restricted.work
    assert isinstance(wide.problem, LeastSquares)
    assert isinstance(narrow.problem, LeastSquares)
    assert wide.moments is not None
    problem = wide.problem
    if narrow.problem.targets[0].with_cuts and not problem.targets[0].with_cuts:
        # The general model's thresholds are saturated: give them their own directions and the correlations theirs.
        return _with_free_cuts(restricted, general, plain, df)
    q = problem.freedom.count
    information, middle = np.zeros((q, q)), np.zeros((q, q))
    wide_parts, narrow_parts = [], []
    for group, target in enumerate(problem.targets):
        _, derivatives = problem.with_derivatives(group, wide.x)
        gamma = wide.moments.gamma(group, with_cuts=target.with_cuts)
        share = target.n / problem.total
        weighted = target.weighted(derivatives)
        information += share * problem.freedom.gather_square(group, derivatives.T @ weighted)
        middle += share * problem.freedom.gather_square(group, weighted.T @ gamma @ weighted)
        wide_parts.append(derivatives @ problem.freedom.spread[group])
        _, own = narrow.problem.with_derivatives(group, narrow.x)
        narrow_parts.append(own @ narrow.problem.freedom.spread[group])
    return _statistic(np.concatenate(wide_parts), np.concatenate(narrow_parts), information, middle, plain, df)


def _statistic(wide: Floats, narrow: Floats, information: Floats, middle: Floats, plain: float, df: int) -> float:
    """From both models' derivatives (moments of all groups by parameters) and the general one's matrices."""
    across, *_ = np.linalg.lstsq(wide, narrow, rcond=None)
    basis, _ = np.linalg.qr(across, mode="complete")
    restriction = basis[:, across.shape[1] :].T
    inverted = np.linalg.inv(information)
    through = inverted @ restriction.T
    core = through @ np.linalg.inv(restriction @ through) @ through.T
    product = core @ middle
    trace = float(np.trace(product))
    square = float(np.einsum("ij,ji->", product, product))
    stretch = float(np.sqrt(df / square))
    return stretch * plain + df - stretch * trace


def _with_free_cuts(restricted: FittedModel, general: FittedModel, plain: float, df: int) -> float:
    """The same where only the restricted model has thresholds among its moments."""
    wide, narrow = general.work, restricted.work
    assert isinstance(wide.problem, LeastSquares)
    assert isinstance(narrow.problem, LeastSquares)
    assert wide.moments is not None
    problem = wide.problem
    counts = [len(target.owner) for target in narrow.problem.targets]
    q, cuts = problem.freedom.count, sum(counts)
    information, middle = np.zeros((cuts + q, cuts + q)), np.zeros((cuts + q, cuts + q))
    wide_parts, narrow_parts = [], []
    first = 0
    for group, target in enumerate(narrow.problem.targets):
        _, derivatives = problem.with_derivatives(group, wide.x)
        size = counts[group]
        block = np.zeros((size + len(derivatives), cuts + q))
        block[:size, first : first + size] = np.eye(size)
        block[size:, cuts:] = derivatives @ problem.freedom.spread[group]
        first += size
        share = target.n / problem.total
        weighted = target.weighted(block)
        information += share * block.T @ weighted
        middle += share * weighted.T @ wide.moments.gamma(group, with_cuts=True) @ weighted
        wide_parts.append(block)
        _, own = narrow.problem.with_derivatives(group, narrow.x)
        narrow_parts.append(own @ narrow.problem.freedom.spread[group])
    return _statistic(np.concatenate(wide_parts), np.concatenate(narrow_parts), information, middle, plain, df)
