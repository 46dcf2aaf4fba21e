"""Checks of options that many functions take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from anxin.engines.measure.errors import BadModel, listed


def one_of(value: Any, allowed: Iterable[Any], name: str) -> None:
    """Raise BadModel unless the option called `name` has one of the values allowed."""
    every = list(allowed)
    if value not in every:
        raise BadModel(
            f"{name}={value!r} is not known. Choose one of: {listed(repr(one) for one in every)}.",
            code="bad-option",
            about=[name],
        )


def check_level(level: float) -> None:
    """Raise BadModel unless this is a confidence level between 0 and 1."""
    if not 0 < level < 1:
        raise BadModel(
            f"level={level!r} is not a confidence level: give 0.95 for 95 %.", code="bad-level", about=["level"]
        )


def check_count(value: int, name: str, *, least: int) -> None:
    """Raise BadModel unless the option called `name` is a whole number of at least `least`."""
    if isinstance(value, bool) or int(value) != value or value < least:
        raise BadModel(
            f"{name}={value!r} will not do: give a whole number of at least {least}.", code="bad-option", about=[name]
        )
