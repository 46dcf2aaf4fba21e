"""What the worker does for the boards: takes the journal into the lake, and answers what is asked of it."""

from __future__ import annotations

from datetime import datetime

from anxin.insight.results import answers
from anxin.journal.worker import periodic


@periodic("boards.answer", every_seconds=1)
def answer(now: datetime) -> None:
    answers.in_background.begin()


@periodic("boards.forget", every_seconds=3600)
def forget(now: datetime) -> None:
    answers.forget_old()
