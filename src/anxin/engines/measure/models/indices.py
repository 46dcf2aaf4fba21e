"""How well a model fits: lavaan's definitions of the usual indices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, chndtr, chndtrinc

from anxin.engines.measure.results import Interval, Result, Table


@dataclass(frozen=True, kw_only=True, repr=False)
class Fit(Result):
    """Fit of a model. NaN where an index does not exist for the estimator (logl, AIC and BIC need a likelihood).

    `chisq` with `df` and `p`; `baseline_*` of the independence model; `cfi`, `tli`, `nfi`, `ifi` against it (Bentler 1990;
    Tucker & Lewis 1973; Bentler & Bonett 1980; Bollen 1989); `rmsea` with its 90 % interval and the p of close fit (Browne &
    Cudeck 1993; Steiger's correction for groups); `srmr` (Bentler 1995), for ordinal models of correlations only; `gfi`, `agfi`
    (Jöreskog & Sörbom). `scaled`: the same from the corrected statistic, for robust estimators.
    """

    n: int
    parameters: int
    chisq: float
    df: int
    p: float
    baseline_chisq: float
    baseline_df: int
    cfi: float
    tli: float
    nfi: float
    ifi: float
    rmsea: float
    rmsea_interval: Interval
    p_close: float
    srmr: float
    gfi: float
    agfi: float
    loglik: float
    aic: float
    bic: float
    sabic: float
    scaled: Scaled | None = None

    def headline(self) -> str:
        best = self.scaled or self
        words = f"χ²({self.df}) = {best.chisq:.2f}, CFI {best.cfi:.3f}, TLI {best.tli:.3f}, RMSEA {best.rmsea:.3f}"
        return f"{words}, SRMR {self.srmr:.3f}"

    def table(self) -> Table:
        names = ["chisq", "df", "p", "baseline_chisq", "baseline_df", "cfi", "tli", "nfi", "ifi", "rmsea"]
        rows: list[tuple[str, float | None, float | None]] = []
        for name in names:
            rows.append((name, getattr(self, name), getattr(self.scaled, name, None)))
        for end in ("low", "high"):
            corrected = None if self.scaled is None else getattr(self.scaled.rmsea_interval, end)
            rows.append((f"rmsea_{end}", getattr(self.rmsea_interval, end), corrected))
        rows.append(("p_close", self.p_close, None if self.scaled is None else self.scaled.p_close))
        if self.scaled is not None:
            rows.append(("scaling_factor", None, self.scaled.factor))
            rows += [
                (f"{name} (robust)", None, getattr(self.scaled, f"{name}_robust")) for name in ("cfi", "tli", "rmsea")
            ]
        rows += [(name, getattr(self, name), None) for name in ("srmr", "gfi", "agfi", "loglik", "aic", "bic", "sabic")]
        rows = [row for row in rows if any(value is not None and np.isfinite(value) for value in row[1:])]
        if self.scaled is None:
            return Table.of(["index", "value"], [row[:2] for row in rows], "Fit")
        return Table.of(["index", "value", "scaled"], rows, "Fit")


@dataclass(frozen=True, kw_only=True, repr=False)
class Scaled(Result):
    """The indices from a corrected test statistic, `chisq` = `chisq of Fit` / `factor` + `shift`.

    MLR: Yuan–Bentler's correction as Mplus has it. WLSMV and ULSMV: scaled and shifted (Asparouhov & Muthén 2010). `*_robust`
    estimate what the index would be with normal data (Brosseau-Liard & Savalei 2014); NaN for ordinal models.
    """

    chisq: float
    df: int
    p: float
    factor: float
    shift: float
    baseline_chisq: float
    baseline_df: int
    baseline_factor: float
    cfi: float
    tli: float
    nfi: float
    ifi: float
    rmsea: float
    rmsea_interval: Interval
    p_close: float
    cfi_robust: float
    tli_robust: float
    rmsea_robust: float
    rmsea_robust_interval: Interval

    def headline(self) -> str:
        return (
            f"χ²({self.df}) = {self.chisq:.2f} (factor {self.factor:.3f}), CFI {self.cfi:.3f}, RMSEA {self.rmsea:.3f}"
        )

    def table(self) -> Table:
        names = ("chisq", "df", "p", "factor", "cfi", "tli", "rmsea")
        return Table.of(["index", "value"], [(name, getattr(self, name)) for name in names], "Scaled fit")


def upper_tail(chisq: float, df: float) -> float:
    """P(χ²(df) > chisq); 1 for no degrees of freedom."""
    return float(chdtrc(df, max(chisq, 0.0))) if df > 0 else 1.0


def comparative(chisq: float, df: float, baseline: float, baseline_df: float) -> dict[str, float]:
    """CFI, TLI, NFI and IFI."""
    misfit, null = max(chisq - df, 0.0), max(baseline - baseline_df, 0.0)
    worst = max(misfit, null)
    cfi = 1.0 if worst == 0 else 1 - misfit / worst
    if df > 0 and baseline_df > 0:
        ratio = baseline / baseline_df
        tli = (ratio - chisq / df) / (ratio - 1) if ratio != 1 else 1.0
    else:
        tli = 1.0
    nfi = 1 - chisq / baseline if baseline > 0 else 1.0
    ifi = (baseline - chisq) / (baseline - df) if baseline != df else 1.0
    return {"cfi": cfi, "tli": tli, "nfi": nfi, "ifi": ifi}


def approximation(chisq: float, df: float, n: float, groups: int) -> dict[str, float | Interval]:
    """RMSEA, its 90 % interval and the p of close fit (RMSEA ≤ .05)."""
    if df <= 0:
        return {"rmsea": 0.0, "rmsea_interval": Interval(0.0, 0.0, 0.9), "p_close": np.nan}
    size = groups / (n * df)
    low, high = (float(np.sqrt(_noncentrality(chisq, df, share) * size)) for share in (0.95, 0.05))
    close = 1 - float(chndtr(chisq, df, 0.05**2 / size)) if chisq > 0 else 1.0
    return {
        "rmsea": float(np.sqrt(max(chisq - df, 0.0) * size)),
        "rmsea_interval": Interval(low, high, 0.9, "noncentral χ²"),
        "p_close": close,
    }


def _noncentrality(chisq: float, df: float, share: float) -> float:
    """The noncentrality under which a share of statistics lie below this one; 0 where even the central one is beyond."""
    if chisq <= 0 or 1 - upper_tail(chisq, df) <= share:
        return 0.0
    return float(chndtrinc(chisq, df, share))
