"""Claims per second over HTTP: `python -m benchmarks.claims`. See README.md."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.claims.journey import STEPS
from benchmarks.serving import (
    PYTHON,
    ROOT,
    add_options,
    busy_seconds,
    cpu_of,
    environment_of,
    measured,
    output_of,
    quantile,
    served,
    watched_of,
)


def main() -> int:
    options = _options()
    report = measured(options, "benchmarks.claims", _run)
    if options.json:
        print(json.dumps(report, indent=1))
    else:
        _print(report)
    return 1 if report["errors"] or not report["drained"] else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.claims", description=__doc__)
    parser.add_argument("--claims", type=int, default=1_000_000, help="stop after so many claims")
    parser.add_argument("--seconds", type=float, default=30, help="stop beginning claims after so many seconds")
    parser.add_argument("--connections", type=int, default=3, help="claims driven at the same time")
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=20250314)
    parser.add_argument("--warm-up", type=int, default=40, help="claims before the measuring begins")
    parser.add_argument("--threads", type=int, default=1, help="threads in each web process")
    add_options(parser, port=8702)
    return parser.parse_args()


def _run(options: argparse.Namespace, home: Path) -> dict[str, Any]:
    # The driver is the bank: it calls back itself, and the simulator must not be faster.
    environment = environment_of(home, ANXIN_BANK_SECONDS="86400")
    world = home / "world.json"
    world.write_text(output_of("benchmarks.claims.world", options.seed, options.customers, environment=environment))
    with served(options, environment, "--threads", str(options.threads)) as server:
        load = subprocess.Popen(
            [
                *PYTHON, "benchmarks.claims.load", str(options.port), str(world), str(options.claims),
                str(options.seconds), str(options.connections), str(options.seed), str(options.warm_up),
            ],
            env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert load.stdout is not None
        assert load.stdin is not None
        warm = json.loads(load.stdout.readline())
        watched = watched_of(server)
        moments, busy = [(0, cpu_of(watched))], busy_seconds()
        load.stdin.write("go\n")
        load.stdin.flush()
        yardsticks = []
        while "done" in (found := json.loads(load.stdout.readline())):
            moments.append((found["done"], cpu_of(watched)))
            yardsticks.append(found["yardstick_ms"])
        found["yardsticks"] = [found["yardstick_ms"], *yardsticks]
        moments.append((found["claims"], cpu_of(watched)))
        found["busy"] = busy_seconds() - busy
        load.wait()
    return _report(options, found, warm["errors"], moments)


def _report(
    options: argparse.Namespace, found: dict[str, Any], warm_errors: list[str],
    moments: list[tuple[int, dict[str, float]]],
) -> dict[str, Any]:  # fmt: skip
    steps: dict[str, list[float]] = found["steps"]
    everything = [taken for values in steps.values() for taken in values]
    claims = found["claims"]
    return {
        "database": options.database,
        "processors": os.cpu_count(),
        "claims": claims,
        "steps_per_claim": len(everything) / claims if claims else 0,
        "claims_per_second": claims / found["drained_seconds"],
        "driven_seconds": found["driven_seconds"],
        "drained_after_seconds": found["drained_seconds"] - found["driven_seconds"],
        "drained": found["drained"],
        "p50_ms": quantile(everything, 50),
        "p99_ms": quantile(everything, 99),
        "steps": {name: {"p50_ms": quantile(steps[name], 50), "p99_ms": quantile(steps[name], 99)} for name in STEPS},
        "cpu_ms_per_claim": _a_claim(moments[0], moments[-1]),
        "cpu_ms_per_claim_in_windows": [_a_claim(*pair).get("all") for pair in itertools.pairwise(moments[:-1])],
        "others_percent": _others(found, moments),
        "yardstick_ms_in_windows": found["yardsticks"],
        "driver_cpu_ms_per_claim": 1000 * found["driver_cpu"] / claims if claims else None,
        "errors": [*warm_errors, *found["errors"]],
    }


def _others(found: dict[str, Any], moments: list[tuple[int, dict[str, float]]]) -> float | None:
    """The part of the processors that went to neither the house nor the driver, in percent; None without /proc."""
    if not found["busy"]:
        return None
    ours = sum(moments[-1][1].values()) - sum(moments[0][1].values()) + found["driver_cpu"]
    return max(0.0, 100 * (found["busy"] - ours) / (found["drained_seconds"] * (os.cpu_count() or 1)))


def _a_claim(begin: tuple[int, dict[str, float]], end: tuple[int, dict[str, float]]) -> dict[str, float]:
    """CPU milliseconds for each claim done between two moments, of all and of each group."""
    claims = end[0] - begin[0]
    if not claims or not end[1]:
        return {}
    spent = {name: 1000 * (cpu - begin[1][name]) / claims for name, cpu in end[1].items()}
    return {"all": sum(spent.values()), **spent}


def _print(report: dict[str, Any]) -> None:
    print(f"{report['database']} on {report['processors']} processors")
    print(f"  claims                {report['claims']}, {report['steps_per_claim']:.1f} steps each")
    print(f"  claims a second       {report['claims_per_second']:.1f} (all deliveries drained)")
    print(
        f"  drained after         {report['drained_after_seconds']:.2f} s more{'' if report['drained'] else ': NOT drained'}"
    )
    print(f"  a step                p50 {report['p50_ms']:.1f} ms, p99 {report['p99_ms']:.1f} ms")
    for name, times in report["steps"].items():
        print(f"    {name:<19} p50 {times['p50_ms']:.1f} ms, p99 {times['p99_ms']:.1f} ms")
    cpu = report["cpu_ms_per_claim"]
    parts = ", ".join(f"{name} {spent:.1f}" for name, spent in cpu.items() if name != "all")
    whole = f"{cpu['all']:.1f} ms ({parts})" if cpu else "not measured here"
    print(f"  CPU a claim           {whole}")
    windows = " ".join("–" if spent is None else f"{spent:.1f}" for spent in report["cpu_ms_per_claim_in_windows"])
    print(f"    every 5 seconds     {windows}")
    print(
        f"  the machine's speed   {' '.join(f'{taken:.1f}' for taken in report['yardstick_ms_in_windows'])} ms (see README)"
    )
    if report["others_percent"] is not None:
        print(f"  other programs        {report['others_percent']:.0f} % of the processors")
    print(f"  CPU of the driver     {report['driver_cpu_ms_per_claim'] or 0:.1f} ms a claim, apart")
    print(f"  errors                {len(report['errors'])}")
    for error in report["errors"][:10]:
        print(f"    {error[:400]}")
