"""What every side does alike: answer question by question in one process, and print CPU seconds, memory and answers.

Stands alone, because the peers run it in an environment without Anxin.
"""

import json
import math
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

# One thread each, before anything starts a pool.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

Question = tuple[Callable[[], Any], Callable[[Any], Any]]
"""(what is timed, how its result is put so that it can be compared)"""


ROUND = 0.2
"""CPU seconds that a round takes at least."""


def peak_mb() -> float:
    """The most memory this process ever held. VmHWM, since getrusage's begins with the parent's of before the exec."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(load: Callable[[], None], questions: dict[str, Question], rounds: int) -> None:
    """Prints one JSON: load and each question in CPU seconds (the median of `rounds`, each of at least ROUND seconds), answers, peak memory."""
    result: dict[str, Any] = {"seconds": {}, "answers": {}, "floor_mb": peak_mb()}
    begun = time.process_time()
    load()
    result["seconds"]["load"] = time.process_time() - begun
    result["loaded_mb"] = peak_mb()
    for name, (ask, put) in questions.items():
        times: list[float] = []
        answer = None
        repeats = 1
        while len(times) < rounds:
            begun = time.process_time()
            for _ in range(repeats):
                answer = ask()
            taken = time.process_time() - begun
            if taken < ROUND and not times:
                # The clock has ticks: what is shorter is asked more often, and counts only when a round is long enough.
                repeats = min(max(repeats * 2, math.ceil(repeats * 1.2 * ROUND / max(taken, 1e-4))), 100_000)
                continue
            times.append(taken / repeats)
            if times[0] > 20:
                break  # a minute of the same teaches nothing more
        result["seconds"][name] = sorted(times)[len(times) // 2]
        result["peak_mb"] = peak_mb()  # before the answer is put into words
        result["answers"][name] = put(answer)
        answer = None
    result["peak_mb"] = max(result.get("peak_mb", 0.0), result["loaded_mb"])
    json.dump(result, sys.stdout)
