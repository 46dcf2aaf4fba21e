"""What benchmarks over HTTP share: a home and a server of its own, whose CPU it is, and PostgreSQL beside it."""

from __future__ import annotations

import argparse
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
INSIDE = "ANXIN_BENCH_INSIDE"
PYTHON = [sys.executable, "-m"]

Report = dict[str, Any]


def add_options(parser: argparse.ArgumentParser, *, port: int) -> None:
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def measured(
    options: argparse.Namespace, name: str, run: Callable[[argparse.Namespace, Path], Report], home: str = ""
) -> Report:
    """What `run` reports of a home folder, a temporary one unless named.

    For PostgreSQL the benchmark is called once more within a cluster of its own, on a socket, with its usual durability; gone
    afterwards. This process then ends with the status of that one.
    """
    if options.database == "postgres" and not os.environ.get(INSIDE):
        command = [ROOT / "scripts/with-postgres.sh", *PYTHON, name, *sys.argv[1:]]
        raise SystemExit(subprocess.call([str(part) for part in command], cwd=ROOT, env={**os.environ, INSIDE: "1"}))
    folder = Path(home or tempfile.mkdtemp(prefix="anxin-bench-"))
    try:
        return run(options, folder)
    finally:
        if not home:
            shutil.rmtree(folder, ignore_errors=True)


def environment_of(home: Path, **more: str) -> dict[str, str]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    return {**os.environ, "ANXIN_HOME": str(home), "PYTHONPATH": paths, **more}


def output_of(module: str, *given: object, environment: dict[str, str], told: str | None = None) -> str:
    """What a module prints that is run as a process of its own."""
    command = [*PYTHON, module, *(str(one) for one in given)]
    return subprocess.run(
        command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, input=told
    ).stdout  # fmt: skip


def answer_of(module: str, *given: object, environment: dict[str, str], told: str | None = None) -> Any:
    """The same, read as JSON."""
    return json.loads(output_of(module, *given, environment=environment, told=told))


@contextmanager
def served(options: argparse.Namespace, environment: dict[str, str], *more: str) -> Iterator[int]:
    """A server on the port, answering; its process id. Ended in good order."""
    serve = ["anxin.faces.cli.main", "serve", "--port", str(options.port), "--workers", str(options.workers), *more]
    server = subprocess.Popen([*PYTHON, *serve], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait(options.port, server)
        yield server.pid
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=60)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


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


def watched_of(server: int) -> dict[str, list[int]]:
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


def cpu_of(watched: dict[str, list[int]]) -> dict[str, float]:
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


def busy_seconds() -> float:
    """CPU seconds that all processors have worked so far, for whomever."""
    try:
        fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    except OSError:
        return 0.0
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")  # without idle and waiting for the disk


def quantile(values: list[float], percent: int) -> float:
    """Of seconds, in milliseconds."""
    if len(values) < 2:
        return 1000 * sum(values)
    return 1000 * statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
