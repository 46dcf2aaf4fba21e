from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from anxin.access import clock
from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.journal import deliveries, timers, worker
from anxin.journal.models import Event
from anxin.journal.reacting import reaction
from anxin.journal.tests.world import open_case
from anxin.journal.worker import periodic, run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reactions")]


@pytest.fixture
def jobs() -> Iterator[None]:
    before = dict(worker._registry)
    worker._registry.clear()
    yield
    worker._registry.clear()
    worker._registry.update(before)


def test_one_round_delivers_wakes_and_runs_the_jobs(
    branch: Branch, actors: dict[str, Actor], now: datetime, jobs: None
) -> None:
    seen: list[int] = []
    reaction("test.see", to=("t.asked",))(lambda event, moment: seen.append(event.seq))
    ran: list[datetime] = []
    periodic("test.job", every_seconds=3600)(ran.append)

    @periodic("test.broken", every_seconds=3600)
    def broken(moment: datetime) -> None:
        raise RuntimeError("one job must not stop the others")

    case = open_case(branch, actors["system"], now)
    with clock.held_at(now + timedelta(minutes=46)):
        done = run_worker(threading.Event(), until_idle=True)
    assert (seen, len(ran), done) == ([1], 1, 2)
    assert Event.objects.filter(case=case, activity="promise.near").count() == 1
    assert (deliveries.pending(), timers.next_wake()) == (0, now + timedelta(minutes=52, seconds=30))


def test_it_ends_when_told_and_goes_on_after_an_error(jobs: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, calls = threading.Event(), []

    def drain(name: str, **more: object) -> int:
        calls.append(name)
        if len(calls) == 1:
            raise OSError("the disk went away for a moment")
        stop.set()
        return 0

    monkeypatch.setattr(deliveries, "drain", drain)
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.0)
    assert run_worker(stop, idle=0.01, name="w") == 0
    assert calls == ["w", "w"]


def test_a_name_is_registered_once(jobs: None) -> None:
    periodic("test.job", every_seconds=1)(lambda moment: None)
    with pytest.raises(ValueError, match="twice"):
        periodic("test.job", every_seconds=1)(lambda moment: None)


def test_every_worker_has_a_name_of_its_own() -> None:
    names = {worker.worker_name() for _ in range(50)}
    assert len(names) == 50
    assert max(map(len, names)) <= 40
