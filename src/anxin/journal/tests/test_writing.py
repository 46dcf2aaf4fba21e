"""The only way to write: what is recorded, what is refused, and what comes of a block that fails."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from anxin.access.actors import Actor
from anxin.access.errors import Missing, Stale
from anxin.access.models import Branch
from anxin.journal.models import Case, Delivery, Event, Promise
from anxin.journal.reacting import reaction
from anxin.journal.replaying import differences
from anxin.journal.tests.world import open_case
from anxin.journal.writing import on_case, opening

pytestmark = pytest.mark.django_db


def test_an_event_says_who_when_where_and_through_what(branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    case = open_case(branch, actors["adjudicator"].through("phone"), now, data={"size": "small", "line": "甲"})
    event = Event.objects.get(case=case)
    assert (event.seq, event.activity, event.actor_kind, event.actor_id) == (
        1,
        "t.asked",
        "staff",
        actors["adjudicator"].user_id,
    )
    assert (event.department, event.channel) == ("adjudication", "phone")
    assert (event.occurred_at, event.recorded_at) == (now, now)
    assert event.data == '{"line":"甲","size":"small"}'
    assert (event.cause_id, event.depth) == (None, 0)
    case.refresh_from_db()
    assert (case.event_count, case.head_hash, case.touched_at) == (1, event.hash, now)


def test_numbers_count_per_branch_kind_and_year(
    branch: Branch, other_branch: Branch, actors: dict[str, Actor], now: datetime
) -> None:
    system = actors["system"]
    assert [open_case(branch, system, now).number for _ in range(2)] == ["2025-000001", "2025-000002"]
    assert open_case(other_branch, system, now).number == "2025-000001"
    # New Year is at midnight of the insurer's zone, eight hours before Greenwich's.
    new_year = datetime.fromisoformat("2025-12-31T16:00:00+00:00")
    assert open_case(branch, system, new_year).number == "2026-000001"


def test_unregistered_activities_and_unknown_fields_raise(
    branch: Branch, actors: dict[str, Actor], now: datetime
) -> None:
    case = open_case(branch, actors["system"], now)
    with (
        pytest.raises(LookupError, match="not registered"),
        on_case(case.public_id, actor=actors["system"], now=now) as work,
    ):
        work.record("t.misspelt")
    with (
        pytest.raises(ValueError, match="no data field why"),
        on_case(case.public_id, actor=actors["system"], now=now) as work,
    ):
        work.record("promise.near", {"why": "x"})
    assert Event.objects.count() == 1


@pytest.mark.parametrize("value", [1.5, {"deep": [0.1]}, object(), b"x"])
def test_floats_and_objects_are_refused(branch: Branch, actors: dict[str, Actor], now: datetime, value: object) -> None:
    with pytest.raises(TypeError, match="whole numbers"):
        open_case(branch, actors["system"], now, data={"value": value})
    assert not Case.objects.exists()


def test_nothing_happens_in_the_future(branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    case = open_case(branch, actors["system"], now)
    with (
        pytest.raises(ValueError, match="after the present"),
        on_case(case.public_id, actor=actors["system"], now=now) as work,
    ):
        work.record("t.other", occurred_at=now + timedelta(seconds=1))


def test_a_block_that_fails_writes_nothing(
    branch: Branch, actors: dict[str, Actor], now: datetime, reactions: None
) -> None:
    reaction("test.noop", to=("t.other",))(lambda event, moment: None)
    case = open_case(branch, actors["system"], now)
    with pytest.raises(RuntimeError, match="stop"), on_case(case.public_id, actor=actors["system"], now=now) as work:  # noqa: PT012
        work.record("t.other")
        work.set(amount_fen=5)
        work.text("gone")
        raise RuntimeError("stop")
    case.refresh_from_db()
    assert (case.event_count, case.amount_fen, case.texts.count(), Delivery.objects.count()) == (1, 0, 0, 0)


def test_a_case_changes_only_with_an_event(branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    case = open_case(branch, actors["system"], now)
    with (
        pytest.raises(RuntimeError, match="only with an event"),
        on_case(case.public_id, actor=actors["system"], now=now) as work,
    ):
        work.set(amount_fen=5)


def test_a_stale_expected_count_is_refused_and_nothing_is_overwritten(
    branch: Branch, actors: dict[str, Actor], now: datetime
) -> None:
    case = open_case(branch, actors["system"], now)
    with on_case(case.public_id, actor=actors["supervisor"], now=now, expected=1) as work:
        work.record("t.other")
        work.set(amount_fen=100)
    with pytest.raises(Stale) as refused, on_case(case.public_id, actor=actors["system"], now=now, expected=1) as work:  # noqa: PT012
        work.record("t.other")
        work.set(amount_fen=200)
    assert (refused.value.status, refused.value.facts["public_id"]) == (409, case.public_id)
    case.refresh_from_db()
    assert (case.event_count, case.amount_fen) == (2, 100)


def test_what_an_actor_may_not_see_is_missing(
    branch: Branch, actors: dict[str, Actor], now: datetime, customer_user: object
) -> None:
    case = open_case(branch, actors["system"], now)
    for who in ("adjudicator", "administrator", "customer"):
        with on_case(case.public_id, actor=actors[who], now=now) as work:
            assert work.case == case
    stranger = Actor(kind="customer", customer_public_id="someone-else")
    for nobody in (actors["outsider"], stranger, Actor(kind="customer"), Actor(kind="staff", branch_ids=None)):
        with pytest.raises(Missing), on_case(case.public_id, actor=nobody, now=now):
            pass
    with pytest.raises(Missing), on_case(case.public_id, kind="claim", actor=actors["system"], now=now):
        pass


def test_handing_over_is_recorded_once(branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    case = open_case(branch, actors["system"], now)
    holder = actors["adjudicator"].user_id
    for _ in range(2):
        with on_case(case.public_id, actor=actors["system"], now=now) as work:
            work.hand_to("adjudication", holder)
    case.refresh_from_db()
    assert (case.department_id, case.person_id, case.held_since) == ("adjudication", holder, now)
    assert json.loads(Event.objects.get(activity="case.handed_over").data)["to_person"] == holder


def test_the_case_carries_its_tightest_deadline(branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    case = open_case(branch, actors["system"], now)
    case.refresh_from_db()
    assert (case.due_at, case.near_at) == (now + timedelta(hours=1), now + timedelta(minutes=45))
    assert case.due_promise is not None
    assert case.due_promise.rule == "CALL"
    with on_case(case.public_id, actor=actors["system"], now=now) as work:
        work.record("t.stopped")
    case.refresh_from_db()
    # Nothing is due while the clocks stand; the customer's own limit of two years is no deadline of ours.
    assert (case.due_at, case.near_at, case.due_promise) == (None, None, None)


def test_replaying_the_chain_gives_the_stored_promises(branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    case = open_case(
        branch, actors["system"], now, "t.asked", "t.noticed", "t.noticed", data={"size": "big", "line": "a"}
    )
    for days, said in enumerate(["t.stopped", "t.resumed", "t.disputed", "t.settled", "t.answered", "t.asked"], 1):
        moment = now + timedelta(days=days)
        with on_case(case.public_id, actor=actors["system"], now=moment) as work:
            work.record(said, {"line": "a"}, occurred_at=moment - timedelta(hours=2))
    assert Promise.objects.filter(case=case).count() == 16
    assert list(differences()) == []
    Promise.objects.filter(case=case, rule="DAYS", serial=1).update(amount=31)
    Promise.objects.filter(case=case, rule="LINE").delete()
    found = [(item.case, item.rule, item.field, item.in_table, item.in_replay) for item in differences()]
    assert (case.number, "DAYS", "amount", 31, 30) in found
    assert {rule for _, rule, *_ in found} == {"DAYS", "LINE"}


def test_what_goes_over_a_count_is_a_breach_in_the_same_block(
    branch: Branch, actors: dict[str, Actor], now: datetime
) -> None:
    case = open_case(branch, actors["system"], now, "t.noticed", "t.noticed")
    breach = Event.objects.get(case=case, activity="promise.broken")
    assert (breach.seq, breach.facts) == (3, {"rule": "ONCE", "key": "", "serial": 1, "count": 2})
    assert Promise.objects.get(case=case, rule="ONCE").state == "broken"


def test_older_data_are_read_as_today_has_them(branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    from anxin.journal import activities

    case = open_case(branch, actors["system"], now, "t.other", data={"sum": 5})
    activities.register(
        "t.other", "Other", version=2, fields=("sum_fen",), upcasters={1: lambda old: {"sum_fen": old["sum"] * 100}}
    )
    event = Event.objects.get(case=case)
    assert (event.data, event.facts) == ('{"sum":5}', {"sum_fen": 500})
    with pytest.raises(ValueError, match="lacks an upcaster from version 1"):
        activities.register("t.other", "Other", version=2)


def test_writing_a_case_takes_few_queries(
    branch: Branch, actors: dict[str, Actor], now: datetime, django_assert_max_num_queries: object
) -> None:
    case = open_case(branch, actors["system"], now)
    with django_assert_max_num_queries(8), on_case(case.public_id, actor=actors["system"], now=now) as work:  # type: ignore[operator]
        work.record("t.other")


def test_opening_with_a_number_of_its_own(branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    with opening(
        kind="test", branch=branch, subject=("log", "x"), state="open", actor=actors["system"], now=now, number="L1-7"
    ) as work:
        work.record("t.other")
    assert Case.objects.get().number == "L1-7"


def test_what_the_system_wrote_since_stops_nobody(branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    case = open_case(branch, actors["system"], now)
    with on_case(case.public_id, actor=actors["system"], now=now) as work:
        work.record("t.other")
    with on_case(case.public_id, actor=actors["supervisor"], now=now, expected=1) as work:
        work.record("t.other")
    with pytest.raises(Stale), on_case(case.public_id, actor=actors["system"], now=now, expected=1):
        pass
    with pytest.raises(Stale), on_case(case.public_id, actor=actors["system"], now=now, expected=99):
        pass
