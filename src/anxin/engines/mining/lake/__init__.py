"""Questions over a store's files: group-bys over stored columns as Ibis expressions, on DuckDB or Spark; on Spark the
ordered passes too (`SparkSource`).

Each gives the same result as the question of that name over a log in memory.
"""

from anxin.engines.mining.lake.questions import cycle_time, directly_follows, hand_over, waits
from anxin.engines.mining.lake.spark import SparkSource, connect, stop
from anxin.engines.mining.lake.tables import Lake, open_lake

__all__ = [
    "Lake",
    "SparkSource",
    "connect",
    "cycle_time",
    "directly_follows",
    "hand_over",
    "open_lake",
    "stop",
    "waits",
]
