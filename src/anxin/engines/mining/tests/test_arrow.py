"""Between Arrow and NumPy: the same as pyarrow's own converters give, without what they import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.engines.mining.log import arrow
from anxin.engines.mining.log.columns import coded

KINDS = (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint32(), pa.float32(), pa.float64())
TEXTS = st.lists(st.none() | st.text(max_size=5), max_size=40)


@settings(deadline=None)  # the first call of pyarrow imports pandas
@given(st.lists(st.none() | st.integers(0, 100), max_size=40), st.sampled_from(KINDS), st.integers(0, 20))
def test_numbers_with_nulls_and_slices_come_over(values: list[int | None], kind: pa.DataType, skip: int) -> None:
    array = pa.array(values, kind)[skip:]
    assert arrow.filled(array, np.float64, -1).tolist() == [-1 if one is None else one for one in values[skip:]]
    assert arrow.nulls(array).tolist() == [one is None for one in values[skip:]]
    pieces = pa.chunked_array([array, pa.array(values, kind)])
    assert arrow.filled(pieces, np.float64, -1).tolist() == [
        -1 if one is None else one for one in [*values[skip:], *values]
    ]


@settings(deadline=None)  # the first call of pyarrow imports pandas
@given(TEXTS, st.integers(0, 20))
def test_texts_are_those_of_arrow(values: list[str | None], skip: int) -> None:
    assert arrow.texts(values).equals(pa.array(values, pa.large_string()))
    array = pa.array(values, pa.string())[skip:]
    dropped = np.array([one is not None and len(one) == 1 for one in values[skip:]], bool)
    assert arrow.without(array, dropped).to_pylist() == [
        None if one and len(one) == 1 else one for one in values[skip:]
    ]


@settings(deadline=None)  # the first call of pyarrow imports pandas
@given(st.lists(st.none() | st.booleans(), max_size=40), st.integers(0, 20))
def test_booleans_come_over(values: list[bool | None], skip: int) -> None:
    assert arrow.truth(pa.array(values, pa.bool_())[skip:]).tolist() == [one is True for one in values[skip:]]


def test_moments_and_masks_go_back() -> None:
    values, missing = np.array([3, 4, 5]), np.array([False, True, False])
    found = arrow.array(values, missing, pa.timestamp("us", "UTC"))
    assert found.equals(pa.array(values, pa.timestamp("us", "UTC"), mask=missing))
    assert arrow.array(values[::2]).to_pylist() == [3, 5]
    assert arrow.filled(pa.array([1, None], pa.timestamp("s")), np.int64, -7, pa.timestamp("us")).tolist() == [
        1_000_000,
        -7,
    ]


def test_what_are_no_numbers_is_refused() -> None:
    with pytest.raises(TypeError, match="string"):
        arrow.numbers(pa.array(["a"]))
    with pytest.raises(TypeError, match="bool"):
        arrow.numbers(pa.array([True]))


@settings(deadline=None)  # the first call of pyarrow imports pandas
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_codes_are_the_same_for_any_cut_into_pieces(parts: list[list[str | None]]) -> None:
    # Each piece has a dictionary of its own; the codes count through all of them.
    pieces = pa.chunked_array([pa.array(part, pa.string()).dictionary_encode() for part in parts])
    column = coded("name", pieces)
    values = [one for part in parts for one in part]
    assert [column.value(place) for place in range(len(values))] == values
    assert list(column.names or ()) == list(dict.fromkeys(one for one in values if one is not None))


def test_a_dictionary_may_hold_null_and_a_thousand_names() -> None:
    blank = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 1], pa.int8()), pa.array(["a", None]))
    assert coded("name", blank).values.tolist() == [0, -1, -1, -1]
    many = pa.chunked_array([pa.array([f"{n}" for n in range(size)]).dictionary_encode() for size in (100, 1000)])
    assert coded("name", many).values.tolist() == [*range(100), *range(1000)]


_WITHOUT_PANDAS = """
import sys
from pathlib import Path
from anxin.engines import mining
for path in sys.argv[1:]:
    log = mining.read(Path(path))
    mining.waits(log), mining.variants(log), mining.conformance(log, ["seq", "A", "B"]), mining.rework(log), mining.hand_over(log)
    print(len(log), log.cases, "pandas" in sys.modules)
"""


def test_pandas_is_not_imported_to_read_a_log(tmp_path: Path) -> None:
    rows = {"case": [1, 1, 2], "activity": ["A", "B", "A"], "ts": [3, 4, 5], "resource": ["x", None, "y"]}
    table = pa.table(rows).set_column(2, "ts", pa.array(rows["ts"], pa.timestamp("us")))
    pq.write_table(table, tmp_path / "log.parquet")
    (tmp_path / "log.csv").write_text(
        "case,activity,time,user\n1,A,2024-01-01 10:00,x\n1,B,2024-01-02T10:00:00Z,\n2,A,2024-01-03,y\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_PANDAS, str(tmp_path / "log.parquet"), str(tmp_path / "log.csv")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split("\n")[:2] == ["3 2 False", "3 2 False"]
