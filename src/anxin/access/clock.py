"""The one place that tells the time, so that a demo can be moved forward and a test can hold it still.

Production time is the machine's. `anxin demo advance` writes an offset (seconds) into `ANXIN_HOME/clock`; every process
notices through the file's mtime.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

_held: ContextVar[datetime | None] = ContextVar("held", default=None)
_offset: tuple[int, timedelta] = (0, timedelta())


def _file() -> Path:
    return Path(settings.HOME) / "clock"


def offset() -> timedelta:
    """How far the demo's clock runs ahead of (or behind) the machine's; zero outside a demo."""
    global _offset
    try:
        stamp = os.stat(f"{settings.HOME}/clock").st_mtime_ns  # asked dozens of times a request: no path object
    except FileNotFoundError:
        return timedelta()
    if stamp != _offset[0]:
        _offset = (stamp, timedelta(seconds=float(_file().read_text() or 0)))
    return _offset[1]


def set_offset(value: timedelta) -> None:
    """Move the clock for every process of this home; atomic."""
    draft = _file().with_suffix(".new")
    draft.write_text(str(value.total_seconds()))
    os.replace(draft, _file())


def now() -> datetime:
    """The present moment, aware, in UTC."""
    held = _held.get()
    return held if held is not None else datetime.now(UTC) + offset()


@contextlib.contextmanager
def held_at(moment: datetime) -> Iterator[datetime]:
    """Hold the clock at `moment` in this context (tests, and history written by the sample insurer)."""
    if moment.tzinfo is None:
        raise ValueError("moment must be aware: give it a zone")
    token = _held.set(moment.astimezone(UTC))
    try:
        yield moment
    finally:
        _held.reset(token)
