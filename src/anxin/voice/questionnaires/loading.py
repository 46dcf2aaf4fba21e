"""What a version asks, read once a process: published versions never change, and a draft's count of saves does when it does."""

from __future__ import annotations

from functools import lru_cache

from anxin.voice.questionnaires.form import Definition, read_definition
from anxin.voice.questionnaires.models import Version


def definition_of(version: Version) -> Definition:
    """The definition, shared: never change it. The version's body may be deferred; it is read when it is not known yet."""
    return _definition(version.public_id, version.edit)


@lru_cache(maxsize=256)
def _definition(public_id: str, edit: int) -> Definition:
    return read_definition(Version.objects.get(public_id=public_id).data)
