"""Start and complete events paired into pieces of work, so that service time and waiting time come apart."""

from __future__ import annotations

import dataclasses

import numpy as np

from anxin.engines.compiling import compiled
from anxin.engines.mining.errors import BadQuestion
from anxin.engines.mining.kernels.ordering import by_case_and_time
from anxin.engines.mining.log.columns import Codes, Ints
from anxin.engines.mining.log.log import Log
from anxin.engines.results import Caution

START, COMPLETE, OTHER = 0, 1, 2


def has_starts(log: Log) -> bool:
    """Whether the log tells starts from completions."""
    if log.lifecycle is None or log.lifecycle.names is None:
        return False
    names = [name.lower() for name in log.lifecycle.names]
    used = np.bincount(log.lifecycle.values[log.lifecycle.values >= 0], minlength=len(names)) > 0
    return any(name == "start" and used[code] for code, name in enumerate(names)) and any(
        name == "complete" and used[code] for code, name in enumerate(names)
    )


def pieces_of_work(log: Log) -> Log:
    """One event per piece of work: `started` from its start event, `time` from its complete event.

    A complete event ends the earliest open start of the same activity in its case (van der Aalst 2016, ch. 5). How
    long a complete without a start took is not known; a start without a complete stays, as begun at its moment, and a caution
    counts these. Both are marked in `start_unknown`. Other transitions (schedule, suspend, …) are left out and counted. Raises BadQuestion without a life cycle.
    """
    if log.lifecycle is None or log.lifecycle.names is None:
        raise BadQuestion("The log has no life-cycle column, so it has no starts to pair.", code="no-lifecycle")
    kind_of = np.array(
        [{"start": START, "complete": COMPLETE}.get(name.lower(), OTHER) for name in log.lifecycle.names] + [COMPLETE]
    )
    kinds = kind_of[log.lifecycle.values].astype(np.int8)  # a missing transition (-1) counts as a completion
    partner = np.full(len(log), -1, np.int64)
    _pair(log.offsets, log.activity, kinds, len(log.activities), partner)
    completes, starts = kinds == COMPLETE, kinds == START
    unfinished = starts & (partner < 0)
    kept = completes | unfinished
    begun = np.where(completes & (partner >= 0), log.time[np.maximum(partner, 0)], log.time)
    unknown = partner < 0
    work = dataclasses.replace(
        log, started=begun, start_unknown=unknown if unknown[kept].any() else None
    ).select_events(kept)
    work = _in_order_of_completion(work)
    cautions = []
    if unfinished.any():
        cautions.append(
            Caution(
                "unfinished-work",
                f"{int(unfinished.sum()):,} starts have no completion; they stand at the moment they began.",
            )
        )
    if unmatched := int((completes & (partner < 0)).sum()):
        cautions.append(
            Caution("no-start", f"{unmatched:,} completions have no start; how long that work took is not known.")
        )
    if other := int((kinds == OTHER).sum()):
        names = sorted(name for name in log.lifecycle.names if name.lower() not in ("start", "complete"))
        cautions.append(
            Caution(
                "other-transitions",
                f"{other:,} events of other transitions ({', '.join(names[:6])}) are left out.",
                tuple(names),
            )
        )
    reading = dataclasses.replace(log.reading, cautions=(*log.reading.cautions, *cautions))
    return dataclasses.replace(work, reading=reading, lifecycle=None)


def _in_order_of_completion(log: Log) -> Log:
    order, _ = by_case_and_time(log.case_of_event(), log.cases, log.time)
    if order is None:
        return log
    return log._taken(np.arange(log.cases), log.offsets, order)


@compiled
def _pair(offsets: Ints, codes: Codes, kinds: Codes, width: int, partner: Ints) -> None:
    """partner[complete] = its start and the other way round; first in, first out per activity."""
    head = np.full(width, -1, np.int64)
    tail = np.full(width, -1, np.int64)
    after = np.full(len(codes), -1, np.int64)
    for c in range(len(offsets) - 1):
        for i in range(offsets[c], offsets[c + 1]):
            code = codes[i]
            if kinds[i] == 0:
                if head[code] < 0:
                    head[code] = i
                else:
                    after[tail[code]] = i
                tail[code] = i
            elif kinds[i] == 1 and head[code] >= 0:
                start = head[code]
                partner[i] = start
                partner[start] = i
                head[code] = after[start]
        for i in range(offsets[c], offsets[c + 1]):
            head[codes[i]] = -1
            tail[codes[i]] = -1
