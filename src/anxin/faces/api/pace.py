"""How many requests a token may send: a full bucket holds a minute's worth and fills again evenly.

Counted by each web process for itself, in memory: a count they shared would be one more write for every read. So with four
processes a program that spreads its requests gets up to four times as many. What this guards against is a program gone wild,
and that is stopped all the same.
"""

from __future__ import annotations

import math
import threading
import time

from django.conf import settings
from django.utils.translation import gettext as _

from anxin.access.errors import Refused

# Tokens heard of at a time; beyond it those with a full bucket are forgotten.
MANY = 1_000

_lock = threading.Lock()
_buckets: dict[int, tuple[float, float]] = {}
"""Token → (requests left, when that was true, by the monotonic clock)."""


class TooMany(Refused):
    """The token's bucket is empty; `facts["retry_after"]` says in how many seconds there is room again."""

    status = 429
    code = "too-many-requests"


def count(token_id: int, *, at: float | None = None) -> None:
    """Take one request out of a token's bucket. Raises `TooMany` when there is none left."""
    most = settings.API_RATE
    if not most:
        return
    moment = time.monotonic() if at is None else at
    with _lock:
        left, since = _buckets.get(token_id, (float(most), moment))
        left = min(float(most), left + (moment - since) * most / 60)
        if left < 1:
            seconds = math.ceil((1 - left) * 60 / most)
            raise TooMany(
                _("This token may send %(most)d requests a minute. Wait %(seconds)d seconds.")
                % {"most": most, "seconds": seconds},
                retry_after=seconds,
            )
        _buckets[token_id] = (left - 1, moment)
        if len(_buckets) > MANY:
            for other, (had, then) in list(_buckets.items()):
                if had + (moment - then) * most / 60 >= most:
                    del _buckets[other]


def forget() -> None:
    """Fill every bucket (tests reuse primary keys)."""
    _buckets.clear()
