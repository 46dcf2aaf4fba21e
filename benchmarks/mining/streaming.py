"""Fifty million events from disk: each question row group by row group, with CPU seconds and peak memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.mining.generator import PRESCRIBED, claims_log

BATCH = 10_000_000

_ASK = """
import json, sys, time
sys.path.insert(0, sys.argv[4])
from measuring import peak_mb
from anxin.engines import mining
small, store = mining.Store(sys.argv[1]), mining.Store(sys.argv[2])
question, model = sys.argv[3], json.loads(sys.argv[5])
ask = {
    "read": lambda s: sum(len(part) for part in s.chunks("time")),
    "directly-follows": mining.directly_follows,
    "waits per edge": mining.waits,
    "variants": lambda s: mining.variants(s, durations=False),
    "rework": mining.rework,
    "hand-over": mining.hand_over,
    "cycle time": mining.cycle_time,
    "conformance": lambda s: mining.conformance(s, model),
    "promise": lambda s: mining.promise(s, "Register Claim", "Close Claim", 30 * 86400),
}[question]
ask(small)
begun = time.process_time()
found = ask(store)
print(f"{question}: {time.process_time() - begun:.2f} CPU s, peak {peak_mb():,.0f} MB; {found}")
"""
QUESTIONS = (
    "read",
    "directly-follows",
    "waits per edge",
    "variants",
    "rework",
    "hand-over",
    "cycle time",
    "conformance",
    "promise",
)


def stream(folder: Path, events: int) -> int:
    import json

    from anxin.engines import mining

    for name, size in (("small", 20_000), ("large", events)):
        path = folder / f"store_{name}_{size}"
        if path.exists():
            continue
        store = mining.Store.create(path, name="claims")
        left, seed = size, 7
        while left > 0:  # batch by batch with other seeds: the generator needs far more memory than the store
            table = claims_log.gen(min(left, BATCH), seed=seed)
            cases = [f"{seed}-{case}" for case in table["case_id"].to_pylist()]
            log = mining.read(table.set_column(1, "case_id", [cases]).drop(["event_id"]))
            del cases
            store.append(log)
            left, seed = left - BATCH, seed + 1
        print(store, flush=True)
    arguments = [str(folder / "store_small_20000"), str(folder / f"store_large_{events}")]
    sides = str(Path(__file__).parent / "sides")
    for question in QUESTIONS:
        done = subprocess.run(
            [sys.executable, "-c", _ASK, *arguments, question, sides, json.dumps(PRESCRIBED)], check=False
        )
        if done.returncode:
            return 1
    return 0
