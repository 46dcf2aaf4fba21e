"""Readers who keep a place miss nothing, even where ids commit out of order."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from django.db import connection, transaction

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.journal.models import Event
from anxin.journal.reading import Place, events_after, place_of
from anxin.journal.tests.world import open_case
from anxin.journal.writing import on_case


def read_all(limit: int) -> list[Event]:
    place, seen = Place(), []
    while page := events_after(place, limit=limit):
        seen += page
        place = Place.parse(str(place_of(page[-1])))
    return seen


@pytest.mark.alone
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", [1, 2, 500])
def test_every_event_once_in_one_order(branch: Branch, actors: dict[str, Actor], now: datetime, limit: int) -> None:
    cases = [open_case(branch, actors["system"], now, "t.other", "t.other") for _ in range(3)]
    with on_case(cases[0].public_id, actor=actors["system"], now=now) as work:
        work.record("t.other")
    seen = read_all(limit)
    assert [event.pk for event in seen] == list(Event.objects.order_by("pk").values_list("pk", flat=True))
    assert len(seen) == 7


@pytest.mark.parametrize("text", ["", "1", "a-b", "1-2-3"])
def test_a_place_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Place.parse(text)


@pytest.mark.postgres
@pytest.mark.alone
@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_holds_back_what_came_after_it(
    branch: Branch, actors: dict[str, Actor], now: datetime
) -> None:
    """One writer takes a low id and dawdles; another commits a higher one. The reader must not pass the first by."""
    slow, quick = (open_case(branch, actors["system"], now) for _ in range(2))
    place = place_of(read_all(500)[-1])
    written, go_on = threading.Event(), threading.Event()

    def dawdle() -> None:
        try:
            with transaction.atomic(), on_case(slow.public_id, actor=actors["system"], now=now) as work:
                work.record("t.other")
                work.flush()
                work._events.clear()  # written already; the end of the block has nothing more to write
                written.set()
                go_on.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=dawdle)
    thread.start()
    assert written.wait(20)
    with on_case(quick.public_id, actor=actors["system"], now=now) as work:
        work.record("t.other")
    # The quick one's event is there for all to see, but a reader that took it would pass the slow one's lower id.
    assert Event.objects.filter(case=quick).count() == 2
    assert events_after(place) == []
    go_on.set()
    thread.join(20)
    events = events_after(place)
    assert [event.case_id for event in events] == [slow.pk, quick.pk]
    assert events[0].pk < events[1].pk
