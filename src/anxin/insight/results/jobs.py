"""What the worker does for the boards: takes the journal into the lake, and answers what is asked of it."""

from __future__ import annotations

from datetime import datetime

from anxin.insight.results import answers
from anxin.journal.worker import periodic


@periodic("boards.answer", every_seconds=1)
def answer(now: datetime) -> None:
    answers.in_background.begin()


@periodic("boards.ask_ahead", every_seconds=5)
def ask_ahead(now: datetime) -> None:
    answers.ask_ahead(now)


@periodic("boards.forget", every_seconds=3600)
def forget(now: datetime) -> None:
    answers.forget_old()
