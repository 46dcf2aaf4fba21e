from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.access.models import Unmasking
from anxin.access.permissions import Role
from anxin.registers.policies import actions, queries
from anxin.registers.policies.actions import CoverageChange
from anxin.registers.policies.models import Insured, Policy
from anxin.registers.tests.world import NOW, make_customer, make_policy


def numbers(rows) -> set[str]:
    return {row.number[:4] for row in rows}


def in_force(policy, on) -> bool:
    by_query = Policy.objects.in_force_on(on).filter(pk=policy.pk).exists()
    assert queries.is_in_force(Policy.objects.get(pk=policy.pk), on) == by_query
    return by_query


def test_who_sees_what(world) -> None:
    see = Policy.objects.visible_to
    assert numbers(see(world.staff(Role.SURVEYOR, world.suzhou))) == {"PDAA"}
    assert numbers(see(world.staff(Role.AUDITOR))) == {"PDAA", "PEHA"}
    assert numbers(see(world.sign_in(world.li))) == {"PDAA"}
    wife = make_customer("王芳", world.suzhou)
    Insured.objects.create(policy=world.motor, customer=wife)
    assert numbers(see(world.sign_in(wife))) == {"PDAA"}
    stranger = world.sign_in(world.li)
    assert not see(type(stranger)(kind="customer")).exists()  # a sign-in that is nobody's


def test_the_last_day_is_covered_whole_in_the_insurers_zone(world) -> None:
    assert world.motor.starts_at == datetime(2024, 10, 17, 16, tzinfo=UTC)
    assert world.motor.ends_at == datetime(2025, 10, 17, 16, tzinfo=UTC)
    at = Policy.objects.filter(pk=world.motor.pk).in_force_at
    assert not at(datetime(2024, 10, 17, 15, 59, 59, tzinfo=UTC)).exists()
    assert at(datetime(2024, 10, 17, 16, tzinfo=UTC)).exists()
    assert at(datetime(2025, 10, 17, 15, 59, 59, tzinfo=UTC)).exists()
    assert not at(datetime(2025, 10, 17, 16, tzinfo=UTC)).exists()


def test_termination_and_its_day(world) -> None:
    actions.terminate(
        public_id=world.motor.public_id, on=date(2025, 2, 1), how="surrendered", actor=world.supervisor, now=NOW
    )
    assert in_force(world.motor, date(2025, 1, 31))
    assert not in_force(world.motor, date(2025, 2, 1))
    world.motor.refresh_from_db()
    assert queries.standing_on(world.motor, date(2025, 1, 31)) == "in_force"
    assert queries.standing_on(world.motor, date(2025, 2, 1)) == "surrendered"
    with pytest.raises(IllegalMove):
        actions.terminate(
            public_id=world.motor.public_id, on=date(2025, 3, 1), how="cancelled", actor=world.supervisor, now=NOW
        )


def test_suspension_leaves_a_hole(world) -> None:
    given = {"public_id": world.motor.public_id, "actor": world.supervisor, "now": NOW}
    actions.suspend(from_on=date(2025, 1, 1), **given)
    assert not in_force(world.motor, date(2025, 6, 1))
    actions.resume(on=date(2025, 2, 1), **given)
    assert [in_force(world.motor, day) for day in (
        date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 31), date(2025, 2, 1)
    )] == [True, False, False, True]  # fmt: skip
    with pytest.raises(IllegalMove):
        actions.resume(on=date(2025, 3, 1), **given)


def test_extension(world) -> None:
    given = {"public_id": world.motor.public_id, "actor": world.supervisor, "now": NOW}
    actions.extend(until=date(2025, 12, 31), effective_on=date(2025, 3, 1), **given)
    assert in_force(world.motor, date(2025, 12, 31))
    with pytest.raises(Invalid):
        actions.extend(until=date(2025, 11, 1), effective_on=date(2025, 3, 1), **given)


def limit(policy, code, on) -> int | None:
    terms = queries.coverage_terms(Policy.objects.get(pk=policy.pk), on)
    return next((item.limit_fen for item in terms if item.code == code), None)


def test_terms_of_a_day_are_those_before_later_endorsements(world) -> None:
    given = {"public_id": world.motor.public_id, "actor": world.supervisor, "now": NOW}
    actions.change_terms(
        effective_on=date(2025, 1, 1), coverages={"third_party": CoverageChange(100_000_000)}, premium_fen=1, **given
    )
    actions.change_terms(
        effective_on=date(2025, 2, 1), coverages={"third_party": None, "driver": CoverageChange(5_000_000)}, **given
    )
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 31), date(2025, 2, 1)]
    assert [limit(world.motor, "third_party", day) for day in days] == [200_000_000, 100_000_000, 100_000_000, None]
    assert [limit(world.motor, "driver", day) for day in days] == [None, None, None, 5_000_000]
    with pytest.raises(Invalid):  # days never go back
        actions.change_terms(effective_on=date(2025, 1, 15), coverages={"third_party": CoverageChange(1)}, **given)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 40), st.one_of(st.none(), st.integers(1, 10**9))), max_size=6))
