"""Survey: the appointment, the checklist that must be complete, and the hand-over."""

from __future__ import annotations

import pytest

from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.journal.models import Event, Promise
from anxin.journeys.claims.actions.notification import open_claim
from anxin.journeys.claims.actions.papers import add_photos
from anxin.journeys.claims.actions.survey import CheckAnswer, cancel_survey, complete_survey, schedule_survey
from anxin.journeys.claims.models import Survey


@pytest.fixture
def planned(claim, actors, minutes) -> Survey:
    open_claim(claim=claim.public_id, actor=actors["call_taker"], now=minutes(5))
    return schedule_survey(claim=claim.public_id, at=minutes(90), actor=actors["call_taker"], now=minutes(6))


@pytest.fixture
def answers(planned, photo):
    """A complete set of answers."""
    return {
        item["code"]: CheckAnswer(note="无异常", files=[photo(number)] if item["needs_photo"] else ())
        for number, item in enumerate(planned.checklist)
    }


def test_an_appointment_has_the_published_checklist_and_a_person(planned, claim, staff) -> None:
    assert planned.surveyor_id == staff["surveyor"].pk
    assert planned.place == claim.loss_place
    assert planned.checklist
    assert planned.checklist_edition > 0
    assert any(item["needs_photo"] for item in planned.checklist)
    assert not any(item["done"] for item in planned.checklist)
    assert Promise.objects.get(case_id=claim.case_id, rule="CS-02").state == "kept"


def test_one_appointment_at_a_time(planned, claim, actors, minutes, told) -> None:
    with pytest.raises(IllegalMove):
        schedule_survey(claim=claim.public_id, at=minutes(99), actor=actors["call_taker"], now=minutes(7))
    cancel_survey(
        claim=claim.public_id, survey=planned.public_id, text="客户改时间", actor=actors["call_taker"], now=minutes(8)
    )
    schedule_survey(claim=claim.public_id, at=minutes(99), actor=actors["call_taker"], now=minutes(9))
    assert told(claim)[-2:] == ["claims.survey_cancelled", "claims.survey_scheduled"]


def test_appointments_lie_ahead_and_belong_to_surveyors(claim, actors, minutes, staff) -> None:
    with pytest.raises(Invalid):
        schedule_survey(claim=claim.public_id, at=minutes(5), actor=actors["call_taker"], now=minutes(6))
    with pytest.raises(Invalid) as refused:
        schedule_survey(
            claim=claim.public_id, at=minutes(90), surveyor_id=staff["finance"].pk, actor=actors["call_taker"],
            now=minutes(6),
        )  # fmt: skip
    assert "surveyor" in refused.value.fields
    with pytest.raises(NotAllowed):
        schedule_survey(claim=claim.public_id, at=minutes(90), actor=actors["customer"], now=minutes(6))


def test_an_incomplete_checklist_is_refused_and_named(planned, claim, answers, actors, minutes, told) -> None:
    left_out = planned.checklist[0]
    no_photo = next(item for item in planned.checklist[1:] if item["needs_photo"])
    partly = {code: answer for code, answer in answers.items() if code != left_out["code"]}
    partly[no_photo["code"]] = CheckAnswer(note="忘了拍")
    with pytest.raises(Invalid) as refused:
        complete_survey(
            claim=claim.public_id, survey=planned.public_id, answers=partly, actor=actors["surveyor"], now=minutes(95)
        )
    assert set(refused.value.fields) == {f"item-{left_out['code']}", f"item-{no_photo['code']}"}
    assert left_out["title_zh"] in refused.value.message
    assert "claims.surveyed" not in told(claim)
    with pytest.raises(Invalid):
        complete_survey(
            claim=claim.public_id, survey=planned.public_id, answers={"no_such_item": CheckAnswer()},
            actor=actors["surveyor"], now=minutes(95),
        )  # fmt: skip


def test_a_complete_survey_hands_the_claim_to_an_assessor(
    planned, claim, answers, actors, minutes, staff, told
) -> None:
    done = complete_survey(
        claim=claim.public_id, survey=planned.public_id, answers=answers, findings="前杠、前机盖变形", expected=None,
        actor=actors["surveyor"], now=minutes(95),
    )  # fmt: skip
    assert (done.state, done.done_at) == ("done", minutes(95))
    assert all(item["done"] for item in done.checklist)
    assert told(claim)[-2:] == ["claims.surveyed", "case.handed_over"]
    case = done.claim.case
    assert (case.department_id, case.person_id) == ("assessment", staff["assessor"].pk)
    facts = Event.objects.get(case_id=claim.case_id, activity="claims.surveyed").facts
    assert facts["items"] == len(planned.checklist)
    assert facts["photos"] == sum(item["needs_photo"] for item in planned.checklist)
    assert Promise.objects.get(case_id=claim.case_id, rule="CS-03").state == "kept"
    with pytest.raises(IllegalMove):
        complete_survey(
            claim=claim.public_id, survey=planned.public_id, answers=answers, actor=actors["surveyor"], now=minutes(96)
        )


def test_photos_taken_before_count(planned, claim, answers, actors, minutes, photo) -> None:
    item = next(item for item in planned.checklist if item["needs_photo"])
    add_photos(
        claim=claim.public_id, files=[photo(9)], purpose="survey_photo", reference=planned.public_id,
        item=item["code"], actor=actors["surveyor"], now=minutes(91),
    )  # fmt: skip
    answers[item["code"]] = CheckAnswer(note="已拍")
    complete_survey(
        claim=claim.public_id, survey=planned.public_id, answers=answers, actor=actors["surveyor"], now=minutes(95)
    )


def test_a_survey_before_the_case_is_opened_goes_to_assessment_on_opening(claim, actors, minutes, staff, photo) -> None:
    survey = schedule_survey(claim=claim.public_id, at=minutes(30), actor=actors["surveyor"], now=minutes(6))
    full = {item["code"]: CheckAnswer(files=[photo()]) for item in survey.checklist}
    complete_survey(
        claim=claim.public_id, survey=survey.public_id, answers=full, actor=actors["surveyor"], now=minutes(40)
    )
    opened = open_claim(claim=claim.public_id, actor=actors["call_taker"], now=minutes(50))
    assert (opened.case.department_id, opened.assessor_id) == ("assessment", staff["assessor"].pk)


def test_who_may_not(planned, claim, answers, actors, minutes) -> None:
    finish = {"claim": claim.public_id, "survey": planned.public_id, "answers": answers, "now": minutes(95)}
    with pytest.raises(NotAllowed):
        complete_survey(**finish, actor=actors["assessor"])
    with pytest.raises(Missing):
        complete_survey(**(finish | {"survey": "0" * 24}), actor=actors["surveyor"])
