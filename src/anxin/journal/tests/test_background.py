"""Long work beside the worker's loop: one round at a time, and a round that fails stands in nobody's way."""

from __future__ import annotations

import threading
from typing import Any

import pytest

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


def test_told_to_stop_a_round_ends_after_what_it_is_at_and_none_is_begun(monkeypatch: Any) -> None:
    monkeypatch.setattr(background.connections, "close_all", lambda: None)
    monkeypatch.setattr(background, "_stopping", threading.Event())
    go, begun, left, done = threading.Event(), threading.Event(), list(range(1000)), []

    def work() -> None:
        while left and not background.stopping():
            begun.set()
            go.wait(10)
            done.append(left.pop())

    long = Background("many", waits=lambda: left, work=work)
    long.begin()
    assert begun.wait(10)
    background.stop()
    go.set()
    assert long._round.acquire(timeout=10)
    long._round.release()
    assert len(done) == 1
    long.begin()
    assert [thread.name for thread in threading.enumerate() if thread.name == "many"] == []


def test_without_room_for_a_thread_the_next_turn_tries_again(monkeypatch: Any) -> None:
    monkeypatch.setattr(background.connections, "close_all", lambda: None)
    monkeypatch.setattr(background, "_stopping", threading.Event())
    done = threading.Event()
    long = Background("again", waits=lambda: True, work=done.set)
    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", lambda _self: (_ for _ in ()).throw(RuntimeError("can't start")))
        with pytest.raises(RuntimeError):
            long.begin()
    long.begin()
    assert done.wait(10)
