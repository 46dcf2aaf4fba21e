"""Files sent in to be read, and erased again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.engines.reading.forms import Problem, count_pages
from anxin.voice.paper.erasing import erase_batch
from anxin.voice.paper.models import Batch, BatchFile, Returned
from anxin.voice.paper.permissions import READ_PAPER
from anxin.voice.paper.stored import problem_to_data

MOST_BYTES = 300 * 1024 * 1024  # of all files together, and of what a zip unpacks to
MOST_FILES = 1_000
MOST_PAGES = 10_000
# What systems put into zips that nobody meant to send.
_CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class Upload(Protocol):
    name: str | None

    def read(self, amount: int = ..., /) -> bytes: ...


def send_files(*, uploads: Iterable[Upload], actor: Actor, now: datetime) -> Batch:
    """Keep files to be read: pictures, PDFs, TIFFs, and zips of those. What is wrong with one is named beside it, not refused.

    Raises `Invalid` where there is nothing at all or far too much.
    """
    actor.must(READ_PAPER)
    rows: list[tuple[BatchFile, bytes]] = []
    total = 0
    for name, content in _unpacked(uploads):
        total += len(content)
        if total > MOST_BYTES or len(rows) >= MOST_FILES:
            raise _too_much()
        rows.append((_row(name, content), content))
    if not rows:
        wrong = _("Choose at least one file.")
        raise Invalid(wrong, fields={"files": wrong})
    whole = sum(row.pages for row, _content in rows)
    if whole > MOST_PAGES:
        raise _too_much()
    batch = Batch(branch_id=actor.branch_id, sent_by_id=actor.user_id, sent_at=now, whole=whole)
    paths: list[str] = []
    try:
        for place, (row, content) in enumerate(rows):
            row.place = place
            if not row.problem:
                row.path = default_storage.save(f"voice/paper/read/{batch.public_id}-{place}", ContentFile(content))
                paths.append(row.path)
        with transaction.atomic():
            batch.save()
            for row, _content in rows:
                row.batch = batch
            BatchFile.objects.bulk_create(row for row, _content in rows)
    except BaseException:
        for path in paths:
            default_storage.delete(path)
        raise
    return batch


def _row(name: str, content: bytes) -> BatchFile:
    count = count_pages(content)
    row = BatchFile(name=name.replace("\\", "/").rsplit("/", 1)[-1][-160:], size=len(content))
    if isinstance(count, Problem):
        row.problem = problem_to_data(count)
    else:
        row.pages = count
    return row


def _unpacked(uploads: Iterable[Upload]) -> Iterator[tuple[str, bytes]]:
    for upload in uploads:
        content = upload.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise _too_much()
        name = upload.name or ""
        if content[:4] not in (b"PK\3\4", b"PK\5\6"):
            yield name, content
            continue
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                members = [one for one in packed.infolist() if not one.is_dir() and not _is_clutter(one.filename)]
                # Before anything is unpacked: a small zip may hold more than the machine does.
                if sum(one.file_size for one in members) > MOST_BYTES or len(members) > MOST_FILES:
                    raise _too_much()
                for member in members:
                    with packed.open(member) as inner:
                        yield member.filename, inner.read(member.file_size + 1)[: member.file_size]
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
            wrong = _("%(name)s cannot be unpacked: it is damaged or has a password. Pack it again without one.") % {
                "name": name
            }
            raise Invalid(wrong, fields={"files": wrong}) from error


def _is_clutter(name: str) -> bool:
    return any(part in name for part in _CLUTTER)


def _too_much() -> Invalid:
    wrong = _("Send at most %(files)s files, %(pages)s pages and %(bytes)s MB at once.") % {
        "files": f"{MOST_FILES:,}",
        "pages": f"{MOST_PAGES:,}",
        "bytes": MOST_BYTES // 1024 // 1024,
    }
    return Invalid(wrong, fields={"files": wrong})


@transaction.atomic
def erase(*, batch: str, actor: Actor, now: datetime) -> None:
    """Erase a batch's pictures at once (PIPL art. 47). Forms of it that nobody checked are set aside: nothing is left to check."""
    actor.must(READ_PAPER)
    row = Batch.objects.visible_to(actor).select_for_update().filter(public_id=batch).first()
    if row is None:
        raise Missing(_("There is no such batch."))
    if row.is_open:
        raise IllegalMove(_("The batch is still being read. Wait until it is done."))
    if row.erased_at is not None:
        return
    unsettled = Returned.objects.filter(batch=row, state__in=[Returned.State.INCOMPLETE, Returned.State.CHECK])
    for form in unsettled:
        form.state, form.touched_at, form.edit = Returned.State.LEFT, now, form.edit + 1
        form.answers, form.decisions = {}, {}
        form.save()
    erase_batch(row, now)
