"""The lake follows the journal: only what was touched is written, and it is at all times what one made from scratch would be."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection, transaction

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.engines import mining
from anxin.journal import activities
from anxin.journal.actions import add_note
from anxin.journal.lake import facts, jobs
from anxin.journal.lake.checking import check
from anxin.journal.lake.store import folder, open_store, writing
from anxin.journal.lake.sync import WrongLake, is_behind, rebuild, sync
from anxin.journal.lake.tests.contents import contents
from anxin.journal.models import Case, Event
from anxin.journal.tests.world import CUSTOMER, open_case
from anxin.journal.writing import on_case, opening

pytestmark = pytest.mark.django_db


def say(case: Case, actor: Actor, at: datetime, *names: str) -> None:
    with on_case(case.public_id, actor=actor, now=at) as work:
        for name in names:
            work.record(name)


def lake() -> mining.Store:
    store = open_store()
    assert store is not None
    return store


def from_scratch(tmp_path: Path, monkeypatch: Any) -> dict[str, Any]:
    with monkeypatch.context() as patched:
        patched.setattr(settings, "LAKE", tmp_path / "scratch")
        sync()
        return contents(lake())


def test_what_stands_in_the_lake(branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    case = open_case(branch, actors["adjudicator"], now, "t.asked")
    say(case, actors["adjudicator"], now + timedelta(hours=2), "t.answered")
    done = sync()
    assert (done.events, done.cases) == (2, 1)
    log = lake().log()
    assert list(log.case_ids) == [case.public_id]
    assert [log.activities[code] for code in log.activity] == ["t.asked", "t.answered"]
    assert log.resource is not None
    assert log.resource.value(0) == str(actors["adjudicator"].user_id)
    case.refresh_from_db()
    told = {name: one.value(0) for name, one in log.case_attributes.items()}
    assert {name: told[name] for name in ("kind", "branch", "state", "closed", "count")} == {
        "kind": "test", "branch": "SZ", "state": "open", "closed": "no", "count": 2,
    }  # fmt: skip
    assert told["head"] == int.from_bytes(bytes.fromhex(case.head_hash[:16]), "big", signed=True)


def test_only_touched_cases_are_written(
    branch: Branch, actors: dict[str, Actor], now: datetime, tmp_path: Path, monkeypatch: Any
) -> None:
    cases = [open_case(branch, actors["system"], now) for _ in range(5)]
    assert sync().cases == 5
    first = lake().version
    assert sync().version == first
    say(cases[1], actors["system"], now + timedelta(days=1), "t.answered")
    open_case(branch, actors["system"], now, "t.other")
    done = sync()
    assert (done.events, done.cases) == (2, 2)
    assert [one["cases"] for one in lake().segments] == [5, 2]
    assert lake().segments[0]["masked_cases"] == 1
    assert contents(lake()) == from_scratch(tmp_path, monkeypatch)
    assert check(lake(), deep=True).sound


def test_steps_of_a_few_events_write_no_case_twice(
    branch: Branch, actors: dict[str, Actor], now: datetime, tmp_path: Path, monkeypatch: Any
) -> None:
    cases = [open_case(branch, actors["system"], now) for _ in range(4)]
    for day in range(3):
        for case in cases:
            say(case, actors["system"], now + timedelta(days=day), "t.other")
    done = sync(most=3)
    assert (done.events, done.cases) == (16, 4)
    assert sum(one["masked_events"] for one in lake().segments) == 0
    assert contents(lake()) == from_scratch(tmp_path, monkeypatch)


def test_what_the_journal_notes_itself_is_left_out_but_its_head_is_followed(
    branch: Branch, actors: dict[str, Actor], now: datetime
) -> None:
    case = open_case(branch, actors["supervisor"], now)
    sync()
    add_note(case=case.public_id, text="Call back tomorrow", actor=actors["supervisor"], now=now)
    assert is_behind()
    sync()
    assert not is_behind()
    assert len(lake()) == 1
    assert lake().case_table("count")["count"].to_pylist() == [2]
    assert check(lake()).sound


def test_older_data_is_read_as_todays_version_has_it(
    branch: Branch, actors: dict[str, Actor], now: datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(facts, "_words", {})
    monkeypatch.setattr(facts, "_amounts", {})
    activities.register("t.told", "Told", fields=("colour", "fen"))
    with opening(
        kind="test", branch=branch, subject=("customer", CUSTOMER), state="open", actor=actors["system"], now=now
    ) as work:
        work.record("t.told", {"colour": "red", "fen": 5})
    activities.register(
        "t.told", "Told", version=2, fields=("shade", "fen"), upcasters={1: lambda old: {"shade": old["colour"], "fen": old["fen"]}}
    )  # fmt: skip
    facts.keep("t.told", "shade")
    facts.keep_amount("t.told", "fen")
    sync()
    attributes = lake().log().case_attributes
    assert attributes["shade"].value(0) == "red"
    assert attributes["fen"].value(0) == 5


def test_a_second_writer_is_told(branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    open_case(branch, actors["system"], now)
    for writer in (sync, rebuild, lambda: check(lake())):
        with writing(), pytest.raises(mining.BadLog, match="written by another process") as told:
            writer()
        assert told.value.code == "store-busy"
        sync()
    open_case(branch, actors["system"], now)
    before = lake().version
    with writing():
        jobs.run()  # the other does the same work
    assert lake().version == before
    jobs.run()
    assert lake().cases == 2


def test_the_lake_of_another_journal_is_refused_until_it_is_made_anew(
    branch: Branch, actors: dict[str, Actor], now: datetime, monkeypatch: Any
) -> None:
    case = open_case(branch, actors["system"], now)
    sync()
    store = lake()
    version = store.version
    last = Event.objects.order_by("pk").last()
    assert last is not None
    # Beyond the journal's end, and a place whose event has another hash.
    for told in ({"place": f"{last.transaction}-{last.pk + 1000}"}, {"place": f"{last.transaction}-{last.pk}", "hash": "0" * 64}):  # fmt: skip
        lake().note(told)
        for ask in (sync, lambda: check(lake())):
            with pytest.raises(WrongLake, match="anxin lake rebuild") as refused:
                ask()
            assert refused.value.code == "other-journal"
    rebuild()
    assert list(lake().log().case_ids) == [case.public_id]
    assert lake().version > version  # an answer stored for the old one is none of the new one
    assert check(lake()).sound


def test_a_rebuild_takes_the_place_of_a_damaged_lake_but_of_nothing_else(
    branch: Branch, actors: dict[str, Actor], now: datetime, tmp_path: Path
) -> None:
    open_case(branch, actors["system"], now)
    sync()
    (folder() / "manifest.json").write_text("{")
    rebuild()
    assert lake().cases == 1
    assert sorted(path.name for path in folder().parent.iterdir()) == ["lake", "lake.lock"]
    # Died between the two renames: the next writer puts the old one back.
    folder().rename(folder().with_name("lake.old"))
    assert sync().events == 0
    assert lake().cases == 1
    settings.LAKE = tmp_path / "papers"
    settings.LAKE.mkdir()
    (settings.LAKE / "letter.txt").write_text("mine")
    with pytest.raises(mining.BadLog, match="ANXIN_LAKE"):
        rebuild()
    assert (settings.LAKE / "letter.txt").read_text() == "mine"


def test_the_worker_takes_in_what_is_new_but_not_all_the_time(
    branch: Branch, actors: dict[str, Actor], now: datetime, monkeypatch: Any
) -> None:
    assert not jobs.waits()
    open_case(branch, actors["system"], now)
    assert jobs.waits()
    jobs.run()
    assert lake().cases == 1
    open_case(branch, actors["system"], now)
    assert not jobs.waits()  # just written
    written = (folder() / "manifest.json").stat().st_mtime
    monkeypatch.setattr(jobs.time, "time", lambda: written + jobs.EVERY_SECONDS)
    assert jobs.waits()


def test_office_waits_are_there_and_survive_compacting(branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    from anxin.journal.lake import keeping

    def waits() -> list[int | None]:
        files = [lake().folder / one["events_file"] for one in lake().segments]
        return sorted(
            (one for file in files for one in pq.read_table(file)["working_wait"].to_pylist() if one is not None)
        )

    for hours in (2, 24, 24 * 4):
        case = open_case(branch, actors["system"], now)
        say(case, actors["system"], now + timedelta(hours=hours), "t.answered")
        sync()
    assert len(lake().segments) == 3
    before = waits()
    assert len(before) == 3
    assert min(before) > 0
    keeping.compact(lake())
    assert len(lake().segments) == 1
    assert waits() == before


@pytest.mark.postgres
@pytest.mark.alone
@pytest.mark.django_db(transaction=True)
def test_what_an_open_transaction_holds_is_taken_in_when_it_ends(
    branch: Branch, actors: dict[str, Actor], now: datetime
) -> None:
    slow, quick = (open_case(branch, actors["system"], now) for _ in range(2))
    sync()
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
    say(quick, actors["system"], now, "t.other")
    assert sync().events == 0  # the lower id is not there yet: nobody passes it
    report = check(lake())
    assert (report.sound, report.behind) == (True, 1)
    go_on.set()
    thread.join(20)
    assert sync().events == 2
    assert len(lake()) == 4
    assert check(lake(), deep=True).sound
