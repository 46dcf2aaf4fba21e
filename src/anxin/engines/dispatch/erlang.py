"""Staffing a phone line: Erlang C (callers wait as long as it takes) and Erlang A (callers hang up after a while).

Erlang C: Erlang 1917; the recursion for Erlang B is Jagerman's 1/B(n) = 1 + n/a · 1/B(n − 1). Erlang A (M/M/n + M): Palm 1957;
Garnett, Mandelbaum & Reiman 2002. Waits under Erlang A use that the offered wait behind q callers is a sum of exponentials with
rates nμ, nμ + θ, …, nμ + qθ, so that exp(−θ·V) has the distribution Beta(nμ/θ, q + 1).

All of it assumes one group of equal agents, calls that come independently at a steady rate within the interval, exponential
handling times, and an interval long against the handling time. Nobody calls again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from anxin.engines.results import Caution, Result, Table

MOST_AGENTS = 5_000


class BadLine(ValueError):
    """Input of a phone line that cannot be reckoned with; the text names it and says what would do."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Line(Result):
    """What callers meet: `waiting` is the probability of waiting at all, `level` the share served within `within` seconds,
    `speed` the average speed of answer in seconds (over served callers), `abandoned` the share that hangs up, `occupancy` the
    share of time agents talk, `queue` the mean number waiting. All of them infinite or 1 where a line without patience is
    swamped (`stable` False)."""

    agents: int
    calls: float
    handling: float
    patience: float | None
    within: float
    waiting: float
    level: float
    speed: float
    abandoned: float
    occupancy: float
    queue: float
    stable: bool = True
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"{self.agents} agents, {self.calls:g} calls an hour: {self.level:.1%} within {self.within:g} s"

    def table(self) -> Table:
        return Table.of(
            ("what", "value"),
            [
                ("agents", self.agents), ("calls an hour", self.calls), ("probability of waiting", self.waiting),
                (f"served within {self.within:g} s", self.level), ("average speed of answer, s", self.speed),
                ("abandoned", self.abandoned), ("occupancy", self.occupancy), ("mean queue", self.queue),
            ],
        )  # fmt: skip


def erlang_b(agents: int, load: float) -> float:
    """The probability that all `agents` are busy when nobody can wait; `load` in erlangs."""
    if load <= 0:
        return 0.0 if agents else 1.0
    inverse = 1.0
    for n in range(1, agents + 1):
        inverse = 1.0 + n / load * inverse
        if inverse > 1e300:
            return 0.0
    return 1.0 / inverse


def erlang_c(agents: int, load: float) -> float:
    """The probability of waiting when everybody waits; 1 where the load is not below the number of agents."""
    if load <= 0:
        return 0.0
    if load >= agents:
        return 1.0
    blocked = erlang_b(agents, load)
    return agents * blocked / (agents - load * (1.0 - blocked))


def line(*, agents: int, calls: float, handling: float, within: float = 20.0, patience: float | None = None) -> Line:
    """What callers meet with `agents`, `calls` an hour and a mean handling time of `handling` seconds.

    `patience`: the mean number of seconds after which a waiting caller hangs up (exponential); None: nobody ever does
    (Erlang C). Raises BadLine.
    """
    _checked(calls, handling, within, patience)
    if agents < 0 or agents != int(agents):
        raise BadLine("agents: a whole number, 0 or more.")
    rate, service = calls / 3600.0, 1.0 / handling
    load = rate / service
    about = {"agents": agents, "calls": calls, "handling": handling, "patience": patience, "within": within}
    if rate == 0:
        return Line(**about, waiting=0.0, level=1.0, speed=0.0, abandoned=0.0, occupancy=0.0, queue=0.0)  # type: ignore[arg-type]
    if patience is None:
        if load >= agents - 1e-9:
            swamped = Caution("swamped", f"{load:.1f} erlangs need at least {math.floor(load + 1e-9) + 1} agents.")
            return Line(
                **about, waiting=1.0, level=0.0, speed=math.inf, abandoned=0.0, occupancy=1.0 if agents else 0.0,  # type: ignore[arg-type]
                queue=math.inf, stable=False, cautions=(swamped,),
            )  # fmt: skip
        waiting = erlang_c(agents, load)
        spare = (agents - load) * service
        return Line(
            **about, waiting=waiting, level=1.0 - waiting * math.exp(-spare * within), speed=waiting / spare, abandoned=0.0,  # type: ignore[arg-type]
            occupancy=load / agents, queue=rate * waiting / spare,
        )  # fmt: skip
    return _with_patience(about, agents, rate, service, 1.0 / patience, within)


def needed(
    *, calls: float, handling: float, target: float = 0.8, within: float = 20.0, patience: float | None = None,
    most_abandoned: float | None = None,
) -> Line:  # fmt: skip
    """The fewest agents with which the share `target` is served within `within` seconds (and at most `most_abandoned` hang up).

    Under Erlang A a caller who hangs up was not served, so it counts against the target. Raises BadLine for a target that no
    number of agents reaches.
    """
    if not 0 < target < 1:
        raise BadLine("target: a share between 0 and 1, such as 0.8.")
    _checked(calls, handling, within, patience)

    def enough(agents: int) -> bool:
        met = line(agents=agents, calls=calls, handling=handling, within=within, patience=patience)
        return met.level >= target and (most_abandoned is None or met.abandoned <= most_abandoned)

    load = calls / 3600.0 * handling
    low, high = 0, max(1, math.ceil(load) + 1)
    while high > MOST_AGENTS or not enough(high):
        if high > MOST_AGENTS:
            raise BadLine(f"target: not reached with {MOST_AGENTS:,} agents; check the number of calls.")
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle
    if enough(low):
        high = low
    return line(agents=high, calls=calls, handling=handling, within=within, patience=patience)


