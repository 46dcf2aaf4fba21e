"""Registers and administration at the desk."""

from tests.matrix.rows import Row

# A line each, as far as it goes.
# fmt: off
ROWS: list[Row] = []
# fmt: on
