"""Pages of paper questionnaires at the desk, as their readers ask for them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anxin.voice.paper.models import Batch, Cutout, Page, PrintRun
from anxin.voice.paper.tests.conftest import Desk, fixture_desk, fixture_paper_campaign  # noqa: F401
from anxin.voice.paper.working import run_waiting
from anxin.voice.responses.models import Response

pytestmark = pytest.mark.django_db

HOME = "/desk/voice/paper/"


@pytest.fixture
def client(staff: dict[str, Any]) -> Client:
    return signed_in(staff["administrator"])


def signed_in(user: Any) -> Client:
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def doubtful(desk: Desk) -> tuple[Desk, str]:
    """A batch with one form to check: two answers where one is asked for, and a number by hand."""
    run = desk.print()
    [(serial, pages)] = desk.sheets(run).items()
    desk.send(desk.scan(desk.fill(run.layout, pages, {"speed": "4", "sex": ["f", "m"]}, write=["age"])[0]))
    return desk, serial


def test_printing_from_the_page(desk: Desk, client: Client) -> None:
    assert desk.campaign.name_en in text(client.get(f"{HOME}prints/add/"))
    given = {"campaign": desk.campaign.public_id, "language": "zh", "personal": "", "copies": "0"}
    answer = client.post(f"{HOME}prints/add/", given)
    assert answer.status_code == 422
    assert 'value="0"' in text(answer)
    answer = client.post(f"{HOME}prints/add/", given | {"copies": "3"}, follow=True)
    assert "Waits for the worker" in text(answer)
    assert 'http-equiv="refresh"' in text(answer)
    run_waiting()
    run = PrintRun.objects.get()
    page = text(client.get(f"{HOME}prints/{run.public_id}/"))
    assert "3 copies are ready" in page
    assert 'http-equiv="refresh"' not in page
    pdf = client.get(f"{HOME}prints/{run.public_id}/1.pdf")
    assert b"".join(pdf.streaming_content)[:5] == b"%PDF-"  # type: ignore[attr-defined]
    assert client.get(f"{HOME}prints/{run.public_id}/2.pdf").status_code == 404
    assert run.public_id in text(client.get(f"{HOME}prints/"))


def test_sending_and_what_is_named(desk: Desk, client: Client) -> None:
    assert client.post(f"{HOME}send/", {}).status_code == 422
    files = [SimpleUploadedFile("leer.jpg", b""), SimpleUploadedFile("brief.docx", b"not a picture")]
    answer = client.post(f"{HOME}send/", {"upload": files}, follow=True)
    batch = Batch.objects.get()
    assert answer.redirect_chain[-1][0] == f"{HOME}batches/{batch.public_id}/"
    run_waiting()
    page = text(client.get(f"{HOME}batches/{batch.public_id}/"))
    assert "The file is empty (0 bytes)." in page
    assert "This is no picture and no PDF." in page
    assert "brief.docx" in page
    assert batch.public_id in text(client.get(HOME))


def test_a_whole_shoebox_of_photographs_is_one_upload(desk: Desk, client: Client) -> None:
    many = [SimpleUploadedFile(f"{number}.jpg", b"") for number in range(150)]
    assert client.post(f"{HOME}send/", {"upload": many}).status_code == 302
    assert Batch.objects.get().files.count() == 150
    too_many = [SimpleUploadedFile(f"{number}.jpg", b"") for number in range(1_001)]
    answer = client.post(f"{HOME}send/", {"upload": too_many})
    assert answer.status_code == 422
    assert "Send at most 1,000 files" in text(answer)


def test_checking_a_form(doubtful: tuple[Desk, str], client: Client) -> None:
    desk, serial = doubtful
    form = desk.returned(serial)
    batch = form.batch.public_id
    assert "Check 1 form" in text(client.get(f"{HOME}batches/{batch}/"))
    answer = client.get(f"{HOME}batches/{batch}/check/")
    assert answer.headers["location"] == f"{HOME}forms/{form.public_id}/"
    address = f"{HOME}forms/{form.public_id}/"
    page = text(client.get(address))
    for words in ("性别", "年龄", "More than one box is marked", "Nothing is marked", "女"):
        assert words in page
    for cut in Cutout.objects.all():
        picture = client.get(f"{HOME}cutouts/{cut.public_id}/")
        assert (picture["Content-Type"], picture.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
        assert "no-store" in picture["Cache-Control"]
    # Not decided: said beside the place, and what was typed is kept.
    answer = client.post(address, {"expected": form.edit, "age": "seventeen?"})
    assert answer.status_code == 422
    assert 'value="seventeen?"' in text(answer)
    assert "Say what is marked, or that nothing is." in text(answer)
    answer = client.post(address, {"expected": form.edit, "sex": "__nothing__", "age": "45"}, follow=True)
    assert f"{serial} is counted." in text(answer)
    assert Response.objects.get().given == {"speed": 4, "age": 45}
    assert "There is nothing to check on this form any more." in text(client.get(address, follow=True))


def test_two_people_at_one_form(doubtful: tuple[Desk, str], client: Client, staff: dict[str, Any]) -> None:
    from anxin.access.models import RoleGrant

    desk, serial = doubtful
    form = desk.returned(serial)
    RoleGrant.objects.create(user=staff["supervisor"], role="analyst", branch=None)
    other = signed_in(staff["supervisor"])
    address = f"{HOME}forms/{form.public_id}/"
    client.get(address)
    # Led past what somebody has open; warned by name who comes all the same.
    answer = other.get(f"{HOME}batches/{form.batch.public_id}/check/")
    assert answer.headers["location"] == f"{HOME}batches/{form.batch.public_id}/"
    assert "has this form open" in text(other.get(address))
    other.post(address, {"expected": form.edit, "sex": "f", "age": "30"})
    answer = client.post(address, {"expected": form.edit, "sex": "m", "age": "45"}, follow=True)
    assert Response.objects.get().given["sex"] == "f"


def test_a_page_that_cannot_be_read_is_looked_at_and_named(desk: Desk, client: Client) -> None:
    from anxin.engines.reading.forms import sheet
    from anxin.engines.reading.forms.tests import rendering as r

    run = desk.print()
    [(serial, pages)] = desk.sheets(run).items()
    picture = desk.fill(run.layout, pages, {"speed": "2", "sex": "f"})[0]
    x, y, size = (round(value * r.MM) for value in (sheet.QR_X, sheet.QR_Y, sheet.QR_SIZE))
    picture[y : y + size * 2 // 3, x : x + size] = 128
    batch = desk.send(desk.scan(picture))
    page = Page.objects.get(file__batch=batch)
    assert "its code cannot be read" in text(client.get(f"{HOME}batches/{batch.public_id}/"))
    address = f"{HOME}pages/{page.public_id}/"
    assert "Say what it is" in text(client.get(address))
    assert client.get(f"{address}picture/").content[:3] == b"\xff\xd8\xff"
    assert client.post(address, {"serial": "0000-0001", "number": "1"}).status_code == 422
    answer = client.post(address, {"serial": serial, "number": "1"}, follow=True)
    assert "The page was read." in text(answer)
    assert Response.objects.count() == 1


def test_incomplete_forms_are_taken_or_left_by_a_person(doubtful: tuple[Desk, str], client: Client) -> None:
    desk, serial = doubtful
    form = desk.returned(serial)
    answer = client.post(f"{HOME}forms/{form.public_id}/leave/", follow=True)
    assert "The form is set aside." in text(answer)
    assert desk.returned(serial).state == "left"
    # Taking it back in leads to what is still open on it.
    answer = client.post(f"{HOME}forms/{form.public_id}/take/", {"expected": desk.returned(serial).edit})
    assert answer.headers["location"] == f"{HOME}forms/{form.public_id}/"


def test_erasing_from_the_page(doubtful: tuple[Desk, str], client: Client) -> None:
    desk, serial = doubtful
    batch = desk.returned(serial).batch.public_id
    cut = Cutout.objects.first()
    answer = client.post(f"{HOME}batches/{batch}/erase/", follow=True)
    assert "The pictures are erased." in text(answer)
    assert client.get(f"{HOME}cutouts/{cut.public_id}/").status_code == 404  # type: ignore[union-attr]


def test_readers_see_counts_and_no_pictures(doubtful: tuple[Desk, str], staff: dict[str, Any]) -> None:
    desk, serial = doubtful
    auditor = signed_in(staff["auditor"])
    batch = desk.returned(serial).batch.public_id
    page = text(auditor.get(f"{HOME}batches/{batch}/"))
    assert serial in page
    assert "Erase" not in page
    cut = Cutout.objects.first()
    assert auditor.get(f"{HOME}cutouts/{cut.public_id}/").status_code == 403  # type: ignore[union-attr]
