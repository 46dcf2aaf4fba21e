"""What the lake's crash test runs in a process of its own: syncs that are killed at a given moment, and what is left then.

    python tests/crash_lake.py FSYNC…      in an ANXIN_HOME that is migrated and has a branch

For each number: something new happens, and a child is killed with SIGKILL at its so-manieth call of fsync in the middle of a sync
(each file is forced to the disk before the manifest that names it, and the manifest before it is put in place). Then what
stands there is read, a sync goes on from it, and the result is compared with a lake made from nothing. Prints JSON.
"""

# ruff: noqa: E402 - Django is set up before its models are imported

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.site.settings")

import django

django.setup()

from django.conf import settings

from anxin.access import clock
from anxin.access.actors import system
from anxin.access.models import Branch
from anxin.journal import activities
from anxin.journal.lake.checking import check
from anxin.journal.lake.store import open_store
from anxin.journal.lake.sync import sync
from anxin.journal.lake.tests.contents import contents
from anxin.journal.models import Case
from anxin.journal.writing import on_case, opening

SAID = activities.register("crash.said", "Said", fields=("number",))


def in_child(work: Any) -> int:
    """Run in a child of its own, which opens its own database connection; returns the signal that ended it, or 0."""
    child = os.fork()
    if child == 0:
        try:
            work()
            sys.stdout.flush()
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("a child failed")
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def happen() -> None:
    """Three cases gain an event, and three are new."""
    branch = Branch.objects.get()
    for case in list(Case.objects.order_by("pk")[:3]):
        with on_case(case.public_id, actor=system(), now=clock.now() + timedelta(minutes=1)) as again:
            again.record(SAID, {"number": 1})
    for number in range(3):
        with opening(
            kind="crash", branch=branch, subject=("customer", "nobody"), state="open", actor=system(), now=clock.now()
        ) as work:
            work.record(SAID, {"number": number})


def killed_at(call: int) -> None:
    real, calls = os.fsync, 0

    def fsync(handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        real(handle)

    os.fsync = fsync
    sync()


def look(call: int, ended: int) -> None:
    left = open_store()
    told: dict[str, Any] = {"call": call, "killed": ended == signal.SIGKILL, "whole": True, "before": 0}
    if left is not None:
        told |= {"whole": left.verify() == [], "before": len(contents(left))}
    sync()
    store = open_store()
    assert store is not None
    report = check(store, deep=True)
    told |= {"sound": report.sound, "wrong": report.wrong, "cases": report.cases}
    there, lake = contents(store), settings.LAKE
    settings.LAKE = Path(f"{lake}-scratch-{call}")
    sync()
    scratch = open_store()
    assert scratch is not None
    told["same"] = there == contents(scratch)
    settings.LAKE = lake
    # Nothing that nobody refers to stays behind, once the next writer has been here.
    named = {path.name for path in store.folder.glob("*.parquet")}
    told["stray"] = sorted(named - {name for name in store._used() if name.endswith(".parquet")})
    print(json.dumps(told))


if __name__ == "__main__":
    for number in map(int, sys.argv[1:]):
        in_child(happen)
        ended = in_child(partial(killed_at, number))
        in_child(partial(look, number, ended))
