"""The campaigns' pages: a draft, its list, its start, who was asked, what came back, ratings, opting out for a caller."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anxin.voice.campaigns import filling
from anxin.voice.campaigns.models import Campaign, OptOut
from anxin.voice.responses.actions import find_asking, save_page
from anxin.voice.responses.models import Rating, Response

pytestmark = pytest.mark.django_db
HOME = "/desk/voice/campaigns/"

SHEET: dict[str, Any] = {
    "name_zh": "四月回访", "name_en": "April", "occasion": "once", "channels": ["sms"], "branch": "", "kind": "segment",
    "least_days": "", "most_days": "", "regions": "", "happened": "closed", "days": "7", "activity": "claims.closed",
    "after_hours": "24", "expires_after_days": "14", "remind": "3, 7", "quiet_days": "90", "rates": "", "wave": "",
}  # fmt: skip


@pytest.fixture
def signed_in(staff, outsider, customer_user):
    def enter(role: str) -> Client:
        user = {**staff, "outsider": outsider, "customer": customer_user}[role]
        user.language = "en"
        user.save(update_fields=["language"])
        client = Client()
        client.force_login(user)
        client.cookies["language"] = "en"
        return client

    return enter


@pytest.fixture
def runner(signed_in) -> Client:
    return signed_in("administrator")


def _answer(invitation, now, speed="4") -> Response:
    for page, data in (("first", {"speed": speed}), ("second", {"sex": "m", "age": "44"})):
        saved = save_page(
            asking=find_asking(key=invitation.key, now=now), page=page, given=data, language="zh", source="web",
            now=now + timedelta(seconds=30),
        )  # fmt: skip
    return saved.response


def test_from_a_draft_to_running(runner, asked_version, make_customer, now) -> None:
    make_customer()
    made = runner.post(f"{HOME}add/", {**SHEET, "version": asked_version.public_id})
    row = Campaign.objects.get()
    assert made.headers["Location"] == f"{HOME}{row.public_id}/"
    page = runner.get(made.headers["Location"])
    assert b"1</b> of 1 would be asked" in page.content
    assert runner.get(f"{HOME}{row.public_id}/change/").status_code == 200
    started = runner.post(f"{HOME}{row.public_id}/do/start/")
    assert started.status_code == 302
    filling.fill_waiting(now)
    row.refresh_from_db()
    assert (row.state, row.invitations.count()) == ("running", 1)
    asked = runner.get(f"{HOME}{row.public_id}/invitations/").content.decode()
    assert "李" in asked
    assert "李明" not in asked  # masked
    for act, state in (("pause", "paused"), ("resume", "running"), ("end", "ended")):
        runner.post(f"{HOME}{row.public_id}/do/{act}/")
        row.refresh_from_db()
        assert row.state == state


def test_a_faulty_form_keeps_what_was_typed(runner, asked_version) -> None:
    answer = runner.post(f"{HOME}add/", {**SHEET, "version": asked_version.public_id, "remind": "7, 3", "channels": []})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "四月回访" in page
    assert 'id="id_remind_error"' in page
    assert "Choose at least one channel." in page
    assert not Campaign.objects.exists()


def test_a_draft_is_deleted_and_a_running_one_is_not(runner, campaign) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(state="draft")
    runner.post(f"{HOME}{campaign.public_id}/do/delete/")
    assert not Campaign.objects.exists()


def test_a_list_with_bad_rows_names_them(runner, campaign) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(state="draft")
    bad = SimpleUploadedFile("people.csv", b"contact\n13800000001\nnobody\n")
    answer = runner.post(f"{HOME}{campaign.public_id}/list/", {"file": bad})
    assert answer.status_code == 422
    assert b"1 fault in people.csv" in answer.content
    good = SimpleUploadedFile("people.csv", b"contact\n13800000001\n")
    assert runner.post(f"{HOME}{campaign.public_id}/list/", {"file": good}).status_code == 302
    assert campaign.recipients.get().contact == "+8613800000001"


def test_the_list_is_searched_and_filtered(runner, campaign) -> None:
    assert b"March" in runner.get(HOME).content
    assert b"March" in runner.get(f"{HOME}?text=mar&state=running").content
    assert b"Nothing fits these filters" in runner.get(f"{HOME}?state=ended").content
    Campaign.objects.all().delete()
    assert b"No campaigns here" in runner.get(HOME).content


def test_counts_and_rates(signed_in, campaign, invite, make_customer, branch, now) -> None:
    for number in range(4):
        asked = invite(customer=make_customer(mobile=f"1381234000{number}"), facts={"line": "home", "channel": "sms"})
        if number:
            _answer(asked, now)
    page = signed_in("supervisor").get(f"{HOME}{campaign.public_id}/").content.decode()
    assert "Response rate 75" in page
    assert "Home property" in page
    assert "Suzhou" in page


def test_single_answers_are_read_by_those_who_may(signed_in, campaign, invite, now) -> None:
    row = _answer(invite(), now)
    base = f"{HOME}{campaign.public_id}/answers/"
    assert signed_in("supervisor").get(base).status_code == 200
    page = signed_in("supervisor").get(f"{base}{row.public_id}/").content.decode()
    assert "Male" in page
    assert "44" in page
    assert "李明" not in page
    assert signed_in("administrator").get(base).status_code == 403  # sets up, and reads no answers
    assert signed_in("call_taker").get(base).status_code == 403
    assert signed_in("customer").get(base).status_code == 404
    assert signed_in("outsider").get(base).status_code == 403


def test_an_answer_is_erased_by_an_analyst(signed_in, staff, campaign, invite, branch, now) -> None:
    from anxin.access.actors import forget_actors
    from anxin.access.models import RoleGrant

    row = _answer(invite(), now)
    address = f"{HOME}{campaign.public_id}/answers/{row.public_id}/erase/"
    assert signed_in("supervisor").post(address).status_code == 403
    RoleGrant.objects.create(user=staff["assessor"], role="analyst", branch=branch)
    forget_actors()
    assert signed_in("assessor").post(address).status_code == 302
    row.refresh_from_db()
    assert (row.given, row.customer_id, row.flags, row.state) == ({}, None, ["erased"], "complete")


def test_ratings_by_branch_and_person(signed_in, branch, other_branch, staff, now) -> None:
    for score in (5, 4, 2):
        Rating.objects.create(service="claim", score=score, branch=branch, person=staff["surveyor"], at=now)
    Rating.objects.create(service="callback", score=1, branch=other_branch, at=now)
    page = signed_in("supervisor").get(f"{HOME}ratings/").content.decode()
    assert "3.67" in page
    assert "1.00" not in page  # another branch's
    assert "No ratings here" in signed_in("supervisor").get(f"{HOME}ratings/?service=callback").content.decode()


def test_a_caller_opts_out_and_in(signed_in, make_customer) -> None:
    customer = make_customer(external_id="C-77", source="core")
    desk = signed_in("call_taker")
    assert desk.get(f"{HOME}optout/").status_code == 200
    desk.post(f"{HOME}optout/", {"who": "C-77"})
    assert OptOut.objects.get().customer == customer
    desk.post(f"{HOME}optout/", {"who": "C-77", "again": "1"})
    assert not OptOut.objects.exists()
    assert desk.post(f"{HOME}optout/", {"who": "nobody"}).status_code == 422
    assert signed_in("auditor").get(f"{HOME}optout/").status_code == 403


def test_the_qr_code_of_a_branch_leads_to_the_open_link(signed_in, campaign, branch) -> None:
    import io

    import zxingcpp
    from PIL import Image

    campaign.occasion, campaign.channels = "open", ["qr", "wechat"]
    campaign.save()
    desk = signed_in("supervisor")
    picture = desk.get(f"{HOME}{campaign.public_id}/code/png/?at={branch.code}")
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.content)).convert("L"))
    assert found[0].text.endswith(f"/q/{campaign.open_key}/?via=qr&at={branch.code}")
    assert desk.get(f"{HOME}{campaign.public_id}/code/svg/").content.startswith(b"<?xml")
    assert f"/q/{campaign.open_key}/?via=wechat" in desk.get(f"{HOME}{campaign.public_id}/").content.decode()
    assert desk.get(f"{HOME}{campaign.public_id}/code/gif/").status_code == 404


def test_paper_needs_an_occasion_and_nothing_else(runner, asked_version) -> None:
    """What stands in boxes of other occasions is let be, right or wrong; the page leads to printing and to what came back."""
    values = {"name_zh": "柜面问卷", "version": asked_version.public_id, "occasion": "paper", "copies": "anonymous"}
    made = runner.post(f"{HOME}add/", {**values, "least_days": "many", "remind": "often"})
    row = Campaign.objects.get()
    assert made.headers["Location"] == f"{HOME}{row.public_id}/"
    assert (row.occasion, row.channels, row.audience, row.remind_after_days) == ("paper", ["paper"], {}, [])
    runner.post(f"{HOME}{row.public_id}/do/start/")
    page = runner.get(f"{HOME}{row.public_id}/").content.decode()
    for place in ("prints/add/", "prints/", ""):
        address = f"/desk/voice/paper/{place}?campaign={row.public_id}"
        assert address in page
        assert runner.get(address).status_code == 200
    assert "Copies printed" in page
    assert runner.get("/desk/voice/paper/?campaign=nothing").status_code == 404
    assert runner.get(f"{HOME}{row.public_id}/change/").status_code == 200
    changed = {"name_zh": "柜面", "ends_on": ""}
    assert runner.post(f"{HOME}{row.public_id}/change/", changed).status_code == 302


def test_a_personal_copy_keeps_the_person(runner, asked_version) -> None:
    values = {
        "name_zh": "信件",
        "version": asked_version.public_id,
        "occasion": "paper",
        "copies": "personal",
        "kind": "segment",
    }
    answer = runner.post(f"{HOME}add/", {**values, "is_anonymous": "on", "expires_after_days": "60"})
    assert answer.status_code == 422
    assert "number says whose it is" in answer.content.decode()
    assert "信件" in answer.content.decode()
    assert runner.post(f"{HOME}add/", {**values, "expires_after_days": "60"}).status_code == 302
    row = Campaign.objects.get()
    assert (row.audience["kind"], row.expires_after_days) == ("segment", 60)
    assert re.search(
        r"<input[^>]*value=\"personal\"[^>]* checked", runner.get(f"{HOME}{row.public_id}/change/").content.decode()
    )
