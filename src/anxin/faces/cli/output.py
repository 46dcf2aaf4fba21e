"""Setting Django up, and how commands speak: words for people on the terminal, JSON for programs, errors on stderr."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import typer


def django() -> None:
    """Set Django up, once. Commands call it in their body, so that `--help` and the engines' commands stay quick."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.site.settings")
    import django as framework

    framework.setup()


def say(*lines: str) -> None:
    for line in lines:
        typer.echo(line)


def say_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def fail(*lines: str, status: int = 1) -> NoReturn:
    for line in lines:
        typer.echo(line, err=True)
    raise SystemExit(status)


@contextlib.contextmanager
def progress(what: str, total: int | None, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr; yields a function that takes how much is done so far. Silent when `quiet` or piped."""
    if quiet or not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=total)
        yield lambda done: bars.update(task, completed=done)
