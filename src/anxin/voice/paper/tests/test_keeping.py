"""Nothing is lost when a worker dies; pictures go in time; limits of what is sent."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from anxin.access.errors import Invalid, Missing, NotAllowed
from anxin.voice.paper import erasing, reading
from anxin.voice.paper.actions import erase, send_files
from anxin.voice.paper.actions import sending as sending_module
from anxin.voice.paper.models import Batch, BatchFile, Cutout, Page, PrintRun
from anxin.voice.paper.tests.conftest import Desk
from anxin.voice.paper.working import run_waiting
from anxin.voice.responses.models import Response

pytestmark = pytest.mark.django_db

SURE = {"speed": "4", "sex": "f"}


def forms(desk: Desk, count: int) -> list[bytes]:
    run = desk.print(count)
    return [desk.scan(desk.fill(run.layout, pages, SURE)[0]) for pages in desk.sheets(run).values()]


def test_a_killed_reader_is_followed_where_it_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = forms(desk, 3)
    batch = send_files(
        uploads=[SimpleUploadedFile(f"{n}.jpg", content) for n, content in enumerate(contents)], actor=desk.actor,
        now=desk.now,
    )  # fmt: skip
    real, read = reading.keep_page, []

    def once(*given: Any, **more: Any) -> Any:
        if len(read) == 1:
            raise KeyboardInterrupt
        read.append(1)
        return real(*given, **more)

    monkeypatch.setattr(reading, "keep_page", once)
    with pytest.raises(KeyboardInterrupt):
        run_waiting()
    monkeypatch.setattr(reading, "keep_page", real)
    batch.refresh_from_db()
    assert (batch.state, batch.done) == ("reading", 1)
    assert run_waiting() == 0
    Batch.objects.update(lease_until=None)
    assert run_waiting() == 1
    batch.refresh_from_db()
    assert (batch.state, batch.done, Page.objects.count(), Response.objects.count()) == ("read", 3, 3, 3)


def test_one_page_that_breaks_the_reader_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = forms(desk, 2)
    real = reading.read_page

    def broken(data: bytes, *given: Any) -> Any:
        if data == contents[0]:
            raise RuntimeError("unheard of")
        return real(data, *given)

    monkeypatch.setattr(reading, "read_page", broken)
    batch = desk.send(*contents)
    assert desk.problems(batch) == ["failed"]
    assert Response.objects.count() == 1


def test_pictures_are_erased_in_time_but_not_before_they_served(
    desk: Desk, django_capture_on_commit_callbacks: Any
) -> None:
    run = desk.print(2)
    sheets = list(desk.sheets(run).values())
    settled = desk.send(desk.scan(desk.fill(run.layout, sheets[0], SURE)[0]))
    open_one = desk.send(desk.scan(desk.fill(run.layout, sheets[1], {"speed": "4", "sex": ["f", "m"]})[0]))
    paths = [file.path for file in BatchFile.objects.order_by("pk")]
    assert erasing.erase_old(desk.now + timedelta(days=29)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert erasing.erase_old(desk.now + timedelta(days=31)) == 2  # the settled batch and the print run
    assert [default_storage.exists(path) for path in paths] == [False, True]
    settled.refresh_from_db()
    open_one.refresh_from_db()
    assert settled.erased_at is not None
    assert open_one.erased_at is None
    assert Cutout.objects.count() == 1
    assert Page.objects.get(file__batch=settled).reading == {}
    assert Response.objects.count() == 1
    assert PrintRun.objects.get().files == []


def test_a_person_erases_a_batch_at_once(desk: Desk, actors: Any, django_capture_on_commit_callbacks: Any) -> None:
    run = desk.print()
    [(serial, pages)] = desk.sheets(run).items()
    batch = desk.send(desk.scan(desk.fill(run.layout, pages, {"speed": "4", "sex": ["f", "m"]})[0]))
    path = batch.files.get().path
    for who, wrong in (("auditor", NotAllowed), ("outsider", NotAllowed)):
        with pytest.raises(wrong):
            erase(batch=batch.public_id, actor=actors[who], now=desk.now)
    with pytest.raises(Missing):
        erase(batch="nothing", actor=desk.actor, now=desk.now)
    with django_capture_on_commit_callbacks(execute=True):
        erase(batch=batch.public_id, actor=desk.actor, now=desk.now)
        erase(batch=batch.public_id, actor=desk.actor, now=desk.now)
    assert not default_storage.exists(path)
    assert not Cutout.objects.exists()
    assert desk.returned(serial).state == "left"
    # Found again in the pile and sent once more, it is read as if new.
    desk.send(desk.scan(desk.fill(run.layout, pages, SURE)[0]))
    assert desk.returned(serial).state == "taken"


def test_limits_are_said_in_words(desk: Desk, actors: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def send(*files: tuple[str, bytes]) -> None:
        send_files(
            uploads=[SimpleUploadedFile(name, content) for name, content in files], actor=desk.actor, now=desk.now
        )

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.jpg", b"\0" * 100_000)
    bad = [(), (("broken.zip", b"PK\3\4nothing"),)]
    monkeypatch.setattr(sending_module, "MOST_BYTES", 50_000)
    bad += [(("bomb.zip", out.getvalue()),), (("large.jpg", b"\0" * 60_000),)]
    for files in bad:
        with pytest.raises(Invalid) as refused:
            send(*files)
        assert set(refused.value.fields) == {"files"}
    with pytest.raises(NotAllowed):
        send_files(uploads=[], actor=actors["supervisor"], now=desk.now)
    assert not Batch.objects.exists()
