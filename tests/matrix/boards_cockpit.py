"""The cockpit, hand-overs and promises: read by those who see boards. A branch's reader gets the page with their own numbers."""

from __future__ import annotations

from tests.matrix.rows import Row, page

_READERS = "analyst supervisor administrator auditor"
_HOME = "/desk/boards/"

ROWS: list[Row] = [
    page("GET", _HOME, _READERS),
    page("GET", f"{_HOME}handovers/", _READERS),
    page("GET", f"{_HOME}promises/", _READERS),
    page("GET", f"{_HOME}promises/pair/", _READERS),
]
