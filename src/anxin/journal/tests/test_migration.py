"""A database from before `near_at` is brought up to date with what stands in it, and its triggers with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.journal import triggers
from anxin.journal.chain import verify
from anxin.journal.models import Case
from anxin.journal.tests.world import open_case
from anxin.journal.writing import on_case

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE, AFTER = [("journal", "0001_initial")], [("journal", "0002_near_at_and_fewer_indexes")]


def _indexed(table: str) -> set[tuple[str, ...]]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return {tuple(item["columns"]) for item in found.values() if item["index"] and not item["unique"]}


@pytest.fixture(autouse=True)
def up_to_date_again() -> Iterator[None]:
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_what_stands_is_carried_over(branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    running = open_case(branch, actors["system"], now)
    stopped = open_case(branch, actors["system"], now)
    with on_case(stopped.public_id, actor=actors["system"], now=now) as work:
        work.record("t.stopped")
    MigrationExecutor(connection).migrate(BEFORE)
    assert ("case_id",) in _indexed("journal_event")
    assert ("person_id",) in _indexed("journal_promise")

    MigrationExecutor(connection).migrate(AFTER)
    assert Case.objects.get(pk=running.pk).near_at == now + timedelta(minutes=45)
    assert Case.objects.get(pk=stopped.pk).near_at is None
    assert ("case_id",) not in _indexed("journal_event")
    assert ("person_id",) not in _indexed("journal_promise")
    assert ("branch_id", "department_id", "due_at") in _indexed("journal_case")
    assert triggers.missing() == []
    assert verify().sound
