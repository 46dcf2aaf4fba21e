"""The only writers of drafts. Everything else a customer does here is an action of the room it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing
from anxin.faces.portal.models import Draft
from anxin.papers import storage
from anxin.papers.actions import Upload
from anxin.papers.content import MAX_BYTES, examine
from anxin.papers.models import StoredFile

# What somebody typed and photographed and never sent is no record of ours: it goes (PIPL art. 19, 47).
KEPT_FOR = timedelta(days=30)
# More than any form of ours holds; a draft is no place to store things.
MAX_LETTERS = 40_000
MAX_PHOTOS = 12


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of a form that is not sent yet: kept by its digest, named as its sender calls it."""

    sha256: str
    name: str
    content_type: str

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")


def read_draft(*, kind: str, actor: Actor) -> dict[str, Any]:
    """What this person typed last; empty when there is nothing."""
    row = _drafts(kind, actor).first()
    return dict(row.data) if row else {}


def keep_draft(*, kind: str, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Keep what was typed, in place of what was kept before; photos stay as they are."""
    data = {str(key): value for key, value in values.items()}
    if sum(len(str(value)) for value in data.values()) > MAX_LETTERS:
        raise Invalid(_("This is too much text to keep. Shorten it, please."))
    before = read_draft(kind=kind, actor=actor)
    if "photos" in before:
        data["photos"] = before["photos"]
    _put(kind, data, actor, now)


def drop_draft(*, kind: str, actor: Actor) -> None:
    """Forget a form that was sent, or that its owner gave up. Pictures that became part of a case stay with it."""
    photos = photos_of(read_draft(kind=kind, actor=actor))
    _drafts(kind, actor).delete()
    for photo in photos:
        _let_go(photo.sha256)


def forget_drafts(*, now: datetime) -> int:
    """Drop what nobody has touched for `KEPT_FOR`, pictures included; returns how many drafts went."""
    forgotten = 0
    old = Draft.objects.filter(updated_at__lt=now - KEPT_FOR)
    for pk in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            row = old.select_for_update().filter(pk=pk).first()
            if row is None:
                continue  # its owner came back to it just now
            row.delete()
        # After the commit: what is rolled back must still have its pictures.
        for photo in photos_of(row.data):
            _let_go(photo.sha256)
        forgotten += 1
    return forgotten


def keep_photo(*, kind: str, upload: Upload, actor: Actor, now: datetime) -> None:
    """Keep a picture with a draft. Raises `Invalid` in plain words for what is no picture, and for one too many."""
    content = upload.read(MAX_BYTES + 1)
    name = (upload.name or "").replace("\\", "/").rsplit("/", 1)[-1][-160:]
    found = examine(content, name=name)
    data = read_draft(kind=kind, actor=actor)
    photos = data.setdefault("photos", [])
    sha256 = storage.digest_of(content)
    if any(photo["sha256"] == sha256 for photo in photos):
        return
    if len(photos) >= MAX_PHOTOS:
        message = _("At most %(many)d pictures here. You can add more to the case afterwards.") % {"many": MAX_PHOTOS}
        raise Invalid(message, fields={"photos": message})
    storage.keep(content, sha256)
    photos.append({"sha256": sha256, "name": name, "type": found.content_type})
    _put(kind, data, actor, now)


def remove_photo(*, kind: str, sha256: str, actor: Actor, now: datetime) -> None:
    data = read_draft(kind=kind, actor=actor)
    photos = data.get("photos", [])
    kept = [photo for photo in photos if photo["sha256"] != sha256]
    if len(kept) == len(photos):
        raise Missing(_("There is no such picture."))
    data["photos"] = kept
    _drafts(kind, actor).update(data=data, updated_at=now)
    _let_go(sha256)


def photos_of(data: Mapping[str, Any]) -> list[Photo]:
    return [Photo(item["sha256"], item["name"], item["type"]) for item in data.get("photos", [])]


def content_of(photo: Photo) -> bytes:
    """The bytes of a draft's picture. Raises `Missing` when they are gone."""
    with storage.open_file(StoredFile(sha256=photo.sha256)) as handle:
        return bytes(handle.read())


def _drafts(kind: str, actor: Actor) -> QuerySet[Draft]:
    if actor.user_id is None:
        raise ValueError("only a person has drafts")
    return Draft.objects.filter(user_id=actor.user_id, kind=kind)


def _put(kind: str, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    if not _drafts(kind, actor).update(data=data, updated_at=now):
        Draft.objects.get_or_create(user_id=actor.user_id or 0, kind=kind, defaults={"data": data, "updated_at": now})


def _let_go(sha256: str) -> None:
    """Delete bytes that nothing refers to any more: no case, and nobody else's draft."""
    if StoredFile.objects.filter(sha256=sha256, erased_at=None).exists():
        return
    if any(photo.sha256 == sha256 for row in Draft.objects.filter(kind="report") for photo in photos_of(row.data)):
        return
    storage.drop(sha256)
