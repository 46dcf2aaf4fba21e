"""The only writers of uploaded files. The journey that receives a file records the event; this room keeps the bytes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing, NotAllowed
from anxin.journal.models import Case
from anxin.papers import storage
from anxin.papers.content import MAX_BYTES, examine
from anxin.papers.models import StoredFile
from anxin.papers.permissions import ERASE

MAX_FILES = 40


class Upload(Protocol):
    """What Django's request.FILES and an open file have in common."""

    name: str | None

    def read(self, amount: int = ..., /) -> bytes: ...


def store_upload(*, case: Case, upload: Upload | bytes, name: str = "", actor: Actor, now: datetime) -> StoredFile:
    """Keep one file for a case. Raises `Invalid` in plain words when it is empty, too large, damaged or of no use."""
    return store_uploads(case=case, uploads=[(upload, name)], actor=actor, now=now)[0]


def store_uploads(
    *, case: Case, uploads: Iterable[tuple[Upload | bytes, str]], actor: Actor, now: datetime
) -> list[StoredFile]:
    """Keep several files: all of them, or none when one cannot be used. (content, name as the sender calls it)

    `case` must have come through a read or lock that checked `actor`; the caller records what the files are for.
    """
    checked: list[tuple[bytes, StoredFile]] = []
    for upload, given_name in uploads:
        # One byte over the limit is enough to refuse: a huge upload is never held whole.
        content = upload if isinstance(upload, bytes) else upload.read(MAX_BYTES + 1)
        name = (given_name or ("" if isinstance(upload, bytes) else upload.name or "")).strip()
        name = name.replace("\\", "/").rsplit("/", 1)[-1][-160:]
        found = examine(content, name=name)
        checked.append(
            (
                content,
                StoredFile(
                    case=case,
                    sha256=storage.digest_of(content),
                    size=len(content),
                    content_type=found.content_type,
                    pages=found.pages,
                    name=name,
                    uploaded_by_id=actor.user_id,
                    uploaded_at=now,
                ),
            )
        )
    if len(checked) > MAX_FILES:
        message = _("Send at most %(many)d files at once.") % {"many": MAX_FILES}
        raise Invalid(message, fields={"files": message})
    # Bytes first: a row whose bytes are not there would be a lie, bytes without a row are only a few bytes too many.
    for content, row in checked:
        storage.keep(content, row.sha256)
    return StoredFile.objects.bulk_create(row for _content, row in checked)


@transaction.atomic
def erase(*, public_id: str, actor: Actor, now: datetime) -> StoredFile:
    """Erase a file for good (PIPL art. 47). Its row stays with size and digest, without name; the case keeps its event.

    Bytes that another upload also consists of stay for that one.
    """
    if actor.is_customer:
        raise NotAllowed(_("Ask us to erase a file: papers of a claim must be kept as long as the law says."))
    actor.must(ERASE)
    row = StoredFile.objects.visible_to(actor).select_for_update().filter(public_id=public_id).first()
    if row is None:
        raise Missing(_("There is no such file."))
    if row.erased_at is None:
        row.erased_at, row.name = now, ""
        row.save(update_fields=["erased_at", "name"])
        if not StoredFile.objects.filter(sha256=row.sha256, erased_at=None).exists():
            transaction.on_commit(lambda: storage.drop(row.sha256))
    return row
