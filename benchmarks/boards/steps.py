"""The steps of the benchmark, each in a process of its own: `python -m benchmarks.boards.steps STEP EVENTS CLAIMS ROUNDS`."""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa

NAMES = {
    "Register Claim": "claims.notified", "Triage": "claims.coverage_checked", "Request Documents": "claims.papers_listed",
    "Receive Documents": "claims.paper_received", "Assign Surveyor": "case.handed_over", "Survey Site": "claims.surveyed",
    "Survey Report": "claims.opened", "Reject Report": "claims.survey_waived", "Assess Liability": "claims.assessment_issued",
    "Coverage Decision": "claims.decided", "Escalate": "claims.line_disputed", "Request Info": "claims.supplement_noticed",
    "Approve Settlement": "claims.agreement_reached", "Issue Payment": "claims.fully_paid", "Notify Customer": "claims.decision_notified",
    "Complaint Received": "claims.line_reviewed", "Complaint Resolved": "claims.contacted", "Close Claim": "claims.closed",
    "Reject Claim": "claims.refused",
}  # fmt: skip
DEPARTMENTS = {
    "Contact Centre": "call_centre", "Intake": "survey", "Survey": "assessment", "Assessment": "adjudication",
    "Finance": "finance", "Complaints": "calculation",
}  # fmt: skip
LINES = ("motor_commercial", "home", "medical", "accident", "cargo")


def _django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "anxin.site.settings"
    warnings.simplefilter("ignore")
    import django

    django.setup()


