"""The value axis of a drawn chart: it holds every value, and what is written on it is round."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.voice.reports.content.blocks import Chart, Series
from anxin.voice.reports.render.figures import axis, figure

VALUES = st.lists(st.floats(-50, 500, allow_nan=False).map(lambda v: round(v, 3)), min_size=1, max_size=6)


def chart(values: list[float], **more: object) -> Chart:
    return Chart("x", "bars", "x", tuple("abcdef"[: len(values)]), (Series("s", tuple(values)),), **more)  # type: ignore[arg-type]


@given(VALUES)
def test_every_value_lies_on_it(values: list[float]) -> None:
    low, high, ticks = axis(chart(values))
    assert low <= min(values) + 1e-6
    assert high >= max(values) - 1e-6
    assert 2 <= len(ticks) <= 8
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in ticks)


@pytest.mark.parametrize(
    ("values", "more", "words"),
    [
        ([0.855, 0.094], {"form": "share", "low": 0.0}, ["0%", "20%", "40%", "60%", "80%", "100%"]),
        ([0.261, 0.147], {"form": "share", "low": 0.0}, ["0%", "10%", "20%", "30%"]),
        ([3.2, 4.1], {"low": 1.0, "high": 5.0}, ["1", "2", "3", "4", "5"]),
        ([1, 3], {"form": "count", "low": 0.0}, ["0", "1", "2", "3"]),
    ],
)
def test_it_bears_round_numbers(values: list[float], more: dict[str, object], words: list[str]) -> None:
    assert [tick[1] for tick in figure(chart(values, **more))["ticks"]] == words
