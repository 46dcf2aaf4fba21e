"""Claims as they run, under the shipped rules: which promises begin, stop, are kept or broken, and when."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import pytest

from anxin.journal.promises import fold
from anxin.rulebook.tests.world import HOME, MEDICAL, MOTOR_INJURY, SHIPPED, at, clocks, events

LOSS = {"loss_on": "2025-03-04", "type": "motor", "cause": "collision"}
START = (
    ("2025-03-04T18:26", "notified", {**MOTOR_INJURY, **LOSS}),
    ("2025-03-04T18:26", "papers_listed", {"count": 10}),
    ("2025-03-04T18:31", "contacted", {"outcome": "reached"}),
    ("2025-03-04T20:00", "survey_scheduled", {"survey": "s1"}),
    ("2025-03-05T09:50", "surveyed", {"survey": "s1"}),
    ("2025-03-06T16:05", "request_received", MOTOR_INJURY),
    ("2025-03-06T16:05", "proofs_complete", MOTOR_INJURY),
    ("2025-03-06T16:40", "opened", {**MOTOR_INJURY, "reserve": 4_600_000}),
)


def test_a_motor_notification_starts_what_the_law_and_the_company_promise() -> None:
    found = clocks(START[0])
    assert set(found) == {"CL-09", "CL-10", "CL-17", "CS-01", "CS-02", "CS-03", "CS-04"}
    assert found["CS-01"].due_at == at("2025-03-04T19:26")
    assert found["CS-03"].due_at == at("2025-03-05T18:26")
    # Notified after hours: four office hours from the next opening are 09:00-12:00 and 13:00-14:00.
    assert found["CS-02"].due_at == at("2025-03-05T14:00")
    assert found["CS-04"].strict_on == date(2025, 3, 6)
    # Art. 26: two years from the day of loss, which is not counted.
    assert found["CL-17"].strict_on == date(2027, 3, 4)


def test_the_first_hours_are_kept() -> None:
    found = clocks(*START)
    for name in ("CL-09", "CL-10", "CL-17", "CS-01", "CS-02", "CS-03", "CS-04"):
        assert found[name].state == fold.KEPT, name


def test_both_laws_run_and_the_stricter_ends_first() -> None:
    found = clocks(*START)
    running = sorted(
        (clock for clock in found.values() if clock.state == fold.RUNNING),
        key=lambda clock: clock.due_at or at("2099-01-01T00:00"),
    )
    order = [clock.rule for clock in running]
    assert order.index("CL-11") < order.index("CL-02") < order.index("CL-07")
    assert found["CL-11"].strict_on == date(2025, 3, 11)
    assert (found["CL-02"].strict_on, found["CL-02"].rolled_on) == (date(2025, 4, 5), date(2025, 4, 7))
    assert (found["CL-07"].strict_on, found["CL-07"].rolled_on) == (date(2025, 5, 5), date(2025, 5, 6))
    assert "CL-04" not in found  # personal insurance only


def test_compulsory_cover_is_confirmed_before_the_whole_is_decided() -> None:
    found = clocks(*START, ("2025-03-10T11:20", "cover_confirmed", {"policies": ["p"]}))
    assert found["CL-11"].state == fold.KEPT
    assert found["CL-02"].state == fold.RUNNING


def test_a_notice_to_one_injured_person_does_not_stop_the_whole_claim() -> None:
    found = clocks(*START, ("2025-03-12T18:05", "supplement_notice_arrived", {"party": "inj2"}))
    assert found["CL-02"].state == fold.RUNNING


def test_a_part_of_its_own_stops_alone_and_goes_on_with_what_was_left() -> None:
    steps = (
        *START,
        ("2025-03-10T14:30", "request_received", {**MOTOR_INJURY, "party": "inj2"}),
        ("2025-03-12T18:05", "supplement_notice_arrived", {"party": "inj2"}),
    )
    paused = clocks(*steps)
    assert (paused["CL-02/inj2"].state, paused["CL-02/inj2"].left) == (fold.PAUSED, 28)
    assert paused["CL-02"].state == fold.RUNNING
    assert "CL-07/inj2" not in paused
    resumed = clocks(*steps, ("2025-03-20T10:00", "supplement_received", {"party": "inj2"}))["CL-02/inj2"]
    assert (resumed.state, resumed.strict_on, resumed.stopped_days) == (fold.RUNNING, date(2025, 4, 17), 8)


def test_a_notice_to_the_customer_stops_the_decision_but_not_the_determinable_part() -> None:
    found = clocks(*START, ("2025-03-12T18:05", "supplement_notice_arrived", {}))
    assert found["CL-02"].state == fold.PAUSED
    assert found["CL-07"].state == fold.RUNNING


def test_asking_twice_is_counted() -> None:
    steps = [*START, ("2025-03-12T18:00", "supplement_noticed", {"papers": ["x"], "count": 1})]
    assert clocks(*steps)["CL-01"].state == fold.KEPT
    second = fold.Happening(
        20, "claims.supplement_noticed", at("2025-03-20T10:00"), {"papers": ["y"], "count": 2}, 1, 1
    )
    run = fold.replay(events(*steps), SHIPPED)
    outcome = fold.apply(second, run, SHIPPED)
    assert [clock.rule for clock in outcome.overcounted] == ["CL-01"]


def test_a_dispute_goes_to_its_reviewer_and_the_rest_is_paid_first() -> None:
    found = clocks(
        *START,
        ("2025-03-13T11:30", "assessment_issued", {"assessment": "a", "assessor": 3}),
        ("2025-03-14T10:02", "assessment_answered", {"assessment": "a", "accepted": 4, "disputed": 1}),
        ("2025-03-14T10:02", "line_disputed", {"line": "bonnet", "reviewer": 77}),
        ("2025-03-14T10:02", "undisputed_fixed", {"amount": 719000, "assessment": "a"}),
    )
    assert (found["CS-06"].state, found["CS-06"].strict_on) == (fold.KEPT, date(2025, 3, 13))
    review = found["CS-07/bonnet"]
    assert (review.person_id, review.strict_on) == (77, date(2025, 3, 19))
    assert found["CS-08"].strict_on == date(2025, 3, 19)
    assert "CS-09" not in found  # nothing to adjudicate before the second assessment


def test_adjudication_is_promised_from_the_last_second_assessment() -> None:
    found = clocks(
        *START,
        ("2025-03-14T10:02", "assessment_answered", {"assessment": "a", "accepted": 3, "disputed": 2}),
        ("2025-03-14T10:02", "line_disputed", {"line": "bonnet", "reviewer": 77}),
        ("2025-03-14T10:02", "line_disputed", {"line": "fender", "reviewer": 77}),
        ("2025-03-17T10:00", "line_reviewed", {"line": "bonnet", "reviewer": 77}),
        ("2025-03-18T10:00", "line_reviewed", {"line": "fender", "reviewer": 77}),
    )
    assert (found["CS-07/bonnet"].state, found["CS-07/fender"].state) == (fold.KEPT, fold.KEPT)
    assert (found["CS-09"].state, found["CS-09"].strict_on) == (fold.RUNNING, date(2025, 3, 21))


def test_agreement_starts_both_payment_limits_and_payment_keeps_them() -> None:
    steps = (
        *START,
        ("2025-03-20T10:00", "decided", {**MOTOR_INJURY, "outcome": "pay"}),
        ("2025-03-20T10:05", "decision_notified", {"outcome": "pay"}),
        ("2025-03-21T09:00", "agreement_reached", {**MOTOR_INJURY, "amount": 2_689_050}),
    )
    found = clocks(*steps)
    assert (found["CL-02"].state, found["CL-11"].state, found["CL-07"].state) == (fold.KEPT, fold.BROKEN, fold.KEPT)
    assert found["CL-05"].strict_on == found["CL-12"].strict_on == date(2025, 3, 31)
    paid = clocks(
        *steps,
        ("2025-03-21T10:00", "payment_instructed", {"payment": "p1"}),
        ("2025-03-22T10:00", "payment_confirmed", {"payment": "p1"}),
        ("2025-03-22T10:00", "fully_paid", {"amount": 2_689_050}),
        ("2025-03-24T09:00", "closed", {}),
    )
    assert {name: clock.state for name, clock in paid.items() if clock.settled_at is None} == {}
    for name in ("CL-05", "CL-12", "CS-12", "CS-13/p1", "CS-14"):
        assert paid[name].state == fold.KEPT, name


def test_rescue_costs_run_for_each_injured_person() -> None:
    found = clocks(
        START[0],
        ("2025-03-04T20:00", "rescue_cost_notified", {"party": "inj1", "amount": 320000}),
        ("2025-03-04T20:00", "rescue_cost_notified", {"party": "inj2", "amount": 100000}),
        ("2025-03-05T09:00", "rescue_cost_paid", {"party": "inj1", "amount": 320000}),
    )
    assert (found["CL-13/inj1"].state, found["CL-13/inj2"].state) == (fold.KEPT, fold.RUNNING)
    assert found["CL-13/inj2"].strict_on == date(2025, 3, 7)


def test_a_refusal_owes_its_reasons_in_three_days_and_ends_the_rest() -> None:
    steps = (
        *START,
        ("2025-03-14T10:00", "refused", {"decision": "d", "reasons": ["drunk_driving"]}),
    )
    found = clocks(*steps)
    assert found["CL-06"].strict_on == date(2025, 3, 17)
    assert found["CL-07"].state == fold.VOID
    assert found["CL-02"].state == fold.RUNNING  # decided, but the customer does not know yet
    told = clocks(*steps, ("2025-03-14T15:00", "refusal_notice_sent", {"decision": "d"}))
    assert (told["CL-06"].state, told["CL-02"].state) == (fold.KEPT, fold.KEPT)


def test_a_withdrawn_claim_leaves_only_the_customers_own_limit() -> None:
    found = clocks(START[0], ("2025-03-04T19:00", "withdrawn", {"reason": "other"}))
    assert {name for name, clock in found.items() if clock.settled_at is None} == {"CL-17"}


def test_a_reopened_claim_is_promised_a_decision_again() -> None:
    found = clocks(
        *START,
        ("2025-03-14T10:00", "decision_notified", {"outcome": "pay"}),
        ("2025-06-02T10:00", "reopened", {**MOTOR_INJURY, "reason": "new_facts"}),
    )
    assert (found["CL-02"].state, found["CL-02#2"].state) == (fold.KEPT, fold.RUNNING)
    assert found["CL-02#2"].strict_on == date(2025, 7, 2)


def test_home_knows_no_compulsory_rules() -> None:
    found = clocks(
        ("2025-05-20T09:00", "notified", {**HOME, "type": "home", "cause": "fire", "loss_on": "2025-05-19"}),
        ("2025-05-20T09:00", "papers_listed", {"count": 7}),
        ("2025-05-22T09:00", "request_received", HOME),
        ("2025-05-22T09:00", "proofs_complete", HOME),
    )
    assert {name for name in found if name.startswith("CL-")} == {"CL-17", "CL-02", "CL-07"}
    assert (found["CL-02"].strict_on, found["CL-02"].rolled_on) == (date(2025, 6, 21), date(2025, 6, 23))


def test_a_small_medical_claim_gets_the_advisory_row_and_five_working_days() -> None:
    data = {**MEDICAL, "small": True}
    found = clocks(
        ("2025-04-29T09:00", "notified", {**data, "loss_on": "2025-04-28"}),
        ("2025-04-30T09:00", "request_received", data),
    )
    assert found["CL-15"].strict_on == date(2025, 4, 30)
    # 1 to 5 May are days off, and Sunday 27 April was worked for it: five working days end on 12 May.
    assert found["CL-04"].strict_on == date(2025, 5, 12)
    assert found["CL-02"].strict_on == date(2025, 5, 30)


def test_group_cover_has_no_five_days() -> None:
    assert "CL-04" not in clocks(("2025-04-30T09:00", "request_received", {**MEDICAL, "individual": False}))


def test_a_complex_medical_claim_is_extended_to_thirty_days() -> None:
    rule = SHIPPED.rules(1)["CL-04"]
    assert rule.extension_permission == "journal.extend_promise"
    extension = {"rule": "CL-04", "key": "", "serial": 1, "amount": rule.extended_amount, "unit": rule.extended_unit}
    found = clocks(
        ("2025-04-30T09:00", "request_received", MEDICAL),
        ("2025-05-08T09:00", "promise.extended", extension),
    )
    assert (found["CL-04"].strict_on, found["CL-04"].extended) == (date(2025, 5, 30), True)
    assert found["CL-02"].strict_on == date(2025, 5, 30)


def test_life_insurance_has_five_years() -> None:
    life = {**MEDICAL, "line": "term_life", "loss_on": "2024-02-29"}
    found = clocks(("2025-03-04T09:00", "notified", life))
    assert "CL-17" not in found
    assert found["CL-17-L"].strict_on == date(2029, 2, 28)


def test_delay_brings_liability_for_what_it_cost() -> None:
    rules = SHIPPED.rules(1)
    for rule_id in ("CL-02", "CL-05", "CL-12"):
        assert [rule.on_breach for rule in rules.consequences(rule_id)] == ["claims.late_liability_recorded"]
    assert rules.consequences("CS-01") == []


def test_a_case_given_to_a_department_waits_for_someone_to_take_it() -> None:
    handed = ("2025-03-10T09:00", "case.handed_over", {"to": "assessment", "to_person": 0})
    taken = ("2025-03-10T10:00", "case.handed_over", {"to": "assessment", "to_person": 5})
    assert clocks(handed)["CS-15"].due_at == at("2025-03-10T14:00")
    found = clocks(handed, taken)
    assert set(found) == {"CS-15"}
    assert found["CS-15"].state == fold.KEPT


@pytest.mark.parametrize("cut", range(1, len(START) + 1))
def test_a_replay_gives_the_same_as_event_by_event(cut: int) -> None:
    steps = events(*START[:cut])
    one_by_one: list[fold.Clock] = []
    for event in steps:
        one_by_one += fold.apply(event, one_by_one, SHIPPED).created
    assert [asdict(clock) for clock in one_by_one] == [asdict(clock) for clock in fold.replay(steps, SHIPPED)]
