"""The same questions on our kernels, on DuckDB and on a standalone Spark over one store: CPU seconds per million events.

python -m benchmarks.mining --engines --sizes 1e6 1e7
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from anxin.engines import mining
from anxin.engines.mining import lake
from benchmarks.mining.generator import PRESCRIBED, write_log

KERNELS: dict[str, Callable[[Any], Any]] = {
    "directly-follows": mining.directly_follows,
    "waits per edge": mining.waits,
    "hand-over": lambda s: mining.hand_over(s, quantiles=True),
    "cycle time": mining.cycle_time,
    "cycle time by month": lambda s: mining.cycle_time(s, by="month"),
    "variants": lambda s: mining.variants(s, durations=False),
    "rework": mining.rework,
    "promise": lambda s: mining.promise(s, "Register Claim", "Close Claim", 30 * 86400),
    "conformance": lambda s: mining.conformance(s, PRESCRIBED),
    "drift": mining.drift,
    "slow cases": mining.slow_cases,
}
EXPRESSIONS: dict[str, Callable[[lake.Lake], Any]] = {
    "directly-follows": lake.directly_follows,
    "waits per edge": lake.waits,
    "hand-over": lake.hand_over,
    "cycle time": lake.cycle_time,
    "cycle time by month": lambda t: lake.cycle_time(t, by="month"),
}
Seconds = dict[str, tuple[float, float]]
"""Question -> (CPU seconds of all processes, seconds on the clock)."""


def cpu(sessions: Sequence[int]) -> float:
    """CPU seconds of all processes of these sessions so far, with those of their children that ended."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(") ", 1)[1].split()
            except OSError:
                continue
            if int(fields[3]) in sessions:
                ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def timed(questions: dict[str, Callable[[Any], Any]], small: Any, large: Any, clock: Callable[[], float]) -> Seconds:
    found = {}
    for name, ask in questions.items():
        ask(small)  # compiled, loaded, connected
        begun, wall = clock(), time.perf_counter()
        ask(large)
        found[name] = (clock() - begun, time.perf_counter() - wall)
        print(f"  {name}: {found[name][0]:.2f} CPU s, {found[name][1]:.1f} s", file=sys.stderr, flush=True)
    return found


def stored(folder: Path, size: int) -> Path:
    path = folder / f"store_engines_{size}"
    if not path.exists():
        store = mining.Store.create(path, name="claims")
        store.append(mining.read(write_log(folder, size)))
    return path


def ask_spark(master: str, small: str, large: str, settings: str, sessions: str) -> None:
    """The driver; a process of its own, so that its CPU time counts and ends with it."""
    connection = lake.connect(master, **json.loads(settings))
    every = [os.getsid(0), *json.loads(sessions)]
    stores = [mining.Store(small), mining.Store(large)]
    asked = {
        "spark, expression": timed(EXPRESSIONS, *(lake.open_lake(one, connection) for one in stores), lambda: cpu(every)),  # type: ignore[arg-type]
        "spark, kernels": timed(KERNELS, *(lake.SparkSource(one, connection) for one in stores), lambda: cpu(every)),  # type: ignore[arg-type]
    }  # fmt: skip
    lake.stop(connection)
    json.dump(asked, sys.stdout)


def engines(folder: Path, sizes: Sequence[int]) -> int:
    from anxin.engines.mining.tests.cluster import environment, standalone

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster ends with us
    small = stored(folder, 20_000)
    for size in sizes:
        path = stored(folder, size)
        store = mining.Store(path)
        disk = sum(one.stat().st_size for one in path.iterdir())
        print(f"\n## {store}: {disk / len(store):.1f} bytes per event on disk", flush=True)
        found: dict[str, Seconds] = {
            "kernels": timed(KERNELS, mining.Store(small), store, time.process_time),
            "duckdb": timed(EXPRESSIONS, lake.open_lake(mining.Store(small)), lake.open_lake(store), time.process_time),  # type: ignore[arg-type]
        }  # fmt: skip
        with tempfile.TemporaryDirectory() as temporary:
            place = Path(temporary)
            more = {"spark_executor_extraJavaOptions": "-XX:+UseSerialGC", "spark_driver_memory": "2g"}
            with standalone(place, memory=2000, more=more) as cluster:
                done = subprocess.run(
                    [sys.executable, "-m", "benchmarks.mining.engines", cluster.address, str(small), str(path),
                     json.dumps(dict(cluster.settings)), json.dumps(cluster.processes)],
                    stdout=subprocess.PIPE, text=True, check=True, env=environment(place), start_new_session=True,
                )  # fmt: skip
            found.update(json.loads(done.stdout[done.stdout.index("{") :]))
        millions = len(store) / 1e6
        print("CPU seconds per million events (seconds on the clock in all)")
        print("| question |", " | ".join(found), "|")
        print("|---|" + "---|" * len(found))
        for question in KERNELS:
            cells = [
                f"{one[question][0] / millions:.3f} ({one[question][1]:.1f})" if question in one else "–"
                for one in found.values()
            ]
            print(f"| {question} |", " | ".join(cells), "|", flush=True)
    return 0


if __name__ == "__main__":
    ask_spark(*sys.argv[1:])
