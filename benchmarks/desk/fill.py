"""Fill ANXIN_HOME: the sample insurer, multiplied until a million events are stored. `python -m benchmarks.desk.fill EVENTS`.

The sample insurer is told once by its own code. Its rows are then copied with new keys, new public ids and new names, in
the tables they stand in; every copied event is hashed anew by the journal's own `hash_of`, so that each chain holds
(`anxin journal verify` finds nothing). Half of the events come from whole copies of all customers, policies and claims;
the other half from copies of the open claims alone, so that each desk has hundreds of them.

The events of a copy carry the times of the original; queues therefore hold many rows that are due at the same moment.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

AS_OF = datetime(2026, 3, 20, 2, 0, tzinfo=UTC)
"""10:00 of a Friday in China: a working day with most of it still to come."""
SEED = 20250314
WHOLE = 0.5
"""The part of the events that comes from copies of everything."""
ID = re.compile(r"[0-9a-f]{24}")
LONG_CASE = 500
"""Events of the one case that has very many."""
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"


def models_of() -> tuple[list[Any], list[Any]]:
    """Tables of the registers and tables of the cases, each after those it refers to."""
    from anxin.journal.models import Case, Event, Promise, Text
    from anxin.journeys.claims import models as claims
    from anxin.messages.models import Message
    from anxin.papers.models import StoredFile
    from anxin.registers.customers import models as customers
    from anxin.registers.policies import models as policies

    registers = [
        customers.Customer, customers.ContactPoint, customers.Consent, customers.PaymentAccount,
        policies.Policy, policies.Insured, policies.PolicyCoverage, policies.Vehicle, policies.Home,
    ]  # fmt: skip
    cases = [
        Case, Event, Promise, Text, claims.Claim, claims.ClaimPolicy, claims.Party, claims.Payee, claims.RequiredPaper,
        StoredFile, Message, claims.PaperFile, claims.Survey, claims.Assessment, claims.AssessmentLine, claims.Decision,
        claims.DecisionLine, claims.Approval, claims.Payment, claims.Rating,
    ]  # fmt: skip
    return registers, cases


@dataclass(slots=True)
class Table:
    """One table's rows as they stand, and which of its columns have to change in a copy."""

    model: Any
    columns: list[str]
    rows: list[tuple[Any, ...]]
    stride: int
    """Added to a key for each copy: more than the largest key there is."""
    own: dict[int, type] = field(default_factory=dict)
    """Places of columns with keys of copied tables, their own among them -> which table."""
    ids: list[int] = field(default_factory=list)
    """Places of columns in which public ids of copied rows stand, alone or inside JSON."""
    case_at: int | None = None
    """Where the key of the case stands, directly or through the claim."""

    def place(self, column: str) -> int:
        return self.columns.index(column)


