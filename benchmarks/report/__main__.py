"""How long a report takes: `python -m benchmarks.report [--sizes 1000 100000 1000000] [--rounds 3] [--json]`.

Each size runs in a process of its own: one report to warm up (imports, compiled loops), then `rounds` reports of which the median
counts. Wall and CPU seconds of the content in one language, of the second language, of the PDF; the slowest sections.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from typing import Any

import numpy as np

GOALS = {1_000: 2.0, 100_000: 5.0, 1_000_000: 30.0}
_LEAST_TO_WARM_UP = 1_000


def simulated(rows: int, seed: int = 0) -> Any:
    """22 perception items of the SERVPERF stream (twice over for more than its 500,000), outcome, NPS, four profile columns, time."""
    from anxin.voice.questionnaires.form import Text
    from anxin.voice.study import Column, Sample, Study
    from benchmarks.measure.stream import DIMENSIONS, ITEMS, ROWS, answers

    table = answers(min(rows, ROWS))
    if rows > ROWS:
        table = np.concatenate([table] * -(-rows // ROWS))[:rows]
    chance = np.random.default_rng(seed)
    columns = []
    for place, name in enumerate(ITEMS):
        values = table[:, place].astype(np.float64)
        values[chance.random(rows) < 0.01] = np.nan
        columns.append(
            Column(name, Text.of(en=name), "scale", "perception", values, low=1, high=5, item=name, dimension=name[:3])
        )
    liking = table[:, :13].mean(axis=1) + 0.6 * chance.standard_normal(rows)
    outcome = np.clip(np.rint(liking), 1, 5)
    columns.append(Column("sat", Text.of(en="Satisfaction"), "scale", "outcome", outcome, low=1, high=5))
    recommend = np.clip(np.rint(2.2 * liking), 0, 10)
    columns.append(Column("nps", Text.of(en="Recommendation"), "scale", "nps", recommend, low=0, high=10))
    for name, count in (("sex", 2), ("age", 5), ("region", 12), ("channel", 4)):
        options = tuple((str(code), Text.of(en=f"{name} {code}")) for code in range(count))
        columns.append(
            Column(
                name,
                Text.of(en=name),
                "one",
                "profile",
                chance.integers(0, count, rows).astype(np.int32),
                options=options,
            )
        )
    columns.append(Column("seconds", Text.of(en="Seconds"), "number", "seconds", chance.lognormal(5, 0.5, rows)))
    return Study(
        Text.of(en="Simulated SERVPERF"), tuple(columns), np.arange(rows), "simulated", Sample(2 * rows, None, rows),
        dimensions={name: Text.of(en=name) for name in DIMENSIONS}, instrument="servperf",
    )  # fmt: skip


def one(rows: int, rounds: int) -> dict[str, Any]:
    """Measured in this process."""
    from anxin.voice.reports.content import compose, prepare
    from anxin.voice.reports.render.pdf import pdf

    compose(prepare(simulated(max(_LEAST_TO_WARM_UP, min(rows, 5_000)), 1)), "en")
    made = simulated(rows)
    runs = []
    sections: dict[str, float] = {}
    for _round in range(rounds):
        stamps: list[tuple[str, float]] = []
        wall, cpu = time.perf_counter(), time.process_time()
        ground = prepare(made)
        content = compose(ground, "en", progress=lambda title, _done, _of: stamps.append((title, time.perf_counter())))  # noqa: B023
        run = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        sections = {title: after - at for (title, at), (_next, after) in itertools.pairwise(stamps)}
        wall = time.perf_counter()
        compose(ground, "zh")
        run["second language"] = time.perf_counter() - wall
        wall = time.perf_counter()
        size = len(pdf(content, timestamp=0))
        run["pdf"] = time.perf_counter() - wall
        runs.append(run)
    found = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    slow = sorted(sections.items(), key=lambda pair: -pair[1])[:5]
    refused = [section.title for section in content.sections if section.refused]
    return {
        "rows": rows, "rounds": rounds, **{name: round(value, 3) for name, value in found.items()}, "pdf bytes": size,
        "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "slowest": {name: round(value, 2) for name, value in slow},
        "numbers": sum(1 for _number in content.numbers()), "refused": refused, "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(GOALS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one(given.one, given.rounds)))
        return
    results = []
    for size in given.sizes:
        command = [sys.executable, "-m", "benchmarks.report", "--one", str(size), "--rounds", str(given.rounds)]
        # A second BLAS thread waits busily: it would count as work and take the other core from whoever needs it.
        surroundings = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False, timeout=1800)
        if done.returncode:
            raise SystemExit(done.stderr[-2000:])
        results.append(json.loads(done.stdout))
        if not given.json:
            _tell(results[-1])
    if given.json:
        print(json.dumps(results, indent=1))


def _tell(found: dict[str, Any]) -> None:
    goal = GOALS.get(found["rows"])
    verdict = "" if goal is None else f"  goal {goal:g} s: {'reached' if found['wall'] <= goal else 'missed'}"
    print(f"{found['rows']:>9,} answers: {found['wall']:.2f} s ({found['cpu']:.2f} s CPU){verdict}; second language "
          f"{found['second language']:.3f} s, PDF {found['pdf']:.2f} s, {found['MB']:,} MB, load {found['load']}")  # fmt: skip
    print("           slowest: " + ", ".join(f"{name} {value:.2f} s" for name, value in found["slowest"].items()))


if __name__ == "__main__":
    main()
