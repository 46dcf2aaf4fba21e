"""What rows refer to, fetched in a few large queries instead of one for each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.models import Branch

CHUNK = 5_000
Item = TypeVar("Item")
Row = TypeVar("Row", bound=models.Model)


def chunks(items: Sequence[Item], size: int = CHUNK) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def among(rows: models.QuerySet[Row], field: str, keys: Iterable[Any]) -> Iterator[Row]:
    """Rows whose `field` is among `keys`, asked for 5,000 at a time (databases bound a query's size)."""
    for some in chunks(sorted({key for key in keys if key})):
        yield from rows.filter(**{f"{field}__in": some})


def by_key(rows: models.QuerySet[Row], field: str, keys: Iterable[Any]) -> dict[Any, Row]:
    """The same by their `field`, for one that is unique among `rows`."""
    return {getattr(row, field): row for row in among(rows, field, keys)}


class Branches:
    """Branches by code or name, as far as the actor may write there."""

    def __init__(self, actor: Actor):
        self._actor = actor
        self._by_word: dict[str, Branch] = {}
        self._by_id: dict[int, Branch] = {}
        for branch in Branch.objects.all():
            self._by_id[branch.pk] = branch
            for word in (branch.code, branch.name_zh, branch.name_en, branch.short_zh):
                self._by_word.setdefault(word.lower(), branch)

    def find(self, word: str) -> int:
        """The branch's key. Raises `ValueError` for one that is not there or not the actor's."""
        branch = self._by_word.get(word.lower())
        if branch is None:
            raise ValueError(_("There is no such branch."))
        if not self.allows(branch.pk):
            raise ValueError(_("This branch is not one of yours."))
        return branch.pk

    def allows(self, branch_id: int) -> bool:
        return self._actor.branch_ids is None or branch_id in self._actor.branch_ids

    def own(self) -> int | None:
        return self._actor.branch_id
