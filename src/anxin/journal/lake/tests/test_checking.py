"""`verify` finds a changed file, a changed case, a missing and an unknown one, and does not cry over what is merely behind."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import numpy as np
import pytest

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.engines import mining
from anxin.journal.lake.checking import check
from anxin.journal.lake.store import open_store
from anxin.journal.lake.sync import sync
from anxin.journal.models import Case
from anxin.journal.tests.world import open_case
from anxin.journal.writing import on_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(branch: Branch, actors: dict[str, Actor], now: datetime) -> list[Case]:
    made = [open_case(branch, actors["system"], now, "t.asked", "t.answered") for _ in range(4)]
    sync()
    return made


def lake() -> mining.Store:
    store = open_store()
    assert store is not None
    return store


def test_a_sound_lake(cases: list[Case]) -> None:
    report = check(lake())
    assert (report.sound, report.cases, report.events, report.behind, report.compared) == (True, 4, 8, 0, 4)


@pytest.mark.parametrize("kind", ["events_file", "cases_file", "names"])
def test_a_changed_file_is_named(cases: list[Case], kind: str) -> None:
    store = lake()
    name = store.manifest["names"]["activity"] if kind == "names" else store.segments[0][kind]
    path = store.folder / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    assert check(lake()).wrong == [f"{name}: the file is missing or was changed"]
    path.unlink()
    assert check(lake()).wrong == [f"{name}: the file is missing or was changed"]


def test_a_case_that_moved_on_is_behind_not_wrong(cases: list[Case], actors: dict[str, Actor], now: datetime) -> None:
    with on_case(cases[0].public_id, actor=actors["system"], now=now + timedelta(days=1)) as work:
        work.record("t.other")
    report = check(lake(), deep=True)
    assert (report.sound, report.behind, report.compared) == (True, 1, 3)


def test_a_case_that_the_lake_lost_or_made_up_is_named(cases: list[Case]) -> None:
    lost = cases[2].public_id
    lake().remove([lost])
    assert check(lake()).wrong == [f"case {lost}: missing in the lake"]
    whole = lake().log()
    lake().append(dataclasses.replace(whole.select_cases(np.array([0])), case_ids=mining.Names(["made-up"])))
    assert "case made-up: the journal does not know it" in check(lake()).wrong


def test_another_head_is_wrong(cases: list[Case]) -> None:
    part = lake().log().select_cases(np.array([1]))
    head = mining.Column("head", part.case_attributes["head"].values + 1)
    lake().append(dataclasses.replace(part, case_attributes={**part.case_attributes, "head": head}))
    [wrong] = check(lake()).wrong
    assert wrong.startswith(
        f"case {part.case_ids[0]}: the lake has it with 2 events, the journal with 2 or another head"
    )


@pytest.mark.parametrize("what", ["time", "state"])
def test_the_right_head_does_not_cover_other_events(cases: list[Case], what: str) -> None:
    part = lake().log().select_cases(np.array([1]))
    if what == "time":
        part = dataclasses.replace(part, time=part.time + 1)
    else:
        states = mining.Column("state", np.zeros(1, np.int8), mining.Names(["closed"]))
        part = dataclasses.replace(part, case_attributes={**part.case_attributes, "state": states})
    lake().append(part)
    assert check(lake(), deep=True).wrong == [
        f"case {part.case_ids[0]}: its events in the lake are not those of the journal"
    ]
