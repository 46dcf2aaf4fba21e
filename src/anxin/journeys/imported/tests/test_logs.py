"""Reading XES and CSV: what is taken, what is refused and with which line and reason. No database."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from anxin.journeys.imported.logs import BadLog, Columns, LogEvent, guess_columns, kind_of, read_log
from anxin.journeys.imported.logs import reading as reading_module

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2025, 3, 14, tzinfo=UTC)
COLUMNS = Columns("case", "step", "at", "who", "phase", ("amount",))
XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <global scope="event"><string key="concept:name" value="none"/></global>
  <string key="concept:name" value="the log"/>
  <trace>
    <string key="concept:name" value="c1"/>
    <event><string key="concept:name" value="登记"/><date key="time:timestamp" value="2024-01-01T10:00:00.000+02:00"/>
      <string key="org:resource" value="Pete"/><string key="lifecycle:transition" value="complete"/></event>
    <event><string key="concept:name" value="Close"/><date key="time:timestamp" value="2024-01-02T10:00:00Z"/></event>
  </trace>
  <trace><string key="concept:name" value="c2"/></trace>
</log>
"""


def read(path: Path, columns: Columns | None = None) -> list[LogEvent]:
    return read_log(path, columns=columns, zone=ZONE, now=NOW)


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    data = text if isinstance(text, bytes) else text.encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_xes(tmp_path: Path, name: str) -> None:
    first, second = read(write(tmp_path, name, XES))
    assert (first.case, first.activity, first.resource, first.transition) == ("c1", "登记", "Pete", "complete")
    assert first.at == datetime(2024, 1, 1, 8, tzinfo=UTC)
    assert (second.resource, second.transition, second.kept) == ("", "", {})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz"])
def test_csv(tmp_path: Path, name: str, separator: str, encoding: str) -> None:
    text = "case,step,at,who,phase,amount\n1,登记,2024-01-01 10:00:00,李明,start,500\n1,结案,2024/01/02 10:00,,,a-7\n".replace(
        ",", separator
    )
    first, second = read(write(tmp_path, name, text.encode(encoding)), COLUMNS)
    assert (first.case, first.activity, first.resource, first.transition, first.kept) == (
        "1",
        "登记",
        "李明",
        "start",
        {"amount": 500},
    )
    # A time without a zone is the insurer's.
    assert first.at == datetime(2024, 1, 1, 2, tzinfo=UTC)
    assert (second.kept, second.line) == ({"amount": "a-7"}, 3)


def test_other_ways_of_writing_time(tmp_path: Path) -> None:
    columns = Columns("case", "step", "at", time_format="%d-%m-%Y:%H.%M")
    path = write(tmp_path, "log.csv", "case,step,at\n1,a,30-12-2010:11.02\n")
    assert read(path, columns)[0].at == datetime(2010, 12, 30, 3, 2, tzinfo=UTC)


def test_every_bad_row_is_named(tmp_path: Path) -> None:
    rows = [
        "case,step,at,who,phase,amount", ",a,2024-01-01,,,", "1,,2024-01-01,,,", "1,a,yesterday,,,", "1,a,,,,",
        "1,a,2099-01-01,,,", f"1,{'x' * 121},2024-01-01,,,", "1,a,2024-01-01", f"1,a,2024-01-01,,,{'y' * 61}", "1,a,2024-01-01,,,",
    ]  # fmt: skip
    with pytest.raises(BadLog) as refused:
        read(write(tmp_path, "log.csv", "\n".join(rows)), COLUMNS)
    assert [(row.line, row.column) for row in refused.value.rows] == [
        (2, "case"), (3, "step"), (4, "at"), (5, "at"), (6, "at"), (7, "step"), (8, "row"), (9, "amount"),
    ]  # fmt: skip
    assert str(refused.value.rows[2]) == (
        "line 4, at: 'yesterday' is not a time (ISO 8601, such as 2025-03-14T09:30:00+08:00)"
    )


def test_many_bad_rows_are_counted(tmp_path: Path) -> None:
    with pytest.raises(BadLog) as refused:
        read(write(tmp_path, "log.csv", "case,step,at,who,phase,amount\n" + ",a,2024-01-01,,,\n" * 500), COLUMNS)
    assert (len(refused.value.rows), refused.value.more) == (200, 300)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("log.txt", "x", "must be named"),
        ("log.xes", "", "cannot be read"),
        ("log.xes", "<log><trace>", "cannot be read"),
        ("log.xes", "<log/>", "no event"),
        ("log.csv", "", "no such column"),
        ("log.csv", "case,step,at,who,phase,amount\n", "no event"),
        ("log.csv", "a,b\n1,2\n", "no such column; there are: a, b"),
        ("log.csv", b"case,step,at,who,phase,amount\n1,\xff\xff\xff,2024-01-01,,,\n", "neither UTF-8 nor GB18030"),
        ("log.csv.gz", None, "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_no_log(tmp_path: Path, name: str, text: str | bytes | None, reason: str) -> None:
    path = write(tmp_path, name, text) if text is not None else tmp_path / name
    if text is None:
        path.write_bytes(b"not gzip at all")
    with pytest.raises(BadLog, match=reason):
        read(path, COLUMNS if ".csv" in name else None)


def test_entity_bombs_and_outside_files_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("password")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 50}">' for n in range(9))
    for number, dtd in enumerate((bomb, f'<!ENTITY e8 SYSTEM "file://{secret}">')):
        text = XES.replace("<log", f"<!DOCTYPE log [{dtd}]><log", 1).replace('"c1"', '"&e8;"', 1)
        with pytest.raises(BadLog) as refused:
            read(write(tmp_path, f"bomb{number}.xes", text))
        assert "password" not in str(refused.value)


def test_a_file_that_unpacks_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_module, "MAX_BYTES", 1_000_000)
    path = write(tmp_path, "bomb.csv.gz", b"case,step,at\n" + b"1,a,2024-01-01\n" * 200_000)
    with pytest.raises(BadLog, match="unpacks to more"):
        read(path, Columns("case", "step", "at"))


def test_columns_are_guessed_from_common_names() -> None:
    assert guess_columns(["Case ID", "Activity", "Complete Timestamp", "Resource", "x"]) == {
        "case": "Case ID", "activity": "Activity", "time": "Complete Timestamp", "resource": "Resource",
    }  # fmt: skip
    assert guess_columns(["", "concept:name", "time:timestamp", "case:concept:name", "lifecycle:transition"]) == {
        "case": "case:concept:name", "activity": "concept:name", "time": "time:timestamp", "transition": "lifecycle:transition",
    }  # fmt: skip
    assert guess_columns(["a", "b"]) == {}


def test_kind_is_told_by_the_name() -> None:
    assert [kind_of(Path(name)) for name in ("a.XES", "a.xes.gz", "a.csv", "a.csv.gz")] == ["xes", "xes", "csv", "csv"]
