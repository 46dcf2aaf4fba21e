"""The background worker: takes events to reactions, wakes promises, runs the rooms' periodic jobs. One process or many.

    @periodic("outbox.send", every_seconds=5)
    def send(now): ...            # in a room's jobs.py, imported in its AppConfig.ready

    run_worker(stop)              # until `stop` is set
    work_until_signal()           # as a process of its own: until SIGTERM or SIGINT

Nothing here remembers anything: killed at any point, the next worker goes on where the database says.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import close_old_connections, connection

from anxin.access import clock
from anxin.journal import background, deliveries, timers

log = logging.getLogger(__name__)

Job = Callable[[datetime], Any]
IDLE_SECONDS = 0.5
WAKE_SECONDS = 1.0
# After an error of the database itself (a restart, a full disk): do not hammer it.
PAUSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Periodic:
    name: str
    every_seconds: float
    job: Job


_registry: dict[str, Periodic] = {}


def periodic(name: str, *, every_seconds: float) -> Callable[[Job], Job]:
    """Have a function called with the present moment every so often, by each worker.

    Several workers may run a job at the same time, so it takes what it works on under a lock or a lease (`leasing`).
    """

    def decorate(job: Job) -> Job:
        if name in _registry and _registry[name].job is not job:
            raise ValueError(f"a periodic job named {name!r} is registered twice")
        _registry[name] = Periodic(name, every_seconds, job)
        return job

    return decorate


def all_periodics() -> tuple[Periodic, ...]:
    return tuple(_registry.values())


def worker_name() -> str:
    """Unique to the process, so that nobody takes a dead worker's leases for their own."""
    return f"{socket.gethostname()[:16]}-{os.getpid()}-{secrets.token_hex(4)}"


def run_worker(
    stop: threading.Event, *, idle: float = IDLE_SECONDS, name: str | None = None, until_idle: bool = False
) -> int:
    """Work until `stop` is set, or with `until_idle` until there is nothing to do; returns what was done.

    What was begun is finished: a batch of deliveries, one round of promises, one job.
    """
    name = name or worker_name()
    due_at: dict[str, float] = {item.name: 0.0 for item in _registry.values()}
    next_wake, done = 0.0, 0
    log.info("worker %s begins", name)
    while not stop.is_set():
        try:
            busy = deliveries.drain(name, until_empty=False, stop=stop.is_set)
            if time.monotonic() >= next_wake or until_idle:
                woken = timers.wake(clock.now())
                busy += woken
                next_wake = time.monotonic() + (0 if woken else WAKE_SECONDS)
            _run_periodics(due_at, stop)
        except Exception:
            log.exception("worker %s met an error and goes on", name)
            close_old_connections()
            stop.wait(PAUSE_SECONDS)
            continue
        done += busy
        if not busy:
            if until_idle:
                break
            stop.wait(idle)
    log.info("worker %s ends", name)
    return done


def _run_periodics(due_at: dict[str, float], stop: threading.Event) -> None:
    for item in all_periodics():
        if stop.is_set():
            return
        if time.monotonic() < due_at.get(item.name, 0.0):
            continue
        due_at[item.name] = time.monotonic() + item.every_seconds
        try:
            item.job(clock.now())
        except Exception:
            # One room's job must not stop the others'.
            log.exception("the periodic job %s failed", item.name)


def _follow(parent: int, stop: threading.Event) -> None:
    while os.getppid() == parent:
        if stop.wait(1.0):
            return
    stop.set()


def work_until_signal(*, idle: float = IDLE_SECONDS, parent: int | None = None) -> int:
    """`run_worker` in the main thread of a process, ended in good order by SIGTERM or SIGINT.

    With `parent` (a process id) it also ends when that process is no longer its parent: a server that was killed
    leaves no worker behind.
    """
    stop = threading.Event()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent, stop), daemon=True).start()

    def end(_number: int, _frame: Any) -> None:
        stop.set()
        background.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    try:
        return run_worker(stop, idle=idle)
    finally:
        background.stop()
        connection.close()