def fill(events: int, claims: int, _rounds: int) -> dict[str, Any]:
    """A small sample insurer in the database; in the lake the reference log under the journal's names and columns."""
    subprocess.run(
        [sys.executable, "-m", "anxin.faces.cli.main", "demo", "--claims", str(claims)], check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _django()
    from django.conf import settings
    from django.utils import timezone

    from anxin.access import clock
    from anxin.access.models import Branch
    from anxin.engines.mining import Column, Names, Store, build
    from anxin.journal.lake.store import folder
    from anxin.journal.models import Case
    from benchmarks.mining.generator import claims_log

    table = claims_log.gen(events).combine_chunks()

    def coded(name: str, words: dict[str, str] | None = None) -> Column:
        column = table.column(name).combine_chunks()
        names = [words[one] if words else one for one in column.dictionary.to_pylist()]
        return Column(name, column.indices.to_numpy(), Names(names))

    rng = np.random.default_rng(1)
    case = table.column("case_id").to_numpy()
    size = int(case.max()) + 1
    moments = table.column("ts").cast(pa.int64()).to_numpy()
    # The last moment of the log is now: the last months are full of what the boards show.
    moments = moments - np.quantile(moments, 0.999).astype(np.int64) + int(clock.now().timestamp() * 1_000_000)
    kept = moments <= int(clock.now().timestamp() * 1_000_000)

    def of_case(name: str, names: tuple[str, ...], shares: list[float]) -> Column:
        return Column(name, rng.choice(len(names), size, p=shares).astype(np.int8), Names(names))

    branches = tuple(Branch.objects.values_list("code", flat=True))
    activity, department, person = coded("activity", NAMES), coded("department", DEPARTMENTS), coded("resource")
    log = build(
        case=Column("case", case[kept], Names([f"{number:024x}" for number in range(size)])),
        activity=Column("activity", activity.values[kept], activity.names), time=moments[kept],
        resource=Column("resource", person.values[kept], Names([str(number) for number in range(1, len(person.names or ()) + 1)])),
        department=Column("department", department.values[kept], department.names),
        case_attributes={
            "kind": of_case("kind", ("claim",), [1.0]), "branch": of_case("branch", branches, [1 / len(branches)] * len(branches)),
            "closed": of_case("closed", ("yes", "no"), [0.9, 0.1]), "line": of_case("line", LINES, [0.5, 0.22, 0.15, 0.09, 0.04]),
            "type": of_case("type", ("motor", "home", "other"), [0.5, 0.22, 0.28]), "small": of_case("small", ("yes", "no"), [0.5, 0.5]),
            "injury": of_case("injury", ("yes", "no"), [0.06, 0.94]), "outcome": of_case("outcome", ("paid", "refused"), [0.93, 0.07]),
        },
        name="journal",
    )  # fmt: skip
    shutil.rmtree(folder(), ignore_errors=True)  # the sample's own
    store = Store.create(folder(), name="journal", zone=timezone.get_default_timezone())
    store.append(log)
    size_of = sum(one.stat().st_size for one in settings.LAKE.rglob("*") if one.is_file())
    promises = more_promises()
    return {
        "events": len(log),
        "cases": log.cases,
        "bytes": size_of,
        "database": Case.objects.count(),
        "promises": promises,
    }


def more_promises(wanted: int = 1_000_000) -> int:
    """The sample's promises again and again under other keys, until there are about a million."""
    from django.db import connection

    from anxin.journal.models import Promise

    names = [field.column for field in Promise._meta.concrete_fields if not field.primary_key]
    copied = ["key || '-' || n" if name == "key" else connection.ops.quote_name(name) for name in names]
    times = max(0, wanted // max(1, Promise.objects.count()) - 1)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE times(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM times WHERE n < {times}) "
            f"INSERT INTO journal_promise ({', '.join(map(connection.ops.quote_name, names))}) "
            f"SELECT {', '.join(copied)} FROM journal_promise, times"
        )
    return Promise.objects.count()


def answer(_events: int, _claims: int, _rounds: int) -> dict[str, Any]:
    """As the worker makes them: the whole insurer's and one branch's, of every board made ahead."""
    _django()
    from anxin.access import clock
    from anxin.access.models import Branch
    from anxin.insight.results import answers
    from anxin.insight.results.asking import Ask, all_boards
    from anxin.insight.results.models import Answer

    branch = Branch.objects.get(code="3205")
    for board in all_boards():
        if board.ahead or board.name.startswith("process-"):
            for scope in (None, frozenset({branch.code})):
                answers._open(board, Ask(scope, {}, clock.now()))
    answers.run_waiting()
    failed = [(row.board, row.why) for row in Answer.objects.exclude(state="done")]
    assert not failed, failed
    rows = [
        {"board": row.board, "scope": "one branch" if row.scope else "all", "seconds": row.seconds}
        for row in Answer.objects.order_by("board", "scope")
    ]
    return {"rows": rows, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}


def pages(_events: int, _claims: int, rounds: int) -> list[dict[str, Any]]:
    """The served view, through Django's test client, session and person included."""
    _django()
    from django.db import connection

    found = []
    for reader, username in (("all branches", "ruanqing"), ("one branch", "luyan")):
        client = _client(username)
        for page in ("", "handovers/", "promises/", "process/", "process/variants/", "process/waits/", "process/slow/"):
            address = f"/desk/boards/{page}"
            first, _again = _timed(lambda client=client, address=address: client.get(address), 1)
            made: list[str] = []

            def note(execute: Any, sql: str, *rest: Any, made: list[str] = made) -> Any:
                made.append(sql)
                return execute(sql, *rest)

            with connection.execute_wrapper(note):
                client.get(address)
            _first, again = _timed(lambda client=client, address=address: client.get(address), rounds)
            found.append({
                "page": address, "reader": reader, "queries": len(made), "first": first, "median": statistics.median(again),
                "p95": sorted(again)[max(0, -(-len(again) * 95 // 100) - 1)],
            })  # fmt: skip
    return found


def behind(_events: int, _claims: int, _rounds: int) -> list[dict[str, Any]]:
    """A number opened: the first time takes the lake into memory, which a process then keeps."""
    _django()
    client = _client("ruanqing")
    from anxin.access import clock

    month = f"{(clock.now().replace(day=1) - timedelta(days=5)):%Y-%m}"
    found = []
    for what in ("handover:assessment:adjudication", "cycle:small", "broken"):
        address = f"/desk/boards/cases/?board=cockpit&what={what}&month={month}"
        first, again = _timed(lambda address=address: client.get(address), 4)
        found.append({"what": what, "first": first, "median": statistics.median(again)})
    return found


def _client(username: str) -> Any:
    from django.conf import settings
    from django.test import Client

    from anxin.access.models import User

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def _timed(get: Callable[[], Any], rounds: int) -> tuple[float, list[float]]:
    """The first of them, and the others (or the one), in milliseconds."""
    took = []
    for _round in range(rounds):
        begun = time.perf_counter()
        response = get()
        took.append(1000 * (time.perf_counter() - begun))
        assert response.status_code == 200, response.status_code
    return took[0], took[1:] or took


if __name__ == "__main__":
    step, *numbers = sys.argv[1:]
    result = {"fill": fill, "answer": answer, "pages": pages, "behind": behind}[step](*map(int, numbers))
    print(json.dumps(result))
