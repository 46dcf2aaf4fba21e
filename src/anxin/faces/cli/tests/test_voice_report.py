"""`anxin voice report`: what it takes, what it says, what it writes. The reading of tables is stood in for by a small one."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from anxin.faces.cli.main import app
from anxin.voice.questionnaires.form import Text
from anxin.voice.reports.tests.simulated import study


@dataclass(frozen=True)
class Mapped:
    name: str
    role: str


@dataclass(frozen=True)
class Mapping:
    columns: tuple[Mapped, ...]
    said: tuple[Text, ...] = ()

    def to_json(self) -> str:
        return json.dumps({one.name: one.role for one in self.columns})


class BadTable(ValueError):
    text = Text.of(zh="不是表格。", en="This is no table.")
    places = ()


class BadMapping(ValueError):
    faults = (("columns.A1.low", Text.of(en="A number is needed.")),)


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """`voice.datasets.table` as agreed: read_table, guess, read_mapping, study_of."""
    made = study(120)
    module: Any = ModuleType("anxin.voice.datasets.table")

    def read_table(data: bytes, name: str) -> Any:
        if not data:
            raise BadTable
        return SimpleNamespace(names=[one.name for one in made.columns], study=replace(made, source=name))

    def read_mapping(_text: str, *, columns: tuple[str, ...]) -> Any:
        raise BadMapping

    module.read_table = read_table
    module.guess = lambda raw: Mapping(
        tuple(Mapped(one.name, one.role) for one in raw.study.columns),
        (Text.of(zh="16 列当作 1–5 分的量表题。", en="16 columns, 1 to 5."),),
    )
    module.read_mapping = read_mapping
    module.study_of = lambda raw, _mapping: raw.study
    module.BadTable, module.BadMapping = BadTable, BadMapping
    monkeypatch.setitem(sys.modules, "anxin.voice.datasets.table", module)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "answers.csv"
    path.write_text("a,b\n1,2\n")
    return path


def run(*arguments: Any) -> Any:
    return CliRunner().invoke(app, ["voice", "report", *map(str, arguments)])


@pytest.mark.parametrize(
    ("name", "first"), [("r.pdf", b"%PDF"), ("r.docx", b"PK"), ("r.html", b"<!doctype"), ("r.json", b"{")]
)
def test_it_writes_every_kind(file: Path, tmp_path: Path, name: str, first: bytes) -> None:
    done = run(file, "--output", tmp_path / name, "--quiet")
    assert done.exit_code == 0, done.output
    assert (tmp_path / name).read_bytes().startswith(first)
    assert done.output == ""


def test_it_says_what_it_guessed_and_what_it_found(file: Path, tmp_path: Path) -> None:
    done = run(file, "--save-map", tmp_path / "map.json")
    assert "16 列当作 1–5 分的量表题。" in done.output
    assert "perception: TAN1" in done.output
    assert "先做什么: " in done.output
    assert "开放意见: – (" in done.output
    assert json.loads((tmp_path / "map.json").read_text())["TAN1"] == "perception"
    english = run(file, "--language", "en")
    assert "16 columns, 1 to 5." in english.output
    assert "What to do first: Begin with: " in english.output


def test_the_json_is_in_the_language_and_compares_with_the_last_wave(file: Path, tmp_path: Path) -> None:
    output = tmp_path / "r.json"
    assert run(file, "--previous", file, "--language", "en", "--output", output).exit_code == 0
    data = json.loads(output.read_text())
    assert data["language"] == "en"
    (waves,) = [one for one in data["sections"] if one["key"] == "waves"]
    assert "Nothing changed more than chance" in str(waves["blocks"])


def test_what_cannot_be_taken_ends_with_plain_words(file: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    assert "不是表格。" in run(empty).output
    mapping = tmp_path / "map.json"
    mapping.write_text("{}")
    refused = run(file, "--map", mapping)
    assert refused.exit_code == 1
    assert "columns.A1.low: A number is needed." in refused.output
    for arguments in (["--output", "r.txt"], ["--language", "fr"], ["--map", mapping, "--instrument", "servqual"]):
        assert run(file, *arguments).exit_code == 2
