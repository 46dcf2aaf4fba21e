"""What is believed of one unit after its own data and the group's: a beta, a normal, a log-normal or a gamma."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from anxin.engines.appraisal.errors import AppraisalError
from anxin.engines.results import Floats, Interval

KINDS = ("beta", "normal", "lognormal", "gamma", "exact")


@dataclass(frozen=True, slots=True)
class Posterior:
    """`first`, `second`: of a beta its two shapes; of a (log)normal mean and standard deviation (of the logarithm); of a gamma
    shape and rate; of an exact value (a sum of money, nothing to estimate) the value and 0."""

    kind: str
    first: float
    second: float

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise AppraisalError(f"kind: {self.kind!r} is none of {', '.join(KINDS)}.")

    @property
    def value(self) -> float:
        """The posterior mean; of a log-normal the median, the usual duration."""
        if self.kind == "beta":
            return self.first / (self.first + self.second)
        if self.kind == "gamma":
            return self.first / self.second
        return float(np.exp(self.first)) if self.kind == "lognormal" else self.first

    def quantile(self, share: float | Floats) -> Floats:
        wanted = np.asarray(share, np.float64)
        if self.kind == "exact":
            return np.full(wanted.shape, self.first)
        # SciPy's functions rather than its distributions: building one takes longer than everything else here together.
        if self.kind == "beta":
            found = special.betaincinv(self.first, self.second, wanted)
        elif self.kind == "gamma":
            found = special.gammaincinv(self.first, wanted) / self.second
        else:
            found = self.first + self.second * special.ndtri(wanted)
        return np.asarray(np.exp(found) if self.kind == "lognormal" else found, np.float64)

    def interval(self, level: float = 0.9) -> Interval:
        low, high = self.quantile(np.array([(1 - level) / 2, (1 + level) / 2]))
        return Interval(float(low), float(high), level, "posterior, equal tails")

    def above(self, limit: float) -> float:
        """The probability that the true value is above `limit`; of an exact value 0 or 1."""
        if self.kind == "exact":
            return float(self.first > limit)
        if self.kind == "beta":
            return float(special.betaincc(self.first, self.second, min(max(limit, 0.0), 1.0)))
        if self.kind == "gamma":
            return float(special.gammaincc(self.first, max(limit, 0.0) * self.second))
        if self.kind == "lognormal":
            if limit <= 0:
                return 1.0
            limit = float(np.log(limit))
        return float(special.ndtr((self.first - limit) / self.second)) if self.second else float(self.first > limit)

    def draws(self, count: int, rng: np.random.Generator) -> Floats:
        """`count` values, one from the middle of each equally likely slice, in random order: their mean is all but the mean."""
        return self.quantile(rng.permutation((np.arange(count) + 0.5) / count))

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "first": self.first, "second": self.second}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Posterior:
        return cls(str(kept["kind"]), float(kept["first"]), float(kept["second"]))
