"""Reporting a claim: kept at every turn, sent once, answered at once."""

from datetime import timedelta

import pytest

from anxin.faces.portal.models import Draft
from anxin.journeys.claims.models import Claim
from anxin.papers.models import StoredFile

pytestmark = pytest.mark.django_db

URL = "/portal/claims/new/"


@pytest.fixture
def told(motor_policies):
    return {
        "subject": "car-苏E7K38Q", "cause": "collision", "loss_on": "2025-03-14", "loss_time": "08:10",
        "loss_place": "人民路与干将路口", "account": "等红灯时追尾前车，前杠和大灯坏了。", "injury": "no", "third_party": "yes",
        "claimed": "3,200", "once": "abc123",
    }  # fmt: skip


def test_a_report_opens_the_case_and_says_everything_at_once(phone, told, upload) -> None:
    answer = phone.post(URL, told | {"photos": [upload("前杠.jpg"), upload("大灯.jpg", 1)]})
    claim = Claim.objects.get()
    assert answer.url == f"/portal/claims/{claim.case.public_id}/reported/"
    assert (claim.cause, claim.claimed_fen, claim.has_third_party, claim.has_injury) == (
        "collision",
        320_000,
        True,
        False,
    )
    assert claim.covers.count() == 2
    assert claim.files.filter(purpose="loss_photo").count() == 2
    page = phone.get(answer.url).content.decode()
    assert claim.case.number in page
    assert "给您回电话" in page
    for paper in claim.papers.all():
        assert paper.title_zh in page
    assert not Draft.objects.exists()


def test_every_error_keeps_what_was_typed(phone, told, upload) -> None:
    answer = phone.post(URL, told | {"loss_place": "", "claimed": "很多", "injury": "", "photos": [upload("前杠.jpg")]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "等红灯时追尾前车" in page
    assert 'value="很多"' in page
    assert "请填出险地点" in page
    assert "前杠.jpg" in page
    assert not Claim.objects.exists()
    # And again on another phone, days later.
    assert "等红灯时追尾前车" in phone.get(URL).content.decode()
    assert phone.post(URL, told).status_code == 302
    assert Claim.objects.get().files.count() == 1


def test_save_and_continue_later_and_autosave(phone, told) -> None:
    assert phone.post(URL, {"account": "追尾", "later": "1"}).url == "/portal/"
    assert "没填完的报案" in phone.get("/portal/").content.decode()
    assert phone.post(URL + "draft/", told | {"account": "追尾，前杠坏了"}).status_code == 204
    assert "追尾，前杠坏了" in phone.get(URL).content.decode()
    phone.post(URL, {"discard": "1"})
    assert not Draft.objects.exists()


def test_a_photo_of_a_draft_is_seen_by_its_owner_alone_and_can_be_removed(phone, stranger, upload, told) -> None:
    phone.post(URL, {"later": "1", "photos": [upload()]})
    (kept,) = Draft.objects.get().data["photos"]
    place = f"{URL}photos/{kept['sha256']}/"
    assert phone.get(place).headers["Content-Type"] == "image/jpeg"
    assert stranger.get(place).status_code == 404
    phone.post(URL, told | {"remove": kept["sha256"]})
    assert phone.get(place).status_code == 404
    assert Draft.objects.get().data["account"] == told["account"]


def test_a_draft_that_nobody_comes_back_to_is_forgotten_with_its_photos(phone, told, upload, now) -> None:
    from anxin.faces.portal.jobs import forget
    from anxin.papers.storage import default_storage, path_of

    phone.post(URL, {"later": "1", "photos": [upload()]})
    (kept,) = Draft.objects.get().data["photos"]
    place = path_of(kept["sha256"])
    forget(now + timedelta(days=30))
    assert Draft.objects.exists()
    assert default_storage.exists(place)
    forget(now + timedelta(days=31))
    assert not Draft.objects.exists()
    assert not default_storage.exists(place)


def test_a_picture_that_became_part_of_a_case_outlives_another_draft_with_it(phone, told, upload, now) -> None:
    from anxin.faces.portal.actions import forget_drafts
    from anxin.papers.storage import default_storage, path_of

    phone.post(URL, told | {"photos": [upload()]})
    sha256 = StoredFile.objects.get().sha256
    phone.post(URL, {"later": "1", "photos": [upload()]})
    assert forget_drafts(now=now + timedelta(days=31)) == 1
    assert default_storage.exists(path_of(sha256))


def test_what_is_no_picture_is_refused_in_plain_words_and_the_rest_kept(phone, told, upload) -> None:
    bad = upload("通讯录.docx", content=b"PK\x03\x04 nothing to look at")
    answer = phone.post(URL, told | {"photos": [bad, upload("前杠.jpg")]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "通讯录.docx" in page
    assert "前杠.jpg" in page
    assert not StoredFile.objects.exists()


def test_pressed_twice_reported_once(phone, told) -> None:
    first = phone.post(URL, told).url
    assert phone.post(URL, told).url == first
    assert Claim.objects.count() == 1


def test_a_loss_in_the_future_and_a_policy_of_somebody_else(phone, told) -> None:
    assert "还没到" in phone.post(URL, told | {"loss_on": "2025-03-15"}).content.decode()
    assert phone.post(URL, told | {"subject": "car-沪A00000"}).status_code == 422
    assert not Claim.objects.exists()


def test_without_a_policy_there_is_a_person_to_call(stranger) -> None:
    page = stranger.get(URL).content.decode()
    assert "没有查到您的保单" in page
    assert "tel:" in page


def test_home_insurance_by_its_address(phone, home_policy, told) -> None:
    loss = {"subject": "home-苏州市姑苏区平江路1号", "cause": "fire", "third_party": "no"}
    phone.post(URL, told | loss)
    claim = Claim.objects.get()
    assert (claim.type, claim.covers.get().policy) == ("home", home_policy)
