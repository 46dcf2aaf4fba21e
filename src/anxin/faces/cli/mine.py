"""`anxin mine LOG`: the whole analysis of an event log. Needs neither Django nor an installation."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from anxin.faces.cli.output import fail, progress, say, say_json

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def mine(
    log: Annotated[
        Path,
        typer.Argument(help=".xes, .csv (both also .gz), .parquet, OCEL 2.0 .json or .sqlite, or a folder of a lake."),
    ],
    case: Annotated[str, typer.Option(help="Column of the case.")] = "",
    activity: Annotated[str, typer.Option(help="Column of the activity.")] = "",
    time: Annotated[str, typer.Option(help="Column of the moment.")] = "",
    started: Annotated[str, typer.Option(help="Column of the moment work began.")] = "",
    resource: Annotated[str, typer.Option(help="Column of who did it; - for none.")] = "",
    department: Annotated[str, typer.Option(help="Column of the department; - for none.")] = "",
    lifecycle: Annotated[str, typer.Option(help="Column of the life-cycle transition; - for none.")] = "",
    time_format: Annotated[str, typer.Option(help="How moments are written, as for strptime; default ISO 8601.")] = "",
    zone: Annotated[
        str, typer.Option(help="Zone of moments without an offset, of months and of office hours.")
    ] = "Asia/Shanghai",
    object_type: Annotated[str, typer.Option(help="OCEL: the type of object that is a case.")] = "",
    partial: Annotated[bool, typer.Option(help="Take the whole cases of an XES file that is cut short.")] = False,
    distinct: Annotated[
        bool, typer.Option(help="Leave out events that repeat another of their case in activity, moment and person.")
    ] = False,
    model: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help='The prescribed process, a JSON file: ["seq", "A", ["opt", "B"], …].'
        ),
    ] = None,
    promise: Annotated[
        list[str] | None, typer.Option(help="A limit between activities: 'Register > Pay < 30d' (d, h, m or s).")
    ] = None,
    by: Annotated[list[str] | None, typer.Option(help="Cycle times by this attribute too.")] = None,
    ending: Annotated[
        list[str] | None, typer.Option(help="An activity that ends a case; guessed unless given.")
    ] = None,
    working: Annotated[bool, typer.Option(help="Office time too, by China's working days and default hours.")] = False,
    rows: Annotated[int, typer.Option(min=1, help="Rows shown of each table.")] = 12,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Read an event log and print the whole analysis: cycle times, process map, waits and bottlenecks, variants, rework,
    hand-over, conformance, promises, what slow cases have in common, drift, and open cases."""
    from anxin.engines import mining

    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        fail(f"--zone: there is no time zone {zone}; give a name such as Asia/Shanghai or UTC.")
    try:
        limits = [_limit(text) for text in promise or ()]
        prescribed = None if model is None else mining.process(model.read_text("utf-8"))
        with progress("Events", None, quiet=as_json) as tell, opened(log) as source:
            read = mining.read(
                source, case=case, activity=activity, time=time, started=started, resource=resource, department=department,
                lifecycle=lifecycle, zone=place, time_format=time_format, object_type=object_type, partial=partial, progress=tell,
            )  # fmt: skip
        if distinct:
            read = mining.without_duplicates(read)
        with _said(quiet=as_json) as saying:
            found = mining.analyse(
                read, model=prescribed, promises=limits, calendar=_calendar(place) if working else None, zone=place,
                attributes=tuple(by or ()), endings=tuple(ending) if ending else None, tell=saying,
            )  # fmt: skip
    except mining.MiningError as error:
        if as_json:
            say_json({"error": str(error), "code": error.code, "about": list(error.about)})
            raise typer.Exit(1) from None
        fail(str(error))
    if as_json:
        say_json(found.to_dict())
    else:
        say(*found.lines(rows))


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


def _limit(text: str) -> tuple[str, str, timedelta]:
    found = re.fullmatch(r"\s*(.+?)\s*(?:>|→)\s*(.+?)\s*<\s*(\d+(?:\.\d+)?)\s*([dhms])\s*", text)
    if found is None:
        fail(f"--promise: “{text}” is not understood. Write it as 'Register > Pay < 30d', with d, h, m or s.")
    start, stop, amount, unit = found.groups()
    return start, stop, timedelta(**{_UNITS[unit]: float(amount)})


def _calendar(zone: ZoneInfo) -> Any:
    from anxin.engines.calendar import Calendar, china_years

    return Calendar(years=china_years(), zone=zone)


@contextlib.contextmanager
def _said(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """What is being worked on, as a spinner on stderr; silent when piped."""
    if quiet or not sys.stderr.isatty():
        yield lambda what: None
        return
    from rich.console import Console

    with Console(stderr=True).status("…") as status:
        yield lambda what: status.update(f"{what} …")
