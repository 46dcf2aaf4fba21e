"""Answering the assessment: nothing chosen beforehand, everything kept, sums that add up, nothing overwritten."""

import pytest

from anxin.faces.portal.models import Draft
from anxin.journeys.claims.models import AssessmentLine, Claim, PaperFile

pytestmark = pytest.mark.django_db


def state_of(claim: Claim) -> str:
    return Claim.objects.select_related("case").get(pk=claim.pk).case.state


def expected(claim: Claim) -> str:
    return str(Claim.objects.select_related("case").get(pk=claim.pk).case.event_count)


def test_nothing_is_chosen_on_the_first_visit(phone, offer) -> None:
    page = phone.get(offer.url).content.decode()
    form = page[page.index('id="assess"') : page.index("</form>", page.index('id="assess"'))]
    assert form.count('type="radio"') == 10
    assert " checked" not in form
    assert "8,050.00" in form
    assert "没有截止时间" in form


def test_agreeing_to_all_goes_to_adjudication(phone, offer) -> None:
    answer = phone.post(offer.url + "answer/", offer.verdicts() | {"submit": "1", "expected": expected(offer.claim)})
    assert answer.url == offer.url
    assert state_of(offer.claim) == "adjudicating"
    assert "8,050.00" in phone.get(offer.url).content.decode()
    assert not Draft.objects.exists()


def test_disputing_one_item_with_reason_quote_and_photo(phone, offer, upload) -> None:
    key = offer.lines["bonnet"]
    values = offer.verdicts(bonnet="折痕很深，希望更换新件") | {f"quote-{key}": "3,200.00", f"photos-{key}": upload()}
    phone.post(offer.url + "answer/", values | {"submit": "1", "expected": expected(offer.claim)})
    line = AssessmentLine.objects.get(public_id=key)
    assert (line.state, line.reason, line.quote_fen) == ("disputed", "折痕很深，希望更换新件", 320_000)
    assert state_of(offer.claim) == "reviewing"
    assert PaperFile.objects.get(purpose="dispute").reference == key
    page = phone.get(offer.url).content.decode()
    assert "折痕很深" in page
    assert "报价 3,200.00 元" in page


def test_what_is_missing_is_named_and_what_was_typed_is_kept(phone, offer, upload) -> None:
    key, open_line = offer.lines["bonnet"], offer.lines["front_beam"]
    values = offer.verdicts(bonnet="") | {f"quote-{key}": "三千", f"photos-{key}": upload("折痕.jpg")}
    del values[f"verdict-{open_line}"]
    answer = phone.post(offer.url + "answer/", values | {"submit": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请选：同意，或有异议。" in page
    assert f'id="why-{key}-error"' in page
    assert 'value="三千"' in page
    assert "折痕.jpg" in page
    assert state_of(offer.claim) == "offered"
    assert phone.get(offer.url).content.decode().count(" checked") == 4


def test_drafts_are_kept_on_the_server(phone, offer) -> None:
    key = offer.lines["bonnet"]
    phone.post(offer.url + "answer/draft/", {f"verdict-{key}": "no", f"reason-{key}": "会起拱"})
    assert (
        phone.post(offer.url + "answer/", {f"verdict-{offer.lines['front_beam']}": "ok", "later": "1"}).status_code
        == 302
    )
    page = phone.get(offer.url).content.decode()
    assert "会起拱" in page
    assert page.count(" checked") == 2
    assert "1,260.00" in page


def test_a_bad_photo_says_so_beside_its_item(phone, offer, upload) -> None:
    key = offer.lines["bonnet"]
    values = offer.verdicts(bonnet="会起拱") | {f"photos-{key}": upload("视频.mov", content=b"\0\0\0\x14ftypqt  ")}
    answer = phone.post(offer.url + "answer/", values | {"submit": "1"})
    assert answer.status_code == 422
    assert "视频.mov" in answer.content.decode()
    assert state_of(offer.claim) == "offered"


def test_a_new_assessment_in_the_meantime_overwrites_nothing(phone, offer, steps, own_lines) -> None:
    seen = expected(offer.claim)
    values = offer.verdicts(bonnet="会起拱")
    steps.issue(lines=own_lines[:2])
    answer = phone.post(offer.url + "answer/", values | {"submit": "1", "expected": seen})
    page = answer.content.decode()
    assert answer.status_code in (409, 422)
    assert state_of(offer.claim) == "offered"
    assert "4,730.00" in page  # what stands now


def test_someone_elses_change_is_told_and_the_answer_kept(phone, offer, actors, now) -> None:
    from anxin.journeys.claims.actions.parties import set_liability

    seen = expected(offer.claim)
    set_liability(
        claim=offer.claim.case.public_id, permille=700, basis="police_report", actor=actors["assessor"], now=now
    )
    values = offer.verdicts(bonnet="会起拱")
    answer = phone.post(offer.url + "answer/", values | {"submit": "1", "expected": seen})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "您填的都还在" in page
    assert "会起拱" in page
    assert page.count(" checked") == 5
    assert (
        phone.post(offer.url + "answer/", values | {"submit": "1", "expected": expected(offer.claim)}).status_code
        == 302
    )
    assert state_of(offer.claim) == "reviewing"


def test_clocks_and_messages_do_not_hold_an_answer_up(phone, offer, actors, now) -> None:
    from anxin.messages.actions import write_to_customer

    seen = expected(offer.claim)
    write_to_customer(case=offer.claim.case.public_id, text="有疑问可以打电话。", actor=actors["assessor"], now=now)
    answer = phone.post(offer.url + "answer/", offer.verdicts() | {"submit": "1", "expected": seen})
    assert answer.status_code == 302
    assert state_of(offer.claim) == "adjudicating"


def test_answered_twice_is_answered_once(phone, offer) -> None:
    values = offer.verdicts() | {"submit": "1"}
    phone.post(offer.url + "answer/", values)
    answer = phone.post(offer.url + "answer/", values)
    assert answer.url == offer.url
    assert "没有等您表态的定损单" in phone.get(offer.url).content.decode()


def test_elder_mode_goes_through_the_items_one_by_one(phone, offer, customer_user) -> None:
    customer_user.elder_mode = True
    customer_user.save()
    page = phone.get(offer.url).content.decode()
    assert "修车的钱算好了" in page
    assert "一项一项看" in page
    assert 'data-mode="elder"' in page
    assert phone.get(offer.url + "items/").url == offer.url + "items/1/"
    for number in (1, 2):
        assert phone.post(f"{offer.url}items/{number}/", {"verdict": "ok"}).url == f"{offer.url}items/{number + 1}/"
    assert phone.post(offer.url + "items/3/", {"verdict": "no"}).url == offer.url + "items/3/why/"
    assert phone.post(offer.url + "items/3/why/", {}).status_code == 422
    assert phone.post(offer.url + "items/3/why/", {"reason": "金额太低"}).url == offer.url + "items/4/"
    assert phone.get(offer.url + "items/").url == offer.url + "items/4/"
    for number in (4, 5):
        phone.post(f"{offer.url}items/{number}/", {"verdict": "ok"})
    page = phone.get(offer.url + "items/all/").content.decode()
    assert "这样对吗" in page
    assert "7,190.00" in page
    assert phone.post(offer.url + "answer/", {"submit": "1"}).status_code == 302
    assert state_of(offer.claim) == "reviewing"
    assert AssessmentLine.objects.get(state="disputed").reason == "金额太低"
