"""Answering by a personal link: begin, go back, resume, finish once; languages, faults, what is closed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from anxin.access import clock
from anxin.faces.answers import pace
from anxin.voice.campaigns.models import Campaign, Invitation, OptOut
from anxin.voice.responses.models import Rating, Response

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _full_buckets() -> None:
    pace.forget()


@pytest.fixture
def phone() -> Client:
    return Client()


def _words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_whole_questionnaire_without_a_script(phone, invite, now) -> None:
    asked = invite()
    home = f"/q/{asked.key}/"
    welcome = phone.get(home)
    assert welcome.status_code == 200
    assert "理赔服务" in _words(welcome)
    assert f"{home}p/first/" in welcome.content.decode()
    asked.refresh_from_db()
    assert (asked.state, asked.opened_at) == ("opened", now)
    assert not Response.objects.exists()  # looking begins nothing
    first = phone.get(f"{home}p/first/")
    assert 'name="speed"' in first.content.decode()
    sent = phone.post(f"{home}p/first/", {"speed": "4", "way": ["phone", "other"], "way__other": "微信"})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{home}p/second/")
    sent = phone.post(f"{home}p/second/", {"sex": "f", "age": "41"})
    assert sent.headers["Location"] == f"{home}done/"
    done = phone.get(sent.headers["Location"])
    assert "谢谢您" in _words(done)
    row = Response.objects.get()
    assert row.given == {"speed": 4, "way": ["phone", "other"], "way__other": "微信", "sex": "f", "age": 41}
    assert (row.state, row.source, row.customer_id) == ("complete", "web", asked.customer_id)
    asked.refresh_from_db()
    assert (asked.state, asked.answered_at) == ("answered", now)


def test_faults_stand_at_their_questions_and_nothing_typed_is_lost(phone, invite) -> None:
    asked = invite()
    phone.post(f"/q/{asked.key}/p/first/", {"speed": "2", "why": "排队"})
    wrong = phone.post(f"/q/{asked.key}/p/second/", {"age": "7"})
    page = wrong.content.decode()
    assert wrong.status_code == 422
    assert 'id="q-sex-error"' in page
    assert 'id="q-age-error"' in page
    assert 'value="7"' in page
    assert Response.objects.get().state == "started"


def test_back_keeps_the_page_and_complains_of_nothing(phone, invite) -> None:
    asked = invite()
    phone.post(f"/q/{asked.key}/p/first/", {"speed": "5"})
    back = phone.post(f"/q/{asked.key}/p/second/", {"age": "50", "back": "1"})
    assert back.headers["Location"] == f"/q/{asked.key}/p/first/"
    assert "checked" in phone.get(back.headers["Location"]).content.decode()
    assert Response.objects.get().given == {"speed": 5, "age": 50}


def test_autosave_answers_nothing_and_keeps_all(phone, invite) -> None:
    asked = invite()
    kept = phone.post(f"/q/{asked.key}/p/second/", {"age": "50", "autosave": "1"})
    assert (kept.status_code, kept.content) == (204, b"")
    assert Response.objects.get().given == {"age": 50}


def test_resumed_by_the_same_link_where_one_stopped(phone, invite, now) -> None:
    asked = invite()
    phone.post(f"/q/{asked.key}/p/first/", {"speed": "3", "way": "phone"})
    with clock.held_at(now + timedelta(days=3)):
        again = Client().get(f"/q/{asked.key}/")
    page = again.content.decode()
    # "way" was answered and "why" is not asked of a three: on to the second page.
    assert f"/q/{asked.key}/p/second/" in page


def test_a_page_further_on_does_not_skip_what_is_owed(phone, invite) -> None:
    asked = invite()
    sent = phone.post(f"/q/{asked.key}/p/second/", {"sex": "m"})
    assert sent.headers["Location"] == f"/q/{asked.key}/p/first/?missing=1"
    page = phone.get(sent.headers["Location"]).content.decode()
    assert 'id="q-speed-error"' in page
    assert Response.objects.get().state == "started"


def test_the_language_is_switched_with_what_was_typed(phone, invite) -> None:
    asked = invite()
    switched = phone.post(f"/q/{asked.key}/p/first/", {"speed": "1", "why": "慢", "language": "en"})
    assert switched.headers["Location"] == f"/q/{asked.key}/p/first/"
    page = phone.get(switched.headers["Location"]).content.decode()
    assert "Speed" in page
    assert "慢" in page
    assert Response.objects.get().language == "en"
    assert "Next" in page


def test_elder_mode_is_kept_in_this_browser(phone, invite) -> None:
    asked = invite()
    phone.post(f"/q/{asked.key}/", {"elder": "1"})
    assert 'data-mode="elder"' in phone.get(f"/q/{asked.key}/p/first/").content.decode()


def test_answered_once(phone, invite) -> None:
    asked = invite()
    for page, data in (("first", {"speed": "5"}), ("second", {"sex": "m"})):
        phone.post(f"/q/{asked.key}/p/{page}/", data)
    again = Client().post(f"/q/{asked.key}/p/first/", {"speed": "1"})
    assert again.headers["Location"] == f"/q/{asked.key}/done/"
    assert Response.objects.get().given["speed"] == 5
    assert "谢谢您" in _words(Client().get(f"/q/{asked.key}/"))


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"state": Campaign.State.ENDED}, 410, "closed"),
        ({"state": Campaign.State.PAUSED}, 409, "takes a break"),
        ({"state": Campaign.State.DRAFT}, 404, "no such questionnaire"),
    ],
)
def test_what_is_closed_says_so(phone, invite, campaign, fields, status, words) -> None:
    asked = invite(language="en")
    Campaign.objects.filter(pk=campaign.pk).update(**fields)
    phone.cookies["language"] = "en"
    for answer in (
        phone.get(f"/q/{asked.key}/"), phone.get(f"/q/{asked.key}/p/first/"),
        phone.post(f"/q/{asked.key}/p/first/", {"speed": "5"}),
    ):  # fmt: skip
        assert answer.status_code == status
        assert words in _words(answer)
    assert not Response.objects.exists()


def test_an_expired_link_and_one_that_never_was(phone, invite, now) -> None:
    asked = invite(expires_at=now - timedelta(seconds=1))
    assert phone.get(f"/q/{asked.key}/").status_code == 410
    assert phone.get("/q/abcdefgh23456789/").status_code == 404
    while pace.may_miss("127.0.0.1"):
        pass
    assert phone.get("/q/abcdefgh23456789/").status_code == 429
    assert phone.get(f"/q/{asked.key}/").status_code == 410  # what exists is answered all the same


def test_not_found_by_engines_nor_told_to_others(phone, invite) -> None:
    answer = phone.get(f"/q/{invite().key}/p/first/")
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script>" not in answer.content.decode()


def test_too_fast_loses_nothing(phone, invite, monkeypatch) -> None:
    asked = invite()
    monkeypatch.setattr(pace, "may_send", lambda key: False)
    slow = phone.post(f"/q/{asked.key}/p/second/", {"age": "50"})
    assert slow.status_code == 429
    assert 'value="50"' in slow.content.decode()


def test_opting_out_closes_all_and_can_be_taken_back(phone, invite, campaign, asked_version, now) -> None:
    asked = invite()
    other = Campaign.objects.create(
        name_zh="另一个", version=asked_version, state="running", occasion="once", channels=["sms"], created_at=now
    )
    second = invite(other, customer=asked.customer)
    page = phone.get(f"/q/{asked.key}/p/first/").content.decode()
    assert f"/q/{asked.key}/stop/" in page
    assert phone.get(f"/q/{asked.key}/stop/").status_code == 200
    assert not OptOut.objects.exists()  # looking refuses nothing
    phone.post(f"/q/{asked.key}/stop/")
    assert OptOut.objects.get().customer_id == asked.customer_id
    assert set(Invitation.objects.values_list("state", flat=True)) == {"refused"}
    assert phone.get(f"/q/{second.key}/").status_code == 410
    assert "不再" in _words(phone.get(f"/q/{asked.key}/stop/"))
    phone.post(f"/q/{asked.key}/stop/", {"again": "1"})
    assert not OptOut.objects.exists()


@pytest.fixture
def open_campaign(campaign) -> Campaign:
    campaign.occasion, campaign.channels = "open", ["qr"]
    campaign.save()
    return campaign


def test_an_open_link_begins_one_response_a_browser(phone, open_campaign, branch) -> None:
    home = f"/q/{open_campaign.open_key}/"
    welcome = phone.get(f"{home}?via=qr&at={branch.code}")
    first = re.search(rf'{home}p/first/[^"]*', welcome.content.decode())[0].replace("&amp;", "&")
    page = phone.get(first).content.decode()
    key = re.search(r'name="response" value="(\w{16})"', page)[1]
    for _twice in range(2):  # the button pressed twice
        sent = phone.post(first, {"speed": "4", "way": "app", "response": key})
        assert sent.headers["Location"] == f"/q/{key}/p/second/"
    row = Response.objects.get()
    assert (row.branch_id, row.facts, row.customer_id) == (branch.pk, {"channel": "qr"}, None)
    # The same link goes on with it in this browser, and begins anew in another.
    assert f"/q/{key}/p/second/" in phone.get(home).content.decode()
    assert f"/q/{key}/" not in Client().get(home).content.decode()
    assert phone.post(f"/q/{key}/p/second/", {"sex": "f"}).headers["Location"] == f"/q/{key}/done/"
    assert Response.objects.get().state == "complete"
    assert "Somebody else" in _words(phone.get(home)) or "别人" in _words(phone.get(home))


def test_an_open_link_refuses_a_contact(phone, open_campaign, make_customer) -> None:
    customer = make_customer()
    wrong = phone.post(f"/q/{open_campaign.open_key}/stop/", {"contact": "不是号码"})
    assert wrong.status_code == 422
    assert "不是号码" in wrong.content.decode()
    phone.post(f"/q/{open_campaign.open_key}/stop/", {"contact": "138 1234 6207"})
    from anxin.voice.campaigns.optout import customers_out

    assert customers_out([customer.pk]) == {customer.pk}
    assert "13812346207" not in OptOut.objects.get().contact_digest


def test_an_anonymous_campaign_keeps_no_person(phone, campaign, invite, now) -> None:
    campaign.is_anonymous = True
    campaign.save()
    asked = invite(facts={"line": "home"})
    for page, data in (("first", {"speed": "5"}), ("second", {"sex": "m"})):
        phone.get(f"/q/{asked.key}/p/{page}/")
        phone.post(f"/q/{asked.key}/p/{page}/", data)
    row = Response.objects.get()
    assert (row.invitation_id, row.customer_id, row.person_id, row.case_id) == (None, None, None, None)
    assert (row.state, row.facts) == ("complete", {"line": "home"})
    asked.refresh_from_db()
    assert asked.state == "answered"
    assert asked.answered_at != now  # the day alone
    assert asked.opened_at != now
    again = Client().post(f"/q/{asked.key}/p/first/", {"speed": "1"})
    assert again.headers["Location"] == f"/q/{asked.key}/done/"
    assert Response.objects.count() == 1


def test_a_full_quota_thanks_and_asks_no_further(phone, campaign, invite, make_customer) -> None:
    for number in range(3):
        asked = invite(customer=make_customer(mobile=f"1381234000{number}"))
        phone.post(f"/q/{asked.key}/p/first/", {"speed": "5"})
        phone.post(f"/q/{asked.key}/p/second/", {"sex": "f"})
    assert sorted(Response.objects.values_list("state", flat=True)) == ["complete", "complete", "full"]
    campaign.quota_counts.get(code="women", count=2)


def test_an_answer_to_a_rating_campaign_is_a_rating(phone, campaign, invite, staff) -> None:
    campaign.rates = "callback"
    campaign.save()
    asked = invite(person=staff["surveyor"])
    phone.post(f"/q/{asked.key}/p/first/", {"speed": "4"})
    phone.post(f"/q/{asked.key}/p/second/", {"sex": "m"})
    rating = Rating.objects.get()
    assert (rating.service, rating.score, rating.customer_id, rating.person) == (
        "callback", 4, asked.customer_id, staff["surveyor"],
    )  # fmt: skip