@dataclass(frozen=True, kw_only=True, repr=False)
class Roster(Result):
    """Agents per interval. `on_roster` are `needed` grown by shrinkage (breaks, training, illness)."""

    intervals: tuple[str, ...]
    lines: tuple[Line, ...]
    needed: tuple[int, ...]
    on_roster: tuple[int, ...]
    level: float
    abandoned: float
    target: float
    minutes: int

    def headline(self) -> str:
        return f"{sum(self.needed) * self.minutes / 60:g} agent hours, {self.level:.1%} served in time"

    def table(self) -> Table:
        return Table.of(
            ("interval", "calls an hour", "agents", "on roster", "served in time", "speed of answer, s", "abandoned"),
            [
                (name, one.calls, need, roster, one.level, one.speed, one.abandoned)
                for name, one, need, roster in zip(self.intervals, self.lines, self.needed, self.on_roster, strict=True)
            ],
        )


def roster(
    volumes: Sequence[tuple[str, float]], *, handling: float, target: float = 0.8, within: float = 20.0,
    patience: float | None = None, shrinkage: float = 0.0, minutes: int = 30,
) -> Roster:  # fmt: skip
    """Agents for each interval of `minutes`: `volumes` are (name, calls in the interval). Intervals stand alone: a queue that
    one leaves to the next is not carried over, so an interval that is short of agents is shown too well for the next."""
    if not 0 <= shrinkage < 1:
        raise BadLine("shrinkage: a share from 0 to below 1, such as 0.25.")
    lines = [
        needed(calls=calls * 60.0 / minutes, handling=handling, target=target, within=within, patience=patience)
        for _name, calls in volumes
    ]
    whole = sum(one.calls for one in lines)

    def over_calls(values: list[float]) -> float:
        return sum(value * one.calls for value, one in zip(values, lines, strict=True)) / whole if whole else math.nan

    return Roster(
        intervals=tuple(name for name, _calls in volumes), lines=tuple(lines), needed=tuple(one.agents for one in lines),
        on_roster=tuple(math.ceil(one.agents / (1 - shrinkage) - 1e-9) for one in lines),
        level=over_calls([one.level for one in lines]), abandoned=over_calls([one.abandoned for one in lines]),
        target=target, minutes=minutes,
    )  # fmt: skip


def _with_patience(
    about: dict[str, float | None], agents: int, rate: float, service: float, leave: float, within: float
) -> Line:
    # Weights of the birth-and-death chain around its peak, in logarithms, as far as they matter.
    weights = [0.0]
    most = 0.0
    while True:
        n = len(weights)
        down = min(n, agents) * service + max(0, n - agents) * leave
        weights.append(weights[-1] + math.log(rate) - math.log(down))
        most = max(most, weights[-1])
        if n > agents and weights[-1] < most - 45 and down > rate:
            break
    chain = np.exp(np.array(weights) - most)
    chain /= chain.sum()
    waiting = float(chain[agents:].sum())
    queue = float((chain[agents:] * np.arange(len(chain) - agents)).sum())
    abandoned = leave * queue / rate
    q = np.arange(len(chain) - agents)
    beyond = chain[agents:]
    if agents:
        a, b = agents * service / leave, q + 1.0
        x = math.exp(-leave * within)
        # E[X; X ≥ x] for X ~ Beta(a, b): served, and within the time. E[X] itself: served at all.
        in_time = a / (a + b) * (1.0 - betainc(a + 1.0, b, x))
        served_later = a / (a + b)
        rates = agents * service + leave * np.arange(len(q) + 1)
        # Given service, each stage of the wait runs at the rate grown by θ (the caller's own patience).
        given = np.cumsum(1.0 / (rates[:-1] + leave))
        wait_sum = float((beyond * served_later * given).sum())
    else:
        in_time = served_later = np.zeros(len(q))
        wait_sum = 0.0
    level = float(chain[:agents].sum() + (beyond * in_time).sum())
    served = 1.0 - abandoned
    busy = float((chain * np.minimum(np.arange(len(chain)), agents)).sum())
    return Line(
        **about, waiting=waiting, level=level, speed=wait_sum / served if served > 1e-12 else math.inf,  # type: ignore[arg-type]
        abandoned=abandoned, occupancy=busy / agents if agents else 0.0, queue=queue,
    )  # fmt: skip


def _checked(calls: float, handling: float, within: float, patience: float | None) -> None:
    if not math.isfinite(calls) or calls < 0:
        raise BadLine("calls: a number of calls an hour, 0 or more.")
    if not math.isfinite(handling) or handling <= 0:
        raise BadLine("handling: seconds, more than 0.")
    if not math.isfinite(within) or within < 0:
        raise BadLine("within: seconds, 0 or more.")
    if patience is not None and (not math.isfinite(patience) or patience <= 0):
        raise BadLine("patience: seconds, more than 0; leave it out where nobody hangs up.")
