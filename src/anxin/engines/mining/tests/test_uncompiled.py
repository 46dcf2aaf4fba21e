"""Without Numba every question gives the same answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pyarrow.parquet as pq

from anxin.engines import mining
from anxin.engines.mining.tests.logs import Row, log_of, table_of

PROGRAM = textwrap.dedent("""
    import json, sys
    if sys.argv[2] == "without":
        sys.modules["numba"] = None
    import pyarrow.parquet as pq
    from anxin.engines import mining
    from anxin.engines.compiling import COMPILED
    assert COMPILED == (sys.argv[2] != "without")
    from anxin.engines.calendar import Calendar, china_years
    log = mining.read(sys.argv[1])
    working = mining.WorkingTime.of(Calendar(years=china_years()), int(log.time.min()), int(log.time.max()))
    work = mining.pieces_of_work(log)
    model = ["seq", "a", ["loop", "b", "c"], ["and", "d", ["opt", "a"]]]
    found = {
        "sorted": log.time.tolist(),
        "follows": mining.directly_follows(log).to_dict(),
        "waits": mining.waits(log, working=working).to_dict(),
        "variants": sorted((list(k), v) for k, v in mining.variants(log).counts().items()),
        "medians": mining.variants(log).to_dict(),
        "rework": mining.rework(log).to_dict(),
        "people": mining.hand_over(log).to_dict(),
        "spread": mining.hand_over(log, quantiles=True).to_dict(),
        "cycle": mining.cycle_time(log, by="month", working=working).to_dict(),
        "promise": mining.promise(log, "a", "b", 3600, every=True).to_dict(),
        "conformance": mining.conformance(log, model, fitness=True).to_dict(),
        "work": mining.service(work).to_dict(),
    }
    json.dump(found, sys.stdout)
""")


def test_the_same_answers_without_numba(tmp_path: Path) -> None:
    rows: list[Row] = [(f"c{n % 37}", "abcd"[(n * n + n // 7) % 4], n * 97 % 5003) for n in range(800)]
    rows += [("long", "abcd"[n * 31 % 4], 9000 - n) for n in range(120)]
    lifecycle = [("start", "complete", "complete")[n % 3] for n in range(len(rows))]
    resource = [("Li", "Wang", None)[n % 3] for n in range(len(rows))]
    pq.write_table(table_of(rows, resource=resource, lifecycle=lifecycle), tmp_path / "log.parquet")
    answers = {}
    for way in ("with", "without"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(tmp_path / "log.parquet"), way],
            capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        answers[way] = json.loads(done.stdout)
    for question, answer in answers["with"].items():
        assert answers["without"][question] == answer, question


def test_wide_logs_take_another_way_to_the_same_answer() -> None:
    """More than 64 activities: repeats are no longer counted by bits."""
    few: list[Row] = [(f"c{n % 9}", f"a{n * n % 11}", n) for n in range(300)]
    log = log_of(few)
    more = log_of([*few, *(("other", f"z{n}", 5000 + n) for n in range(100))])
    narrow, wide = mining.rework(log), mining.rework(more)
    for name in log.activities:
        here, there = narrow.names.code(name), wide.names.code(name)
        assert narrow.repeats[here] == wide.repeats[there]
        assert narrow.cost is not None
        assert wide.cost is not None
        assert narrow.cost[here] == wide.cost[there]
        assert narrow.self_loops[here] == wide.self_loops[there]
        assert narrow.repeating_cases[here] == wide.repeating_cases[there]
    assert narrow.cases_with_rework == wide.cases_with_rework
    json.dumps(wide.to_dict())
