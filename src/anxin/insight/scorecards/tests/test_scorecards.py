"""A told history by hand, the preview against publishing, who sees what, and the way of an objection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client

from anxin.access.actors import actor_of, forget_actors
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed, Stale
from anxin.access.models import RoleGrant, User
from anxin.insight.cockpit.promises import deadlines
from anxin.insight.scorecards import actions, queries, work
from anxin.insight.scorecards.facts import facts_of, mean_of
from anxin.insight.scorecards.models import Card, Deed, Objection, Plan, Run
from anxin.insight.scorecards.periods import last_month, month_of, next_month, overlapping, quarter_of, span
from anxin.journal import activities
from anxin.journal.history import History
from anxin.journal.lake.store import open_store
from anxin.journal.lake.sync import sync
from anxin.journeys.claims import activities as done

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 3, 14, 1, 30, tzinfo=UTC)
PERIOD = "2025-03"
BEGIN = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)  # a Monday, nine in the morning


def tell(
    history: History, branch: Any, who: User, *, count: int, hours: int, score: int, returns: int = 0
) -> list[str]:
    """`count` cases: handed to `who`, papers of the same kind returned `returns` times, decided after `hours`, rated."""
    actor, made = actor_of(who), []
    for number in range(count):
        at = BEGIN + timedelta(days=number % 4)
        chain = history.open(kind="claim", branch=branch, subject=("customer", "c" * 24), state="opened", opened_at=at)
        hand = {"from": "assessment", "to": "adjudication", "from_person": None, "to_person": who.pk, "reason": ""}
        chain.say(activities.CASE_HANDED_OVER, hand, at=at)
        for again in range(returns):
            chain.say(
                done.PAPER_RETURNED, {"paper": "receipts", "party": "", "reason": "unclear"}, at=at + timedelta(minutes=again + 1),
                actor=actor,
            )  # fmt: skip
        facts = dict.fromkeys(done.SCOPE, False) | {"line": "home"}
        chain.say(
            done.DECIDED,
            {"decision": f"d{number}", "outcome": "pay", "amount": 1, **facts},
            at=at + timedelta(hours=hours),
            actor=actor,
        )
        chain.say(done.RATED, {"score": score}, at=at + timedelta(hours=hours + 1))
        made.append(chain.case.public_id)
    return made


@pytest.fixture
def told(staff: dict[str, User], branch: Any, outsider: User, other_branch: Any, now: Any) -> dict[str, Any]:
    """Three adjudicators: 8, 8 and 2 cases."""
    third = User.objects.create_user("third", "x", display_name="third", branch=branch, department=outsider.department)
    RoleGrant.objects.create(user=third, role="adjudicator", branch=branch)
    forget_actors()
    history = History()
    ids = tell(history, branch, staff["adjudicator"], count=8, hours=2, score=5)
    tell(history, other_branch, outsider, count=8, hours=3, score=3, returns=2)
    tell(history, branch, third, count=2, hours=1, score=1)
    history.write()
    sync()
    admin = actor_of(staff["administrator"])
    draft = actions.draft_plan(lines=actions.first_lines(), actor=admin, now=NOW)
    plan = actions.publish_plan(reason="The first plan", edit=draft.edit, actor=admin, now=NOW)
    work.order(PERIOD, plan, NOW)
    assert work.run_waiting() == 1
    run = queries.newest_run(PERIOD)
    assert run is not None
    return {"ids": ids, "third": third, "run": run, "plan": plan, "admin": admin}


def card_for(user: User) -> Card:
    return Card.objects.filter(person=user, run__period=PERIOD).order_by("-run").first()  # type: ignore[return-value]


def test_the_numbers_are_those_of_the_history(told: dict[str, Any], staff: dict[str, User], outsider: User) -> None:
    mine, theirs = (card_for(user).body["estimates"] for user in (staff["adjudicator"], outsider))
    assert (mine["hours"]["n"], mine["hours"]["raw"]) == (8, pytest.approx(2.0))
    assert theirs["hours"]["raw"] == pytest.approx(3.0, rel=0.02)
    assert (mine["rating"]["raw"], theirs["rating"]["raw"]) == (5, 3)
    assert (mine["rework"]["raw"], theirs["rework"]["raw"]) == (0, 1)
    assert 0 < mine["rework"]["value"] < theirs["rework"]["value"] < 1
    assert mine["rework"]["low"] < mine["rework"]["value"] < mine["rework"]["high"]


def test_two_cases_are_too_few(told: dict[str, Any]) -> None:
    card = card_for(told["third"])
    assert card.score is None
    assert card.body["standing"] is None
    assert {"hours", "rating", "rework"} <= set(card.body["few"])


def test_a_run_is_the_same_again_and_passes_over_what_came_later(told: dict[str, Any], staff: dict[str, User]) -> None:
    before = card_for(staff["adjudicator"])
    store = open_store()
    assert store is not None
    first = facts_of(PERIOD, store)
    assert facts_of(PERIOD, store) == first
    work.order(PERIOD, told["plan"], NOW)
    work.run_waiting()
    again = card_for(staff["adjudicator"])
    assert again.pk != before.pk
    assert (again.body, again.run.lake, again.run.plan) == (before.body, before.run.lake, before.run.plan)


def test_the_preview_is_what_publishing_gives(told: dict[str, Any]) -> None:
    admin, lines = told["admin"], actions.first_lines()
    lines["rating"]["weight"], lines["hours"]["weight"] = 25, 0
    draft = actions.draft_plan(lines=lines, actor=admin, now=NOW)
    shown = queries.preview(draft.lines, admin)
    assert shown is not None
    expected = {move.name: move.after for moves in shown.moves.values() for move in moves}
    before = {move.name: move.before for moves in shown.moves.values() for move in moves}
    actions.publish_plan(reason="Ratings matter more", edit=draft.edit, actor=admin, now=NOW)
    assert work.run_waiting() == 1
    run = queries.newest_run(PERIOD)
    assert run is not None
    assert run.plan.number == 2
    scores = {card.key: card.score for card in Card.objects.filter(run=run) if card.score is not None}
    assert scores == pytest.approx({key: value for key, value in expected.items() if value is not None})
    assert scores != pytest.approx({key: value for key, value in before.items() if value is not None})
    deed = Deed.objects.first()
    assert deed is not None
    assert (deed.what, deed.reason, deed.by_id) == ("published", "Ratings matter more", admin.user_id)
    assert (deed.before["rating"]["weight"], deed.after["rating"]["weight"]) == (10, 25)
    assert Plan.objects.get(number=1).lines["rating"]["weight"] == 10


def test_plans_are_checked(told: dict[str, Any], actors: dict[str, Any]) -> None:
    lines = actions.first_lines()

    def limited(code: str, level: str, target: float) -> dict[str, Any]:
        limits = lines[code]["limits"]
        return {**lines, code: {**lines[code], "limits": {**limits, level: {**limits[level], "target": target}}}}

    for wrong, field in (
        ({**lines, "kept": {**lines["kept"], "weight": 21}}, "lines"),
        ({**lines, "kept": {**lines["kept"], "fewest": 4}}, "kept.fewest"),
        (limited("kept", "team", 0.5), "kept.team.target"),
        (limited("hours", "branch", 30.0), "hours.branch.target"),
    ):
        with pytest.raises(Invalid) as refused:
            actions.draft_plan(lines=wrong, actor=told["admin"], now=NOW)
        assert set(refused.value.fields) == {field}
    with pytest.raises(NotAllowed):
        actions.draft_plan(lines=lines, actor=actors["supervisor"], now=NOW)
    draft = actions.draft_plan(lines=lines, actor=told["admin"], now=NOW)
    with pytest.raises(Stale):
        actions.publish_plan(reason="Anything", edit=draft.edit + 1, actor=told["admin"], now=NOW)
    with pytest.raises(Invalid, match=r"same|相同"):
        actions.publish_plan(reason="Anything", edit=draft.edit, actor=told["admin"], now=NOW)


def test_nobody_sees_a_colleagues_card(
    told: dict[str, Any], staff: dict[str, User], outsider: User, other_branch: Any
) -> None:
    boss = User.objects.create_user(
        "boss", "x", display_name="boss", branch=other_branch, department=outsider.department
    )
    RoleGrant.objects.create(user=boss, role="supervisor", branch=other_branch)
    forget_actors()
    card = card_for(staff["adjudicator"])
    address = f"/desk/boards/scorecards/{card.public_id}/"
    for user, status in (
        (staff["adjudicator"], 200), (staff["supervisor"], 200), (staff["administrator"], 200), (staff["auditor"], 200),
        (told["third"], 404), (outsider, 404), (boss, 404), (staff["finance"], 404),
    ):  # fmt: skip
        client = Client()
        client.force_login(user)
        assert client.get(address).status_code == status, user
        assert client.get(f"{address}hours/").status_code == status, user
    client.force_login(boss)
    listed = client.get("/desk/boards/scorecards/?level=person").content.decode()
    assert "outsider" in listed
    assert card.public_id not in listed


def test_an_objection_and_its_answer(told: dict[str, Any], staff: dict[str, User], actors: dict[str, Any]) -> None:
    card, case = card_for(staff["adjudicator"]), told["ids"][0]
    said: dict[str, Any] = {"card": card.public_id, "indicator": "hours", "case": case, "now": NOW}
    with pytest.raises(Missing):
        actions.object_to_case(**said, reason="Not mine", actor=actors["outsider"])
    with pytest.raises(NotAllowed):
        actions.object_to_case(**said, reason="Not theirs", actor=actors["supervisor"])
    with pytest.raises(Missing):
        actions.object_to_case(**{**said, "case": "x" * 24}, reason="Not mine", actor=actors["adjudicator"])
    made = actions.object_to_case(**said, reason="The customer was away", actor=actors["adjudicator"])
    with pytest.raises(IllegalMove):
        actions.object_to_case(**said, reason="Once more", actor=actors["adjudicator"])
    with pytest.raises(NotAllowed):
        actions.answer_objection(
            objection=made.public_id, exclude=True, answer="Yes", actor=actors["adjudicator"], now=NOW
        )
    RoleGrant.objects.create(user=staff["adjudicator"], role="supervisor", branch=staff["adjudicator"].branch)
    User.objects.filter(pk=staff["adjudicator"].pk).update(access_version=9)
    forget_actors()
    both = actor_of(User.objects.get(pk=staff["adjudicator"].pk))
    with pytest.raises(NotAllowed):
        actions.answer_objection(objection=made.public_id, exclude=True, answer="Granted", actor=both, now=NOW)
    with pytest.raises(Invalid):
        actions.answer_objection(objection=made.public_id, exclude=True, answer="", actor=actors["supervisor"], now=NOW)
    actions.answer_objection(
        objection=made.public_id, exclude=True, answer="Granted", actor=actors["supervisor"], now=NOW
    )
    assert Objection.objects.get().state == "excluded"
    assert work.run_waiting() == 1
    after = card_for(staff["adjudicator"])
    assert after.body["estimates"]["hours"]["n"] == 7
    assert case not in {row[0] for row in after.cases["hours"]}
    # An old address leads to the newest card; the branch goes on counting the case.
    assert queries.card_of(card.public_id, both).pk == after.pk
    branch = Card.objects.get(run=after.run, level="branch", branch=staff["adjudicator"].branch)
    assert case in {row[0] for row in branch.cases["hours"]}
    with pytest.raises(IllegalMove):
        actions.answer_objection(
            objection=made.public_id, exclude=False, answer="No after all", actor=actors["supervisor"], now=NOW
        )


def test_rewards_and_sanctions_stay_on_record(
    told: dict[str, Any], staff: dict[str, User], actors: dict[str, Any]
) -> None:
    card = card_for(staff["adjudicator"])
    with pytest.raises(NotAllowed):
        actions.add_note(card=card.public_id, kind="reward", reason="Well done", actor=actors["adjudicator"], now=NOW)
    with pytest.raises(Invalid):
        actions.add_note(card=card.public_id, kind="gift", reason="Well done", actor=actors["supervisor"], now=NOW)
    actions.add_note(
        card=card.public_id, kind="reward", reason="Nothing came back", actor=actors["supervisor"], now=NOW
    )
    client = Client()
    client.force_login(staff["adjudicator"])
    assert "Nothing came back" in client.get("/desk/boards/scorecards/mine/", follow=True).content.decode()


def test_the_card_says_how_it_comes_about_and_what_to_do(
    told: dict[str, Any], staff: dict[str, User], actors: dict[str, Any]
) -> None:
    card, case = card_for(staff["adjudicator"]), told["ids"][0]
    assert card.body["cases"] == 8
    actions.object_to_case(
        card=card.public_id,
        indicator="hours",
        case=case,
        reason="Late when it came",
        actor=actors["adjudicator"],
        now=NOW,
    )
    client = Client()
    client.force_login(staff["adjudicator"])
    page = client.get(f"/desk/boards/scorecards/{card.public_id}/")
    text = page.content.decode()
    assert sum(float(one["part"]) for one in page.context["indicators"] if one["counts"]) == pytest.approx(
        card.score, abs=0.3
    )
    assert str(page.context["objections"][0]["number"]) in text
    assert page.context["objections"][0]["number"] != case
    # A difference that the range does not bear out is not told as one.
    assert (card.body["score"]["low"] <= card.body["group"] <= card.body["score"]["high"]) == (
        "no clear difference" in page.context["heading"] or "分不出高下" in page.context["heading"]
    )
    rows = client.get(f"/desk/boards/scorecards/{card.public_id}/rework/").context["rows"]
    assert len(rows) == len({row["id"] for row in rows}) == 8


def test_a_case_stands_once_with_all_its_promises(told: dict[str, Any], staff: dict[str, User]) -> None:
    card, case = card_for(staff["adjudicator"]), told["ids"][0]
    duty = next(iter(deadlines()))
    card.cases["kept"] = [[case, 1.0, duty], [case, 0.0, duty], [told["ids"][1], 1.0]]
    card.save()
    client = Client()
    client.force_login(staff["adjudicator"])
    page = client.get(f"/desk/boards/scorecards/{card.public_id}/kept/")
    assert [len(row["values"]) for row in page.context["rows"]] == [2, 1]
    assert page.context["count"] == 3
    assert deadlines()[duty].what in page.content.decode()


def test_dimensions_weigh_alike_whatever_their_items() -> None:
    reliability = [np.array([100.0, np.nan]), np.array([100.0, np.nan]), np.array([100.0, 40.0])]
    empathy = [np.array([0.0, np.nan])]
    assert mean_of([mean_of(reliability), mean_of(empathy)]).tolist() == [50.0, 40.0]


def test_periods() -> None:
    begin, end, months = span("2025-Q1")
    assert (begin, end, months) == (datetime(2024, 12, 31, 16, tzinfo=UTC), datetime(2025, 3, 31, 16, tzinfo=UTC), 3)
    assert (month_of(NOW, 3), quarter_of(NOW)) == ("2024-12", "2025-Q1")
    with pytest.raises(Invalid):
        span("2025-13")


def test_what_is_due_is_ordered_once(told: dict[str, Any]) -> None:
    assert work.order_due(NOW) == 3  # two months before, and the quarter
    assert work.order_due(NOW) == 0
    work.run_waiting()
    assert not Run.objects.exclude(state="done").exists()
    assert work.order_due(NOW) == 0


# -- which plan judges which period -----------------------------------------------------------------------------------


def weighed(**weights: int) -> dict[str, dict[str, Any]]:
    lines = actions.first_lines()
    for code, weight in weights.items():
        lines[code]["weight"] = weight
    return lines


def publish(told: dict[str, Any], lines: dict[str, Any], valid_from: str = "") -> Plan:
    draft = actions.draft_plan(lines=lines, actor=told["admin"], now=NOW)
    return actions.publish_plan(
        reason="As decided", edit=draft.edit, valid_from=valid_from, actor=told["admin"], now=NOW
    )


def plans_by_period() -> dict[str, int | None]:
    newest = {run.period: run.plan.number for run in Run.objects.filter(state="done").order_by("pk")}
    return dict(sorted(newest.items()))


def test_a_target_of_branches_moves_branches_only(told: dict[str, Any], branch: Any) -> None:
    """The same numbers judged by the same plan, but for what is asked of a branch."""
    lines = weighed(**dict.fromkeys(actions.first_lines(), 0) | {"rating": 50, "hours": 25, "rework": 25})
    publish(told, lines)
    work.run_waiting()
    before = {card.key: card.score for card in Card.objects.filter(run=queries.newest_run(PERIOD))}
    lines["rating"]["limits"]["branch"] = {"floor": 1.0, "target": 5.0}
    draft = actions.draft_plan(lines=lines, actor=told["admin"], now=NOW)
    shown = queries.preview(draft.lines, told["admin"])
    assert shown is not None
    moved = {level: [one.name for one in found if one.change] for level, found in shown.moves.items()}
    assert moved["branch"]
    assert not moved["person"]
    assert not moved["team"]
    actions.publish_plan(reason="Branches are asked less", edit=draft.edit, actor=told["admin"], now=NOW)
    work.run_waiting()
    after = {card.key: card.score for card in Card.objects.filter(run=queries.newest_run(PERIOD))}
    assert {key for key in after if after[key] != before[key]} == set(moved["branch"])


def test_a_branch_is_asked_for_more_premium_than_a_person() -> None:
    limits = actions.first_lines()["premium"]["limits"]
    assert limits["branch"]["target"] > limits["person"]["target"]
    assert "team" not in limits


def test_a_plan_counts_from_its_month_and_earlier_ones_keep_theirs(told: dict[str, Any]) -> None:
    for period in ("2025-01", "2025-02", "2025-Q1"):
        work.order(period, told["plan"], NOW)
    work.run_waiting()
    assert plans_by_period() == {"2025-01": 1, "2025-02": 1, "2025-03": 1, "2025-Q1": 1}
    assert actions.first_months(NOW) == ["2025-04", "2025-03", "2025-02", "2025-01"]
    with pytest.raises(Invalid) as refused:
        publish(told, weighed(rating=15, hours=10), "2024-12")
    assert set(refused.value.fields) == {"valid_from"}
    second = publish(told, weighed(rating=15, hours=10), "2025-02")
    assert second.valid_from == "2025-02"
    assert work.run_waiting() == 3
    assert plans_by_period() == {"2025-01": 1, "2025-02": 2, "2025-03": 2, "2025-Q1": 2}
    # Without a month it is the newest that has cards; one for the next month judges nothing yet.
    publish(told, weighed(rating=20, hours=5))
    work.run_waiting()
    assert plans_by_period() == {"2025-01": 1, "2025-02": 2, "2025-03": 3, "2025-Q1": 3}
    publish(told, weighed(rating=5, hours=20), "2025-04")
    assert not work.run_waiting()
    assert [work.plan_for(period).number for period in ("2025-01", "2025-02", "2025-03", "2025-04", "2025-Q2")] == [1, 2, 3, 4, 4]  # type: ignore[union-attr]  # fmt: skip


def test_an_objection_to_an_earlier_month_is_judged_by_that_months_plan(
    told: dict[str, Any], staff: dict[str, User], actors: dict[str, Any]
) -> None:
    work.order("2025-Q1", told["plan"], NOW)
    work.run_waiting()
    card, case = card_for(staff["adjudicator"]), told["ids"][0]
    made = actions.object_to_case(card=card.public_id, indicator="hours", case=case, reason="Not mine", actor=actors["adjudicator"], now=NOW)  # fmt: skip
    # Meanwhile another plan holds, from the next month on.
    publish(told, weighed(rating=15, hours=10), "2025-04")
    actions.answer_objection(objection=made.public_id, exclude=True, answer="Granted", actor=actors["supervisor"], now=NOW)  # fmt: skip
    assert work.run_waiting() == 2  # the month and the quarter it lies in
    after = card_for(staff["adjudicator"])
    assert (after.run.plan.number, after.body["estimates"]["hours"]["n"]) == (1, 7)
    quarter = Card.objects.filter(person=staff["adjudicator"], run__period="2025-Q1").order_by("-run").first()
    assert quarter is not None
    assert (quarter.run.plan_id, quarter.body["estimates"]["hours"]["n"]) == (work.plan_for("2025-Q1").pk, 7)  # type: ignore[union-attr]
    client = Client()
    client.force_login(staff["adjudicator"])
    page = client.get(f"/desk/boards/scorecards/{after.public_id}/").content.decode()
    # The person sees which plan it was, though not the page of the plans.
    assert "方案 1（自最初起适用）" in page
    assert "最新的是方案 2（自2025年4月起适用）" in page
    assert "/plan/?number=1" not in page
    client.force_login(staff["supervisor"])
    assert "/plan/?number=1" in client.get(f"/desk/boards/scorecards/{after.public_id}/").content.decode()
    listed = client.get("/desk/boards/scorecards/plan/?number=1").content.decode()
    assert "全部方案" in listed
    assert client.get("/desk/boards/scorecards/plan/?number=77").status_code == 404


def test_the_quarter_of_a_month() -> None:
    assert overlapping("2025-03") == ["2025-03", "2025-Q1"]
    assert overlapping("2024-Q4") == ["2024-Q4", "2024-10", "2024-11", "2024-12"]
    assert (last_month("2025-Q2"), last_month("2025-05"), next_month("2024-12")) == ("2025-06", "2025-05", "2025-01")
