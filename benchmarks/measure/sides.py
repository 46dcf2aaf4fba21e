"""Asking a side: one process for each side, work and size, so that neither memory nor warm caches are shared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measure.environment import Environment, plain
from benchmarks.measure.stream import ITEMS, MODEL
from benchmarks.measure.works import Case, Rival

CHECKOUT = Path(__file__).parents[2]
DRAWS = 1000
PEER_DRAWS = {"ml-bootstrap": 50, "wlsmv-bootstrap": 8, "alpha": 100}  # those that are scaled up


@dataclass(frozen=True)
class Answer:
    """What a side said: seconds of CPU of each round, its numbers, and the most memory its process ever held, in MB."""

    seconds: tuple[float, ...] = ()
    found: dict[str, Any] = field(default_factory=dict)
    memory: float = 0.0
    failed: str = ""
    cautions: tuple[str, ...] = ()

    @property
    def typical(self) -> float:
        return median(self.seconds)


class Sides:
    """Runs children one after the other; ends the one that is running when the benchmark is ended."""

    def __init__(self, folder: Path, environment: Environment, *, quick: bool, patience: float) -> None:
        self.folder, self.environment, self.quick, self.patience = folder, environment, quick, patience
        self.data = folder / "answers.int8"
        (folder / "model.lav").write_text(MODEL + "\n")

    def stream(self, rows: int) -> dict[str, Any]:
        """Write the answers, in a process of its own: it takes more memory than what is measured after it."""
        command = [sys.executable, "-m", "benchmarks.measure.stream", str(self.data), str(rows)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, env=plain())
        if done.returncode:
            raise SystemExit(done.stderr.strip())
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def compilation(self) -> dict[str, Any]:
        """CPU seconds of first and second calls, with nothing compiled before and in a process after that."""
        found = {}
        for name in ("nothing compiled", "compiled before"):
            asked = {"work": "compilation", "n": 500, "start": 0, "data": str(self.data)}
            told, _ = self._run([sys.executable, "-m", "benchmarks.measure.ours"], asked)
            found[name] = told
        return found

    def ours(self, case: Case) -> Answer:
        asked = self._asked(case) | {"budget": 0.5 if self.quick else 2.0, "least": 3}
        return _answer(*self._run([sys.executable, "-m", "benchmarks.measure.ours"], asked))

    def theirs(self, case: Case, rival: Rival) -> Answer:
        asked = self._asked(case) | {"rival": rival.name, "budget": 0.5 if self.quick else 2.0}
        asked["peer_draws"] = PEER_DRAWS.get(case.work.code, DRAWS)
        if self.quick and case.work.code.endswith("-bootstrap"):
            asked["peer_draws"] //= 2
        if rival.in_r:
            asked |= {"items": ",".join(ITEMS), "model": str(self.folder / "model.lav")}
            return _answer(
                *self._run([str(self.environment.r), str(Path(__file__).with_name("peers.R"))], asked, r=True)
            )
        asked |= {"items": ITEMS, "model": MODEL}
        return _answer(*self._run([str(self.environment.python), str(Path(__file__).with_name("peers.py"))], asked))

    def runs(self, rival: Rival) -> bool:
        return (self.environment.r if rival.in_r else self.environment.python) is not None

    def _asked(self, case: Case) -> dict[str, Any]:
        return {
            "work": case.work.code,
            "n": case.n,
            "start": case.start,
            "data": str(self.data),
            "draws": DRAWS,
            "samples": str(self.folder / "samples.uint8"),
        }

    def _run(self, command: list[str], asked: dict[str, Any], *, r: bool = False) -> tuple[dict[str, Any], float]:
        out = self.folder / "said.json"
        out.unlink(missing_ok=True)
        asked = asked | {"out": str(out)}
        told = [f"{name}={value}" for name, value in asked.items()] if r else [json.dumps(asked)]
        errors = self.folder / "errors.txt"
        with errors.open("w") as said:
            child = subprocess.Popen(
                [*command, *told],
                stdout=subprocess.DEVNULL,
                stderr=said,
                cwd=CHECKOUT,
                env=plain() | {"NUMBA_CACHE_DIR": str(self.folder / "compiled")},
            )
        status, memory = self._wait(child)
        if out.is_file():
            return json.loads(out.read_text()), memory
        lines = errors.read_text().strip().splitlines()
        return {"failed": f"ended with status {status}: {lines[-1] if lines else 'no message'}"}, memory

    def _wait(self, child: subprocess.Popen[bytes]) -> tuple[int, float]:
        """The status and the most memory (MB) of a child; ended when it takes too long or we are ended ourselves."""
        until = time.monotonic() + self.patience
        try:
            while True:
                ended, status, usage = os.wait4(child.pid, os.WNOHANG)
                if ended:
                    child.returncode = os.waitstatus_to_exitcode(status)  # waited for: Popen must not do it again
                    return child.returncode, usage.ru_maxrss / 1024
                if time.monotonic() > until:
                    child.kill()
                time.sleep(0.02)
        except BaseException:
            child.kill()
            raise


def _answer(told: dict[str, Any], memory: float) -> Answer:
    if "failed" in told:
        return Answer(failed=told["failed"], memory=memory)
    seconds = told["seconds"]
    return Answer(
        seconds=tuple(seconds) if isinstance(seconds, list) else (seconds,),
        found=told["found"],
        memory=memory,
        cautions=tuple(told.get("cautions", ())),
    )
