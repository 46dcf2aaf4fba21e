"""How a command is told to read an event log: the options that `mine` and `lake compact` share."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from anxin.faces.cli.output import fail

Case = Annotated[str, typer.Option(help="Column of the case.")]
Activity = Annotated[str, typer.Option(help="Column of the activity.")]
Time = Annotated[str, typer.Option("--time", help="Column of the moment.")]
Started = Annotated[str, typer.Option(help="Column of the moment work began.")]
Resource = Annotated[str, typer.Option(help="Column of who did it; - for none.")]
Department = Annotated[str, typer.Option(help="Column of the department; - for none.")]
Lifecycle = Annotated[str, typer.Option(help="Column of the life-cycle transition; - for none.")]
TimeFormat = Annotated[str, typer.Option(help="How moments are written, as for strptime; default ISO 8601.")]
Zone = Annotated[str, typer.Option(help="Zone of moments without an offset, of months and of office hours.")]
ObjectType = Annotated[str, typer.Option(help="OCEL: the type of object that is a case.")]
Partial = Annotated[bool, typer.Option(help="Take the whole cases of an XES file that is cut short.")]


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        fail(f"--zone: there is no time zone {name}; give a name such as Asia/Shanghai or UTC.")


@contextlib.contextmanager
def opened(log: Path) -> Iterator[Any]:
    """The log, an SQLite file as an open connection: engines know no database."""
    if log.suffix.lower() not in (".sqlite", ".sqlite3", ".db") or not log.is_file():
        yield log
        return
    import sqlite3

    from anxin.engines.mining import BadLog

    with contextlib.closing(sqlite3.connect(f"{log.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            yield connection
        except sqlite3.DatabaseError as error:
            raise BadLog(
                f"{log.name} is no SQLite file, or is damaged: {error}", code="not-sqlite", about=[log.name]
            ) from error
