"""kill -9 of the workers at any point loses nothing and doubles nothing.

Real processes on a database file of their own: one writes, two work, and the workers are killed at random moments, while
deliveries are being made and taken. At the end every event has been reacted to exactly once and every chain is whole.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

INSURER = Path(__file__).with_name("crash_insurer.py")
CASES, EVENTS, KILLS = 30, 40, 10
SOON = 60.0
DONE = "SELECT count(*) FROM journal_delivery WHERE state = 'done'"
UNDONE = "SELECT count(*) FROM journal_delivery WHERE state <> 'done'"


class Home:
    """An ANXIN_HOME with a migrated database, and the processes that work on it."""

    def __init__(self, folder: Path):
        self.database = folder / "anxin.sqlite3"
        self._environment = {
            **os.environ, "ANXIN_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "anxin.site.settings", "ANXIN_LOG": "ERROR",
        }  # fmt: skip
        self._environment.pop("ANXIN_DATABASE_URL", None)
        self._environment.pop("ANXIN_TEST_DATABASE", None)
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, *arguments], env=self._environment)
        self.processes.append(process)
        return process

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], env=self._environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    def ask(self, sql: str) -> int:
        with closing(sqlite3.connect(self.database, timeout=30)) as connection:
            return int(connection.execute(sql).fetchone()[0])

    def change(self, sql: str) -> None:
        with closing(sqlite3.connect(self.database, timeout=30)) as connection, connection:
            connection.execute(sql)

    def wait_for_more_done(self) -> None:
        """Until a worker has finished one more delivery; at once when none is left."""
        before, until = self.ask(DONE), time.monotonic() + SOON
        while self.ask(DONE) == before and self.ask(UNDONE) and time.monotonic() < until:
            time.sleep(0.005)

    def wait_until_all_is_done(self) -> None:
        until = time.monotonic() + SOON
        while self.ask(UNDONE) and time.monotonic() < until:
            time.sleep(0.05)


@pytest.fixture
def home(empty_home: Path, tmp_path: Path) -> Iterator[Home]:
    shutil.copytree(empty_home, tmp_path, dirs_exist_ok=True)
    made = Home(tmp_path)
    made.change(
        "INSERT INTO access_branch (code, name_zh, name_en, short_zh, short_en, address, phone, is_head_office)"
        " VALUES ('SZ', '苏州', 'Suzhou', '苏州', 'Suzhou', '', '', 1)"
    )
    yield made
    for process in made.processes:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_killed_workers_lose_nothing_and_double_nothing(home: Home) -> None:
    rng = random.Random(20250314)
    writer = home.start(str(INSURER), "write", str(CASES), str(EVENTS))
    workers = [home.start(str(INSURER), "work") for _ in range(2)]
    for _ in range(KILLS):
        # Not before it works: killing an interpreter that is still importing proves nothing.
        home.wait_for_more_done()
        time.sleep(rng.uniform(0, 0.05))
        victim = rng.randrange(2)
        workers[victim].send_signal(signal.SIGKILL)
        workers[victim].wait()
        # Its leases would run out in a minute; here they are let run out at once, so that others take over.
        home.change("UPDATE journal_delivery SET next_try_at = '2000-01-01 00:00:00' WHERE state = 'leased'")
        workers[victim] = home.start(str(INSURER), "work")
    assert writer.wait(SOON) == 0

    home.wait_until_all_is_done()
    said = CASES * EVENTS
    assert home.ask("SELECT count(*) FROM journal_event WHERE activity = 'crash.said'") == said
    assert home.ask(DONE) == said
    assert home.ask("SELECT count(*) FROM journal_delivery") == said
    assert home.ask("SELECT count(*) FROM journal_event WHERE activity = 'crash.echoed'") == said
    assert home.ask("SELECT count(DISTINCT cause_id) FROM journal_event WHERE activity = 'crash.echoed'") == said
    assert home.ask("SELECT count(*) FROM journal_text") == said
    assert home.ask("SELECT count(DISTINCT body) FROM journal_text") == said
    report = json.loads(home.run("-m", "anxin.faces.cli.main", "journal", "verify", "--json"))
    assert report == {"sound": True, "cases": CASES, "events": 2 * said, "checkpoints": 0, "broken": []}


def test_a_worker_told_to_stop_ends_in_good_order(home: Home) -> None:
    worker = home.start(str(INSURER), "work")
    home.run(str(INSURER), "write", "2", "40")
    home.wait_for_more_done()
    worker.terminate()
    assert worker.wait(SOON) == 0
    # What it had taken and not begun is free for others at once.
    assert home.ask("SELECT count(*) FROM journal_delivery WHERE state = 'leased'") == 0
    assert home.ask(DONE) == home.ask("SELECT count(*) FROM journal_text")
