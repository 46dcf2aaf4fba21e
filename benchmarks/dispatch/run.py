"""Our simulation beside SimPy in one run: the same models, agreement of results first, then CPU time. See README.md."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from anxin.engines.dispatch import (
    NOTHING,
    Arrivals,
    Days,
    Model,
    Pool,
    Shift,
    Step,
    constant,
    erlang_c,
    exponential,
    office_week,
)
from anxin.engines.dispatch.simulation import Laid, seed_of

EVENTS = 3
"""A visit's events: it joins the queue, its work begins, its work ends. Counted alike on both sides."""

MODELS: dict[str, dict[str, Any]] = {
    "one queue, three people": {"rate": 2.4, "means": [1.0], "people": [3], "next": [[]], "constant": False},
    "constant work": {"rate": 0.8, "means": [1.0], "people": [1], "next": [[]], "constant": True},
    "claims, nine stages": {
        "rate": 4.0, "means": [0.2, 1.0, 0.3, 12.0, 0.4, 0.7, 10.0, 0.6, 0.5], "people": [2, 4, 2, 0, 3, 4, 0, 4, 3],
        "next": [
            [0, 0.6, 0.4], [0, 0, 1.0], [0, 0, 0, 1.0], [0, 0, 0, 0, 1.0], [0, 0, 0, 0.3, 0, 0.7], [0, 0, 0, 0, 0, 0, 1.0],
            [0, 0, 0, 0, 0, 0, 0, 1.0], [0, 0, 0, 0, 0, 0.1, 0, 0, 0.85], [],
        ], "constant": False,
    },
}  # fmt: skip


def ours(given: dict[str, Any], *, week: bool = False) -> Model:
    stages = len(given["means"])
    made = constant if given["constant"] else exponential
    hours = office_week(8, 20, range(7)) if week else None
    pools = [(place, count) for place, count in enumerate(given["people"]) if count]
    number = {place: code for code, (place, _count) in enumerate(pools)}
    steps = tuple(
        Step(f"s{place}", f"s{place}", (number.get(place, -1),), (made(mean) if place in number else NOTHING,), (NOTHING if place in number else made(mean),))
        for place, mean in enumerate(given["means"])
    )  # fmt: skip
    routing = np.zeros((1, stages, stages + 1))
    for place, shares in enumerate(given["next"]):
        routing[0, place, : len(shares)] = shares
        routing[0, place, stages] = 1 - sum(shares)
    entry = np.zeros((1, stages))
    entry[0, 0] = 1
    return Model(("k",), ("p",), steps, tuple(Pool(f"p{place}", (Shift(count, hours),)) for place, count in pools), entry, routing)  # fmt: skip


def arrivals(rate: float, cases: int, seed: int) -> Arrivals:
    return Arrivals.of(np.cumsum(np.random.default_rng(seed).exponential(1 / rate, cases)))


def measured(model: Model, rate: float, cases: int, rounds: int, *, record: bool = False) -> list[dict[str, float]]:
    found = []
    for number in range(rounds):
        coming = arrivals(rate, cases, number)
        laid = Laid(model, Days.of(int(coming.time[-1] / 24) + 60))
        begun = time.process_time()
        run = laid.run(coming, seed=seed_of(1, number), record=record)
        seconds = time.process_time() - begun
        stay = (run.end - coming.time)[cases // 10 :]
        assert np.isfinite(stay).all()
        found.append(
            {"seconds": seconds, "visits": run.visits, "mean": float(stay.mean()), "p90": float(np.quantile(stay, 0.9))}
        )
    return found  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", default=sys.executable, help="the Python in whose environment SimPy is")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--peer-cases", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    wrong = 0
    print(f"{'model':28}{'our events/s':>15}{'SimPy events/s':>16}{'ratio':>8}   mean stay ours / SimPy (± 3 s.e.)")
    for name, one in MODELS.items():
        model = ours(one)
        measured(model, one["rate"], 2_000, 1)  # compiled and warm
        mine = measured(model, one["rate"], given.cases, given.rounds)
        asked = {"model": one | {"cases": given.peer_cases}, "rounds": given.rounds}
        peer = Path(__file__).with_name("peer.py")
        told = subprocess.run([given.peer, str(peer)], input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=600)  # fmt: skip
        theirs = json.loads(told.stdout)
        speeds = [statistics.median(EVENTS * run["visits"] / run["seconds"] for run in side) for side in (mine, theirs)]
        means = [[run["mean"] for run in side] for side in (mine, theirs)]
        middle = [statistics.fmean(side) for side in means]
        error = 3 * sum(statistics.variance(side) / len(side) for side in means) ** 0.5
        agree = abs(middle[0] - middle[1]) <= error
        wrong += not agree
        print(f"{name:28}{speeds[0]:15,.0f}{speeds[1]:16,.0f}{speeds[0] / speeds[1]:8.1f}   {middle[0]:.4f} / {middle[1]:.4f} (± {error:.4f}) {'agree' if agree else 'DISAGREE'}")  # fmt: skip
    chance = erlang_c(3, 2.4)
    print(f"Erlang C: mean stay with one queue and three people is {1 + chance / 0.6:.4f}")
    claims = MODELS["claims, nine stages"]
    for words, week, record in (
        ("with records of every visit", False, True),
        ("with calendars (12 hours a day)", True, False),
    ):
        # Half the hours, so half the cases an hour.
        rate = claims["rate"] / (2 if week else 1)
        runs = measured(ours(claims, week=week), rate, given.cases // 4, 3, record=record)
        speed = statistics.median(EVENTS * run["visits"] / run["seconds"] for run in runs)
        print(f"claims, nine stages, {words}: {speed:,.0f} events/s")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
