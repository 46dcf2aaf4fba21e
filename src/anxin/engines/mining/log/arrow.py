"""Between Arrow and NumPy over their common buffers.

`pyarrow.array`, `pyarrow.scalar` and `to_numpy` do the same, but each imports pandas where it is installed, to look whether
it was handed something of it: half a second and 45 MB in a process that has no use for it. What follows knows what it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


class Pieces(Protocol):
    """A column that comes in pieces, each let go of before the next: a `pyarrow.ChunkedArray`, or one that is still in a file."""

    @property
    def type(self) -> pa.DataType: ...
    def __len__(self) -> int: ...
    def iterchunks(self) -> Iterator[pa.Array]: ...


def numbers(array: pa.Array) -> NDArray[Any]:
    """Numbers, moments and dates as the bits they are; what stands at a null is undefined. Without a copy."""
    if not pa.types.is_primitive(array.type) or array.type.bit_width % 8:
        raise TypeError(f"{array.type} is no type of numbers of whole bytes.")
    letter = "f" if pa.types.is_floating(array.type) else "u" if pa.types.is_unsigned_integer(array.type) else "i"
    kind = np.dtype(f"{letter}{array.type.bit_width // 8}")
    if not len(array):
        return np.zeros(0, kind)
    found: NDArray[Any] = np.frombuffer(array.buffers()[1], kind, len(array), array.offset * kind.itemsize)
    return found


def nulls(array: pa.Array) -> Mask:
    """Where an array has null."""
    buffer = array.buffers()[0] if array.null_count else None
    if buffer is None:
        return np.full(len(array), array.null_count > 0)  # an array of type null has no buffer
    first, past = array.offset // 8, (array.offset + len(array) + 7) // 8
    bits = np.unpackbits(np.frombuffer(buffer, np.uint8, past - first, first), bitorder="little")
    skip = array.offset - 8 * first
    missing: Mask = bits[skip : skip + len(array)] == 0
    return missing


def truth(array: pa.Array) -> Mask:
    """Booleans; null is not true."""
    if not len(array):
        return np.zeros(0, bool)
    bits = np.unpackbits(np.frombuffer(array.buffers()[1], np.uint8), bitorder="little")
    found: Mask = bits[array.offset : array.offset + len(array)] == 1
    return found & ~nulls(array)


def filled(
    pieces: pa.Array | Pieces, kind: type[np.generic], missing: Any, by: pa.DataType | None = None
) -> NDArray[Any]:
    """All numbers of a column as one array of `kind`, with `missing` for null; `by`: cast to that first, cutting what is finer."""
    result = np.empty(len(pieces), kind)
    place = 0
    for one in [pieces] if isinstance(pieces, pa.Array) else pieces.iterchunks():
        piece = one if by is None else one.cast(by, safe=False)
        part = result[place : place + len(piece)]
        part[:] = numbers(piece)
        if piece.null_count:
            part[nulls(piece)] = missing
        place += len(piece)
    return result


def whole(pieces: pa.Array | Pieces) -> pa.Array:
    """All pieces as one array, a dictionary undone."""
    if not isinstance(pieces, pa.Array):
        chunked = (
            pieces if isinstance(pieces, pa.ChunkedArray) else pa.chunked_array(list(pieces.iterchunks()), pieces.type)
        )
        if pa.types.is_dictionary(chunked.type):
            chunked = chunked.cast(chunked.type.value_type)
        pieces = chunked.combine_chunks()
    return pieces.dictionary_decode() if pa.types.is_dictionary(pieces.type) else pieces


def without(array: pa.Array, dropped: Mask) -> pa.Array:
    """The array with null at the places of a mask."""
    if not dropped.any():
        return array
    return pc.if_else(mask(dropped), pa.nulls(len(array), array.type), array)


def mask(values: Mask) -> pa.Array:
    """Booleans as Arrow."""
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(np.packbits(values, bitorder="little"))])


def array(values: NDArray[Any], missing: Mask | None = None, kind: pa.DataType | None = None) -> pa.Array:
    """Numbers as Arrow, as type `kind` of the same width (default: NumPy's); null where `missing`. Without a copy."""
    values = np.ascontiguousarray(values)
    valid = None if missing is None or not missing.any() else pa.py_buffer(np.packbits(~missing, bitorder="little"))
    kind = kind or pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(values)])


def texts(values: Iterable[str | None]) -> pa.Array:
    """Texts as Arrow's large_string, None as null."""
    coded = [None if one is None else one.encode() for one in values]
    missing = np.fromiter((one is None for one in coded), bool, len(coded))
    offsets = np.zeros(len(coded) + 1, np.int64)
    np.cumsum(np.fromiter((len(one or b"") for one in coded), np.int64, len(coded)), out=offsets[1:])
    valid = pa.py_buffer(np.packbits(~missing, bitorder="little")) if missing.any() else None
    data = pa.py_buffer(b"".join(one or b"" for one in coded))
    return pa.Array.from_buffers(pa.large_string(), len(coded), [valid, pa.py_buffer(offsets), data])
