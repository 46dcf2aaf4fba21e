from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anxin.access import clock


@pytest.fixture(autouse=True)
def own_clock(tmp_path: Path, settings: object) -> Iterator[None]:
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    yield
    clock._offset = (0, timedelta())


def test_without_a_file_it_is_the_machines_time() -> None:
    assert clock.offset() == timedelta()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_an_offset_moves_every_reader_and_can_be_taken_back(tmp_path: Path) -> None:
    clock.set_offset(timedelta(days=3, hours=1))
    assert clock.offset() == timedelta(days=3, hours=1)
    assert clock.now() - datetime.now(UTC) > timedelta(days=3)
    clock.set_offset(timedelta(days=-2))
    os.utime(tmp_path / "clock", ns=(1, 1))
    assert clock.offset() == timedelta(days=-2)
    (tmp_path / "clock").unlink()
    assert clock.offset() == timedelta()


def test_held_in_this_context_only() -> None:
    moment = datetime.fromisoformat("2025-03-14T09:30:00+08:00")
    elsewhere: list[datetime] = []
    with clock.held_at(moment):
        assert clock.now() == moment
        assert clock.now().tzinfo is UTC
        thread = threading.Thread(target=lambda: elsewhere.append(clock.now()))
        thread.start()
        thread.join()
        with clock.held_at(moment + timedelta(days=1)):
            assert clock.now() == moment + timedelta(days=1)
        assert clock.now() == moment
    assert elsewhere[0] != moment
    with pytest.raises(ValueError, match="aware"), clock.held_at(datetime(2025, 3, 14)):
        pass
