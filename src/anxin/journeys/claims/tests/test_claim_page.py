"""The shared case page: all of it, masked, in a fixed number of queries."""

from __future__ import annotations

import pytest

from anxin.access.errors import Missing
from anxin.journeys.claims.actions.notification import PartyInput, open_claim
from anxin.journeys.claims.actions.papers import PaperInput, add_photos, receive_papers
from anxin.journeys.claims.actions.parties import set_payee
from anxin.journeys.claims.actions.survey import schedule_survey
from anxin.journeys.claims.queries import claim_page


@pytest.fixture
def full(notify, actors, minutes, photo):
    claim = notify(
        has_injury=True, parties=[PartyInput("injured", name="赵丽"), PartyInput("third_vehicle", plate="苏E12345")]
    )
    desk = actors["call_taker"]
    receive_papers(
        claim=claim.public_id, actor=actors["customer"], now=minutes(2),
        papers=[PaperInput("claim_form", files=[photo(1)]), PaperInput("driving_licence", files=[photo(2), photo(3)])],
    )  # fmt: skip
    add_photos(claim=claim.public_id, files=[photo(4)], actor=actors["customer"], now=minutes(3))
    set_payee(
        claim=claim.public_id, name="李明", bank="工商银行", account_number="6222 0000 1111 2222 333",
        actor=actors["customer"], now=minutes(4),
    )  # fmt: skip
    open_claim(claim=claim.public_id, actor=desk, now=minutes(5))
    schedule_survey(claim=claim.public_id, at=minutes(60), actor=desk, now=minutes(6))
    return claim


def test_the_page_has_the_whole_file(full, actors, minutes, motor_policies, staff) -> None:
    page = claim_page(full.public_id, actors["auditor"], now=minutes(10))
    assert page.customer.name == "李*"
    assert page.customer.mobile == "138 **** 6207"
    assert [view.policy.number for view in page.policies] == [policy.number for policy in motor_policies]
    assert page.policies[1].vehicle.plate == "苏E·7K38Q"
    assert [item.limit_fen for item in page.policies[0].coverages] == [18_000_000, 1_800_000, 200_000]
    licence = next(view for view in page.papers if view.paper.code == "driving_licence")
    assert len(licence.files) == 2
    assert licence.files[0].content_type == "image/jpeg"
    assert [photo.purpose for photo in page.photos] == ["loss_photo"]
    assert page.surveys[0].survey.surveyor == staff["surveyor"]
    assert page.planned_survey.at == minutes(60)
    assert page.payees[0].last_four == "2333"
    assert page.payee_of(page.parties[0]) == page.payees[0]
    assert page.money.total.reserve_fen == full.reserve_fen
    assert page.case.person == staff["surveyor"]
    assert page.surveys[0].survey.checklist[0]["done"] is False
    assert {row.promise.rule for row in page.promises} >= {"CL-02", "CS-01"}
    assert page.promises[0].promise.due_at <= page.promises[1].promise.due_at


def test_the_page_takes_three_queries_however_much_hangs_on_it(
    full, actors, minutes, photo, django_assert_num_queries
) -> None:
    claim_page(full.public_id, actors["adjudicator"], now=minutes(10))  # compiles the statement
    with django_assert_num_queries(3):
        page = claim_page(full.public_id, actors["adjudicator"], now=minutes(10))
        # Everything a template touches is there already.
        assert [view.paper.party.name if view.paper.party else "" for view in page.papers]
        assert [str(view.survey.surveyor) for view in page.surveys]
        assert [row.line.what for row in page.promises]
        assert [view.product.name for view in page.policies]
        assert str(page.case.department)
        assert str(page.case.branch)
    for number in range(5):
        add_photos(claim=full.public_id, files=[photo(number)], actor=actors["customer"], now=minutes(20 + number))
    with django_assert_num_queries(3):
        assert len(claim_page(full.public_id, actors["adjudicator"], now=minutes(30)).photos) == 6


def test_a_customer_sees_their_own_without_the_inner_side(full, actors, minutes) -> None:
    page = claim_page(full.public_id, actors["customer"], now=minutes(10))
    assert all(row.rule.audience == "customer" for row in page.promises)
    assert page.approvals == ()


def test_nobody_sees_a_claim_that_is_not_theirs(full, actors, minutes, db) -> None:
    from dataclasses import replace

    stranger = replace(actors["customer"], customer_public_id="0" * 24)
    for reader in (actors["outsider"], stranger, replace(stranger, customer_public_id="")):
        with pytest.raises(Missing):
            claim_page(full.public_id, reader)


def test_rows_come_back_as_they_were_stored(full, actors, minutes) -> None:
    """The gathered rows equal those that Django reads, field by field."""
    from anxin.journeys.claims.queries.gathering import gather

    for model, rows in gather(full.pk, full.case_id).items():
        stored = model._default_manager.in_bulk([row.pk for row in rows])
        for row in rows:
            for field in model._meta.concrete_fields:
                if field.attname not in row.get_deferred_fields():
                    value, wanted = getattr(row, field.attname), getattr(stored[row.pk], field.attname)
                    assert value == wanted, (model, field.attname)
                    assert type(value) is type(wanted), (model, field.attname)
