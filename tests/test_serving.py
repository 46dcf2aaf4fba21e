"""`anxin serve` as people run it: pages, a background worker that is started anew when it dies, a clean end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from anxin.faces.cli.serving import own_address

SOON = 60.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until(what: Callable[[], object]) -> object:
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come about in time")


def _worker_of(server: int) -> int | None:
    """The server's background worker, by /proc (Debian's; the tests run there)."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            arguments = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"worker" in arguments and str(server).encode() in arguments:
            return int(entry.name)
    return None


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/static/vendor/pico.min.css", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def test_links_lead_to_the_server_that_is_run() -> None:
    assert own_address("127.0.0.1", 8787) == "http://127.0.0.1:8787"
    assert own_address("0.0.0.0", 8000) == "http://localhost:8000"
    assert own_address("::1", 8000) == "http://[::1]:8000"


def test_serve_from_nothing_to_a_clean_end(tmp_path: Path) -> None:
    port = _free_port()
    environment = {**os.environ, "ANXIN_HOME": str(tmp_path), "ANXIN_LOG": "ERROR"}
    environment.pop("ANXIN_DATABASE_URL", None)
    server = subprocess.Popen(
        [sys.executable, "-m", "anxin.faces.cli.main", "serve", "--port", str(port), "--workers", "1"],
        env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        _until(lambda: _answers(port))
        first = _until(lambda: _worker_of(server.pid))
        assert isinstance(first, int)
        os.kill(first, signal.SIGKILL)
        second = _until(lambda: (found := _worker_of(server.pid)) != first and found)
        assert isinstance(second, int)
        server.terminate()
        assert server.wait(SOON) == 0
        assert _worker_of(server.pid) is None
        assert server.stdout is not None
        assert f"http://127.0.0.1:{port}/" in server.stdout.read()
        assert (tmp_path / "anxin.sqlite3").exists()
    finally:
        if server.poll() is None:
            server.kill()
        server.wait()
        if server.stdout is not None:
            server.stdout.close()


def test_a_killed_server_leaves_no_worker_behind(tmp_path: Path) -> None:
    port = _free_port()
    environment = {**os.environ, "ANXIN_HOME": str(tmp_path), "ANXIN_LOG": "ERROR"}
    environment.pop("ANXIN_DATABASE_URL", None)
    server = subprocess.Popen(
        [sys.executable, "-m", "anxin.faces.cli.main", "serve", "--port", str(port), "--workers", "1"],
        env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _until(lambda: _answers(port) and _worker_of(server.pid))
    finally:
        server.kill()
        server.wait()
    _until(lambda: _worker_of(server.pid) is None)
