from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def told(branch: Any, other_branch: Any, staff: Any, now: Any) -> Any:
    """Sixty claims of a quarter in two branches, and the lake; gives the moment they are looked at."""
    from anxin.insight.cockpit.tests.telling import tell

    tell([branch, other_branch], staff, now)
    return now
