"""What the customer reads of the progress, and what each role can do next, with the reason when not."""

from __future__ import annotations

import pytest

from anxin.journal.models import Case
from anxin.journeys.claims import lifecycle
from anxin.journeys.claims.actions.closing import withdraw
from anxin.journeys.claims.actions.contact import record_contact
from anxin.journeys.claims.actions.notification import open_claim
from anxin.journeys.claims.actions.papers import PaperInput, receive_papers
from anxin.journeys.claims.actions.survey import CheckAnswer, complete_survey, schedule_survey
from anxin.journeys.claims.lifecycle import CLAIM
from anxin.journeys.claims.queries import claim_page, claims_of, next_actions, portal_steps, search_claims


@pytest.fixture
def look(claim, actors, minutes):
    def at(moment: int, role: str = "customer"):
        return claim_page(claim.public_id, actors[role], now=minutes(moment))

    return at


def test_the_steps_from_report_to_survey(claim, look, actors, minutes, now, staff, photo) -> None:
    steps = {step.code: step for step in portal_steps(look(1))}
    assert list(steps) == ["report", "survey", "papers", "assessment", "answer", "decision", "payment", "closing"]
    assert (steps["report"].state, steps["report"].at) == ("done", now)
    assert (steps["survey"].state, steps["survey"].promise.rule.id) == ("now", "CS-03")
    assert steps["survey"].who == "客服中心 call_taker"
    assert [step.code for step in steps.values() if step.state == "now"] == ["survey"]
    open_claim(claim=claim.public_id, actor=actors["call_taker"], now=minutes(5))
    survey = schedule_survey(claim=claim.public_id, at=minutes(90), actor=actors["call_taker"], now=minutes(6))
    planned = next(step for step in portal_steps(look(7)) if step.code == "survey")
    assert (planned.at, planned.who) == (minutes(90), "查勘部 surveyor")
    full = {item["code"]: CheckAnswer(files=[photo()]) for item in survey.checklist}
    complete_survey(
        claim=claim.public_id, survey=survey.public_id, answers=full, actor=actors["surveyor"], now=minutes(95)
    )
    after = {step.code: step for step in portal_steps(look(96))}
    assert (after["survey"].state, after["survey"].at) == ("done", minutes(95))
    assert (after["assessment"].state, after["assessment"].who) == ("now", "定损部 assessor")
    assert after["assessment"].by is not None


def test_a_withdrawn_claim_has_no_step_to_come(claim, look, actors, minutes) -> None:
    withdraw(claim=claim.public_id, reason="repaired", actor=actors["customer"], now=minutes(5))
    steps = portal_steps(look(6))
    assert [step.state for step in steps] == ["done"] * len(steps)
    assert steps[-1].code == "withdrawn"


def test_a_benefit_is_worked_out_from_papers_without_survey_or_offer(
    notify, customer, branch, actors, minutes, told
) -> None:
    from anxin.journeys.claims.tests.conftest import _policy, _product

    product = _product("YLX", "medical", [("expenses", "medical", 2_000_000, 0)])
    policy = _policy("PYAA 1", product, customer, branch)
    claim = notify(type="other", cause="illness", account="阑尾炎住院", policies=[policy], has_injury=True)
    assert claim.case.title_zh == "医疗险疾病"
    opened = open_claim(claim=claim.public_id, actor=actors["call_taker"], now=minutes(5))
    assert opened.case.department_id == "assessment"
    assert "claims.survey_waived" not in told(claim)
    steps = portal_steps(claim_page(claim.public_id, actors["customer"], now=minutes(6)))
    assert [step.code for step in steps] == ["report", "papers", "decision", "payment", "closing"]
    assert [step.code for step in steps if step.state == "now"] == ["papers"]


@pytest.mark.parametrize("state", list(lifecycle.STATES))
def test_every_state_has_its_steps_and_at_most_one_now(claim, look, state) -> None:
    Case.objects.filter(pk=claim.case_id).update(state=state)
    steps = portal_steps(look(6))
    assert sum(step.state == "now" for step in steps) == (state not in (lifecycle.CLOSED, lifecycle.WITHDRAWN))


def primary(page, actor) -> str:
    return next((action.code for action in next_actions(page, actor) if action.is_primary), "")


