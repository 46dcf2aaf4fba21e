"""Process mining over event logs. Pure: data in, result out. See README.md for how to use it and what lies where."""

from anxin.engines.mining.conformance import (
    Conformance,
    Process,
    choice,
    conformance,
    loop,
    option,
    parallel,
    process,
    sequence,
)
from anxin.engines.mining.errors import BadLog, BadModel, BadQuestion, MiningError
from anxin.engines.mining.log.building import build, without_duplicates
from anxin.engines.mining.log.columns import Column, Names, coded
from anxin.engines.mining.log.lifecycle import has_starts, pieces_of_work
from anxin.engines.mining.log.log import Log, Source
from anxin.engines.mining.log.mapping import Columns
from anxin.engines.mining.log.reading import read
from anxin.engines.mining.log.store import Store
from anxin.engines.mining.log.writing import to_table, write
from anxin.engines.mining.questions.bottlenecks import Bottlenecks, bottlenecks
from anxin.engines.mining.questions.cases import edge_cases, hand_over_cases, repeating_cases
from anxin.engines.mining.questions.cycle_time import CycleTime, cycle_time
from anxin.engines.mining.questions.directly_follows import DirectlyFollows, Waits, directly_follows, waits
from anxin.engines.mining.questions.drift import Drift, drift
from anxin.engines.mining.questions.hand_over import HandOver, hand_over
from anxin.engines.mining.questions.promises import PromiseBoard, promise
from anxin.engines.mining.questions.remaining import Remaining, remaining_time, usual_endings
from anxin.engines.mining.questions.rework import Rework, rework
from anxin.engines.mining.questions.service import Service, service
from anxin.engines.mining.questions.slow_cases import SlowCases, slow_cases
from anxin.engines.mining.questions.variants import Variants, variants
from anxin.engines.mining.report import Analysis, analyse
from anxin.engines.mining.working import WorkingTime

__all__ = [
    "Analysis",
    "BadLog",
    "BadModel",
    "BadQuestion",
    "Bottlenecks",
    "Column",
    "Columns",
    "Conformance",
    "CycleTime",
    "DirectlyFollows",
    "Drift",
    "HandOver",
    "Log",
    "MiningError",
    "Names",
    "Process",
    "PromiseBoard",
    "Remaining",
    "Rework",
    "Service",
    "SlowCases",
    "Source",
    "Store",
    "Variants",
    "Waits",
    "WorkingTime",
    "analyse",
    "bottlenecks",
    "build",
    "choice",
    "coded",
    "conformance",
    "cycle_time",
    "directly_follows",
    "drift",
    "edge_cases",
    "hand_over",
    "hand_over_cases",
    "has_starts",
    "loop",
    "option",
    "parallel",
    "pieces_of_work",
    "process",
    "promise",
    "read",
    "remaining_time",
    "repeating_cases",
    "rework",
    "sequence",
    "service",
    "slow_cases",
    "to_table",
    "usual_endings",
    "variants",
    "waits",
    "without_duplicates",
    "write",
]
