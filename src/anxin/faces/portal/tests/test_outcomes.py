"""How it turned out, as the customer reads it: a second look, a decision to agree to, money, a refusal, a supplement."""

import pytest

from anxin.journeys.claims.models import AssessmentLine, Claim

pytestmark = pytest.mark.django_db

DRUNK = "PDAA.drunk_driving"


def text_of(phone, url: str) -> str:
    answer = phone.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def fresh(claim: Claim) -> Claim:
    return Claim.objects.select_related("case", "reviewer").get(pk=claim.pk)


def test_a_disputed_item_after_the_second_look(phone, offer, steps, now) -> None:
    from anxin.access.actors import actor_of
    from anxin.journeys.claims.actions.dispute import review_line

    steps.answer(dispute=("bonnet",))
    claim = fresh(offer.claim)
    page = text_of(phone, offer.url)
    assert "正在复核您有异议的项目" in page
    assert claim.reviewer.display_name in page
    line = AssessmentLine.objects.get(state="disputed")
    review_line(
        claim=steps.claim, line=line.public_id, amount_fen=260_000, note="折痕超过可修复范围，改为更换。",
        actor=actor_of(claim.reviewer), now=now,
    )  # fmt: skip
    page = text_of(phone, offer.url)
    assert "由 860.00 改为 2,600.00 元" in page
    assert "折痕超过可修复范围" in page


def test_a_decision_is_agreed_to_once(phone, offer, steps) -> None:
    steps.answer()
    steps.decide(outcome="partial")
    assert fresh(offer.claim).case.state == "decided"
    assert "请您说说是否同意" in text_of(phone, offer.url)
    assert phone.post(offer.url + "agree/", {}).url == offer.url
    assert fresh(offer.claim).agreed_at is not None
    assert phone.post(offer.url + "agree/", {}).status_code == 409
    assert "请您说说是否同意" not in text_of(phone, offer.url)


def test_money_under_way_and_arrived(phone, offer, steps, now) -> None:
    from anxin.access.actors import system
    from anxin.journeys.claims.actions.payment import confirm_payment
    from anxin.journeys.claims.models import Payment

    steps.answer()
    steps.decide()
    steps.give_accounts("own", "tp1", "inj1")
    steps.instruct()
    own = Payment.objects.get(for_party="own")
    page = text_of(phone, offer.url)
    assert "款项已经在路上" in page
    assert "尾号 6621" in page
    assert "6217000012346621" not in page
    assert "陈强" not in page
    confirm_payment(payment=own.public_id, bank_reference="T1", actor=system(), now=now)
    assert 'data-tone="kept"' in text_of(phone, offer.url)


def test_a_refusal_gives_every_reason_and_what_one_can_do(phone, offer, steps, actors, now) -> None:
    from anxin.journeys.claims.actions.refusal import send_refusal_notice

    steps.answer()
    steps.decide(outcome="refuse", triggered=(DRUNK,), reasons=(DRUNK,), note="血液酒精含量达到饮酒值")
    send_refusal_notice(claim=steps.claim, actor=actors["adjudicator"], now=now)
    page = text_of(phone, offer.url)
    for words in ("这次损失不能赔", "饮酒驾驶", "血液酒精含量达到饮酒值", "12378", "我有异议"):
        assert words in page
    for language in ("zh", "en"):
        assert phone.get(f"{offer.url}decision.pdf?lang={language}").content.startswith(b"%PDF")
    phone.cookies["elder"] = "1"
    assert "饮酒驾驶" in text_of(phone, offer.url)


def test_a_supplement_is_told_with_the_clock_standing_still(phone, offer, actors, upload, now) -> None:
    from anxin.journeys.claims.actions.papers import SupplementInput, send_supplement_notice
    from anxin.rulebook import queries as rulebook

    steps_to = {"claim": offer.claim.case.public_id, "actor": actors["assessor"], "now": now}
    asked = next(item for item in rulebook.supplement_catalogue() if item.provider == "customer")
    send_supplement_notice(papers=[SupplementInput(asked.code, note="请补拍铭牌")], **steps_to)
    page = text_of(phone, offer.url)
    assert "我们补充要了 1 份材料" in page
    assert "请补拍铭牌" in page
    phone.post(offer.url + "papers/", {f"files-{asked.code}": upload()})
    assert not fresh(offer.claim).supplement_open


def test_a_claim_without_an_answer_to_give_sends_elder_mode_back(phone, offer, steps) -> None:
    steps.answer()
    for place in ("items/", "items/1/", "items/1/why/", "items/all/"):
        assert phone.get(offer.url + place).url == offer.url


def test_a_decision_that_names_no_clauses_says_so(phone, offer, steps) -> None:
    """As those of before: what is missing is said, and where to ask."""
    from anxin.journeys.claims.models import DecisionLine

    steps.answer()
    steps.decide()
    assert "逐条看怎么算的" in text_of(phone, offer.url)
    DecisionLine.objects.all().delete()
    assert "逐条看怎么算的" not in text_of(phone, offer.url)
    page = text_of(phone, offer.url + "decision/")
    assert "这份结论没有逐条写明依据" in page
    assert f'href="{offer.url}messages/"' in page
