"""Papers: given, checked, sent back, done without; the one supplement notice and the clock that it stops."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anxin.access.actors import system
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed, Stale
from anxin.journal.models import Event, Promise, Text
from anxin.journeys.claims.actions.notification import PartyInput
from anxin.journeys.claims.actions.papers import (
    PaperInput,
    SupplementInput,
    accept_paper,
    accept_papers,
    add_photos,
    mark_notice_arrived,
    receive_paper,
    receive_papers,
    return_paper,
    send_supplement_notice,
    waive_paper,
)
from anxin.journeys.claims.actions.parties import set_payee
from anxin.journeys.claims.models import Claim, RequiredPaper
from anxin.papers.models import StoredFile


@pytest.fixture
def give(actors, minutes, photo):
    def send(claim, *codes: str, at: int = 5, actor: str = "customer", party: str = ""):
        papers = [PaperInput(code, party, [photo(number)]) for number, code in enumerate(codes)]
        return receive_papers(claim=claim.public_id, papers=papers, actor=actors[actor], now=minutes(at))

    return send


def test_request_and_one_other_paper_start_the_decision_clock(claim, give, told, minutes) -> None:
    give(claim, "claim_form")
    assert "claims.request_received" not in told(claim)
    give(claim, "driving_licence", at=6)
    assert told(claim).count("claims.request_received") == 1
    clock = Promise.objects.get(case_id=claim.case_id, rule="CL-02")
    assert clock.started_at == minutes(6)
    give(claim, "vehicle_licence", at=7)
    assert told(claim).count("claims.request_received") == 1


def test_the_list_is_complete_when_payment_details_are_given_too(claim, give, told, actors, minutes) -> None:
    give(claim, "claim_form", "driving_licence", "vehicle_licence", "accident_report")
    assert "claims.proofs_complete" not in told(claim)
    set_payee(
        claim=claim.public_id, name="李明", bank="工商银行", account_number="6222000011112222333",
        actor=actors["customer"], now=minutes(9),
    )  # fmt: skip
    assert told(claim)[-1] == "claims.proofs_complete"
    claim.refresh_from_db()
    assert claim.proofs_complete_at == minutes(9)
    assert RequiredPaper.objects.get(claim=claim, code="bank_card").state == "accepted"


def test_files_are_kept_once_and_belong_to_the_case(claim, actors, minutes, photo) -> None:
    paper = receive_paper(
        claim=claim.public_id, paper_code="driving_licence", files=[(photo(1), "正面.jpg"), photo(1)],
        actor=actors["customer"], now=minutes(5),
    )  # fmt: skip
    files = [link.file for link in paper.files.select_related("file")]
    assert [file.name for file in files] == ["正面.jpg", ""]
    assert len({file.sha256 for file in files}) == 1
    assert {file.case_id for file in files} == {claim.case_id}
    event = Event.objects.filter(case_id=claim.case_id).order_by("seq").last()
    assert event.facts["file"] == [file.public_id for file in files]


def test_one_bad_file_and_nothing_is_kept(claim, actors, minutes, photo) -> None:
    with pytest.raises(Invalid) as refused:
        receive_papers(
            claim=claim.public_id, actor=actors["customer"], now=minutes(5),
            papers=[
                PaperInput("claim_form", files=[photo(1)]), PaperInput("driving_licence", files=[(b"MZ...", "x.exe")]),
            ],
        )  # fmt: skip
    assert "files" in refused.value.fields
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("code", ["passport", "bank_card"])
def test_only_listed_papers_and_no_pictures_instead_of_details(claim, give, actors, minutes, code) -> None:
    with pytest.raises(Invalid) as refused:
        receive_papers(claim=claim.public_id, papers=[PaperInput(code)], actor=actors["call_taker"], now=minutes(5))
    assert "papers" in refused.value.fields


def test_a_customer_adds_a_picture_staff_may_have_the_original(claim, actors, minutes) -> None:
    with pytest.raises(Invalid):
        receive_paper(claim=claim.public_id, paper_code="claim_form", actor=actors["customer"], now=minutes(5))
    paper = receive_paper(claim=claim.public_id, paper_code="claim_form", actor=actors["call_taker"], now=minutes(5))
    assert paper.state == "received"


def test_each_injured_person_has_papers_of_their_own(notify, give) -> None:
    claim = notify(has_injury=True, parties=[PartyInput("injured"), PartyInput("injured")])
    with pytest.raises(Invalid):
        give(claim, "medical_invoice")
    give(claim, "medical_invoice", party="inj2")
    states = dict(claim.papers.filter(code="medical_invoice").values_list("party__code", "state"))
    assert states == {"inj1": "waiting", "inj2": "received"}


def test_checking_accepts_sends_back_or_does_without(claim, give, told, actors, minutes) -> None:
    give(claim, "claim_form", "driving_licence", "vehicle_licence")
    adjudicator = actors["adjudicator"]
    accept_paper(claim=claim.public_id, paper_code="claim_form", actor=adjudicator, now=minutes(6))
    returned = return_paper(
        claim=claim.public_id, paper_code="driving_licence", text="照片模糊，看不清有效期。", actor=adjudicator,
        now=minutes(7),
    )  # fmt: skip
    assert returned.reason == "照片模糊，看不清有效期。"
    event = Event.objects.get(case_id=claim.case_id, activity="claims.paper_returned")
    assert "模糊" not in event.data
    assert Text.objects.get(public_id=event.facts["text"]).body == "照片模糊，看不清有效期。"
    give(claim, "driving_licence", at=8)
    accept_papers(claim=claim.public_id, actor=adjudicator, now=minutes(9))
    states = dict(claim.papers.values_list("code", "state"))
    assert (states["driving_licence"], states["vehicle_licence"]) == ("accepted", "accepted")
    with pytest.raises(IllegalMove):
        accept_papers(claim=claim.public_id, actor=adjudicator, now=minutes(10))
    waive_paper(
        claim=claim.public_id, paper_code="accident_report", text="双方已快处快赔", actor=adjudicator, now=minutes(11)
    )
    with pytest.raises(IllegalMove):
        waive_paper(claim=claim.public_id, paper_code="claim_form", text="x", actor=adjudicator, now=minutes(12))
    # CS-05, a clock for each paper, is kept by checking that very paper.
    clocks = dict(Promise.objects.filter(case_id=claim.case_id, rule="CS-05").values_list("key", "state"))
    assert clocks["claim_form"] == "kept"


def test_accepting_keeps_each_papers_own_time_of_receipt(claim, give, actors, minutes) -> None:
    give(claim, "claim_form", at=5)
    give(claim, "driving_licence", at=6)
    accept_papers(claim=claim.public_id, actor=actors["adjudicator"], now=minutes(9))
    received = dict(claim.papers.values_list("code", "received_at"))
    assert (received["claim_form"], received["driving_licence"]) == (minutes(5), minutes(6))


def test_a_supplement_notice_stops_the_clock_from_arrival_to_arrival(claim, give, told, actors, minutes) -> None:
    give(claim, "claim_form", "driving_licence")
    due = Promise.objects.get(case_id=claim.case_id, rule="CL-02").due_at
    asked = send_supplement_notice(
        claim=claim.public_id, papers=[SupplementInput("vehicle_licence"), SupplementInput("accident_report")],
        actor=actors["adjudicator"], now=minutes(60),
    )  # fmt: skip
    assert {paper.code for paper in asked} == {"vehicle_licence", "accident_report"}
    assert Promise.objects.get(case_id=claim.case_id, rule="CL-02").state == "running"
    day = 24 * 60
    assert mark_notice_arrived(claim=claim.public_id, actor=system(), now=minutes(day))
    assert not mark_notice_arrived(claim=claim.public_id, actor=system(), now=minutes(day + 1))
    assert Promise.objects.get(case_id=claim.case_id, rule="CL-02").state == "paused"
    give(claim, "vehicle_licence", at=3 * day)
    assert "claims.supplement_received" not in told(claim)
    give(claim, "accident_report", at=4 * day)
    assert told(claim).count("claims.supplement_received") == 1
    clock = Promise.objects.get(case_id=claim.case_id, rule="CL-02")
    assert clock.state == "running"
    assert clock.due_at == due + timedelta(days=3)
    claim.refresh_from_db()
    assert not claim.supplement_open


def test_a_second_notice_needs_a_reason_and_is_a_recorded_breach(claim, give, told, actors, minutes) -> None:
    adjudicator = actors["adjudicator"]
    give(claim, "claim_form", "driving_licence")
    send_supplement_notice(
        claim=claim.public_id, papers=[SupplementInput("vehicle_licence")], actor=adjudicator, now=minutes(60)
    )
    again = {"claim": claim.public_id, "papers": [SupplementInput("accident_report")], "actor": adjudicator}
    with pytest.raises(Invalid) as refused:
        send_supplement_notice(**again, now=minutes(61))
    assert "reason" in refused.value.fields
    send_supplement_notice(**again, reason="漏列", now=minutes(62))
    assert told(claim)[-2:] == ["claims.supplement_noticed", "promise.broken"]
    breach = Event.objects.filter(case_id=claim.case_id).order_by("seq").last()
    assert breach.facts == {"rule": "CL-01", "key": "", "serial": 1, "count": 2}


def test_a_notice_about_one_injured_person_names_them(notify, give, actors, minutes) -> None:
    claim = notify(has_injury=True, parties=[PartyInput("injured"), PartyInput("injured")])
    send_supplement_notice(
        claim=claim.public_id, papers=[SupplementInput("fee_detail", "inj2")], actor=actors["adjudicator"],
        now=minutes(60),
    )  # fmt: skip
    facts = Event.objects.get(case_id=claim.case_id, activity="claims.supplement_noticed").facts
    assert facts == {"papers": ["fee_detail:inj2"], "count": 1, "party": "inj2"}
    give(claim, "fee_detail", party="inj2", at=70)
    received = Event.objects.get(case_id=claim.case_id, activity="claims.supplement_received").facts
    assert received == {"party": "inj2"}
    # The papers were quicker than the notice: its arrival stops nothing any more.
    assert not mark_notice_arrived(claim=claim.public_id, actor=system(), now=minutes(80))


@pytest.mark.parametrize(
    "papers",
    [
        [],
        [SupplementInput("no_such_paper")],
        [SupplementInput("claim_form")],
        [SupplementInput("vehicle_licence"), SupplementInput("vehicle_licence")],
    ],
)
def test_a_notice_asks_for_what_is_missing_and_known(claim, give, actors, minutes, papers) -> None:
    give(claim, "claim_form")
    with pytest.raises(Invalid):
        send_supplement_notice(claim=claim.public_id, papers=papers, actor=actors["adjudicator"], now=minutes(60))
    assert Claim.objects.get(pk=claim.pk).supplement_count == 0


def test_two_people_never_overwrite_each_other(claim, give, actors, minutes, photo) -> None:
    give(claim, "claim_form")
    with pytest.raises(Stale):
        return_paper(
            claim=claim.public_id, paper_code="claim_form", text="缺签名", expected=3, actor=actors["adjudicator"],
            now=minutes(9),
        )  # fmt: skip
    assert claim.papers.get(code="claim_form").state == "received"


def test_who_may_not(claim, actors, minutes, photo) -> None:
    paper = {"claim": claim.public_id, "paper_code": "claim_form", "now": minutes(5)}
    for role in ("auditor", "finance"):
        with pytest.raises(NotAllowed):
            receive_paper(**paper, files=[photo()], actor=actors[role])
    with pytest.raises(Missing):
        receive_paper(**paper, files=[photo()], actor=actors["outsider"])
    with pytest.raises(NotAllowed):
        accept_paper(**paper, actor=actors["customer"])


def test_photos_of_the_loss_are_no_listed_paper(claim, actors, minutes, photo, told) -> None:
    links = add_photos(claim=claim.public_id, files=[photo(1), photo(2)], actor=actors["customer"], now=minutes(5))
    assert [link.purpose for link in links] == ["loss_photo", "loss_photo"]
    assert told(claim)[-1] == "claims.photos_added"
    with pytest.raises(Invalid):
        add_photos(
            claim=claim.public_id, files=[photo(1)], purpose="survey_photo", actor=actors["customer"], now=minutes(6)
        )


def test_a_file_of_another_claim_cannot_be_used(notify, actors, minutes, photo) -> None:
    first, second = notify(), notify()
    link = add_photos(claim=first.public_id, files=[photo(1)], actor=actors["customer"], now=minutes(5))[0]
    with pytest.raises(Invalid):
        add_photos(claim=second.public_id, files=[link.file], actor=actors["customer"], now=minutes(6))


def test_receiving_needs_few_queries(claim, actors, minutes, photo, django_assert_max_num_queries) -> None:
    files = [photo(number) for number in range(8)]
    papers = [PaperInput(code, files=files) for code in ("claim_form", "driving_licence", "vehicle_licence")]
    with django_assert_max_num_queries(17):
        receive_papers(claim=claim.public_id, papers=papers, actor=actors["customer"], now=minutes(5))
