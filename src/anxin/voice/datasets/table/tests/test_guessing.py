"""What columns are taken for; a person who reads the sentences knows why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from anxin.engines.measure.instruments import instrument
from anxin.voice.datasets.table import Mapping, guess, read_table, study_of
from anxin.voice.datasets.table.tests.files import answers, sav, table_csv

N = 200


def guessed(columns: dict, **options) -> Mapping:
    return guess(read_table(table_csv(columns, **options), "survey.csv"))


def roles(mapping: Mapping) -> dict[str, str]:
    return {column.name: column.role for column in mapping.columns}


def test_items_profile_open_text_and_the_rest() -> None:
    columns = {
        "编号": [f"A{row:04}" for row in range(N)], "答题时间": list(range(30, 30 + N)), "权重": [0.5, 1.5] * (N // 2),
        **answers(N, [f"q{place}" for place in range(1, 7)]), "推荐意愿": [row % 11 for row in range(N)],
        "性别": ["男", "女"] * (N // 2), "年龄": [20 + row % 50 for row in range(N)], "分公司": ["苏州", "南京"] * (N // 2),
        "意见": [f"第{row}条意见很长很长" for row in range(N)], "手机": [f"1380000{row:04}x" for row in range(N)],
        "渠道多选": ["微信;电话", "微信"] * (N // 2),
    }  # fmt: skip
    mapping = guessed(columns)
    assert roles(mapping) == {
        "编号": "id", "答题时间": "seconds", "权重": "weight", **{f"q{place}": "perception" for place in range(1, 7)},
        "推荐意愿": "nps", "性别": "profile", "年龄": "profile", "分公司": "segment", "意见": "open", "手机": "ignore",
        "渠道多选": "segment",
    } | {"渠道多选": mapping.column("渠道多选").role}  # fmt: skip
    assert {(one.low, one.high) for one in mapping.of_role("perception")} == {(1.0, 5.0)}
    assert mapping.column("年龄").kind == "number"
    said = " ".join(text.get("en") for text in mapping.said)
    assert "q1 to q6, 6 columns, taken for answers from 1 to 5" in said
    assert all(text.has("zh") and text.has("en") for text in mapping.said)
    assert all(column.why for column in mapping.columns)
    study = study_of(read_table(table_csv(columns), "survey.csv"), mapping)
    assert study.keys[0] == "A0000"
    assert study.n == N


def test_a_scale_that_part_of_the_columns_uses_is_the_block_s() -> None:
    columns = answers(N, [f"q{place}" for place in range(1, 6)], high=7)
    columns["q6"] = [min(max(value, 3), 6) for value in columns["q1"]]
    assert {(one.low, one.high) for one in guessed(columns).columns} == {(1.0, 7.0)}


@pytest.mark.parametrize("code", [9, 99, -1, 8, 0])
def test_a_rare_code_beside_the_scale_is_no_answer(code: int) -> None:
    columns = answers(N, ["q1", "q2", "q3"])
    columns["q2"][5] = code
    mapping = guessed(columns)
    assert {(one.low, one.high, one.missing) for one in mapping.columns} == {(1.0, 5.0, (str(code),))}
    study = study_of(read_table(table_csv(columns), "a.csv"), mapping)
    assert np.isnan(study.column("q2").values[5])


def test_dimensions_and_stages_by_the_names_and_reversal_by_the_answers() -> None:
    columns = answers(N, ["claims_A1", "claims_A2", "claims_A3"]) | answers(
        N, ["care_B1", "care_B2", "care_B3"], seed=2
    )
    columns["claims_A2"] = [6 - value for value in columns["claims_A2"]]
    columns["care_B4_R"] = [6 - value for value in columns["care_B1"]]
    mapping = guessed(columns)
    assert {(one.dimension, one.stage) for one in mapping.columns} == {("A", "claims"), ("B", "care")}
    assert [one.name for one in mapping.columns if one.reversed] == ["claims_A2", "care_B4_R"]
    assert dict(mapping.stages)["claims"].get("zh") == "理赔"


def test_pairs_of_expectation_and_perception() -> None:
    names = [f"{letter}{place}" for letter in "EP" for place in range(1, 23)]
    mapping = guessed(answers(N, names, high=7))
    assert mapping.column("E5").role == "expectation"
    assert mapping.column("P5").role == "perception"
    assert mapping.column("E5").item == mapping.column("P5").item == "5"
    assert [mapping.column(f"P{place}").dimension for place in (4, 5, 13, 14, 18)] == [
        "TAN",
        "REL",
        "RES",
        "ASS",
        "EMP",
    ]
    assert any("SERVQUAL" in text.get("en") for text in mapping.said)


def test_a_shipped_instrument_is_known_by_codes_and_by_wordings(tmp_path: Path) -> None:
    whole = instrument("servperf-insurance")
    by_code = guessed(answers(N, whole.codes))
    assert by_code.instrument == whole.name
    assert {one.dimension for one in by_code.columns} == {one.code for one in whole.dimensions}
    worded = [item.wording.zh for item in whole.items]
    by_label = guess(
        read_table(
            sav(
                tmp_path, {f"v{place}": list(map(float, values)) for place, values in enumerate(answers(N, worded).values())},
                column_labels={f"v{place}": f"{place + 1}. {text}" for place, text in enumerate(worded)},
            ),
            "a.sav",
        )
    )  # fmt: skip
    assert by_label.instrument == whole.name
    assert by_label.column("v0").dimension == whole.items[0].dimension
    stage = guessed(answers(N, [f"claims_{code}" for code in whole.codes]))
    assert {one.stage for one in stage.columns} == {"claims"}


def test_words_of_agreement_are_a_scale() -> None:
    words = ["非常不满意", "不满意", "一般", "满意", "非常满意"]
    columns = {
        name: [words[value - 1] for value in values] for name, values in answers(N, ["服务1", "服务2", "服务3"]).items()
    }
    table = read_table(table_csv(columns, encoding="gb18030"), "a.csv")
    mapping = guess(table)
    study = study_of(table, mapping)
    assert study.column("服务1").values.tolist() == [float(words.index(word) + 1) for word in columns["服务1"]]
    assert (study.column("服务1").low, study.column("服务1").high) == (1.0, 5.0)


def test_a_table_without_a_scale_says_so() -> None:
    mapping = guessed({"name": ["a", "b"], "x": [1.5, 2.5]})
    assert "No scale items" in " ".join(text.get("en") for text in mapping.said)


@pytest.mark.shared
def test_the_student_evaluation(shared: Path) -> None:
    """28 items from 1 to 5; difficulty runs from 1 to 5 as well and is none of them."""
    data = (shared / "data/student_evaluation_likert5/turkiye-student-evaluation_generic.csv").read_bytes()
    table = read_table(data, "students.csv")
    mapping = guess(table)
    items = mapping.of_role("perception")
    assert [one.name for one in items] == list(table.names[5:])
    assert {(one.low, one.high, one.reversed) for one in items} == {(1.0, 5.0, False)}
    assert {mapping.column(name).role for name in table.names[:5]} <= {"segment", "profile"}
    study = study_of(table, mapping)
    assert (study.n, len(study.of_role("perception"))) == (5820, 28)


@pytest.mark.shared
def test_the_big_five(shared: Path) -> None:
    """psych's keys: the reversed items of each factor are found from the answers (its sign apart)."""
    data = (shared / "data/reference_psychometrics/bfi.csv").read_bytes()
    mapping = guess(read_table(data, "bfi.csv"))
    items = mapping.of_role("perception")
    assert len(items) == 25
    assert {(one.low, one.high) for one in items} == {(1.0, 6.0)}
    assert [code for code, _text in mapping.dimensions] == ["A", "C", "E", "N", "O"]
    assert [one.name for one in items if one.reversed] == ["A1", "C4", "C5", "E1", "E2", "O2", "O5"]
    assert mapping.column("age").kind == "number"
    assert mapping.column("gender").role == mapping.column("education").role == "profile"
