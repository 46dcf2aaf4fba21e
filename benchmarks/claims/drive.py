"""Claims per second over HTTP: `python -m benchmarks.claims`. See README.md."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.claims.journey import STEPS

ROOT = Path(__file__).resolve().parents[2]
INSIDE = "ANXIN_BENCH_INSIDE"


def main() -> int:
    options = _options()
    if options.database == "postgres" and not os.environ.get(INSIDE):
        # A cluster of its own, on a socket, with its usual durability; gone afterwards.
        command = [ROOT / "scripts/with-postgres.sh", sys.executable, "-m", "benchmarks.claims", *sys.argv[1:]]
        return subprocess.call([str(part) for part in command], cwd=ROOT, env={**os.environ, INSIDE: "1"})
    home = Path(tempfile.mkdtemp(prefix="anxin-bench-"))
    try:
        report = _run(options, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
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
    parser.add_argument("--port", type=int, default=8702)
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    parser.add_argument("--threads", type=int, default=1, help="threads in each web process")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args()


def _run(options: argparse.Namespace, home: Path) -> dict[str, Any]:
    environment = {
        **os.environ, "ANXIN_HOME": str(home), "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        # The driver is the bank: it calls back itself, and the simulator must not be faster.
        "ANXIN_BANK_SECONDS": "86400",
    }  # fmt: skip
    world = home / "world.json"
    python = [sys.executable, "-m"]
    with world.open("w") as out:
        subprocess.run(
            [*python, "benchmarks.claims.world", str(options.seed), str(options.customers)],
            env=environment, cwd=ROOT, stdout=out, check=True,
        )  # fmt: skip
    server = subprocess.Popen(
        [
            *python, "anxin.faces.cli.main", "serve", "--port", str(options.port), "--workers", str(options.workers),
            "--threads", str(options.threads),
        ],
        env=environment, cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(options.port, server)
        load = subprocess.Popen(
            [
                *python, "benchmarks.claims.load", str(options.port), str(world), str(options.claims),
                str(options.seconds), str(options.connections), str(options.seed), str(options.warm_up),
            ],
            env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert load.stdout is not None
        assert load.stdin is not None
        warm = json.loads(load.stdout.readline())
        watched = _watched(server.pid)
        moments, busy = [(0, _cpu_of(watched))], _busy()
        load.stdin.write("go\n")
        load.stdin.flush()
        yardsticks = []
        while "done" in (found := json.loads(load.stdout.readline())):
            moments.append((found["done"], _cpu_of(watched)))
            yardsticks.append(found["yardstick_ms"])
        found["yardsticks"] = [found["yardstick_ms"], *yardsticks]
        moments.append((found["claims"], _cpu_of(watched)))
        found["busy"] = _busy() - busy
        load.wait()
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=60)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
    return _report(options, found, warm["errors"], moments)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        if server.poll() is not None:
            raise SystemExit(f"the server ended with status {server.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not answer within a minute")


def _watched(server: int) -> dict[str, list[int]]:
    """Whose CPU counts: the server with its web processes, the background worker, PostgreSQL's own process."""
    workers = [pid for pid, (_parent, _ticks, line) in _processes().items() if line[-2:] == ["--parent", str(server)]]
    found = {"web": [server], "worker": workers}
    url = os.environ.get("ANXIN_DATABASE_URL", "")
    if os.environ.get(INSIDE) and "host=" in url:
        found["database"] = [int(Path(url.partition("host=")[2], "data", "postmaster.pid").read_text().splitlines()[0])]
    return found


def _processes() -> dict[int, tuple[int, int, list[str]]]:
    """Parent, clock ticks so far (its own and of children that have ended) and command line of every process."""
    found: dict[int, tuple[int, int, list[str]]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            line = (entry / "cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
        except OSError:
            continue  # it has just ended
        found[int(entry.name)] = (int(fields[1]), sum(int(fields[place]) for place in (11, 12, 13, 14)), line)
    return found


def _cpu_of(watched: dict[str, list[int]]) -> dict[str, float]:
    """CPU seconds that each group and all under it have used so far; empty where there is no /proc."""
    processes = _processes()
    roots = {pid for pids in watched.values() for pid in pids}
    found: dict[str, float] = {}
    for name, pids in watched.items() if processes else ():
        wanted = set(pids)
        while more := {pid for pid, (parent, _ticks, _line) in processes.items() if parent in wanted} - wanted - roots:
            wanted |= more
        ticks = sum(processes[pid][1] for pid in wanted if pid in processes)
        found[name] = ticks / os.sysconf("SC_CLK_TCK")
    return found


def _busy() -> float:
    """CPU seconds that all processors have worked so far, for whomever."""
    try:
        fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    except OSError:
        return 0.0
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")  # without idle and waiting for the disk


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
        "p50_ms": _quantile(everything, 50),
        "p99_ms": _quantile(everything, 99),
        "steps": {name: {"p50_ms": _quantile(steps[name], 50), "p99_ms": _quantile(steps[name], 99)} for name in STEPS},
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


def _quantile(values: list[float], percent: int) -> float:
    if len(values) < 2:
        return 1000 * sum(values)
    return 1000 * statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


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
