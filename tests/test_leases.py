"""Leases: one worker at a time has a row, a dead one's is taken over, and nobody writes into a row that is another's by now.

Here and not in the journal, as the journal has no such rows itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from anxin.insight.indicators.models import FactBatch
from anxin.insight.results.models import Answer
from anxin.journal.leasing import Held, Leases
from anxin.journal.telling import Teller, progress_of

LEASES = Leases(Answer, Q(state="waiting"), length=timedelta(minutes=5), tries=2)


def rows(many: int) -> list[Answer]:
    return [Answer.objects.create(board="b", scope="", asked=str(n), lake=1, asked_at=timezone.now()) for n in range(many)]  # fmt: skip


def run_out() -> None:
    Answer.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_the_first_that_waits_is_taken_kept_and_given_back() -> None:
    first, second = rows(2)
    held = LEASES.next("a", body="begun")
    assert held is not None
    assert (held.row.pk, held.row.body, held.row.lease_by, held.row.attempts) == (first.pk, "begun", "a", 1)
    assert list(LEASES.due()) == [second]
    assert LEASES.take(first.pk, "b") is None
    assert held.keep(body="further")
    assert held.end(state="done")
    first.refresh_from_db()
    assert (first.state, first.body, first.lease_until, first.lease_by) == ("done", "further", None, "")
    assert LEASES.take(first.pk, "b") is None  # there is nothing to do about it any more


@pytest.mark.django_db
def test_a_row_is_read_when_it_is_taken_and_not_before() -> None:
    (row,) = rows(1)
    Answer.objects.update(body="changed meanwhile")
    held = LEASES.take(row.pk, "a")
    assert held is not None
    assert held.row.body == "changed meanwhile"


@pytest.mark.django_db
def test_who_lost_a_row_writes_nothing_into_it() -> None:
    rows(1)
    slow = LEASES.next("slow")
    run_out()
    quick = LEASES.next("quick")
    assert slow
    assert quick
    assert not slow.keep(body="slow")
    assert not slow.end(state="failed")
    assert quick.end(state="done", body="quick")
    assert Answer.objects.values_list("state", "body").get() == ("done", "quick")


@pytest.mark.django_db
def test_what_is_called_off_is_not_gone_on_with() -> None:
    rows(1)
    held = LEASES.next("a")
    assert held
    assert held.keep()
    Answer.objects.update(state="failed")
    assert not held.keep(body="further")
    assert Answer.objects.get().body == ""


@pytest.mark.django_db
def test_a_row_that_ends_its_worker_each_time_wears_out() -> None:
    rows(1)
    worn = []
    for turn in range(3):
        held = LEASES.next(f"dies {turn}")
        assert held is not None
        worn.append(held.is_worn_out)
        run_out()
    assert worn == [False, False, True]


@pytest.mark.django_db
def test_a_round_does_all_that_waits_in_order() -> None:
    told = rows(3)
    done: list[int] = []

    def do(held: Held[Answer]) -> None:
        done.append(held.row.pk)
        held.end(state="done")

    newest_first = Leases(Answer, Q(state="waiting"), length=timedelta(minutes=5), order=("-pk",))
    assert newest_first.work(do) == 3
    assert done == [row.pk for row in reversed(told)]
    assert set(Answer.objects.values_list("attempts", flat=True)) == {0}  # nobody counts them here


@pytest.mark.django_db(transaction=True)
def test_of_workers_that_come_at_the_same_moment_one_gets_each_row() -> None:
    keys = [row.pk for row in rows(20)]
    together, got = threading.Barrier(3), dict[str, list[int]]()

    def worker(name: str) -> Callable[[], None]:
        def run() -> None:
            try:
                for key in keys:
                    together.wait(30)
                    if LEASES.take(key, name):
                        got.setdefault(name, []).append(key)
            finally:
                connection.close()

        return run

    threads = [threading.Thread(target=worker(name)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(key for taken in got.values() for key in taken) == keys
    assert {row.lease_by: 0 for row in Answer.objects.all()}.keys() == got.keys()
    assert set(Answer.objects.values_list("attempts", flat=True)) == {1}


def test_every_table_with_leases_says_whose_they_are() -> None:
    """All but the batches of invitations, which are marked as a whole."""
    without = set()
    for model in apps.get_models():
        names = {field.name for field in model._meta.get_fields()}
        if "lease_until" in names and "lease_by" not in names:
            without.add(model.__name__)
    assert without == {"Invitation"}


@pytest.mark.django_db(transaction=True)
def test_what_takes_longer_than_its_lease_in_one_transaction_is_still_its_workers() -> None:
    FactBatch.objects.create(kind="calls", source="core", asked_at=timezone.now())
    leases = Leases(FactBatch, Q(state="waiting"), length=timedelta(minutes=5))
    held = leases.next("slow")
    assert held is not None
    FactBatch.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    with Teller(held, in_one_transaction=True) as tell, transaction.atomic():
        tell("write", 1, 2)
        assert progress_of(FactBatch.objects.get()) == ("write", 1, 2)
    assert leases.next("quick") is None
    assert held.end(state="done")
