"""Reserve and complexity; withdrawal, closing, reopening, rating."""

from __future__ import annotations

import pytest

from anxin.access.errors import IllegalMove, Invalid, NotAllowed, Stale
from anxin.journal.models import Case, Event, Promise
from anxin.journeys.claims import lifecycle
from anxin.journeys.claims.actions.closing import close_claim, declare_complex, rate, reopen, set_reserve, withdraw
from anxin.journeys.claims.actions.notification import open_claim
from anxin.journeys.claims.actions.survey import schedule_survey
from anxin.journeys.claims.models import Claim, Party, Payee, Payment, Survey


def put(claim, state: str) -> None:
    """Bring the case to a state without walking there: what leads there is other files' to test."""
    Case.objects.filter(pk=claim.case_id).update(state=state)


@pytest.fixture
def payment(claim, minutes):
    own = Party.objects.get(claim=claim, code="own")
    payee = Payee.objects.create(
        claim=claim, party=own, name="李明", bank="工行", account_number="62220001", given_at=minutes(1)
    )

    def make(state: str, fen: int = 719_000) -> Payment:
        return Payment.objects.create(
            claim=claim, payee=payee, kind="settlement", amount_fen=fen, state=state, instructed_at=minutes(2)
        )

    return make


def test_the_reserve_may_be_split_and_must_add_up(notify, actors, minutes) -> None:
    claim = notify(has_third_party=True)
    assessor = actors["assessor"]
    row = set_reserve(
        claim=claim.public_id, reserve_fen=1_600_000, reason="survey", by_party={"own": 900_000, "tp1": 700_000},
        actor=assessor, now=minutes(5),
    )  # fmt: skip
    assert row.case.amount_fen == 1_600_000
    assert dict(Party.objects.filter(claim=claim).values_list("code", "reserve_fen")) == {
        "own": 900_000,
        "tp1": 700_000,
    }
    event = Event.objects.filter(case_id=claim.case_id).order_by("seq").last()
    assert event.facts == {"reserve": 1_600_000, "before": claim.reserve_fen, "reason": "survey"}
    with pytest.raises(Invalid):
        set_reserve(
            claim=claim.public_id,
            reserve_fen=100,
            reason="survey",
            by_party={"own": 99},
            actor=assessor,
            now=minutes(6),
        )
    with pytest.raises(Invalid):
        set_reserve(claim=claim.public_id, reserve_fen=-1, reason="survey", actor=assessor, now=minutes(6))


def test_complex_is_declared_once_and_for_a_reason(claim, actors, minutes) -> None:
    declare_complex(claim=claim.public_id, reason="injury", actor=actors["adjudicator"], now=minutes(5))
    with pytest.raises(IllegalMove):
        declare_complex(claim=claim.public_id, reason="injury", actor=actors["adjudicator"], now=minutes(6))
    with pytest.raises(NotAllowed):
        declare_complex(claim=claim.public_id, reason="injury", actor=actors["call_taker"], now=minutes(6))


def test_withdrawing_ends_everything_that_was_promised(claim, actors, minutes, told) -> None:
    schedule_survey(claim=claim.public_id, at=minutes(60), actor=actors["surveyor"], now=minutes(5))
    withdraw(claim=claim.public_id, reason="third_party", text="对方全责", actor=actors["customer"], now=minutes(9))
    case = Case.objects.get(pk=claim.case_id)
    assert (case.state, case.closed_at, case.due_at) == ("withdrawn", minutes(9), None)
    assert Survey.objects.get(claim=claim).state == "cancelled"
    assert told(claim)[-2:] == ["claims.survey_cancelled", "claims.withdrawn"]
    assert not Promise.objects.filter(case=case, settled_at=None).exclude(rule__startswith="CL-17").exists()
    with pytest.raises(IllegalMove):
        withdraw(claim=claim.public_id, reason="mistake", actor=actors["customer"], now=minutes(10))


