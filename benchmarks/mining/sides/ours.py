"""Anxin's side."""

import sys
from pathlib import Path

from measuring import run

from anxin.engines import mining

path, rounds, model = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
log: mining.Log


def load() -> None:
    global log
    log = mining.read(path)


def edges(found: mining.DirectlyFollows) -> dict[str, int]:
    return {f"{a}|{b}": n for (a, b), n in found.edges().items()}


def waits(found: mining.Waits) -> dict[str, list[float]]:
    names = list(found.names)
    return {
        f"{names[a]}|{names[b]}": [int(n), mean / 1e6, median / 1e6, p90 / 1e6]
        for a, b, n, mean, median, p90 in zip(
            found.source,
            found.target,
            found.count.tolist(),
            found.mean.tolist(),
            found.median.tolist(),
            found.p90.tolist(),
            strict=True,
        )
    }


def variants(found: mining.Variants) -> dict[str, int]:
    return {"|".join(path): n for path, n in found.counts().items()}


def rework(found: mining.Rework) -> dict[str, int]:
    return {name: int(n) for name, n in zip(found.names, found.repeating_cases, strict=True) if n}


def pairs(found: mining.HandOver) -> dict[str, int]:
    names = list(found.names)
    return {f"{names[a]}|{names[b]}": int(n) for a, b, n in zip(found.giver, found.taker, found.count, strict=True)}


def conformance(found: mining.Conformance) -> dict[str, int]:
    # PM4Py's replay passes over activities that the process lacks; for the comparison so do we, outside the clock.
    known = mining.process(model).activities()
    codes = [log.activities.code(name) for name in known]
    import numpy as np

    without = log.select_events(np.isin(log.activity, codes))
    return {"conforming": found.conforming, "without unknown activities": mining.conformance(without, model).conforming}


def cycle(found: mining.CycleTime) -> list[float]:
    return [int(found.count[0]), float(found.mean[0]) / 1e6, int(found.median[0]) / 1e6]


if __name__ == "__main__":
    one = mining.read(Path(sys.argv[4]))
    # Compiling is paid once per installation and kept on disk; the first call loads it.
    (
        mining.directly_follows(one),
        mining.waits(one),
        mining.variants(one, durations=False),
        mining.rework(one),
        mining.rework(one, cost=False),
    )
    mining.hand_over(one), mining.hand_over(one, quantiles=True), mining.conformance(one, model), mining.cycle_time(one)
    run(
        load,
        {
            "directly-follows": (lambda: mining.directly_follows(log), edges),
            "waits per edge": (lambda: mining.waits(log), waits),
            "variants": (lambda: mining.variants(log, durations=False), variants),
            "rework": (lambda: mining.rework(log, cost=False), rework),
            "rework with its time": (lambda: mining.rework(log), rework),
            "hand-over": (lambda: mining.hand_over(log), pairs),
            "hand-over with quantiles": (lambda: mining.hand_over(log, quantiles=True), pairs),
            "cycle time": (lambda: mining.cycle_time(log), cycle),
            "conformance": (lambda: mining.conformance(log, model), conformance),
        },
        rounds,
    )
