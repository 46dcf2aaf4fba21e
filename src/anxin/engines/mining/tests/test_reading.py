"""Tables in: CSV and Parquet with guessed and given columns, and everything that can be wrong with them."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anxin.engines import mining
from anxin.engines.mining.durations import micros_at
from anxin.engines.mining.tests.logs import log_of, table_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
CSV = """case_id,activity,timestamp,resource,amount
0017,Register,2025-03-03T09:00:00+08:00,Li,100
0017,Pay,2025-03-04T09:00:00+08:00,Wang,100
0018,Register,2025-03-03T10:00:00+08:00,,250.5
"""


def written(folder: Path, text: str | bytes, name: str = "log.csv") -> Path:
    path = folder / name
    data = text.encode() if isinstance(text, str) else text
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz"])
def test_columns_are_guessed_and_said_aloud(tmp_path: Path, name: str) -> None:
    log = mining.read(written(tmp_path, CSV, name))
    assert list(log.case_ids) == ["0017", "0018"]  # not 17
    assert log.time[0] == micros_at(datetime(2025, 3, 3, 1, tzinfo=UTC), "at")
    assert set(log.reading.guessed) == {"case", "activity", "time", "resource"}
    assert "case = “case_id”" in log.reading.sentences()[0]
    assert log.case_attributes["amount"].values.tolist() == [100.0, 250.5]
    assert log.resource is not None
    assert log.resource.values.tolist() == [0, 1, -1]
    assert log.cautions == ()


def test_columns_that_nobody_can_guess_are_asked_for_and_taken(tmp_path: Path) -> None:
    path = written(tmp_path, "vorgang;schritt;wann\n1;a;2025-01-01\n1;b;2025-01-02\n")
    with pytest.raises(mining.BadLog, match="which column says the case and the activity and the time") as error:
        mining.read(path)
    assert error.value.code == "which-column"
    assert "vorgang, schritt, wann" in str(error.value)
    log = mining.read(path, case="vorgang", activity="schritt", time="wann")
    assert mining.variants(log).counts() == {("a", "b"): 1}
    with pytest.raises(mining.BadLog, match="no column “Vorgang” for case"):
        mining.read(path, case="Vorgang")


def test_chinese_columns_in_gb18030(tmp_path: Path) -> None:
    text = "案件号,环节,时间,经办人\nP1,报案,2025年3月3日 09:00,李\nP1,赔付,2025年3月4日 09:00,王\n"
    log = mining.read(written(tmp_path, text.encode("gb18030")), zone=SHANGHAI)
    assert mining.variants(log).counts() == {("报案", "赔付"): 1}
    assert log.time[0] == micros_at(datetime(2025, 3, 3, 1, tzinfo=UTC), "at")


def test_rows_that_are_no_events_are_set_aside_and_counted(tmp_path: Path) -> None:
    text = CSV + "0018,,2025-03-04,Li,1\n,Pay,2025-03-04,Li,1\n0018,Pay,,Li,1\n0018,Pay,soon,Li,1\n"
    log = mining.read(written(tmp_path, text))
    assert len(log) == 3
    assert {one.reason: one.rows for one in log.reading.set_aside} == {
        "without a case": 1,
        "without an activity": 1,
        "without a moment": 2,
    }
    assert log.reading.rows == len(log) + sum(one.rows for one in log.reading.set_aside)
    assert log.reading.set_aside[0].places == (5,)
    assert any("“soon”" in line for line in log.reading.sentences())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        ("case_id,activity,timestamp\n", "no-events"),
        ("case_id,activity,timestamp\n1,a,\n2,b,\n", "no-events"),
        ("case_id,activity,timestamp\n1,a,never\n", "no-events"),
        ("case_id,activity\n1,a\n", "which-column"),
        ("case_id,activity,timestamp\n1,a,03/04/2025\n", "ambiguous-date"),
        ("case_id,activity,timestamp\n1,a,2025-01-01,more\n", "ragged-rows"),
        ("case_id,activity,timestamp,timestamp\n1,a,2025-01-01,2025-01-02\n", "column-twice"),
    ],
)
def test_a_clear_word_for_what_cannot_be_read(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(mining.BadLog) as error:
        mining.read(written(tmp_path, text))
    assert error.value.code == code


def test_truncated_and_damaged_files(tmp_path: Path) -> None:
    whole = gzip.compress(CSV.encode() * 50)
    (tmp_path / "cut.csv.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "none.csv.gz").write_bytes(b"case_id,activity,timestamp\n")
    (tmp_path / "log.parquet").write_bytes(b"PAR1 and then nothing")
    for name, code in (("cut.csv.gz", "truncated"), ("none.csv.gz", "truncated"), ("log.parquet", "not-parquet")):
        with pytest.raises(mining.BadLog) as error:
            mining.read(tmp_path / name)
        assert error.value.code == code
    with pytest.raises(mining.BadLog, match="no file"):
        mining.read(tmp_path / "elsewhere.csv")
    (tmp_path / "log.txt").write_text("x")
    with pytest.raises(mining.BadLog, match="tells no form"):
        mining.read(tmp_path / "log.txt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-03T09:00:00Z", datetime(2025, 3, 3, 9, tzinfo=UTC)),
        ("2025-03-03 09:00:00.123456789+02:00", datetime(2025, 3, 3, 7, 0, 0, 123456, tzinfo=UTC)),
        ("2025-03-03T09:00:00+0200", datetime(2025, 3, 3, 7, tzinfo=UTC)),
        ("2025-03-03 09:00", datetime(2025, 3, 3, 1, tzinfo=UTC)),
        ("2025-03-03", datetime(2025, 3, 2, 16, tzinfo=UTC)),
        ("2025/03/03 09:00:30", datetime(2025, 3, 3, 1, 0, 30, tzinfo=UTC)),
        ("03.04.2025 09:00", datetime(2025, 4, 3, 1, tzinfo=UTC)),
        ("20250303", datetime(2025, 3, 2, 16, tzinfo=UTC)),
    ],
)
def test_how_moments_are_written(text: str, expected: datetime) -> None:
    log = mining.read(pa.table({"case": ["1"], "activity": ["a"], "time": [text]}), zone=SHANGHAI)
    assert log.time[0] == micros_at(expected, "at")


def test_mixed_zones_are_each_read_and_said() -> None:
    table = pa.table(
        {
            "case": ["1", "1", "1"],
            "activity": ["a", "b", "c"],
            "time": ["2025-03-03T09:00:00+08:00", "2025-03-03T02:00:00Z", "2025-03-03 11:00:00"],
        }
    )
    log = mining.read(table, zone=SHANGHAI)
    assert np.diff(log.time).tolist() == [3600 * 10**6] * 2
    assert [one.code for one in log.cautions] == ["mixed-zones"]
    assert "1 of 3 moments" in log.cautions[0].text


def test_given_formats_and_epoch_numbers() -> None:
    table = pa.table({"case": ["1", "1"], "activity": ["a", "b"], "time": ["03/04/2025 09:00", "04/04/2025 09:00"]})
    log = mining.read(table, time_format="%d/%m/%Y %H:%M")
    assert np.diff(log.time).tolist() == [86_400 * 10**6]
    at = 1_740_000_000
    for factor in (1, 1000, 10**6, 10**9):
        log = mining.read(pa.table({"case": ["1"], "activity": ["a"], "time": [at * factor]}))
        assert log.time.tolist() == [at * 10**6]
        assert [one.code for one in log.cautions] == ["epoch"]


def test_unsorted_rows_are_sorted_and_ties_keep_their_order() -> None:
    log = log_of([("1", "c", 30), ("2", "x", 5), ("1", "a", 10), ("1", "b", 10), ("2", "w", 1)])
    assert mining.variants(log).counts() == {("a", "b", "c"): 1, ("w", "x"): 1}


def test_duplicates_are_kept_said_and_left_out_on_request() -> None:
    log = log_of([("1", "a", 0), ("1", "a", 0), ("1", "b", 0), ("1", "b", 5), ("2", "a", 0)])
    assert len(log) == 5
    assert [one.code for one in log.cautions] == ["duplicates"]
    assert "1 events repeat" in log.cautions[0].text
    without = mining.without_duplicates(log)
    assert mining.variants(without).counts() == {("a", "b", "b"): 1, ("a",): 1}


def test_one_case_of_a_million_events() -> None:
    n = 1_000_000
    rng = np.random.default_rng(1)
    minutes = rng.permutation(n)
    table = pa.table(
        {
            "case": np.zeros(n, np.int64),
            "activity": np.where(minutes % 2, "a", "b"),
            "time": pa.array(minutes * 60 * 10**6, pa.timestamp("us", "UTC")),
        }
    )
    log = mining.read(table)
    assert {one.code for one in log.cautions} == {"one-case", "odd-moments"}
    assert mining.directly_follows(log).edges() == {("b", "a"): n // 2, ("a", "b"): n // 2 - 1}
    assert len(mining.variants(log)) == 1
    assert mining.rework(log).repeats.tolist() == [n // 2 - 1] * 2


def test_a_million_activities() -> None:
    n = 1_000_000
    table = pa.table(
        {
            "case": np.arange(n) // 10,
            "activity": pa.array([f"note {i}" for i in range(n)]),
            "time": pa.array((np.arange(n) + 10**9) * 10**6, pa.timestamp("us", "UTC")),
        }
    )
    log = mining.read(table)
    assert "many-activities" in {one.code for one in log.cautions}
    found = mining.directly_follows(log)
    assert len(found.count) == n - n // 10
    assert found.count.max() == 1
    assert (mining.waits(log).median == 10**6).all()
    assert len(mining.variants(log)) == n // 10
    assert mining.rework(log).cases_with_rework == 0


def test_tables_of_other_libraries() -> None:
    table = table_of([("1", "a", 0), ("1", "b", 5)])
    frame = pd.DataFrame({name: table[name].to_pylist() for name in table.column_names})
    assert mining.variants(mining.read(frame)).counts() == {("a", "b"): 1}


def test_parquet_with_dictionaries_nulls_and_lists(tmp_path: Path) -> None:
    table = pa.table(
        {
            "case": pa.array([2, 1, 1]),
            "activity": pa.array(["a", "b", "a"]).dictionary_encode(),
            "time": pa.array([3, 2, 1], pa.timestamp("ms", "UTC")),
            "empty": pa.nulls(3),
            "flag": [True, None, False],
            "count": pa.array([1, None, 3]),
            "parts": [[1], None, [2, 3]],
        }
    )
    pq.write_table(table, tmp_path / "log.parquet")
    log = mining.read(tmp_path / "log.parquet")
    assert mining.variants(log).counts() == {("a", "b"): 1, ("a",): 1}
    assert {*log.attributes, *log.case_attributes} == {"empty", "flag", "count", "parts"}
    names: Any = log.attributes["parts"].names
    assert names is not None


def test_a_role_may_be_declined() -> None:
    table = table_of([("1", "a", 0)], resource=["Li"])
    log = mining.read(table, resource="-")
    assert log.resource is None
    assert log.case_attributes["resource"].value(0) == "Li"


def test_case_ids_far_apart_and_near_each_other() -> None:
    for ids in ([10**15, 5, 10**15], [7, 5, 7], [-3, 9, -3]):
        log = mining.read(
            pa.table({"case": ids, "activity": ["a", "b", "c"], "time": pa.array([1, 2, 3], pa.timestamp("us", "UTC"))})
        )
        found = {log.case_ids[c]: int(n) for c, n in enumerate(log.events_per_case())}
        assert found == {str(ids[0]): 2, str(ids[1]): 1}
