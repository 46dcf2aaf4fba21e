"""How long the boards' pages take with ten million events in the lake: `python -m benchmarks.boards`. See README.md."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

GOAL_MS = 300
STEPS = ("fill", "answer", "pages", "behind")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.boards", description=__doc__)
    parser.add_argument("--events", type=float, default=1e7, help="in the lake")
    parser.add_argument("--claims", type=int, default=400, help="of the sample insurer, in the database")
    parser.add_argument("--rounds", type=int, default=30, help="how often each page is asked for")
    parser.add_argument("--home", type=Path, help="keep the filled home here and use it again")
    asked = parser.parse_args()
    home = asked.home or Path(tempfile.mkdtemp(prefix="anxin-boards-"))
    try:
        found: dict[str, Any] = {}
        # A process each: a page is timed as one that has not just worked the answers out.
        for step in STEPS:
            if step == "fill" and (home / "filled.json").exists():
                found[step] = json.loads((home / "filled.json").read_text())
                continue
            found[step] = _run(step, home, asked)
            if step == "fill":
                (home / "filled.json").write_text(json.dumps(found[step]))
        _print(found)
    finally:
        if asked.home is None:
            shutil.rmtree(home, ignore_errors=True)
    return 1 if any(row["p95"] > GOAL_MS for row in found["pages"]) else 0


def _run(step: str, home: Path, asked: argparse.Namespace) -> Any:
    print(f"… {step}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "benchmarks.boards.steps", step, str(int(asked.events)), str(asked.claims), str(asked.rounds)]  # fmt: skip
    environment = {**os.environ, "ANXIN_HOME": str(home / "home"), "ANXIN_LAKE": str(home / "lake")}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _print(found: dict[str, Any]) -> None:
    fill = found["fill"]
    print(f"lake: {fill['events']:,} events of {fill['cases']:,} cases, {fill['bytes'] / 1e6:,.0f} MB; database: {fill['database']:,} cases, {fill['promises']:,} promises\n")  # fmt: skip
    print("| answer | for | CPU s |\n|---|---|---|")
    for row in found["answer"]["rows"]:
        print(f"| {row['board']} | {row['scope']} | {row['seconds']:.2f} |")
    print(f"\npeak memory of the worker that made them: {found['answer']['memory'] / 2**20:,.2f} GB\n")
    print("| page | reader | queries | first ms | median ms | p95 ms |\n|---|---|---|---|---|---|")
    for row in found["pages"]:
        print(f"| {row['page']} | {row['reader']} | {row['queries']} | {row['first']:.0f} | {row['median']:.0f} | {row['p95']:.0f} |")  # fmt: skip
    print("\n| a number opened to its cases | first ms | median ms |\n|---|---|---|")
    for row in found["behind"]:
        print(f"| {row['what']} | {row['first']:.0f} | {row['median']:.0f} |")


if __name__ == "__main__":
    raise SystemExit(main())
