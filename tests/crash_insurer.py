"""What the crash test runs in processes of its own: an insurer with one reaction, a writer and a worker.

    python tests/crash_insurer.py write CASES EVENTS     opens cases and says things on them, until done
    python tests/crash_insurer.py work                   a background worker, until it is told to stop (or killed)

The reaction puts one event and one text on the same case for each event it is told of, so that anything done twice or
not at all shows as a wrong count.
"""

# ruff: noqa: E402 - Django is set up before its models are imported

from __future__ import annotations

import os
import sys
from datetime import datetime

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.site.settings")

import django

django.setup()

from anxin.access import clock
from anxin.access.actors import system
from anxin.access.models import Branch
from anxin.journal import activities
from anxin.journal.models import Event
from anxin.journal.reacting import reaction
from anxin.journal.worker import work_until_signal
from anxin.journal.writing import on_case, opening

SAID = activities.register("crash.said", "Said", fields=("number",))
ECHOED = activities.register("crash.echoed", "Echoed", fields=("of", "text", "digest"))


@reaction("crash.echo", to=(SAID,), emits=(ECHOED,))
def echo(event: Event, now: datetime) -> None:
    with on_case(event.case.public_id, actor=system(), now=now) as work:
        work.record(ECHOED, {"of": event.seq, **work.text(f"echo {event.pk}")})


def write(cases: int, events: int) -> None:
    branch = Branch.objects.get()
    for _ in range(cases):
        with opening(
            kind="crash", branch=branch, subject=("customer", "nobody"), state="open", actor=system(), now=clock.now()
        ) as work:
            work.record(SAID, {"number": 0})
        for number in range(1, events):
            with on_case(work.case.public_id, actor=system(), now=clock.now()) as again:
                again.record(SAID, {"number": number})


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(int(sys.argv[2]), int(sys.argv[3]))
    else:
        work_until_signal(idle=0.02)
