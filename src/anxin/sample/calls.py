"""The sample insurer's phone line: callers who come at random, talk about as long as they like, and wait for the agents of the hour
until their patience ends. What is answered in time, and who hangs up, follows from who is there (M/M/n + M)."""

from __future__ import annotations

import heapq
import random
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate

# Calls by hour of the day, in parts of a day's; and the agents there: the evening has most calls and one person fewer than the day.
HOURS = (2, 1, 1, 1, 1, 2, 4, 9, 24, 38, 40, 33, 22, 24, 32, 34, 33, 34, 44, 52, 46, 30, 12, 5)
AGENTS = (1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1)
TALK, PATIENCE = 280.0, 120.0
"""Means in seconds, both exponential."""
GROWTH = 0.1
"""The last day has so much more calls than the mean, the first so much fewer: the queue grew over the year."""


@dataclass(frozen=True, slots=True)
class Call:
    """Seconds since the first midnight. `answered` None: the caller hung up, at `ended`."""

    at: float
    answered: float | None
    ended: float


def lived(rng: random.Random, calls: int, days: int) -> list[Call]:
    """`calls` of so many days, in order of their coming. An agent whose hour is over ends the conversation first."""
    sums = list(accumulate(HOURS))
    coming = []
    for _number in range(calls):
        age, hour = rng.random(), bisect(sums, rng.random() * sums[-1])
        # The density of a day grows along the year by a line: mirrored, an early day is as rare as a late one is frequent.
        if rng.random() > 1 + GROWTH * (2 * age - 1):
            age = 1 - age
        coming.append((int(age * days) * 24 + hour) * 3600 + rng.random() * 3600)
    coming.sort()
    busy: list[float] = []
    told = []
    for at in coming:
        gives_up = at + rng.expovariate(1 / PATIENCE)
        # Callers are served in the order of their coming, so whoever came before has been given an agent, or is gone.
        answered = _free(busy, at)
        if answered > gives_up:
            told.append(Call(at, None, gives_up))
            continue
        ended = answered + rng.expovariate(1 / TALK)
        heapq.heappush(busy, ended)
        told.append(Call(at, answered, ended))
    return told


def _free(busy: list[float], at: float) -> float:
    """When one who came `at` is given an agent: as soon as fewer talk, or will talk to those before, than are there in that hour.
    `busy`: when those who were given a caller end, a heap; who ended before is taken out."""
    while busy and busy[0] <= at:
        heapq.heappop(busy)
    over = len(busy) - AGENTS[int(at // 3600) % 24]
    return at if over < 0 else heapq.nsmallest(over + 1, busy)[-1]
