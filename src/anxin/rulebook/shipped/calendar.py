"""The calendar we ship: every published year of mainland China, usual office hours, no overrides."""

from __future__ import annotations

from typing import Any

from anxin.engines.calendar import Calendar, china_years


def body() -> dict[str, Any]:
    return Calendar(years=china_years()).to_data()
