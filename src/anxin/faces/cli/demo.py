"""`anxin demo`: build the sample insurer, move its clock, say who can sign in."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from anxin.faces.cli.output import django as prepare

app = typer.Typer(
    help="Build the sample insurer and move its clock.", invoke_without_command=True, no_args_is_help=False
)
console = Console(stderr=True)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@app.callback()
def build(
    context: typer.Context,
    as_of: Annotated[str, typer.Option(help="The day the insurer stands at, as YYYY-MM-DD; today when left out.")] = "",
    claims: Annotated[int, typer.Option(help="How many claims of the past to write.", min=0, max=20_000)] = 2_500,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was built as JSON.")] = False,
) -> None:
    """Build the sample insurer CPA Insurance in this ANXIN_HOME, from a fixed seed, in about a minute."""
    if context.invoked_subcommand is not None:
        return
    prepare()
    from django.core.management import call_command

    from anxin.access.errors import Refused
    from anxin.sample import build as sample

    call_command("migrate", verbosity=0)
    words = {"people": "People and branches", "policies": "Customers and policies", "claims": "Claims",
             "stories": "Mr Li and Mr Zhang", "answers": "Three waves of answers", "lake": "The lake and the boards", "scenarios": "What-if scenarios"}  # fmt: skip
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(words["people"], total=claims)
        try:
            counts = sample.build(
                as_of=_moment(as_of), claims=claims,
                progress=lambda step, done, whole: bar.update(
                    task, description=words[step], completed=done, total=whole
                ),
            )  # fmt: skip
        except Refused as refused:
            raise typer.BadParameter(str(refused.message)) from None
    if as_json:
        typer.echo(json.dumps(counts))
        return
    typer.echo(
        "Built {branches} branches, {staff} staff, {customers} customers, {policies} policies, {claims} claims with "
        "{events} events, {promises} promises and {answers} answers.".format(**counts)
    )
    show_accounts()


@app.command()
def advance(
    by: Annotated[str, typer.Argument(help="How far: 90m, 6h, 1d, 2w.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Move the demo's clock forward, so that one can watch promises come due."""
    prepare()
    from anxin.access import clock
    from anxin.engines.mining import BadLog
    from anxin.journal import deliveries, timers
    from anxin.journal.models import Event
    from anxin.sample import build as sample

    if not sample.is_demo():
        raise typer.BadParameter("this home holds no sample insurer: its clock is the real one and cannot be moved")
    step = _duration(by)
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    clock.set_offset(clock.offset() + step)
    now = clock.now()
    while timers.wake(now):
        pass
    deliveries.drain("demo-advance")
    try:
        sample.fill_lake(now)
    except BadLog as refused:
        if refused.code != "store-busy":  # a worker is at it: it takes in the rest
            raise
    spoken = Event.objects.filter(pk__gt=last).values_list("activity", flat=True)
    counts = {
        "now": now.isoformat(),
        "near": sum(1 for name in spoken if name == "promise.near"),
        "escalated": sum(1 for name in spoken if name == "promise.escalated"),
        "broken": sum(1 for name in spoken if name == "promise.broken"),
    }
    if as_json:
        typer.echo(json.dumps(counts))
        return
    typer.echo(
        f"It is now {now.astimezone():%Y-%m-%d %H:%M}. Nearly due: {counts['near']}, to the supervisor: "
        f"{counts['escalated']}, broken: {counts['broken']}."
    )


@app.command()
def accounts(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Print one demo account per role, with the password of this home."""
    prepare()
    if as_json:
        from anxin.sample import build as sample

        rows = [
            {"role": a.role, "username": a.username, "password": a.password, "who": a.who} for a in sample.accounts()
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    show_accounts()


def show_accounts() -> None:
    from anxin.sample import build as sample

    table = Table(title="Demo accounts (sign in at /account/login/)")
    for heading in ("role", "user name", "password", "who"):
        table.add_column(heading, overflow="fold")
    for account in sample.accounts():
        table.add_row(account.role, account.username, account.password, account.who)
    console.print(table)


def _moment(text: str) -> datetime:
    """10:20 in the insurer's zone on the day named, or the present moment."""
    if not text:
        return datetime.now(UTC)
    from django.utils import timezone

    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day: write it as 2026-03-17") from None
    return datetime.combine(day, time(10, 20), timezone.get_default_timezone()).astimezone(UTC)


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"(\d+)\s*([mhdw])", text.strip())
    if match is None:
        raise typer.BadParameter(f"{text!r} is not a length of time: write 90m, 6h, 1d or 2w")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
