"""Columns of a log: whole-number codes with the names they stand for, or plain numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Codes = NDArray[np.signedinteger[Any]]
Ints = NDArray[np.int64]
Values = NDArray[Any]

MISSING = -1
"""The code of a value that is not there."""


class Names(Sequence[str]):
    """The names behind codes 0, 1, …; kept as Arrow text, because a log may have millions of case ids."""

    __slots__ = ("_array", "_codes")

    def __init__(self, names: Iterable[str] | pa.Array) -> None:
        array = names if isinstance(names, pa.Array) else pa.array(list(names), pa.large_string())
        if isinstance(array, pa.ChunkedArray):
            array = array.combine_chunks()
        self._array = array.cast(pa.large_string())
        self._codes: dict[str, int] | None = None

    @property
    def array(self) -> pa.Array:
        return self._array

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return tuple(self._array[place].to_pylist())
        # A negative code is a missing value, never "the last but so many".
        return "" if place < 0 else self._array[int(place)].as_py()

    def __iter__(self) -> Iterator[str]:
        return iter(self._array.to_pylist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Names) and bool(self._array.equals(other._array))

    def __hash__(self) -> int:
        return hash((len(self), self[0] if len(self) else ""))

    def __repr__(self) -> str:
        shown = ", ".join(self[: min(len(self), 5)])
        return f"<Names {len(self):,}: {shown}{', …' if len(self) > 5 else ''}>"

    def code(self, name: str) -> int:
        """The code of a name, MISSING when there is no such name."""
        if self._codes is None:
            if len(self) > 10_000:  # one look is cheaper than a dictionary of a million strings
                return int(pc.index(self._array, value=pa.scalar(name, pa.large_string())).as_py())
            self._codes = {one: code for code, one in enumerate(self)}
        return self._codes.get(name, MISSING)


def smallest(codes: Values, count: int) -> Codes:
    """The codes in the smallest signed type that holds `count` of them: less to read is the speed of every question."""
    for kind, most in ((np.int8, 127), (np.int16, 32_767), (np.int32, 2**31 - 1)):
        if count <= most:
            return cast("Codes", codes.astype(kind, copy=False))
    return cast("Codes", codes.astype(np.int64, copy=False))


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute. With `names` the values are codes (MISSING where absent), without they are float64 (NaN) or int64."""

    name: str
    values: Values
    names: Names | None = None

    def __len__(self) -> int:
        return len(self.values)

    @property
    def is_coded(self) -> bool:
        return self.names is not None

    def take(self, places: Values) -> Self:
        return type(self)(self.name, self.values[places], self.names)

    def value(self, place: int) -> str | int | float | None:
        """The value at a place as a plain Python value; None where absent."""
        value = self.values[place].item()
        if self.names is not None:
            return None if value == MISSING else cast("str", self.names[value])
        return None if value != value else cast("float", value)

    def texts(self) -> pa.Array:
        """All values as Arrow text, null where absent."""
        if self.names is not None:
            mask = self.values < 0
            indices = pa.array(np.where(mask, 0, self.values), pa.int64(), mask=mask)
            if not len(self.names):
                return pa.nulls(len(self.values), pa.large_string())
            return self.names.array.take(indices)
        return pc.cast(self.arrow(), pa.large_string())

    def arrow(self) -> pa.Array:
        """The values as Arrow: a dictionary for codes, numbers otherwise; null where absent."""
        if self.names is not None:
            codes = pa.array(self.values, mask=self.values < 0)
            return pa.DictionaryArray.from_arrays(codes, self.names.array)
        if self.values.dtype == np.int64:
            return pa.array(self.values)
        return pa.array(self.values, mask=np.isnan(self.values))


def coded(name: str, array: pa.Array | pa.ChunkedArray) -> Column:
    """A column of codes from any Arrow array: names in order of first appearance, null as MISSING."""
    if isinstance(array, pa.ChunkedArray):
        array = array.unify_dictionaries().combine_chunks() if pa.types.is_dictionary(array.type) else array
    if isinstance(array, pa.ChunkedArray):
        array = array.dictionary_encode().combine_chunks()
        array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    indices, names = array.indices, array.dictionary
    if names.null_count:  # a dictionary may hold a null of its own
        indices = pc.if_else(pc.is_null(array), pa.scalar(None, indices.type), indices)
    if indices.null_count:
        indices = (
            indices.fill_null(MISSING)
            if pa.types.is_signed_integer(indices.type)
            else indices.cast(pa.int64()).fill_null(MISSING)
        )
    codes = indices.to_numpy(zero_copy_only=False)
    texts = Names(pc.cast(names, pa.large_string()))
    return Column(name, smallest(codes, len(texts)), texts)
