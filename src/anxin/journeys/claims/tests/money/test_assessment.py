"""The loss assessment: prices, deviations, replacing, the reserve; and the customer's answer line by line."""

from __future__ import annotations

import pytest

from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.journal.models import Event, Promise
from anxin.journeys.claims.actions.assessment import Answer, LineInput, establish_losses
from anxin.journeys.claims.models import Assessment, AssessmentLine, Claim


def test_the_published_prices_make_mr_lis_8050(steps, li, told, own_lines) -> None:
    made = steps.issue(lines=own_lines)
    assert [line.amount_fen for line in made.lines.all()] == [210_000, 263_000, 86_000, 120_000, 126_000]
    assert [(line.parts_fen, line.labour_fen) for line in made.lines.all()[:1]] == [(186_000, 24_000)]
    assert all(line.standard_fen == line.amount_fen for line in made.lines.all())
    assert made.price_edition > 0
    case = steps.case()
    assert (case.state, case.amount_fen) == ("offered", 805_000)
    facts = Event.objects.get(case=case, activity="claims.assessment_issued").facts
    assert (facts["lines"], facts["amount"]) == (5, 805_000)


def test_third_parties_lines_wait_for_nobody(steps) -> None:
    made = steps.issue()
    states = list(made.lines.values_list("party__code", "state"))
    assert states == [("own", "offered")] * 5 + [("tp1", "fixed"), ("inj1", "fixed")]
    facts = Event.objects.get(activity="claims.assessment_issued").facts
    assert (facts["lines"], facts["amount"]) == (5, 805_000)


def test_without_own_lines_it_goes_straight_to_adjudication(steps, third_lines, told, li) -> None:
    steps.issue(lines=third_lines)
    case = steps.case()
    assert (case.state, case.department_id) == ("adjudicating", "adjudication")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (LineInput("vehicle", item="front_bumper", method="replace", amount_fen=200_000), "deviation"),
        (LineInput("vehicle", item="no_such_part", method="replace"), "item"),
        (LineInput("vehicle", item="front_bumper", method="clean"), "item"),
        (LineInput("vehicle", name_zh="拖车"), "amount_fen"),
        (LineInput("vehicle", amount_fen=100), "name_zh"),
        (LineInput("magic", name_zh="拖车", amount_fen=100), "loss_kind"),
        (LineInput("vehicle", name_zh="拖车", amount_fen=-1), "amount_fen"),
        (LineInput("vehicle", party="tp9", name_zh="拖车", amount_fen=1), "party"),
        (LineInput("vehicle", name_zh="拖车", amount_fen=1, quantity_hundredths=0), "quantity_hundredths"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_field(steps, line, field) -> None:
    with pytest.raises(Invalid) as refused:
        steps.issue(lines=[LineInput("vehicle", item="front_bumper", method="replace"), line])
    assert f"lines.1.{field}" in refused.value.fields
    assert not Assessment.objects.exists()


def test_a_deviation_with_its_reason_is_kept(steps) -> None:
    line = LineInput("vehicle", item="front_bumper", method="replace", amount_fen=200_000, deviation="副厂件")
    made = steps.issue(lines=[line])
    kept = made.lines.get()
    assert (kept.amount_fen, kept.standard_fen, kept.deviation) == (200_000, 210_000, "副厂件")


def test_a_quantity_multiplies_the_price_to_the_fen(steps) -> None:
    made = steps.issue(lines=[LineInput("vehicle", item="front_bumper", method="replace", quantity_hundredths=333)])
    assert made.lines.get().amount_fen == 619_380 + 79_920


def test_an_assessment_issued_again_replaces_the_one_that_waits(steps, li) -> None:
    first = steps.issue()
    second = steps.issue(lines=[LineInput("vehicle", item="front_bumper", method="replace")])
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "issued")
    assert steps.case().amount_fen == 210_000


def test_the_reserve_follows_upwards_or_as_told(steps, li) -> None:
    steps.issue(lines=[LineInput("vehicle", name_zh="全损", amount_fen=9_000_000)])
    assert Claim.objects.get(pk=li.pk).reserve_fen == 9_000_000
    steps.issue(reserve_fen=3_000_000)
    assert Claim.objects.get(pk=li.pk).reserve_fen == 3_000_000
    told = [event.facts for event in Event.objects.filter(activity="claims.reserve_set").order_by("pk")]
    assert told == [
        {"reserve": 9_000_000, "before": 4_600_000, "reason": "assessment"},
        {"reserve": 3_000_000, "before": 9_000_000, "reason": "assessment"},
    ]


@pytest.mark.parametrize("who", ["call_taker", "adjudicator", "finance", "customer", "auditor", "supervisor"])
def test_only_assessors_assess(steps, actors, who) -> None:
    with pytest.raises(NotAllowed):
        steps.issue(actor=actors[who])


