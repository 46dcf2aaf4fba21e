"""The rules we ship, as data of ours: one module a family, each with `body()`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anxin.rulebook.models import Family
from anxin.rulebook.shipped import authority, calendar, checklists, papers, prices, promises, thresholds

BODIES: dict[Family, Callable[[], dict[str, Any]]] = {
    Family.PROMISES: promises.body,
    Family.PAPERS: papers.body,
    Family.CHECKLISTS: checklists.body,
    Family.AUTHORITY: authority.body,
    Family.PRICES: prices.body,
    Family.THRESHOLDS: thresholds.body,
    Family.CALENDAR: calendar.body,
}
