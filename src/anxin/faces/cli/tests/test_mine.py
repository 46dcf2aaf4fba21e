"""`anxin mine`: the whole analysis on the terminal and as JSON; without Django; SQLite too."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anxin.faces.cli.main import app

run = CliRunner()


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    lines = ["case,activity,time,resource,department,product"]
    for n in range(80):
        product = ("Motor", "Home")[n % 2]
        for day, (activity, person, department) in enumerate(
            (("Register", "Li", "Intake"), ("Survey", "Wang", "Survey"), ("Pay", "Zhao", "Finance"))
        ):
            lines.append(
                f"c{n:02},{activity},2025-{n % 9 + 1:02}-{day * (n % 3 + 1) + 1:02} 09:00:00,{person},{department},{product}"
            )
    path = tmp_path / "claims.csv"
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "process.json"
    path.write_text('["seq", "Register", ["opt", "Survey"], "Pay"]')
    return path


def test_the_report_says_what_was_guessed_and_found(claims: Path, model: Path) -> None:
    done = run.invoke(
        app, ["mine", str(claims), "--model", str(model), "--promise", "Register > Pay < 4d", "--working"]
    )
    assert done.exit_code == 0, done.output
    for words in (
        "claims: 240 events, 80 cases, 3 activities",
        "Guessed from the column names: case, activity, time, resource, department",
        "== Conformance: 80 of 80 cases (100.0%) follow the process",
        "Register → Pay within 4.0 d: 67.5% kept of 80 promises",
        "== Hand-over between departments: 160 of 160 steps",
        "working median",
        "All moments in “time” carry no time zone; read as Asia/Shanghai.",
    ):
        assert words in done.output, words


def test_json_for_a_program(claims: Path, model: Path) -> None:
    done = run.invoke(app, ["mine", str(claims), "--model", str(model), "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert found["log"]["cases"] == 80
    assert found["conformance"]["share"] == 1.0
    assert found["variants"]["most_frequent"][0] == {
        "path": ["Register", "Survey", "Pay"],
        "cases": 80,
        "median": 4 * 86_400 * 10**6,
    }
    assert found["log"]["reading"]["guessed"] == ["case", "activity", "time", "resource", "department"]


def test_a_plain_error_says_what_to_do(tmp_path: Path, claims: Path) -> None:
    for arguments, words in (
        ([str(tmp_path / "none.csv")], "There is no file"),
        ([str(claims), "--case", "policy"], "there is no column “policy” for case"),
        ([str(claims), "--zone", "Mars"], "there is no time zone Mars"),
        ([str(claims), "--promise", "soon"], "Write it as"),
        ([str(claims), "--by", "colour"], "no column “colour”"),
    ):
        done = run.invoke(app, ["mine", *arguments])
        assert words in done.output, done.output
        assert done.exit_code == (0 if "--by" in arguments else 1)  # one question that does not fit loses not the rest
    done = run.invoke(app, ["mine", str(tmp_path / "none.csv"), "--json"])
    assert json.loads(done.output)["code"] == "no-file"


def test_duplicates_are_kept_and_told_of_or_left_out(claims: Path) -> None:
    lines = claims.read_text().splitlines()
    claims.write_text("\n".join([*lines, *lines[1:31]]))
    done = run.invoke(app, ["mine", str(claims)])
    assert "270 events" in done.output
    assert "30 events repeat another one" in done.output
    assert "--distinct" in done.output
    done = run.invoke(app, ["mine", str(claims), "--distinct"])
    assert "240 events, 80 cases" in done.output


HOSTILE = {
    "no-time.csv": (b"case,activity\nc1,A\nc1,B\n", "--time on the command line"),
    "no-moment.csv": (b"case,activity,time\nc1,A,sometime\nc1,B,later\n", "2 rows without a moment"),
    "empty.csv": (b"", "is empty"),
    "header.csv": (b"case,activity,time\n", "it has columns, but no rows"),
    "cut.csv.gz": (gzip.compress(b"case,activity,time\n" + b"c1,A,2025-03-03T09:00:00Z\n" * 4000)[:90], "cut short or damaged"),
    "cut.xes.gz": (gzip.compress(b"<log><trace>" + b"<event/>" * 4000)[:60], "cut short or damaged"),
    "cut.xes": (b"<log><trace><event>", "cut short or damaged"),
    "no-name.xes": (
        b'<log><trace><event><date key="time:timestamp" value="2025-03-03T09:00:00Z"/></event></trace></log>',
        "no event has \u201cconcept:name\u201d",
    ),
    "gbk.xes": ('<log><trace><string key="concept:name" value="\u6848"/></trace></log>'.encode("gbk"), 'encoding="GB18030"'),
    "noise.parquet": (b"PAR1 and no more", "is no Parquet file, or is cut short"),
    "noise.json": (b'{"events": [', "is no JSON, or is cut short"),
    "noise.sqlite": (b"no database at all, but long enough to look like one" * 20, "is no SQLite file"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_damaged_log_gets_a_clear_word(tmp_path: Path, name: str) -> None:
    content, words = HOSTILE[name]
    (tmp_path / name).write_bytes(content)
    done = run.invoke(app, ["mine", str(tmp_path / name)])
    assert done.exit_code == 1
    assert words in done.output, done.output
    assert name in done.output or name == "noise.sqlite"
    assert "Traceback" not in done.output
    assert len(done.output) < 600


def ocel(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript("""
            CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
            CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
            CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);
            CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT);
            CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
            CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
            CREATE TABLE event_Register (ocel_id TEXT, ocel_time TIMESTAMP, resource TEXT);
            CREATE TABLE event_PayClaim (ocel_id TEXT, ocel_time TIMESTAMP, amount REAL);
            CREATE TABLE object_Claim (ocel_id TEXT, ocel_time TIMESTAMP, ocel_changed_field TEXT, state TEXT, branch TEXT);
            CREATE TABLE object_Policy (ocel_id TEXT, ocel_time TIMESTAMP, ocel_changed_field TEXT);
            INSERT INTO event_map_type VALUES ('Register', 'Register'), ('Pay claim', 'PayClaim');
            INSERT INTO object_map_type VALUES ('Claim', 'Claim'), ('Policy', 'Policy');
        """)
        for n in range(3):
            db.execute("INSERT INTO object VALUES (?, 'Claim')", (f"c{n}",))
            db.execute("INSERT INTO object_Claim VALUES (?, '1970-01-01 00:00:00', NULL, 'open', 'north')", (f"c{n}",))
            db.execute("INSERT INTO object_Claim VALUES (?, '2025-02-01 00:00:00', 'state', 'paid', NULL)", (f"c{n}",))
            for kind, table, day in (("Register", "Register", 1), ("Pay claim", "PayClaim", 3)):
                key = f"e{n}{table}"
                db.execute("INSERT INTO event VALUES (?, ?)", (key, kind))
                db.execute(
                    f"INSERT INTO event_{table} VALUES (?, ?, ?)",
                    (key, f"2025-01-0{day} 08:00:00", "Li" if table == "Register" else 99.5),
                )
                db.execute("INSERT INTO event_object VALUES (?, ?, '')", (key, f"c{n}"))
        db.execute("INSERT INTO object VALUES ('p', 'Policy')")
        db.execute("INSERT INTO event_object VALUES ('e0Register', 'p', '')")


def test_ocel_in_sqlite(tmp_path: Path) -> None:
    ocel(tmp_path / "log.sqlite")
    asked = run.invoke(app, ["mine", str(tmp_path / "log.sqlite")])
    assert asked.exit_code == 1
    assert (
        "which type of object is a case? Name it with object_type='…' (--object-type). There are: Claim (6 events), Policy (1 events)"
        in asked.output
    )
    done = run.invoke(app, ["mine", str(tmp_path / "log.sqlite"), "--object-type", "Claim", "--zone", "UTC", "--json"])
    found = json.loads(done.output)
    assert found["variants"]["most_frequent"] == [
        {"path": ["Register", "Pay claim"], "cases": 3, "median": 2 * 86_400 * 10**6}
    ]
    assert found["log"]["reading"]["mapping"]["resource"] == "resource"
    (tmp_path / "bad.sqlite").write_text("no database at all")
    bad = run.invoke(app, ["mine", str(tmp_path / "bad.sqlite")])
    assert bad.exit_code == 1
    assert "no SQLite file" in bad.output
    sqlite3.connect(tmp_path / "empty.sqlite").close()
    empty = run.invoke(app, ["mine", str(tmp_path / "empty.sqlite")])
    assert "lacks the tables" in empty.output


def test_objects_of_a_database_keep_their_last_values(tmp_path: Path) -> None:
    from anxin.engines import mining

    ocel(tmp_path / "log.sqlite")
    with closing(sqlite3.connect(tmp_path / "log.sqlite")) as db:
        log = mining.read(db, object_type="Claim")
    assert log.case_attributes["state"].value(0) == "paid"
    assert log.case_attributes["branch"].value(0) == "north"
    assert log.attributes["amount"].value(1) == 99.5


def test_a_folder_of_a_lake(tmp_path: Path, claims: Path) -> None:
    from anxin.engines import mining

    mining.Store.create(tmp_path / "lake").append(mining.read(claims))
    done = run.invoke(app, ["mine", str(tmp_path / "lake")])
    assert "lake: 240 events, 80 cases" in done.output


def test_it_starts_without_django(claims: Path) -> None:
    program = (
        "import sys; sys.modules['django'] = None\n"
        "from anxin.faces.cli.main import app\n"
        f"app(['mine', {str(claims)!r}, '--json'])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["log"]["events"] == 240
