"""Complaints. Their source is outside: facts that `anxin import facts` takes in, kept by the room of the regulator's indicators."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from anxin.insight.results.asking import Ask

ROOM: Final = "anxin.insight.indicators.queries"
"""Asked for `complaints(branches, month) -> {"count": int, "before": int | None} | None` once it offers that."""


def complaints(ask: Ask, month: str) -> dict[str, Any] | None:
    """How many there were in the month, and in the one before; None where nobody has imported any."""
    try:
        asked = getattr(import_module(ROOM), "complaints", None)
    except ModuleNotFoundError:
        return None
    if asked is None:
        return None
    found: dict[str, Any] | None = asked(ask.chosen_branches, month)
    return found
