"""The questions asked all day find their rows by an index, on SQLite as it ships: no walk through a whole big table.

Every SELECT that a page or a worker really makes is explained, not a copy of it. Results are tested elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.django_db

JOURNAL = {"journal_event", "journal_promise", "journal_delivery", "journal_case"}
REGISTERS = {"customers_customer", "customers_contactpoint", "policies_policy", "policies_insured", "policies_vehicle"}


@dataclass
class House:
    """The insurer of the permission matrix, and who asks."""

    world: Any
    explain: Callable[..., Any]

    def get(self, path: str, who: str) -> None:
        from django.test import Client

        client = Client()
        client.force_login(self.world.here.users[who])
        with self.explain():
            answer = client.get(path)
        assert answer.status_code == 200

    def ask(self, path: str, who: str) -> None:
        from django.test import Client

        with self.explain():
            answer = Client().get(path, headers={"Authorization": f"Bearer {self.world.here.tokens[who]}"})
        assert answer.status_code == 200

    def actor(self, who: str) -> Any:
        return self.world.here.actor(who)


@pytest.fixture
def house() -> Iterator[House]:
    from django.db import connection

    from anxin.access import clock
    from anxin.journeys.claims.actions.assignment import forget_people
    from anxin.journeys.claims.statement import clauses_of
    from tests.matrix.world import NOW, make_world

    @contextmanager
    def explain(tables: set[str] = JOURNAL) -> Iterator[None]:
        asked: list[tuple[str, Any]] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if sql.lstrip().startswith("SELECT"):
                asked.append((sql, params))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            yield
        assert asked, "no query was made: nothing was tested"
        found = {f"{step}\n    {sql}" for sql, params in asked for step in _walks(sql, params, tables)}
        assert not found, "\n".join(sorted(found))

    forget_people()
    clauses_of.cache_clear()
    with clock.held_at(NOW):
        yield House(make_world(), explain)
    forget_people()
    clauses_of.cache_clear()


def _walks(sql: str, params: Any, tables: set[str]) -> list[str]:
    """The steps of the plan that read all of one of `tables`, or all of an index of it."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return []  # PostgreSQL plans by what the tables hold: so few rows would prove nothing
    names = {alias: table for table, alias in re.findall(r'"(\w+)" "?([A-Z]+\d+)\b', sql)}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        steps = [row[3] for row in cursor.fetchall()]
    walked = [(step, re.match(r"SCAN (\w+)", step)) for step in steps]
    return [step for step, match in walked if match and names.get(match[1], match[1]) in tables]


@pytest.mark.parametrize("who", ["adjudicator", "assessor", "call_taker"])
def test_a_persons_queue(house: House, who: str) -> None:
    house.get("/desk/", who)


def test_the_queue_of_a_department_and_of_a_branch(house: House) -> None:
    house.get("/desk/?who=team", "supervisor")
    house.get("/desk/?who=all&view=overdue", "supervisor")


def test_the_queue_of_the_api(house: House) -> None:
    house.ask("/api/v1/queue", "adjudicator")


def test_the_supervisors_strip(house: House) -> None:
    house.get("/desk/supervision/", "supervisor")


@pytest.mark.parametrize("stage", ["fresh", "offered", "closed"])
def test_a_case_page(house: House, stage: str) -> None:
    house.get(f"/desk/cases/{house.world.names[stage]}/", "adjudicator")


def test_the_customers_page_of_a_claim(house: House) -> None:
    house.get("/portal/", "customer")
    house.get(f"/portal/claims/{house.world.names['offered']}/", "customer")


def test_the_feed_of_events(house: House) -> None:
    from anxin.journal.reading import Place, events_after

    with house.explain():
        events_after(Place())
        events_after(Place(0, 40))


def test_the_events_of_a_claim(house: House) -> None:
    house.ask(f"/api/v1/claims/{house.world.names['offered']}/events", "auditor")


def test_a_worker_leases_deliveries(house: House) -> None:
    from anxin.journal import deliveries
    from anxin.journal.models import Delivery

    Delivery.objects.filter(pk=Delivery.objects.earliest("pk").pk).update(
        state=Delivery.State.WAITING, next_try_at=house.world.here.customer.created_at
    )
    with house.explain():
        assert len(deliveries.claim("test")) == 1
        deliveries.pending()


def test_promises_wake(house: House) -> None:
    from anxin.journal import timers
    from tests.matrix.world import NOW

    with house.explain():
        assert timers.next_wake()
        assert timers.wake(NOW + timedelta(days=2))


@pytest.mark.parametrize("text", ["13812346207", "6207", "李明", "320501198503120018", "苏E7K38Q", "PDAA2024SZ"])
def test_finding_a_customer(house: House, text: str) -> None:
    from anxin.registers.policies.queries import search_everything

    with house.explain(JOURNAL | REGISTERS):
        found = search_everything(text, house.actor("call_taker"), limit=20)
    assert found.customers or found.policies
    house.get(f"/desk/notify/?text={text}", "call_taker")
