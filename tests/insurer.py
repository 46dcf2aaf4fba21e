"""The sample insurer behind a real server, for tests that play whole claims: own home, own processes, own clock."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

AS_OF = "2026-03-17"
PASSWORD = "a-password-for-tests"
# Homes that `make test` makes once for all its processes (below, `__main__`).
PREPARED = Path(os.environ.get("ANXIN_TEST_HOMES", "/nonexistent"))


@dataclass(frozen=True, slots=True)
class RunningInsurer:
    """A served copy of the sample insurer. `anxin("demo", "advance", "1d")` runs a command on its home."""

    url: str
    home: Path
    password: str = PASSWORD

    def anxin(self, *arguments: str) -> str:
        return _anxin(self.home, *arguments)

    def now(self) -> datetime:
        """The time on the insurer's clock, which the demo may have moved."""
        return datetime.now(UTC) + timedelta(seconds=float((self.home / "clock").read_text()))

    def sign_in(self, page: Any, username: str) -> None:
        """Sign in through the page everybody uses."""
        page.goto(f"{self.url}/account/login/")
        page.locator("input[name=login]").fill(username)
        page.locator("input[name=password]").fill(self.password)
        page.locator("main button[type=submit], main button:not([type])").last.click()
        page.wait_for_url(lambda url: "/account/login/" not in url)


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose database is up to date and empty; copied, never used itself."""
    if PREPARED.is_dir():
        return PREPARED / "empty"
    home = tmp_path_factory.mktemp("empty") / "home"
    _anxin(home, "migrate")
    return home


@pytest.fixture(scope="session")
def sample_home(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample insurer as of a fixed day and few claims of the past; copied, never served itself."""
    if PREPARED.is_dir():
        return PREPARED / "sample"
    return _make_sample(empty_home, tmp_path_factory.mktemp("insurer") / "home")


def _make_sample(empty: Path, home: Path) -> Path:
    shutil.copytree(empty, home)
    _anxin(home, "demo", "--as-of", AS_OF, "--claims", "60")
    return home


@pytest.fixture
def insurer(sample_home: Path, tmp_path: Path) -> Iterator[RunningInsurer]:
    """The sample insurer, served with its worker as `anxin serve` does, stopped at the end."""
    home = tmp_path / "home"
    shutil.copytree(sample_home, home)
    port = _free_port()
    server = subprocess.Popen(
        [*_command(), "serve", "--port", str(port), "--workers", "1"],
        env=_environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, server)
        yield RunningInsurer(url, home)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        if server.stderr is not None:
            server.stderr.close()


@pytest.fixture
def open_insurer(open_page: Callable[..., Any], insurer: RunningInsurer) -> Callable[..., Any]:
    """`page = open_insurer(PHONE, javascript=False)`: a fresh browser on the running insurer."""
    return lambda *args, **options: open_page(*args, base_url=insurer.url, **options)


def _command() -> list[str]:
    return [sys.executable, "-m", "anxin.faces.cli.main"]


def _environment(home: Path) -> dict[str, str]:
    # The real password hashing and the real database: nothing of the test run's own settings goes along.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANXIN_", "DJANGO_", "PYTEST_"))}
    # The simulated bank is quick: what is tested is that money arrives once, not how long it is under way.
    return {**kept, "ANXIN_HOME": str(home), "ANXIN_DEMO_PASSWORD": PASSWORD, "ANXIN_BANK_SECONDS": "0"}


def _anxin(home: Path, *arguments: str) -> str:
    done = subprocess.run(
        [*_command(), *arguments], env=_environment(home), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, f"anxin {' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert server.poll() is None, (
            f"the server stopped: {server.stderr.read().decode()[-2000:] if server.stderr else ''}"
        )
        try:
            with urllib.request.urlopen(f"{url}/account/login/", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the server did not answer within a minute")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    _anxin(folder / "empty", "migrate")
    _make_sample(folder / "empty", folder / "sample")
