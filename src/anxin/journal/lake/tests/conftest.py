from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from anxin.journal.tests.world import World

# The world's module imports models, which a conftest may be too early for.


@pytest.fixture(autouse=True)
def world() -> Iterator[World]:
    from anxin.journal.tests.world import small_world

    with small_world() as made:
        yield made
