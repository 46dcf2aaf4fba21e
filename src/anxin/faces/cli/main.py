"""The command line. `anxin --help` names every command; Django is set up only by the commands that need it."""

from __future__ import annotations

import os
import sys

# Before anything brings NumPy in. Matrices here are small: a second BLAS thread waits busily for the first and takes a core from
# other workers without making anything faster. Whoever knows better sets it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import typer

from anxin.faces.cli import demo, events, imports, journal, lake, measure, mine, serving, staff, voice
from anxin.faces.cli.output import fail

app = typer.Typer(
    help="Anxin (安心): an open service-quality platform for insurers. All data lives in ANXIN_HOME (default: var/).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(serving.serve)
app.command()(serving.worker)
app.command()(serving.migrate)
app.command()(measure.measure)
app.command()(mine.mine)
app.add_typer(journal.app, name="journal")
app.add_typer(lake.app, name="lake")
app.add_typer(staff.app, name="staff")
app.add_typer(voice.app, name="voice")


app.add_typer(imports.app, name="import", help="Read customers, products, policies or event logs from a file.")
imports.app.command("events")(events.import_events)
app.add_typer(demo.app, name="demo")


def main() -> None:
    try:
        app()
    except Exception as error:
        # Known only once Django is set up; before that there is nothing an action could have refused.
        errors = sys.modules.get("anxin.access.errors")
        if errors is not None and isinstance(error, errors.Refused):
            fail(error.message, *(f"{name}: {text}" for name, text in error.fields.items()))
        raise


if __name__ == "__main__":
    main()
