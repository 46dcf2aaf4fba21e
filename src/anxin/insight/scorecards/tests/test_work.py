"""Runs of cards beside other writers: nothing is locked while they are counted, and nothing ordered meanwhile is missed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from anxin.insight.scorecards import work
from anxin.insight.scorecards.models import Plan, Run
from anxin.insight.scorecards.tests.test_scorecards import NOW, PERIOD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plan() -> Plan:
    return Plan.objects.create(state=Plan.State.PUBLISHED, number=1, lines={}, created_at=NOW, published_at=NOW)


def test_others_may_write_while_cards_are_counted(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def counted(_period: str, _store: Any) -> list[Any]:
        seen.append(connection.in_atomic_block)
        return []

    monkeypatch.setattr(work, "facts_of", counted)
    monkeypatch.setattr(work, "open_store", lambda: type("Lake", (), {"version": 7}))
    work.order(PERIOD, plan, NOW)
    assert work.run_waiting() == 1
    assert seen == [False]
    assert Run.objects.values_list("state", "lake").get() == ("done", 7)


def test_a_run_is_not_begun_before_what_it_was_ordered_for_is_written(plan: Plan) -> None:
    run = work.order(PERIOD, plan, NOW)
    taken: list[Any] = []

    def worker() -> None:
        try:
            taken.append(work.leases.take(run.pk, "quick"))
        finally:
            connection.close()

    thread = threading.Thread(target=worker)
    with transaction.atomic():
        assert work.order(PERIOD, plan, NOW) == run
        thread.start()
        thread.join(0.5)
        assert taken == []
    thread.join(30)
    assert taken[0] is not None
