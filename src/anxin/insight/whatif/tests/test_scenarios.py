"""Scenarios: asked for, simulated under a lease, seen by whom they concern."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from anxin.access.actors import Actor, actor_of, forget_actors
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.access.models import RoleGrant
from anxin.insight.results.asking import Ask
from anxin.insight.whatif import actions, boards, queries, work
from anxin.insight.whatif.changes import all_words, engine_change
from anxin.insight.whatif.models import Scenario
from anxin.insight.whatif.tests.histories import tell_claims

pytestmark = pytest.mark.django_db

MERGE: dict[str, Any] = {"what": "merge", "stage": "paper_check", "into": "assessment", "kept": 50}


@pytest.fixture
def analyst(staff: dict[str, Any]) -> Actor:
    RoleGrant.objects.create(user=staff["administrator"], role="analyst", branch=None)
    forget_actors()
    return actor_of(staff["administrator"])


def ask(actor: Actor, now: Any, **more: Any) -> Scenario:
    given: dict[str, Any] = {
        "name": "合并", "changes": [MERGE], "base_from": (now - timedelta(days=380)).date(),
        "base_to": (now - timedelta(days=1)).date(), "days": 30,
    }  # fmt: skip
    return actions.plan_scenario(**(given | more), actor=actor, now=now)


def test_a_scenario_is_simulated_beside_the_process_as_it_is(analyst, branch, staff, now) -> None:
    tell_claims(branch, staff, now)
    row = ask(analyst, now)
    assert work.run_waiting() == 1
    row.refresh_from_db()
    assert row.state == Scenario.State.DONE, row.why
    assert row.lake > 0
    found = row.found
    moved = found["difference"]["median"]
    assert moved[2] < 0  # two stages in one are quicker, surely
    assert found["scenario"]["median"][0] == pytest.approx(found["base"]["median"][0] + moved[0], abs=0.01)
    assert found["validation"]["verdict"] in ("close", "fair")
    assert {one["department"] for one in found["served"]} == {
        "call_centre", "survey", "assessment", "adjudication", "finance"
    }  # fmt: skip
    assert "whole" in found["base"]["kept"]
    assert len(found["base"]["by_day"]) == 30


def test_the_same_seed_gives_the_same_finding(analyst, branch, staff, now) -> None:
    tell_claims(branch, staff, now)
    row = ask(analyst, now)
    work.run_waiting()
    row.refresh_from_db()
    first = row.result
    actions.simulate_again(scenario=row.public_id, actor=analyst, now=now)
    assert work.run_waiting() == 1
    row = Scenario.objects.get(pk=row.pk)
    assert row.result == first


def test_as_cases_really_came(analyst, branch, staff, now) -> None:
    ids = tell_claims(branch, staff, now)
    row = ask(analyst, now, arrivals="replay", changes=[{"what": "people", "department": "survey", "people": 1}])
    work.run_waiting()
    row.refresh_from_db()
    assert row.state == Scenario.State.DONE, row.why
    cases = row.found["base"]["cases"]
    assert cases[1] == cases[0] == cases[2]  # the same ones in every replication
    assert 0 < cases[0] < len(ids)


def test_a_storm_says_who_is_short(analyst, branch, staff, now) -> None:
    tell_claims(branch, staff, now)
    surge = {"what": "surge", "factor": 40.0, "days": 3, "branch": "", "type": ""}
    row = ask(analyst, now, kind="storm", changes=[surge], promise_days=7, level=700)
    assert work.run_waiting() == 1
    row.refresh_from_db()
    assert row.state == Scenario.State.DONE, row.why
    storm = row.found["storm"]
    assert storm["cases"] > 40
    assert storm["person_days"] == sum(one[4] for one in storm["short"]) > 0
    assert storm["kept_with"][0] > storm["kept_now"][0]
    assert {one[1] for one in storm["short"]} == {"SZ"}


def test_a_rush_is_on_both_sides_so_that_people_show_what_they_do_in_it(analyst, branch, staff, now) -> None:
    tell_claims(branch, staff, now)
    surge = {"what": "surge", "factor": 60.0, "days": 3, "branch": "", "type": ""}
    people = {"what": "people", "department": "assessment", "people": 3, "branch": "SZ", "weekend": False}
    quiet, rush, alone = (ask(analyst, now, changes=some) for some in ([people], [surge, people], [surge]))
    assert work.run_waiting() == 3
    for row in (quiet, rush, alone):
        row.refresh_from_db()
        assert row.state == Scenario.State.DONE, row.why
    assert not quiet.found["both_sides"]
    assert not alone.found["both_sides"]
    assert rush.found["both_sides"]
    # The rush is on both sides: no case more or less through the change.
    assert rush.found["difference"]["cases"] == [0.0, 0.0, 0.0]
    assert rush.found["base"]["cases"] == alone.found["scenario"]["cases"]
    assert alone.found["difference"]["cases"][0] > 20
    # Assessors bring the mean down more in the rush than on quiet days, surely.
    helped, usual = rush.found["difference"]["mean"], quiet.found["difference"]["mean"]
    assert helped[2] < 0
    assert helped[0] < 3 * min(0.0, usual[0]) - 1


def test_what_fails_is_told(analyst, branch, staff, now) -> None:
    empty = ask(analyst, now)
    work.run_waiting()
    empty.refresh_from_db()
    assert empty.state == Scenario.State.FAILED
    assert empty.why
    tell_claims(branch, staff, now, count=12)
    few = ask(analyst, now)
    work.run_waiting()
    few.refresh_from_db()
    assert few.state == Scenario.State.FAILED
    assert "12" in few.why


def test_a_worker_that_died_is_followed_by_another(analyst, branch, staff, now) -> None:
    from django.utils import timezone

    row = ask(analyst, now)
    Scenario.objects.filter(pk=row.pk).update(
        state="running", lease_until=timezone.now() + timedelta(minutes=5), lease_by="another"
    )
    assert work.run_waiting() == 0
    Scenario.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1), attempts=3)
    assert work.run_waiting() == 1
    row.refresh_from_db()
    assert row.state == Scenario.State.FAILED  # not begun for ever


def test_who_may(actors, branch, other_branch, now) -> None:
    supervisor = actors["supervisor"]
    with pytest.raises(Invalid) as wrong:
        ask(supervisor, now)
    assert "branch" in wrong.value.fields  # the whole insurer is not theirs
    with pytest.raises(Invalid):
        ask(supervisor, now, branch=other_branch.code)
    mine = ask(supervisor, now, branch=branch.code)
    with pytest.raises(NotAllowed):
        ask(actors["auditor"], now, branch=branch.code)
    with pytest.raises(NotAllowed):
        actions.remove_scenario(scenario=mine.public_id, actor=actors["surveyor"], now=now)
    whole = ask(actors["administrator"], now)
    elsewhere = ask(actors["administrator"], now, branch=other_branch.code)
    assert set(Scenario.objects.visible_to(supervisor)) == {mine}
    assert set(Scenario.objects.visible_to(actors["administrator"])) == {mine, whole, elsewhere}
    with pytest.raises(Missing):
        queries.scenario_of(elsewhere.public_id, supervisor)
    with pytest.raises(Missing):
        actions.remove_scenario(scenario=whole.public_id, actor=supervisor, now=now)
    assert not Scenario.objects.visible_to(actors["customer"]).exists()


def test_removing_and_simulating_again(analyst, now, branch) -> None:
    row = ask(analyst, now)
    with pytest.raises(IllegalMove):
        actions.simulate_again(scenario=row.public_id, actor=analyst, now=now)
    Scenario.objects.filter(pk=row.pk).update(state="running")
    with pytest.raises(IllegalMove):
        actions.remove_scenario(scenario=row.public_id, actor=analyst, now=now)
    Scenario.objects.filter(pk=row.pk).update(state="failed")
    actions.remove_scenario(scenario=row.public_id, actor=analyst, now=now)
    assert not Scenario.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "  "}, "name"), ({"changes": []}, "changes"), ({"days": 3}, "days"), ({"promise": "CS-99"}, "promise"),
        ({"changes": [{"what": "people", "department": "kitchen", "people": 1}]}, "people_department"),
        ({"changes": [{"what": "people", "department": "survey", "people": 0}]}, "people_people"),
        ({"changes": [{"what": "people", "department": "survey", "people": 1, "begin": 18.0, "end": None}]}, "people_begin"),
        ({"changes": [{"what": "hours", "department": "survey", "people": 1}]}, "hours_begin"),
        ({"changes": [{"what": "lane", "limit_fen": 0}]}, "lane_limit"),
        ({"changes": [{"what": "merge", "stage": "survey", "into": "survey"}]}, "merge_into"),
        ({"changes": [{"what": "surge", "factor": 0, "days": 3}]}, "surge_factor"),
        ({"changes": [{"what": "magic"}]}, "changes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(analyst, now, branch, wrong, field) -> None:
    with pytest.raises(Invalid) as refused:
        ask(analyst, now, **wrong)
    assert field in refused.value.fields
    assert not Scenario.objects.exists()


def test_a_short_base_period_is_refused(analyst, now) -> None:
    with pytest.raises(Invalid) as refused:
        ask(analyst, now, base_from=(now - timedelta(days=20)).date())
    assert "base_from" in refused.value.fields


def test_changes_in_plain_words() -> None:
    from django.utils import translation

    changes = [
        {"what": "people", "department": "survey", "people": 2, "branch": "SZ", "begin": 18.0, "end": 22.5},
        {"what": "lane", "limit_fen": 500_000}, MERGE,
    ]  # fmt: skip
    with translation.override("en"):
        told = all_words(changes, {"survey": "Survey"}, {"SZ": "Suzhou"})
    assert told.startswith("2 more in Survey (Suzhou) from 18:00 to 22:30; ")
    assert "5,000 yuan" in told
    for one in changes:
        assert engine_change(one, 50)
    with pytest.raises(LookupError):
        engine_change({"what": "magic"}, 50)


def test_the_model_as_a_board_and_the_cases_behind_it(branch, staff, now) -> None:
    ids = tell_claims(branch, staff, now)
    asked = Ask(None, {}, now)
    found = boards.model(asked)
    assert found["validation"]["cases"] > 20
    split, last = found["validation"]["split"], found["validation"]["last"]
    behind = boards.behind(asked, f"came:{split}:{last}")
    assert len(behind) == found["validation"]["cases"]
    assert set(behind) < set(ids)
    assert boards.behind(asked, "learned") == ids
    assert boards.behind(Ask(frozenset({"WX"}), {}, now), "learned") == []
    with pytest.raises(LookupError):
        boards.behind(asked, "went:2025-01-01:2025-01-02")
