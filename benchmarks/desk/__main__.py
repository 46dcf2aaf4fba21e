"""The desk's pages with a million events stored: `python -m benchmarks.desk`. See README.md."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.desk.reader import Reader
from benchmarks.serving import add_options, answer_of, cpu_of, environment_of, measured, output_of, served, watched_of

GOAL_QUERIES, GOAL_MS, GOAL_LIST_MS = 10, 150, 300
VIEWS = ("overdue", "today", "near", "paused", "unassigned", "disputed", "papers")


def pages_of(filled: dict[str, Any]) -> dict[str, tuple[str, int]]:
    """Name of a page -> its address and the goal for its p95 in ms."""
    queue = {
        "queue, first page": "/desk/",
        "queue, second page": "/desk/?page=2",
        "queue, everyone's": "/desk/?who=all",
        "queue, filtered": "/desk/?kind=motor&amount=10000-50000",
        "queue, by last event": "/desk/?last=claims.paper_received",
        **{f"queue, {view}": f"/desk/?view={view}" for view in VIEWS},
        "case": f"/desk/cases/{filled['long_case']}/",
        "case, all events": f"/desk/cases/{filled['long_case']}/?events=all",
    }
    lists = {
        "cases": "/desk/cases/",
        "cases, open motor": "/desk/cases/?state=open&line=motor_commercial",
        "search, name": "/desk/search/?q=王伟",
        "search, number": "/desk/search/?q=2025-000123",
        "search, four digits": "/desk/search/?q=1234",
        "customers": "/desk/customers/",
        "customers, by name": "/desk/customers/?text=王伟",
        "policies": "/desk/policies/",
        "policies, by plate": "/desk/policies/?text=苏E12",
    }
    return {name: (path, GOAL_MS) for name, path in queue.items()} | {
        name: (path, GOAL_LIST_MS) for name, path in lists.items()
    }


def main() -> int:
    options = _options()
    report = measured(options, "benchmarks.desk", _run, home=options.home or "")
    if options.json:
        print(json.dumps(report, indent=1, ensure_ascii=False))
    else:
        _print(report)
    return 1 if any(row["over"] for row in report["pages"]) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="fill the home until so many are stored")
    parser.add_argument(
        "--home", help="keep the filled home here and use it again (SQLite only); default: a temporary one"
    )
    parser.add_argument("--rounds", type=int, default=20, help="how often each page is asked for by each person")
    add_options(parser, port=8740)
    return parser.parse_args()


def _run(options: argparse.Namespace, home: Path) -> dict[str, Any]:
    environment = environment_of(home, ANXIN_LOG="ERROR")
    marker = home / "filled.json"
    if not marker.exists():
        home.mkdir(parents=True, exist_ok=True)
        marker.write_text(output_of("benchmarks.desk.fill", options.events, environment=environment))
    filled = json.loads(marker.read_text())
    told = json.dumps({"people": filled["people"], "pages": pages_of(filled)})
    queries = answer_of("benchmarks.desk.count", environment=environment, told=told)
    # No background worker: what comes due while the pages are timed is not what is asked here.
    with served(options, environment, "--no-worker") as server:
        password = json.loads((home / "demo.json").read_text())["password"]
        watched = watched_of(server)
        rows = []
        for role, username in filled["people"].items():
            reader = Reader(options.port)
            reader.sign_in(username, password)
            for name, (path, goal) in pages_of(filled).items():
                rows.append({"role": role, "page": name, **_time(reader, path, options.rounds, watched)})
                rows[-1]["queries"] = queries[role][name]
                rows[-1]["over"] = (rows[-1]["p95_ms"] > goal) or (
                    goal == GOAL_MS and queries[role][name] > GOAL_QUERIES
                )
    load = os.getloadavg()[0]
    return {
        "database": options.database, "processors": os.cpu_count(), "load": load, "rounds": options.rounds,
        **filled["counts"], "pages": rows,
    }  # fmt: skip


def _time(reader: Reader, path: str, rounds: int, watched: dict[str, list[int]]) -> dict[str, Any]:
    for _ in range(3):  # one for each web process, and one more
        size = reader.get(path)
    before, times = cpu_of(watched), []
    for _ in range(rounds):
        began = time.perf_counter()
        reader.get(path)
        times.append(1000 * (time.perf_counter() - began))
    after = cpu_of(watched)
    return {
        "kilobytes": size // 1024, "p50_ms": statistics.median(times),
        "p95_ms": statistics.quantiles(times, n=20, method="inclusive")[-1],
        "cpu_ms": 1000 * (sum(after.values()) - sum(before.values())) / rounds if after else None,
    }  # fmt: skip


def _print(report: dict[str, Any]) -> None:
    print(
        f"{report['database']} on {report['processors']} processors (load {report['load']:.1f}): {report['events']:,} events, "
        f"{report['cases']:,} cases, {report['open']:,} open; {report['rounds']} rounds"
    )
    for row in report["pages"]:
        cpu = "" if row["cpu_ms"] is None else f"  CPU {row['cpu_ms']:5.0f} ms"
        print(
            f"{row['role']:<14} {row['page']:<22} {row['queries']:>2} queries  {row['kilobytes']:>4} kB"
            f"  p50 {row['p50_ms']:6.1f} ms  p95 {row['p95_ms']:6.1f} ms{cpu}{'  OVER' if row['over'] else ''}"
        )


if __name__ == "__main__":
    raise SystemExit(main())