def test_undoing_finds_what_stood_then(world, django_db_blocker, steps) -> None:
    from django.db import transaction

    with transaction.atomic():
        actor, day = world.supervisor, world.motor.starts_on
        history = [(day, limit(world.motor, "third_party", day))]
        for later, amount in steps:
            day = day + timedelta(days=later)
            change = None if amount is None else CoverageChange(amount)
            try:
                actions.change_terms(
                    public_id=world.motor.public_id, effective_on=day, coverages={"third_party": change},
                    actor=actor, now=NOW,
                )  # fmt: skip
            except Invalid:
                continue  # nothing would change
            history.append((day, amount))
        for on in {then for then, _amount in history}:
            expected = [amount for then, amount in history if then <= on][-1]
            assert limit(world.motor, "third_party", on) == expected
        transaction.set_rollback(True)


def test_clauses_come_with_the_coverage(world) -> None:
    terms = {item.code: item for item in queries.coverage_terms(world.motor, date(2025, 3, 1))}
    damage, third = terms["vehicle_damage"], terms["third_party"]
    assert damage.clause("drunk_driving").number == third.clause("drunk_driving").number == "第九条（二）"
    assert damage.clause("wear") is not None
    assert third.clause("wear") is None
    assert third.clause("third_party_cover").spoken_number == "第二十条"


def test_a_plate_changes_by_endorsement(world) -> None:
    made = actions.change_terms(
        public_id=world.motor.public_id, effective_on=date(2025, 3, 1), plates={"LSVAM414R21844617": "苏e d12345"},
        actor=world.supervisor, now=NOW,
    )  # fmt: skip
    assert made.changes == {"vehicles": {"LSVAM414R21844617": {"plate": {"from": "苏E·7K38Q", "to": "苏E·D12345"}}}}
    assert made.number == "PDAA 2024-3205-018846-E01"


def test_who_may_not_endorse(world) -> None:
    change = {"effective_on": date(2025, 3, 1), "premium_fen": 1, "now": NOW}
    with pytest.raises(NotAllowed):
        actions.change_terms(
            public_id=world.motor.public_id, actor=world.staff(Role.ADJUDICATOR, world.suzhou), **change
        )
    with pytest.raises(NotAllowed):
        actions.change_terms(public_id=world.motor.public_id, actor=world.sign_in(world.li), **change)
    with pytest.raises(Missing):
        actions.change_terms(public_id=world.home.public_id, actor=world.supervisor, **change)


def test_refusals_of_endorsements(world) -> None:
    given = {"public_id": world.motor.public_id, "actor": world.supervisor, "now": NOW}
    day = date(2025, 3, 1)
    with pytest.raises(IllegalMove):
        actions.change_terms(effective_on=date(2026, 1, 1), premium_fen=1, **given)
    for change in (
        {"coverages": {"no_such": None}}, {"coverages": {"third_party": CoverageChange(0)}}, {"premium_fen": -1},
        {"plates": {"X": "苏E·7K38Q"}}, {},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            actions.change_terms(effective_on=day, **change, **given)
    with pytest.raises(Invalid):
        actions.terminate(on=day, how="active", **given)
    assert not world.motor.endorsements.exists()


@pytest.mark.parametrize(
    "text",
    ["PDAA 2024-3205-018846", "pdaa20243205018846", "018846", "苏E·7K38Q", "苏e7k", "LSVAM414R21844617", "李明", "6207",
     "13812346207", "320501198503120018"],
)  # fmt: skip
def test_search_over_everything(world, text) -> None:
    found = queries.search_everything(text, world.administrator)
    assert numbers(found.policies) == {"PDAA"}
    assert not found.more


def test_search_stays_within_what_one_may_see(world, django_assert_max_num_queries) -> None:
    actor = world.staff(Role.SURVEYOR, world.suzhou)
    with django_assert_max_num_queries(8):
        assert queries.search_everything("张建国", actor).policies == ()
    assert queries.search_everything("PEHA 2025-3201-000512", actor).policies == ()
    assert queries.search_everything("", actor) == queries.Found((), (), False)


def test_terms_take_the_same_queries_for_any_number(world, django_assert_num_queries) -> None:
    for number in range(5):
        make_policy(f"PDAA X{number}", "PDAA", world.li, date(2025, 1, 1), date(2025, 12, 31))
    with django_assert_num_queries(10):
        for policy in queries.with_terms(Policy.objects.all()):
            assert queries.coverage_terms(policy, date(2025, 3, 1))
            queries.is_in_force(policy, date(2025, 3, 1))
            assert [str(person.customer) for person in policy.insured.all()]


def test_a_plate_is_revealed_on_record(world) -> None:
    vehicle = world.motor.vehicles.get()
    assert str(vehicle) == "苏E·7K3**"
    actor = world.staff(Role.SURVEYOR, world.suzhou)
    assert (
        actions.reveal_vehicle(vehicle=vehicle, field="plate", reason="现场核对", actor=actor, now=NOW) == "苏E·7K38Q"
    )
    assert Unmasking.objects.get().subject_id == world.motor.public_id
