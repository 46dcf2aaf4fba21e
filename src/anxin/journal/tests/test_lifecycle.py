from __future__ import annotations

import pytest

from anxin.access.errors import IllegalMove
from anxin.journal.lifecycle import Lifecycle

CYCLE = Lifecycle(
    states={"open": "Open", "done": "Done", "gone": "Gone"},
    moves=[
        ("finish", "Finish", ["open"], "done"),
        ("touch", "Touch", ["open", "done"], ""),
        ("drop", "Drop", ["open"], "gone"),
    ],
    start="open",
)


def test_moves() -> None:
    assert CYCLE.after("open", "finish") == "done"
    assert CYCLE.after("done", "touch") == "done"
    assert CYCLE.allows("open", "drop")
    assert not CYCLE.allows("gone", "drop")


def test_an_illegal_move_says_from_where_it_is_possible() -> None:
    with pytest.raises(IllegalMove) as refused:
        CYCLE.after("gone", "touch")
    assert (refused.value.status, refused.value.facts) == (409, {"move": "touch", "state": "gone"})
    assert "Open、Done" in refused.value.message or "Open, Done" in refused.value.message


def test_a_table_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown states"):
        Lifecycle({"a": "A"}, [("x", "X", ["a"], "b")], "a")
    with pytest.raises(ValueError, match="twice"):
        Lifecycle({"a": "A"}, [("x", "X", ["a"], "a"), ("x", "X", ["a"], "")], "a")


def test_the_diagram_is_drawn_from_the_table() -> None:
    assert CYCLE.mermaid().splitlines() == [
        "stateDiagram-v2", "    [*] --> open", "    open --> done: finish", "    open --> gone: drop",
    ]  # fmt: skip
