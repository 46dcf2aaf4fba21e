"""Files: kept once by their digest, seen by whoever sees the case, erased for good."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from anxin.access.errors import Invalid, Missing, NotAllowed
from anxin.journal.models import Case
from anxin.papers import storage
from anxin.papers.actions import erase, store_upload, store_uploads
from anxin.papers.models import StoredFile
from anxin.papers.tests.test_content import PDF, picture
from tests.cast import CUSTOMER


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"},
        }
    }  # fmt: skip


@pytest.fixture
def case(branch, now):
    return Case.objects.create(
        kind="claim", number="1", branch=branch, subject_id=CUSTOMER, state="open", opened_at=now, touched_at=now
    )


@pytest.fixture
def stored(case, actors, now):
    return store_upload(case=case, upload=PDF, name="C:\\照片\\认定书.pdf", actor=actors["customer"], now=now)


def test_bytes_come_back_as_they_were(stored, actors) -> None:
    assert stored.name == "认定书.pdf"
    assert (stored.content_type, stored.pages, stored.size) == ("application/pdf", 2, len(PDF))
    with storage.open_file(stored) as handle:
        assert handle.read() == PDF


def test_uploads_of_django_are_read(case, actors, now) -> None:
    body = picture("PNG")
    file = store_upload(case=case, upload=ContentFile(body, name="a/b.png"), actor=actors["customer"], now=now)
    assert (file.name, file.content_type) == ("b.png", "image/png")


def test_the_same_bytes_are_kept_once_and_erased_with_the_last(
    stored, case, actors, now, django_capture_on_commit_callbacks
) -> None:
    second = store_upload(case=case, upload=PDF, actor=actors["customer"], now=now)
    assert second.sha256 == stored.sha256
    path = storage.path_of(stored.sha256)
    with django_capture_on_commit_callbacks(execute=True):
        erased = erase(public_id=stored.public_id, actor=actors["administrator"], now=now)
    assert (erased.name, erased.erased_at) == ("", now)
    assert default_storage.exists(path)
    with pytest.raises(Missing):
        storage.open_file(erased)
    with django_capture_on_commit_callbacks(execute=True):
        erase(public_id=second.public_id, actor=actors["administrator"], now=now)
    assert not default_storage.exists(path)
    # Given again later, it is there again.
    store_upload(case=case, upload=PDF, actor=actors["customer"], now=now)
    assert default_storage.exists(path)


def test_only_whoever_sees_the_case_sees_its_files(stored, actors) -> None:
    from dataclasses import replace

    for role in ("customer", "adjudicator", "auditor", "administrator"):
        assert StoredFile.objects.visible_to(actors[role]).filter(pk=stored.pk).exists(), role
    stranger = replace(actors["customer"], customer_public_id="0" * 24)
    for actor in (actors["outsider"], stranger):
        assert not StoredFile.objects.visible_to(actor).exists()


def test_who_may_erase(stored, actors, now) -> None:
    for role in ("customer", "adjudicator", "auditor"):
        with pytest.raises(NotAllowed):
            erase(public_id=stored.public_id, actor=actors[role], now=now)
    with pytest.raises(Missing):
        erase(public_id="0" * 24, actor=actors["administrator"], now=now)


def test_all_or_none(case, actors, now) -> None:
    with pytest.raises(Invalid):
        store_uploads(case=case, uploads=[(PDF, ""), (b"", "空.jpg")], actor=actors["customer"], now=now)
    with pytest.raises(Invalid):
        store_uploads(case=case, uploads=[(PDF, "")] * 41, actor=actors["customer"], now=now)
    assert not StoredFile.objects.exists()


def test_a_crash_while_writing_leaves_no_wrong_file(monkeypatch, tmp_path) -> None:
    def broken(*_args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(storage.os, "fsync", broken)
    with pytest.raises(OSError, match="disk full"):
        storage.keep(PDF, storage.digest_of(PDF))
    assert not default_storage.exists(storage.path_of(storage.digest_of(PDF)))
