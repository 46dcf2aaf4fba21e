"""Careless answers are marked, counted and never dropped by themselves."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from anxin.engines.measure import MISSING, Answers, BadData, BadModel, read, screen


def careless() -> Answers:
    rng = np.random.default_rng(3)
    data = rng.integers(1, 6, (50, 12)).astype(np.int8)
    data[0] = 4  # a straight line
    data[1, 3:] = MISSING  # mostly missing
    data[2, 5] = 9  # off the scale
    data[3] = data[4]  # twice the same
    return Answers.of(data)


def test_each_reason_flags_its_own_respondents() -> None:
    found = screen(careless(), scale=(1, 5))
    assert np.flatnonzero(found.flags["straight"]).tolist() == [0]
    assert np.flatnonzero(found.flags["missing"]).tolist() == [1]
    assert np.flatnonzero(found.flags["range"]).tolist() == [2]
    assert found.duplicates == 2
    assert found.valid == 47
    assert found.kept(careless()).n == 47


def test_times_are_judged_by_items_answered() -> None:
    seconds = np.full(50, 60.0)
    seconds[[5, 6]] = 11.9, 12.0
    found = screen(careless(), durations=seconds)
    assert np.flatnonzero(found.flags["fast"]).tolist() == [5]
    assert not screen(careless()).flags["fast"].any()


def test_a_missing_answer_does_not_break_a_run() -> None:
    row = np.array([[3, 3, 3, MISSING, 3, 3, 3, 3]], np.int8)
    assert screen(Answers.of(np.repeat(row, 3, axis=0))).flags["straight"].all()


@settings(max_examples=50, deadline=None)
@given(arrays(np.int8, (6, 8), elements=st.integers(1, 3)))
def test_longest_run_agrees_with_counting(data: np.ndarray) -> None:
    expected = []
    for row in data:
        best = run = 1
        for before, now in pairwise(row):
            run = run + 1 if before == now else 1
            best = max(best, run)
        expected.append(best / 8)
    assert screen(Answers.of(data)).longest.tolist() == expected


@pytest.mark.shared
def test_half_of_the_turkish_evaluations_are_straight_lines(shared: Path) -> None:
    table = read(shared / "data/student_evaluation_likert5/turkiye-student-evaluation_generic.csv")
    items = table.items[5:]
    found = screen(table.select(items), scale=(1, 5))
    assert found.counts["straight"] == 2985
    assert found.valid == 2835
    assert any(caution.code == "many-flagged" for caution in found.cautions)


def test_what_will_not_do_is_named() -> None:
    with pytest.raises(BadModel, match="most_missing"):
        screen(careless(), most_missing=50)
    with pytest.raises(BadData, match="minutes"):
        screen(careless(), durations="minutes")
    with pytest.raises(BadData, match="screened"):
        screen(careless()).kept(careless().rows(np.arange(3)))
