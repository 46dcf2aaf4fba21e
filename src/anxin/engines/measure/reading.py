"""Tables of many makes as named NumPy columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.errors import BadData, listed


def named_columns(source: Any, names: Sequence[str] | None) -> dict[str, NDArray[Any]]:
    """The table's columns by name, each a 1-D array; missing numbers are NaN, missing texts None.

    `names` names the columns of a plain array (item1 … itemp without it).
    """
    if isinstance(source, (str, Path)):
        return _from_arrow(_file(Path(source)))
    if isinstance(source, np.ndarray):
        return _from_array(source, names)
    if isinstance(source, Mapping):
        return _same_length({str(name): _column(column) for name, column in source.items()})
    if hasattr(source, "__arrow_c_stream__") or type(source).__module__.startswith("pyarrow"):
        import pyarrow as pa

        return _from_arrow(source if isinstance(source, pa.Table) else pa.table(source))
    if isinstance(source, Sequence):
        return _from_array(np.asarray(source, dtype=np.float64), names)
    raise BadData(
        f"A {type(source).__name__} is not a table of answers. Give an array, a mapping of columns, a pandas, Polars or "
        "Arrow table, or a file's path.",
        code="not-a-table",
    )


def _from_array(array: NDArray[Any], names: Sequence[str] | None) -> dict[str, NDArray[Any]]:
    if array.ndim != 2:
        raise BadData(
            f"Answers are a table of two dimensions, rows by items; this array has {array.ndim}.", code="not-a-table"
        )
    if names is None:
        names = [f"item{place + 1}" for place in range(array.shape[1])]
    if len(names) != array.shape[1]:
        raise BadData(f"The array has {array.shape[1]} columns and {len(names)} names.", code="names-length")
    # Columns of answers as we keep them go into one table again at once; others are gone through several times first.
    column = np.asarray if array.dtype == np.int8 else np.ascontiguousarray
    return {name: column(array[:, place]) for place, name in enumerate(names)}


def _column(values: Any) -> NDArray[Any]:
    if isinstance(values, np.ndarray):
        return values
    listed_values = list(values)
    if all(value is None or isinstance(value, (int, float, np.number)) for value in listed_values):
        return np.array([np.nan if value is None else value for value in listed_values])
    return np.array(listed_values, dtype=object)


def _same_length(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        raise BadData(f"The columns have different lengths: {sorted(lengths)}.", code="columns-length")
    return columns


def _file(path: Path) -> Any:
    import pyarrow as pa
    from pyarrow import csv, parquet

    if not path.is_file():
        raise BadData(f"There is no file {path}.", code="no-file", about=[str(path)])
    if path.stat().st_size == 0:
        raise BadData(f"The file {path.name} is empty (0 bytes).", code="empty-file", about=[str(path)])
    try:
        if path.read_bytes()[:4] == b"PAR1":
            return parquet.read_table(path)
        options = csv.ReadOptions(encoding=_encoding(path))
        # "NA" and the like are read as missing in text columns too: R writes them so.
        return csv.read_csv(path, read_options=options, convert_options=csv.ConvertOptions(strings_can_be_null=True))
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise BadData(
            f"The file {path.name} cannot be read as CSV or Parquet: {error}", code="bad-file", about=[str(path)]
        ) from None


def _encoding(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "utf-8" if encoding == "utf-8-sig" else encoding
    raise BadData(
        f"The file {path.name} is neither UTF-8 nor GB18030 text. Save it as UTF-8.", code="bad-file", about=[str(path)]
    )


def _from_arrow(table: Any) -> dict[str, NDArray[Any]]:
    import pyarrow as pa

    twice = sorted({name for name in table.column_names if table.column_names.count(name) > 1})
    if twice:
        raise BadData(f"Columns with the same name: {listed(twice)}.", code="column-twice", about=twice)
    columns: dict[str, NDArray[Any]] = {}
    for name in table.column_names:
        column = table.column(name).combine_chunks()
        kind = column.type
        if pa.types.is_dictionary(kind):
            column = column.dictionary_decode()
            kind = column.type
        if pa.types.is_boolean(kind):
            column, kind = column.cast(pa.int8()), pa.int8()
        if pa.types.is_decimal(kind):
            column, kind = column.cast(pa.float64()), pa.float64()
        if pa.types.is_integer(kind) and column.null_count:
            column = column.cast(pa.float64())
        if pa.types.is_null(kind):
            columns[name] = np.full(len(column), np.nan)
        elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
            columns[name] = column.to_numpy(zero_copy_only=False)
        else:
            columns[name] = np.array(column.to_pylist(), dtype=object)
    return columns
