"""What the worker does for the boards: asks ahead when the lake has changed, answers what is asked, drops what is past."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from anxin.insight.results import answers
from anxin.insight.results.asking import all_boards
from anxin.journal.lake.store import open_store
from anxin.journal.worker import periodic


@periodic("boards.answer", every_seconds=1)
def answer(now: datetime) -> None:
    answers.in_background.begin()


_asked: Any = None


@periodic("boards.ask_ahead", every_seconds=5)
def ask_ahead(now: datetime) -> None:
    """The lake's new version, and a new state of what boards read beside it, are noticed by themselves: those who write them know
    nothing of boards."""
    global _asked
    store = open_store()
    if store is None:
        return
    states = [board.state for board in all_boards() if board.ahead]
    if _asked == (present := (str(store.folder), store.version, states)):
        return
    answers.ask_ahead(now)
    _asked = present


@periodic("boards.forget", every_seconds=3600)
def forget(now: datetime) -> None:
    answers.forget_old(now)
