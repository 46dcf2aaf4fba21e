"""Small claims logs and facts told by hand, for tests whose numbers can be worked out on paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from anxin.engines.mining import Column, Log, Names, build, coded
from anxin.insight.indicators.computing.ground import Ground
from anxin.insight.indicators.models import Fact, FactBatch
from anxin.insight.results.asking import Ask

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2025, 3, 14, 9, 30, tzinfo=ZONE)


def at(words: str) -> datetime:
    """03-05 10:00 of 2025 on the insurer's clock."""
    return datetime.fromisoformat(f"2025-{words}").replace(tzinfo=ZONE)


def micros(words: str) -> int:
    return round(at(words).timestamp() * 1_000_000)


def log_of(*cases: dict[str, Any]) -> Log:
    """Each case: line, branch, outcome, small, score, and `events` as (activity without "claims.", "02-03 10:00")."""
    columns: dict[str, list[Any]] = {"case": [], "activity": [], "time": []}
    for number, case in enumerate(cases):
        for name, when in case["events"]:
            columns["case"].append(number)
            columns["activity"].append(f"claims.{name}")
            columns["time"].append(micros(when))

    def texts(name: str, default: str | None) -> Column:
        return coded(name, pa.array([case.get(name, default) for case in cases], pa.large_string()))

    attributes = {
        "kind": texts("kind", "claim"), "branch": texts("branch", "SZ"), "line": texts("line", "motor_commercial"),
        "outcome": texts("outcome", "paid"), "small": texts("small", "no"),
        "score": Column("score", np.array([case.get("score", np.nan) for case in cases], np.float64)),
    }  # fmt: skip
    return build(
        case=Column("case", np.array(columns["case"], np.int32), Names([f"case-{number}" for number in range(len(cases))])),
        activity=coded("activity", pa.array(columns["activity"], pa.large_string())), time=np.array(columns["time"], np.int64),
        case_attributes=attributes, name="journal",
    )  # fmt: skip


def ask_of(log: Log | None = None, branches: frozenset[str] | None = None, **values: str) -> Ask:
    """A question over this log, as if the lake held it."""
    ask = Ask(branches, values, NOW)
    ask.__dict__["log_of_all_months"] = log
    return ask


def ground_of(log: Log | None = None, business: str = "", loss: list[str] | None = None, **more: Any) -> Ground:
    ground = Ground(ask_of(log, **more), business)
    if loss is not None:
        ground.__dict__["loss"] = np.array([micros(words) for words in loss], np.int64)
    return ground


def tell(kind: str, *rows: dict[str, Any], branch: Any = None, source: str = "core") -> FactBatch:
    """Facts through the same way in as everybody's, as JSON lines."""
    import json

    from anxin.access.actors import system
    from anxin.insight.indicators.actions import import_facts

    lines = "\n".join(
        json.dumps({"id": f"{kind}-{number}", "branch": branch.code if branch else "", **row}, ensure_ascii=False)
        for number, row in enumerate(rows)
    )
    batch = import_facts(
        content=lines.encode(), file_name=f"{kind}.jsonl", kind=kind, source=source, actor=system(), now=NOW
    )
    assert batch.state == "done", batch.report
    assert Fact.objects.filter(batch=batch).count() == len(rows)
    return batch
