"""`anxin lake`: the journal compacted into Parquet, kept up to date, checked, exported; other logs compacted the same way."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from anxin.faces.cli import reading
from anxin.faces.cli.output import django, fail, progress, say, say_json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from anxin.engines.mining import Log, Store
    from anxin.journal.lake.sync import Synced

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
    from anxin.journal.lake.sync import place_of_lake, sync
    from anxin.journal.reading import Place, unread

    try:
        store = open_store()
        waiting = unread(place_of_lake(store) if store is not None else Place()).count()
        with progress("Events", waiting, quiet=as_json) as tell:
            done = sync(progress=tell)
    except BadLog as refused:
        fail(str(refused))
    _say_synced(done, as_json)


def _say_synced(done: Synced, as_json: bool) -> None:
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
    written = datetime.fromtimestamp((store.folder / "manifest.json").stat().st_mtime).astimezone()
    told = {
        "folder": str(store.folder), "version": store.version, "events": len(store), "cases": store.cases,
        "segments": len(store.segments), "masked_events": sum(one["masked_events"] for one in store.segments),
        "bytes": sum(path.stat().st_size for path in store.folder.iterdir() if path.is_file()),
        "written_at": written.isoformat(timespec="seconds"), "behind": unread(place_of_lake(store)).count(), "forgotten_before": store.extra.get("forgotten_before", ""),
    }  # fmt: skip
    if as_json:
        say_json(told)
        return
    say(
        f"{told['events']:,} events of {told['cases']:,} cases in {told['segments']} segments, version {told['version']}, "
        f"{told['bytes'] / 1e6:,.1f} MB ({told['masked_events']:,} events masked), last written {written:%Y-%m-%d %H:%M:%S}.",
        f"{told['behind']:,} events of the journal are not in it yet."
        if told["behind"]
        else "Up to date with the journal.",
    )
    if told["forgotten_before"]:
        say(f"Cases closed before {told['forgotten_before'][:10]} were forgotten.")


@app.command()
def verify(
    deep: Annotated[bool, typer.Option("--deep", help="Compare the events of all cases, not of 200.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check the lake's files against their digests and its cases against the journal's hashes; exit status 1 if anything is wrong."""
    django()
    from anxin.engines.mining import BadLog
    from anxin.journal.lake.checking import check
    from anxin.journal.models import Event

    store = _lake()
    try:
        with progress("Events", Event.objects.count(), quiet=as_json) as tell:
            report = check(store, deep=deep, progress=tell)
    except BadLog as wrong:
        fail(str(wrong))
    if as_json:
        say_json({"sound": report.sound, **asdict(report)})
    elif report.sound:
        behind = f"; {report.behind:,} cases have moved on since the last sync" if report.behind else ""
        say(
            f"Sound: {report.events:,} events of {report.cases:,} cases; the heads of all agree with the journal, and the events"
            f" of {report.compared:,}{behind}."
        )
    else:
        fail(
            f"Wrong. First: {report.wrong[0]}",
            *report.wrong[1:],
            "`anxin lake rebuild` makes the lake anew from the journal.",
        )
    if not report.sound:
        raise typer.Exit(1)


@app.command("rebuild")
def rebuild_command(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False, as_json: AsJson = False
) -> None:
    """Make the lake anew from the journal, and put it in the old one's place. Nothing is lost: it holds nothing of its own."""
    django()
    from anxin.engines.mining import BadLog
    from anxin.journal.lake.store import exists, folder
    from anxin.journal.lake.sync import rebuild
    from anxin.journal.models import Event

    if exists() and not yes and not typer.confirm(f"Make the lake in {folder()} anew?"):
        raise typer.Exit(1)
    try:
        with progress("Events", Event.objects.count(), quiet=as_json) as tell:
            done = rebuild(progress=tell)
    except BadLog as refused:
        fail(str(refused))
    _say_synced(done, as_json)


