"""How reliable a score is: alpha, omega, halves, repeated measurement, raters."""

from anxin.engines.measure.reliability.agreement import ICC, Intraclass, Retest, icc, retest
from anxin.engines.measure.reliability.alpha import Alpha, cronbach_alpha, cronbach_alpha_of, ordinal_alpha
from anxin.engines.measure.reliability.halves import Half, SplitHalf, half, split_half, split_half_of
from anxin.engines.measure.reliability.omega import Omega, omega, omega_of

__all__ = [
    "ICC",
    "Alpha",
    "Half",
    "Intraclass",
    "Omega",
    "Retest",
    "SplitHalf",
    "cronbach_alpha",
    "cronbach_alpha_of",
    "half",
    "icc",
    "omega",
    "omega_of",
    "ordinal_alpha",
    "retest",
    "split_half",
    "split_half_of",
]
