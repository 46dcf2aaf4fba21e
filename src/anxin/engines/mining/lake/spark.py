"""A store asked on Apache Spark: group-bys as the Ibis expressions of `expressions.py`, ordered passes by our own kernels.

    connection = connect("spark://master:7077")
    lake = open_lake(store, connection)      # questions of `anxin.engines.mining.lake`
    source = SparkSource(store, connection)  # any question of `anxin.engines.mining` that takes a Source

Workers read the store's files themselves, so its folder lies where all see it under one path, and they have the same
release of Anxin installed. Needs the extra `spark` and Java 17 (docs/scale.md).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from anxin.engines.mining.errors import MiningError
from anxin.engines.mining.log.columns import Names
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.log.pieces import Piece
from anxin.engines.mining.log.store import Store

T = TypeVar("T")
WAVE = 4
"""Row groups in flight for each core of the cluster, one after the other in one task: Spark's Python takes 0.1 s to begin a
task. The driver holds the answers of one wave and what it has merged."""

_SETTINGS = {
    # Moments are UTC in the files; the cluster's own zone must not shift them.
    "spark.sql.session.timeZone": "UTC",
    # A sum that no longer fits is an error, never a wrapped number.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.showConsoleProgress": "false",
}


def connect(master: str = "local[*]", **settings: str) -> Any:
    """An Ibis connection to a Spark session of its own. `master`: "local[*]" (this process), "spark://host:7077" or any
    address Spark knows; `settings` are Spark's, with _ for the dots (`spark_executor_memory="8g"`).

    Raises MiningError when pyspark is not installed.
    """
    try:
        import ibis  # type: ignore[import-untyped,unused-ignore]
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MiningError(
            "Spark is not installed here: bash scripts/setup.sh spark, or pip install 'anxin[spark]'.", code="no-spark"
        ) from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("anxin")
    chosen = {**_SETTINGS, **{name.replace("_", "."): value for name, value in settings.items()}}
    if master.startswith("local"):
        # One machine: nothing of it is to be reached from others.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        chosen = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false"} | chosen  # fmt: skip
    for name, value in chosen.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return ibis.pyspark.connect(session)


def stop(connection: Any) -> None:
    """Ends the session, and with "local[*]" the machine that runs it."""
    connection._session.stop()


def read_parquet(connection: Any, paths: list[str], name: str) -> Any:
    """The files as one Ibis table; a column that some lack is null in them."""
    frame = connection._session.read.option("mergeSchema", "true").parquet(*paths)
    frame.createOrReplaceTempView(name)
    return connection.table(name)


class SparkSource:
    """A store whose pieces the cluster's executors work on; gives what the store gives, to the same questions."""

    def __init__(self, store: Store, connection: Any) -> None:
        self.store = store
        self._context = connection._session.sparkContext

    @property
    def name(self) -> str:
        return self.store.name

    @property
    def activities(self) -> Names:
        return self.store.activities

    @property
    def cases(self) -> int:
        return self.store.cases

    def __len__(self) -> int:
        return len(self.store)

    def activity_code(self, name: str) -> int:
        return self.store.activity_code(name)

    def attribute_kinds(self) -> Mapping[str, bool]:
        return self.store.attribute_kinds()

    def names(self, column: str) -> Names:
        return self.store.names(column)

    def map(self, work: Callable[[Log], T], *columns: str) -> Iterator[T]:
        """`work` on each row group, on the cluster, wave by wave; answers in the order of the pieces. Raises what `work`
        raises."""
        pieces = self.store.pieces()
        cores = max(1, self._context.defaultParallelism)
        wave = cores * WAVE
        task = _Task(self.store, work, columns)
        for first in range(0, len(pieces), wave):
            some = pieces[first : first + wave]
            for answer in self._context.parallelize(some, min(cores, len(some))).map(task).collect():
                if isinstance(answer, MiningError):
                    raise answer
                if answer is not None:
                    yield answer[0]


class _Task:
    """What an executor does with one piece: (answer,), None for a piece without cases, or the error to raise."""

    def __init__(self, store: Store, work: Callable[[Log], Any], columns: tuple[str, ...]) -> None:
        self.store, self.work, self.columns = store, work, columns

    def __call__(self, piece: Piece) -> tuple[Any] | MiningError | None:
        try:
            part = self.store.piece(piece, *self.columns)
            return None if part is None else (self.work(part),)
        except MiningError as error:
            return error
