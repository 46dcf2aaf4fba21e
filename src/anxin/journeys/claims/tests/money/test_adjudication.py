"""The decision: every exclusion answered, nobody judging their own work, clause by clause, within authority."""

from __future__ import annotations

import pytest

from anxin.access.errors import IllegalMove, Invalid, NotAllowed, Stale
from anxin.journal.models import Event, Promise
from anxin.journeys.claims.actions.adjudication import agree, draft_decision
from anxin.journeys.claims.actions.assignment import next_person
from anxin.journeys.claims.actions.parties import set_liability
from anxin.journeys.claims.models import Claim, Decision
from anxin.journeys.claims.queries.decision import draft_view, exclusions_of, standing
from anxin.journeys.claims.verdicts import ClauseAnswer
from anxin.rulebook.queries import level_needed


@pytest.fixture
def ready(steps):
    """Assessed and agreed by the customer: with the adjudicator."""
    steps.issue()
    steps.answer()
    return steps


def test_mr_lis_decision_is_26890_50_clause_by_clause(ready, li, told, people) -> None:
    decision = ready.decide()
    assert (decision.state, decision.amount_fen) == ("approved", 2_689_050)
    assert decision.parts == {"own": 805_000, "tp1": 648_000, "inj1": 1_236_050}
    rows = list(decision.lines.select_related("policy", "party"))
    amounts = [(row.policy.number, row.coverage, row.party.code, row.amount_fen) for row in rows if row.amount_fen]
    assert amounts == [
        ("PDZA-1", "compulsory_medical", "inj1", 1_236_050),
        ("PDZA-1", "compulsory_property", "tp1", 200_000),
        ("PDAA-2", "third_party", "tp1", 448_000),
        ("PDAA-2", "vehicle_damage", "own", 805_000),
    ]
    assert sum(row.amount_fen or 0 for row in rows) == decision.amount_fen
    assert {row.verdict for row in rows if row.clause.startswith("第九条")} == {"not_triggered"}
    assert all(row.question_zh and row.question_en for row in rows)
    case = ready.case()
    assert (case.state, case.department_id, case.amount_fen) == ("decided", "finance", 2_689_050)
    assert told(li)[-4:] == ["claims.decided", "claims.calculated", "claims.agreement_reached", "case.handed_over"]
    assert Promise.objects.filter(case_id=li.case_id, rule="CL-05", state="running").exists()
    calculated = Event.objects.get(activity="claims.calculated").facts
    assert (calculated["amount"], calculated["paid"], calculated["to_pay"]) == (2_689_050, 0, 2_689_050)


def test_every_exclusion_must_be_answered_with_its_basis(ready) -> None:
    answers = ready.clauses()
    missing = sorted(answers)[0]
    del answers[missing]
    with pytest.raises(Invalid) as refused:
        ready.decide(answers=answers)
    assert set(refused.value.fields) == {f"answers.{missing}"}
    with pytest.raises(Invalid) as refused:
        ready.decide(answers=answers | {missing: ClauseAnswer(False)})
    assert set(refused.value.fields) == {f"answers.{missing}"}
    assert not Decision.objects.exists()
    ready.decide(answers=answers | {missing: ClauseAnswer(False)}, basis="案卷全部材料")
    assert Decision.objects.get().answers[missing]["basis_zh"] == "案卷全部材料"


def test_only_exclusions_of_the_coverages_involved_are_asked(steps, li) -> None:
    from anxin.journeys.claims.actions.assessment import LineInput

    steps.issue(lines=[LineInput("vehicle", item="front_bumper", method="replace")])
    keys = set(exclusions_of(Claim.objects.get(pk=li.pk)))
    assert {"PDAA.drunk_driving", "PDAA.wear"} <= keys
    assert not {key for key in keys if key.startswith("PDZA")}
    assert "PDAA.moral_damages" not in keys  # of third-party cover alone


def test_an_answer_to_a_clause_that_was_not_asked_is_refused(ready) -> None:
    with pytest.raises(Invalid):
        ready.decide(answers=ready.clauses() | {"PDAA.nonsense": ClauseAnswer(False, "x")})