def test_someone_elses_claim_is_not_there(steps, outsider, other_branch) -> None:
    from anxin.access.actors import actor_of
    from anxin.access.models import RoleGrant

    RoleGrant.objects.create(user=outsider, role="assessor", branch=other_branch)
    outsider.access_version += 1
    with pytest.raises(Missing):
        steps.issue(actor=actor_of(outsider))


def test_all_accepted_goes_to_an_adjudicator_who_did_not_assess(steps, li, told) -> None:
    steps.issue()
    steps.answer()
    case, claim = steps.case(), Claim.objects.get(pk=li.pk)
    assert (case.state, case.department_id, case.person_id) == ("adjudicating", "adjudication", claim.adjudicator_id)
    assert claim.adjudicator_id not in (None, claim.assessor_id)
    assert "claims.undisputed_fixed" not in told(li)
    answered = Event.objects.get(activity="claims.assessment_answered").facts
    assert (answered["accepted"], answered["disputed"]) == (5, 0)
    assert (answered["accepted_fen"], answered["disputed_fen"]) == (805_000, 0)


def test_a_disputed_line_gets_a_second_assessor_and_fixes_what_is_undisputed(steps, li, told) -> None:
    steps.issue()
    steps.answer(dispute=("bonnet",))
    claim = Claim.objects.get(pk=li.pk)
    assert steps.case().state == "reviewing"
    assert claim.reviewer_id not in (None, claim.assessor_id, claim.adjudicator_id)
    line = AssessmentLine.objects.get(state="disputed")
    assert (line.reviewer_id, line.quote_fen) == (claim.reviewer_id, 320_000)
    assert Event.objects.get(activity="claims.undisputed_fixed").facts["amount"] == 719_000
    disputed = Event.objects.get(activity="claims.line_disputed")
    assert disputed.facts["reviewer"] == claim.reviewer_id
    assert "折痕" not in disputed.data
    promised = Promise.objects.get(case_id=li.case_id, rule="CS-07")
    assert (promised.key, promised.person_id) == (line.public_id, claim.reviewer_id)
    assert Promise.objects.filter(case_id=li.case_id, rule="CS-08", state="running").exists()


def test_a_dispute_is_taken_even_when_nobody_else_is_there_to_look(steps, li, people) -> None:
    from anxin.access.models import User
    from anxin.journeys.claims.actions.assignment import forget_people

    steps.issue()
    User.objects.filter(department="assessment").exclude(pk=steps.assessor().user_id).update(is_active=False)
    forget_people()
    steps.answer(dispute=("bonnet",))
    assert Claim.objects.get(pk=li.pk).reviewer_id is None
    assert steps.case().state == "reviewing"


def test_every_line_must_be_answered_and_a_dispute_needs_its_reason(steps, actors, now) -> None:
    made = steps.issue()
    lines = list(made.lines.filter(state="offered"))
    answers = {line.public_id: Answer("accepted") for line in lines[1:]}
    with pytest.raises(Invalid) as refused:
        steps.answer(answers=answers)
    assert set(refused.value.fields) == {f"answers.{lines[0].public_id}"}
    with pytest.raises(Invalid) as refused:
        steps.answer(answers=answers | {lines[0].public_id: Answer("disputed", "  ")})
    assert set(refused.value.fields) == {f"answers.{lines[0].public_id}.reason"}
    fixed = made.lines.get(party__code="tp1")
    with pytest.raises(Missing):
        steps.answer(answers=answers | {fixed.public_id: Answer("accepted")})


def test_whoever_assessed_cannot_answer_for_the_customer(steps, actors) -> None:
    steps.issue()
    with pytest.raises(NotAllowed):
        steps.answer(actor=steps.assessor())
    steps.answer(actor=actors["call_taker"].through("phone"))
    assert Event.objects.get(activity="claims.assessment_answered").channel == "phone"


def test_it_is_answered_once(steps) -> None:
    steps.issue()
    steps.answer()
    with pytest.raises(IllegalMove):
        steps.answer()


def test_losses_from_papers_join_while_the_customer_thinks(steps, li, third_lines, now, own_lines) -> None:
    steps.issue(lines=own_lines)
    establish_losses(claim=steps.claim, lines=third_lines, actor=steps.assessor(), now=now)
    assert steps.case().state == "offered"
    assert steps.case().amount_fen == 805_000 + 648_000 + 1_236_050
    steps.issue(lines=own_lines[:1])
    standing = AssessmentLine.objects.filter(assessment__claim=li).exclude(assessment__state="replaced")
    assert sum(line.amount_fen for line in standing) == 210_000 + 648_000 + 1_236_050


def test_an_assessment_and_its_answer_need_few_queries(steps, li, django_assert_max_num_queries) -> None:
    actor = steps.assessor()
    with django_assert_max_num_queries(16):
        steps.issue(actor=actor)
    offered = AssessmentLine.objects.filter(assessment__claim=li, state="offered")
    answers = {line.public_id: Answer("accepted") for line in offered}
    with django_assert_max_num_queries(14):
        steps.answer(answers=answers)
