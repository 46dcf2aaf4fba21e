"""What answers the questions that are group-bys over the lake: DuckDB in this process, or a Spark cluster, by setting."""

from __future__ import annotations

import threading
from typing import Any

from django.conf import settings

_spark: Any = None
_starting = threading.Lock()


def connection() -> Any:
    """An Ibis connection by `settings.LAKE_ENGINE`: of DuckDB a new one (a connection belongs to one thread), of Spark the
    process's one session, on the master that `settings.LAKE_SPARK` names.

    Raises `anxin.engines.mining.MiningError` where Spark is asked for and not installed.
    """
    if settings.LAKE_ENGINE == "spark":
        return _session()
    import ibis  # type: ignore[import-untyped,unused-ignore]

    return ibis.duckdb.connect()


def _session() -> Any:
    global _spark
    # Only here: pyspark and its Java are there only where they are wanted.
    from anxin.engines.mining.lake.spark import connect  # type: ignore[import-not-found,import-untyped,unused-ignore]

    with _starting:
        if _spark is None:
            _spark = connect(settings.LAKE_SPARK)
        return _spark
