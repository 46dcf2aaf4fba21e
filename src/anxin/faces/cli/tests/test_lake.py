"""`anxin lake`: what each command says and does, and how it refuses."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.engines import mining
from anxin.faces.cli.main import app
from anxin.journal.lake.store import folder, open_store, writing
from anxin.journal.models import Case
from anxin.journal.writing import opening

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(branch: Branch, other_branch: Branch, actors: dict[str, Actor], now: datetime) -> list[Case]:
    """Three cases in two branches, with an event each."""
    made = []
    for where in (branch, branch, other_branch):
        with opening(
            kind="test", branch=where, subject=("customer", "c0ffee00c0ffee00c0ffee00"), state="open",
            actor=actors["system"], now=now,
        ) as work:  # fmt: skip
            work.record("imported.event", {"activity": "Register"}, occurred_at=now)
        made.append(work.case)
    return made


def lake(*arguments: Any, answer: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, ["lake", *map(str, arguments)], input=answer)
    return done.exit_code, " ".join(done.output.split())


def test_from_the_first_sync_on(cases: list[Case]) -> None:
    assert lake("status") == (1, "There is no lake yet: `anxin lake sync` makes it.")
    assert lake("verify")[0] == 1
    assert lake("sync")[1].startswith("3 events read, 3 cases written; the lake is at version")
    code, text = lake("sync", "--json")
    assert (code, json.loads(text)["events"]) == (0, 0)
    assert "Up to date with the journal." in lake("status")[1]
    told = json.loads(lake("status", "--json")[1])
    assert (told["events"], told["cases"], told["segments"], told["behind"]) == (3, 3, 1, 0)
    assert told["bytes"] > 1_000
    assert lake("verify") == (
        0,
        "Sound: 3 events of 3 cases; the heads of all agree with the journal, and the events of 3.",
    )
    assert json.loads(lake("verify", "--deep", "--json")[1])["sound"] is True
    with writing():
        assert lake("sync") == (1, "The lake is being written by another process, such as the worker; try again in a moment.")  # fmt: skip


def test_a_changed_file_and_how_it_is_mended(cases: list[Case]) -> None:
    lake("sync")
    path = next(folder().glob("events-*"))
    path.write_bytes(path.read_bytes()[:-9])
    code, text = lake("verify")
    assert code == 1
    assert text.startswith(f"Wrong. First: {path.name}: the file is missing or was changed")
    assert "`anxin lake rebuild`" in text
    assert json.loads(lake("verify", "--json")[1])["wrong"]
    assert lake("rebuild", answer="n\n")[0] == 1
    assert lake("verify")[0] == 1
    assert lake("rebuild", answer="y\n")[0] == 0
    assert lake("verify")[0] == 0
    (folder() / "manifest.json").write_text("{")
    assert "anxin lake rebuild" in lake("status")[1]
    assert lake("rebuild", "--yes")[0] == 0
    assert lake("verify")[0] == 0


def test_forget(cases: list[Case], now: datetime) -> None:
    lake("sync")
    Case.objects.filter(pk=cases[0].pk).update(closed_at=now)
    assert lake("forget", "--before", "soon") == (1, "--before: “soon” is no day; write it as 2025-03-14.")
    assert lake("forget", "--before", "2025-03-14")[1] == "0 cases forgotten."
    assert lake("forget", "--before", "2025-03-15")[1] == "1 cases forgotten."
    assert "Cases closed before 2025-03-14" in lake("status")[1]  # midnight of the 15th in Shanghai


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz", "log.csv", "log.parquet", "log.json"])
def test_what_is_exported_can_be_read_and_compacted_again(cases: list[Case], tmp_path: Path, name: str) -> None:
    lake("sync")
    code, text = lake("export", tmp_path / name, "--branch", "SZ", "--kind", "test", "--from", "2025-03-14", "--to", "2025-03-14")  # fmt: skip
    assert (code, text) == (0, f"2 events of 2 cases written to {name}.")
    read = mining.read(tmp_path / name)
    assert set(read.case_ids) == {case.public_id for case in cases[:2]}
    assert lake("compact", tmp_path / name, tmp_path / "store", "--working")[0] == 0
    code, text = lake("compact", tmp_path / name, tmp_path / "store")
    assert (code, "2 events of 2 cases" in text) == (0, True)  # again is harmless
    again = mining.Store(tmp_path / "store")
    assert set(again.log().case_ids) == set(read.case_ids)
    assert list(again.activities) == ["imported:Register"]
    assert lake("export", tmp_path / "again.csv", "--folder", tmp_path / "store")[0] == 0
    done = CliRunner().invoke(app, ["mine", str(tmp_path / "store")])
    assert "2 events, 2 cases" in done.output


def test_an_export_of_nothing_or_to_nowhere_writes_nothing(cases: list[Case], tmp_path: Path) -> None:
    lake("sync")
    for arguments, says in (
        ((tmp_path / "a.csv", "--from", "2025-03-15"), "No case fits"),
        ((tmp_path / "a.csv", "--branch", "XX"), "there is no “XX”. There are: SZ"),
        ((tmp_path / "a.csv", "--to", "March"), "--to: “March” is no day"),
        ((tmp_path / "gone" / "a.csv",), "There is no folder"),
        ((tmp_path / "a.doc",), "give a name that ends in .xes"),
        ((tmp_path / "a.csv", "--folder", tmp_path), "holds no log"),
    ):
        code, text = lake("export", *arguments)
        assert (code, says in text) == (1, True), text
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_cannot_be_read_leaves_no_folder_behind(cases: list[Case], tmp_path: Path) -> None:
    (tmp_path / "cut.xes.gz").write_bytes(gzip.compress(b"<log><trace>" * 500)[:60])
    (tmp_path / "odd.csv").write_text("one,two\n1,2\n")
    for name in ("cut.xes.gz", "odd.csv"):
        assert lake("compact", tmp_path / name, tmp_path / "store")[0] == 1
        assert not (tmp_path / "store").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    assert "holds other files" in lake("compact", tmp_path / "odd.csv", tmp_path / "full")[1]
    assert open_store() is None
