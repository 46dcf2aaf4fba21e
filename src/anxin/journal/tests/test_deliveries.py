"""Reactions happen once: leases, failures, take-overs, depth."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from anxin.access.actors import Actor, system
from anxin.access.models import Branch
from anxin.journal import deliveries, reacting
from anxin.journal.models import Case, Delivery, Event
from anxin.journal.reacting import reaction
from anxin.journal.tests.world import open_case
from anxin.journal.writing import on_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reactions")]


@pytest.fixture
def made(branch: Branch, actors: dict[str, Actor], now: datetime) -> Case:
    """A case with three events that a reaction notes on the case."""

    @reaction("test.note", to=("t.asked",), emits=("t.other",))
    def note(event: Event, moment: datetime) -> None:
        with on_case(event.case.public_id, actor=system(), now=moment) as work:
            work.record("t.other", {"of": event.seq})

    return open_case(branch, actors["system"], now, "t.asked", "t.asked", "t.asked")


def notes(case: Case) -> list[int]:
    return [event.facts["of"] for event in Event.objects.filter(case=case, activity="t.other").order_by("seq")]


def test_each_event_reaches_each_reaction_once(made: Case) -> None:
    assert deliveries.pending() == 3
    assert deliveries.drain("w1") == 3
    assert deliveries.drain("w1") == 0
    assert (notes(made), deliveries.pending()) == ([1, 2, 3], 0)
    assert set(Delivery.objects.values_list("state", "attempts")) == {("done", 1)}


def test_what_a_reaction_records_names_its_cause(made: Case) -> None:
    deliveries.drain("w1")
    caused = Event.objects.filter(case=made, activity="t.other").order_by("seq").first()
    assert caused is not None
    assert caused.cause is not None
    assert (caused.cause.seq, caused.depth) == (1, 1)


def test_what_one_worker_holds_another_leaves_alone(made: Case) -> None:
    assert len(deliveries.claim("w1", batch=2)) == 2
    assert len(deliveries.claim("w2")) == 1
    assert deliveries.claim("w3") == []


def test_a_dead_workers_leases_are_taken_over(made: Case) -> None:
    held = deliveries.claim("dead", lease=timedelta(seconds=-1))
    assert deliveries.drain("w2") == 3
    assert notes(made) == [1, 2, 3]
    # The dead one comes back from its long sleep: its work no longer counts.
    assert [deliveries.run(delivery, "dead") for delivery in held] == [False, False, False]
    assert notes(made) == [1, 2, 3]


def test_a_lost_lease_rolls_the_effect_back(made: Case) -> None:
    mine = deliveries.claim("slow", batch=1, lease=timedelta(seconds=-1))[0]
    assert deliveries.claim("quick", batch=1)[0].pk == mine.pk
    assert not deliveries.run(mine, "slow")
    assert notes(made) == []
    mine.refresh_from_db()
    assert (mine.state, mine.lease_by) == ("leased", "quick")


def test_stopping_gives_the_rest_back(made: Case) -> None:
    done = iter([False, True])
    assert deliveries.drain("w1", stop=lambda: next(done)) == 1
    assert dict(Delivery.objects.values_list("state", "lease_by").order_by("state")) == {"done": "w1", "waiting": ""}


def test_a_failure_keeps_its_reason_and_waits_longer_each_time(
    branch: Branch, actors: dict[str, Actor], now: datetime
) -> None:
    @reaction("test.fail", to=("t.asked",))
    def fail(event: Event, moment: datetime) -> None:
        with on_case(event.case.public_id, actor=system(), now=moment) as work:
            work.record("t.other")
        raise RuntimeError("the printer is on fire")

    case = open_case(branch, actors["system"], now)
    for attempt in range(1, deliveries.MAX_ATTEMPTS + 1):
        before = timezone.now()
        assert deliveries.drain("w1") == 0
        row = Delivery.objects.get()
        assert (row.attempts, row.error) == (attempt, "RuntimeError: the printer is on fire")
        if attempt == deliveries.MAX_ATTEMPTS:
            assert (row.state, row.next_try_at) == ("dead", None)
            break
        assert row.state == "waiting"
        assert row.next_try_at is not None
        assert row.next_try_at >= before + timedelta(seconds=min(3600, 2**attempt))
        Delivery.objects.update(next_try_at=before)
    assert Event.objects.filter(case=case).count() == 1
    assert (deliveries.drain("w1"), deliveries.pending()) == (0, 0)
    assert deliveries.revive(row.pk)
    assert not deliveries.revive(row.pk)
    assert deliveries.pending() == 1


def test_a_reaction_nobody_knows_any_more_stops_where_people_see_it(made: Case) -> None:
    Delivery.objects.update(reaction="test.gone")
    deliveries.drain("w1")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"dead"}


def test_a_chain_of_reactions_stops_at_depth_eight(branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    @reaction("test.loop", to=("t.asked",), emits=("t.asked",))
    def loop(event: Event, moment: datetime) -> None:
        with on_case(event.case.public_id, actor=system(), now=moment) as work:
            work.record("t.asked")

    case = open_case(branch, actors["system"], now)
    assert deliveries.drain("w1") == reacting.MAX_DEPTH
    assert list(Event.objects.filter(case=case).order_by("seq").values_list("depth", flat=True)) == list(range(9))
    dead = Delivery.objects.get(state="dead")
    assert dead.error.startswith("TooDeep")


def test_cycles_are_found() -> None:
    def nothing(event: Event, moment: datetime) -> None: ...

    reaction("test.a", to=("t.asked",), emits=("t.answered",))(nothing)
    reaction("test.b", to=("t.answered",), emits=("t.noticed",))(nothing)
    assert reacting.cycles() == []
    reaction("test.c", to=("t.noticed", "t.other"), emits=("t.asked",))(nothing)
    loops = reacting.cycles()
    assert ["t.asked", "t.answered", "t.noticed", "t.asked"] in loops
    assert all(loop[0] == loop[-1] for loop in loops)


def test_an_idle_look_writes_nothing(made: Case, django_assert_num_queries: object) -> None:
    deliveries.drain("w1")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert deliveries.claim("w1") == []


def test_waiting_deliveries_are_found_by_their_index(made: Case) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN QUERY PLAN SELECT id FROM journal_delivery WHERE next_try_at <= %s ORDER BY next_try_at, id",
                ["2025-01-01"],
            )
            assert "delivery_due" in str(cursor.fetchall())
