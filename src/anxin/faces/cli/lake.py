"""`anxin lake`: the journal compacted into Parquet, kept up to date, checked, exported; other logs compacted the same way."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from anxin.faces.cli.output import django, fail, progress, say, say_json

if TYPE_CHECKING:
    from anxin.engines.mining import Log, Store

app = typer.Typer(
    help="The journal as Parquet files for questions over all cases: take in, check, export, forget.",
    no_args_is_help=True,
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
Folder = Annotated[
    Path | None, typer.Option(file_okay=False, help="A folder that `compact` made; else the journal's lake.")
]


@app.command("sync")
def sync_command(as_json: AsJson = False) -> None:
    """Take what is new in the journal into the lake. The worker does the same every half minute."""
    django()
    from anxin.engines.mining import BadLog
    from anxin.journal.lake.store import open_store
    from anxin.journal.lake.sync import WrongLake, place_of_lake, sync
    from anxin.journal.reading import Place, unread

    store = open_store()
    waiting = unread(place_of_lake(store) if store is not None else Place()).count()
    try:
        with progress("Events", waiting, quiet=as_json) as tell:
            done = sync(progress=tell)
    except (WrongLake, BadLog) as refused:
        fail(str(refused))
    if as_json:
        say_json(asdict(done))
    else:
        say(f"{done.events:,} events read, {done.cases:,} cases written; the lake is at version {done.version}.")


@app.command()
def status(as_json: AsJson = False) -> None:
    """What the lake holds, how large it is, and how far it is behind the journal."""
    django()
    from anxin.journal.lake.sync import place_of_lake
    from anxin.journal.reading import unread

    store = _lake()
    told = {
        "folder": str(store.folder), "version": store.version, "events": len(store), "cases": store.cases,
        "segments": len(store.segments), "masked_events": sum(one["masked_events"] for one in store.segments),
        "bytes": sum(path.stat().st_size for path in store.folder.iterdir() if path.is_file()),
        "behind": unread(place_of_lake(store)).count(), "forgotten_before": store.extra.get("forgotten_before", ""),
    }  # fmt: skip
    if as_json:
        say_json(told)
        return
    say(
        f"{told['events']:,} events of {told['cases']:,} cases in {told['segments']} segments, version {told['version']}, "
        f"{told['bytes'] / 1e6:,.1f} MB ({told['masked_events']:,} events masked).",
        f"{told['behind']:,} events of the journal are not in it yet."
        if told["behind"]
        else "Up to date with the journal.",
    )
    if told["forgotten_before"]:
        say(f"Cases closed before {told['forgotten_before'][:10]} were forgotten.")


@app.command()
def verify(
    deep: Annotated[bool, typer.Option("--deep", help="Work every case out anew and compare event by event.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check the lake's files against their digests and its cases against the journal's hashes; exit status 1 if anything is wrong."""
    django()
    from anxin.journal.lake.checking import check
    from anxin.journal.lake.sync import WrongLake
    from anxin.journal.models import Event

    store = _lake()
    try:
        with progress("Events", Event.objects.count(), quiet=as_json) as tell:
            report = check(store, deep=deep, progress=tell)
    except WrongLake as wrong:
        fail(str(wrong))
    if as_json:
        say_json({"sound": report.sound, **asdict(report)})
    elif report.sound:
        behind = f"; {report.behind:,} cases have moved on since the last sync" if report.behind else ""
        say(f"Sound: {report.events:,} events of {report.cases:,} cases agree with the journal{behind}.")
    else:
        fail(
            f"Wrong. First: {report.wrong[0]}",
            *report.wrong[1:],
            "`anxin lake rebuild` makes the lake anew from the journal.",
        )
    if not report.sound:
        raise typer.Exit(1)


