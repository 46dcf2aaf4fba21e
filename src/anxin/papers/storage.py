"""Bytes by their SHA-256, in whatever storage Django is told to use. The same bytes are kept once."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from anxin.access.errors import Missing
from anxin.papers.models import StoredFile


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def path_of(sha256: str) -> str:
    """Two levels of folders, so that no folder grows past some thousand entries."""
    return f"papers/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def keep(content: bytes, sha256: str) -> None:
    """Store `content` under its digest; again is harmless. Whoever sees the name sees all of the bytes."""
    name = path_of(sha256)
    try:
        place = Path(default_storage.path(name))
    except NotImplementedError:  # an object store: a put is atomic there
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(content))
        return
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and renamed: a crash half-way leaves no file with a right name and wrong content.
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    with open(draft, "xb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(draft, place)


def open_file(file: StoredFile) -> File:
    """The bytes of a file that the caller got through `StoredFile.objects.visible_to`. Raises `Missing` when erased."""
    try:
        if file.erased_at is None:
            return default_storage.open(path_of(file.sha256), "rb")
    except FileNotFoundError:
        pass
    raise Missing(_("This file was erased."))


def drop(sha256: str) -> None:
    default_storage.delete(path_of(sha256))
