import numpy as np
import pytest

from anxin.engines.measure import Answers, BadData, BadModel
from anxin.engines.measure.variables import incomplete, variables

TABLE = {
    "q1": [1, 2, None, 4],
    "q2": [3, None, None, 5],
    "age": ["31", "44", "", "29"],
    "region": ["north", "south", "north", None],
    "w": [1.0, 2.0, 0.5, 0.0],
}


def test_every_numeric_column_unless_named_or_of_another_use():
    assert variables(TABLE, weights="w", group="region").items == ("q1", "q2")
    assert variables(TABLE, items=["q2"], also=["age"]).items == ("q2", "age")
    assert variables(TABLE, also=["q1"]).items == ("q2", "w", "q1")


def test_a_dimension_is_the_mean_of_the_items_answered():
    answers = variables(TABLE, dimensions={"D": ["q1", "q2"]})
    assert answers.items == ("D",)
    np.testing.assert_array_equal(answers.column("D"), [2, 2, np.nan, 4.5])
    assert incomplete(answers) == 1


def test_rows_without_weight_are_left_out():
    answers = variables(TABLE, items=["q1"], weights="w")
    assert answers.n == 3
    np.testing.assert_array_equal(answers.row_numbers, [0, 1, 2])


def test_an_answers_takes_a_group_and_weights_of_its_columns_or_values():
    source = Answers.of({name: column for name, column in TABLE.items() if name != "age"})
    assert source.items == ("q1", "q2", "w")
    taken = variables(source, group="region", weights="w")
    assert taken.items == ("q1", "q2")
    assert taken.group_names == ("north", "south")
    assert taken.n == 3
    by_values = variables(source, items=["q1"], group=[1, 1, 2, 2], weights=[1, 1, 1, 1])
    assert by_values.group_names == ("1", "2")
    assert by_values.n == 4


def test_one_column_of_values():
    answers = variables([3, 4, 5], group=["a", "b", "a"])
    assert answers.items == ("value",)
    assert answers.group_names == ("a", "b")
    assert variables(np.arange(4.0)).n == 4


def test_an_array_names_its_columns():
    answers = variables(np.arange(6).reshape(2, 3), items=["a", "b", "c"], dimensions={"D": ["a", "c"]})
    assert answers.items == ("D",)
    np.testing.assert_array_equal(answers.column("D"), [1, 4])


def test_a_text_column_of_numbers_can_be_named():
    np.testing.assert_array_equal(variables(TABLE, items=["age"]).column("age"), [31, 44, np.nan, 29])


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"items": ["q9"]}, "no-item"),
        ({"group": "q9"}, "no-column"),
        ({"weights": "q9"}, "no-column"),
        ({"dimensions": {"D": ["q9"]}}, "no-item"),
        ({"dimensions": {"D": []}}, "empty-dimension"),
        ({"dimensions": {"D": "q1"}}, "empty-dimension"),
        ({"items": ["q1"], "dimensions": {"q1": ["q2"]}}, "name-twice"),
        ({"items": ["region"]}, "not-numbers"),
    ],
)
@pytest.mark.parametrize("as_answers", [False, True])
def test_refuses(options, code, as_answers):
    source = Answers.of({name: column for name, column in TABLE.items() if name != "age"}) if as_answers else TABLE
    with pytest.raises((BadData, BadModel)) as wrong:
        variables(source, **options)
    assert wrong.value.code == code
    assert wrong.value.about
