"""Complaints. Their source is outside: facts that `anxin import facts` takes in, kept by the room of the regulator's indicators."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from anxin.insight.results.asking import Ask

ROOM: Final = "anxin.insight.indicators"


def complaints(ask: Ask, months: list[str]) -> list[dict[str, Any]] | None:
    """By month: received, and of those whose legal limit ended in it how many were decided in time. None where nobody has
    imported any (or the room of indicators is not installed)."""
    if find_spec(ROOM) is None:
        return None
    found = import_module(f"{ROOM}.queries").complaints_by_month(ask)
    if not found:
        return None
    by_month = {month: (received, in_time, due) for month, received, in_time, due in found}
    rows = []
    for month in months:
        received, in_time, due = by_month.get(month, (0, 0, 0))
        rows.append({"month": month, "received": received, "in_time": in_time, "due": due})
    return rows
