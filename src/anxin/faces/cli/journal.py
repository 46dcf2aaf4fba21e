"""`anxin journal`: check the chains, make checkpoints, look after deliveries."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from anxin.faces.cli.output import django, fail, progress, say, say_json

app = typer.Typer(help="Check the chains of events, make checkpoints, look after deliveries.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]

_WHAT = {
    "changed": "was changed",
    "missing": "comes too soon: an event before it is missing",
    "doubled": "stands twice",
    "tail": "is the last one there, but the case knows of another end: its tail was cut or changed",
    "no-case": "belongs to no case",
    "checkpoint": "no longer agrees with the cases: one of them, or a tail, disappeared or was rewritten",
    "export": "differs from the exported file: the checkpoints themselves were rewritten",
}


@app.command()
def verify(
    against: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A checkpoint exported earlier, kept elsewhere.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every chain, every head and every checkpoint. Names the first broken event; exit status 1 if there is one."""
    django()
    from anxin.journal import chain
    from anxin.journal.models import Event

    with progress("Events checked", Event.objects.count(), quiet=as_json) as done:
        report = chain.verify(progress=done)
    if against is not None:
        _compare(report, against)
    if as_json:
        say_json(
            {"sound": report.sound, "cases": report.cases, "events": report.events,
             "checkpoints": report.checkpoints, "broken": report.broken}
        )  # fmt: skip
    elif report.sound:
        say(f"Sound: {report.events:,} events of {report.cases:,} cases, {report.checkpoints} checkpoints.")
    else:
        lines = [_sentence(item) for item in report.broken]
        fail(f"Broken. First: {lines[0]}", *lines[1:])
    if not report.sound:
        raise typer.Exit(1)


def _sentence(item: dict[str, object]) -> str:
    case = f"case {item['case']} ({item['public_id']}), " if item["public_id"] else ""
    what = _WHAT[str(item["what"])]
    if item["what"] in ("checkpoint", "export"):
        return f"{item['activity']} (up to event {item['seq']}) {what}."
    name = f" {item['activity']}" if item["activity"] else ""
    return f"{case}event {item['seq']}{name} {what}."


def _compare(report: object, exported: Path) -> None:
    from anxin.journal.chain import Report
    from anxin.journal.models import Checkpoint

    assert isinstance(report, Report)
    try:
        told = json.loads(exported.read_text("utf-8"))
        wanted = (told["id"], told["position"], told["digest"])
    except (ValueError, KeyError, TypeError):
        fail(f"{exported} is not a checkpoint written by `anxin journal checkpoint --export`.")
    if not Checkpoint.objects.filter(pk=wanted[0], position=wanted[1], digest=wanted[2]).exists():
        report.broken.insert(
            0, {"case": "", "public_id": "", "seq": wanted[1], "activity": f"checkpoint {wanted[0]}", "what": "export"}
        )


@app.command()
def checkpoint(
    export: Annotated[Path | None, typer.Option(help="Also write it to this file, to be kept elsewhere.")] = None,
    as_json: AsJson = False,
) -> None:
    """Chain all heads as they are now, so that a case or a tail that disappears later is seen."""
    django()
    from anxin.access.clock import now
    from anxin.journal.actions import make_checkpoint

    made = make_checkpoint(now=now())
    told = {
        "id": made.pk, "made_at": made.made_at.isoformat(), "position": made.position, "cases": made.cases,
        "events": made.events, "digest": made.digest, "previous": made.previous,
    }  # fmt: skip
    if export is not None:
        export.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    if as_json:
        say_json(told)
    else:
        say(f"Checkpoint {made.pk}: {made.events:,} events of {made.cases:,} cases, {made.digest}")


@app.command()
def replay(as_json: AsJson = False) -> None:
    """Work out the promises of every case anew from its events and compare. Exit status 1 if any differs."""
    django()
    from anxin.journal.models import Case
    from anxin.journal.replaying import differences

    with progress("Cases replayed", Case.objects.count(), quiet=as_json) as done:
        found = list(differences(progress=done))
    if as_json:
        say_json({"same": not found, "differences": [asdict(item) for item in found[:200]]})
    elif not found:
        say(f"The same: the promises of {Case.objects.count():,} cases follow from their events.")
    else:
        lines = [
            f"{d.case} {d.rule} {d.key} {d.field}: {d.in_table} in the table, {d.in_replay} replayed" for d in found
        ]
        fail(f"{len(found)} differences. First: {lines[0]}", *lines[1:20])
    if found:
        raise typer.Exit(1)


@app.command()
def deliveries(
    revive: Annotated[int | None, typer.Option(metavar="ID", help="Give a dead delivery another ten tries.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what waits for a worker and what failed for good, with its reason."""
    django()
    from django.db.models import Count

    from anxin.journal import deliveries as machinery
    from anxin.journal.models import Delivery

    if revive is not None and not machinery.revive(revive):
        fail(f"There is no dead delivery {revive}.")
    counts = dict.fromkeys(Delivery.State.values, 0)
    counts |= dict(Delivery.objects.values_list("state").annotate(rows=Count("pk")))
    dead = [
        {
            "id": row.pk, "reaction": row.reaction, "event": row.event_id, "activity": row.event.activity,
            "case": row.event.case.number, "attempts": row.attempts, "error": row.error,
        }
        for row in Delivery.objects.filter(state=Delivery.State.DEAD).select_related("event__case").order_by("pk")[:200]
    ]  # fmt: skip
    if as_json:
        say_json({"counts": counts, "dead": dead})
        return
    say("  ".join(f"{state}: {rows:,}" for state, rows in counts.items()))
    for row in dead:
        say(f"{row['id']}  {row['reaction']}  on {row['activity']} of {row['case']}: {row['error']}")
    if dead:
        say("After mending the cause: anxin journal deliveries --revive ID")