def test_no_withdrawal_while_money_is_under_way(claim, actors, minutes, payment) -> None:
    payment("sent")
    with pytest.raises(IllegalMove):
        withdraw(claim=claim.public_id, reason="mistake", actor=actors["customer"], now=minutes(9))
    assert Case.objects.get(pk=claim.case_id).state == "notified"


def test_a_paid_claim_is_closed_with_what_was_paid(claim, actors, minutes, payment, told) -> None:
    payment("paid")
    payment("failed")
    put(claim, lifecycle.PAID)
    row = close_claim(claim=claim.public_id, expected=3, actor=actors["finance"], now=minutes(9))
    assert (row.case.state, row.case.closed_at, row.reserve_fen) == ("closed", minutes(9), 719_000)
    assert Event.objects.get(case_id=claim.case_id, activity="claims.closed").facts == {
        "outcome": "paid",
        "paid": 719_000,
    }


def test_nothing_is_closed_that_is_not_over(claim, actors, minutes, payment) -> None:
    with pytest.raises(IllegalMove) as refused:
        close_claim(claim=claim.public_id, actor=actors["finance"], now=minutes(9))
    assert refused.value.facts == {"move": "close", "state": "notified"}
    put(claim, lifecycle.PAID)
    payment("instructed")
    with pytest.raises(IllegalMove):
        close_claim(claim=claim.public_id, actor=actors["finance"], now=minutes(9))
    with pytest.raises(Stale):
        close_claim(claim=claim.public_id, expected=99, actor=actors["finance"], now=minutes(9))


def test_reopening_starts_the_decision_clock_anew(claim, actors, minutes, staff) -> None:
    put(claim, lifecycle.CLOSED)
    Case.objects.filter(pk=claim.case_id).update(closed_at=minutes(5))
    row = reopen(
        claim=claim.public_id, reason="further_loss", text="又发现大梁变形", actor=actors["supervisor"], now=minutes(9)
    )
    assert (row.case.state, row.case.closed_at) == ("opened", None)
    assert (row.case.department_id, row.assessor_id) == ("assessment", staff["assessor"].pk)
    assert Promise.objects.filter(case_id=claim.case_id, rule="CL-02", state="running").exists()
    with pytest.raises(NotAllowed):
        reopen(claim=claim.public_id, reason="objection", actor=actors["customer"], now=minutes(10))


def test_the_customer_rates_once_each_time_it_ends(claim, actors, minutes, told) -> None:
    with pytest.raises(IllegalMove):
        rate(claim=claim.public_id, score=5, actor=actors["customer"], now=minutes(4))
    put(claim, lifecycle.CLOSED)
    Case.objects.filter(pk=claim.case_id).update(closed_at=minutes(5))
    rate(claim=claim.public_id, score=4, comment="很快，就是材料多", actor=actors["customer"], now=minutes(9))
    assert Event.objects.get(case_id=claim.case_id, activity="claims.rated").facts["score"] == 4
    with pytest.raises(IllegalMove):
        rate(claim=claim.public_id, score=1, actor=actors["customer"], now=minutes(10))
    Case.objects.filter(pk=claim.case_id).update(closed_at=minutes(20))
    rate(claim=claim.public_id, score=1, actor=actors["customer"], now=minutes(21))
    for score in (0, 6):
        with pytest.raises(Invalid):
            rate(claim=claim.public_id, score=score, actor=actors["customer"], now=minutes(22))
    with pytest.raises(NotAllowed):
        rate(claim=claim.public_id, score=5, actor=actors["adjudicator"], now=minutes(22))


def test_each_reason_must_be_one_of_the_list(claim, actors, minutes) -> None:
    with pytest.raises(Invalid):
        withdraw(claim=claim.public_id, reason="weather", actor=actors["customer"], now=minutes(9))
    open_claim(claim=claim.public_id, actor=actors["call_taker"], now=minutes(9))
    assert Claim.objects.get(pk=claim.pk).case.state == "opened"
