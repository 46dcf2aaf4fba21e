"""CSV, Excel and SPSS are read whole; what cannot be read says why and what to do."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from anxin.voice.datasets.table import BadTable, read_table, sheets_of
from anxin.voice.datasets.table.tests.files import csv_of, sav, with_part, workbook

ROWS = [["编号", "q1", "意见"], ["1", "5", "很好"], ["2", "", "理赔慢，要等"], ["3", "4", ""]]


def quoted(encoding: str, delimiter: str = ",") -> bytes:
    rows = [[f'"{cell}"' if "，" in cell or delimiter in cell else cell for cell in row] for row in ROWS]
    return csv_of(rows, encoding=encoding, delimiter=delimiter)


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_of_every_encoding_and_delimiter(encoding: str, found: str, delimiter: str) -> None:
    table = read_table(quoted(encoding, delimiter), "答卷.csv")
    assert (table.form, table.encoding, table.n) == ("csv", found, 3)
    assert table.names == ("编号", "q1", "意见")
    assert table.column("q1").values.tolist()[::2] == [5.0, 4.0]
    assert np.isnan(table.column("q1").values[1])
    assert table.column("意见").values.tolist() == ["很好", "理赔慢，要等", ""]


def test_a_cell_may_hold_line_breaks_and_so_may_the_header() -> None:
    table = read_table('"第一\n题",b\n1,"x\ny"\n2,z\n'.encode(), "a.csv")
    assert table.names == ("第一 题", "b")
    assert table.column("b").values.tolist() == ["x\ny", "z"]


def test_numbers_with_blanks_and_full_width_digits_are_numbers() -> None:
    table = read_table("a,b\n 3 ,００５\n４,007\n".encode(), "a.csv")
    assert table.column("a").values.tolist() == [3.0, 4.0]
    assert table.column("b").kind == "text"  # zeros in front: a reference


def test_long_references_keep_every_digit() -> None:
    table = read_table(b"id,q\n3205011985031200181,4\n3205011985031200182,5\n", "a.csv")
    assert table.column("id").values.tolist() == ["3205011985031200181", "3205011985031200182"]


def test_empty_rows_at_the_end_are_no_answers() -> None:
    assert read_table(b"a,b\n1,x\n2,y\n,\n,\n", "a.csv").n == 2


def test_the_kind_goes_by_content_and_not_by_name(tmp_path: Path) -> None:
    assert read_table(workbook([["a"], [1]]), "survey.csv").form == "xlsx"
    assert read_table(sav(tmp_path, {"a": [1.0]}), "survey.xlsx").form == "sav"


WRONG = {
    "empty": (b"", "0 bytes"),
    "pdf": (b"%PDF-1.7 ...", "PDF"),
    "png": (b"\x89PNG\r\n\x1a\n", "PNG"),
    "binary": (b"abc\x00\x01\x02", "no table in text form"),
    "html": (b"<html><body><table>", "web page"),
    "password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
    "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, ".xlsx"),
    "cut": (workbook([["a"], [1]])[:400], "cannot be opened"),
    "no header": (b"1,2,3\n4,5,6\n", "header is missing"),
    "only header": (b"a,b,c\n", "not one row"),
    "blank header": (b",,\n1,2,3\n", "Line 1 is empty"),
    "twice": (b"a,b,a\n1,2,3\n", "one name"),
    "half an SPSS file": (b"$FL2@(#) SPSS DATA FILE", "SPSS"),
    "odd bytes": (b"a,b\n\xff\xff\x81,\x80\x80\n", "neither UTF-8"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_read_says_what_to_do(what: str) -> None:
    data, words = WRONG[what]
    with pytest.raises(BadTable) as caught:
        read_table(data, "survey.csv")
    assert words in caught.value.text.get("en")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in caught.value.text.get("zh"))


def test_ragged_rows_are_named_by_line() -> None:
    with pytest.raises(BadTable) as caught:
        read_table(b"a,b\n1,2\n3,4,5\n6\n7,8\n", "a.csv")
    assert [place.line for place in caught.value.places] == [3, 4]
    assert "2 rows" in caught.value.text.get("en")


def test_a_sheet_is_chosen_or_the_first_that_holds_something() -> None:
    data = workbook([], sheets={"数据": [[], ["q1", "日期"], [5, "x"], [None, None], [3, "y"]], "别的": [["z"], [1]]})
    assert sheets_of(data) == ("答卷", "数据", "别的")
    table = read_table(data, "a.xlsx")
    assert (table.sheet, table.n, table.first_line) == ("数据", 3, 3)
    assert read_table(data, "a.xlsx", sheet="别的").names == ("z",)
    with pytest.raises(BadTable, match="no sheet"):
        read_table(data, "a.xlsx", sheet="无")


def test_a_cell_beyond_the_header_is_named() -> None:
    with pytest.raises(BadTable) as caught:
        read_table(workbook([["a"], [1], [2, "stray"]]), "a.xlsx")
    assert caught.value.places[0].line == 3


def test_a_workbook_that_unpacks_into_gigabytes_is_not_opened() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 * 1024 * 1024))
    with pytest.raises(BadTable, match="far more"):
        read_table(kept.getvalue(), "a.xlsx")


def test_an_archive_is_no_workbook() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("data.csv", "a,b\n1,2\n")
    with pytest.raises(BadTable, match="archive"):
        read_table(kept.getvalue(), "a.zip")


def test_entities_in_a_workbook_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>'
    with pytest.raises(BadTable):
        read_table(with_part(workbook([["a"], [1]]), "xl/workbook.xml", bomb), "a.xlsx")


def test_spss_brings_labels_and_takes_out_what_it_declares_missing(tmp_path: Path) -> None:
    data = sav(
        tmp_path, {"q1": [1.0, 5.0, 9.0], "性别": ["m", "f", ""]},
        column_labels={"q1": "理赔及时吗", "性别": "性别"},
        variable_value_labels={"q1": {1.0: "很差", 5.0: "很好", 9.0: "不适用"}, "性别": {"m": "男", "f": "女"}},
        missing_ranges={"q1": [9.0]},
    )  # fmt: skip
    table = read_table(data, "a.sav")
    column = table.column("q1")
    assert column.label == "理赔及时吗"
    assert column.codes == ((1.0, "很差"), (5.0, "很好"), (9.0, "不适用"))
    assert (column.declared, column.declared_count) == (((9.0, 9.0),), 1)
    assert column.values[:2].tolist() == [1.0, 5.0]
    assert np.isnan(column.values[2])
    assert table.column("性别").codes == (("m", "男"), ("f", "女"))


def test_spss_in_gbk_without_a_note_of_it_is_read_as_chinese(tmp_path: Path) -> None:
    """A file as an old Chinese SPSS wrote it: texts in GBK, and the record that would say so is not there."""
    label = "满意度满意度"
    data = sav(tmp_path, {"q1": [1.0, 2.0]}, column_labels={"q1": label})
    utf, gbk = label.encode(), label.encode("gb18030")
    old = data.replace(utf, gbk + b" " * (len(utf) - len(gbk))).replace(b"UTF-8", b"     ")
    table = read_table(old, "a.sav")
    assert label in table.column("q1").label


@settings(max_examples=120, deadline=None)
@given(some.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    _never_crashes(data)


@settings(max_examples=40, deadline=None)
@given(some.data())
def test_a_damaged_file_is_read_or_refused_in_words(data: some.DataObject) -> None:
    whole = bytearray(data.draw(some.sampled_from(_WHOLE)))
    for _ in range(data.draw(some.integers(1, 6))):
        whole[data.draw(some.integers(0, len(whole) - 1))] = data.draw(some.integers(0, 255))
    _never_crashes(bytes(whole[: data.draw(some.integers(1, len(whole)))]))


@settings(max_examples=100, deadline=None)
@given(some.lists(some.lists(some.text(max_size=8), min_size=1, max_size=5), min_size=1, max_size=6))
def test_any_text_table_is_read_or_refused_in_words(rows: list[list[str]]) -> None:
    _never_crashes("\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass"))


def _never_crashes(data: bytes) -> None:
    try:
        table = read_table(data, "x")
    except BadTable as error:
        assert error.text.get("en")  # noqa: PT017
        assert error.text.get("zh")  # noqa: PT017
    else:
        assert table.n > 0
        assert all(len(column.values) == table.n for column in table.columns)
        assert len(set(table.names)) == len(table.names)


_WHOLE = (
    workbook([["a", "b"], [1, "x"], [2, "y"]]),
    (Path(__file__).parent / "odd_codes.sav").read_bytes(),
    quoted("gb18030"),
)
