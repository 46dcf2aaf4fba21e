"""Plans of before have one floor and one target; none is lost and nothing is judged otherwise."""

from __future__ import annotations

from importlib import import_module

from anxin.insight.scorecards.actions import first_lines
from anxin.insight.scorecards.indicators import KINDS

moved = import_module("anxin.insight.scorecards.migrations.0002_limits_by_level")


def test_one_target_becomes_that_of_every_level_and_back() -> None:
    old = {
        kind.code: {"weight": kind.weight, "floor": kind.floor, "target": kind.target, "fewest": 5} for kind in KINDS
    }
    new = moved.by_level(old)
    assert {code: set(line["limits"]) for code, line in new.items()} == {kind.code: set(kind.levels) for kind in KINDS}
    assert {code: set(line) for code, line in new.items()} == {code: set(line) for code, line in first_lines().items()}
    assert all(limit == {"floor": old[code]["floor"], "target": old[code]["target"]} for code, line in new.items() for limit in line["limits"].values())  # fmt: skip
    assert moved.for_all(new) == old
    assert moved.by_level({}) == {}
