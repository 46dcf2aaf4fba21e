"""The questions that are group-bys over stored columns, as Ibis expressions: DuckDB today, Spark over the same files later.

Each gives the same result as the question of that name over a log in memory.
"""

from anxin.engines.mining.lake.questions import cycle_time, directly_follows, hand_over, waits
from anxin.engines.mining.lake.tables import Lake, open_lake

__all__ = ["Lake", "cycle_time", "directly_follows", "hand_over", "open_lake", "waits"]
