"""Modification indices against lavaan's and against what freeing the parameter really does."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from anxin.engines import measure
from anxin.engines.measure.tests.test_models_lavaan import answers, printed

ONE = "f =~ q1 + q2 + q3 + q4 + q5 + q6"
TWO = "tan =~ q1 + q2 + q3\ncare =~ q4 + q5 + q6\n"
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "one": (ONE, {}),
    "one-mlr": (ONE, {"estimator": "MLR"}),
    "one-ordinal": (ONE, {"ordered": True}),
    "one-groups": (ONE, {"group": "group"}),
    "two-metric": (TWO, {"group": "group", "equal": "loadings"}),
}


@functools.cache
def fitted(case: str) -> measure.FittedModel:
    model, options = CASES[case]
    return measure.fit(model, answers(gaps=False), **options)


@pytest.mark.parametrize("case", CASES)
def test_they_are_lavaans(case: str) -> None:
    model = fitted(case)
    ours = {(row["parameter"], row["group"]): row for row in model.modification_indices(least=0).records()}
    theirs = printed("comparisons")[case]
    # lavaan weighs the gradient of an ordinal model by n - 1 and its information by n, so that its expected changes fall short
    # of the value that freeing the parameter of a linear model gives. Ours do not (see the test of that below).
    short = (model.n - 1) / model.n if case == "one-ordinal" else 1.0
    for (what, group), value in theirs.items():
        kind, name = what.split(":", 1)
        row = ours[name, model.groups[group - 1]]
        column = {"mi": "mi", "epc": "epc", "std": "epc_std"}[kind]
        assert row[column] * short == pytest.approx(value, rel=1e-4, abs=2e-5), what
    compared = {(what.split(":", 1)[1], model.groups[group - 1]) for what, group in theirs}
    assert len(compared) > 10
    # lavaan's table was cut at 0.01.
    assert all(row["mi"] < 0.0101 for key, row in ours.items() if key not in compared)


def test_largest_first_and_none_below_the_least() -> None:
    found = fitted("one").modification_indices().column("mi")
    assert list(found) == sorted(found, reverse=True)
    assert min(found) >= 3.84
    assert len(fitted("one").modification_indices(least=1e9)) == 0


@pytest.mark.parametrize(
    ("options", "held", "name"),
    [
        ({}, "tan ~~ 0.3*care", "tan~~care"),
        ({}, "q1 ~~ 0.02*q4", "q1~~q4"),
        ({}, "q1 ~~ 0.5*q1", "q1~~q1"),
        ({"ordered": True}, "tan ~~ 0.3*care", "tan~~care"),
        ({"ordered": True}, "q1 ~~ 0.05*q4", "q1~~q4"),
        ({"estimator": "ULSMV"}, "tan ~~ 0.3*care", "tan~~care"),
    ],
)
def test_they_foretell_what_freeing_gains(options: dict[str, Any], held: str, name: str) -> None:
    plain = measure.fit(f"{TWO}{held}", answers(gaps=False), **options)
    found = {row["parameter"]: row for row in plain.modification_indices(least=0).records()}[name]
    freed = measure.fit(TWO + name, answers(gaps=False), **options)
    assert freed.fit.df == plain.fit.df - 1
    # Close to the difference of chi-squares and to the change of value, since the held value is not far off.
    assert found["mi"] == pytest.approx(plain.fit.chisq - freed.fit.chisq, rel=0.2)
    assert found["epc"] == pytest.approx(freed.get(name).estimate - plain.get(name).estimate, rel=0.2)


def test_an_ordinal_index_is_on_the_scale_of_the_parameter() -> None:
    # q1 ~~ q4 enters one correlation alone. With all else held the moments are linear in it, so one step is exact.
    model = "tan =~ 0.8*q1 + 0.8*q4\ntan ~~ 1*tan\nq1 ~~ {}*q4"
    plain = measure.fit(model.format(0), answers(gaps=False), estimator="ULS")
    (found,) = [row for row in plain.modification_indices(least=0).records() if row["parameter"] == "q1~~q4"]
    freed = measure.fit(model.format("NA"), answers(gaps=False), estimator="ULS")
    assert found["epc"] == pytest.approx(freed.get("q1~~q4").estimate, rel=1e-9)
    assert found["mi"] == pytest.approx(plain.fit.chisq - freed.fit.chisq, rel=1e-9)


def test_markers_and_units_have_none() -> None:
    for options in ({}, {"std_lv": True}, {"ordered": True}):
        model = measure.fit(TWO, answers(gaps=False), **options)
        names = model.modification_indices(least=0).column("parameter")
        assert not {"tan=~q1", "care=~q4", "tan~~tan", "q1~~q1"} & set(names)


def test_paths_and_second_order_loadings_that_are_held() -> None:
    model = measure.fit(TWO + "sat =~ s1 + s2 + s3\nsat ~ tan + 0*care", answers(gaps=False))
    first = model.modification_indices().records()[0]
    assert first["parameter"] == "sat~care"
    freed = measure.fit(TWO + "sat =~ s1 + s2 + s3\nsat ~ tan + care", answers(gaps=False))
    assert first["epc_std"] == pytest.approx(freed.get("sat~care").std_all, rel=0.25)
    second = measure.fit(TWO + "sat =~ s1 + s2 + s3\ng =~ tan + 1*care + sat", answers(gaps=False))
    found = {row["parameter"]: row for row in second.modification_indices(least=0).records()}
    assert found["g=~care"]["mi"] > 0


def test_a_left_out_relation_comes_first() -> None:
    whole = answers(gaps=False)
    columns = {item: whole.column(item) for item in ("q1", "q2", "q3", "q4", "q5", "q6")}
    columns["q6"] = columns["q6"] + 0.8 * (columns["q1"] - columns["q1"].mean())
    model = measure.fit(TWO, columns)
    first = model.modification_indices().records()[0]
    assert first["parameter"] in ("q1~~q6", "tan=~q6")


def test_with_gaps_and_with_paths_too() -> None:
    gappy = measure.fit(TWO, answers(gaps=True), missing="fiml")
    found = {row["parameter"]: row["mi"] for row in gappy.modification_indices(least=0).records()}
    assert {"tan=~q4", "q1~~q4"} <= found.keys()
    path = measure.fit(TWO + "care ~ tan + age", answers(gaps=False))
    assert not any("age" in str(name) for name in path.modification_indices(least=0).column("parameter"))
