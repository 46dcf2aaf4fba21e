"""kill -9 in the middle of taking the journal into the lake: what stands there is whole, and the next sync goes on from it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.test_crash import Home, home

__all__ = ["home"]
LAKE = Path(__file__).with_name("crash_lake.py")


def test_a_sync_killed_at_any_moment_harms_nothing(home: Home) -> None:
    # Among the first names; then the mask, the events, the cases, the manifest, the folder once it is in place; and never.
    calls = (9, 1, 2, 3, 4, 5, 1000)
    rows = [json.loads(line) for line in home.run(str(LAKE), *map(str, calls)).splitlines()]
    assert [row["call"] for row in rows] == list(calls)
    assert [row["killed"] for row in rows] == [True] * (len(calls) - 1) + [False]
    for turn, row in enumerate(rows, 1):
        assert row["whole"], row
        assert row["sound"], row
        assert row["same"], row
        assert row["cases"] == 3 * turn
        assert row["before"] in (3 * (turn - 1), 3 * turn)
        assert row["stray"] == [], row
