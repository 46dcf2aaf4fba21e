"""Small logs for tests: written out by hand, or drawn by Hypothesis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from anxin.engines import mining

START = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in Shanghai
Row = tuple[str, str, int]
"""(case, activity, minute since START)"""


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def table_of(rows: Iterable[Row], **more: list[Any]) -> pa.Table:
    case, activity, minute = zip(*rows, strict=True)
    return pa.table({"case": case, "activity": activity, "time": [at(one) for one in minute], **more})


def log_of(rows: Iterable[Row], **more: list[Any]) -> mining.Log:
    return mining.read(table_of(list(rows), **more))


def log_of_words(*words: str, minutes: int = 10) -> mining.Log:
    """One case per word, its letters as activities, `minutes` apart."""
    return log_of(
        [
            (f"c{place:03}", letter, 1000 * place + minutes * i)
            for place, word in enumerate(words)
            for i, letter in enumerate(word)
        ]
    )


def by_case(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows of each case in order of time."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row[2]):
        found[row[0]].append(row)
    return dict(found)


@st.composite
def rows_of_a_log(draw: st.DrawFn, *, letters: str = "abcd", most: int = 40) -> list[Row]:
    """Rows in any order, moments all different, so that there is one right order."""
    size = draw(st.integers(1, most))
    minutes = draw(st.lists(st.integers(0, 5000), min_size=size, max_size=size, unique=True))
    cases = draw(st.lists(st.sampled_from(["x", "y", "z", "w", "v"]), min_size=size, max_size=size))
    activities = draw(st.lists(st.sampled_from(letters), min_size=size, max_size=size))
    return list(zip(cases, activities, minutes, strict=True))
