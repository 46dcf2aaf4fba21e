"""`anxin serve`, `anxin worker`, `anxin migrate`."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from typing import Annotated

import typer

from anxin.faces.cli.output import django, fail, say

log = logging.getLogger(__name__)


def own_address(host: str, port: int) -> str:
    """Where this server is found where nobody said so with ANXIN_URL."""
    everywhere = host in ("0.0.0.0", "::")
    return f"http://{'localhost' if everywhere else f'[{host}]' if ':' in host else host}:{port}"


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Web processes; default: one per processor, at most 4.")] = min(
        4, os.cpu_count() or 1
    ),
    threads: Annotated[int, typer.Option(min=1, help="Threads in each web process.")] = 4,
    with_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Also run one background worker in this command.")
    ] = True,
) -> None:
    """Serve the pages and the API, with one background worker. Brings the database up to date first. Ctrl-C stops all."""
    os.environ.setdefault("ANXIN_URL", own_address(host, port))  # links in messages and QR codes lead here
    django()
    from django.conf import settings
    from django.db import connections

    _bring_up_to_date()
    _check_triggers()
    (settings.HOME / "static").mkdir(exist_ok=True)
    connections.close_all()  # no connection crosses into the processes started below

    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        "anxin.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=1024,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    )
    keeper = (
        _Keeper([sys.executable, "-m", "anxin.faces.cli.main", "worker", "--parent", str(os.getpid())])
        if with_worker
        else None
    )
    shown = f"[{host}]" if ":" in host else host
    say(f"安心 Anxin: http://{shown}:{port}/  (Ctrl-C stops)")
    welcome = settings.HOME / "welcome.txt"
    if welcome.exists():
        say(welcome.read_text("utf-8").rstrip())
    sys.stdout.flush()
    try:
        server.serve()
    finally:
        if keeper is not None:
            keeper.stop()


class _Keeper:
    """Keeps one child process alive until told to stop; a worker that was killed is started anew."""

    def __init__(self, command: list[str]):
        self._command = command
        self._stopping = threading.Event()
        self._child = self._start()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _start(self) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches the server alone, which then ends the worker in good order.
        return subprocess.Popen(self._command, start_new_session=True)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            status = self._child.wait()
            if self._stopping.wait(1.0):
                return
            log.warning("the background worker ended with status %s and is started anew", status)
            self._child = self._start()

    def stop(self) -> None:
        self._stopping.set()
        self._child.terminate()
        try:
            self._child.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._child.kill()  # safe: what it had not finished is taken over by the next worker
            self._child.wait()
        self._thread.join(timeout=5)


def worker(
    idle: Annotated[float, typer.Option(min=0.05, help="Seconds to wait when there is nothing to do.")] = 0.5,
    parent: Annotated[int | None, typer.Option(help="End when this process is gone.", hidden=True)] = None,
) -> None:
    """Run one background worker: reactions, promises coming due, the rooms' periodic jobs. As many as you like may run."""
    django()
    from anxin.journal.worker import work_until_signal

    work_until_signal(idle=idle, parent=parent)


def migrate() -> None:
    """Bring the database up to date, and put the triggers back that keep events unchangeable."""
    django()
    if not _bring_up_to_date():
        say("The database is up to date.")
    _check_triggers(repair=True)


def _bring_up_to_date() -> bool:
    """Migrate if there is anything to migrate; whether there was."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    say("Bringing the database up to date …")
    call_command("migrate", verbosity=0, interactive=False)
    return True


def _check_triggers(*, repair: bool = False) -> None:
    from anxin.journal import triggers

    missing = triggers.missing()
    if missing and repair:
        triggers.install()
        say(f"Put back: {', '.join(missing)}.")
        missing = triggers.missing()
    if missing:
        fail(
            f"The database lacks the triggers {', '.join(missing)}: events could be changed unseen.",
            "Run `anxin migrate` to put them back, then `anxin journal verify`.",
        )
