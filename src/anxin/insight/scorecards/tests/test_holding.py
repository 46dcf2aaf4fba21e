"""A promise is judged on whoever held it at the moment it broke, whoever came after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anxin.access.actors import forget_actors
from anxin.access.models import Department, RoleGrant, User
from anxin.insight.scorecards.facts import facts_of
from anxin.insight.scorecards.holding import Holding, Moment, opened_with
from anxin.journal import activities
from anxin.journal.history import History
from anxin.journal.lake.store import open_store
from anxin.journal.lake.sync import sync
from anxin.journal.models import Promise
from anxin.journeys.claims import activities as done

BEGIN = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)  # a Monday, nine in the morning
EARLY, MIDDLE, LATE = 11, 12, 13


def at(days: float) -> datetime:
    return BEGIN + timedelta(days=days)


def handed(seq: int, days: float, person: int, before: int = 0) -> Moment:
    return Moment(seq, activities.CASE_HANDED_OVER, None, at(days), {"from_person": before, "to_person": person})


def passed(seq: int, days: float, person: int) -> Moment:
    address = {"rule": "CS-07", "key": "line-1", "serial": 1}
    return Moment(seq, activities.PROMISE_HANDED_OVER, None, at(days), {**address, "person": person})


def broken(days: float, **more: Any) -> Promise:
    return Promise(rule="CS-07", key="line-1", serial=1, state="broken", broken_at=at(days), **more)


def test_the_holder_at_the_moment_it_broke_answers_for_it() -> None:
    holding = Holding(EARLY, [handed(3, 1, MIDDLE, EARLY), handed(9, 6, LATE, MIDDLE)])
    assert holding.answers_for(broken(0.5)) == EARLY
    assert holding.answers_for(broken(5)) == MIDDLE
    # Passed on before it broke: it could still be kept. At that very moment: it could not.
    assert holding.answers_for(broken(6.1)) == LATE
    assert holding.answers_for(broken(6)) == MIDDLE
    # Settled long after by somebody else: it broke where it broke.
    assert holding.answers_for(broken(5, end_seq=20, settled_at=at(9))) == MIDDLE


def test_a_kept_promise_is_the_holders_at_the_step_that_kept_it() -> None:
    holding = Holding(EARLY, [handed(3, 1, MIDDLE, EARLY), handed(9, 6, LATE, MIDDLE)])
    # The step and the hand-over that follows it have one moment: their order tells them apart.
    kept = Promise(rule="CS-06", state="kept", settled_at=at(6), end_seq=8)
    assert holding.answers_for(kept) == MIDDLE
    assert holding.answers_for(Promise(rule="CS-06", state="kept", settled_at=at(6), end_seq=10)) == LATE
    assert Holding(None, []).answers_for(kept) is None


@pytest.mark.django_db
def test_a_promise_that_names_a_person_and_was_passed_on() -> None:
    begun = Moment(2, done.LINE_DISPUTED, None, at(0), {"line": "line-1", "reviewer": EARLY})
    holding = Holding(LATE, [begun, passed(5, 4, MIDDLE), passed(7, 6, LATE)])
    about = {"start_seq": 2, "person_id": LATE, "rules_edition": current_rules()}
    assert holding.answers_for(broken(3, **about)) == EARLY
    assert holding.answers_for(broken(5, **about)) == MIDDLE
    assert holding.answers_for(broken(7, **about)) == LATE
    # Never passed on: whom it names.
    assert Holding(LATE, [begun]).answers_for(broken(3, **{**about, "person_id": EARLY})) == EARLY


def current_rules() -> int:
    from anxin.journal.promises.source import source

    return source().current().rules


def test_who_held_it_at_the_opening() -> None:
    assert opened_with(7, []) == 7
    assert opened_with(7, [{"from_person": 3, "to_person": 7}]) == 3
    assert opened_with(7, [{"from_person": 0, "to_person": 7}]) is None


@pytest.mark.django_db
def test_a_case_handed_over_late_burdens_whoever_was_late(branch: Any, now: datetime) -> None:
    Department.objects.create(code="assessment", name_zh="定损部", name_en="Assessment", position=4)
    people = {}
    for name in ("slow", "rescuer"):
        people[name] = User.objects.create_user(name, "x", display_name=name, branch=branch, department_id="assessment")
        RoleGrant.objects.create(user=people[name], role="assessor", branch=branch)
    forget_actors()
    slow, rescuer = people["slow"].pk, people["rescuer"].pk
    history = History()
    chain = history.open(kind="claim", branch=branch, subject=("customer", "c" * 24), state="opened", opened_at=BEGIN)
    scope = dict.fromkeys(done.SCOPE, False) | {"line": "home", "reserve": 0}
    hand = {"from": "call_centre", "to": "assessment", "from_person": 0, "to_person": slow, "reason": ""}
    chain.say(done.OPENED, scope, at=at(0.1))
    chain.say(activities.CASE_HANDED_OVER, hand, at=at(0.1))
    # Due within five working days, on the 10th; handed over on the 11th, done on the 12th.
    chain.run_until(at(8))
    chain.say(activities.CASE_HANDED_OVER, {**hand, "from": "assessment", "from_person": slow, "to_person": rescuer}, at=at(8))  # fmt: skip
    chain.say(done.ASSESSMENT_ISSUED, {"assessment": "a", "lines": 1, "amount": 1, "assessor": rescuer, "prices": 0}, at=at(9))  # fmt: skip
    chain.set(person_id=rescuer)
    history.write()
    sync()
    promise = Promise.objects.get(rule="CS-06")
    assert (promise.state, promise.broken_at is not None and promise.broken_at < at(8)) == ("broken", True)
    store = open_store()
    assert store is not None
    found = [
        (one.person, one.value)
        for one in facts_of("2025-03", store)
        if one.indicator == "kept" and one.detail == "CS-06"
    ]
    assert found == [(slow, 0.0)]
    counts = {one.person: one.value for one in facts_of("2025-03", store) if one.indicator == "broken"}
    assert counts.get(slow) == 1
    assert not counts.get(rescuer)
