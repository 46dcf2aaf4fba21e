"""The database refuses to change or delete an event, whoever asks."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.journal import triggers
from anxin.journal.models import Case, Event
from anxin.journal.tests.world import open_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(branch: Branch, actors: dict[str, Actor], now: datetime) -> Case:
    return open_case(branch, actors["system"], now)


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no check left over from the test's own rows
            cursor.execute(sql)
    except DatabaseError as error:
        return triggers.WORDS in str(error)
    return False


COPY = (
    " INTO journal_event (id, case_id, seq, activity, version, actor_kind, department, channel, occurred_at, recorded_at,"
    " data, depth, rules_edition, calendar_edition, hash)"
    " SELECT id, case_id, seq, 't.forged', version, actor_kind, department, channel, occurred_at, recorded_at, data, depth,"
    " rules_edition, calendar_edition, hash FROM journal_event"
)


def test_update_and_delete_are_refused(case: Case) -> None:
    assert refused("UPDATE journal_event SET data = '{}'")
    assert refused("UPDATE journal_event SET depth = depth")
    assert refused("DELETE FROM journal_event")
    assert Event.objects.get(case=case).activity == "t.asked"


def test_the_orm_is_refused_too(case: Case) -> None:
    with pytest.raises(DatabaseError, match=triggers.WORDS), transaction.atomic():
        Event.objects.filter(case=case).update(depth=1)
    with pytest.raises(DatabaseError, match=triggers.WORDS), transaction.atomic():
        Event.objects.filter(case=case).delete()


def test_replacing_and_emptying_are_refused(case: Case) -> None:
    if connection.vendor == "postgresql":
        assert refused("TRUNCATE journal_event CASCADE")
        assert refused("INSERT" + COPY + " ON CONFLICT (id) DO UPDATE SET activity = excluded.activity")
    else:
        assert refused("INSERT OR REPLACE" + COPY)
        assert refused("REPLACE" + COPY)
        assert refused("INSERT" + COPY + " WHERE true ON CONFLICT (id) DO UPDATE SET activity = excluded.activity")
    assert Event.objects.get(case=case).activity == "t.asked"


def test_missing_ones_are_named_and_come_back_after_a_migrate(case: Case) -> None:
    assert triggers.missing() == []
    triggers.remove()
    assert len(triggers.missing()) == 2
    assert not refused("UPDATE journal_event SET depth = depth")
    call_command("migrate", "journal", verbosity=0)
    assert triggers.missing() == []
    assert refused("DELETE FROM journal_event")


def test_one_that_is_missing_is_enough() -> None:
    name = next(iter(triggers._POSTGRES if connection.vendor == "postgresql" else triggers._SQLITE))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + (" ON journal_event" if connection.vendor == "postgresql" else ""))
    assert triggers.missing() == [name]
    triggers.install()
    triggers.install()
    assert triggers.missing() == []
