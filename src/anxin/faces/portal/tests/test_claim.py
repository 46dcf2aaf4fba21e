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


def test_object_is_a_message_on_the_case(phone, reported) -> None:
    assert phone.post(reported.url + "object/", {"text": ""}).status_code == 422
    assert phone.post(reported.url + "object/", {"text": "条款第六条不适用"}).status_code == 302
    assert Message.objects.get(direction="in").body_zh == "异议：条款第六条不适用"


def test_more_photos(phone, reported, upload) -> None:
    assert phone.post(reported.url + "photos/", {}).status_code == 422
    phone.post(reported.url + "photos/", {"files": [upload()]})
    assert reported.files.filter(purpose="loss_photo").count() == 1
