"""Erlang C and A against published tables and against the Markov chain solved by brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest

from anxin.engines.dispatch.erlang import BadLine, erlang_b, erlang_c, line, needed, roster


@pytest.mark.parametrize(
    ("agents", "load", "blocked"),
    # Erlang B, the classical traffic tables: the load at which n circuits lose 1 % and 2 % (ITU handbook).
    [(1, 0.0101, 0.01), (5, 1.36, 0.01), (10, 4.46, 0.01), (20, 12.0, 0.01), (50, 37.9, 0.01), (10, 5.08, 0.02), (30, 21.9, 0.02)],
)  # fmt: skip
def test_erlang_b_gives_the_traffic_tables(agents: int, load: float, blocked: float) -> None:
    assert erlang_b(agents, load) == pytest.approx(blocked, rel=0.03)


@pytest.mark.parametrize(
    ("agents", "load", "waiting"),
    # By hand: M/M/1 waits with ρ; M/M/2 with 2ρ²/(1 + ρ); M/M/3 at 2 erlangs with 4/9.
    [(1, 0.7, 0.7), (2, 1.5, 2 * 0.75**2 / 1.75), (3, 2.0, 4 / 9), (2, 2.5, 1.0)],
)
def test_erlang_c(agents: int, load: float, waiting: float) -> None:
    assert erlang_c(agents, load) == pytest.approx(waiting)


def test_a_worked_example_of_the_trade() -> None:
    # 200 calls an hour of 180 s are 10 erlangs; with 14 agents 88.8 % are answered within 20 s, ASA 7.8 s (Erlang C calculators).
    met = line(agents=14, calls=200, handling=180, within=20)
    assert met.waiting == pytest.approx(0.1741, abs=2e-4)
    assert met.level == pytest.approx(0.8884, abs=2e-4)
    assert met.speed == pytest.approx(7.8, abs=0.05)
    assert needed(calls=200, handling=180, target=0.8, within=20).agents == 14
    assert line(agents=13, calls=200, handling=180, within=20).level < 0.8


def chain(agents: int, rate: float, service: float, leave: float, within: float, most: int = 250) -> dict[str, float]:
    """The same by linear algebra: stationary distribution of the chain, and a caller's own fate by a second chain."""
    generator = np.zeros((most + 1, most + 1))
    for n in range(most):
        generator[n, n + 1] = rate
        generator[n + 1, n] = min(n + 1, agents) * service + max(0, n + 1 - agents) * leave
    np.fill_diagonal(generator, -generator.sum(1))
    system = np.vstack([generator.T, np.ones(most + 1)])
    share = np.linalg.lstsq(system, np.concatenate([np.zeros(most + 1), [1.0]]), rcond=None)[0]
    # Fate of a caller with q before them: states q, q - 1, …, 0; absorbed as served or gone.
    depth = most - agents + 1
    inner = np.zeros((depth, depth))
    served_rate = np.zeros(depth)
    for q in range(depth):
        ahead = agents * service + q * leave
        if q:
            inner[q, q - 1] = ahead
        else:
            served_rate[q] = agents * service
        inner[q, q] = -(ahead + leave)
    served_ever = np.linalg.solve(-inner, served_rate)
    from scipy.linalg import expm

    grown = np.zeros((depth + 1, depth + 1))
    grown[:depth, :depth], grown[:depth, depth] = inner, served_rate
    in_time = expm(grown * within)[:depth, depth]
    waits = np.linalg.solve(-inner, np.linalg.solve(-inner, served_rate))
    beyond = share[agents:]
    return {
        "waiting": float(beyond.sum()),
        "level": float(share[:agents].sum() + beyond @ in_time),
        "abandoned": float(beyond @ (1 - served_ever)),
        "speed": float(beyond @ waits) / float(share[:agents].sum() + beyond @ served_ever),
    }


@pytest.mark.parametrize(
    ("agents", "calls", "handling", "patience", "within"),
    [
        (5, 100, 180, 60, 20),
        (12, 200, 180, 120, 20),
        (8, 200, 180, 90, 30),
        (1, 30, 60, 300, 10),
        (20, 340, 200, 15, 5),
    ],
)
def test_erlang_a_agrees_with_the_chain(
    agents: int, calls: float, handling: float, patience: float, within: float
) -> None:
    met = line(agents=agents, calls=calls, handling=handling, patience=patience, within=within)
    brute = chain(agents, calls / 3600, 1 / handling, 1 / patience, within)
    for name, value in brute.items():
        assert getattr(met, name) == pytest.approx(value, rel=1e-6, abs=1e-9), name


def test_endless_patience_is_erlang_c() -> None:
    a = line(agents=14, calls=200, handling=180, patience=1e9)
    c = line(agents=14, calls=200, handling=180)
    assert a.level == pytest.approx(c.level, abs=1e-6)
    assert a.speed == pytest.approx(c.speed, rel=1e-4)
    assert a.abandoned < 1e-6


def test_a_swamped_line_says_so() -> None:
    met = line(agents=9, calls=200, handling=180)
    assert not met.stable
    assert met.level == 0
    assert math.isinf(met.speed)
    assert "11" in met.cautions[0].text
    # With patience the same line settles down: callers leave.
    assert 0.1 < line(agents=9, calls=200, handling=180, patience=120).abandoned < 0.3


def test_needed_is_the_fewest() -> None:
    for calls in (0.5, 7, 40, 333, 2_000):
        for patience in (None, 90.0):
            met = needed(calls=calls, handling=240, target=0.85, within=15, patience=patience)
            assert met.level >= 0.85
            if met.agents:
                fewer = line(agents=met.agents - 1, calls=calls, handling=240, within=15, patience=patience)
                assert fewer.level < 0.85
    strict = needed(calls=200, handling=180, target=0.5, within=60, patience=60, most_abandoned=0.02)
    assert strict.abandoned <= 0.02


def test_a_day_by_half_hours() -> None:
    made = roster([("09:00", 100), ("09:30", 0), ("10:00", 50)], handling=180, shrinkage=0.3)
    assert made.needed == (14, 0, 8)
    assert made.on_roster == (20, 0, 12)
    assert made.level == pytest.approx((made.lines[0].level * 2 + made.lines[2].level) / 3)
    assert made.table().rows[0][0] == "09:00"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"calls": -1}, "calls"), ({"handling": 0}, "handling"), ({"within": -1}, "within"), ({"patience": 0}, "patience"),
        ({"target": 1.0}, "target"), ({"calls": 1e9}, "target"),
    ],
)  # fmt: skip
def test_bad_input_names_the_field(given: dict[str, float], name: str) -> None:
    with pytest.raises(BadLine, match=name):
        needed(**{"calls": 100, "handling": 180, **given})  # type: ignore[arg-type]