def test_a_draft_keeps_who_found_what_and_is_decided_later(ready, li, actors, now) -> None:
    answers = ready.clauses()
    first = dict(list(answers.items())[:5])
    draft = draft_decision(claim=ready.claim, answers=first, note="先付本车", actor=actors["adjudicator"], now=now)
    assert draft.state == "draft"
    assert {found["by"] for found in draft.answers.values()} == {actors["adjudicator"].user_id}
    view = draft_view(Claim.objects.get(pk=li.pk), actors["adjudicator"])
    assert view.open_clauses == len(answers) - 5
    assert (view.amount_fen, view.note, view.is_within, view.is_independent) == (2_689_050, "先付本车", True, True)
    rest = {key: answer for key, answer in answers.items() if key not in first}
    decision = ready.decide(answers=rest)
    assert decision.pk == draft.pk
    assert (decision.state, decision.note) == ("approved", "先付本车")


def test_a_draft_shows_what_waits_for_the_second_assessor(steps, li, actors) -> None:
    steps.issue()
    steps.answer(dispute=("bonnet",))
    view = draft_view(Claim.objects.get(pk=li.pk), actors["adjudicator"])
    waiting = [row for row in view.lines if row.verdict == "waiting" and row.amount_fen]
    assert [(row.question_zh, row.amount_fen) for row in waiting] == [("发动机舱盖", 86_000)]
    own = [row.amount_fen for row in view.lines if row.coverage == "vehicle_damage" and row.amount_fen]
    assert own == [719_000, 86_000]
    assert sum(row.amount_fen or 0 for row in view.lines) == view.amount_fen == 2_689_050


def test_papers_that_were_checked_prefill_and_do_not_answer(ready, li, actors, now) -> None:
    from anxin.journeys.claims.models import RequiredPaper

    RequiredPaper.objects.filter(claim=li, code="accident_report").update(state="accepted")
    view = draft_view(Claim.objects.get(pk=li.pk), actors["adjudicator"])
    drunk = next(asked for asked in view.asked if asked.clause.code == "drunk_driving")
    assert drunk.answer is None
    assert drunk.suggested is not None
    assert not drunk.suggested.triggered


def test_nothing_is_paid_while_a_line_is_disputed(steps) -> None:
    steps.issue()
    steps.answer(dispute=("bonnet",))
    with pytest.raises(IllegalMove):
        steps.decide()


def test_an_exclusion_takes_its_coverage_away_and_no_other(ready, li) -> None:
    with pytest.raises(Invalid):
        ready.decide(triggered=("PDAA.wear",))
    decision = ready.decide(triggered=("PDAA.wear",), outcome="partial", note="大灯为自然老化")
    assert decision.parts == {"tp1": 648_000, "inj1": 1_236_050}
    excluded = decision.lines.get(key="PDAA.wear")
    assert (excluded.verdict, excluded.basis_zh) == ("excluded", "认定书与驾驶证")
    own = decision.lines.get(coverage="vehicle_damage", party__code="own")
    assert (own.verdict, own.amount_fen) == ("excluded", 0)


def test_a_decision_in_part_waits_for_the_customers_agreement(ready, li, told, actors, now) -> None:
    ready.decide(triggered=("PDAA.wear",), outcome="partial")
    assert "claims.agreement_reached" not in told(li)
    agree(claim=ready.claim, actor=actors["customer"], now=now)
    assert Claim.objects.get(pk=li.pk).agreed_at == now
    assert Event.objects.get(activity="claims.agreement_reached").facts["amount"] == 1_884_050
    with pytest.raises(IllegalMove):
        agree(claim=ready.claim, actor=actors["customer"], now=now)


def test_a_loss_without_cover_is_shown_and_cannot_be_paid_in_full(steps, li) -> None:
    from anxin.journeys.claims.actions.assessment import LineInput

    steps.issue(
        lines=[
            LineInput("vehicle", item="front_bumper", method="replace"),
            LineInput("contents", name_zh="车内电脑", amount_fen=500_000),
        ]
    )
    steps.answer()
    with pytest.raises(Invalid):
        steps.decide()
    decision = steps.decide(outcome="partial")
    assert decision.amount_fen == 210_000
    assert decision.lines.get(question_zh="车内电脑").verdict == "excluded"


def test_the_deductible_and_the_limit_have_their_own_lines(steps, li) -> None:
    from anxin.journeys.claims.actions.assessment import LineInput
    from anxin.registers.policies.models import PolicyCoverage

    PolicyCoverage.objects.filter(coverage__code="vehicle_damage").update(limit_fen=300_000, deductible_fen=50_000)
    steps.issue(lines=[LineInput("vehicle", name_zh="全车维修", amount_fen=900_000)])
    steps.answer()
    decision = steps.decide()
    cuts = {row.key.partition(":")[2]: row for row in decision.lines.filter(verdict="reduced")}
    assert set(cuts) == {"deductible", "limit"}
    assert "500.00" in cuts["deductible"].basis_zh
    assert "3,000.00" in cuts["limit"].basis_en
    assert decision.amount_fen == 300_000


