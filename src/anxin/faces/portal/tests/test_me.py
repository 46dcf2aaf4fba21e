"""My details, and one key to a person."""

import pytest

from anxin.messages.models import Message
from anxin.registers.customers.queries import has_consented, payment_account

pytestmark = pytest.mark.django_db


def test_contacts_are_added_used_first_and_removed(phone, customer) -> None:
    url = "/portal/me/contacts/"
    answer = phone.post(url, {"kind": "email", "value": "not an address"})
    assert answer.status_code == 422
    assert 'value="not an address"' in answer.content.decode()
    phone.post(url, {"kind": "mobile", "value": "13900001111"})
    new = customer.contacts.get(tail="1111")
    phone.post(url, {"first": str(new.pk)})
    assert customer.contacts.get(is_primary=True) == new
    phone.post(url, {"remove": str(customer.contacts.get(tail="6207").pk)})
    phone.post(url, {"remove": str(new.pk)})  # the only one left stays
    assert list(customer.contacts.all()) == [new]


def test_payment_account(phone, customer) -> None:
    url = "/portal/me/account/"
    assert phone.post(url, {"holder": "李明", "bank": "", "number": "1"}).status_code == 422
    assert phone.post(url, {"holder": "李明", "bank": "建设银行", "number": "6217000012346621"}).status_code == 302
    account = payment_account(customer)
    assert account is not None
    assert account.bank == "建设银行"
    page = phone.get("/portal/me/").content.decode()
    assert "6217000012346621" not in page
    assert "6621" in page


def test_consents(phone, customer) -> None:
    phone.post("/portal/me/consents/", {"give": "marketing"})
    assert has_consented(customer, "marketing")
    phone.post("/portal/me/consents/", {"withdraw": "marketing"})
    assert not has_consented(type(customer).objects.get(pk=customer.pk), "marketing")


def test_a_call_back_on_a_case_and_without_one(phone, notify, motor_policies, stranger) -> None:
    claim = notify()
    phone.post("/portal/person/", {"about": claim.case.public_id, "when": "morning", "text": "想问进度"})
    on_case = Message.objects.get(direction="in", case=claim.case)
    assert "13812346207" in on_case.body_zh
    assert "上午" in on_case.body_zh
    assert "想问进度" in on_case.body_zh
    phone.post("/portal/person/", {"about": "", "when": "soon", "text": ""})
    assert Message.objects.get(direction="in", case=None).body_zh.startswith("请给我回电话")
    assert "请给我回电话" in phone.get("/portal/person/").content.decode()
    answer = stranger.post("/portal/person/", {"about": claim.case.public_id, "when": "soon"})
    assert answer.status_code == 404


def test_every_page_has_a_person_to_call(phone, notify, motor_policies) -> None:
    claim = notify()
    for elder in ("0", "1"):
        phone.cookies["elder"] = elder
        for place in ("", "claims/", "claims/new/", "policies/", "me/", "person/", f"claims/{claim.case.public_id}/"):
            assert 'href="tel:' in phone.get(f"/portal/{place}").content.decode(), place
