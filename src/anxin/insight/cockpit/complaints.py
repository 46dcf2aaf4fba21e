"""Complaints. Their source is outside: facts that `anxin import facts` takes in, kept by the room of the regulator's indicators."""

from __future__ import annotations

from typing import Any

from anxin.insight.indicators import queries
from anxin.insight.results.asking import Ask


def state() -> str:
    """Changes with every import of facts: part of what the cockpit's answer is stored under."""
    return queries.facts_state()


def complaints(ask: Ask, months: list[str]) -> list[dict[str, Any]] | None:
    """By month: received, and of those whose legal limit ended in it how many were decided in time; None in each for a month of
    which none were imported. None for all where nobody has imported any."""
    by_month = {month: numbers for month, *numbers in queries.complaints_by_month(ask)}
    if not by_month:
        return None
    nothing = (None, None, None)
    return [
        {"month": month, **dict(zip(("received", "in_time", "due"), by_month.get(month, nothing), strict=True))}
        for month in months
    ]
