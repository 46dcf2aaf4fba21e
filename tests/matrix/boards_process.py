"""The process boards: read by four roles, prescribed by two; and the cases behind a board's number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.matrix.rows import Row, page, pages

if TYPE_CHECKING:
    from tests.matrix.world import Side

_READERS = "supervisor analyst administrator auditor"
_WRITERS = "analyst administrator"
_HOME = "/desk/boards/process/"
_ENTRY = {"tree": '["seq", "claims.notified", "claims.closed"]', "ignored": "", "why": "test", "expected": "0"}

# A line each, as far as it goes.
# fmt: off
ROWS: list[Row] = [
    page("GET", "/desk/boards/cases/?board=process&what=node:claims.notified", _READERS),
    page("GET", _HOME, _READERS),
    page("GET", f"{_HOME}variants/", _READERS),
    page("GET", f"{_HOME}variants.csv", _READERS),
    page("GET", f"{_HOME}waits/", _READERS),
    page("GET", f"{_HOME}slow/", _READERS),
    page("GET", f"{_HOME}prescribed/", _READERS),
    *pages(f"{_HOME}prescribed/edit/", _WRITERS, _ENTRY, shared=True),
]
# fmt: on


def tell(here: Side, names: dict[str, str]) -> None:
    """The boards need nothing told beforehand: without a lake they say so."""
