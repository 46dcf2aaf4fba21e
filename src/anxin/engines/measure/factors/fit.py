"""How well a factor solution reproduces the correlations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from anxin.engines.measure.results import Caution, Floats, Interval, Result, Table, number, p_value

NONE = float("nan")


@dataclass(frozen=True, kw_only=True, repr=False)
class Fit(Result):
    """Fit of k factors to p items answered by n respondents; not-a-number where n is not known or df is 0.

    `objective` = log|S| - log|R| + tr(R S^-1) - p with S = L Phi L' and ones on its diagonal. `chi_square` is Bartlett's
    (1951): objective times n - 1 - (2p + 5)/6 - 2k/3, on `df` degrees. `null_` is the model of no correlation. `rmsea`
    (Steiger 1990) = sqrt(max(chi_square / (df n) - 1 / (n - 1), 0)), its interval from the noncentral chi-square over
    df (n - 1), 90 %. `tli` Tucker & Lewis 1973, `cfi` Bentler 1990, `bic` = chi_square - df log n (Schwarz 1978). `rmsr` root
    mean square of the off-diagonal residuals, `crms` the same with df in place of their number.
    """

    n: float
    objective: float
    chi_square: float
    df: int
    p: float
    null_objective: float
    null_chi_square: float
    null_df: int
    rmsea: float
    rmsea_interval: Interval
    tli: float
    cfi: float
    bic: float
    rmsr: float
    crms: float
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return (
            f"chi-square {number(self.chi_square, 2)} on {self.df} df, {p_value(self.p)}, "
            f"RMSEA {number(self.rmsea)} ({self.rmsea_interval}), TLI {number(self.tli)}, RMSR {number(self.rmsr)}"
        )

    def table(self) -> Table:
        rows = [
            ("chi-square", self.chi_square),
            ("degrees of freedom", self.df),
            ("p", self.p),
            ("RMSEA", self.rmsea),
            ("RMSEA, 90 % from", self.rmsea_interval.low),
            ("RMSEA, 90 % to", self.rmsea_interval.high),
            ("TLI", self.tli),
            ("CFI", self.cfi),
            ("BIC", self.bic),
            ("RMSR", self.rmsr),
            ("RMSR, corrected for df", self.crms),
        ]
        return Table.of(["index", "value"], rows, "Fit")


def fit(r: Floats, reproduced: Floats, df: int, factors: int, n: float | None) -> Fit:
    """Fit of the reproduced correlations (p, p; the diagonal is taken as 1) to `r` (p, p)."""
    p = len(r)
    count = NONE if n is None else float(n)
    residuals = r - reproduced
    np.fill_diagonal(residuals, 0.0)
    squares = float(np.sum(residuals**2))
    objective, cautions = _objective(r, reproduced)
    null_objective = max(-_log_determinant(r), 0.0)
    null_df = p * (p - 1) // 2
    base = count - 1 - (2 * p + 5) / 6
    chi_square, null_chi = max(objective * (base - 2 * factors / 3), 0.0), null_objective * base
    rmsea = tli = cfi = bic = p_of_chi = NONE
    if df > 0 and np.isfinite(chi_square):
        p_of_chi = float(special.chdtrc(df, chi_square))
        rmsea = float(np.sqrt(max(chi_square / (df * count) - 1 / (count - 1), 0.0)))
        per_df, null_per_df = objective / df, null_objective / null_df
        expected = 1 / (base - 2 * factors / 3)
        tli = (null_per_df - per_df) / (null_per_df - expected) if null_per_df != expected else NONE
        over, null_over = max(chi_square - df, 0.0), max(null_chi - null_df, chi_square - df, 0.0)
        cfi = 1 - over / null_over if null_over > 0 else 1.0
        bic = chi_square - df * float(np.log(count))
    return Fit(
        n=count,
        objective=objective,
        chi_square=chi_square,
        df=df,
        p=p_of_chi,
        null_objective=null_objective,
        null_chi_square=null_chi,
        null_df=null_df,
        rmsea=rmsea,
        rmsea_interval=rmsea_interval(chi_square, df, count),
        tli=tli,
        cfi=cfi,
        bic=bic,
        rmsr=float(np.sqrt(squares / (p * (p - 1)))),
        crms=float(np.sqrt(squares / (2 * df))) if df > 0 else NONE,
        cautions=cautions,
    )


def rmsea_interval(chi_square: float, df: int, n: float, *, level: float = 0.90) -> Interval:
    """Interval of the RMSEA by inverting the noncentral chi-square (Browne & Cudeck 1993), scaled by df (n - 1)."""
    method = "noncentral chi-square"
    if df <= 0 or not np.isfinite(chi_square) or not np.isfinite(n):
        return Interval(NONE, NONE, level, method)
    tail = (1 - level) / 2
    ends = []
    for share in (1 - tail, tail):
        beyond = special.chdtr(df, chi_square) > share
        away = float(special.chndtrinc(chi_square, df, share)) if beyond else 0.0
        ends.append(float(np.sqrt(away / (df * (n - 1)))))
    return Interval(ends[0], ends[1], level, method)


def _objective(r: Floats, reproduced: Floats) -> tuple[float, tuple[Caution, ...]]:
    model = reproduced.copy()
    np.fill_diagonal(model, 1.0)
    log_r = _log_determinant(r)
    try:
        root = np.linalg.cholesky(model)
    except np.linalg.LinAlgError:
        log_r = NONE
    if not np.isfinite(log_r):
        text = (
            "The correlations, observed or reproduced, are not positive definite: there is no chi-square and no index made "
            "of it. The residuals (RMSR) still say how well the factors fit."
        )
        return NONE, (Caution("not-positive-definite", text),)
    half = np.linalg.solve(root, r)
    trace = float(np.trace(np.linalg.solve(root.T, half)))
    return 2 * float(np.sum(np.log(np.diagonal(root)))) - log_r + trace - len(r), ()


def _log_determinant(r: Floats) -> float:
    """log|R|, or not a number when R is not positive definite."""
    try:
        root = np.linalg.cholesky(r)
    except np.linalg.LinAlgError:
        return NONE
    return 2 * float(np.sum(np.log(np.diagonal(root))))
