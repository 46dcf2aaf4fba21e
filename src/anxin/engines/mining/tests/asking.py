"""Every question, put to each engine over one store. As a program it asks Spark:

python -m anxin.engines.mining.tests.asking STORE MASTER OUTPUT [SPARK_SETTING=VALUE …]
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from anxin.engines import mining
from anxin.engines.calendar import Calendar, china_years
from anxin.engines.mining import lake
from anxin.engines.mining.durations import DAY
from anxin.engines.mining.tests.logs import START

SHANGHAI = ZoneInfo("Asia/Shanghai")
PARIS = ZoneInfo("Europe/Paris")
MODEL = ["seq", "a", ["loop", "b", "c"], ["opt", "d"]]
FIRST = round(START.timestamp()) * 1_000_000
WORKING = mining.WorkingTime.of(Calendar(years=china_years()), FIRST - 40 * DAY, FIRST + 400 * DAY)

# What both an Ibis expression and a kernel can answer: (over a lake, over a source).
BOTH: dict[str, tuple[Callable[[lake.Lake], Any], Callable[[Any], Any]]] = {
    "directly-follows": (lake.directly_follows, mining.directly_follows),
    "waits": (lake.waits, mining.waits),
    "bottlenecks": (lambda t: mining.bottlenecks(lake.waits(t)), mining.bottlenecks),
    "hand-over between people": (lake.hand_over, lambda s: mining.hand_over(s, quantiles=True)),
    "hand-over between departments": (
        lambda t: lake.hand_over(t, between="department"),
        lambda s: mining.hand_over(s, between="department", quantiles=True),
    ),
    "cycle time": (lake.cycle_time, mining.cycle_time),
    "cycle time by month of the end": (
        lambda t: lake.cycle_time(t, by="month"),
        lambda s: mining.cycle_time(s, by="month", zone=SHANGHAI),
    ),
    "cycle time by month of the start": (
        lambda t: lake.cycle_time(t, by="month", month_of="start"),
        lambda s: mining.cycle_time(s, by="month", month_of="start", zone=SHANGHAI),
    ),
    "cycle time by attribute": (lambda t: lake.cycle_time(t, by="branch"), lambda s: mining.cycle_time(s, by="branch")),
}
# Expressions alone: office time is stored in whole seconds, which the kernels do not round to.
EXPRESSIONS: dict[str, Callable[[lake.Lake], Any]] = {
    **{name: both[0] for name, both in BOTH.items()},
    "waits in office time": lambda t: lake.waits(t, working=True),
    "waits of one branch": lambda t: lake.waits(t.where(lambda cases: cases["a:branch"] == 0)),
}
KERNELS: dict[str, Callable[[Any], Any]] = {
    **{name: both[1] for name, both in BOTH.items()},
    "waits in office time": lambda s: mining.waits(s, working=WORKING),
    "hand-over, counts and totals": mining.hand_over,
    "hand-over between values of an attribute": lambda s: mining.hand_over(s, between="desk"),
    "cycle time in office time": lambda s: mining.cycle_time(s, working=WORKING),
    "cycle time by a number": lambda s: mining.cycle_time(s, by="amount"),
    "cycle time by month elsewhere": lambda s: mining.cycle_time(s, by="month", zone=PARIS),
    "service": mining.service,
    "variants": mining.variants,
    "variants without durations": lambda s: mining.variants(s, durations=False),
    "rework": mining.rework,
    "rework without its time": lambda s: mining.rework(s, cost=False),
    "promise": lambda s: mining.promise(s, "a", "d", timedelta(hours=5), zone=SHANGHAI),
    "every promise, in office time": lambda s: mining.promise(s, "b", "c", timedelta(hours=2), every=True, working=WORKING),
    "conformance": lambda s: mining.conformance(s, MODEL),
    "conformance with fitness": lambda s: mining.conformance(s, MODEL, fitness=True),
    "drift": lambda s: mining.drift(s, windows=4),
    "slow cases": mining.slow_cases,
    "open cases": lambda s: mining.remaining_time(s, endings=["d"]),
    # What is refused is refused in the same words.
    "an unknown attribute": lambda s: mining.cycle_time(s, by="colour"),
    "hand-over between numbers": lambda s: mining.hand_over(s, between="amount"),
    "an unknown activity": lambda s: mining.promise(s, "a", "z", timedelta(hours=5)),
}  # fmt: skip


def answer(ask: Callable[[Any], Any], of: Any) -> Any:
    try:
        return ask(of)
    except mining.MiningError as error:
        return error


def answers(questions: Mapping[str, Callable[[Any], Any]], of: Any) -> dict[str, Any]:
    return {name: answer(ask, of) for name, ask in questions.items()}


def main(folder: str, master: str, output: str, *settings: str) -> None:
    store = mining.Store(folder)
    connection = lake.connect(master, **dict(one.split("=", 1) for one in settings))
    context = connection._session.sparkContext
    found: dict[str, Any] = {
        "expressions": answers(EXPRESSIONS, lake.open_lake(store, connection)),
        "kernels": answers(KERNELS, lake.SparkSource(store, connection)),
        "version": context.version,
        "executors": context._jsc.sc().getExecutorMemoryStatus().size() - 1,  # without the driver
    }
    lake.stop(connection)
    Path(output).write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
