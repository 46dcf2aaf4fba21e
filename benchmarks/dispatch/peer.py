"""SimPy's side: reads one model as JSON from standard input, writes mean times, visits and CPU seconds to standard output."""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any

import simpy


def run(model: dict[str, Any], seed: int) -> dict[str, float]:
    luck = random.Random(seed)
    env = simpy.Environment()
    rooms = [simpy.Resource(env, count) if count else None for count in model["people"]]
    means, chances, constant = model["means"], model["next"], model["constant"]
    stay: list[float] = []
    visits = 0

    def case() -> Iterator[Any]:
        nonlocal visits
        came, stage = env.now, 0
        while stage < len(means):
            visits += 1
            need = means[stage] if constant else luck.expovariate(1 / means[stage])
            room = rooms[stage]
            if room is None:
                yield env.timeout(need)
            else:
                with room.request() as asked:
                    yield asked
                    yield env.timeout(need)
            stage = next_of(chances[stage], luck, len(means))
        stay.append(env.now - came)

    def source() -> Iterator[Any]:
        for _number in range(model["cases"]):
            yield env.timeout(luck.expovariate(model["rate"]))
            env.process(case())

    begun = time.process_time()
    env.process(source())
    env.run()
    seconds = time.process_time() - begun
    kept = stay[len(stay) // 10 :]
    return {
        "seconds": seconds,
        "visits": visits,
        "mean": statistics.fmean(kept),
        "p90": sorted(kept)[int(0.9 * len(kept))],
    }


def next_of(shares: list[float], luck: random.Random, leave: int) -> int:
    point, total = luck.random(), 0.0
    for place, share in enumerate(shares):
        total += share
        if point < total:
            return place
    return leave


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump([run(asked["model"], seed) for seed in range(asked["rounds"])], sys.stdout)
