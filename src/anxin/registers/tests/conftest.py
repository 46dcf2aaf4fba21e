from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from anxin.registers.tests.world import World


@pytest.fixture
def world(db: None) -> World:
    # Imported here: the world's module imports models, which a conftest may be too early for.
    from anxin.registers.tests.world import make_world

    return make_world()
