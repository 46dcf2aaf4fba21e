"""The log that all sides read: the claims journal of the shared reference material, beside the checkout."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq

_SOURCE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "claims_log.py"


def _module() -> ModuleType:
    if not _SOURCE.exists():
        raise SystemExit(
            f"{_SOURCE.name} is not there: the folder of reference material lies beside the checkout (../shared)."
        )
    spec = importlib.util.spec_from_file_location("claims_log", _SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


claims_log = _module()
PRESCRIBED: Any = json.loads(json.dumps(claims_log.PRESCRIBED))


def write_log(folder: Path, events: int) -> Path:
    """About so many events in journal order; written once."""
    path = folder / f"claims_{events}.parquet"
    if not path.exists():
        table = claims_log.gen(events)
        coded = ["activity", "resource", "department", "product"]
        pq.write_table(table, path, compression="zstd", row_group_size=1_000_000, use_dictionary=coded)
    return path
