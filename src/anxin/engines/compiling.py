"""Compiling the loops that pay for it. Numba is optional: uncompiled, the same loops run as plain Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

try:
    import numba

    COMPILED = True
except ImportError:  # Numba lags behind new Pythons by months; the engines must not.
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
