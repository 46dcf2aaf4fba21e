"""`anxin mine LOG`: the whole analysis of an event log. Needs neither Django nor an installation."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from anxin.faces.cli import reading
from anxin.faces.cli.output import fail, progress, say, say_json

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def mine(
    log: Annotated[
        Path,
        typer.Argument(help=".xes, .csv (both also .gz), .parquet, OCEL 2.0 .json or .sqlite, or a folder of a lake."),
    ],
    case: reading.Case = "",
    activity: reading.Activity = "",
    time: reading.Time = "",
    started: reading.Started = "",
    resource: reading.Resource = "",
    department: reading.Department = "",
    lifecycle: reading.Lifecycle = "",
    time_format: reading.TimeFormat = "",
    zone: reading.Zone = "Asia/Shanghai",
    object_type: reading.ObjectType = "",
    partial: reading.Partial = False,
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

    place = reading.zone_of(zone)
    try:
        limits = [_limit(text) for text in promise or ()]
        prescribed = None if model is None else mining.process(model.read_text("utf-8"))
        with progress("Events", None, quiet=as_json) as tell, reading.opened(log) as source:
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
