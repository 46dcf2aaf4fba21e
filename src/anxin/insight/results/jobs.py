"""What the worker does for the boards: asks ahead when the lake has changed, answers what is asked, drops what is past."""

from __future__ import annotations

from datetime import datetime

from anxin.insight.results import answers
from anxin.journal.lake.store import open_store
from anxin.journal.worker import periodic


@periodic("boards.answer", every_seconds=1)
def answer(now: datetime) -> None:
    answers.in_background.begin()


_asked: tuple[str, int] | None = None


@periodic("boards.ask_ahead", every_seconds=5)
def ask_ahead(now: datetime) -> None:
    """The lake's new version is noticed by itself: the journal, which writes it, knows nothing of boards."""
    global _asked
    store = open_store()
    if store is None or _asked == (present := (str(store.folder), store.version)):
        return
    answers.ask_ahead(now)
    _asked = present


@periodic("boards.forget", every_seconds=3600)
def forget(now: datetime) -> None:
    answers.forget_old(now)
