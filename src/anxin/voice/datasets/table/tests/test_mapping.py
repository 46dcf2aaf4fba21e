"""A mapping goes to JSON and back; what is wrong in one is named by its place; a study has every answer in its place."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from anxin.voice.datasets.table import BadMapping, BadTable, Mapped, Mapping, guess, read_mapping, read_table, study_of
from anxin.voice.datasets.table.tests.files import answers, table_csv
from anxin.voice.questionnaires.form import Text

CSV = "编号,q1,q2,性别,多选,意见,用时\nA,1,5,男,a;b,好,10\nB,,4,女,b,,20\nC,9,3,,,差,30\n".encode()


def mapping(**changes: Mapped) -> Mapping:
    columns = {
        "编号": Mapped("编号", "id", "text"),
        "q1": Mapped("q1", "perception", "scale", low=1, high=5, dimension="A", missing=("9",)),
        "q2": Mapped("q2", "perception", "scale", low=1, high=5, dimension="A", reversed=True, stage="claims"),
        "性别": Mapped(
            "性别", "profile", "one", options=(("男", Text.of(zh="男", en="Male")), ("女", Text.of(zh="女")))
        ),
        "多选": Mapped("多选", "profile", "many", parted_by=";"),
        "意见": Mapped("意见", "open", "text"),
        "用时": Mapped("用时", "seconds", "number"),
    } | changes
    return Mapping(
        tuple(columns.values()), Text.of(zh="试"), "2025-1",
        dimensions=(("A", Text.of(zh="甲", en="A")),), stages=(("claims", Text.of(zh="理赔")),),
    )  # fmt: skip


def test_every_kind_of_column() -> None:
    study = study_of(read_table(CSV, "a.csv"), mapping())
    assert study.keys.tolist() == ["A", "B", "C"]
    assert study.column("q1").values[0] == 1
    assert np.isnan(study.column("q1").values[1:]).all()
    assert study.column("q2").reversed
    assert study.column("性别").values.tolist() == [0, 1, -1]
    assert study.column("性别").values.dtype == np.int32
    assert study.column("多选").values.tolist() == [[True, True], [False, True], [False, False]]
    assert study.column("意见").values.tolist() == ["好", "", "差"]
    assert study.column("用时").values.tolist() == [10, 20, 30]
    assert (study.wave, study.sample.returned, study.dimensions["A"].get("zh")) == ("2025-1", 3, "甲")


def test_json_there_and_back() -> None:
    assert read_mapping(mapping().to_json()) == mapping()
    table = read_table(table_csv(answers(50, ["q1", "q2", "q3"])), "a.csv")
    assert read_mapping(guess(table).to_json(), columns=table.names) == guess(table)


@pytest.mark.parametrize(
    ("change", "line", "column"),
    [
        (Mapped("q1", "perception", "scale", low=1, high=5), 4, "q1"),
        (Mapped("q2", "perception", "scale", low=1, high=4), 2, "q2"),
        (Mapped("意见", "perception", "scale", low=1, high=5), 2, "意见"),
        (Mapped("性别", "profile", "one", options=(("男", Text.of(zh="男")),)), 3, "性别"),
        (Mapped("多选", "profile", "many", parted_by=";", options=(("a", Text.of(zh="a")),)), 2, "多选"),
        (Mapped("性别", "id", "text"), 4, "性别"),
    ],
)
def test_answers_that_do_not_fit_are_named_by_line_and_column(change: Mapped, line: int, column: str) -> None:
    changed = mapping(**{change.name: change})
    if change.role == "id":
        changed = changed.with_column(Mapped("编号"))
    with pytest.raises(BadTable) as caught:
        study_of(read_table(CSV, "a.csv"), changed)
    assert (caught.value.places[0].line, caught.value.places[0].column) == (line, column)
    assert caught.value.places[0].why.has("zh")


def test_references_must_differ() -> None:
    with pytest.raises(BadTable) as caught:
        study_of(read_table(b"id,q\n1,2\n1,3\n", "a.csv"), Mapping((Mapped("id", "id"),)))
    assert [place.line for place in caught.value.places] == [2, 3]


def test_a_column_that_is_not_there_and_nothing_at_all() -> None:
    with pytest.raises(BadTable, match="no column z"):
        study_of(read_table(CSV, "a.csv"), Mapping((Mapped("z", "open"),)))
    with pytest.raises(BadTable, match="left out"):
        study_of(read_table(CSV, "a.csv"), Mapping((Mapped("q1"),)))


FAULTS = {
    "not json": ("{", "", "not valid JSON"),
    "a list": ("[]", "", "JSON object"),
    "role": ('{"columns": {"q1": {"role": "x"}}}', "columns.q1.role", "one of"),
    "kind": ('{"columns": {"q1": {"role": "profile", "kind": "y"}}}', "columns.q1.kind", "one of"),
    "no scale": ('{"columns": {"q1": {"role": "perception"}}}', "columns.q1.low", "lowest"),
    "turned": ('{"columns": {"q1": {"role": "nps", "low": 5, "high": 1}}}', "columns.q1.high", "above"),
    "not a number": ('{"columns": {"q1": {"role": "nps", "low": "a", "high": 1}}}', "columns.q1.low", "number"),
    "dimension": ('{"columns": {"q1": {"role": "open", "dimension": "Z"}}}', "columns.q1.dimension", "not among"),
    "unknown column": ('{"columns": {"zz": {"role": "open"}}}', "columns.zz", "no such column"),
    "unknown entry": ('{"columns": {"q1": {"role": "open", "colour": 1}}}', "columns.q1.colour", "no such entry"),
    "two references": ('{"columns": {"q1": {"role": "id"}, "q2": {"role": "id"}}}', "columns.q2.role", "Only one"),
    "none": ('{"columns": {}}', "columns", "No column"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_faults_are_named_by_their_place(what: str) -> None:
    text, where, words = FAULTS[what]
    with pytest.raises(BadMapping) as caught:
        read_mapping(text, columns=("q1", "q2"))
    assert where in dict(caught.value.faults)
    assert words in dict(caught.value.faults)[where].get("en")


_JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=6),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(["columns", "role", "low", "q1", "options", "text", "zh", "points"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(_JSON)
def test_any_json_is_a_mapping_or_is_refused_in_words(data: object) -> None:
    try:
        read_mapping(json.loads(json.dumps(data)))
    except BadMapping as error:
        assert error.faults  # noqa: PT017


@settings(max_examples=60, deadline=None)
@given(
    some.lists(
        some.lists(
            some.sampled_from(["1", "2", "5", "9", "", "好", "x;y", "2025-01-01", "-1", "99"]), min_size=4, max_size=4
        ),
        min_size=1,
        max_size=12,
    )
)
def test_what_is_guessed_fits_the_table_it_was_guessed_from(rows: list[list[str]]) -> None:
    """Whatever a table holds, the proposal can be taken as it is (unless it leaves everything out)."""
    try:
        table = read_table(("a1,a2,性别,d\n" + "\n".join(",".join(row) for row in rows)).encode(), "a.csv")
    except BadTable:
        return
    try:
        study = study_of(table, guess(table))
    except BadTable as error:
        assert error.count == 0, error.places  # noqa: PT017
    else:
        assert all(len(column.values) == table.n for column in study.columns)