def test_the_primary_action_follows_the_claim(claim, look, actors, minutes, photo) -> None:
    desk = actors["call_taker"]
    assert primary(look(1, "call_taker"), desk) == "record_contact"
    assert primary(look(1), actors["customer"]) == "receive_papers"
    record_contact(claim=claim.public_id, outcome="reached", actor=desk, now=minutes(2))
    assert primary(look(3, "call_taker"), desk) == "open_claim"
    open_claim(claim=claim.public_id, actor=desk, now=minutes(4))
    assert primary(look(5, "surveyor"), actors["surveyor"]) == "schedule_survey"
    survey = schedule_survey(claim=claim.public_id, at=minutes(90), actor=desk, now=minutes(6))
    assert primary(look(7, "surveyor"), actors["surveyor"]) == "complete_survey"
    full = {item["code"]: CheckAnswer(files=[photo()]) for item in survey.checklist}
    complete_survey(
        claim=claim.public_id, survey=survey.public_id, answers=full, actor=actors["surveyor"], now=minutes(95)
    )
    assert primary(look(96, "assessor"), actors["assessor"]) == "issue_assessment"
    receive_papers(claim=claim.public_id, papers=[PaperInput("claim_form")], actor=desk, now=minutes(97))
    assert primary(look(98, "call_taker"), desk) == "accept_papers"


def test_what_is_not_possible_says_why(claim, look, actors) -> None:
    actions = {action.code: action for action in next_actions(look(1, "supervisor"), actors["supervisor"])}
    assert not actions["reopen"].allowed
    assert "已结案" in actions["reopen"].reason or "Closed" in actions["reopen"].reason
    assert actions["withdraw"].allowed
    assert not actions["complete_survey"].allowed if "complete_survey" in actions else True
    surveyor = {action.code: action for action in next_actions(look(1, "surveyor"), actors["surveyor"])}
    assert surveyor["complete_survey"].reason


def test_an_auditor_can_do_nothing_and_everyone_only_what_their_role_has(claim, look, actors) -> None:
    assert next_actions(look(1, "auditor"), actors["auditor"]) == ()
    assert {action.code for action in next_actions(look(1, "finance"), actors["finance"])} == {
        "instruct_payment", "retry_payment", "close_claim",
    }  # fmt: skip


def test_moves_named_by_actions_are_in_the_table() -> None:
    from anxin.journeys.claims.queries.next_actions import _SPECS

    assert {spec.move for spec in _SPECS} - {""} <= CLAIM.moves.keys()


def test_lists_show_only_what_the_reader_may_see(notify, actors, customer, other_customer) -> None:
    first, second = notify(), notify()
    assert [row.pk for row in claims_of(actors["customer"])] == [second.pk, first.pk]
    assert claims_of(actors["call_taker"]) == []
    assert len(claims_of(actors["call_taker"], customer=customer)) == 2
    assert claims_of(actors["outsider"], customer=customer) == []
    assert search_claims(actors["outsider"]).total == 0
    assert search_claims(actors["auditor"]).total == 2


@pytest.mark.parametrize(
    "text", ["2025-000001", "苏州 2025-000001", "PDAA 2024-2", "pdaa20242", "苏E·7K38Q", "李明", "6207", "13812346207"]
)
def test_search_finds_by_number_policy_plate_name_and_phone(claim, actors, text) -> None:
    assert [row.pk for row in search_claims(actors["adjudicator"], text).rows] == [claim.pk]


def test_search_filters(claim, actors, now) -> None:
    day = now.date()
    assert search_claims(actors["adjudicator"], states=["notified"], types=["motor"], notified_from=day).total == 1
    assert search_claims(actors["adjudicator"], states=["closed"]).total == 0
    assert search_claims(actors["adjudicator"], "没有这个人").total == 0
    assert search_claims(actors["adjudicator"], is_open=False).total == 0


def test_a_rescue_cost_is_only_for_somebody_injured(claim, look, actors) -> None:
    from anxin.journeys.claims.models import Party

    def why(page) -> str:
        (found,) = [item for item in next_actions(page, actors["call_taker"]) if item.code == "notify_rescue_cost"]
        return found.reason

    Party.objects.filter(kind="injured").delete()
    assert why(look(1, "call_taker")) == "本案没有伤者：请先增加伤者。"
    Party.objects.create(claim=claim, code="inj9", kind="injured", name="赵某")
    assert why(look(1, "call_taker")) == ""
