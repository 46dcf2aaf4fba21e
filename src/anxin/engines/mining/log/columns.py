"""Columns of a log: whole-number codes with the names they stand for, or plain numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anxin.engines.mining.log import arrow

Codes = NDArray[np.signedinteger[Any]]
Ints = NDArray[np.int64]
Values = NDArray[Any]

MISSING = -1
"""The code of a value that is not there."""


class Names(Sequence[str]):
    """The names behind codes 0, 1, …; kept as Arrow text, because a log may have millions of case ids."""

    __slots__ = ("_array", "_codes")

    def __init__(self, names: Iterable[str] | pa.Array) -> None:
        array = names if isinstance(names, (pa.Array, pa.ChunkedArray)) else arrow.texts(names)
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

    def take(self, places: Values) -> Names:
        """The names at these places, as codes of their own."""
        return Names(self._array.take(arrow.array(places)))

    def code(self, name: str) -> int:
        """The code of a name, MISSING when there is no such name."""
        if self._codes is None:
            if len(self) > 10_000:  # one look is cheaper than a dictionary of a million strings
                return int(pc.index(self._array, value=arrow.texts([name])[0]).as_py())
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
            indices = arrow.array(np.where(mask, 0, self.values), mask)
            if not len(self.names):
                return pa.nulls(len(self.values), pa.large_string())
            return self.names.array.take(indices)
        return pc.cast(self.arrow(), pa.large_string())

    def arrow(self) -> pa.Array:
        """The values as Arrow: a dictionary for codes, numbers otherwise; null where absent."""
        if self.names is not None:
            return pa.DictionaryArray.from_arrays(arrow.array(self.values, self.values < 0), self.names.array)
        if self.values.dtype == np.int64:
            return arrow.array(self.values)
        return arrow.array(self.values, np.isnan(self.values))


def coded(name: str, pieces: pa.Array | arrow.Pieces) -> Column:
    """A column of codes from Arrow's texts, numbers or dictionaries: names in order of first appearance, null as MISSING."""
    if not pa.types.is_dictionary(pieces.type):
        pieces = arrow.whole(pieces).dictionary_encode()
    values: Codes = np.full(len(pieces), MISSING, np.int8)
    names, seen, code_of = pa.nulls(0, pa.large_string()), None, np.zeros(0, np.int32)
    place = 0
    for piece in [pieces] if isinstance(pieces, pa.Array) else pieces.iterchunks():
        if seen is None or not piece.dictionary.equals(seen):  # the pieces of a file share theirs as a rule
            seen = piece.dictionary
            code_of, names = _in_line(seen.cast(pa.large_string()), names)
            values = smallest(values, len(names))
        part, indices = values[place : place + len(piece)], arrow.numbers(piece.indices)
        if piece.indices.null_count:
            there = ~arrow.nulls(piece.indices)
            part[there] = code_of[indices[there]]
        else:
            part[:] = code_of[indices]
        place += len(piece)
    return Column(name, smallest(values, len(names)), Names(names))


def _in_line(own: pa.Array, names: pa.Array) -> tuple[NDArray[np.int32], pa.Array]:
    """The codes of a dictionary's texts among the names so far, and the names with those that are new."""
    found = pc.index_in(own, value_set=names)
    blank = arrow.nulls(own)  # a dictionary may hold a null of its own
    new = arrow.nulls(found) & ~blank
    codes = np.where(new, len(names) + np.cumsum(new) - 1, arrow.numbers(found)).astype(np.int32)
    codes[blank] = MISSING
    return codes, pa.concat_arrays([names, own.take(arrow.array(np.flatnonzero(new)))])
