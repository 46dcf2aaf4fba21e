"""`anxin import events`: an XES or CSV event log as cases and events."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from anxin.faces.cli.output import django, fail, progress, say, say_json

_ROLES = {
    "case": ("which case a row belongs to", True),
    "activity": ("what was done", True),
    "time": ("when", True),
    "resource": ("who did it", False),
    "transition": ("start or complete", False),
}


def import_events(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=".xes, .xes.gz, .csv or .csv.gz")],
    case: Annotated[str, typer.Option(help="Column of the case.")] = "",
    activity: Annotated[str, typer.Option(help="Column of the activity.")] = "",
    time: Annotated[str, typer.Option(help="Column of the time.")] = "",
    resource: Annotated[str, typer.Option(help="Column of who did it.")] = "",
    transition: Annotated[str, typer.Option(help="Column of the life-cycle transition.")] = "",
    keep: Annotated[list[str] | None, typer.Option(help="Keep this column too: codes or whole numbers only.")] = None,
    time_format: Annotated[str, typer.Option(help="How times are written, as for strptime; default ISO 8601.")] = "",
    branch: Annotated[str, typer.Option(help="Code of the branch; default: the head office, else the first.")] = "",
    name: Annotated[str, typer.Option(help="What to call the log; default: the file's name.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Read an XES or CSV event log whole, or not at all. The same file again changes nothing.

    For a CSV the columns are guessed from common names; what cannot be guessed is asked for on a terminal.
    """
    django()
    from anxin.access import clock
    from anxin.access.actors import system
    from anxin.access.errors import Invalid
    from anxin.access.models import Branch
    from anxin.journeys.imported.actions import import_log
    from anxin.journeys.imported.logs import BadLog

    branches = Branch.objects.order_by("-is_head_office", "code")
    place = branches.filter(code=branch).first() if branch else branches.first()
    if place is None:
        fail(
            f"There is no branch {branch}." if branch else "There is no branch yet: run `anxin staff add-admin` first."
        )
    given = {"case": case, "activity": activity, "time": time, "resource": resource, "transition": transition}
    bars: dict[str, Any] = {}
    with progress("Events", None, quiet=as_json) as tell:
        bars["tell"] = tell
        try:
            done = import_log(
                path=file, branch=place, columns=_columns(file, given, tuple(keep or ()), time_format), name=name,
                actor=system(), now=clock.now(), progress=lambda _phase, number, _total: tell(number),
            )  # fmt: skip
        except BadLog as error:
            _refuse(str(error), error.rows, error.more, as_json)
        except Invalid as error:
            _refuse(error.message, error.facts.get("rows", []), error.facts.get("more", 0), as_json)
    log = done.log
    if as_json:
        say_json({"log": log.public_id, "new": done.is_new, "cases": log.cases, "events": log.events})
    elif done.is_new:
        say(f"{log.name}: {log.cases:,} cases, {log.events:,} events, in {place.code}.")
    else:
        say(f"This file was imported before, as {log.name}: nothing was changed.")


def _refuse(message: str, rows: list[Any], more: int, as_json: bool) -> None:
    if as_json:
        say_json({"error": message, "rows": [{"line": r.line, "column": r.column, "reason": r.reason} for r in rows]})
        raise typer.Exit(1)
    lines = [f"  {row}" for row in rows[:50]]
    if hidden := len(rows) - len(lines) + more:
        lines.append(f"  and {hidden:,} more")
    fail(message, *lines)


def _columns(file: Path, given: dict[str, str], keep: tuple[str, ...], time_format: str) -> Any:
    """What the options say; for a CSV completed by guessing, then by asking. None: an XES log as the standard has it."""
    from dataclasses import replace

    from anxin.journeys.imported.logs import CSV, Columns, guess_columns, kind_of
    from anxin.journeys.imported.logs.reading import header_of
    from anxin.journeys.imported.logs.rows import XES_COLUMNS

    named = {role: column for role, column in given.items() if column}
    if kind_of(file) != CSV:
        return replace(XES_COLUMNS, **named, keep=keep, time_format=time_format)  # type: ignore[arg-type]
    header = header_of(file)
    chosen = guess_columns(header) | named
    for role, (meaning, needed) in _ROLES.items():
        if role in chosen or not needed:
            continue
        if not _is_terminal():
            fail(f"Which column says {meaning}? Give --{role}. The columns are: {', '.join(header)}")
        chosen[role] = _ask(meaning, header)
    return Columns(**chosen, keep=keep, time_format=time_format)  # type: ignore[arg-type]


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _ask(meaning: str, header: list[str]) -> str:
    for number, column in enumerate(header, 1):
        say(f"  {number:>3}  {column}")
    number = typer.prompt(f"Which column says {meaning}?", type=int)
    if not 1 <= number <= len(header):
        fail(f"There is no column {number}.")
    return header[number - 1]
