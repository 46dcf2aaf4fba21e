"""The log on disk: what goes in comes out, cases move whole, and a writer that dies harms nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anxin.engines import mining
from anxin.engines.calendar import Calendar, china_years
from anxin.engines.mining.log import segments
from anxin.engines.mining.tests.logs import Row, log_of, log_of_words, rows_of_a_log


def rich(rows: list[Row], step: int = 0) -> mining.Log:
    return log_of(
        rows,
        resource=[("Li", "Wang", None)[(row[2] + step) % 3] for row in rows],
        department=[("North", "South")[row[2] % 2] for row in rows],
        note=[f"n{row[2] % 5}" for row in rows],
        amount=[float(row[2]) for row in rows],
    )


def content(log: mining.Log) -> set[tuple[object, ...]]:
    of_case = log.case_of_event()

    def value(name: str, place: int) -> object:
        try:
            column, per_case = log.column(name)
        except mining.BadQuestion:
            return None
        return column.value(int(of_case[place]) if per_case else place)

    return {
        (
            log.case_ids[of_case[i]],
            log.activities[log.activity[i]],
            int(log.time[i]),
            *(value(name, i) for name in ("resource", "department", "note", "amount")),
        )
        for i in range(len(log))
    }


@given(st.lists(rows_of_a_log(), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_appending_replaces_whole_cases(tmp_path_factory: pytest.TempPathFactory, batches: list[list[Row]]) -> None:
    store = mining.Store.create(tmp_path_factory.mktemp("store") / "log")
    expected: dict[str, set[tuple[object, ...]]] = {}
    for step, rows in enumerate(batches):
        log = rich(rows, step)
        assert store.append(log, extra={"read up to": step}) == step + 1
        for row in content(log):
            expected.setdefault(str(row[0]), set())
        for case in {str(row[0]) for row in content(log)}:
            expected[case] = {row for row in content(log) if row[0] == case}
    everything = set().union(*expected.values())
    assert content(store.log()) == everything
    assert len(store) == len(everything)
    assert store.cases == len(expected)
    assert store.extra == {"read up to": len(batches) - 1}
    assert store.verify() == []
    whole = store.log()
    assert mining.directly_follows(store).edges() == mining.directly_follows(whole).edges()
    assert mining.variants(store).counts() == mining.variants(whole).counts()
    before = mining.waits(store).to_dict()
    store.compact()
    assert len(store.segments) == 1
    assert content(store.log()) == everything
    assert mining.waits(store).to_dict() == before
    gone = sorted(expected)[0]
    store.remove([gone, "nobody"])
    assert store.cases == len(expected) - 1
    if store.cases:
        assert content(store.log()) == everything - expected[gone]
        store.compact()
        assert content(store.log()) == everything - expected[gone]
        ids = [
            key for one in store.segments for key in pq.read_table(store.folder / one["cases_file"])["id"].to_pylist()
        ]
        assert gone not in ids


def test_row_groups_hold_whole_cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_of_words(*["abcab"] * 50, "a" * 300, *["ab"] * 20)
    assert next(iter(segments.row_groups(log.offsets, 100))) == (0, 20)
    ranges = list(segments.row_groups(log.offsets, 100))
    assert [first for first, _ in ranges[1:]] == [last for _, last in ranges[:-1]]
    assert ranges[-1][1] == log.cases
    monkeypatch.setattr(
        segments.write_segment, "__kwdefaults__", {**segments.write_segment.__kwdefaults__, "rows": 100}
    )
    store = mining.Store.create(tmp_path / "log")
    store.append(log)
    parts = list(store.chunks("time"))
    assert len(parts) == len(ranges)
    assert sum(part.cases for part in parts) == log.cases
    for question in (mining.directly_follows, mining.waits, mining.rework, mining.cycle_time):
        assert question(store).to_dict() == question(log).to_dict()
    assert mining.variants(store).counts() == mining.variants(log).counts()
    conformance = mining.conformance(store, ["seq", "a", "b", ["opt", ["seq", "c", "a", "b"]]])
    assert conformance.conforming == 70
    assert mining.promise(store, "a", "b", 60).to_dict() == mining.promise(log, "a", "b", 60).to_dict()
    assert mining.drift(store, windows=2).tested == mining.drift(log, windows=2).tested


def test_the_stored_columns_are_those_promised(tmp_path: Path) -> None:
    store = mining.Store.create(tmp_path / "log")
    log = rich([("1", "a", 0), ("1", "b", 60), ("1", "c", 5 * 1440), ("2", "a", 1)])
    working = mining.WorkingTime.of(Calendar(years=china_years()), int(log.time.min()), int(log.time.max()))
    store.append(log, working=working)
    table = pq.read_table(store.folder / store.segments[0]["events_file"])
    rows = table.to_pylist()
    assert [row["case_seq"] for row in rows] == [0, 1, 2, 0]
    assert [row["next_activity"] for row in rows] == [1, 2, None, None]
    assert [row["wait"] for row in rows] == [3600 * 10**6, (5 * 24 - 1) * 3600 * 10**6, None, None]
    # 09:00 to 10:00 on a Monday; then to 09:00 on Saturday: 6.5 hours left that day and four days of 7.5.
    assert [row["working_wait"] for row in rows] == [3600, int((6.5 + 4 * 7.5) * 3600), None, None]
    assert rows[0]["next_time"] == rows[1]["time"]
    assert [row["next_department"] for row in rows][-2:] == [None, None]
    cases = pq.read_table(store.folder / store.segments[0]["cases_file"]).to_pylist()
    assert [row["end_month"] for row in cases] == [202503, 202503]
    assert cases[0]["duration"] == 5 * 86_400 * 10**6


def test_numbers_and_texts_under_one_name_are_both_kept(tmp_path: Path) -> None:
    store = mining.Store.create(tmp_path / "log")
    store.append(log_of([("1", "a", 0), ("1", "b", 1)], level=[1.5, 2.5]))
    store.append(log_of([("2", "a", 0), ("2", "b", 1)], level=["high", "low"]))
    log = store.log()
    assert [log.attributes["level"].value(i) for i in range(4)] == [1.5, 2.5, None, None]
    assert [log.attributes["level (text)"].value(i) for i in range(4)] == [None, None, "high", "low"]


def test_a_folder_that_is_no_store_and_one_that_is_already(tmp_path: Path) -> None:
    with pytest.raises(mining.BadLog, match="holds no log"):
        mining.Store(tmp_path)
    store = mining.Store.create(tmp_path / "log")
    with pytest.raises(mining.BadLog, match="holds a log already"):
        mining.Store.create(tmp_path / "log")
    with pytest.raises(mining.BadLog, match="holds no events yet"):
        store.log()
    with pytest.raises(mining.BadLog, match="holds no events yet"):
        mining.read(tmp_path / "log")


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    store = mining.Store.create(tmp_path / "log")
    with store._locked(), pytest.raises(mining.BadLog, match="written by another process"):
        mining.Store(tmp_path / "log").append(log_of_words("ab"))


def test_a_changed_file_is_found(tmp_path: Path) -> None:
    store = mining.Store.create(tmp_path / "log")
    store.append(log_of_words("ab", "ac"))
    path = store.folder / store.segments[0]["events_file"]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    assert store.verify() == [path.name]


def test_a_writer_killed_at_any_moment_harms_nothing(tmp_path: Path) -> None:
    """The store is at every moment as some whole number of appends left it; the next writer goes on from there."""
    program = textwrap.dedent("""
        import sys
        from anxin.engines import mining
        from anxin.engines.mining.tests.logs import log_of_words
        store = mining.Store(sys.argv[1])
        print("ready", flush=True)
        for step in range(store.version, 1000):
            # Case c000 anew each time, and a case of its own.
            log = log_of_words("a" * (step % 7 + 1))
            store.append(log, extra={"step": step + 1})
    """)
    folder = tmp_path / "log"
    mining.Store.create(folder)
    for pause in (0.05, 0.11, 0.23):
        writer = subprocess.Popen(
            [sys.executable, "-c", program, str(folder)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(pause)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        store = mining.Store(folder)
        if store.version:
            assert store.extra == {"step": store.version}
            assert store.verify() == []
            assert len(store.log()) == len(store) == (store.version - 1) % 7 + 1
    store.append(log_of_words("abc"))
    known = {store.folder / "manifest.json", store.folder / "lock"}
    known |= {
        store.folder / name
        for one in store.segments
        for name in (one["events_file"], one["cases_file"], one["masked_file"])
        if name
    }
    known |= {store.folder / name for name in store.manifest["names"].values()}
    store.compact()
    left = set(store.folder.iterdir())
    assert not [path for path in left - known if path.suffix == ".new"]
    assert mining.variants(store).counts() == {("a", "b", "c"): 1}
    assert store.verify() == []
    assert np.all(store._case_codes() == [0])
