"""Time process mining against its peers, side by side, in one run. See README.md.

python -m benchmarks.mining --peers /path/to/peers/bin/python --sizes 1e5 1e6
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.mining.generator import PRESCRIBED, write_log

SIDES = Path(__file__).parent / "sides"
QUESTIONS = ("directly-follows", "waits per edge", "variants", "rework", "hand-over", "cycle time", "conformance")
GOALS = {
    "load": 1,
    "directly-follows": 90,
    "waits per edge": 17,
    "variants": 17,
    "rework": 100,
    "hand-over": 400,
    "cycle time": 3,
    "conformance": 120,
}
Measured = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default="", help="Python of an environment with peers.txt; without it only we run")
    parser.add_argument("--sizes", nargs="+", type=float, default=[1e5, 1e6])
    parser.add_argument("--questions", nargs="+", choices=QUESTIONS, default=list(QUESTIONS))
    parser.add_argument("--sides", nargs="+", choices=("pm4py", "r4pm", "duckdb"), default=["pm4py", "r4pm", "duckdb"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keep the generated logs here")
    parser.add_argument(
        "--stream", action="store_true", help="instead: 50 million events from disk, row group by row group"
    )
    parser.add_argument(
        "--engines", action="store_true", help="instead: our kernels, DuckDB and a standalone Spark over one store"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if asked.stream:
            from benchmarks.mining.streaming import stream

            return stream(folder, int(asked.sizes[0]) if len(asked.sizes) == 1 else 50_000_000)
        if asked.engines:
            from benchmarks.mining.engines import engines

            return engines(folder.absolute(), [int(size) for size in asked.sizes])
        agreed = [compare(folder, int(size), asked) for size in asked.sizes]
    return 0 if all(agreed) else 1


def compare(folder: Path, size: int, asked: argparse.Namespace) -> bool:
    path = write_log(folder, size)
    small = write_log(folder, 20_000)
    print(f"\n## About {size:,} events", flush=True)
    ours = side(sys.executable, "ours", path, asked.rounds, small)
    print(f"ours: {shown(ours)}", flush=True)
    agree = True
    if not asked.peers:
        return agree
    for name in asked.sides:
        theirs = side(asked.peers, f"{name}_side", path, asked.rounds, asked.questions)
        if theirs is None:
            agree = False
            continue
        print(f"{name}: {shown(theirs)}", flush=True)
        for line, fine in ratios(name, ours, theirs):
            print(f"  {line}", flush=True)
            agree &= fine
    return agree


def side(python: str, script: str, path: Path, rounds: int, more: Any) -> Measured | None:
    last = ",".join(more) if isinstance(more, list) else str(more)
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [python, str(SIDES / f"{script}.py"), str(path), str(rounds), json.dumps(PRESCRIBED), last],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    if done.returncode:
        print(f"{script} failed: {done.stderr.strip()[-600:]}", flush=True)
        if script == "ours":
            raise SystemExit(1)
        return None
    result: Measured = json.loads(done.stdout[done.stdout.index("{") :])
    return result


def shown(measured: Measured) -> str:
    seconds = ", ".join(f"{name} {value:.3f}" for name, value in measured["seconds"].items())
    return f"{seconds} CPU s; peak {measured['peak_mb']:,.0f} MB (of which {measured['floor_mb']:,.0f} before loading)"


def ratios(name: str, ours: Measured, theirs: Measured) -> list[tuple[str, bool]]:
    lines = []
    for question, seconds in theirs["seconds"].items():
        if question == "load" and seconds < 0.01:
            continue
        ratio = seconds / max(ours["seconds"][question], 1e-9)
        goal = f" (goal {GOALS[question]})" if name == "pm4py" else ""
        wrong = difference(question, ours["answers"].get(question), theirs["answers"].get(question))
        lines.append(
            (
                f"{question}: {ratio:,.1f} times ours{goal}{'; answers agree' if question != 'load' and not wrong else ''}{'; ANSWERS DIFFER: ' + wrong if wrong else ''}",
                not wrong,
            )
        )
    memory = theirs["peak_mb"] / ours["peak_mb"]
    net = (theirs["peak_mb"] - theirs["floor_mb"]) / max(ours["peak_mb"] - ours["floor_mb"], 1e-9)
    lines.append(
        (f"peak memory: {memory:,.1f} times ours; beyond what the program holds before loading: {net:,.1f} times", True)
    )
    return lines


def difference(question: str, ours: Any, theirs: Any) -> str:
    """What differs, or nothing. Medians may differ by interpolation only: PM4Py takes the mean of the two middle values."""
    if theirs is None or question == "load":
        return ""
    if question == "cycle time":
        return "" if all(close(a, b, 1e-9) for a, b in zip(ours, theirs, strict=True)) else f"{ours} and {theirs}"
    if question == "conformance":
        key = "without unknown activities"
        return "" if ours[key] == theirs[key] else f"{ours[key]:,} and {theirs[key]:,} cases conform"
    if question == "hand-over" and theirs and max(theirs.values()) <= 1:  # PM4Py gives shares of all hand-overs
        total = sum(ours.values())
        ours = {key: value / total for key, value in ours.items()}
        scale = sum(theirs.values())
        theirs = {key: value / scale for key, value in theirs.items()}
        wrong = [key for key in ours if not close(ours[key], theirs.get(key, 0), 1e-6)]
        return f"{len(wrong)} pairs, such as {wrong[0]}: {ours[wrong[0]]} and {theirs.get(wrong[0])}" if wrong else ""
    if ours.keys() != theirs.keys():
        odd = sorted(ours.keys() ^ theirs.keys())
        return f"{len(odd)} keys, such as {odd[0]}"
    if question == "waits per edge":
        for key, (count, mean, median, p90) in ours.items():
            n, m, mid, high = theirs[key]
            if not close(mean, m, 1e-6) or (n is not None and n != count):
                return f"{key}: mean {mean} and {m}"
            if high is not None and not (close(median, mid, 1e-9) and close(p90, high, 1e-9)):
                return f"{key}: median {median} and {mid}, p90 {p90} and {high}"
            if high is None and count > 200 and not close(median, mid, 0.2):
                return f"{key}: median {median} and {mid}"
        return ""
    wrong = [key for key, value in ours.items() if value != theirs[key]]
    return f"{len(wrong)}, such as {wrong[0]}: {ours[wrong[0]]} and {theirs[wrong[0]]}" if wrong else ""


def close(a: float, b: float, tolerance: float) -> bool:
    return math.isclose(a, b, rel_tol=tolerance, abs_tol=1e-5)


if __name__ == "__main__":
    sys.exit(main())
