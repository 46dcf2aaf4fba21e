"""CPU time of rounds of the same work. Only the standard library: the peers' environment imports it too."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from typing import Any

MOST = 101
SLOW = 5.0


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of user and system time, all threads, and the result."""
    began = process_time()
    result = work()
    return process_time() - began, result


def rounds(work: Callable[[], Any], budget: float, *, least: int, warm: bool = False) -> tuple[list[float], Any]:
    """Seconds of each round: `least` of them and on until `budget` seconds are used.

    One before them warms up, unless that is done already; if it takes longer than SLOW, it counts as a round.
    """
    seconds: list[float] = []
    if not warm:
        first, result = timed(work)
        if first > SLOW:
            seconds.append(first)
    while len(seconds) < least or (sum(seconds) < budget and len(seconds) < MOST):
        one, result = timed(work)
        seconds.append(one)
    return seconds, result
