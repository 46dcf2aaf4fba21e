"""What a number is made of, row by row, and what it comes to: value, numerator, denominator, interval."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]

from anxin.engines.measure import wilson
from anxin.insight.indicators.computing.facts import NAT
from anxin.insight.indicators.computing.sums import Told

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
    is a branch's place in the ground's list. A rate has its denominator by branch in `per`, and the rows that it is
    the sum of in `below`. Where facts come as sums, a row is `n` of them: `values` and `squares` are their sums, `fact` is 0.
    """

    kind: Literal["share", "days", "rate"]
    values: Floats
    branch: Ints
    case: Ints
    fact: Ints
    per: dict[int, float] = field(default_factory=dict)
    of: Literal["facts", "policies"] = "facts"
    """What `fact` counts."""
    n: Ints | None = None
    squares: Floats | None = None
    below: Rows | None = None

    @classmethod
    def of_told(
        cls, kind: Literal["share", "days", "rate"], told: Told, before: int | None = None, **more: Any
    ) -> Rows:
        """`before`: the end of a period, for numbers whose facts count once they are done."""
        values, squares = told.total, told.squares
        if before is not None:
            done = (told.done != NAT) & (told.done < before)
            values, squares = values * done, squares * done
        return cls(kind, values, told.branch, np.full(len(told), -1), told.fact, n=told.n, squares=squares, **more)

    @classmethod
    def of_policies(cls, values: Any, policy: Ints, branch: Ints) -> Rows:
        return cls("share", np.asarray(values, np.float64), branch, np.full(len(policy), -1), policy, of="policies")

    @classmethod
    def of_cases(cls, kind: Literal["share", "days", "rate"], values: Any, case: Ints, branch: Ints) -> Rows:
        return cls(kind, np.asarray(values, np.float64), branch, case, np.full(len(case), -1))

    def __len__(self) -> int:
        """How many it counts."""
        return len(self.values) if self.n is None else int(self.n.sum())

    def __add__(self, other: Rows) -> Rows:
        one, two = self._with_sums(), other._with_sums()

        def joined(name: str) -> Any:
            return np.concatenate([getattr(one, name), getattr(two, name)])

        return Rows(
            self.kind, joined("values"), joined("branch"), joined("case"), joined("fact"), n=joined("n"), squares=joined("squares")
        )  # fmt: skip

    def _with_sums(self) -> Rows:
        return replace(
            self, n=self.n if self.n is not None else np.ones(len(self.values), np.int64), squares=self._squares
        )

    @property
    def _squares(self) -> Floats:
        return self.squares if self.squares is not None else self.values**2

    def where(self, wanted: NDArray[np.bool_]) -> Rows:
        return replace(
            self, values=self.values[wanted], branch=self.branch[wanted], case=self.case[wanted], fact=self.fact[wanted],
            n=None if self.n is None else self.n[wanted], squares=None if self.squares is None else self.squares[wanted],
        )  # fmt: skip

    def of_branch(self, place: int) -> Rows:
        return replace(self.where(self.branch == place), per={place: self.per.get(place, 0.0)})

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
        spread = max(0.0, float(self._squares.sum()) - total**2 / n) / (n - 1)
        reach = float(stats.t.ppf(0.975, n - 1) * np.sqrt(spread / n))
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
