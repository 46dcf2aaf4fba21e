"""`anxin import facts FILE --kind calls` and `anxin import reported FILE`: what the regulator's indicators are computed from and
compared with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from anxin.faces.cli.output import django, fail, progress, say, say_json

if TYPE_CHECKING:
    from anxin.insight.indicators.models import FactBatch

_SHOWN = 50

File = Annotated[
    Path,
    typer.Argument(exists=True, dir_okay=False, help="CSV (UTF-8 or GB18030), Excel (.xlsx), Parquet or JSON lines."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON for a program.")]


def import_facts(
    file: File,
    kind: Annotated[
        str, typer.Option(help="calls, complaints, disputes, receipts, callbacks, services, ratings or premiums.")
    ],
    source: Annotated[str, typer.Option(help="Which outside system the file's own ids belong to.")] = "core",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import calls, complaints, deliveries and other facts that indicators need. The same file again changes nothing."""
    django()
    from django.utils.translation import override

    from anxin.access import clock
    from anxin.access.actors import system
    from anxin.access.errors import Refused
    from anxin.insight.indicators import actions

    # The reasons in a report are in the terminal's language; everything else these commands say is English.
    with override(_language()):
        try:
            with progress("Importing", None, quiet=as_json) as tell:
                batch = actions.import_facts(
                    content=file.read_bytes(), file_name=file.name, kind=kind, source=source, dry_run=dry_run,
                    actor=system(), now=clock.now(), tell=lambda _stage, done, _of: tell(done),
                )  # fmt: skip
        except Refused as refused:
            _refused(refused, as_json)
        if as_json:
            say_json(_data(batch))
        else:
            _say(batch)
    if batch.state == "refused":
        raise typer.Exit(1)


def import_reported(file: File, as_json: AsJson = False) -> None:
    """Import what was reported to the regulator: columns indicator, period, value; optionally part, line, branch."""
    django()
    from django.utils.translation import override

    from anxin.access import clock
    from anxin.access.actors import system
    from anxin.access.errors import Refused
    from anxin.insight.indicators import actions

    with override(_language()):
        try:
            report = actions.import_reported(
                content=file.read_bytes(), file_name=file.name, actor=system(), now=clock.now()
            )
        except Refused as refused:
            _refused(refused, as_json)
        if as_json:
            say_json(report.as_dict())
        elif report.ok:
            say(f"{report.rows:,} rows: {report.created:,} values new or corrected, {report.unchanged:,} unchanged.")
        else:
            _bad([vars_of(cell) for cell in report.bad], report.bad_count, report.rows)
    if not report.ok:
        raise typer.Exit(1)


def vars_of(cell: Any) -> dict[str, Any]:
    return {"line": cell.line, "column": cell.column, "value": cell.value, "reason": cell.reason}


def _language() -> str:
    return "zh-hans" if os.environ.get("LANG", "").startswith("zh") else "en"


def _refused(refused: Any, as_json: bool) -> None:
    if as_json:
        say_json(
            {
                "ok": False,
                "error": str(refused.message),
                "fields": {name: str(why) for name, why in refused.fields.items()},
            }
        )
        raise typer.Exit(1) from None
    fail(str(refused.message))


def _data(batch: FactBatch) -> dict[str, Any]:
    return {
        "ok": batch.state == "done", "kind": batch.kind, "source": batch.source, "dry_run": batch.dry_run, "rows": batch.rows,
        "created": batch.created, "changed": batch.changed, "unchanged": batch.unchanged, "batch": batch.public_id,
        **batch.report,
    }  # fmt: skip


def _say(batch: FactBatch) -> None:
    for key, words in (("ignored", "Columns not used"), ("personal", "Columns dropped, since they look personal")):
        if batch.report[key]:
            typer.echo(f"{words}: {', '.join(batch.report[key])}", err=True)
    if batch.state == "refused":
        _bad(batch.report["bad"], batch.report["bad_count"], batch.rows)
        return
    if batch.dry_run:
        say("Nothing was written: this was a dry run.")
    say(
        f"{batch.rows:,} rows: {batch.created:,} {batch.kind} new, {batch.changed:,} changed, {batch.unchanged:,} unchanged."
    )


def _bad(cells: list[dict[str, Any]], count: int, rows: int) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=f"Nothing was imported: {count:,} bad cells in {rows:,} rows")
    table.add_column("Line", justify="right")
    for heading in ("Column", "Value", "Reason"):
        table.add_column(heading, overflow="fold")
    for cell in cells[:_SHOWN]:
        table.add_row(str(cell["line"]), escape(cell["column"]), escape(cell["value"]), escape(cell["reason"]))
    console = Console(stderr=True)
    console.print(table)
    if count > _SHOWN:
        console.print(f"and {count - _SHOWN:,} more (--json lists the first 1,000)")
