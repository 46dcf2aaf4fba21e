"""Answers a minute over HTTP: `python -m benchmarks.answers`. See README.md."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.claims.drive import INSIDE, ROOT, _cpu_of, _quantile, _wait, _watched


def main() -> int:
    options = _options()
    if options.database == "postgres" and not os.environ.get(INSIDE):
        command = [ROOT / "scripts/with-postgres.sh", sys.executable, "-m", "benchmarks.answers", *sys.argv[1:]]
        return subprocess.call([str(part) for part in command], cwd=ROOT, env={**os.environ, INSIDE: "1"})
    home = Path(tempfile.mkdtemp(prefix="anxin-bench-"))
    try:
        report = _run(options, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(json.dumps(report, indent=1) if options.json else _words(report))
    return 1 if report["errors"] or report["lost"] or report["changed"] else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers", description=__doc__)
    parser.add_argument("--respondents", type=int, default=1_000, help="whole questionnaires to answer")
    parser.add_argument("--warm-up", type=int, default=60, help="whole questionnaires before the measuring begins")
    parser.add_argument("--connections", type=int, default=4, help="respondents at the same time")
    parser.add_argument("--seed", type=int, default=20250314)
    parser.add_argument("--port", type=int, default=8704)
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    parser.add_argument("--threads", type=int, default=1, help="threads in each web process")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args()


def _run(options: argparse.Namespace, home: Path) -> dict[str, Any]:
    environment = {
        **os.environ, "ANXIN_HOME": str(home), "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
    }  # fmt: skip
    world = home / "world.json"
    python = [sys.executable, "-m"]
    total = options.respondents + options.warm_up
    _to(world, [*python, "benchmarks.answers.world", str(options.seed), str(total)], environment)
    server = subprocess.Popen(
        [
            *python, "anxin.faces.cli.main", "serve", "--port", str(options.port), "--workers", str(options.workers),
            "--threads", str(options.threads),
        ],
        env=environment, cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(options.port, server)
        load = [*python, "benchmarks.answers.load", str(options.port), str(world)]
        rest = [str(options.connections), str(options.seed)]
        warm = _json([*load, str(options.warm_up), *rest, "0"], environment)
        watched = _watched(server.pid)
        before = _cpu_of(watched)
        found = _json([*load, str(options.respondents), *rest, str(options.warm_up)], environment)
        after = _cpu_of(watched)
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=60)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
    campaign = json.loads(world.read_text("utf-8"))["campaign"]
    kept = _json([*python, "benchmarks.answers.world", "count", str(campaign)], environment)
    given = {**warm["given"], **found["given"]}
    everything = [taken for values in found["steps"].values() for taken in values]
    return {
        "database": options.database, "processors": os.cpu_count(), "answers": len(found["given"]),
        "requests": len(everything), "answers_a_minute": 60 * len(found["given"]) / found["seconds"],
        "seconds": found["seconds"],
        "steps": {
            name: {"p50_ms": _quantile(values, 50), "p99_ms": _quantile(values, 99)}
            for name, values in found["steps"].items()
        },
        "cpu_ms_an_answer": {
            name: 1000 * (after[name] - before[name]) / max(1, len(found["given"])) for name in after
        },
        "driver_cpu_ms_an_answer": 1000 * found["driver_cpu"] / max(1, len(found["given"])),
        "in_the_database": kept["complete"], "sent": len(given), "marked_answered": kept["answered"],
        "lost": len(set(given) - set(kept["answers"])),
        "changed": sum(kept["answers"].get(key) != answers for key, answers in given.items()),
        "errors": [*warm["errors"], *found["errors"]],
    }  # fmt: skip


def _to(place: Path, command: list[str], environment: dict[str, str]) -> None:
    with place.open("w") as out:
        subprocess.run(command, env=environment, cwd=ROOT, stdout=out, check=True)


def _json(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _words(report: dict[str, Any]) -> str:
    lines = [
        f"{report['database']} on {report['processors']} processors",
        f"  answers               {report['answers']} whole questionnaires, {report['requests']} requests",
        f"  answers a minute      {report['answers_a_minute']:,.0f}",
    ]
    for name, times in report["steps"].items():
        lines.append(f"    {name:<19} p50 {times['p50_ms']:.1f} ms, p99 {times['p99_ms']:.1f} ms")
    cpu = ", ".join(f"{name} {spent:.1f}" for name, spent in report["cpu_ms_an_answer"].items())
    lines += [
        f"  CPU an answer         {cpu} ms; of the driver {report['driver_cpu_ms_an_answer']:.1f} ms, apart",
        f"  in the database       {report['in_the_database']} complete of {report['sent']} sent",
        f"  marked answered       {report['marked_answered']} invitations",
        f"  lost                  {report['lost']}",
        f"  other than was sent   {report['changed']}",
        f"  errors                {len(report['errors'])}",
        *(f"    {error[:200]}" for error in report["errors"][:10]),
    ]
    return "\n".join(lines)