@app.command()
def forget(
    before: Annotated[str, typer.Option(help="Cases closed before this day (YYYY-MM-DD) leave the lake.")],
) -> None:
    """Take old cases out of the lake for good; the journal keeps them. ANXIN_LAKE_YEARS has the worker do it by age."""
    django()
    from django.utils import timezone

    from anxin.engines.mining import BadLog
    from anxin.journal.lake.keeping import forget_before

    moment = datetime.combine(_day(before, "--before"), time.min, timezone.get_default_timezone())
    store = _lake()
    try:
        say(f"{forget_before(store, moment):,} cases forgotten.")
    except BadLog as refused:
        fail(str(refused))


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
    """Write the lake's log as XES, CSV, Parquet or OCEL 2.0, for other tools; a file of that name is replaced when all is written."""
    from anxin.engines import mining

    if file.parent != Path() and not file.parent.is_dir():
        fail(f"There is no folder {file.parent}: make it first.")
    try:
        source = _store(folder)
        within = _span(source, begun_from, begun_to)
        chosen = source.chosen(lambda piece: _fits(piece, {"kind": kind, "branch": branch}, within))
        mining.write(chosen, file)
    except mining.MiningError as error:
        if error.code == "no-events" and len(source):
            fail("No case fits: nothing was written. Look at `anxin lake status`, or leave out a condition.")
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
    case: reading.Case = "",
    activity: reading.Activity = "",
    time_column: reading.Time = "",
    started: reading.Started = "",
    resource: reading.Resource = "",
    department: reading.Department = "",
    lifecycle: reading.Lifecycle = "",
    time_format: reading.TimeFormat = "",
    zone: reading.Zone = "Asia/Shanghai",
    object_type: reading.ObjectType = "",
    partial: reading.Partial = False,
    working: Annotated[bool, typer.Option(help="Office time too, by China's working days and default hours.")] = False,
) -> None:
    """Compact another system's event log into a lake of its own; `anxin mine FOLDER` and `export --folder` read it."""
    from anxin.engines import mining
    from anxin.engines.calendar import Calendar, china_years

    place = reading.zone_of(zone)
    try:
        there = (folder / "manifest.json").exists()
        if not there and folder.exists() and any(folder.iterdir()):
            fail(f"{folder} holds other files: name a new folder, or one that `anxin lake compact` made.")
        with progress("Events", None) as tell, reading.opened(log) as source:
            read = mining.read(
                source, case=case, activity=activity, time=time_column, started=started, resource=resource,
                department=department, lifecycle=lifecycle, zone=place, time_format=time_format, object_type=object_type,
                partial=partial, progress=tell,
            )  # fmt: skip
        store = mining.Store(folder) if there else mining.Store.create(folder, name=read.name, zone=place)

        def office() -> mining.WorkingTime | None:
            if not working:
                return None
            spans = [
                (int(read.begins().min()), int(read.time.max())),
                *((one["first"], one["last"]) for one in store.segments),
            ]
            calendar = Calendar(years=china_years(), zone=place)
            return mining.WorkingTime.of(
                calendar, min(first for first, _last in spans), max(last for _first, last in spans)
            )

        store.append(read, working=office())
        if len(store.segments) > 1:
            store.compact(working=office())
    except mining.MiningError as error:
        fail(str(error))
    for line in read.reading.sentences():
        say(line)
    say(f"{len(store):,} events of {store.cases:,} cases in {folder}, version {store.version}.")


def _lake() -> Store:
    from anxin.journal.lake.store import open_store

    try:
        store = open_store()
    except ValueError as error:  # BadLog, or a manifest that is no JSON
        fail(f"The lake cannot be read: {error}", "`anxin lake rebuild` makes it anew from the journal.")
    if store is None:
        fail("There is no lake yet: `anxin lake sync` makes it.")
    return store


def _store(folder: Path | None) -> Store:
    if folder is not None:
        from anxin.engines.mining import Store

        return Store(folder)
    django()
    return _lake()


def _fits(piece: Log, wanted: dict[str, str], within: tuple[int | None, int | None]) -> NDArray[np.bool_]:
    """Which cases of a piece of the lake are wanted."""
    import numpy as np

    from anxin.engines.mining import BadQuestion

    fits = np.ones(piece.cases, bool)
    for name, value in wanted.items():
        if not value:
            continue
        column = piece.case_attributes.get(name)
        if column is None or column.names is None:
            raise BadQuestion(f"--{name}: this log has no {name} per case.", code="unknown-column", about=[name])
        code = column.names.code(value)
        if code < 0:
            raise BadQuestion(
                f"--{name}: there is no “{value}”. There are: {', '.join(column.names)}.",
                code="unknown-value",
                about=[name],
            )
        fits &= column.values == code
    begins, (first, last) = piece.begins(), within
    if first is not None:
        fits &= begins >= first
    if last is not None:
        fits &= begins <= last
    return fits


def _span(store: Store, begun_from: str, begun_to: str) -> tuple[int | None, int | None]:
    """Both days included, as days of the lake's zone; in microseconds of UTC."""
    from anxin.engines.mining.durations import micros_at

    def micros(text: str, option: str, clock: time) -> int | None:
        return micros_at(datetime.combine(_day(text, option), clock, store.zone), option) if text else None

    return micros(begun_from, "--from", time.min), micros(begun_to, "--to", time.max)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"{option}: “{text}” is no day; write it as 2025-03-14.")
