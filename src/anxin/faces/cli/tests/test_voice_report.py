"""`anxin voice report` through the true reader of tables: what it takes, what it says, what it writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from anxin.faces.cli.main import app
from anxin.voice.datasets.table import tests as table_tests
from anxin.voice.datasets.table.tests.files import answers, sav, table_csv, workbook

ODD = Path(table_tests.__path__[0]) / "odd_codes.sav"
N = 90
ITEMS = answers(N, ["理赔及时", "态度好", "说得明白", "手续简便"])
COLUMNS: dict[str, list[Any]] = {
    "编号": [f"N{row}" for row in range(N)],
    **ITEMS,
    "总体满意度": [round(sum(row) / 4) for row in zip(*ITEMS.values(), strict=True)],
    "性别": ["男", "女"] * (N // 2),
    "您的建议": ["理赔太慢了，等了一个月", "客服态度很好", "", "材料要交好几遍，太麻烦", ""] * (N // 5),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "answers.csv"
    path.write_bytes(table_csv(COLUMNS))
    return path


def run(*arguments: Any) -> Any:
    return CliRunner().invoke(app, ["voice", "report", *map(str, arguments)])


def content(tmp_path: Path, *arguments: Any) -> dict[str, Any]:
    """The report as JSON, its sections by key."""
    output = tmp_path / "content.json"
    done = run(*arguments, "--output", output)
    assert done.exit_code == 0, done.output
    data: dict[str, Any] = json.loads(output.read_text())
    data["by_key"] = {one["key"]: one for one in data["sections"]}
    return data


@pytest.mark.parametrize(
    ("name", "first"), [("r.pdf", b"%PDF"), ("r.docx", b"PK"), ("r.html", b"<!doctype"), ("r.json", b"{")]
)
def test_it_writes_every_kind(file: Path, tmp_path: Path, name: str, first: bytes) -> None:
    done = run(file, "--output", tmp_path / name, "--quiet")
    assert done.exit_code == 0, done.output
    assert (tmp_path / name).read_bytes().startswith(first)
    assert done.output == ""


def test_every_kind_of_file_gives_the_same_scores(file: Path, tmp_path: Path) -> None:
    gb, xlsx, spss = tmp_path / "gb.csv", tmp_path / "a.xlsx", tmp_path / "a.sav"
    gb.write_bytes(table_csv(COLUMNS, encoding="gb18030"))
    xlsx.write_bytes(workbook([list(COLUMNS), *map(list, zip(*COLUMNS.values(), strict=True))]))
    spss.write_bytes(sav(tmp_path, COLUMNS))
    expected = content(tmp_path, file, "--language", "en")
    assert (expected["n"], expected["valid"]) == (90, content(tmp_path, file)["valid"])
    for other in (gb, xlsx, spss):
        found = content(tmp_path, other, "--language", "en")
        for key in ("scores", "drivers", "groups", "comments"):
            assert found["by_key"][key] == expected["by_key"][key], (other.name, key)


def test_spss_codes_declared_missing_are_no_answers(tmp_path: Path) -> None:
    items = {
        name: [9 if row % 10 == 0 else value for row, value in enumerate(values)] for name, values in ITEMS.items()
    }
    path = tmp_path / "coded.sav"
    labels = {name: {1.0: "很差", 5.0: "很好", 9.0: "不适用"} for name in items}
    path.write_bytes(sav(tmp_path, items, variable_value_labels=labels, missing_ranges={name: [9.0] for name in items}))
    found = content(tmp_path, path)
    blank = tmp_path / "blank.csv"
    blank.write_bytes(table_csv({name: ["" if one == 9 else one for one in values] for name, values in items.items()}))
    expected = content(tmp_path, blank)
    assert expected["valid"] <= N - N // 10
    assert found["valid"] == expected["valid"]
    assert [row[1:] for row in _by_item(found)] == [row[1:] for row in _by_item(expected)]


def _by_item(data: dict[str, Any]) -> list[Any]:
    blocks = data["by_key"]["scores"]["blocks"]
    rows: list[Any] = next(one["rows"] for one in blocks if one["kind"] == "table" and one["title"] == "各题得分")
    return rows


def test_a_file_of_odd_codes_is_told_about_in_words(tmp_path: Path) -> None:
    done = run(ODD, "--save-map", tmp_path / "map.json")
    assert "Traceback" not in done.output
    assert done.exit_code in (0, 1)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert done.output.strip()


def test_it_says_what_it_guessed_and_what_it_found(file: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "map.json"
    done = run(file, "--save-map", mapping)
    assert "理赔及时 到 总体满意度 共 5 列当作 1–5 分的量表题。" in done.output
    assert "  outcome: 总体满意度" in done.output
    assert "  open: 您的建议" in done.output
    assert "先做什么: " in done.output
    assert "开放意见: 提到最多的是" in done.output
    assert "访谈: – (没有可与答卷对照的访谈。)" in done.output
    english = run(file, "--language", "en")
    assert "5 columns, taken for answers from 1 to 5" in english.output
    assert "What to do first: " in english.output
    # What was saved is taken back as it is.
    again = run(file, "--map", mapping, "--language", "en")
    assert again.exit_code == 0
    assert "Drivers: " in again.output


def test_the_json_is_in_the_language_and_compares_with_the_last_wave(file: Path, tmp_path: Path) -> None:
    data = content(tmp_path, file, "--previous", file, "--language", "en")
    assert data["language"] == "en"
    assert "Nothing changed more than chance" in str(data["by_key"]["waves"]["blocks"])


def test_an_instrument_names_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "servperf.csv"
    codes = [f"P_{code}" for code in ("TAN1", "TAN2", "TAN3", "TAN4", "REL1", "REL2", "REL3", "REL4", "REL5")]
    path.write_bytes(table_csv(answers(60, codes)))
    found = content(tmp_path, path, "--instrument", "servqual")
    assert "可靠性" in str(found["by_key"]["scores"])
    assert "none of the items of" in run(path, "--instrument", "loyalty").output


def test_what_cannot_be_taken_ends_with_plain_words(file: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    done = run(empty)
    assert done.exit_code == 1
    assert "空" in done.output
    assert "empty" in run(empty, "--language", "en").output
    mapping = tmp_path / "map.json"
    mapping.write_text('{"columns": {"理赔及时": {"role": "perception", "kind": "scale", "low": "x", "high": 5}}}')
    refused = run(file, "--map", mapping)
    assert refused.exit_code == 1
    assert "理赔及时" in refused.output
    for arguments in (["--output", "r.txt"], ["--language", "fr"], ["--map", mapping, "--instrument", "servqual"]):
        assert run(file, *arguments).exit_code == 2


def test_it_needs_no_settings_and_no_database(file: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _ALONE, str(file)], check=True, capture_output=True, text=True, timeout=300
    )  # fmt: skip
    assert told.stdout.strip() == "done False False"


_ALONE = """
import sys
from anxin.faces.cli.main import app
app(["voice", "report", sys.argv[1], "--quiet"], standalone_mode=False)
from django.conf import settings
print("done", settings.configured, "django.db.models" in sys.modules)
"""


@pytest.mark.shared
def test_the_student_evaluation_of_gazi_university(shared: Path, tmp_path: Path) -> None:
    """5,820 real answers to 28 items, of which 2,985 are one answer throughout (counted apart when the data was fetched)."""
    file = shared / "data/student_evaluation_likert5/turkiye-student-evaluation_generic.csv"
    found = content(tmp_path, file)
    assert (found["n"], found["valid"]) == (5820, 2835)
    straight = next(
        row for block in found["by_key"]["screening"]["blocks"] if block["kind"] == "table" for row in block["rows"]
    )
    assert (straight[0], straight[2]["value"]) == ("一律同答", 2985)
    assert "如此之多" in str(found["by_key"]["screening"])
    assert "没有问期望" in found["by_key"]["gaps"]["refused"]


@pytest.mark.shared
def test_the_big_five(shared: Path, tmp_path: Path) -> None:
    """2,800 people, 25 items of five dimensions on a scale of six, seven of them turned by what they go together with."""
    found = content(tmp_path, shared / "data/reference_psychometrics/bfi.csv", "--language", "en")
    assert found["n"] == 2800
    rows = next(block for block in found["by_key"]["reliability"]["blocks"] if block["kind"] == "table")["rows"]
    alpha = {row[0]: row[2]["value"] for row in rows}
    # psych::alpha(bfi[...]) with the key's items turned, to the share of respondents that screening leaves out.
    expected = {"A": 0.70, "C": 0.73, "E": 0.76, "N": 0.81, "O": 0.60}
    assert {key: round(alpha[key], 2) for key in expected} == pytest.approx(expected, abs=0.011)
    assert "O" in found["by_key"]["reliability"]["blocks"][0]["text"]