def test_half_the_fault_shows_in_words_and_amount(ready, li, actors, now) -> None:
    set_liability(claim=ready.claim, permille=500, basis="police_report", actor=actors["adjudicator"], now=now)
    decision = ready.decide()
    assert decision.parts == {"own": 402_500, "tp1": 424_000, "inj1": 1_236_050}
    assert "50%" in decision.lines.get(coverage="third_party", amount_fen__gt=0).basis_zh


def test_limits_are_those_of_the_day_of_the_loss(ready, li, actors, now) -> None:
    from datetime import date

    from anxin.registers.policies.models import Endorsement, Policy, PolicyCoverage

    policy = Policy.objects.get(number="PDAA-2")
    before = {"limit_fen": 12_860_000, "deductible_fen": 0, "deductible_permille": 0}
    Endorsement.objects.create(
        policy=policy, serial=1, number="PDAA-2-1", effective_on=date(2025, 3, 15), made_at=now,
        changes={"coverages": {"vehicle_damage": {"from": before, "to": before | {"limit_fen": 100}}}},
    )  # fmt: skip
    PolicyCoverage.objects.filter(policy=policy, coverage__code="vehicle_damage").update(limit_fen=100)
    assert ready.decide().amount_fen == 2_689_050


@pytest.mark.parametrize("part", ["assessor", "surveyor", "reviewer"])
def test_nobody_decides_what_they_assessed_reviewed_or_surveyed(ready, li, actors, part) -> None:
    Claim.objects.filter(pk=li.pk).update(**{f"{part}_id": actors["adjudicator"].user_id})
    with pytest.raises(NotAllowed):
        ready.decide()
    with pytest.raises(NotAllowed):
        draft_decision(claim=ready.claim, answers={}, actor=actors["adjudicator"], now=ready.case().touched_at)


def test_an_assessor_of_a_replaced_assessment_does_not_decide_either(steps, people, actors, li) -> None:
    from anxin.access.models import RoleGrant, User

    person = User.objects.get(pk=people.adjudicator.user_id)
    RoleGrant.objects.create(user=person, role="assessor", branch=person.branch)
    person.access_version += 1
    person.save()
    from anxin.access.actors import actor_of

    both = actor_of(person)
    steps.issue(actor=both)
    steps.issue()
    steps.answer()
    with pytest.raises(NotAllowed):
        steps.decide(actor=both)


@pytest.mark.parametrize(
    "who", ["call_taker", "assessor", "finance", "customer", "supervisor", "administrator", "auditor"]
)
def test_only_adjudicators_decide(ready, actors, who) -> None:
    with pytest.raises(NotAllowed):
        ready.decide(actor=actors[who])


def test_an_amount_that_changed_since_it_was_seen_is_not_decided(ready) -> None:
    with pytest.raises(Invalid) as refused:
        ready.decide(amount_fen=2_600_000)
    assert refused.value.code == "amount-changed"
    assert ready.decide(amount_fen=2_689_050).state == "approved"


def test_a_page_that_is_out_of_date_decides_nothing(ready, actors, now) -> None:
    seen = ready.case().event_count
    set_liability(claim=ready.claim, permille=500, basis="agreement", actor=actors["adjudicator"], now=now)
    with pytest.raises(Stale):
        ready.decide(expected=seen)


def test_it_is_decided_once(ready, people) -> None:
    ready.decide()
    with pytest.raises(IllegalMove):
        ready.decide(actor=people.adjudicator)


def test_a_decision_needs_few_queries(ready, actors, django_assert_max_num_queries) -> None:
    answers = ready.clauses()
    level_needed(1, "decision")  # kept in process from the first question on, as clauses and people are
    next_person(ready.case().branch_id, "finance")
    with django_assert_max_num_queries(18):
        ready.decide(answers=answers)


def test_the_case_page_reads_a_draft_and_a_decision_in_few_queries(
    ready, li, actors, django_assert_max_num_queries
) -> None:
    claim = Claim.objects.get(pk=li.pk)
    draft_view(claim, actors["adjudicator"])  # clauses are kept in process from the first look on
    with django_assert_max_num_queries(6):
        draft_view(claim, actors["adjudicator"])
    ready.decide()
    with django_assert_max_num_queries(5):
        decided = standing(claim)
        assert decided is not None
        assert [row.policy and row.policy.number for row in decided.lines.all()]
