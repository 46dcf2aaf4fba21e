"""Compiling the loops that pay for it. Numba is optional: without it the callers take their NumPy way instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

try:
    import numba
    from numba.extending import intrinsic

    COMPILED = True
except ImportError:  # Numba lags behind new Pythons by months; the engine must not.
    COMPILED = False

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """The function compiled to machine code on first call and kept on disk; the function itself without Numba."""
    if not COMPILED:
        return function
    try:
        return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))
    except RuntimeError:  # no folder to keep it in may be written (a read-only installation, a user without a home)
        return cast("F", numba.njit(nogil=True, error_model="numpy")(function))


if COMPILED:

    def _count_bits(typing_context: Any, word: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.ctpop(arguments[0])

        return numba.uint64(numba.uint64), generate

    def _as_bits(typing_context: Any, number: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], context.get_value_type(numba.int64))

        return numba.int64(numba.float64), generate

    def _as_number(typing_context: Any, bits: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], context.get_value_type(numba.float64))

        return numba.float64(numba.int64), generate

    # How many bits of a 64-bit word are set: one machine instruction, which LLVM also knows for whole vectors of words.
    ones: Any = intrinsic(_count_bits)
    # A float64's 64 bits as int64, and back.
    as_bits: Any = intrinsic(_as_bits)
    as_number: Any = intrinsic(_as_number)
