"""The files of datasets, by their SHA-256, in whatever storage Django is told to use. The same bytes are kept once."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from anxin.access.errors import Missing


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def path_of(sha256: str) -> str:
    return f"datasets/{sha256[:2]}/{sha256}"


def keep(content: bytes, sha256: str) -> None:
    """Store under the digest; again is harmless. A file that a crash left short is written anew."""
    name = path_of(sha256)
    if default_storage.exists(name):
        if default_storage.size(name) == len(content):
            return
        default_storage.delete(name)
    default_storage.save(name, ContentFile(content))


def read(sha256: str) -> bytes:
    """The bytes; raises `Missing` when they were erased."""
    try:
        with default_storage.open(path_of(sha256), "rb") as handle:
            content: bytes = handle.read()
            return content
    except FileNotFoundError:
        raise Missing(_("The file of this table was erased.")) from None


def drop(sha256: str) -> None:
    default_storage.delete(path_of(sha256))
