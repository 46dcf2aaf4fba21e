"""`anxin import customers|products|policies FILE`: a CSV or Parquet file into a register, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from anxin.faces.cli.output import django, fail, say, say_json

if TYPE_CHECKING:
    from anxin.registers.importing import Report

app = typer.Typer(no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A .csv (UTF-8 or GB18030) or .parquet file.")]
System = Annotated[str, typer.Option(help="Which outside system the file's own ids belong to.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON for a program.")]

_STAGES = {"read": "Reading", "check": "Checking", "write": "Writing"}
_SHOWN = 50


@app.command()
def customers(file: File, system: System = "core", dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Import people and organisations. The same file again changes nothing."""
    _run("customers", file, system, dry_run, as_json)


@app.command()
def products(file: File, system: System = "core", dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Import products with coverages and clauses. A product already sold becomes a new version."""
    _run("products", file, system, dry_run, as_json)


@app.command()
def policies(file: File, system: System = "core", dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Import policies with vehicles, homes and coverages. Import their customers and products first."""
    _run("policies", file, system, dry_run, as_json)


def _run(kind: str, file: Path, outside: str, dry_run: bool, as_json: bool) -> None:
    django()
    from django.utils.translation import override

    from anxin.access import clock
    from anxin.access.actors import system
    from anxin.access.errors import Refused
    from anxin.registers.importing import import_table

    # The reasons in a report are in the terminal's language; everything else these commands say is English.
    with override("zh-hans" if os.environ.get("LANG", "").startswith("zh") else "en"):
        try:
            with _progress(quiet=as_json) as tell:
                report = import_table(
                    kind, file, actor=system(), now=clock.now(), system=outside, progress=tell, dry_run=dry_run
                )
        except Refused as refused:
            if as_json:
                say_json({"ok": False, "error": refused.message, "fields": refused.fields})
                raise typer.Exit(1) from None
            fail(refused.message)
        if as_json:
            say_json(report.as_dict())
        else:
            _say(report)
    if not report.ok:
        raise typer.Exit(1)


def _say(report: Report) -> None:
    if report.ignored_columns:
        typer.echo(f"Columns not used: {', '.join(report.ignored_columns)}", err=True)
    if not report.ok:
        _say_bad(report)
        return
    if report.dry_run:
        say("Nothing was written: this was a dry run.")
    say(
        f"{report.rows:,} rows: {report.created:,} {report.kind} new, {report.updated:,} changed, "
        f"{report.unchanged:,} unchanged."
    )
    if report.left_alone:
        say(f"{report.left_alone:,} were endorsed here since and were left as they are.")


def _say_bad(report: Report) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=f"Nothing was imported: {report.bad_count:,} bad cells in {report.rows:,} rows")
    table.add_column("Line", justify="right")
    for heading in ("Column", "Value", "Reason"):
        table.add_column(heading, overflow="fold")
    for cell in report.bad[:_SHOWN]:
        table.add_row(str(cell.line), escape(cell.column), escape(cell.value), escape(cell.reason))
    console = Console(stderr=True)
    console.print(table)
    if report.bad_count > _SHOWN:
        console.print(f"and {report.bad_count - _SHOWN:,} more (--json lists the first {report.KEPT:,})")


@contextlib.contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr that starts anew for each stage. Silent when `quiet` or piped."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("Reading", total=None)
        yield lambda stage, done, total: bars.update(task, description=_STAGES[stage], completed=done, total=total)
