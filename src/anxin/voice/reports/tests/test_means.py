"""Means in one pass are those of the engine."""

from __future__ import annotations

import numpy as np
import pytest

from anxin.engines.measure import Answers, scores
from anxin.voice.reports.content.means import means_by, person_means


@pytest.mark.parametrize("weighted", [False, True])
def test_means_of_groups_are_the_engine_s(weighted: bool) -> None:
    chance = np.random.default_rng(3)
    table = chance.integers(1, 6, (400, 3)).astype(float)
    table[chance.random((400, 3)) < 0.1] = np.nan
    codes = chance.integers(-1, 3, 400)
    weights = chance.uniform(0.2, 3, 400) if weighted else None
    ours = means_by(table, codes, 3, weights)
    names = ("a", "b", "c")
    answers = Answers(
        items=names, data=table.copy(), group=codes.astype(np.intp), group_names=("0", "1", "2"), weights=weights,
        row_numbers=np.arange(400),
    )  # fmt: skip
    theirs = scores(answers, dimensions={name: [name] for name in names}, scale=(1, 5))
    for group in range(3):
        for place, name in enumerate(names):
            one = theirs.get(name, str(group))
            found = [getattr(ours, what)[group, place] for what in ("n", "mean", "sd", "se", "low", "high")]
            assert found == pytest.approx(
                [one.n, one.mean, one.sd, one.se, one.interval.low, one.interval.high], abs=1e-12
            )


def test_one_answer_has_a_mean_and_no_interval() -> None:
    found = means_by(np.array([[3.0], [np.nan]]))
    assert found.mean[0, 0] == 3
    assert found.n[0, 0] == 1
    assert np.isnan(found.low[0, 0])


def test_a_person_s_mean_needs_half_of_the_items() -> None:
    table = np.array([[1, 2, np.nan, np.nan], [5, np.nan, np.nan, np.nan], [4, 4, 4, 4.0]])
    assert person_means(table).tolist()[::2] == [1.5, 4]
    assert np.isnan(person_means(table)[1])
