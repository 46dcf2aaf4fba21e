"""The driver, a process of its own: `python -m benchmarks.claims.load PORT WORLD CLAIMS SECONDS CONNECTIONS SEED WARM_UP`.

Each connection drives one claim after the other until so many claims were begun or so many seconds are over; then the
health of the server is asked for until every delivery has drained. Every five seconds it prints a line of JSON: how many
claims are done, and how long the machine takes just then for a piece of work that is always the same; at the end what it saw.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.claims.client import Client
from benchmarks.claims.journey import STEPS, Journey

DRAIN_SECONDS = 300.0
WINDOW_SECONDS = 5.0


def drive(
    port: int, world: dict[str, Any], *, claims: int, seconds: float, connections: int, seed: int, is_told: bool = False
) -> dict[str, Any]:
    lock = threading.Lock()
    steps: dict[str, list[float]] = {name: [] for name in STEPS}
    errors: list[str] = []
    counts = {"begun": 0, "done": 0}
    ends = time.monotonic() + seconds

    def say(name: str, taken: float, good: bool, why: str) -> None:
        steps[name].append(taken)
        if not good:
            errors.append(f"{name}: {why}")

    def work(number: int) -> None:
        journey = Journey(port, world, seed * 1_000 + number, say)
        while time.monotonic() < ends:
            with lock:
                if counts["begun"] >= claims:
                    break
                counts["begun"] += 1
            done = journey.run()
            with lock:
                counts["done"] += done
        journey.close()

    measured = yardstick() if is_told else 0.0
    cpu = _cpu()
    begun = time.perf_counter()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    if is_told:
        _tell(threads, counts, begun)
    for thread in threads:
        thread.join()
    driven = time.perf_counter() - begun
    drained = _drain(port) if counts["begun"] else True
    return {
        "claims": counts["done"], "begun": counts["begun"], "driven_seconds": driven,
        "yardstick_ms": measured, "drained_seconds": time.perf_counter() - begun, "drained": drained, "driver_cpu": _cpu() - cpu,
        "errors": errors, "steps": steps,
    }  # fmt: skip


def yardstick() -> float:
    """CPU milliseconds for some work of the kind the server does, some 15 MB of it: how fast the machine is just now.

    Processors shared with other tenants of the host take up to twice as long for the same at times.
    """
    begun = time.thread_time()
    rows = [{"number": number, "text": f"{number:032x}", "list": list(range(number % 7))} for number in range(6_000)]
    kept = {row["text"]: row for row in json.loads(json.dumps(rows))}
    total = sum(len(kept[f"{number * 7 % 6_000:032x}"]["list"]) for number in range(6_000))
    assert total
    return 1000 * (time.thread_time() - begun)


def _tell(threads: list[threading.Thread], counts: dict[str, int], begun: float) -> None:
    """Say every window how many claims are done, while any thread drives."""
    number = 1
    while any(thread.is_alive() for thread in threads):
        if time.perf_counter() - begun >= number * WINDOW_SECONDS:
            print(json.dumps({"done": counts["done"], "yardstick_ms": yardstick()}), flush=True)
            number += 1
        time.sleep(0.02)


def _drain(port: int) -> bool:
    client, ends = Client(port), time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < ends:
        status, answer = client.call("GET", "/api/v1/health", "")
        if status == 200 and answer["waiting_deliveries"] == 0:
            return not answer["dead_deliveries"]
        time.sleep(0.05)
    return False


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    port, path, claims, seconds, connections, seed, warm_up = sys.argv[1:8]
    world = json.loads(Path(path).read_text("utf-8"))
    # So that imports, caches and connections are not measured; in a line of its own, since CPU is counted from here on.
    first = drive(int(port), world, claims=int(warm_up), seconds=60, connections=int(connections), seed=int(seed) + 1)
    print(json.dumps({"warm": first["claims"], "errors": first["errors"]}), flush=True)
    sys.stdin.readline()
    found = drive(
        int(port), world, claims=int(claims), seconds=float(seconds), connections=int(connections), seed=int(seed),
        is_told=True,
    )  # fmt: skip
    print(json.dumps(found), flush=True)
