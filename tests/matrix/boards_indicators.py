"""Regulator indicators: read by those who see boards, facts imported and values entered by two roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.matrix.rows import Row, page, pages

if TYPE_CHECKING:
    from tests.matrix.world import Side

_READERS = "analyst supervisor administrator auditor"
_WRITERS = "analyst administrator"
_HOME = "/desk/boards/indicators/"

# A line each, as far as it goes.
# fmt: off
ROWS: list[Row] = [
    page("GET", _HOME, _READERS),
    page("GET", f"{_HOME}IN-12/", _READERS),
    page("GET", f"{_HOME}rows/?what=IN-12:main:all", _READERS),
    page("GET", f"{_HOME}rows.csv?what=IN-12:main:all", _READERS),
    page("GET", f"{_HOME}file.csv", _READERS),
    page("GET", f"{_HOME}facts/", _READERS),
    page("GET", f"{_HOME}facts/example/calls.csv", _READERS),
    page("GET", f"{_HOME}facts/add/", _WRITERS),
    page("POST", f"{_HOME}facts/add/", _WRITERS, {"kind": "calls", "source": "core"}, files="file"),
    page("GET", f"{_HOME}facts/{{batch}}/", _READERS),
    page("POST", f"{_HOME}facts/{{batch}}/remove/", _WRITERS),
    page("GET", f"{_HOME}reported/", _READERS),
    *pages(f"{_HOME}reported/add/", _WRITERS, {"number": "IN-12:main", "period": "2025Q1", "value": "92.3", "branch": "SZ"}),
    page("GET", f"{_HOME}reported/file/", _WRITERS),
    page("POST", f"{_HOME}reported/file/", _WRITERS, {}, files="file"),
]
# fmt: on


def tell(here: Side, names: dict[str, str]) -> None:
    """A file of complaints of this branch."""
    from anxin.insight.indicators.actions import import_facts
    from tests.matrix.world import NOW

    batch = import_facts(
        content=b"id,receiveddate,decideddate\nT1,2025-02-03,2025-02-10\nT2,2025-02-04,2025-03-10\n", file_name="complaints.csv",
        kind="complaints", actor=here.actor("analyst"), now=NOW,
    )  # fmt: skip
    names["batch"] = batch.public_id
