"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from anxin.journal.worker import periodic
from anxin.voice.datasets import orders, work


@periodic("datasets.read", every_seconds=1)
def read_large_files(now: datetime) -> None:
    work.in_background.begin()


@periodic("datasets.export", every_seconds=1)
def make_exports(now: datetime) -> None:
    orders.in_background.begin()


@periodic("datasets.forget_exports", every_seconds=600)
def forget_exports(now: datetime) -> None:
    orders.forget_old(now)
