"""The rest of a claim's life at the customer's end: papers, request, account, decision, messages, end."""

import pytest

from anxin.journeys.claims.models import Claim, Payee, Rating, RequiredPaper
from anxin.messages.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported(notify, motor_policies):
    claim = notify()
    claim.url = f"/portal/claims/{claim.case.public_id}/"
    return claim


def fresh(claim: Claim) -> Claim:
    return Claim.objects.select_related("case").get(pk=claim.pk)


def paper(claim: Claim, code: str) -> RequiredPaper:
    return RequiredPaper.objects.get(claim=claim, code=code)


def test_papers_by_photo_the_good_ones_kept_beside_the_bad(phone, reported, upload) -> None:
    answer = phone.post(
        reported.url + "papers/",
        {
            "files-driving_licence": [upload("正本.jpg"), upload("副本.jpg", 1)],
            "files-vehicle_licence": [upload("空.jpg", content=b"")],
        },
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "有 1 份不能用" in page
    assert paper(reported, "driving_licence").state == "received"
    assert paper(reported, "driving_licence").files.count() == 2
    assert paper(reported, "vehicle_licence").state == "waiting"
    assert phone.post(reported.url + "papers/", {"files-vehicle_licence": upload(number=3)}).url == reported.url
    assert paper(reported, "vehicle_licence").state == "received"


def test_papers_without_a_file(phone, reported) -> None:
    answer = phone.post(reported.url + "papers/", {})
    assert answer.status_code == 422
    assert "请先拍一份材料" in answer.content.decode()


def test_a_returned_paper_says_why_and_is_asked_again(phone, reported, upload, actors, now) -> None:
    from anxin.journeys.claims.actions.papers import return_paper

    phone.post(reported.url + "papers/", {"files-driving_licence": upload()})
    return_paper(
        claim=reported.case.public_id, paper_code="driving_licence", text="拍糊了，看不清准驾车型",
        actor=actors["call_taker"], now=now,
    )  # fmt: skip
    page = phone.get(reported.url).content.decode()
    assert "拍糊了" in page
    assert "请重新交一次" in page


def test_the_claim_request_is_filled_in_on_the_phone(phone, reported, upload) -> None:
    page = phone.get(reported.url + "request/").content.decode()
    assert "等红灯时追尾前车" in page
    assert phone.post(reported.url + "request/", {"note": "车停在修理厂"}).status_code == 422
    assert "车停在修理厂" in phone.get(reported.url + "request/").content.decode()
    assert phone.post(reported.url + "request/", {"true": "1", "note": "车停在修理厂"}).url == reported.url
    asked = RequiredPaper.objects.get(claim=reported, is_request=True)
    assert asked.state == "received"
    assert asked.files.get().file.content_type == "application/pdf"
    assert fresh(reported).request_received_at is None
    phone.post(reported.url + "papers/", {"files-driving_licence": upload()})
    assert fresh(reported).request_received_at is not None


def test_where_to_pay(phone, reported) -> None:
    answer = phone.post(reported.url + "payee/", {"name": "李明", "bank": "中国工商银行", "account_number": "12"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "中国工商银行" in page
    assert phone.post(
        reported.url + "payee/", {"name": "李明", "bank": "中国工商银行", "account_number": "6222 0000 0000 6621"}
    ).url == reported.url  # fmt: skip
    assert Payee.objects.get().last_four == "6621"
    page = phone.get(reported.url).content.decode()
    assert "6621" in page
    assert "62220000" not in page


def test_decision_is_read_clause_by_clause_and_agreed_to(phone, offer, steps) -> None:
    from anxin.journeys.claims.models import Decision

    steps.answer()
    steps.decide(outcome="partial", triggered=())
    decision = Decision.objects.get(claim=offer.claim)
    page = phone.get(offer.url + "decision/").content.decode()
    for line in decision.lines.all():
        assert line.question_zh in page
    for language in ("zh", "en"):
        assert phone.get(f"{offer.url}decision.pdf?lang={language}").content.startswith(b"%PDF")


def test_messages_both_ways_with_unread_mark(phone, reported, actors, now) -> None:
    from anxin.messages.actions import write_to_customer

    write_to_customer(case=reported.case.public_id, text="查勘员明天到。", actor=actors["call_taker"], now=now)
    assert "1 条新" in phone.get(reported.url).content.decode()
    page = phone.get(reported.url + "messages/").content.decode()
    assert "查勘员明天到。" in page
    assert 'data-tone="near">新' in page
    assert "1 条新" not in phone.get(reported.url).content.decode()
    assert phone.post(reported.url + "messages/", {"text": "  "}).status_code == 422
    long = "长" * 2_001
    assert long in phone.post(reported.url + "messages/", {"text": long}).content.decode()
    assert phone.post(reported.url + "messages/", {"text": "几点到？"}).status_code == 302
    assert Message.objects.filter(direction="in").get().body_zh == "几点到？"
    assert "长长" not in phone.get(reported.url + "messages/").content.decode()


def test_withdraw_asks_first(phone, reported) -> None:
    assert phone.post(reported.url + "withdraw/", {}).status_code == 422
    assert fresh(reported).case.state == "notified"
    assert phone.post(reported.url + "withdraw/", {"reason": "repaired", "text": "自己修好了"}).status_code == 302
    assert fresh(reported).case.state == "withdrawn"
    assert "您已撤销这次理赔" in phone.get(reported.url).content.decode()


def test_rating_once_settled(phone, reported) -> None:
    reported.case.state = "closed"
    reported.case.closed_at = reported.case.opened_at
    reported.case.save(update_fields=["state", "closed_at"])
    answer = phone.post(reported.url + "rate/", {"comment": "快"})
    assert answer.status_code == 422
    assert "快" in answer.content.decode()
    assert phone.post(reported.url + "rate/", {"score": "4", "comment": "快"}).status_code == 302
    rating = Rating.objects.get()
    assert (rating.score, rating.comment) == (4, "快")
    assert "4 分" in phone.get(reported.url).content.decode()


def test_an_objection_is_an_act_with_a_person_and_a_day(phone, offer, steps, now) -> None:
    from anxin.access.actors import actor_of
    from anxin.access.models import User
    from anxin.journeys.claims.actions.objection import answer_objection
    from anxin.journeys.claims.models import Objection

    url = offer.url + "object/"
    assert "还没有" in phone.get(url).content.decode()  # nothing is decided yet
    assert phone.post(url, {"text": "不同意"}).status_code == 409
    steps.answer()
    steps.decide(outcome="refuse", triggered=("PDAA.drunk_driving",), reasons=("PDAA.drunk_driving",))
    assert phone.post(url, {"text": ""}).status_code == 422
    # Somebody else was quicker than the page: nothing is sent, what was typed stays.
    stale = phone.post(url, {"text": "条款第六条不适用", "expected": "3"})
    assert stale.status_code == 409
    assert "条款第六条不适用" in stale.content.decode()
    assert phone.post(url, {"text": "条款第六条不适用"}).headers["Location"] == offer.url
    objection = Objection.objects.get()
    page = phone.get(offer.url).content.decode()
    for words in ("您有异议", "复核中", "条款第六条不适用", objection.reviewer.display_name, "答复您对结论的异议"):
        assert words in page
    assert url not in page  # one at a time
    assert "您的异议已收到" in phone.get(url).content.decode()
    reviewer = actor_of(User.objects.get(pk=objection.reviewer_id))
    answer_objection(claim=steps.claim, outcome="stands", answer="血检为 92mg", actor=reviewer, now=now)
    page = phone.get(offer.url).content.decode()
    assert "血检为 92mg" in page
    assert url in page


def test_more_photos(phone, reported, upload) -> None:
    assert phone.post(reported.url + "photos/", {}).status_code == 422
    phone.post(reported.url + "photos/", {"files": [upload()]})
    assert reported.files.filter(purpose="loss_photo").count() == 1