@app.command()
def rebuild(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Throw the lake away and make it anew from the journal. Nothing is lost: the lake holds nothing of its own."""
    django()
    from anxin.journal.lake.keeping import forget_before
    from anxin.journal.lake.store import exists, folder, open_store

    if exists() and not yes and not typer.confirm(f"Remove {folder()} and make it anew?"):
        raise typer.Exit(1)
    before = store.extra.get("forgotten_before", "") if (store := open_store()) is not None else ""
    shutil.rmtree(folder(), ignore_errors=True)
    sync_command()
    if before:  # what was forgotten stays forgotten
        forget_before(_lake(), datetime.fromisoformat(before))


@app.command()
def forget(
    before: Annotated[str, typer.Option(help="Cases closed before this day (YYYY-MM-DD) leave the lake.")],
) -> None:
    """Take old cases out of the lake for good; the journal keeps them. ANXIN_LAKE_YEARS has the worker do it by age."""
    django()
    from django.utils import timezone

    from anxin.journal.lake.keeping import forget_before

    moment = datetime.combine(_day(before, "--before"), time.min, timezone.get_default_timezone())
    say(f"{forget_before(_lake(), moment):,} cases forgotten.")


@app.command()
def export(
    file: Annotated[
        Path, typer.Argument(dir_okay=False, help=".xes, .xes.gz, .csv, .csv.gz, .parquet, or OCEL 2.0 as .json")
    ],
    folder: Folder = None,
    kind: Annotated[str, typer.Option(help="Only cases of this kind (claim).")] = "",
    branch: Annotated[str, typer.Option(help="Only cases of this branch, by code.")] = "",
    begun_from: Annotated[str, typer.Option("--from", help="Only cases begun on or after this day (YYYY-MM-DD).")] = "",
    begun_to: Annotated[str, typer.Option("--to", help="Only cases begun on or before this day (YYYY-MM-DD).")] = "",
) -> None:
    """Write the lake's log as XES, CSV, Parquet or OCEL 2.0, for other tools."""
    import numpy as np

    from anxin.engines import mining

    try:
        log = _store(folder).log()
        wanted = np.ones(log.cases, bool)
        for name, value in (("kind", kind), ("branch", branch)):
            if value:
                column, per_case = log.column(name)
                if not per_case or column.names is None:
                    raise mining.BadQuestion(
                        f"--{name}: this log has no {name} per case.", code="unknown-column", about=[name]
                    )
                wanted &= column.values == column.names.code(value)
        wanted &= _within(log, begun_from, begun_to)
        if not wanted.any():
            fail("No case fits: nothing was written. Look at `anxin lake status`, or leave out a condition.")
        chosen = log if wanted.all() else log.select_cases(wanted)
        mining.write(chosen, file)
    except mining.MiningError as error:
        fail(str(error))
    say(f"{len(chosen):,} events of {chosen.cases:,} cases written to {file.name}.")


@app.command("compact")
def compact_command(
    log: Annotated[
        Path, typer.Argument(exists=True, help=".xes, .csv (both also .gz), .parquet, OCEL 2.0 .json or .sqlite")
    ],
    folder: Annotated[
        Path, typer.Argument(file_okay=False, help="A new folder, or one made before: its cases are replaced.")
    ],
    case: Annotated[str, typer.Option(help="Column of the case.")] = "",
    activity: Annotated[str, typer.Option(help="Column of the activity.")] = "",
    moment: Annotated[str, typer.Option("--time", help="Column of the moment.")] = "",
    resource: Annotated[str, typer.Option(help="Column of who did it; - for none.")] = "",
    department: Annotated[str, typer.Option(help="Column of the department; - for none.")] = "",
    object_type: Annotated[str, typer.Option(help="OCEL: the type of object that is a case.")] = "",
    zone: Annotated[str, typer.Option(help="Zone of moments without an offset, and of months.")] = "Asia/Shanghai",
) -> None:
    """Compact another system's event log into a lake of its own; `anxin mine FOLDER` and `export --folder` read it."""
    from anxin.engines import mining
    from anxin.faces.cli.mine import opened

    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        fail(f"--zone: there is no time zone {zone}; give a name such as Asia/Shanghai or UTC.")
    try:
        with progress("Events", None) as tell, opened(log) as source:
            read = mining.read(
                source, case=case, activity=activity, time=moment, resource=resource, department=department,
                object_type=object_type, zone=place, progress=tell,
            )  # fmt: skip
        there = (folder / "manifest.json").exists()
        store = mining.Store(folder) if there else mining.Store.create(folder, name=log.name, zone=place)
        store.append(read)
        if len(store.segments) > 1:
            store.compact()
    except mining.MiningError as error:
        fail(str(error))
    for line in read.reading.sentences():
        say(line)
    say(f"{len(store):,} events of {store.cases:,} cases in {folder}, version {store.version}.")


def _lake() -> Store:
    from anxin.journal.lake.store import open_store

    store = open_store()
    if store is None:
        fail("There is no lake yet: `anxin lake sync` makes it.")
    return store


def _store(folder: Path | None) -> Store:
    if folder is not None:
        from anxin.engines.mining import Store

        return Store(folder)
    django()
    return _lake()


def _within(log: Log, begun_from: str, begun_to: str) -> Any:
    import numpy as np

    from anxin.engines.mining.durations import micros_at

    zone = ZoneInfo("UTC")
    if begun_from or begun_to:
        django()
        from django.utils import timezone

        zone = timezone.get_default_timezone()  # type: ignore[assignment]
    begins, fits = log.begins(), np.ones(log.cases, bool)
    if begun_from:
        fits &= begins >= micros_at(datetime.combine(_day(begun_from, "--from"), time.min, zone), "--from")
    if begun_to:
        fits &= begins <= micros_at(datetime.combine(_day(begun_to, "--to"), time.max, zone), "--to")
    return fits


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"{option}: “{text}” is no day; write it as 2025-03-14.")
