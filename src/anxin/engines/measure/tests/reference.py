"""R's estimates and the data behind them, for tests marked `shared`."""

from __future__ import annotations

import functools
import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np

from anxin.engines.measure import Answers

FILES = {"hs": "holzinger.csv", "bfi": "bfi_complete_reversed.csv", "servperf_500": "servperf_500.csv"}
DIMENSIONS = {"TAN": 4, "REL": 5, "RES": 4, "ASS": 4, "EMP": 5}
SERVPERF = [f"{name}{place + 1}" for name, count in DIMENSIONS.items() for place in range(count)]


@functools.cache
def estimates(shared: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "reference" / f"{name}.json").read_text())
    return found["R"]["estimates"]


@functools.cache
def answers(shared: Path, name: str) -> Answers:
    """The items' answers of a reference data set, `servperf_<n>` from the simulated stream."""
    if name in FILES:
        table = Answers.of(shared / "reference" / FILES[name])
        own = [item for item in table.items if _is_item(name, item)]
        return table.select(own)
    return Answers.of(stream(shared)[: int(name.removeprefix("servperf_"))], items=SERVPERF)


@functools.cache
def stream(shared: Path) -> np.ndarray:
    path = shared / "reference" / "simulate_servperf.py"
    spec = importlib.util.spec_from_file_location("simulate_servperf", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.responses()


def _is_item(name: str, item: str) -> bool:
    if name == "hs":
        return item in {f"x{place}" for place in range(1, 10)}
    if name == "bfi":
        return item[0] in "ACENO" and len(item) == 2
    return True
