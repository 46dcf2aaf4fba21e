"""What if: read by four roles, planned by three of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.matrix.rows import Row, page, pages

if TYPE_CHECKING:
    from tests.matrix.world import Side

_READERS = "supervisor analyst administrator auditor"
_WRITERS = "supervisor analyst administrator"
_HOME = "/desk/boards/whatif/"
_ROW = f"{_HOME}{{scenario}}/"
_BASIS = {
    "name": "试", "branch": "", "base_from": "2024-03-01", "base_to": "2025-03-01", "promise": "", "promise_days": "10",
    "arrivals": "drawn", "days": "60", "level": "90",
}  # fmt: skip

# A line each, as far as it goes.
# fmt: off
ROWS: list[Row] = [
    page("GET", _HOME, _READERS),
    *pages(f"{_HOME}add/", _WRITERS, {**_BASIS, "lane_limit": "5000"}, shared=True),
    *pages(f"{_HOME}storm/", _WRITERS, {**_BASIS, "surge_factor": "5", "surge_days": "3"}, shared=True),
    page("GET", f"{_HOME}phone/", _READERS),
    page("GET", f"{_HOME}model/", _READERS),
    page("GET", _ROW, _READERS),
    page("POST", f"{_ROW}again/", _WRITERS),
    page("POST", f"{_ROW}remove/", _WRITERS),
]
# fmt: on


def tell(here: Side, names: dict[str, str]) -> None:
    """A scenario of this branch that waits for the worker."""
    from datetime import date

    from anxin.insight.whatif.models import Scenario
    from tests.matrix.world import NOW

    row = Scenario.objects.create(
        name="试",
        branch=here.branch,
        base_from=date(2024, 3, 1),
        base_to=date(2025, 3, 1),
        asked_at=NOW,
        state="failed",
    )
    names["scenario"] = row.public_id
