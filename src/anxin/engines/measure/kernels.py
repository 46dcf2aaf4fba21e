"""Machine instructions that the compiled loops need and Numba has no name for; there only where Numba is."""

from __future__ import annotations

from typing import Any

from anxin.engines.compiling import COMPILED

if COMPILED:
    import numba
    from numba.extending import intrinsic

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
