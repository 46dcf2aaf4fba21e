"""How often one link may be sent to, and how often one address may guess at links. Counted by each web process in memory.

What this guards against is a program gone wild: a person never comes near it. Links that exist always answer; what is held back
for an address is the looking up of links that do not.
"""

from __future__ import annotations

import threading
import time

SENDS_A_MINUTE = 120
MISSES_A_MINUTE = 60
MANY = 20_000

_lock = threading.Lock()
_buckets: dict[str, tuple[float, float]] = {}


def may(name: str, most: int, *, at: float | None = None) -> bool:
    """Take one out of a bucket that holds a minute's worth and fills evenly; False when it is empty."""
    moment = time.monotonic() if at is None else at
    with _lock:
        left, since = _buckets.get(name, (float(most), moment))
        left = min(float(most), left + (moment - since) * most / 60)
        if left < 1:
            return False
        if len(_buckets) >= MANY:
            _buckets.clear()  # a full minute for everybody is no harm; a table without end would be
        _buckets[name] = (left - 1, moment)
        return True


def may_send(key: str) -> bool:
    return may(f"send {key}", SENDS_A_MINUTE)


def may_miss(address: str) -> bool:
    return may(f"miss {address}", MISSES_A_MINUTE)


def forget() -> None:
    """Fill every bucket (tests)."""
    with _lock:
        _buckets.clear()
