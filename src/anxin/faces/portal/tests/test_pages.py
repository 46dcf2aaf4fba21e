"""Every page opens for its customer, for nobody else, in both languages and both modes, at a fixed price."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anxin.faces.portal.models import Draft

pytestmark = pytest.mark.django_db

PLACES = [
    "", "policies/", "policies/?q=苏E", "claims/", "claims/new/", "me/", "me/contacts/", "me/account/", "me/consents/",
    "person/",
]  # fmt: skip
OF_A_CLAIM = [
    "", "reported/", "items/1/", "items/1/why/", "items/all/", "papers/", "photos/", "request/", "payee/", "object/",
    "agree/", "withdraw/", "rate/", "messages/",
]  # fmt: skip


@pytest.mark.parametrize("elder", ["0", "1"])
def test_pages_open(phone, motor_policies, offer, elder) -> None:
    phone.cookies["elder"] = elder
    for place in [f"/portal/{name}" for name in PLACES] + [offer.url + name for name in OF_A_CLAIM]:
        assert phone.get(place).status_code == 200, place
    for policy in motor_policies:
        assert phone.get(f"/portal/policies/{policy.public_id}/").status_code == 200


def test_chinese_pages_hold_no_english_sentence(phone, offer, motor_policies) -> None:
    places = [f"/portal/{name}" for name in PLACES] + [offer.url + name for name in OF_A_CLAIM]
    for place in [*places, f"/portal/policies/{motor_policies[1].public_id}/"]:
        page = phone.get(place).content.decode()
        main = re.sub(r"<[^>]*>", " ", page[page.index("<main") : page.index("</main>")])
        main = re.sub("call_taker|assessor|adjudicator|surveyor|finance", "", main)  # the cast's names
        words = re.findall(r"[A-Za-z]{3,}", main)
        assert set(words) <= {"English", "PDF", "PDZA", "PDAA", "JQX", "SYX", "CPA"}, (place, words)


def test_no_name_is_given_twice_and_every_label_finds_its_box(phone, offer) -> None:
    """A label that points elsewhere is read out by no screen reader."""
    for place in [f"/portal/{name}" for name in PLACES] + [offer.url + name for name in OF_A_CLAIM]:
        page = phone.get(place).content.decode()
        ids = [name for name in re.findall(r'\bid="([^"]+)"', page) if not name.startswith("i-")]
        assert len(ids) == len(set(ids)), (place, sorted(name for name in set(ids) if ids.count(name) > 1))
        boxes = set(re.findall(r'<(?:input|select|textarea)\b[^>]*?\bid="([^"]+)"', page))
        for wanted in re.findall(r'<label\b[^>]*?\bfor="([^"]+)"', page):
            assert wanted in boxes, (place, wanted)


def test_english_pages(phone, offer) -> None:
    phone.post("/language/", {"language": "en", "next": "/portal/"})
    page = phone.get(offer.url).content.decode()
    assert "Your loss assessment is ready:" in page
    assert "8,050.00" in page


def test_another_customers_records_do_not_exist(stranger, offer, motor_policies) -> None:
    for name in [*OF_A_CLAIM, "decision/", "decision.pdf"]:
        assert stranger.get(offer.url + name).status_code == 404, name
    for name in (
        "answer/",
        "answer/draft/",
        "papers/",
        "photos/",
        "payee/",
        "withdraw/",
        "messages/",
        "agree/",
        "rate/",
    ):
        assert stranger.post(offer.url + name, {"text": "x", "reason": "small", "score": "5"}).status_code == 404, name
    policy = f"/portal/policies/{motor_policies[0].public_id}/"
    assert stranger.get(policy).status_code == 404
    assert stranger.get(policy + "document.pdf").status_code == 404
    assert offer.claim.case.public_id not in stranger.get("/portal/claims/").content.decode()
    assert not Draft.objects.exists()


def test_signed_out_goes_to_the_sign_in_and_staff_to_the_desk(client, staff, now) -> None:
    answer = client.get("/portal/claims/")
    assert answer.status_code == 302
    assert answer.url == "/account/login/?next=/portal/claims/"
    client.force_login(staff["assessor"])
    assert client.get("/portal/").url == "/desk/"
    assert client.get("/portal/claims/").status_code == 404


def test_nothing_of_a_person_stays_in_a_cache(phone, offer) -> None:
    assert "no-store" in phone.get(offer.url).headers["Cache-Control"]


def test_policy_says_limits_exclusions_and_has_its_pdf(phone, motor_policies) -> None:
    url = f"/portal/policies/{motor_policies[1].public_id}/"
    page = phone.get(url).content.decode()
    assert "最多 128,600.00 元" in page
    assert "这些情况不赔" in page
    for language in ("zh", "en"):
        answer = phone.get(f"{url}document.pdf?lang={language}")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_policies_are_found_by_number_plate_and_kind(phone, motor_policies) -> None:
    def found(text: str) -> int:
        return (
            phone.get("/portal/policies/", {"q": text}).content.decode().count('<li><a href="/portal/policies/') - 1
        )  # the menu's own

    assert found("苏e7k38q") == found("苏E·7K38Q") == 2
    assert found("PDAA-2") == found("PDAA2") == 1
    assert phone.get("/portal/policies/", {"q": "游艇"}).content.decode().count("没有找到") == 1


def test_home_says_what_waits(phone, offer) -> None:
    page = phone.get("/portal/").content.decode()
    assert "看一看定损结果" in page
    assert 'class="promise"' in page


def test_lists_cost_the_same_however_many_claims(phone, notify, motor_policies) -> None:
    def cost(place: str) -> int:
        phone.get(place)
        with CaptureQueriesContext(connection) as queries:
            assert phone.get(place).status_code == 200
        # Whether a rule was published is asked every two seconds, by the clock and not by the page.
        return sum("rulebook_ruleedition" not in query["sql"] for query in queries.captured_queries)

    first = notify()
    places = ["/portal/", "/portal/claims/", f"/portal/claims/{first.case.public_id}/", "/portal/policies/"]
    one = {place: cost(place) for place in places}
    for _number in range(4):
        notify()
    assert {place: cost(place) for place in places} == one
    assert one["/portal/claims/"] <= 12
    assert one[places[2]] <= 12
