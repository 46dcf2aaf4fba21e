"""Segments are joined without writing all anew, and what is forgotten is off the disk and stays away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.conf import settings

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.engines import mining
from anxin.journal.actions import add_note
from anxin.journal.lake import jobs, keeping
from anxin.journal.lake.checking import check
from anxin.journal.lake.store import open_store
from anxin.journal.lake.sync import rebuild, sync
from anxin.journal.lake.tests.contents import contents
from anxin.journal.models import Case
from anxin.journal.tests.world import open_case
from anxin.journal.writing import on_case

pytestmark = pytest.mark.django_db


def lake() -> mining.Store:
    store = open_store()
    assert store is not None
    return store


def ids() -> set[str]:
    """Of all cases whose rows are in any file, masked or not."""
    return {
        one
        for path in lake().folder.glob("cases-*.parquet")
        for one in pq.read_table(path, columns=["id"])["id"].to_pylist()
    }


def close(case: Case, at: datetime) -> None:
    Case.objects.filter(pk=case.pk).update(closed_at=at, state="closed")


@pytest.fixture
def cases(branch: Branch, actors: dict[str, Actor], now: datetime) -> list[Case]:
    """Closed four, three, two years ago, and one that is open."""
    made = [open_case(branch, actors["system"], now) for _ in range(4)]
    for years, case in zip((4, 3, 2), made, strict=False):
        close(case, now - timedelta(days=365 * years + 30))
    sync()
    return made


def test_many_small_segments_are_joined_and_a_large_one_is_left_alone(
    branch: Branch, actors: dict[str, Actor], now: datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(keeping, "SMALL", 30)
    for _ in range(40):
        open_case(branch, actors["system"], now)
    sync()
    large = lake().segments[0]["events_file"]
    for _ in range(keeping.MOST_SEGMENTS + 1):
        open_case(branch, actors["system"], now)
        sync()
        assert keeping.is_ragged(lake()) == (len(lake().segments) == keeping.MOST_SEGMENTS + 2)
    before = contents(lake())
    open_case(branch, actors["system"], now)
    jobs.run()
    assert [one["events"] for one in lake().segments] == [40, 22]
    assert lake().segments[0]["events_file"] == large
    assert not keeping.is_ragged(lake())
    assert before.items() <= contents(lake()).items()
    assert check(lake(), deep=True).sound


def test_much_that_is_masked_is_taken_off(branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    case = open_case(branch, actors["system"], now)
    for _ in range(3):
        sync()
        with on_case(case.public_id, actor=actors["system"], now=now) as work:
            work.record("t.other")
    sync()
    assert keeping.is_ragged(lake())
    keeping.compact(lake())
    assert [(one["events"], one["masked_events"]) for one in lake().segments] == [(4, 0)]


def test_what_is_forgotten_is_off_the_disk_and_stays_away(
    cases: list[Case], branch: Branch, actors: dict[str, Actor], now: datetime
) -> None:
    assert keeping.forget_before(lake(), now - timedelta(days=365 * 3)) == 2
    left = {case.public_id for case in cases[2:]}
    assert set(contents(lake())) == left == ids()
    assert check(lake(), deep=True).sound
    # A note on one of them does not bring it back, nor does a lake made anew.
    add_note(case=cases[0].public_id, text="asked for a copy", actor=actors["supervisor"], now=now)
    sync()
    assert ids() == left
    rebuild()
    assert ids() == left
    assert check(lake(), deep=True).sound
    # One that is opened again comes back whole.
    with on_case(cases[1].public_id, actor=actors["system"], now=now) as work:
        work.record("t.again")
        Case.objects.filter(pk=cases[1].pk).update(closed_at=None)
        work.case.closed_at = None
    sync()
    assert ids() == left | {cases[1].public_id}
    assert keeping.forget_before(lake(), now - timedelta(days=365 * 9)) == 0  # an earlier day takes nothing back
    assert lake().extra["forgotten_before"] == (now - timedelta(days=365 * 3)).astimezone(UTC).isoformat()


def test_what_was_masked_but_not_yet_off_the_disk_is_finished(
    cases: list[Case], now: datetime, monkeypatch: Any
) -> None:
    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(mining.Store, "compact", dies)
        with pytest.raises(KeyboardInterrupt):
            keeping.forget_before(lake(), now - timedelta(days=365 * 3))
    assert len(ids()) == 4
    jobs.run()
    assert ids() == {case.public_id for case in cases[2:]}


def test_age_is_what_the_setting_says(cases: list[Case], now: datetime, monkeypatch: Any) -> None:
    assert keeping.forget_by_age(lake(), now) == 0
    monkeypatch.setattr(settings, "LAKE_YEARS", 3)
    jobs.run()
    assert ids() == {case.public_id for case in cases[2:]}
    version = lake().version
    jobs.run()
    assert lake().version == version
    assert check(lake()).sound


def test_everything_may_be_forgotten(cases: list[Case], now: datetime) -> None:
    close(cases[3], now - timedelta(days=1))
    assert keeping.forget_before(lake(), now) == 4
    assert (len(lake()), ids()) == (0, set())
    assert check(lake(), deep=True).sound