class Copier:
    def __init__(self) -> None:
        from anxin.journal.models import Case

        registers, cases = models_of()
        self.tables = {model: _read(model) for model in (*registers, *cases)}
        self.registers, self.cases = registers, cases
        self.register_ids = self._public_ids(registers)
        self.case_ids = self._public_ids(cases)
        known = self.register_ids | self.case_ids
        for table in self.tables.values():
            self._columns(table, known)
        self.events, self.public_ids = self._events()
        case = self.tables[Case]
        closed = case.place("closed_at")
        self.open_cases = {row[0] for row in case.rows if row[closed] is None}
        self.rng = random.Random(SEED)
        self.insert = _inserter()

    def _public_ids(self, models: list[Any]) -> set[str]:
        found: set[str] = set()
        for model in models:
            table = self.tables[model]
            if "public_id" in table.columns:
                at = table.place("public_id")
                found |= {row[at] for row in table.rows}
        return found

    def _columns(self, table: Table, known: set[str]) -> None:
        for place, column in enumerate(table.columns):
            target = next(f for f in table.model._meta.concrete_fields if f.column == column)
            if target.primary_key:
                table.own[place] = table.model
            elif target.is_relation and target.related_model in self.tables:
                table.own[place] = target.related_model
            elif any(
                isinstance(row[place], str) and any(found in known for found in ID.findall(row[place]))
                for row in table.rows
            ):
                table.ids.append(place)

    def _events(self) -> tuple[dict[int, Any], dict[int, str]]:
        from anxin.journal.models import Case, Event

        return {event.pk: event for event in Event.objects.all()}, dict(Case.objects.values_list("pk", "public_id"))

    def copy(self, round_: int, register_round: int, *, only_open: bool) -> int:
        """Write copy `round_` of the cases, standing under the customers and policies of copy `register_round`; those
        are written too when both are the same and all cases are wanted. Returns how many events."""
        from anxin.journal.models import Event

        self._new_ids: dict[str, str] = {}
        models = self.cases if only_open else [*self.registers, *self.cases]
        kept = self._kept() if only_open else None
        written = 0
        for model in models:
            table = self.tables[model]
            rows = self._rows(table, round_, register_round, None if kept is None else kept[model])
            if model is Event:
                rows = self._hashed(table, rows, round_)
            written_here = self.insert(model._meta.db_table, table.columns, self._changed(table, rows, round_))
            written += written_here if model is Event else 0
        return written

    def _kept(self) -> dict[Any, set[int]]:
        """Keys of the rows that belong to open cases."""
        from anxin.journal.models import Case

        if not hasattr(self, "_open"):
            self._open: dict[Any, set[int]] = {Case: self.open_cases}
            for model in self.cases[1:]:
                table = self.tables[model]
                at = next(
                    place for place, target in table.own.items()
                    if target in self._open and target is not model and place != 0
                )  # fmt: skip
                keys = self._open[table.own[at]]
                self._open[model] = {row[0] for row in table.rows if row[at] in keys}
        return self._open

    def _rows(self, table: Table, round_: int, register_round: int, keys: set[int] | None) -> Iterator[list[Any]]:
        offsets = [
            (place, self.tables[target].stride * (register_round if target in self.registers else round_))
            for place, target in table.own.items()
        ]  # fmt: skip

        def new(found: re.Match[str]) -> str:
            old = found.group()
            if old not in self._new_ids:
                number = register_round if old in self.register_ids else round_ if old in self.case_ids else 0
                self._new_ids[old] = _id_of(old, number) if number else old
            return self._new_ids[old]

        for old in table.rows:
            if keys is not None and old[0] not in keys:
                continue
            row = list(old)
            for place, offset in offsets:
                if row[place] is not None:
                    row[place] += offset
            for place in table.ids:
                if row[place]:
                    row[place] = ID.sub(new, row[place])
            yield row

    def _hashed(self, table: Table, rows: Iterator[list[Any]], round_: int) -> Iterator[list[Any]]:
        from anxin.journal.chain import hash_of

        case, cause, data, hashed = (table.place(name) for name in ("case_id", "cause_id", "data", "hash"))
        stride, case_stride = table.stride * round_, self._case_stride() * round_
        self.heads: dict[int, str] = {}
        for row in rows:
            event = self.events[row[0] - stride]
            event.data, event.cause_id = row[data], row[cause]
            old_id = self.public_ids[row[case] - case_stride]
            row[hashed] = hash_of(event, self.heads.get(row[case], ""), _id_of(old_id, round_))
            self.heads[row[case]] = row[hashed]
            yield row

    def _case_stride(self) -> int:
        from anxin.journal.models import Case

        return self.tables[Case].stride

    def _changed(self, table: Table, rows: Iterator[list[Any]], round_: int) -> Iterator[list[Any]]:
        """What may stand once only, or would make one person out of ten, is made anew."""
        changes = _changes(table, round_, self.rng)
        for row in rows:
            for place, change in changes:
                if row[place]:
                    row[place] = change(row[place])
            yield row

    def write_heads(self) -> None:
        """A case names the hash of its last event."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE journal_case SET head_hash = (SELECT e.hash FROM journal_event e"
                " WHERE e.case_id = journal_case.id AND e.seq = journal_case.event_count)"
            )


def _id_of(old: str, round_: int) -> str:
    return blake2b(f"{round_} {old}".encode(), digest_size=12).hexdigest()


def _read(model: Any) -> Table:
    from django.db import connection

    columns = [item.column for item in model._meta.concrete_fields]
    # Keys first, and rows in the order of their keys: events of a case then come in the order of their chain.
    assert columns[0] == model._meta.pk.column
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {model._meta.db_table} ORDER BY {columns[0]}")
        rows = cursor.fetchall()
    return Table(model, columns, rows, stride=max((row[0] for row in rows), default=0) + 1_000)


def _changes(table: Table, round_: int, rng: random.Random) -> list[tuple[int, Callable[[str], str]]]:
    def digits(value: str) -> str:
        """Other digits in the places of the last eight: the same for the same value in the same copy."""
        new = str(int(blake2b(f"{round_} {value}".encode(), digest_size=6).hexdigest(), 16) % 10**8).zfill(8)
        head, tail = value[:-8], value[-8:]
        return head + "".join(
            fresh if old.isdigit() else old for fresh, old in zip(new[-len(tail) :], tail, strict=True)
        )

    def name(value: str) -> str:
        return rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.randint(1, 2)))

    def tagged(value: str) -> str:
        return f"{value}-{round_}"

    def number(value: str) -> str:
        year, _dash, serial = value.partition("-")
        return f"{year}-{round_ * 1_000_000 + int(serial)}"

    known: dict[str, dict[str, Callable[[str], str]]] = {
        "customers_customer": {"name": name, "id_number": digits, "external_id": tagged},
        "customers_contactpoint": {"value": digits, "normalised": digits},
        "policies_policy": {"number": tagged, "number_key": lambda value: f"{value}{round_:03d}", "external_id": tagged},
        "policies_vehicle": {
            "plate": lambda value: f"{value[:3]}{digits(value)[-5:]}", "plate_key": lambda value: f"{value[:2]}{digits(value)[-5:]}",
            "vin": digits,
        },
        "journal_case": {"number": number},
        "claims_claim": {"external_id": tagged},
    }  # fmt: skip
    wanted = known.get(table.model._meta.db_table, {})
    return [(table.place(column), change) for column, change in wanted.items()]


def _inserter() -> Callable[[str, list[str], Iterator[list[Any]]], int]:
    from django.db import connection

    def on_sqlite(table: str, columns: list[str], rows: Iterator[list[Any]]) -> int:
        marks = ", ".join("?" * len(columns))
        names = ", ".join(f'"{column}"' for column in columns)
        done = connection.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
        return int(done.rowcount)

    def on_postgres(table: str, columns: list[str], rows: Iterator[list[Any]]) -> int:
        names = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return int(cursor.rowcount)

    return on_postgres if connection.vendor == "postgresql" else on_sqlite


def fill(events: int, *, log: Callable[[str], None] = print) -> dict[str, Any]:
    """Fill an empty home until at least `events` are stored; returns counts and a sign-in per role."""
    from django.core.management import call_command
    from django.core.management.color import no_style
    from django.db import connection, transaction

    from anxin.access import clock
    from anxin.journal.models import Case, CaseNumber, Event
    from anxin.sample.build import build

    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    build(as_of=AS_OF)
    stored = Event.objects.count()
    log(f"the sample insurer, {stored:,} events: {time.perf_counter() - began:.0f} s")
    connection.disable_constraint_checking()
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")  # keys are right by construction
        copier = Copier()
        round_, whole = 0, 0
        while stored < events:
            round_ += 1
            only_open = stored > events * WHOLE
            whole = whole if only_open else round_
            # Copies of the open claims are spread over all customers there are.
            stored += copier.copy(round_, round_ % (whole + 1) if only_open else round_, only_open=only_open)
        copier.write_heads()
        CaseNumber.objects.update(last=(round_ + 1) * 1_000_000)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [*copier.registers, *copier.cases]):
                cursor.execute(statement)
    connection.enable_constraint_checking()
    clock.set_offset(AS_OF - datetime.now(UTC))
    people = _people()
    long_case = _long_case(people["adjudicator"])
    counts = {
        "events": Event.objects.count(), "cases": Case.objects.count(), "open": Case.objects.filter(closed_at=None).count()
    }  # fmt: skip
    log(
        f"{counts['events']:,} events of {counts['cases']:,} cases, {counts['open']:,} open: {time.perf_counter() - began:.0f} s"
    )
    return {"people": people, "counts": counts, "long_case": long_case}


def _people() -> dict[str, str]:
    """Who has most to do: an adjudicator, the supervisor of a branch, the administrator. All get the demo's password."""
    from django.contrib.auth.hashers import make_password
    from django.db.models import Count, Q

    from anxin.access.models import User
    from anxin.journal.models import Case
    from anxin.sample.build import demo_password

    busy = dict(Case.objects.open().values_list("person").annotate(many=Count("pk")).filter(~Q(person=None)))
    found = {}
    for role in ("adjudicator", "supervisor", "administrator"):
        people = User.objects.filter(grants__role=role, is_active=True)
        inside = people.filter(grants__branch__isnull=False) if role != "administrator" else people
        found[role] = max(inside.order_by("pk"), key=lambda user: busy.get(user.pk, 0)).username
    User.objects.filter(username__in=found.values()).update(password=make_password(demo_password()))
    return found


def _long_case(username: str) -> str:
    """One of the adjudicator's open claims gets notes until it has `LONG_CASE` events, each through the journal."""
    from anxin.access import clock
    from anxin.access.actors import actor_of
    from anxin.access.models import User
    from anxin.journal.actions import add_note
    from anxin.journal.models import Case

    user = User.objects.get(username=username)
    case = Case.objects.open().filter(person=user).order_by("-event_count", "pk").first()
    assert case is not None, f"{username} has no open case"
    actor = actor_of(user, channel="desk")
    for number in range(LONG_CASE - case.event_count):
        moment = clock.now() - timedelta(seconds=1) if number == 0 else clock.now()
        add_note(case=case.public_id, text=f"第{number + 1}次联系客户，材料在途。", actor=actor, now=moment)
    return str(case.public_id)


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.site.settings")
    import django

    django.setup()
    print(json.dumps(fill(int(sys.argv[1]), log=lambda line: print(line, file=sys.stderr))))
