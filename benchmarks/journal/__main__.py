"""The desk's questions on a full journal: `python -m benchmarks.journal [--cases 100000] [--events 1000000]`.

Builds a database of its own in a temporary folder (about a minute and a half; nothing else is touched), with open cases
held by 80 people in 12 branches, then asks each question many times and prints p50 and p95. Goal: p95 below 150 ms each.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

NOW = datetime(2025, 3, 14, 1, 30, tzinfo=UTC)
GOAL_MS = 150


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.journal", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--open-share", type=float, default=0.1, help="how many of the cases are still open")
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
        os.environ["ANXIN_HOME"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "anxin.site.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        build(options.cases, options.events, options.open_share)
        ask(options.rounds)


def build(cases: int, events: int, open_share: float) -> None:
    from django.db import connection

    from anxin.access.actions import lay_departments
    from anxin.access.models import Branch, RoleGrant, User
    from anxin.journal.models import Case, Event, Promise
    from anxin.journal.promises.source import source

    rng = random.Random(7)
    editions = source().current()
    deadlines = [rule for rule in source().rules(editions.rules) if rule.klass == "deadline"] or [None]
    lay_departments()
    branches = [
        Branch.objects.create(code=f"B{n:02}", name_zh=f"{n}", name_en=f"{n}", short_zh=f"{n}", short_en=f"{n}")
        for n in range(12)
    ]
    places = {"survey": "surveyor", "assessment": "assessor", "adjudication": "adjudicator", "finance": "finance"}
    people = []
    for n in range(80):
        code, role = list(places.items())[n % 4]
        user = User(username=f"u{n}", display_name=f"u{n}", branch=branches[n % 12], department_id=code, password="!")
        user.save()
        RoleGrant.objects.create(user=user, role="supervisor" if n < 12 else role, branch=user.branch)
        people.append(user)

    def case_rows() -> Iterator[Case]:
        for n in range(1, cases + 1):
            person = rng.choice(people)
            moment = NOW - timedelta(minutes=rng.randrange(60 * 24 * 700))
            is_open = rng.random() < open_share
            yield Case(
                pk=n, kind="claim", number=f"2025-{n:06}", branch_id=person.branch_id, subject_id=f"c{n % 2000}", state="survey",
                department_id=person.department_id, person=person if rng.random() < 0.97 else None, opened_at=moment,
                touched_at=moment, closed_at=None if is_open else moment + timedelta(days=9), event_count=events // cases,
            )  # fmt: skip

    def event_rows() -> Iterator[Event]:
        per_case = events // cases
        for n in range(events):
            yield Event(
                case_id=n // per_case + 1, seq=n % per_case + 1, activity="case.handed_over", actor_kind="system",
                channel="system", occurred_at=NOW, recorded_at=NOW, hash="0" * 64, transaction=0,
                data='{"from":"survey","from_person":3,"reason":"","to":"assessment","to_person":17}',
            )  # fmt: skip

    def promise_rows(open_cases: list[int]) -> Iterator[Promise]:
        for n in open_cases:
            for serial in range(1, 4):
                rule = rng.choice(deadlines)
                due = NOW + timedelta(minutes=rng.randrange(-60 * 24 * 2, 60 * 24 * 30))
                yield Promise(
                    case_id=n, rule=rule.id if rule else "X", key=str(serial), serial=serial, unit="calendar_days", amount=30,
                    start_seq=1, started_at=due - timedelta(days=30), due_at=due, strict_on=due.date(),
                    rolled_on=due.date(), rolled_at=due, near_at=due - timedelta(days=7),
                    rules_edition=editions.rules, calendar_edition=editions.calendar,
                    person=rng.choice(people) if rng.random() < 0.1 else None,
                )  # fmt: skip

    began = time.perf_counter()
    fill(Case, case_rows())
    fill(Event, event_rows())
    fill(Promise, promise_rows(list(Case.objects.open().values_list("pk", flat=True))))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journal_case SET due_at = (SELECT min(due_at) FROM journal_promise p WHERE p.case_id = journal_case.id),"
            " due_promise_id = (SELECT id FROM journal_promise p WHERE p.case_id = journal_case.id ORDER BY due_at LIMIT 1)"
            " WHERE closed_at IS NULL"
        )
        cursor.execute("ANALYZE")
    print(
        f"built {cases:,} cases ({Case.objects.open().count():,} open), {events:,} events, "
        f"{Promise.objects.count():,} open promises in {time.perf_counter() - began:.0f} s"
    )


def fill(model: Any, rows: Iterator[Any]) -> None:
    from django.db import transaction

    with transaction.atomic():
        while some := list(islice(rows, 5_000)):
            model.objects.bulk_create(some)


def ask(rounds: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from anxin.access.actors import actor_of
    from anxin.access.models import User
    from anxin.journal.models import Case
    from anxin.journal.queries import promises_of, queue_of, supervision, timeline

    users = list(User.objects.order_by("pk"))
    open_cases = list(Case.objects.open().select_related("person")[:500])
    rng = random.Random(3)
    questions: dict[str, Callable[[], object]] = {
        "queue": lambda: queue_of(actor_of(rng.choice(users)), NOW),
        "queue, overdue": lambda: queue_of(actor_of(rng.choice(users)), NOW, view="overdue"),
        "queue, last page": lambda: queue_of(actor_of(rng.choice(users)), NOW, page=99),
        "queue, paused": lambda: queue_of(actor_of(rng.choice(users)), NOW, view="paused"),
        "supervision": lambda: supervision(actor_of(rng.choice(users[:12])), NOW),
        "promises of a case": lambda: promises_of(rng.choice(open_cases), NOW),
        "timeline": lambda: timeline(rng.choice(open_cases)),
    }
    for user in users:
        actor_of(user)
    slow = []
    for name, question in questions.items():
        with CaptureQueriesContext(connection) as queries:
            question()
        times = []
        for _ in range(rounds):
            began = time.perf_counter()
            question()
            times.append(1000 * (time.perf_counter() - began))
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"{name:<20} {len(queries)} queries  p50 {statistics.median(times):7.1f} ms  p95 {p95:7.1f} ms")
        if p95 > GOAL_MS:
            slow.append(name)
    if slow:
        raise SystemExit(f"above {GOAL_MS} ms: {', '.join(slow)}")


if __name__ == "__main__":
    main()
