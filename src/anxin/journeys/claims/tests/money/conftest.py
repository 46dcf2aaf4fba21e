"""Mr Li's claim on the money side: real terms of the catalogue, more people than one per role, and each step as a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cast import NOW


@pytest.fixture(autouse=True)
def _no_remembered_terms() -> Iterator[None]:
    """Clauses are kept in process under primary keys, and tests use these again."""
    from anxin.journeys.claims.statement import clauses_of

    clauses_of.cache_clear()
    yield
    clauses_of.cache_clear()


@pytest.fixture
def people(staff, branch, departments):
    """Actors besides the standing cast: a second one of each, and approvers of head office (level 5)."""
    from anxin.access.actors import actor_of
    from anxin.access.models import RoleGrant, User

    def employ(name: str, role: str, department: str, level: int):
        user = User.objects.create_user(
            name, "correct horse battery", display_name=name, branch=branch, department=departments[department],
            authority_level=level,
        )  # fmt: skip
        RoleGrant.objects.create(user=user, role=role, branch=branch)
        return actor_of(user)

    return SimpleNamespace(
        assessor=employ("assessor-2", "assessor", "assessment", 3),
        adjudicator=employ("adjudicator-2", "adjudicator", "adjudication", 3),
        junior=employ("adjudicator-3", "adjudicator", "adjudication", 1),
        head=employ("head-1", "adjudicator", "adjudication", 5),
        second_head=employ("head-2", "adjudicator", "adjudication", 5),
        finance=employ("finance-2", "finance", "finance", 5),
    )


@pytest.fixture
def motor_policies(customer, branch):
    """Mr Li's policies as in the catalogue: compulsory cover, vehicle damage 128,600 and third parties 1,000,000 yuan."""
    from anxin.access.actors import system
    from anxin.registers.policies.models import Policy, PolicyCoverage, Vehicle
    from anxin.registers.products.actions import save_product
    from anxin.registers.products.catalogue import motor

    limits = {"vehicle_damage": 12_860_000, "third_party": 100_000_000}
    policies = []
    for number, terms in (("PDZA-1", motor.COMPULSORY), ("PDAA-2", motor.COMMERCIAL)):
        product = save_product(terms=terms, actor=system(), now=NOW)
        policy = Policy.objects.create(
            number=number, number_key=number.replace("-", ""), product=product, branch=branch, policyholder=customer,
            starts_on=date(2024, 10, 18), ends_on=date(2025, 10, 17), premium_fen=300_000, issued_at=NOW,
        )  # fmt: skip
        for coverage in product.coverages.filter(is_optional=False):
            PolicyCoverage.objects.create(
                policy=policy, coverage=coverage, limit_fen=limits.get(coverage.code, coverage.default_limit_fen)
            )
        Vehicle.objects.create(
            policy=policy, plate="苏E·7K38Q", plate_key="苏E7K38Q", vin="LSVAM414R21844617", make_zh="大众"
        )
        policies.append(policy)
    return policies


@pytest.fixture
def li(notify, actors, people, now):
    """Mr Li's claim, opened and with the assessor: a third party's car and one injured person."""
    from anxin.journeys.claims.actions.assignment import forget_people
    from anxin.journeys.claims.actions.notification import PartyInput, open_claim

    forget_people()
    claim = notify(
        parties=[PartyInput("third_vehicle", name="陈强", plate="苏E12345"), PartyInput("injured", name="陈强")]
    )
    open_claim(
        claim=claim.case.public_id, reserve_fen=4_600_000, needs_survey=False, actor=actors["adjudicator"], now=now
    )
    return claim


@pytest.fixture
def own_lines():
    """The five items of the assessment sheet: 8,050.00 yuan in all."""
    from anxin.journeys.claims.actions.assessment import LineInput

    return [
        LineInput("vehicle", item="front_bumper", method="replace"),
        LineInput("vehicle", item="headlamp_front_left", method="replace"),
        LineInput("vehicle", item="bonnet", method="repair_paint"),
        LineInput("vehicle", item="fender_front_left", method="replace_paint"),
        LineInput("vehicle", item="front_beam", method="replace"),
    ]


@pytest.fixture
def third_lines():
    """The third party's car, 6,480.00, and the injured person's invoices, 12,360.50."""
    from anxin.journeys.claims.actions.assessment import LineInput

    return [
        LineInput("vehicle", party="tp1", name_zh="三者车维修", name_en="Third party's repair", amount_fen=648_000),
        LineInput("medical", party="inj1", name_zh="门诊与住院发票", name_en="Invoices", amount_fen=1_236_050),
    ]


@pytest.fixture
def steps(li, actors, people, now, own_lines, third_lines):
    """Each step of Mr Li's claim as a call with its usual person; keywords override."""
    from anxin.journeys.claims.actions import adjudication, assessment, payment
    from anxin.journeys.claims.models import AssessmentLine, Claim
    from anxin.journeys.claims.queries.decision import exclusions_of
    from anxin.journeys.claims.verdicts import ClauseAnswer

    claim = li.case.public_id

    def assessor():
        from anxin.access.actors import actor_of
        from anxin.access.models import User

        return actor_of(User.objects.get(pk=Claim.objects.get(pk=li.pk).assessor_id))

    def issue(**changes: Any):
        return assessment.issue_assessment(
            **({"claim": claim, "lines": [*own_lines, *third_lines], "actor": assessor(), "now": now} | changes)
        )

    def answer(*, dispute: tuple[str, ...] = (), **changes: Any):
        offered = AssessmentLine.objects.filter(assessment__claim=li, state="offered", assessment__state="issued")
        answers = {
            line.public_id: assessment.Answer("disputed", "折痕很深，希望更换新件", 320_000)
            if line.item in dispute
            else assessment.Answer("accepted")
            for line in offered
        }
        facts = {"claim": claim, "answers": answers, "actor": actors["customer"], "now": now}
        return assessment.answer_assessment(**(facts | changes))

    def clauses(triggered: tuple[str, ...] = ()) -> dict[str, ClauseAnswer]:
        asked = exclusions_of(Claim.objects.get(pk=li.pk))
        return {key: ClauseAnswer(key in triggered, "认定书与驾驶证", "Police report and licence") for key in asked}

    def decide(*, triggered: tuple[str, ...] = (), **changes: Any):
        facts = {"claim": claim, "outcome": "pay", "actor": actors["adjudicator"], "now": now} | changes
        if "answers" not in facts:
            facts["answers"] = clauses(triggered)
        return adjudication.decide(**facts)

    def give_accounts(*parties: str) -> None:
        from anxin.journeys.claims.actions.parties import set_payee

        for party in parties:
            set_payee(
                claim=claim, party=party, name=f"{party} 收款人", bank="建设银行苏州分行", account_number="6217000012346621",
                actor=actors["adjudicator"], now=now,
            )  # fmt: skip

    def instruct(**changes: Any):
        return payment.instruct_payment(**({"claim": claim, "actor": people.finance, "now": now} | changes))

    def case():
        from anxin.journal.models import Case

        return Case.objects.get(pk=li.case_id)

    return SimpleNamespace(
        claim=claim, assessor=assessor, issue=issue, answer=answer, clauses=clauses, decide=decide,
        give_accounts=give_accounts, instruct=instruct, case=case,
    )  # fmt: skip


@pytest.fixture
def to_the_bank() -> Callable[[Any], int]:
    """Hand what was instructed to the bank (after a commit this happens by itself; tests roll back)."""
    from anxin.journeys.claims.sending import send_payments

    return send_payments
