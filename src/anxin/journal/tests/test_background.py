"""Long work beside the worker's loop: one round at a time, and a round that fails stands in nobody's way."""

from __future__ import annotations

import threading
from typing import Any

from anxin.journal import background
from anxin.journal.background import Background


def test_one_round_at_a_time_and_none_where_nothing_waits(monkeypatch: Any) -> None:
    monkeypatch.setattr(background.connections, "close_all", lambda: None)
    go, begun, rounds = threading.Event(), threading.Event(), []

    def work() -> None:
        rounds.append(threading.current_thread().name)
        begun.set()
        go.wait(10)
        raise RuntimeError("broken")

    waiting = [False]
    long = Background("long", waits=lambda: waiting[0], work=work)
    long.begin()
    assert rounds == []
    waiting[0] = True
    long.begin()
    assert begun.wait(10)
    long.begin()  # one is under way
    assert rounds == ["long"]
    go.set()
    assert long._round.acquire(timeout=10)  # the failed round has let go
    long._round.release()
    long.begin()
    for thread in threading.enumerate():
        if thread.name == "long":
            thread.join(10)
    assert rounds == ["long", "long"]
