"""What a number is made of, row by row, and what it comes to: value, numerator, denominator, interval."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]

from anxin.engines.measure import wilson

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
FEW = 5
"""Below so many rows no interval is given and the page says that they are too few to judge."""


def none() -> Ints:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows behind one number. `values`: 1 or 0 of a share, days of a mean, 1 each of a rate.

    `case` is the case's place in the log, `fact` the fact's (or policy's) primary key; -1 where it is none. `branch`
    is a branch's place in the ground's list. A rate has its denominator by branch in `per`.
    """

    kind: Literal["share", "days", "rate"]
    values: Floats
    branch: Ints
    case: Ints
    fact: Ints
    per: dict[int, float] = field(default_factory=dict)
    of: Literal["facts", "policies"] = "facts"
    """What `fact` counts."""

    @classmethod
    def of_policies(cls, values: Any, policy: Ints, branch: Ints) -> Rows:
        return cls("share", np.asarray(values, np.float64), branch, np.full(len(policy), -1), policy, of="policies")

    @classmethod
    def of_cases(cls, kind: Literal["share", "days", "rate"], values: Any, case: Ints, branch: Ints) -> Rows:
        return cls(kind, np.asarray(values, np.float64), branch, case, np.full(len(case), -1))

    @classmethod
    def of_facts(cls, kind: Literal["share", "days", "rate"], values: Any, fact: Ints, branch: Ints, per: dict[int, float] | None = None) -> Rows:  # fmt: skip
        return cls(kind, np.asarray(values, np.float64), branch, np.full(len(fact), -1), fact, per or {})

    def __len__(self) -> int:
        return len(self.values)

    def __add__(self, other: Rows) -> Rows:
        return Rows(
            self.kind, np.concatenate([self.values, other.values]), np.concatenate([self.branch, other.branch]),
            np.concatenate([self.case, other.case]), np.concatenate([self.fact, other.fact]),
        )  # fmt: skip

    def where(self, wanted: NDArray[np.bool_]) -> Rows:
        return Rows(
            self.kind, self.values[wanted], self.branch[wanted], self.case[wanted], self.fact[wanted], self.per, self.of
        )

    def of_branch(self, place: int) -> Rows:
        one = self.where(self.branch == place)
        return Rows(one.kind, one.values, one.branch, one.case, one.fact, {place: self.per.get(place, 0.0)}, one.of)

    def summary(self) -> dict[str, Any] | None:
        """Plain numbers; None where there is nothing to divide by."""
        if self.kind == "rate":
            return _rate(len(self), sum(self.per.values()))
        n = len(self)
        if n == 0:
            return None
        total = float(self.values.sum())
        found: dict[str, Any] = {"value": total / n, "numerator": round(total, 6), "denominator": n, "n": n}
        if n < FEW:
            return found | {"low": None, "high": None}
        if self.kind == "share":
            interval = wilson(total, n)
            return found | {"low": interval.low, "high": interval.high}
        reach = float(stats.t.ppf(0.975, n - 1) * self.values.std(ddof=1) / np.sqrt(n))
        return found | {"low": max(0.0, total / n - reach), "high": total / n + reach}


def _rate(events: int, per: float) -> dict[str, Any] | None:
    """Events over their denominator, with Garwood's 1936 exact interval of a Poisson count."""
    if per <= 0:
        return None
    low = float(stats.chi2.ppf(0.025, 2 * events) / 2) if events else 0.0
    high = float(stats.chi2.ppf(0.975, 2 * events + 2) / 2)
    wide = events >= FEW
    return {
        "value": events / per, "numerator": events, "denominator": round(per, 6), "n": events,
        "low": low / per if wide else None, "high": high / per if wide else None,
    }  # fmt: skip
