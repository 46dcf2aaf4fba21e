"""What a million imported calls cost the indicators' board, in seconds and memory: `python -m benchmarks.facts`. See README.md."""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

STEPS = ("fill", "nothing", "board", "rows", "calls")
FIRST, DAYS = datetime(2025, 1, 1, tzinfo=UTC), 730
NOW = FIRST + timedelta(days=DAYS)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.facts", description=__doc__)
    parser.add_argument("--calls", type=float, default=1e6)
    parser.add_argument("--home", type=Path, help="keep the filled home here and use it again")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        _step(asked.step, int(asked.calls))
        return 0
    home = asked.home or Path(tempfile.mkdtemp(prefix="anxin-facts-"))
    try:
        for step in STEPS:
            if step == "fill" and (home / "filled").exists():
                continue
            command = [sys.executable, "-m", "benchmarks.facts", "--calls", str(asked.calls), "--step", step]
            done = subprocess.run(command, env={**os.environ, "ANXIN_HOME": str(home)}, stdout=subprocess.PIPE, check=True, text=True)  # fmt: skip
            print(done.stdout.splitlines()[-1], flush=True)
            (home / "filled").touch()
    finally:
        if asked.home is None:
            shutil.rmtree(home, ignore_errors=True)
    return 0


def _step(step: str, calls: int) -> None:
    """One step in this process; prints what it found, CPU seconds and the process's peak memory."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "anxin.site.settings"
    warnings.simplefilter("ignore")
    import django

    django.setup()
    steps: dict[str, Callable[[int], Any]] = {
        "fill": _fill,
        "nothing": _nothing,
        "board": _board,
        "rows": _rows,
        "calls": _calls,
    }
    begun = time.process_time()
    found = steps[step](calls)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {"step": step, "cpu_s": round(time.process_time() - begun, 2), "peak_mb": round(peak), "found": found}
        )
    )


def _fill(calls: int) -> int:
    import random

    from django.core.management import call_command

    from anxin.access.models import Branch
    from anxin.insight.indicators.models import Fact, FactBatch

    call_command("migrate", verbosity=0)
    branches = [
        Branch.objects.create(code=f"32{number:02d}", name_zh=f"第{number}分公司", short_zh=f"第{number}", name_en=f"No. {number}").pk
        for number in range(13)
    ]  # fmt: skip
    batch = FactBatch.objects.create(kind="calls", source="callcentre", state="done", asked_at=NOW, rows=calls)
    rng = random.Random(7)

    def one(number: int) -> Fact:
        at = FIRST + timedelta(seconds=rng.randrange(DAYS * 86_400))
        answered = rng.random() < 0.93
        words = at.replace(tzinfo=None).isoformat()
        later = (at + timedelta(seconds=rng.randrange(5, 90))).replace(tzinfo=None).isoformat()
        data = {
            "line": rng.choice(("pc", "life")), "calltime": words, "downtime": later, "isconnected": answered, "asksagent": True,
            "agent": f"K{rng.randrange(900)}", "queue": f"q{rng.randrange(9)}", **({"connectiontime": later} if answered else {}),
        }  # fmt: skip
        return Fact(kind="calls", source="callcentre", external_id=f"C{number}", occurred_at=at, branch_id=rng.choice(branches), data=data, batch=batch)  # fmt: skip

    for first in range(0, calls, 10_000):
        Fact.objects.bulk_create([one(number) for number in range(first, min(first + 10_000, calls))], batch_size=1_000)
    return calls


def _nothing(_calls_: int) -> None:
    """What the process weighs before it has read a fact."""
    import anxin.insight.indicators.computing.values  # noqa: F401


def _ask(**values: str) -> Any:
    from anxin.insight.results.asking import Ask

    return Ask(None, values, NOW)


def _board(_calls_: int) -> list[Any]:
    """IN-01 of a year: the year, the year before, thirteen months, thirteen branches; the second time from the sums."""
    from anxin.insight.indicators.computing.values import compute

    times = []
    for _round in range(2):
        begun = time.process_time()
        told = compute(_ask(period="2026"))["indicators"]["IN-01"]["parts"]["main"]["now"]
        times.append(round(time.process_time() - begun, 2))
    return [told["numerator"], told["denominator"], *times]


def _rows(_calls_: int) -> int:
    """The unanswered calls of a quarter, one by one."""
    from anxin.insight.indicators.computing.values import Behind

    return len(Behind(_ask(period="2026Q3"), "IN-01:main:miss").facts())


def _calls(_calls_: int) -> int:
    """All calls as arrays, as the phone line's what-if asks for them."""
    from anxin.insight.indicators.queries import calls

    return len(calls(_ask()))


if __name__ == "__main__":
    sys.exit(main())
