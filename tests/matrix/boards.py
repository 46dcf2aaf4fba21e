"""Boards: who may see them. A board's own addresses stand in a file of its noun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.matrix.rows import Row

if TYPE_CHECKING:
    from tests.matrix.world import Side


ROWS: list[Row] = []


def tell(here: Side, names: dict[str, str]) -> None:
    """Boards need nothing told beforehand."""
