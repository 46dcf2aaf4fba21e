"""A refusal: with reasons that were found, a notice with the clauses in full, and its three days."""

from __future__ import annotations

import pytest

from anxin.access.errors import IllegalMove, Invalid, NotAllowed
from anxin.journal import deliveries
from anxin.journal.models import Event, Promise
from anxin.journeys.claims.actions.refusal import send_refusal_notice
from anxin.journeys.claims.documents import decision_letter, refusal_notice
from anxin.journeys.claims.models import Claim, Decision
from anxin.messages.models import Message
from anxin.papers.storage import open_file

DRUNK = "PDAA.drunk_driving"


@pytest.fixture
def refused(steps):
    steps.issue()
    steps.answer()
    steps.decide(outcome="refuse", triggered=(DRUNK,), reasons=(DRUNK,), note="血液酒精含量达到饮酒值")
    return steps


def test_a_refusal_keeps_its_reasons_whole(refused, li, told) -> None:
    decision = Decision.objects.get()
    (reason,) = decision.reasons
    assert (reason["code"], reason["title_zh"], reason["basis_zh"]) == (DRUNK, "饮酒驾驶", "认定书与驾驶证")
    assert reason["clause"].startswith("第九条")
    assert "酒精" in reason["text_zh"]
    assert refused.case().state == "refused"
    assert "claims.refused" in told(li)
    assert Event.objects.get(activity="claims.refused").facts["reasons"] == [DRUNK]
    assert Promise.objects.filter(case_id=li.case_id, rule="CL-06", state="running").exists()


def test_a_refusal_needs_a_reason_that_was_found(steps) -> None:
    steps.issue()
    steps.answer()
    for reasons in ((), (DRUNK,), ("because",)):
        with pytest.raises(Invalid):
            steps.decide(outcome="refuse", reasons=reasons)


def test_a_claim_outside_the_term_is_refused_without_an_assessment(steps, li) -> None:
    from anxin.journeys.claims.models import ClaimPolicy

    ClaimPolicy.objects.filter(claim=li).update(in_force=False, reason="after_end")
    decision = steps.decide(outcome="refuse", reasons=("not_in_force",), answers={})
    assert (decision.state, steps.case().state) == ("approved", "refused")
    assert decision.level == 2  # weighed by the reserve of 46,000 yuan


def test_the_notice_is_kept_as_sent_and_the_customer_is_told(refused, li, told, actors, now) -> None:
    decision = send_refusal_notice(claim=refused.claim, actor=actors["adjudicator"], now=now)
    assert told(li)[-2:] == ["claims.refusal_notice_sent", "claims.decision_notified"]
    with open_file(decision.notice) as handle:
        assert handle.read().startswith(b"%PDF")
    assert Promise.objects.get(case_id=li.case_id, rule="CL-06").state == "kept"
    with pytest.raises(IllegalMove):
        send_refusal_notice(claim=refused.claim, actor=actors["adjudicator"], now=now)
    deliveries.drain("test")
    assert Message.objects.filter(case_id=li.case_id, template="refused", channel="portal").exists()


def test_only_adjudicators_send_it_and_only_after_a_refusal(steps, actors, now) -> None:
    with pytest.raises(IllegalMove):
        send_refusal_notice(claim=steps.claim, actor=actors["adjudicator"], now=now)
    with pytest.raises(NotAllowed):
        send_refusal_notice(claim=steps.claim, actor=actors["call_taker"], now=now)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_both_letters_are_set_in_both_languages(refused, li, now, language) -> None:
    claim = Claim.objects.select_related("case__branch", "customer").get(pk=li.pk)
    decision = Decision.objects.get()
    for write in (refusal_notice, decision_letter):
        pdf = write(claim, decision, whole_names=True, language=language, now=now)
        assert pdf.startswith(b"%PDF")
        assert len(pdf) > 10_000


def test_the_letter_says_what_it_must(refused, li, now, monkeypatch) -> None:
    from anxin.journeys.claims.documents import letter

    kept: list[dict] = []
    monkeypatch.setattr(letter, "_set", lambda data, now: kept.append(data) or b"")
    claim = Claim.objects.select_related("case__branch", "customer").get(pk=li.pk)
    decision = Decision.objects.get()
    refusal_notice(claim, decision, whole_names=True, language="en", now=now)
    refusal_notice(claim, decision, whole_names=False, language="en", now=now)
    whole, masked = kept
    assert "李明" in whole["greeting"]
    assert "李明" not in masked["greeting"]
    assert whole["reasons"][0]["title"].endswith("Driving after drinking")
    assert "Police report" in whole["reasons"][0]["basis"]
    assert whole["note"] == "血液酒精含量达到饮酒值"
    assert any("12378" in words for words in whole["objection"])
