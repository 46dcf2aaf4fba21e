"""What every test run shares: a data folder of its own, and which tests are in it."""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["tests.cast", "tests.insurer", "tests.asking"]

ROOT = Path(__file__).resolve().parent
SHARED = ROOT.parent / "shared"
HAS_SPARK = bool(importlib.util.find_spec("pyspark") and shutil.which("java"))


# As the command line does, and before NumPy: each of several test processes waits busily otherwise.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _own_home() -> Path:
    """A folder for this process's ANXIN_HOME: tests never touch the data of an installation.

    Each xdist worker has one inside the controller's, so that files, secret key and SQLite database are its own.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        home = Path(os.environ["ANXIN_HOME"]) / worker
        home.mkdir(exist_ok=True)
        return home
    home = Path(tempfile.mkdtemp(prefix="anxin-test-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


# Settings read the environment when they are imported, which pytest-django does right after this file.
_home = _own_home()
(_home / "static").mkdir()  # WhiteNoise warns when STATIC_ROOT is not there
os.environ["ANXIN_HOME"] = str(_home)
# A file, not memory: tests of races and crashes open the database from several threads and processes.
os.environ["ANXIN_TEST_DATABASE"] = str(_home / "test.sqlite3")
os.environ["DJANGO_SETTINGS_MODULE"] = "anxin.site.settings"

# `make test` has homes made once for all its runs (scripts/test.sh): bringing an empty database up to date takes ten seconds.
MIGRATED = Path(os.environ.get("ANXIN_TEST_HOMES", "/nonexistent")) / "empty" / "anxin.sqlite3"
_IS_PREPARED = MIGRATED.is_file() and "ANXIN_DATABASE_URL" not in os.environ
if _IS_PREPARED:
    shutil.copyfile(MIGRATED, os.environ["ANXIN_TEST_DATABASE"])

_DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "live_server",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
}


def pytest_configure(config: pytest.Config) -> None:
    config.option.reuse_db = config.option.reuse_db or _IS_PREPARED

    # pytest-django sets Django up if settings are loaded by then; a settings module that is only named would not be.
    from django.conf import settings

    assert settings.HOME == _home.absolute()
    # A quick digest for the many people that tests make; the real one is slow on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    # Pages are tested in both languages: with the translations as they stand. `make` compiled them already where the
    # tests' user may not write.
    from anxin.site import messages

    if os.access(messages.PACKAGE, os.W_OK) and "PYTEST_XDIST_WORKER" not in os.environ:
        messages.compile_all()

    from tests.cast import empty_tables_despite_triggers

    empty_tables_despite_triggers()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    # A worker that inherits the name loads the settings before its conftest.py has chosen the worker's own folder.
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="only tests that touch the database (for the second run, on PostgreSQL)",
    )


def _touches_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("django_db") or item.get_closest_marker("postgres"):
        return True
    if _DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ())):
        return True
    from django.test import TransactionTestCase

    return issubclass(getattr(item, "cls", None) or object, TransactionTestCase)


def _belongs(item: pytest.Item, *, on_postgres: bool, database_only: bool) -> bool:
    if item.get_closest_marker("shared") and not SHARED.is_dir():
        return False
    if item.get_closest_marker("postgres") and not on_postgres:
        return False
    if item.get_closest_marker("spark") and not HAS_SPARK:
        return False
    if item.get_closest_marker("once") and database_only:
        return False
    return not database_only or _touches_database(item)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what this run is not for. Never a skip: a selected test runs and passes, or the run fails."""
    on_postgres = bool(os.environ.get("ANXIN_DATABASE_URL"))
    database_only = config.getoption("--database-only")
    kept, dropped = [], []
    for item in items:
        belongs = _belongs(item, on_postgres=on_postgres, database_only=database_only)
        (kept if belongs else dropped).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


@pytest.fixture(autouse=True)
def _insurers_language() -> None:
    """Begin in the insurer's language: a page asked for in English leaves its thread speaking English."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material beside the checkout (for tests marked `shared`)."""
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def _horizon() -> Iterator[str]:
    """On PostgreSQL readers of the journal stop below the oldest running transaction. Most tests, and what a module builds for
    its tests, are one: they read their own events nonetheless, as on SQLite."""
    from anxin.journal import reading

    before, reading.BELOW_RUNNING = reading.BELOW_RUNNING, "true"
    yield before
    reading.BELOW_RUNNING = before


@pytest.fixture(autouse=True)
def _real_horizon(_horizon: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that commits reads as an installation does."""
    marker = request.node.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or {"transactional_db", "live_server"} & set(request.fixturenames):
        from anxin.journal import reading

        monkeypatch.setattr(reading, "BELOW_RUNNING", _horizon)


@pytest.fixture(autouse=True)
def _own_lake(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[None]:
    """A lake of the test's own: the database is emptied after each test, the lake's folder is not."""
    if not _touches_database(request.node):
        yield
        return
    from django.conf import settings

    before = settings.LAKE
    settings.LAKE = tmp_path_factory.mktemp("lake") / "lake"
    yield
    settings.LAKE = before


@pytest.fixture
def django_assert_max_num_queries(django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the house asks again after some seconds it does not ask while queries are counted: a slow machine needs no more."""
    from anxin.journeys.claims.actions import assignment
    from anxin.rulebook import books

    monkeypatch.setattr(books, "LOOK_AGAIN_AFTER", 3600.0)
    monkeypatch.setattr(assignment, "_SECONDS", 3600.0)
    return django_assert_max_num_queries
