"""Conformance of the engines: every question on DuckDB, on our kernels and on a real standalone Spark (a master and two
workers), over one store with all that a store may hold; the answers are the same to the last microsecond."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anxin.engines import mining
from anxin.engines.mining import lake
from anxin.engines.mining.log import segments
from anxin.engines.mining.tests.asking import BOTH, EXPRESSIONS, KERNELS, PARIS, SHANGHAI, WORKING, answers
from anxin.engines.mining.tests.cluster import environment, standalone
from anxin.engines.mining.tests.logs import Row, at, log_of, table_of

# All in one process: the cluster is started once.
pytestmark = [pytest.mark.spark, pytest.mark.xdist_group("spark")]


def rows_of(first: int, cases: int, activities: str = "abcd") -> list[Row]:
    """Cases of 2 to 7 events; over a year, so that the months of two zones differ for some."""
    return [
        (f"c{case:04}", activities[(case * case + 3 * i + case // 7) % len(activities)], 877 * case + i * (31 + case % 97))
        for case in range(first, first + cases)
        for i in range(2 + case % 6)
    ]  # fmt: skip


def build(folder: Path) -> mining.Store:
    store = mining.Store.create(folder, name="claims", zone=SHANGHAI)

    def people(rows: list[Row]) -> list[str | None]:
        return [("Li", "Wang", None, "Zhao")[(row[2] + len(row[0])) % 4] for row in rows]

    rows = rows_of(0, 200)
    branches = ("Suzhou", "Wuxi", None)
    with_all = {
        "resource": people(rows), "department": [None] * len(rows), "desk": [f"d{row[2] % 3}" for row in rows],
        "branch": [branches[int(row[0][1:]) % 3] for row in rows],
        "amount": [None if int(row[0][1:]) % 11 == 0 else float(int(row[0][1:]) * 13 % 400) for row in rows],
        "started": [at(row[2] - row[2] % 5) for row in rows],
    }  # fmt: skip
    store.append(log_of(rows, **with_all), working=WORKING)
    # No attributes, no starts, a department at last, an activity that is new; some cases anew, so that old rows are masked.
    rows = rows_of(150, 150, "abcde")
    store.append(
        log_of(rows, resource=people(rows), department=[("North", "South", None)[row[2] % 3] for row in rows]),
        working=WORKING,
    )
    # One huge case beside small ones, without people.
    huge = [("huge", "abcd"[i * i % 4], 3 * i) for i in range(20_000)]
    store.append(log_of([*huge, *rows_of(300, 60)]), working=WORKING)
    # A segment whose cases are all gone, and one that is gone for single cases.
    store.append(mining.read(table_of(rows_of(400, 12))), working=WORKING)
    store.remove([f"c{case:04}" for case in [*range(400, 412), 5, 77, 301]])
    return mining.Store(folder)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> mining.Store:
    keywords: Any = segments.write_segment.__kwdefaults__
    before = keywords["rows"]
    keywords["rows"] = 400  # several row groups in each segment
    try:
        return build(tmp_path_factory.mktemp("conformance") / "log")
    finally:
        keywords["rows"] = before


@pytest.fixture(scope="module")
def on_spark(store: mining.Store, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("spark")
    with standalone(folder) as cluster:
        done = subprocess.run(
            [sys.executable, "-m", "anxin.engines.mining.tests.asking", str(store.folder), cluster.address, str(folder / "answers"),
             *(f"{name}={value}" for name, value in cluster.settings.items())],
            capture_output=True, text=True, check=False, env=environment(folder), timeout=900,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = pickle.loads((folder / "answers").read_bytes())
    return found


@pytest.fixture(scope="module")
def on_duckdb(store: mining.Store) -> dict[str, Any]:
    return answers(EXPRESSIONS, lake.open_lake(store))


@pytest.fixture(scope="module")
def on_kernels(store: mining.Store) -> dict[str, Any]:
    return answers(KERNELS, store)


def same(one: Any, other: Any, path: str = "") -> None:
    """Equal in type, words, whole numbers and in the last bit of every other number."""
    assert type(one) is type(other), f"{path}: {one!r} and {other!r}"
    if isinstance(one, np.ndarray):
        assert one.dtype.kind == other.dtype.kind, path
        np.testing.assert_array_equal(one, other, err_msg=path)
    elif isinstance(one, mining.MiningError):
        assert (str(one), one.code, one.about) == (str(other), other.code, other.about), path
    elif hasattr(one, "__dataclass_fields__"):
        for name in one.__dataclass_fields__:
            same(getattr(one, name), getattr(other, name), f"{path}.{name}")
    elif isinstance(one, float):
        assert one == other or (one != one and other != other), path
    else:
        assert one == other, path


def test_the_store_has_all_that_may_differ(store: mining.Store) -> None:
    assert len(store.segments) == 4
    assert store.segments[3]["masked_cases"] == store.segments[3]["cases"]
    assert store.segments[0]["masked_cases"] > 50
    assert len(store.pieces()) >= 6
    assert store.attribute_kinds() == {"branch": True, "amount": True, "desk": False}
    here, elsewhere = (mining.cycle_time(store, by="month", zone=zone).count.tolist() for zone in (SHANGHAI, PARIS))
    assert here != elsewhere


def test_a_real_cluster_answered(on_spark: dict[str, Any]) -> None:
    assert on_spark["executors"] == 2
    assert on_spark["version"].startswith(("3.5", "4.0"))


@pytest.mark.parametrize("question", EXPRESSIONS)
def test_expressions_on_spark_and_duckdb(question: str, on_spark: dict[str, Any], on_duckdb: dict[str, Any]) -> None:
    assert isinstance(on_duckdb[question], mining.MiningError) == question.startswith("an unknown")
    same(on_spark["expressions"][question], on_duckdb[question])


@pytest.mark.parametrize("question", KERNELS)
def test_kernels_on_spark_and_here(question: str, on_spark: dict[str, Any], on_kernels: dict[str, Any]) -> None:
    refused = question in ("an unknown attribute", "hand-over between numbers", "an unknown activity")
    assert isinstance(on_kernels[question], mining.MiningError) == refused, on_kernels[question]
    same(on_spark["kernels"][question], on_kernels[question])


@pytest.mark.parametrize("question", BOTH)
def test_expressions_and_kernels(question: str, on_duckdb: dict[str, Any], on_kernels: dict[str, Any]) -> None:
    same(on_duckdb[question], on_kernels[question])


def test_a_store_answers_as_its_log_does(store: mining.Store, on_kernels: dict[str, Any]) -> None:
    """Case by case answers come in the store's order of pieces, all others are the log's."""
    log = store.log()
    for question in ("directly-follows", "waits", "rework", "drift", "cycle time by attribute"):
        same(KERNELS[question](log), on_kernels[question], question)
    assert mining.variants(log).counts() == on_kernels["variants"].counts()
    assert set(mining.slow_cases(log).traits) == set(on_kernels["slow cases"].traits)


def test_spark_without_pyspark_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(mining.MiningError, match=r"scripts/setup\.sh spark"):
        lake.connect()
