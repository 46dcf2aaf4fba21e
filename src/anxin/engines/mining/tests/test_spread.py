"""Quantiles by ranges: against plain sorting, for values of any size and groups of any shape."""

from __future__ import annotations

import ibis  # type: ignore[import-untyped,unused-ignore]
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anxin.engines.mining.lake.expressions import spread

VALUES = st.one_of(
    st.integers(0, 2**62),
    st.integers(0, 1100),
    st.sampled_from([(1 << bits) + off for bits in range(5, 61, 5) for off in (-1, 0, 1)]),
)
ROWS = st.lists(st.tuples(st.none() | st.integers(0, 2), st.none() | VALUES), max_size=60)


@given(ROWS)
@example([(0, 0)] * 30 + [(0, 5)] * 2 + [(None, 2**62), (None, 2**62)])
@settings(max_examples=40, deadline=None)
def test_as_sorting_tells(rows: list[tuple[int | None, int | None]]) -> None:
    wanted = {}
    for key in {key for key, value in rows if value is not None}:
        values = sorted(value for own, value in rows if own == key and value is not None)
        at = [values[(len(values) * share + 999) // 1000 - 1] for share in (500, 900)]
        wanted[key] = (len(values), *at)
    columns = {
        "key": pa.array([key for key, _ in rows], pa.int32()),
        "wait": pa.array([one for _, one in rows], pa.int64()),
    }
    found = spread(ibis.memtable(pa.table(columns)), ["key"], "wait").to_pyarrow().to_pylist()
    assert {row["key"]: (row["count"], row["median"], row["p90"]) for row in found} == wanted
    for row in found:
        total = sum(value for own, value in rows if own == row["key"] and value is not None)
        assert row["total"] == pytest.approx(total, rel=1e-15)
