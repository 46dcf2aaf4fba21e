"""What goes out comes back the same; what a spreadsheet would compute does not; the scripts run."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from lxml import etree

from anxin.engines import measure
from anxin.voice.datasets.export import Exported, flat, write
from anxin.voice.datasets.export.flat import plain_names
from anxin.voice.datasets.table import guess, read_mapping, read_table, study_of
from anxin.voice.datasets.table.tests.files import answers
from anxin.voice.questionnaires.form import Text
from anxin.voice.study import Column, Study

N = 120
WORDS = Text.of(zh="理赔及时", en="Claims are quick")
LABELS = tuple((str(point), Text.of(zh=f"{point} 分", en=f"{point} points")) for point in range(1, 6))


def study() -> Study:
    given = answers(N, ["A1", "A2", "A3", "B1", "B2", "B3"])
    scale = {
        name: np.where(np.arange(N) % 17 == place, np.nan, np.array(values, float))
        for place, (name, values) in enumerate(given.items())
    }
    scale["B2"] = 6 - scale["B2"]
    columns = [
        Column(name, WORDS, "scale", "perception", values, 1.0, 5.0, name == "B2", name, name[0], options=LABELS)
        for name, values in scale.items()
    ]
    texts = np.array(['=HYPERLINK("x")', "很好，谢谢", "", "-1+2", "@a", "+86"] * (N // 6), object)
    columns += [
        Column("性别", Text.of(zh="性别"), "one", "profile", np.arange(N, dtype=np.int32) % 3 - 1,
               options=(("男", Text.of(zh="男", en="Male")), ("女", Text.of(zh="女", en="Female")))),
        Column("地区", Text.of(zh="地区"), "one", "profile", np.arange(N, dtype=np.int32) % 2,
               options=(("1", Text.of(zh="苏州")), ("2", Text.of(zh="南京")))),
        Column("渠道", Text.of(zh="渠道"), "many", "segment", np.arange(2 * N).reshape(N, 2) % 3 == 0,
               options=(("wx", Text.of(zh="微信")), ("tel", Text.of(zh="电话")))),
        Column("意见", Text.of(zh="意见"), "text", "open", texts),
        Column("w", Text.of(zh="权重"), "number", "weight", np.linspace(0.5, 1.5, N)),
    ]  # fmt: skip
    return Study(
        Text.of(zh="满意度 2025", en="Satisfaction"), tuple(columns), np.array([f"r{row}" for row in range(N)], object), "x",
        dimensions={"A": Text.of(zh="甲", en="First"), "B": Text.of(zh="乙", en="Second")},
    )  # fmt: skip


def test_spss_comes_back_equal() -> None:
    before = study()
    table = read_table(write(before, "sav").content, "a.sav")
    assert table.names == ("id", "A1", "A2", "A3", "B1", "B2", "B3", "性别", "地区", "渠道_wx", "渠道_tel", "意见", "w")
    for column in before.columns[:6]:
        np.testing.assert_array_equal(table.column(column.name).values, column.values)
        assert table.column(column.name).label == "理赔及时"
        assert table.column(column.name).codes == tuple((float(point), f"{point} 分") for point in range(1, 6))
    assert table.column("意见").values.tolist() == before.column("意见").values.tolist()
    assert table.column("w").values.tolist() == before.column("w").values.tolist()
    assert table.column("id").values.tolist() == before.keys.tolist()
    assert table.column("性别").codes == ((1.0, "男"), (2.0, "女"))
    np.testing.assert_array_equal(table.column("渠道_tel").values, before.column("渠道").values[:, 1].astype(float))
    again = study_of(table, guess(table))
    for name in ("A1", "B2"):
        np.testing.assert_array_equal(again.column(name).values, before.column(name).values)
    words = [text.get("zh") for _code, text in again.column("性别").options]
    assert [words[place] if place >= 0 else "" for place in again.column("性别").values[:3]] == ["", "男", "女"]


def test_csv_opens_as_chinese_and_holds_no_formula() -> None:
    content = write(study(), "csv").content
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["意见"] for row in rows[:6]] == ['\'=HYPERLINK("x")', "很好，谢谢", "", "'-1+2", "'@a", "'+86"]
    assert (rows[1]["A1"], rows[0]["A1"]) == (str(int(study().column("A1").values[1])), "")
    assert rows[2]["性别"] == "女"
    table = read_table(content, "a.csv")
    np.testing.assert_array_equal(table.column("B3").values, study().column("B3").values)


def test_excel_comes_back_equal_and_computes_nothing() -> None:
    from openpyxl import load_workbook

    content = write(study(), "xlsx", language="en").content
    book = load_workbook(io.BytesIO(content))
    assert {cell.data_type for cell in book["data"]["L"]} <= {"s", "n"}  # no cell is a formula
    table = read_table(content, "a.xlsx")
    assert table.column("意见").values.tolist() == study().column("意见").values.tolist()
    np.testing.assert_array_equal(table.column("A2").values, study().column("A2").values)
    assert book["codebook"]["B3"].value == "Claims are quick"


def test_the_codebook_names_every_variable() -> None:
    root = etree.fromstring(write(study(), "ddi", language="en", personal=("意见",)).content)
    space = {"d": "ddi:codebook:2_5"}
    assert root.tag == "{ddi:codebook:2_5}codeBook"
    assert [one.get("name") for one in root.findall(".//d:var", space)] == [field.name for field in flat(study())]
    first = root.find(".//d:var[@name='A1']", space)
    assert first is not None
    assert first.find("d:valrng/d:range", space).attrib == {"min": "1", "max": "5"}
    given = study().column("A1").values
    freq = [int(one.text) for one in first.findall("d:catgry/d:catStat", space)]
    assert freq == [int((given == point).sum()) for point in range(1, 6)]
    assert root.find(".//d:varGrp[@name='A']", space).get("var") == "V2 V3 V4"
    assert root.find(".//d:var[@name='意见']/d:security", space) is not None
    assert root.findtext(".//d:caseQnty", namespaces=space) == str(N)


def unpacked(made: Exported, folder) -> None:
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        archive.extractall(folder)


def test_the_python_script_gives_what_the_engine_gives(tmp_path) -> None:
    unpacked(write(study(), "scripts", language="en"), tmp_path)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "analysis.py")], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    values = np.stack([study().column(name).values for name in ("B1", "B2", "B3")], axis=1)
    values[:, 1] = 6 - values[:, 1]
    alpha = measure.cronbach_alpha(
        measure.Answers.of(values, items=["B1", "B2", "B3"], weights=study().column("w").values)
    )
    assert alpha.headline() in done.stdout
    assert "F_A" in done.stdout
    assert "1 to 5" not in done.stderr


def test_the_archive_can_be_imported_again(tmp_path) -> None:
    unpacked(write(study(), "scripts"), tmp_path)
    table = read_table((tmp_path / "data.csv").read_bytes(), "data.csv")
    mapping = read_mapping((tmp_path / "mapping.json").read_bytes(), columns=table.names)
    again = study_of(table, mapping)
    np.testing.assert_array_equal(again.column("B2").values, study().column("B2").values)
    assert again.column("B2").reversed
    assert again.dimensions == study().dimensions
    model = (tmp_path / "model.lav").read_text()
    assert "F_A =~ A1 + A2 + A3" in model
    assert "data[[item]] <- 6 - data[[item]]" in (tmp_path / "analysis.R").read_text()


def test_a_study_without_a_model_still_goes_out(tmp_path) -> None:
    only = Study(Text.of(zh="x"), (Column("q", WORDS, "text", "open", np.array(["a"], object)),), np.array([1]), "x")
    unpacked(write(only, "scripts"), tmp_path)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "analysis.py")], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("given", "ascii_only", "wanted"),
    [
        (["q 1", "q-1", "Q.1"], True, ["q_1", "q_1_2", "Q_1_3"]),
        (["满意度", "1st", "if"], True, ["v1", "v_1st", "if_"]),
        (["满意 度", "1题", "ALL"], False, ["满意_度", "v_1题", "ALL_"]),
    ],
)
def test_names_that_programs_take(given: list[str], ascii_only: bool, wanted: list[str]) -> None:
    assert plain_names(given, ascii_only=ascii_only) == wanted


def test_two_names_alike_are_told_apart() -> None:
    columns = tuple(Column(name, WORDS, "text", "open", np.array(["a"], object)) for name in ("id", "a", "A"))
    names = [field.name for field in flat(Study(Text(), columns, np.array([1]), ""))]
    assert names == ["id", "id_2", "a", "A_2"]
